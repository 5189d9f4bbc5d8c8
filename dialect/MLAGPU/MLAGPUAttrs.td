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
/// C1: acc and acc_paired have 64 rows, columns a multiple of 8 from 8 to 256, and f32, i32 or i1; acc also f8E4M3FN, with
/// columns a multiple of 16. C2: a_operand has 64 rows, columns a multiple of 16 from 16 to 256, and bf16 or f16. C3: row and
/// row_partial have 64 elements, row of f32, i32 or i1, row_partial of f32. C4: lane has 32 elements or a multiple of 128 up
/// to 4096, of f32, i32, i64 or i1. C5: a_paired has 64 rows, columns a multiple of 32 from 32 to 256, and f8E4M3FN or f16. C6:
/// column has a multiple of 8 from 8 to 256 elements, of f32, f16, i32 or i1. C7: chunk has 64 rows, columns a multiple of 64 from
/// 64 to 256, and f8E4M3FN, bf16 or f16. C8: chunk_row has 64 elements of f32. C9: lane_rows has 1 to 32 rows of a multiple of
/// 128 columns up to 512, of bf16 or f16.
def MLAGPU_LayoutAttr
    : MLAGPU_EnumAttr<MLAGPU_LayoutEnum, "layout", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]>;

def MLAGPU_BindingAttr : MLAGPU_EnumAttr<MLAGPU_BindingEnum, "binding">;
def MLAGPU_GridAttr : MLAGPU_EnumAttr<MLAGPU_GridEnum, "grid">;
def MLAGPU_StepAttr : MLAGPU_EnumAttr<MLAGPU_StepEnum, "step">;

def MLAGPU_RowsAttr : AttrDef<MLAGPU_Dialect, "Rows"> {
  let mnemonic = "rows";
  let summary = "The numbers of rows of a request that a kernel is for";
  let description = [{
    From `first` to below `end`, `#mla_gpu.rows<1 to 17>`, or all from `first` on, `#mla_gpu.rows<from 17>`. Rows of a
    request are what the binding `rows` is: s_q · h_q.
    C1: `first` is positive and less than `end`, both are below 2^31.
  }];
  let parameters = (ins "int64_t":$first, "int64_t":$end);
  let assemblyFormat = "`<` custom<Rows>($first, $end) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The `end` of all numbers from `first` on.
    static constexpr int64_t kNoEnd = ::std::numeric_limits<int64_t>::max();
    bool hasEnd() const { return getEnd() != kNoEnd; }
    bool contains(int64_t rows) const { return getFirst() <= rows && rows < getEnd(); }
  }];
}

