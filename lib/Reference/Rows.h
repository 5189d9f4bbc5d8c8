//===- Rows.h - Many rows of mla.decode at once --------------------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_ROWS_H
#define LIB_REFERENCE_ROWS_H

#include "lib/Reference/Decode.h"
#include <functional>

namespace mlir::mla::reference {

/// Most rows that one call of evaluateRows takes: they and a block of tokens stay in a core's second-level cache.
inline constexpr int64_t kMaxRowsAtOnce = 32;

/// Rows that see the same tokens.
struct SharedRows {
  float softmaxScale = 1.0f;
  int64_t d_qk = 0, d_v = 0;
  int64_t numRows = 0;
  /// Writes the query of a row, d_qk values.
  std::function<void(int64_t row, double *out)> readQuery;
  int64_t visible = 0;
  /// Writes the vector of a token, d_qk values, of which d_v are the value.
  std::function<void(int64_t token, double *out)> readToken;
};

/// Evaluates rows over the tokens that they see: out [rows, d_v], lse [rows]. What a row receives does not depend on
/// which rows it is evaluated with.
void evaluateRows(const SharedRows &rows, double *out, double *lse);

/// Evaluates rows of one query token, hence rows that see the same tokens: out [heads.size(), d_latent], lse
/// [heads.size()]. Equal to decodeRow but for the order of the sums. What a row receives does not depend on which rows
/// it is evaluated with.
void evaluateRows(const DecodeInputs &inputs, int64_t request, int64_t query, const std::vector<int64_t> &heads,
                  double *out, double *lse);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_ROWS_H
