//===- Lists.h - Many problems in one process --------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_MLA_RUN_LISTS_H
#define TOOLS_MLA_RUN_LISTS_H

#include "Runner.h"

namespace mlir::mla::run {

/// A problem of a list, and which program it is for.
struct ListedProblem {
  std::string id;
  reference::Element element = reference::Element::BF16;
  Problem problem;
};

/// Reads a JSON list of configurations:
///
///   [{"b": 3, "s_q": 1, "h_q": 16, "lengths": "0,1,63", "element": "bf16", "permute": true, "poison": true,
///     "seed": 7, "check_rows": 0, "name": "…"}]
///
/// All but `lengths` may be left out; `lengths` is as on the command line.
llvm::Expected<std::vector<ListedProblem>> readConfigs(llvm::StringRef path);

/// Reads the cells of one mode from a scoreboard: {"cells": [{"id", "mode", "h_q", "s_q", "b", "s_kv"}]}.
llvm::Expected<std::vector<ListedProblem>> readScoreboard(llvm::StringRef path, llvm::StringRef mode);

/// Runs the problems, each on the first of `programs` that implements it, with one line of output each. The result is
/// the number of those that failed.
llvm::Expected<unsigned> runConfigs(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                    llvm::ArrayRef<ListedProblem> problems);

/// The same, timed; writes a line of JSON for each problem to `outputPath` as soon as it is known.
llvm::Expected<unsigned> runScoreboard(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                       llvm::ArrayRef<ListedProblem> problems, llvm::StringRef outputPath);

} // namespace mlir::mla::run

#endif // TOOLS_MLA_RUN_LISTS_H
