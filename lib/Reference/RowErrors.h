//===- RowErrors.h - How far one row of a result is from the reference ---------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_ROWERRORS_H
#define LIB_REFERENCE_ROWERRORS_H

#include "lib/Reference/Decode.h"

namespace mlir::mla::reference {

/// What one row contributes.
struct RowErrors {
  double squaredError = 0, squaredNorm = 0, lseError = 0, lseErrorBesidePart = 0;
  /// Zeros, NaN or infinities are not where they belong.
  bool disagrees = false;
  /// The element with the largest difference.
  int64_t worstColumn = 0;
  double worstDifference = -1, worstValue = 0, worstReference = 0;
};

/// `out` and `reference` hold `width` values. A row whose reference is −infinity sees nothing and must be 0.
RowErrors compareRow(Element element, int64_t width, const uint16_t *out, float lse, const double *reference,
                     double referenceLse);

/// Which rows to compare, in ascending order: all, or one of each of `maxRows` equal spans of them, if that is
/// positive.
std::vector<int64_t> chooseRows(int64_t numRows, int64_t maxRows, uint64_t seed);

/// Collects the errors of rows in their order, all rows of a request one after the other.
class ErrorSum {
public:
  /// `outRow` is the row's number in out.
  void add(int64_t request, int64_t outRow, int64_t width, const RowErrors &row);
  DecodeComparison finish();

private:
  void finishRequest();

  DecodeComparison result;
  int64_t request = -1;
  double squaredError = 0, squaredNorm = 0, worstRelative = -1, worstDifference = -1;
  bool disagrees = false;
};

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_ROWERRORS_H
