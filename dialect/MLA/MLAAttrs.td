//===- MLAAttrs.td - Attributes -----------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLAATTRS_TD
#define DIALECT_MLA_MLAATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "dialect/MLA/MLADialect.td"

/// Which two of a vector's d_rope elements pair i turns: 2i and 2i + 1, or i and i + d_rope / 2.
def MLA_PairingEnum : I32EnumAttr<"Pairing", "which elements RoPE turns together", [
    I32EnumAttrCase<"Interleaved", 0, "interleaved">,
    I32EnumAttrCase<"HalfSplit", 1, "half_split">]> {
  let cppNamespace = "::mlir::mla";
  let genSpecializedAttr = 0;
}

def MLA_YarnAttr : AttrDef<MLA_Dialect, "Yarn"> {
  let mnemonic = "yarn";
  let summary = "How YaRN extends the context of a model";
  let description = [{
    Frequencies of RoPE that turn more than `beta_fast` times over the `original_length` positions that the model was
    first trained for are kept, those that turn less than `beta_slow` times are divided by `factor`, and between there is
    a ramp. With m(w) = 1 + 0.1·w·ln(factor) for a factor above 1, else 1, cos and sin are multiplied by m(`mscale`) /
    m(`mscale_all_dim`), and a model's softmax scale by m(`mscale_all_dim`)²; the latter is not done here, the scale of
    `mla.decode` includes it. Names and formulas are those of model files; lib/Reference/Rope.h has their sources.

    C1: `factor` is a finite f64 of at least 2^-20. C2: `original_length` is from 1 to 2^31 − 1. C3: 0 < `beta_slow` ≤
    `beta_fast`, finite f64. C4: `mscale` and `mscale_all_dim` are f64 from 0 to 1000. So all frequencies and the
    magnitude are finite.

    ```mlir
    #mla.yarn<factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = 1.0>
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$factor, "int64_t":$original_length, "::mlir::FloatAttr":$beta_fast,
                        "::mlir::FloatAttr":$beta_slow, "::mlir::FloatAttr":$mscale,
                        "::mlir::FloatAttr":$mscale_all_dim);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLA_RopeAttr : AttrDef<MLA_Dialect, "Rope"> {
  let mnemonic = "rope";
  let summary = "A rotary position embedding";
  let description = [{
    Pair i of d_rope elements, those that `pairing` names, turns by position · θ_i with θ_i = `base`^(−2i / d_rope),
    divided by `factors`[i] (LongRoPE) and changed by `yarn`, where there are any.

    C1: `base` is an f64, finite and greater than 1. C2: `factors` are f64, finite and at least 2^-20.

    ```mlir
    #mla.rope<base = 10000.0, pairing = interleaved>
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$base, EnumParameter<MLA_PairingEnum>:$pairing,
                        OptionalParameter<"::mlir::mla::YarnAttr">:$yarn,
                        OptionalParameter<"::mlir::ArrayAttr">:$factors);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLA_PrecisionAttr : AttrDef<MLA_Dialect, "Precision"> {
  let mnemonic = "precision";
  let summary = "In what an attention op forms its products";
  let description = [{
    | Keyword | Products                                                         | Bound on the error                |
    |---------|------------------------------------------------------------------|-----------------------------------|
    | `bf16`  | of 16-bit floats: what the cache holds, dequantised, if need be; or as exact | `out` 3e-3, `lse` 1e-3 |
    | `e4m3`  | of e4m3 on both sides: weights are quantised, and queries to sums of two e4m3, say | `out` 3e-2, `lse` 4e-2 |
    | `e4m3_queries` | the same, and the queries are e4m3 already, with one scale for all | the same |

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