def MLAGPU_RotationAttr : AttrDef<MLAGPU_Dialect, "Rotation"> {
  let mnemonic = "rotation";
  let summary = "The rotary position embedding that a kernel computes";
  let description = [{
    Pair i, elements 2i and 2i + 1 (`interleaved`) or i and i + d_rope / 2, turns by position · `turns`[i] · 2^-64 turns,
    the numbers taken as unsigned; `magnitude` is a factor on cos and sin. How the frequencies came about, a host need not
    know. C1: the magnitude is an f64, finite and positive. C2: there is at least one pair.
  }];
  let parameters = (ins "bool":$interleaved, "::mlir::FloatAttr":$magnitude,
                        "::mlir::DenseI64ArrayAttr":$turns);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLAGPU_DecodeAttr : AttrDef<MLAGPU_Dialect, "Decode"> {
  let mnemonic = "decode";
  let summary = "The decode op that a program implements";
  let description = [{
    What a host must know to call the program: the element type of queries and output, the cache's format and geometry,
    the precision of the products, the mask, and the extents that were fixed at compile time (0: any). Widths are in
    elements, `softmax_scale` is the factor on q·k before the softmax. `format` is left out where the cache has the
    element type of the queries; `precision` is bf16 if left out. With a `rotation` the kernels turn the queries' last
    columns, each token's by its place in its sequence. With `split_steps` requests are cut into pieces of that many steps of
    128 tokens, each with a slot for its partial result (see the binding most_pieces); 0: parts decide.
    C1: the element is bf16 or f16. C2: page size and latent width are positive, the other extents not negative. C3: the
    softmax scale is an f32, finite and positive. C4: `format` is one of e4m3. C5: with `e4m3_token` and `e4m3_group` the
    element is bf16. C6: precisions e4m3 and e4m3_queries need a format of e4m3. C7: parts and strides of a cache of e4m3 are multiples of
    16 bytes. C8: the rotation has d_rope / 2 pairs. C9: `split_steps` is from 0 to 1024.
  }];
  let parameters = (ins "::mlir::Type":$element,
                        OptionalParameter<"std::optional<::mlir::mla::CacheFormat>">:$format,
                        DefaultValuedParameter<"::mlir::mla::Precision", "::mlir::mla::Precision::BF16">:$precision,
                        "int64_t":$page_size, "int64_t":$d_latent, "int64_t":$d_rope,
                        "bool":$causal, "::mlir::FloatAttr":$softmax_scale, "int64_t":$heads, "int64_t":$queries,
                        OptionalParameter<"::mlir::mla_gpu::RotationAttr">:$rotation,
                        DefaultValuedParameter<"int64_t", "0">:$split_steps);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Tokens of a step, and the most pieces that a request is cut into, with `split_steps`.
    static constexpr int64_t kStepTokens = 128, kMostPieces = 64, kMostSplitSteps = 1024;
    /// The most pieces of a request whose row of the block table has so many entries: the value of binding most_pieces. 0 without
    /// `split_steps`.
    int64_t getMostPieces(int64_t block_table_stride) const;
    ::mlir::mla::CacheFormat getCacheFormat() const;
    /// Where the bytes of the cache lie.
    ::mlir::mla::CacheLayout getCacheLayout() const;
  }];
}

