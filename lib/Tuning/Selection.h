//===- Selection.h - From measurements to a choice ------------------------------------------------*- C++ -*-===//
#ifndef LIB_TUNING_SELECTION_H
#define LIB_TUNING_SELECTION_H

#include "lib/Tuning/ScheduleTable.h"

namespace mlir::mla {

/// One candidate on one shape.
struct Measurement {
  /// The shape's name in its list.
  std::string cell;
  ShapeClass shape;
  /// Index of the candidate; 0 is the default.
  size_t candidate = 0;
  /// Median of a call; nothing if the candidate does not compile, does not run, or computes something wrong.
  std::optional<double> milliseconds;
};

struct SelectionOptions {
  /// A candidate is faster than the default if it is so by more than this part of the default's time.
  double noise = 0.01;
  /// A candidate that is slower than the default by more than this part on any shape does not win, whatever its mean.
  double maxLoss = 0.03;
};

/// What was chosen for one class.
struct Choice {
  ShapeClass shape;
  size_t candidate = 0;
  /// Geometric means over the class's cells, of the chosen one and of the default.
  double milliseconds = 0, defaultMilliseconds = 0;
  size_t cells = 0;
};

/// For each class the candidate with the least geometric mean of time / default's time over all cells of the class, in
/// the order of the classes. The default stays unless another is faster by more than the noise; among equals the one
/// that was listed first. A candidate without a time for every cell is out. It is an error if the default has none:
/// then there is nothing to compare with. Of several measurements of a candidate on a cell the last counts.
llvm::Expected<std::vector<Choice>> select(llvm::ArrayRef<Measurement> measurements, const SelectionOptions &options);

} // namespace mlir::mla

#endif // LIB_TUNING_SELECTION_H
