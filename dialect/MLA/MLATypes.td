//===- MLATypes.td - Types ----------------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLATYPES_TD
#define DIALECT_MLA_MLATYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "dialect/MLA/MLADialect.td"

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
    | `element_type` | type of every element                            |          |
    | `page_size`    | token slots of a page                            | tokens   |
    | `d_latent`     | width of the latent part, the first columns      | elements |
    | `d_rope`       | width of the rotated part, the remaining columns | elements |

    Constraints: C1: `element_type` is bf16 or f16. C2: `page_size` is from 1 to 65536. C3: `d_latent` is a multiple of
    8 (16 bytes, the grain of every copy) from 8 to 65536. C4: so is `d_rope`. The upper limits keep every product of a
    page's extents far inside 64 bits.

    ```mlir
    !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
    ```
  }];
  let parameters = (ins "::mlir::Type":$element_type, "int64_t":$page_size, "int64_t":$d_latent, "int64_t":$d_rope);
  let assemblyFormat = "`<` $element_type `,` struct($page_size, $d_latent, $d_rope) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Width of a token's vector: d_latent + d_rope.
    int64_t getDQk() const { return getDLatent() + getDRope(); }

    static constexpr int64_t kMaxExtent = 65536;
    static constexpr int64_t kWidthMultiple = 8;
  }];
}

// ---- Constraints on plain tensors -----------------------------------------------------------------------------------

/// A ranked tensor without an encoding: an encoding would give the elements a place, which this dialect knows nothing of.
class MLA_Tensor<list<Type> elements, int rank, string description>
    : Type<And<[TensorRankOf<elements, [rank]>.predicate,
                CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">]>,
           "tensor " # description # " without an encoding",
           "::mlir::RankedTensorType">;

#endif