def MLAGPU_AppendAttr : AttrDef<MLAGPU_Dialect, "Append"> {
  let mnemonic = "append";
  let summary = "The append op that a program implements";
  let description = [{
    What a host must know to call the program: the element type of new vectors, format and geometry of the cache, whether
    each token has a slot (`slot_bits`, the width of its integer; 0: places follow from block table and lengths) and a
    position (`position_bits`, 0: none), s_q where it was fixed at compile time (`queries`, 0: any), RMSNorm (`norm`, with
    `eps`) and RoPE.
    C1: the element is bf16 or f16. C2: page size and widths are positive, `queries` not negative. C3: widths of integers
    are 0, 32 or 64; with `slot_bits` of 0 so is `position_bits`. C4: `eps` is an f32, finite and not negative. C5: the
    rotation has d_rope / 2 pairs.
  }];
  let parameters = (ins "::mlir::Type":$element, "::mlir::mla::CacheFormat":$format, "int64_t":$page_size,
                        "int64_t":$d_latent, "int64_t":$d_rope, "int64_t":$slot_bits, "int64_t":$position_bits, "int64_t":$queries, "bool":$norm,
                        "::mlir::FloatAttr":$eps, OptionalParameter<"::mlir::mla_gpu::RotationAttr">:$rotation);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLAGPU_RopeAttr : AttrDef<MLAGPU_Dialect, "Rope"> {
  let mnemonic = "rope";
  let summary = "The rope op that a program implements";
  let description = [{
    What a host must know to call the program; `heads` is 0 where any number is taken.
    C1: the element is bf16 or f16. C2: the width is positive, `heads` not negative. C3: `position_bits` is 32 or 64.
    C4: the rotation has d_rope / 2 pairs.
  }];
  let parameters = (ins "::mlir::Type":$element, "int64_t":$d_rope, "int64_t":$heads, "int64_t":$position_bits,
                        "::mlir::mla_gpu::RotationAttr":$rotation);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def MLAGPU_PrefillAttr : AttrDef<MLAGPU_Dialect, "Prefill"> {
  let mnemonic = "prefill";
  let summary = "The prefill op that a program implements";
  let description = [{
    What a host must know to call the program: the form (keys and values of every head, `mha`; latent vectors that all
    heads share, `absorbed`), the element type, the number of heads, the widths of keys (`d_nope` of a head's own, `d_rope`
    shared by all heads, 0 where a head's own keys are whole) and values, and the mask. In the absorbed form `d_nope` and
    `d_v` are d_latent, and latent vectors lie in a paged cache if there is a `page_size`. `format` is left out where the
    cache has the element type. Widths are in elements, `softmax_scale` is the factor on q·k before the softmax.
    C1: the form is mha or absorbed. C2: the element is bf16 or f16. C3: heads and widths are positive, d_rope not negative.
    C4: the scale is an f32, finite and positive. C5: in the absorbed form d_nope is d_v. C6: `page_size` is not negative,
    and 0 (left out) in form mha. C7: `format` is one of e4m3, and there is a `page_size`. C8: with `e4m3_token` and
    `e4m3_group` the element is bf16. C9: parts and strides of a cache of e4m3 are multiples of 16 bytes.
  }];
  let parameters = (ins "::mlir::StringAttr":$form, "::mlir::Type":$element, "int64_t":$heads, "int64_t":$d_nope,
                        "int64_t":$d_rope, "int64_t":$d_v, "bool":$causal, "::mlir::FloatAttr":$softmax_scale,
                        DefaultValuedParameter<"int64_t", "0">:$page_size,
                        OptionalParameter<"std::optional<::mlir::mla::CacheFormat>">:$format);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool isAbsorbed() const { return getForm().getValue() == "absorbed"; }
    /// Of the paged cache; where there is none, what one of the element type would have.
    ::mlir::mla::CacheFormat getCacheFormat() const;
  }];
}

def MLAGPU_MergeAttr : AttrDef<MLAGPU_Dialect, "Merge"> {
  let mnemonic = "merge";
  let summary = "The merge op that a program implements";
  let description = [{
    What a host must know to call the program: the element type, heads, the width of a head's result, and whether
    log-sum-exps are [heads, tokens].
    C1: the element is bf16, f16 or f32. C2: heads and width are positive.
  }];
  let parameters = (ins "::mlir::Type":$element, "int64_t":$heads, "int64_t":$d_v, "bool":$heads_first);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

/// What a program may implement.
def MLAGPU_ImplementsAttr : AnyAttrOf<[MLAGPU_DecodeAttr, MLAGPU_PrefillAttr, MLAGPU_AppendAttr, MLAGPU_RopeAttr,
                                       MLAGPU_MergeAttr],
                                      "#mla_gpu.decode, #mla_gpu.prefill, #mla_gpu.append, #mla_gpu.rope or #mla_gpu.merge">;

def MLAGPU_ScheduleAttr : AttrDef<MLAGPU_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "How an attention op is mapped to a kernel";
  let description = [{
    Written by `mla-choose-schedule` on the attention op as `mla_gpu.schedule`, unless the user wrote it first, and read
    by `convert-mla-to-mla-gpu`.

    The parameters, their ranges and their defaults are the rows of one table, in lib/Dialect/MLAGPU/IR/Schedule.cpp;
    `mla-compile --schedule=help` prints it, docs/tuning.md says who reads each. They are printed in the order of the table.
    Read in any order; what is left out takes its default, but for `kind`, the schedule template.

    C1: a name is a string of letters, digits and underscores, one of the row's names if it has any. C2: an integer lies in
    the row's range and is a power of two where the row says so. C3: a number is an f32 in the row's range. Example:

    ```mlir
    #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 2>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::Attribute">:$values);
  let assemblyFormat = "`<` custom<ScheduleValues>($values) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The value of one parameter, by its name in the table.
    ::mlir::Attribute getValue(::llvm::StringRef name) const;
    /// The same as text: "decode_seesaw", "2", "0.5".
    std::string getText(::llvm::StringRef name) const;
    ::llvm::StringRef getKind() const;
  }];
}

#endif
