//===- Tokens.h - Which tokens a row sees, and where they lie ------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_TOKENS_H
#define LIB_REFERENCE_TOKENS_H

#include "lib/Reference/Decode.h"
#include <algorithm>

namespace mlir::mla::reference {

/// How many tokens, from the first on, a query token sees.
inline int64_t visibleTokens(const DecodeInputs &inputs, int64_t request, int64_t query) {
  int64_t length = std::max<int64_t>(inputs.seqLens[request], 0);
  return inputs.causal ? std::max<int64_t>(length - (inputs.shape.s_q - 1 - query), 0) : length;
}

/// The vector of a token, or null where the block table does not lead into the pool.
inline const uint16_t *tokenVector(const DecodeInputs &inputs, int64_t request, int64_t token) {
  const DecodeShape &shape = inputs.shape;
  int64_t column = token / shape.page_size, slot = token % shape.page_size;
  if (column >= shape.blockTableStride || inputs.storedPages <= 0)
    return nullptr;
  int64_t page = inputs.blockTable[request * shape.blockTableStride + column];
  if (page < 0 || page >= shape.numPages)
    return nullptr;
  return inputs.cache.data() + ((page % inputs.storedPages) * shape.page_size + slot) * shape.d_qk();
}

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_TOKENS_H
