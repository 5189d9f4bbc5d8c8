//===- MLAAttrs.td - Attributes -----------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLAATTRS_TD
#define DIALECT_MLA_MLAATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "dialect/MLA/MLADialect.td"

def MLA_PrecisionAttr : AttrDef<MLA_Dialect, "Precision"> {
  let mnemonic = "precision";
  let summary = "In what an attention op forms its products";
  let description = [{
    | Keyword | Products                                                         | Bound on the error                |
    |---------|------------------------------------------------------------------|-----------------------------------|
    | `bf16`  | of 16-bit floats: what the cache holds, dequantised, if need be | `out` 3e-3, `lse` 1e-3             |
    | `e4m3`  | of e4m3 on both sides: weights are quantised, and queries to sums of two e4m3, say | `out` 3e-2, `lse` 3e-2 |

    The bounds are those of the comparison with the reference, which reads the very bits of the cache and rounds nothing:
    the relative error of a request's `out`, the absolute one of `lse` (docs/Dialects/MLA.md).
  }];
  let parameters = (ins "::mlir::mla::Precision":$value);
  let assemblyFormat = "`<` $value `>`";
  let constBuilderCall = "::mlir::mla::PrecisionAttr::get($_builder.getContext(), $0)";
  let returnType = "::mlir::mla::Precision";
  let convertFromStorage = "$_self.getValue()";
}

#endif
