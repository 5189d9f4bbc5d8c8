//===- MLAOps.td - Operations -------------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLAOPS_TD
#define DIALECT_MLA_MLAOPS_TD

include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialect/MLA/MLAAttrs.td"
include "dialect/MLA/MLATypes.td"

class MLA_Op<string mnemonic, list<Trait> traits = []> : Op<MLA_Dialect, mnemonic, traits>;

def MLA_SoftmaxScaleAttr : ConfinedAttr<F32Attr, [
    AttrConstraint<CPred<"::llvm::cast<::mlir::FloatAttr>($_self).getValue().isFiniteNonZero() && "
                         "!::llvm::cast<::mlir::FloatAttr>($_self).getValue().isNegative()">,
                   "whose value is positive and finite">]>;

//===----------------------------------------------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------------------------------------------===//

def MLA_DecodeOp : MLA_Op<"decode", [NoMemoryEffect]> {
  let summary = "attention of new tokens over a paged latent cache, in absorbed form";
  let description = [{
    For request i, query token t, head h, with n = max(`seq_lens`[i], 0) tokens in the cache, and token j of the request
    at k_j = `cache`[`block_table`[i, ⌊j / page_size⌋], j mod page_size, :], dequantised, of which v_j is the first d_latent elements:

        m           = n − (s_q − 1 − t) with `causal`, else n          (tokens that the query sees)
        x_j         = softmax_scale · Σ_c q[i, t, h, c] · k_j[c]       for 0 ≤ j < m
        lse[i, t, h]    = ln Σ_j exp(x_j)
        out[i, t, h, :] = Σ_j exp(x_j − lse[i, t, h]) · v_j

    The new tokens are the last s_q of the sequence, their vectors are in the cache already, and `causal` lets each see
    itself and what is before it. A row that sees nothing (m ≤ 0: an empty request, or a query token before the
    sequence's first) has `out` 0 and `lse` −∞. Slots that no row of a request sees, in particular those past its end
    and in pages that no request uses, have no influence, whatever bits they hold, NaN and infinities included.

    Elements are rounded once, when `out` is stored; sums and exponentials are carried in at least f32, and weights may
    be rounded before they multiply values. `precision` says to what, and whether queries may be: `bf16` leaves the
    queries, and rounds weights and dequantised tokens to no less than the element type; `e4m3` allows
    both to be quantised to e4m3, or sums of such, whose products the tensor cores form at twice the rate. `lse` is in natural logarithm units.

    Operands:

    | Name          | Type                                    | Unit            | Meaning                                   |
    |---------------|-----------------------------------------|-----------------|-------------------------------------------|
    | `q`           | tensor [b, s_q, h_q, d_latent + d_rope] |                 | queries; the key up-projection is absorbed |
    | `cache`       | paged cache                             |                 | latent vectors of all requests            |
    | `block_table` | tensor [b, pages] of i32                | page indices    | where the pages of each request lie       |
    | `seq_lens`    | tensor [b] of i32                       | tokens          | length of each sequence, new tokens included |
    | `cache_scale` | tensor [] of f32, with format `e4m3`    |                 | what every e4m3 of the cache is to be multiplied by |
    | `softmax_scale` | f32 attribute                         |                 | factor on q·k before the softmax          |
    | `causal`      | unit attribute                          |                 | mask over the last s_q positions          |
    | `precision`   | attribute, `bf16` if left out           |                 | in what products are formed               |
    | `out`         | tensor [b, s_q, h_q, d_latent]          |                 | result; the value up-projection is not applied |
    | `lse`         | tensor [b, s_q, h_q] of f32             | nats            | log-sum-exp of the scaled scores          |

    b, s_q, h_q and the number of pages may be dynamic (`?`), each where it occurs.

    Constraints:

    - C1: `q` and `out` are tensors of rank 4 of bf16 or f16, `block_table` of rank 2 and `seq_lens` of rank 1 of i32,
      `lse` of rank 3 of f32; none has an encoding.
    - C2: `q` and `out` have the same element type. So has a `bf16` or `f16` cache; with `e4m3_token` and `e4m3_group`,
      whose RoPE columns are bf16, it is bf16.
    - C3: the last extent of `q` is d_latent + d_rope.
    - C4: the last extent of `out` is d_latent.
    - C5: h_q, where static, is from 1 to 128.
    - C6: s_q, where static, is at least 1.
    - C7: b is the same in `q`, `block_table` and `seq_lens`, as far as static.
    - C8: `out` and `lse` have the b, s_q and h_q of `q`.
    - C9: `softmax_scale` is positive and finite.
    - C10: `cache_scale` is there for format `e4m3` and for no other; it is of rank 0.
    - C11: `precision` e4m3 needs a cache of an e4m3 format.

    Preconditions:

    - P1: `seq_lens`[i] is at most pages · page_size.
    - P2: for every page that holds a token of a request, the entry of the block table is the index of a page of the
      pool. Other entries may hold anything.
    - P3: `q`, the seen slots and their scales are finite, and so is every score in f32. Where a request breaks this, only its own rows
      are unspecified.

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
        : (tensor<?x1x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```

    The scale of a whole cache is a number in device memory, so that it may change without a new kernel:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 0.1352 causal precision <e4m3>
        : (tensor<?x1x128x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16], 4, "[b, s_q, h_q, d_latent + d_rope] of bf16 or f16">:$q, // C1
                       MLA_PagedCacheType:$cache,
                       MLA_Tensor<[I32], 2, "[b, pages] of i32">:$block_table, // C1
                       MLA_Tensor<[I32], 1, "[b] of i32">:$seq_lens, // C1
                       Optional<MLA_Tensor<[F32], 0, "[] of f32">>:$cache_scale, // C10
                       MLA_SoftmaxScaleAttr:$softmax_scale, // C9
                       UnitAttr:$causal,
                       DefaultValuedAttr<MLA_PrecisionAttr, "::mlir::mla::Precision::BF16">:$precision);
  let results = (outs MLA_Tensor<[BF16, F16], 4, "[b, s_q, h_q, d_latent] of bf16 or f16">:$out, // C1
                      MLA_Tensor<[F32], 3, "[b, s_q, h_q] of f32">:$lse); // C1
  let assemblyFormat = [{
    $q `,` $cache `,` $block_table `,` $seq_lens (`,` $cache_scale^)? `scale` $softmax_scale (`causal` $causal^)?
    (`precision` $precision^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C8, C10, C11
  let extraClassDeclaration = [{
    /// Extents of `q`; ShapedType::kDynamic where they are not known.
    int64_t getBatch() { return getQ().getType().getDimSize(0); }
    int64_t getNumQueries() { return getQ().getType().getDimSize(1); }
    int64_t getNumHeads() { return getQ().getType().getDimSize(2); }
    /// bf16 or f16, of queries and output.
    ::mlir::Type getElementType() { return getQ().getType().getElementType(); }

    static constexpr int64_t kMaxHeads = 128;
  }];
}

#endif
