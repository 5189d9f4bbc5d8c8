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

def MLA_DecodeOp : MLA_Op<"decode", [NoMemoryEffect, AttrSizedOperandSegments]> {
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
    be rounded before they multiply values. `precision` says to what, and whether queries may be. `bf16`: to no less than
    the element type; with a cache of e4m3 to no less than 8 significant bits, queries too, but for what is small beside
    others: up to 2⁻¹⁷ of the largest of the row (queries) or of 128 consecutive tokens (weights) may be lost. `e4m3`
    allows both to be quantised to e4m3, or sums of such, whose products the tensor cores form at twice the rate. With
    `e4m3_queries` that has been done to the queries before: q stands for `q_scale` · q. `lse` is in natural logarithm
    units.

    With `rope` the last d_rope columns of q[i, t, h, :] are first replaced by what `mla.rope` makes of them at position
    p = max(`seq_lens`[i], 0) − s_q + t, the place of the token in its sequence, as for `mla.append`: rounded to the
    element type, and turned backwards where p is below 0. The columns of the cache have been turned when they were written.

    Operands:

    | Name          | Type                                    | Unit            | Meaning                                   |
    |---------------|-----------------------------------------|-----------------|-------------------------------------------|
    | `q`           | tensor [b, s_q, h_q, d_latent + d_rope] |                 | queries; the key up-projection is absorbed |
    | `cache`       | paged cache                             |                 | latent vectors of all requests            |
    | `block_table` | tensor [b, pages] of i32                | page indices    | where the pages of each request lie       |
    | `seq_lens`    | tensor [b] of i32                       | tokens          | length of each sequence, new tokens included |
    | `cache_scale` | tensor [] of f32, with format `e4m3`    |                 | what every e4m3 of the cache is to be multiplied by |
    | `q_scale`     | tensor [] of f32, with precision `e4m3_queries` |         | what every e4m3 of `q` is to be multiplied by |
    | `softmax_scale` | f32 attribute                         |                 | factor on q·k before the softmax          |
    | `causal`      | unit attribute                          |                 | mask over the last s_q positions          |
    | `precision`   | attribute, `bf16` if left out           |                 | in what products are formed               |
    | `rope`        | `#mla.rope`, optional                   |                 | the embedding of the queries' last columns |
    | `out`         | tensor [b, s_q, h_q, d_latent]          |                 | result; the value up-projection is not applied |
    | `lse`         | tensor [b, s_q, h_q] of f32             | nats            | log-sum-exp of the scaled scores          |

    b, s_q, h_q and the number of pages may be dynamic (`?`), each where it occurs.

    Constraints:

    - C1: `q` and `out` are tensors of rank 4 of bf16 or f16, or `q` of f8E4M3FN, `block_table` of rank 2 and `seq_lens` of rank 1 of i32,
      `lse` of rank 3 of f32; none has an encoding.
    - C2: `q`, unless it is of f8E4M3FN, and `out` have the same element type. So has a `bf16` or `f16` cache; with `e4m3_token` and `e4m3_group`,
      whose RoPE columns are bf16, it is bf16.
    - C3: the last extent of `q` is d_latent + d_rope.
    - C4: the last extent of `out` is d_latent.
    - C5: h_q, where static, is from 1 to 128.
    - C6: s_q, where static, is at least 1.
    - C7: b is the same in `q`, `block_table` and `seq_lens`, as far as static.
    - C8: `out` and `lse` have the b, s_q and h_q of `q`.
    - C9: `softmax_scale` is positive and finite.
    - C10: `cache_scale` is there for format `e4m3` and for no other; it is of rank 0.
    - C11: `precision` e4m3 and e4m3_queries need a cache of an e4m3 format.
    - C12: `precision` e4m3_queries, `q` of f8E4M3FN and `q_scale` go together.
    - C13: the factors of `rope`, if there are any, are d_rope / 2 in number.

    Preconditions:

    - P1: `seq_lens`[i] is at most pages · page_size.
    - P2: for every page that holds a token of a request, the entry of the block table is the index of a page of the
      pool. Other entries may hold anything.
    - P3: `q`, the seen slots and their scales are finite, and so is every score in f32. Where a request breaks this, only its own rows
      are unspecified.
    - P4: `cache_scale` and `q_scale` are positive.

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
        : (tensor<?x1x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```

    Queries that are e4m3 already:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale q_scale(%q_scale) scale 0.1352 causal
        precision <e4m3_queries>
        : (tensor<?x1x128x576xf8E4M3FN>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>, tensor<f32>, tensor<f32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```

    The scale of a whole cache is a number in device memory, so that it may change without a new kernel:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 0.1352 causal precision <e4m3>
        : (tensor<?x1x128x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```

    Queries as they come from the projection, without a kernel of their own for RoPE:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
        rope(#mla.rope<base = 10000.0, pairing = interleaved>)
        : (tensor<?x1x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16, F8E4M3FN], 4,
                                  "[b, s_q, h_q, d_latent + d_rope] of bf16, f16 or f8E4M3FN">:$q, // C1
                       MLA_PagedCacheType:$cache,
                       MLA_Tensor<[I32], 2, "[b, pages] of i32">:$block_table, // C1
                       MLA_Tensor<[I32], 1, "[b] of i32">:$seq_lens, // C1
                       Optional<MLA_Tensor<[F32], 0, "[] of f32">>:$cache_scale, // C10
                       Optional<MLA_Tensor<[F32], 0, "[] of f32">>:$q_scale, // C12
                       MLA_SoftmaxScaleAttr:$softmax_scale, // C9
                       UnitAttr:$causal,
                       DefaultValuedAttr<MLA_PrecisionAttr, "::mlir::mla::Precision::BF16">:$precision,
                       OptionalAttr<MLA_RopeAttr>:$rope);
  let results = (outs MLA_Tensor<[BF16, F16], 4, "[b, s_q, h_q, d_latent] of bf16 or f16">:$out, // C1
                      MLA_Tensor<[F32], 3, "[b, s_q, h_q] of f32">:$lse); // C1
  let assemblyFormat = [{
    $q `,` $cache `,` $block_table `,` $seq_lens (`,` $cache_scale^)? (`q_scale` `(` $q_scale^ `)`)?
    `scale` $softmax_scale (`causal` $causal^)? (`precision` $precision^)? (`rope` `(` qualified($rope)^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C8, C10 to C13
  let extraClassDeclaration = [{
    /// Extents of `q`; ShapedType::kDynamic where they are not known.
    int64_t getBatch() { return getQ().getType().getDimSize(0); }
    int64_t getNumQueries() { return getQ().getType().getDimSize(1); }
    int64_t getNumHeads() { return getQ().getType().getDimSize(2); }
    /// bf16 or f16, of the output, and of the queries where they are no e4m3.
    ::mlir::Type getElementType() { return getOut().getType().getElementType(); }

    static constexpr int64_t kMaxHeads = 128;
  }];
}

//===----------------------------------------------------------------------------------------------------------===//
// RoPE
//===----------------------------------------------------------------------------------------------------------===//

def MLA_RopeOp : MLA_Op<"rope", [NoMemoryEffect]> {
  let summary = "rotary position embedding of every head of every token";
  let description = [{
    For token t, head h, and each pair i of elements (j, k) that `rope` names, with c = magnitude · cos(φ) and s =
    magnitude · sin(φ), φ = `positions`[t] · θ_i:

        out[t, h, j] = x[t, h, j] · c − x[t, h, k] · s
        out[t, h, k] = x[t, h, k] · c + x[t, h, j] · s

    θ_i and the magnitude are those of `#mla.rope`. Elements are rounded once, when `out` is stored. The angle is exact to
    well below what rounding to 16 bits costs at every position up to 2^31.

    | Name        | Type                                   | Unit   | Meaning                       |
    |-------------|----------------------------------------|--------|-------------------------------|
    | `x`         | tensor [tokens, heads, d_rope]         |        | queries or keys, RoPE part    |
    | `positions` | tensor [tokens] of i32 or i64          | tokens | place in the token's sequence |
    | `rope`      | `#mla.rope`                            |        | the embedding                 |
    | `out`       | tensor [tokens, heads, d_rope]         |        | result                        |

    Constraints:

    - C1: `x` and `out` are tensors of rank 3 of bf16 or f16, `positions` of rank 1 of i32 or i64; none has an encoding.
    - C2: `out` has the type of `x`.
    - C3: d_rope is static and even.
    - C4: the factors of `rope`, if there are any, are d_rope / 2 in number.
    - C5: the number of tokens is the same in `x` and `positions`, as far as static.

    Preconditions: P1: positions are from 0 to 2^31 − 1.

    ```mlir
    %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>)
        : (tensor<?x16x64xbf16>, tensor<?xi32>) -> tensor<?x16x64xbf16>
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16], 3, "[tokens, heads, d_rope] of bf16 or f16">:$x, // C1
                       MLA_Tensor<[I32, I64], 1, "[tokens] of i32 or i64">:$positions,          // C1
                       MLA_RopeAttr:$rope);
  let results = (outs MLA_Tensor<[BF16, F16], 3, "[tokens, heads, d_rope] of bf16 or f16">:$out); // C1
  let assemblyFormat = "$x `,` $positions `by` `(` qualified($rope) `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1; // C2 to C5
}

//===----------------------------------------------------------------------------------------------------------===//
// Append
//===----------------------------------------------------------------------------------------------------------===//

def MLA_AppendOp : MLA_Op<"append", [NoMemoryEffect, AttrSizedOperandSegments]> {
  let summary = "put the vectors of new tokens into a paged latent cache";
  let description = [{
    Token t has a slot s and a position p. `result` is `cache`, but for the slots s ≥ 0 of tokens, which hold

        result[s, 0 : d_latent]      = latent[t, :] · (Σ_c latent[t, c]² / d_latent + eps)^(−1/2) · weight[:]
        result[s, d_latent : d_qk]   = RoPE(k_rope[t, :], p)

    Without `weight` the latent is stored as it is, without `rope` the key part. Elements are rounded once, when they are
    stored in the format of the cache, which may quantise them: scales of tokens and of groups are computed from what
    they are for, as `!mla.paged_cache` says, that of a whole cache is `cache_scale`. Sums are carried in at least f32.

    Where a token goes is said in one of two ways:

    - `slots`: token t goes to slot `slots`[t] = page · page_size + offset and has position `positions`[t]. Tokens may be
      of any requests in any number: one token of each, a whole prefill chunk, or both. A slot below 0 is skipped.
    - `block_table` and `seq_lens`: the tensors have a further dimension, [b, s_q, …], and as for `mla.decode` the s_q
      tokens of request i are the last of its sequence. With p = max(`seq_lens`[i], 0) − s_q + t, token (i, t) goes to
      slot `block_table`[i, ⌊p / page_size⌋] · page_size + p mod page_size. Tokens with p < 0 are skipped.

    The cache is a value like any other: `result` is another cache, and what reads it reads the new tokens. Kernels write
    in place, so `cache` must not be used otherwise.

    | Name          | Type                                  | Unit   | Meaning                                       |
    |---------------|---------------------------------------|--------|-----------------------------------------------|
    | `latent`      | tensor [tokens, d_latent]             |        | compressed keys and values, before the norm   |
    | `k_rope`      | tensor [tokens, d_rope]               |        | key part with positions, before RoPE          |
    | `cache`       | paged cache                           |        | before                                        |
    | `slots`       | tensor [tokens] of i32 or i64         | slots  | where each token goes                         |
    | `positions`   | tensor [tokens] of i32 or i64         | tokens | place of each token in its sequence           |
    | `block_table` | tensor [b, pages] of i32              | pages  | where the pages of each request lie           |
    | `seq_lens`    | tensor [b] of i32                     | tokens | length of each sequence, new tokens included  |
    | `cache_scale` | tensor [] of f32, with format `e4m3`  |        | what every e4m3 of the cache is to be multiplied by |
    | `weight`      | tensor [d_latent]                     |        | of RMSNorm                                    |
    | `eps`         | f32 attribute                         |        | of RMSNorm                                    |
    | `rope`        | `#mla.rope`                           |        | embedding of the key part                     |
    | `result`      | paged cache                           |        | after                                         |

    Constraints:

    - C1: `latent` and `k_rope` are tensors of rank 2 or 3 of bf16 or f16, `slots` and `positions` of rank 1 of i32 or
      i64, `block_table` of rank 2 and `seq_lens` of rank 1 of i32, `weight` of rank 1 of bf16 or f16; none has an
      encoding.
    - C2: `k_rope` and `weight` have the element type of `latent`. So has a `bf16` or `f16` cache; with `e4m3_token` and
      `e4m3_group`, whose RoPE columns are bf16, it is bf16.
    - C3: the last extents of `latent`, `k_rope` and `weight` are d_latent, d_rope and d_latent.
    - C4: there is either `slots`, with tensors of rank 2, or `block_table` and `seq_lens`, with tensors of rank 3.
    - C5: there are `positions` where there are both `slots` and `rope`, and only there.
    - C6: there is `eps` where there is `weight`, and only there; it is finite and not negative.
    - C7: extents of tokens, or b and s_q, are the same in all tensors, as far as static; s_q is at least 1.
    - C8: `result` has the type of `cache`.
    - C9: the factors of `rope`, if there are any, are d_rope / 2 in number.
    - C10: `cache_scale` is there for format `e4m3` and for no other; it is of rank 0.

    Preconditions:

    - P1: slots are below pages · page_size of the pool, and those that are not below 0 differ.
    - P2: positions are from 0 to 2^31 − 1.
    - P3: the block table's entries for new tokens are indices of pages of the pool, and new tokens of different requests
      lie in different slots.
    - P4: `cache_scale` is a positive normal number.

    ```mlir
    %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions) norm(%weight) eps 1.0e-06
        rope(#mla.rope<base = 10000.0, pairing = interleaved>)
        : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
           tensor<?xi64>, tensor<?xi64>, tensor<512xbf16>)
        -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
    ```
  }];
  let arguments = (ins MLA_TensorOfRanks<[BF16, F16], [2, 3], "[tokens, d_latent] or [b, s_q, d_latent] of bf16 or f16">:$latent, // C1
                       MLA_TensorOfRanks<[BF16, F16], [2, 3], "[tokens, d_rope] or [b, s_q, d_rope] of bf16 or f16">:$k_rope,     // C1
                       MLA_PagedCacheType:$cache,
                       Optional<MLA_Tensor<[I32, I64], 1, "[tokens] of i32 or i64">>:$slots,     // C1
                       Optional<MLA_Tensor<[I32, I64], 1, "[tokens] of i32 or i64">>:$positions, // C1
                       Optional<MLA_Tensor<[I32], 2, "[b, pages] of i32">>:$block_table,         // C1
                       Optional<MLA_Tensor<[I32], 1, "[b] of i32">>:$seq_lens,                   // C1
                       Optional<MLA_Tensor<[F32], 0, "[] of f32">>:$cache_scale,                 // C10
                       Optional<MLA_Tensor<[BF16, F16], 1, "[d_latent] of bf16 or f16">>:$weight, // C1
                       OptionalAttr<F32Attr>:$eps, OptionalAttr<MLA_RopeAttr>:$rope);
  let results = (outs MLA_PagedCacheType:$result);
  let assemblyFormat = [{
    $latent `,` $k_rope `to` $cache (`slots` `(` $slots^ `)`)? (`positions` `(` $positions^ `)`)?
    (`block_table` `(` $block_table^ `)`)? (`seq_lens` `(` $seq_lens^ `)`)?
    (`cache_scale` `(` $cache_scale^ `)`)? (`norm` `(` $weight^ `)`)? (`eps` $eps^)?
    (`rope` `(` qualified($rope)^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C10
  let extraClassDeclaration = [{
    /// bf16 or f16, of the new vectors.
    ::mlir::Type getElementType() { return getLatent().getType().getElementType(); }
    /// s_q where places come from a block table; ShapedType::kDynamic where it is not known, or for `slots`.
    int64_t getNumQueries() {
      return getSlots() ? ::mlir::ShapedType::kDynamic : getLatent().getType().getDimSize(1);
    }
  }];
}

//===----------------------------------------------------------------------------------------------------------===//
// Prefill
//===----------------------------------------------------------------------------------------------------------===//

def MLA_PrefillOp : MLA_Op<"prefill", [NoMemoryEffect]> {
  let summary = "attention of ragged sequences with keys and values of their own for each head (MHA form)";
  let description = [{
    Sequence i has the queries from a = `cu_seqlens_q`[i] to a + n_q = `cu_seqlens_q`[i + 1] and the keys and values from
    c = `cu_seqlens_kv`[i] to c + n_kv = `cu_seqlens_kv`[i + 1]. For its query t from 0 to n_q − 1, and head h:

        m       = n_kv − (n_q − 1 − t) with `causal`, else n_kv        (keys that the query sees)
        k_j     = k[c + j, h, :] followed by k_rope[c + j, :]
        x_j     = softmax_scale · Σ_e q[a + t, h, e] · k_j[e]           for 0 ≤ j < m
        lse[h, a + t]    = ln Σ_j exp(x_j)
        out[a + t, h, :] = Σ_j exp(x_j − lse[h, a + t]) · v[c + j, h, :]

    So queries are the last n_q positions of the sequence, as when a long prompt is processed in chunks, and `causal` lets
    each see itself and what is before it. `k_rope`, the rotated part of the keys, is the same for all heads; where it is
    not given, keys are whole in `k`. A dense batch has `cu_seqlens` of equal steps. A row that sees nothing (m ≤ 0) has
    `out` 0 and `lse` −∞. Keys and values that no row of their sequence sees, and what lies in no sequence, have no
    influence, whatever bits they hold.

    Elements are rounded once, when `out` is stored; sums and exponentials are carried in at least f32, and weights may be
    rounded to the element type before they multiply values. `lse` is in natural logarithm units.

    Operands:

    | Name            | Type                            | Unit   | Meaning                                              |
    |-----------------|---------------------------------|--------|------------------------------------------------------|
    | `q`             | tensor [total_q, h_q, d_nope + d_rope] |  | queries                                              |
    | `k`             | tensor [total_kv, h_q, d_nope]  |        | keys, but for their rotated part if that is given    |
    | `k_rope`        | tensor [total_kv, d_rope]       |        | rotated part of the keys, of all heads; optional     |
    | `v`             | tensor [total_kv, h_q, d_v]     |        | values                                               |
    | `cu_seqlens_q`  | tensor [b + 1] of i32           | tokens | where the queries of each sequence begin, and the end |
    | `cu_seqlens_kv` | tensor [b + 1] of i32           | tokens | the same of keys and values                          |
    | `softmax_scale` | f32 attribute                   |        | factor on q·k before the softmax                     |
    | `causal`        | unit attribute                  |        | mask, aligned with the end of the sequence           |
    | `out`           | tensor [total_q, h_q, d_v]      |        | result                                               |
    | `lse`           | tensor [h_q, total_q] of f32    | nats   | log-sum-exp of the scaled scores                     |

    b, total_q and total_kv may be dynamic (`?`), each where it occurs.

    Constraints:

    - C1: `q`, `k`, `v` and `out` are tensors of rank 3 and `k_rope` of rank 2, of bf16 or f16; `cu_seqlens_q` and
      `cu_seqlens_kv` have rank 1 and i32, `lse` rank 2 and f32; none has an encoding.
    - C2: `q`, `k`, `k_rope`, `v` and `out` have the same element type.
    - C3: d_nope, d_rope and d_v are static and multiples of 8 from 8 to 65536.
    - C4: the last extent of `q` is d_nope + d_rope.
    - C5: the last extent of `out` is d_v.
    - C6: h_q is static, from 1 to 128, and the same in `q`, `k`, `v`, `out` and `lse`.
    - C7: `out` and `lse` have the total_q of `q`.
    - C8: total_kv is the same in `k`, `k_rope` and `v`, and b, which is at least 0, in
      `cu_seqlens_q` and `cu_seqlens_kv`, as far as static.
    - C9: `softmax_scale` is positive and finite.

    Preconditions:

    - P1: `cu_seqlens_q` does not decrease, and lies between 0 and total_q; so `cu_seqlens_kv`, with total_kv.
    - P2: queries, and keys and values that are seen, are finite, and so is every score in f32.

    ```mlir
    %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687824 causal
        : (tensor<?x128x192xbf16>, tensor<?x128x128xbf16>, tensor<?x64xbf16>, tensor<?x128x128xbf16>, tensor<?xi32>,
           tensor<?xi32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16], 3, "[total_q, h_q, d_nope + d_rope] of bf16 or f16">:$q, // C1
                       MLA_Tensor<[BF16, F16], 3, "[total_kv, h_q, d_nope] of bf16 or f16">:$k, // C1
                       Optional<MLA_Tensor<[BF16, F16], 2, "[total_kv, d_rope] of bf16 or f16">>:$k_rope, // C1
                       MLA_Tensor<[BF16, F16], 3, "[total_kv, h_q, d_v] of bf16 or f16">:$v, // C1
                       MLA_Tensor<[I32], 1, "[b + 1] of i32">:$cu_seqlens_q, // C1
                       MLA_Tensor<[I32], 1, "[b + 1] of i32">:$cu_seqlens_kv, // C1
                       MLA_SoftmaxScaleAttr:$softmax_scale, // C9
                       UnitAttr:$causal);
  let results = (outs MLA_Tensor<[BF16, F16], 3, "[total_q, h_q, d_v] of bf16 or f16">:$out, // C1
                      MLA_Tensor<[F32], 2, "[h_q, total_q] of f32">:$lse); // C1
  let assemblyFormat = [{
    $q `,` $k (`rope` $k_rope^)? `,` $v `,` $cu_seqlens_q `,` $cu_seqlens_kv `scale` $softmax_scale (`causal` $causal^)?
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C8
  let extraClassDeclaration = [{
    int64_t getNumHeads() { return getQ().getType().getDimSize(1); }
    /// Widths of a key's two parts (the second 0 where there is none) and of a value.
    int64_t getDNope() { return getK().getType().getDimSize(2); }
    int64_t getDRope() {
      return getKRope() ? ::llvm::cast<::mlir::RankedTensorType>(getKRope().getType()).getDimSize(1) : 0;
    }
    int64_t getDV() { return getV().getType().getDimSize(2); }
    /// bf16 or f16, of all operands and the output alike.
    ::mlir::Type getElementType() { return getQ().getType().getElementType(); }

    static constexpr int64_t kMaxHeads = 128, kMaxWidth = 65536, kWidthMultiple = 8;
  }];
}

//===----------------------------------------------------------------------------------------------------------===//
// Prefill in absorbed form
//===----------------------------------------------------------------------------------------------------------===//

def MLA_PrefillAbsorbedOp : MLA_Op<"prefill_absorbed", [NoMemoryEffect, AttrSizedOperandSegments]> {
  let summary = "attention of ragged sequences over latent vectors that all heads share (absorbed form)";
  let description = [{
    What `mla.prefill` is to `mla.decode`'s operands: many queries of each sequence, of any number, over keys whose first
    d_latent elements are the values. Sequence i has the queries from a = `cu_seqlens_q`[i] to a + n_q =
    `cu_seqlens_q`[i + 1], and n_kv tokens, of which token j is k_j. For its query t from 0 to n_q − 1, and head h:

        m       = n_kv − (n_q − 1 − t) with `causal`, else n_kv        (tokens that the query sees)
        x_j     = softmax_scale · Σ_c q[a + t, h, c] · k_j[c]           for 0 ≤ j < m
        lse[a + t, h]    = ln Σ_j exp(x_j)
        out[a + t, h, :] = Σ_j exp(x_j − lse[a + t, h]) · k_j[0 : d_latent]

    Where tokens lie is said in one of two ways:

    - `keys` is a tensor of latent vectors and there is `cu_seqlens_kv`: sequence i has the tokens from c =
      `cu_seqlens_kv`[i] to c + n_kv = `cu_seqlens_kv`[i + 1], and k_j = `keys`[c + j, :].
    - `keys` is a paged cache and there are `block_table` and `seq_lens`: as for `mla.decode`, n_kv = max(`seq_lens`[i], 0)
      and k_j = `keys`[`block_table`[i, ⌊j / page_size⌋], j mod page_size, :], dequantised.

    This is an op of its own, and not `mla.prefill` with other operands, because hardly an operand is the same: there is
    one key for all heads, its width is not the head's, and a cache may stand for it. What a query sees, what a row that
    sees nothing gives (`out` 0, `lse` −∞), and what has no influence (all that no row of the sequence sees, whatever bits
    it holds) are the same. `lse` has heads last, as `mla.decode` gives it: a kernel has the heads of one token together.

    Elements are rounded once, when `out` is stored; sums and exponentials are carried in at least f32, and weights may be
    rounded to the element type before they multiply values. `lse` is in natural logarithm units. Products with a cache of
    e4m3 are formed as `mla.decode` forms them in precision `bf16`, within the same bounds.

    Operands:

    | Name            | Type                                    | Unit   | Meaning                                      |
    |-----------------|-----------------------------------------|--------|----------------------------------------------|
    | `q`             | tensor [total_q, h_q, d_latent + d_rope] |       | queries; the key up-projection is absorbed    |
    | `keys`          | tensor [total_kv, d_latent + d_rope], or paged cache | | latent vectors of all sequences         |
    | `cu_seqlens_q`  | tensor [b + 1] of i32                   | tokens | where the queries of each sequence begin, and the end |
    | `cu_seqlens_kv` | tensor [b + 1] of i32                   | tokens | the same of a tensor's latent vectors        |
    | `block_table`   | tensor [b, pages] of i32                | page indices | where the pages of each sequence lie   |
    | `seq_lens`      | tensor [b] of i32                       | tokens | length of each sequence, new tokens included |
    | `cache_scale`   | tensor [] of f32, with format `e4m3`    |        | what every e4m3 of the cache is to be multiplied by |
    | `softmax_scale` | f32 attribute                           |        | factor on q·k before the softmax             |
    | `causal`        | unit attribute                          |        | mask, aligned with the end of the sequence   |
    | `out`           | tensor [total_q, h_q, d_latent]         |        | result; the value up-projection is not applied |
    | `lse`           | tensor [total_q, h_q] of f32            | nats   | log-sum-exp of the scaled scores             |

    b, total_q, total_kv and the number of pages may be dynamic (`?`), each where it occurs.

    Constraints:

    - C1: `q` and `out` are tensors of rank 3 and `keys`, if no cache, of rank 2, of bf16 or f16; `cu_seqlens_q`,
      `cu_seqlens_kv` and `seq_lens` have rank 1 and i32, `block_table` rank 2 and i32, `lse` rank 2 and f32; none has an
      encoding.
    - C2: `q`, `out` and a tensor of `keys` have the same element type. So has a `bf16` or `f16` cache; with `e4m3_token`
      and `e4m3_group`, whose RoPE columns are bf16, it is bf16.
    - C3: with a tensor of `keys` there is `cu_seqlens_kv`; with a cache there are `block_table` and `seq_lens`; and only
      then.
    - C4: d_latent, the last extent of `out`, and d_rope are static and multiples of 8 from 8 to 65536; they are those of a
      cache.
    - C5: the last extent of `q`, and of a tensor of `keys`, is d_latent + d_rope.
    - C6: h_q is static, from 1 to 128, and the same in `q`, `out` and `lse`.
    - C7: `out` and `lse` have the total_q of `q`.
    - C8: b is at least 0 and the same in `cu_seqlens_q`, `cu_seqlens_kv`, `block_table` and `seq_lens`, as far as static.
    - C9: `softmax_scale` is positive and finite.
    - C10: `cache_scale` is there for format `e4m3` and for no other; it is of rank 0.

    Preconditions:

    - P1: `cu_seqlens_q` does not decrease, and lies between 0 and total_q; so `cu_seqlens_kv`, with total_kv.
    - P2: `seq_lens`[i] is at most pages · page_size; for every page that holds a token of a sequence that has queries, the
      entry of the block table is the index of a page of the pool.
    - P3: queries, and tokens that are seen and their scales, are finite, and so is every score in f32.
    - P4: `cache_scale` is positive.

    ```mlir
    %out, %lse = mla.prefill_absorbed %q, %latents cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 0.1352 causal
        : (tensor<?x128x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
        -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
    %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
        scale 0.1352 causal
        : (tensor<?x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>,
           tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16], 3, "[total_q, h_q, d_latent + d_rope] of bf16 or f16">:$q, // C1
                       AnyTypeOf<[MLA_Tensor<[BF16, F16], 2, "[total_kv, d_latent + d_rope] of bf16 or f16">,
                                  MLA_PagedCacheType]>:$keys, // C1
                       MLA_Tensor<[I32], 1, "[b + 1] of i32">:$cu_seqlens_q, // C1
                       Optional<MLA_Tensor<[I32], 1, "[b + 1] of i32">>:$cu_seqlens_kv, // C1
                       Optional<MLA_Tensor<[I32], 2, "[b, pages] of i32">>:$block_table, // C1
                       Optional<MLA_Tensor<[I32], 1, "[b] of i32">>:$seq_lens, // C1
                       Optional<MLA_Tensor<[F32], 0, "[] of f32">>:$cache_scale, // C10
                       MLA_SoftmaxScaleAttr:$softmax_scale, // C9
                       UnitAttr:$causal);
  let results = (outs MLA_Tensor<[BF16, F16], 3, "[total_q, h_q, d_latent] of bf16 or f16">:$out, // C1
                      MLA_Tensor<[F32], 2, "[total_q, h_q] of f32">:$lse); // C1
  let assemblyFormat = [{
    $q `,` $keys `cu_seqlens_q` `(` $cu_seqlens_q `)` (`cu_seqlens_kv` `(` $cu_seqlens_kv^ `)`)?
    (`block_table` `(` $block_table^ `)`)? (`seq_lens` `(` $seq_lens^ `)`)? (`cache_scale` `(` $cache_scale^ `)`)?
    `scale` $softmax_scale (`causal` $causal^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C8, C10
  let extraClassDeclaration = [{
    int64_t getNumHeads() { return getQ().getType().getDimSize(1); }
    int64_t getDLatent() { return getOut().getType().getDimSize(2); }
    int64_t getDRope() { return getQ().getType().getDimSize(2) - getDLatent(); }
    /// The cache's type; null where keys are a tensor.
    PagedCacheType getCacheType() { return ::llvm::dyn_cast<PagedCacheType>(getKeys().getType()); }
    /// bf16 or f16, of queries and output.
    ::mlir::Type getElementType() { return getQ().getType().getElementType(); }

    static constexpr int64_t kMaxHeads = 128, kMaxWidth = 65536, kWidthMultiple = 8;
  }];
}

//===----------------------------------------------------------------------------------------------------------===//
// Merge
//===----------------------------------------------------------------------------------------------------------===//

def MLA_MergeOp : MLA_Op<"merge", [NoMemoryEffect]> {
  let summary = "put together what attention gave over two parts of the keys";
  let description = [{
    `out_a`, `lse_a` and `out_b`, `lse_b` are results of attention of the same queries over two disjoint sets of keys; the
    results are those over both. For token t and head h, with a and b the two log-sum-exps and l = ln (exp(a) + exp(b)):

        lse[t, h]    = l
        out[t, h, :] = exp(a − l) · out_a[t, h, :] + exp(b − l) · out_b[t, h, :]

    A part whose log-sum-exp is −∞ saw nothing: it has weight 0, whatever its `out` holds. Where both did, `out` is 0 and
    `lse` −∞. Log-sum-exps are in natural logarithm units, as attention gives them, with heads last (`mla.decode`, of b · s_q
    tokens, and `mla.prefill_absorbed`); with `heads_first` they are [h, tokens], as of `mla.prefill`. Elements are rounded
    once; arithmetic is f32 at least.

    | Name             | Type                                     | Unit | Meaning                                  |
    |------------------|------------------------------------------|------|------------------------------------------|
    | `out_a`, `out_b` | tensor [tokens, h, d_v]                  |      | results over the two parts               |
    | `lse_a`, `lse_b` | tensor [tokens, h] or [h, tokens] of f32 | nats | their log-sum-exps                       |
    | `heads_first`    | unit attribute                           |      | log-sum-exps are [h, tokens]             |
    | `out`, `lse`     | as the operands                          |      | result                                   |

    The number of tokens may be dynamic (`?`).

    Constraints:

    - C1: `out_a`, `out_b` and `out` are tensors of rank 3 of bf16, f16 or f32, `lse_a`, `lse_b` and `lse` of rank 2 of f32;
      none has an encoding.
    - C2: `out_b` and `out` have the type of `out_a`, `lse_b` and `lse` that of `lse_a`.
    - C3: h is static, from 1 to 65536.
    - C4: d_v is static and a multiple of 8 from 8 to 65536.
    - C5: the log-sum-exps have the tokens and heads of `out_a`.

    Precondition: P1: log-sum-exps are numbers or −∞, and `out` of a part whose log-sum-exp is a number is finite.

    ```mlir
    %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
        : (tensor<?x128x512xbf16>, tensor<?x128xf32>, tensor<?x128x512xbf16>, tensor<?x128xf32>)
        -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
    ```
  }];
  let arguments = (ins MLA_Tensor<[BF16, F16, F32], 3, "[tokens, h, d_v] of bf16, f16 or f32">:$out_a, // C1
                       MLA_Tensor<[F32], 2, "[tokens, h] or [h, tokens] of f32">:$lse_a,               // C1
                       MLA_Tensor<[BF16, F16, F32], 3, "[tokens, h, d_v] of bf16, f16 or f32">:$out_b, // C1
                       MLA_Tensor<[F32], 2, "[tokens, h] or [h, tokens] of f32">:$lse_b,               // C1
                       UnitAttr:$heads_first);
  let results = (outs MLA_Tensor<[BF16, F16, F32], 3, "[tokens, h, d_v] of bf16, f16 or f32">:$out,    // C1
                      MLA_Tensor<[F32], 2, "[tokens, h] or [h, tokens] of f32">:$lse);                 // C1
  let assemblyFormat = [{
    $out_a `,` $lse_a `,` $out_b `,` $lse_b (`heads_first` $heads_first^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1; // C2 to C5
  let extraClassDeclaration = [{
    int64_t getNumHeads() { return getOutA().getType().getDimSize(1); }
    int64_t getDV() { return getOutA().getType().getDimSize(2); }
    ::mlir::Type getElementType() { return getOutA().getType().getElementType(); }

    static constexpr int64_t kMaxHeads = 65536, kMaxWidth = 65536, kWidthMultiple = 8;
  }];
}

#endif
