//===- Tokens.h - Which tokens a row sees, and where they lie ------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_TOKENS_H
#define LIB_REFERENCE_TOKENS_H

#include "lib/Reference/Cache.h"
#include "lib/Reference/Decode.h"
#include "lib/Reference/Element.h"
#include <algorithm>
#include <limits>

namespace mlir::mla::reference {

/// How many tokens, from the first on, a query token sees.
inline int64_t visibleTokens(const DecodeInputs &inputs, int64_t request, int64_t query) {
  int64_t length = std::max<int64_t>(inputs.seqLens[request], 0);
  return inputs.causal ? std::max<int64_t>(length - (inputs.shape.s_q - 1 - query), 0) : length;
}

/// Reads a query, d_qk values: with RoPE turned and rounded, as `mla.rope` leaves it.
inline void readQuery(const DecodeInputs &inputs, int64_t request, int64_t query, int64_t head, double *out) {
  const DecodeShape &shape = inputs.shape;
  widen(inputs.element, inputs.q.data() + ((request * shape.s_q + query) * shape.h_q + head) * shape.d_qk(),
        shape.d_qk(), out);
  if (!inputs.rope)
    return;
  int64_t position = std::max<int64_t>(inputs.seqLens[request], 0) - shape.s_q + query;
  double *turned = out + shape.d_latent;
  rotate(*inputs.rope, position, turned, turned);
  for (int64_t i = 0; i < shape.d_rope; ++i)
    turned[i] = elementToFloat(inputs.element, roundToElement(inputs.element, static_cast<float>(turned[i])));
}

/// Reads the vector of a token, d_qk values; NaN where the block table does not lead into the pool.
inline void readVector(const DecodeInputs &inputs, const CacheLayout &layout, int64_t request, int64_t token,
                       double *out) {
  const DecodeShape &shape = inputs.shape;
  int64_t column = token / shape.page_size, slot = token % shape.page_size;
  bool isInTable = column < shape.blockTableStride && inputs.storedPages > 0;
  int64_t page = isInTable ? inputs.blockTable[request * shape.blockTableStride + column] : -1;
  if (page >= 0 && page < shape.numPages)
    readToken(layout, inputs.cache.data() + (page % inputs.storedPages) * layout.pageStride, slot, inputs.cacheScale,
              out);
  else
    std::fill_n(out, shape.d_qk(), std::numeric_limits<double>::quiet_NaN());
}

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_TOKENS_H
