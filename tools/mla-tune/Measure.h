//===- Measure.h - Candidates on a GPU ------------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_MLA_TUNE_MEASURE_H
#define TOOLS_MLA_TUNE_MEASURE_H

#include "Build.h"
#include "lib/Tuning/Selection.h"
#include "tools/common/Lists.h"

namespace mlir::mla::tune {

/// The class of a problem, for programs of this signature: with `any`, that of programs that leave extents open.
ShapeClass classify(const run::Signature &signature, const run::Problem &problem, bool any);

/// Runs every problem with every candidate that compiled, compares each with the reference once, times it in `rounds`
/// rounds over all candidates, and writes a line of JSON for each to `rawPath` as soon as it is known. What is wrong,
/// or did not compile, has no time. Prints a line for each problem.
llvm::Expected<std::vector<Measurement>> measure(run::Runner &runner, llvm::ArrayRef<Build> builds,
                                                 llvm::ArrayRef<run::ListedProblem> problems, unsigned rounds,
                                                 llvm::StringRef rawPath);

} // namespace mlir::mla::tune

#endif // TOOLS_MLA_TUNE_MEASURE_H
