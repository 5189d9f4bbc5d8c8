//===- MLAGPUAttrs.td - Attributes --------------------------------------------------------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUATTRS_TD
#define DIALECT_MLAGPU_MLAGPUATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/TensorEncoding.td"
include "dialect/MLAGPU/MLAGPUEnums.td"

class MLAGPU_EnumAttr<EnumInfo info, string mnemonic, list<Trait> traits = []>
    : EnumAttr<MLAGPU_Dialect, info, mnemonic, traits> {
  let assemblyFormat = "`<` $value `>`";
}

/// The encoding of a distributed tensor; `verifyEncoding` holds shape and element type to the table of the enum:
/// C1: acc has 64 rows, columns a multiple of 8 from 8 to 256, and f32, i32 or i1. C2: a_operand has 64 rows, columns a
/// multiple of 16 from 16 to 256, and bf16 or f16. C3: row and row_partial have 64 elements, row of f32, i32 or i1,
/// row_partial of f32. C4: lane has 32 elements or a multiple of 128 up to 4096, of f32, i32, i64 or i1.
def MLAGPU_LayoutAttr
    : MLAGPU_EnumAttr<MLAGPU_LayoutEnum, "layout", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]>;

def MLAGPU_BindingAttr : MLAGPU_EnumAttr<MLAGPU_BindingEnum, "binding">;
def MLAGPU_GridAttr : MLAGPU_EnumAttr<MLAGPU_GridEnum, "grid">;
def MLAGPU_StepAttr : MLAGPU_EnumAttr<MLAGPU_StepEnum, "step">;

def MLAGPU_DecodeAttr : AttrDef<MLAGPU_Dialect, "Decode"> {
  let mnemonic = "decode";
  let summary = "The decode op that a program implements";
  let description = [{
    What a host must know to call the program: the element type of queries, cache and output, the cache geometry, the
    mask, and the extents that were fixed at compile time (0: any). Widths are in elements, `softmax_scale` is the
    factor on q·k before the softmax.
    C1: the element is bf16 or f16. C2: page size and latent width are positive, the other extents not negative. C3: the
    scale is an f32, finite and positive.
  }];
  let parameters = (ins "::mlir::Type":$element, "int64_t":$page_size, "int64_t":$d_latent, "int64_t":$d_rope,
                        "bool":$causal, "::mlir::FloatAttr":$softmax_scale, "int64_t":$heads, "int64_t":$queries);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLAGPU_ScheduleAttr : AttrDef<MLAGPU_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "How an attention op is mapped to a kernel";
  let description = [{
    Written by `mla-choose-schedule` on the attention op as `mla_gpu.schedule`, unless the user wrote it first, and read
    by `convert-mla-to-mla-gpu`.

    C1 to C4, in order:

    - `kind`: the schedule template, e.g. `"decode_seesaw"`, not empty;
    - `rescale_threshold`: the running maximum is raised only when it would grow by more than this (log2 units, 0 to 8;
      0 is the plain online softmax; above 0 the largest weight of a row is rounded to 16 bits too, see docs/Dialects/MLA.md);
    - `item_cost`: what the work scheduler charges for starting a request, in steps of two blocks (0 to 64);
    - `min_steps`: the least number of steps in a piece of a split request (1 to 1024).
  }];
  let parameters = (ins StringRefParameter<"template">:$kind, "::mlir::FloatAttr":$rescale_threshold,
                        "int64_t":$item_cost, "int64_t":$min_steps);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif
