//===- MLATypes.td - Types ----------------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLATYPES_TD
#define DIALECT_MLA_MLATYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "dialect/MLA/MLAAttrs.td"

class MLA_Type<string name, string typeMnemonic> : TypeDef<MLA_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def MLA_PagedCacheType : MLA_Type<"PagedCache", "paged_cache"> {
  let summary = "A pool of pages of latent vectors";
  let description = [{
    cache[p, t, :] is the vector of token slot t in page p: first `d_latent` columns, which attention uses as key *and*
    as value, then `d_rope` columns, the rotated position part, which only keys have. All query heads share it. A block
    table says which pages are a request's, so the pages of one request lie anywhere in the pool, in any order. The
    number of pages is known only when the program runs.

    | Parameter      | Meaning                                          | Unit     |
    |----------------|--------------------------------------------------|----------|
    | `format`       | how a token is stored                            |          |
    | `page_size`    | token slots of a page                            | tokens   |
    | `d_latent`     | width of the latent part, the first columns      | elements |
    | `d_rope`       | width of the rotated part, the remaining columns | elements |

    The pool is one piece of memory: page p begins p · (bytes of a page) behind its beginning, token slot t of a page
    t · (bytes of a token) behind the page's. With L = d_latent, R = d_rope, P = page_size, and numbers little-endian:

    | Format       | Bytes of a token, in their order                                   | Behind the P tokens of a page | Bytes of a token, of a page; with 512, 64, 64 |
    |--------------|--------------------------------------------------------------------|-------------------|----------------------------------------|
    | `bf16`       | 2L: latent, bf16; 2R: RoPE, bf16                                   |                   | 2(L + R) = 1152; 73728                 |
    | `f16`        | 2L: latent, f16; 2R: RoPE, f16                                     |                   | 2(L + R) = 1152; 73728                 |
    | `e4m3`       | L: latent, e4m3; R: RoPE, e4m3                                     |                   | L + R = 576; 36864                     |
    | `e4m3_token` | L: latent, e4m3; 2R: RoPE, bf16                                    | 4P: scales, f32, one per token slot, in their order | L + 2R = 640; P(L + 2R + 4) = 41216 |
    | `e4m3_group` | L: latent, e4m3; 4·L/128: scales, f32; 2R: RoPE, bf16              |                   | L + L/32 + 2R = 656; 41984             |

    An e4m3 stands for itself times its scale, an f32: in `e4m3` one for the whole cache, an operand of the op that reads
    it; in `e4m3_token` that of its token; in `e4m3_group` scale i of its token for columns 128·i to 128·i + 127. bf16 and
    f16 have no scale. A scale of 0 makes 0 of every number. A scale is finite and not negative where a slot is seen.

    e4m3 is OCP's E4M3 (MLIR's f8E4M3FN): bias 7, no infinities, NaN is 0x7f and 0xff, the largest value 448, multiples
    of 2⁻⁹ below 2⁻⁶. Who writes multiplies by the inverse of the scale, both rounded to f32, and
    rounds to nearest even; the inverse is at most the largest f32, and 0 where the scale is 0; what is beyond 448 saturates, infinity
    too, and NaN becomes 0x7f. Scales of tokens and groups are max(a, 448·2⁻¹²⁶) / 448 with `a` the largest finite
    magnitude among the values that share it, so nothing is ever divided by 0. lib/Reference/Cache.h has this to the bit.

    Constraints: C1: `format` is one of the table. C2: `page_size` is from 1 to 65536. C3: `d_latent` is from 8 to 65536
    and a multiple of 8 with 16-bit elements, of 16 with e4m3, of 128 with `e4m3_group`: 16 bytes are the grain of every
    copy. C4: `d_rope` is from 8 to 65536 and a multiple of 8 where it is of 16 bits, of 16 in `e4m3`. C5: the RoPE
    columns of a token, a token and a page begin at multiples of 16 bytes; so `e4m3_group` needs a `d_latent` of a
    multiple of 512, and `e4m3_token` a `page_size` of a multiple of 4. The upper limits keep every product of a page's
    extents far inside 64 bits.

    ```mlir
    !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
    !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
    ```
  }];
  let parameters = (ins "::mlir::mla::CacheFormat":$format, "int64_t":$page_size, "int64_t":$d_latent,
                        "int64_t":$d_rope);
  let assemblyFormat = "`<` $format `,` struct($page_size, $d_latent, $d_rope) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Width of a token's vector: d_latent + d_rope.
    int64_t getDQk() const { return getDLatent() + getDRope(); }
    /// Where the bytes lie.
    CacheLayout getLayout() const;
    /// The one scale of the whole cache is an operand of ops that read it.
    bool hasCacheScale() const { return getCacheFormatInfo(getFormat()).scales == ScaleKind::Tensor; }

    static constexpr int64_t kMaxExtent = 65536;
    /// The grain of every copy.
    static constexpr int64_t kCopyBytes = 16;
  }];
}

// ---- Constraints on plain tensors -----------------------------------------------------------------------------------

/// A ranked tensor without an encoding: an encoding would give the elements a place, which this dialect knows nothing of.
class MLA_Tensor<list<Type> elements, int rank, string description>
    : Type<And<[TensorRankOf<elements, [rank]>.predicate,
                CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">]>,
           "tensor " # description # " without an encoding",
           "::mlir::RankedTensorType">;

class MLA_TensorOfRanks<list<Type> elements, list<int> ranks, string description>
    : Type<And<[TensorRankOf<elements, ranks>.predicate,
                CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">]>,
           "tensor " # description # " without an encoding",
           "::mlir::RankedTensorType">;

#endif
