//===- RandomProblems.h - Problems that a seed draws ----------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_RANDOMPROBLEMS_H
#define TOOLS_COMMON_RANDOMPROBLEMS_H

#include "Runner.h"

namespace mlir::mla::run {

/// What a problem is drawn from beside its seed.
struct RandomOptions {
  int64_t count = 0;
  /// That of the first problem; each of the others has the next one.
  uint64_t seed = 0;
  /// How large a problem may be, in pairs of a row and a token of its request: the time of the reference. Of append,
  /// rope and merge a vector of 512 or 64 elements counts as 64 or 8 pairs.
  int64_t work = 0;
  /// The command that runs one problem again, without the file and the seed.
  std::string command;
};

/// A problem for a program of this signature: heads, queries, lengths, pages and inputs, as far as the signature leaves
/// them open. A pure function of its arguments; every draw is of a problem that `checkImplements` accepts.
Problem drawProblem(const Signature &signature, uint64_t seed, int64_t work);
PrefillProblem drawPrefillProblem(const PrefillSignature &signature, uint64_t seed, int64_t work);
TokenProblem drawTokenProblem(const TokenSignature &signature, uint64_t seed, int64_t work);

/// Runs `options.count` problems, the programs in turns, with one line of output each, and below those that fail the
/// command that repeats them. The result is the number of those that failed.
llvm::Expected<unsigned> runRandom(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                   const std::vector<std::string> &paths, const RandomOptions &options);

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_RANDOMPROBLEMS_H
