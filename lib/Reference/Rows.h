//===- Rows.h - Many rows of mla.decode at once --------------------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_ROWS_H
#define LIB_REFERENCE_ROWS_H

#include "lib/Reference/Decode.h"

namespace mlir::mla::reference {

/// Most rows that one call of evaluateRows takes: they and a block of tokens stay in a core's second-level cache.
inline constexpr int64_t kMaxRowsAtOnce = 32;

/// Evaluates rows of one query token, hence rows that see the same tokens: out [heads.size(), d_latent], lse
/// [heads.size()]. Equal to decodeRow but for the order of the sums. What a row receives does not depend on which rows
/// it is evaluated with.
void evaluateRows(const DecodeInputs &inputs, int64_t request, int64_t query, const std::vector<int64_t> &heads,
                  double *out, double *lse);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_ROWS_H
