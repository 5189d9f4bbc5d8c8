//===- Lists.h - Many problems in one process --------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_LISTS_H
#define TOOLS_COMMON_LISTS_H

#include "Runner.h"
#include "llvm/Support/JSON.h"

namespace mlir::mla::run {

/// A problem of a list, and which program it is for.
struct ListedProblem {
  std::string id;
  reference::Element element = reference::Element::BF16;
  CacheFormat format = CacheFormat::BF16;
  Precision precision = Precision::BF16;
  Problem problem;
  /// A prefill problem; then `problem` does not count, and the program must have these widths and mask, as far as they
  /// are given.
  struct Prefill {
    PrefillProblem problem;
    int64_t h_q = 0, d_qk = 0, d_v = 0;
    std::optional<bool> causal;
    /// Whether latent vectors lie in a paged cache.
    std::optional<bool> paged;
  };
  std::optional<Prefill> prefill;
};

/// Whether a program is for the types of the problem.
bool hasTypes(const Signature &signature, const ListedProblem &listed);
std::string describeTypes(const ListedProblem &listed);

/// Reads a JSON list of configurations:
///
///   [{"b": 3, "s_q": 1, "h_q": 16, "lengths": "0,1,63", "element": "bf16", "format": "e4m3_token",
///     "precision": "bf16", "permute": true, "poison": true, "outliers": 4, "query_scale": 2.5, "seed": 7,
///     "check_rows": 0, "name": "…"}]
///
/// and, for prefill,
///
///   [{"prefill": true, "lengths": "300,0,1", "queries": "300,5,1", "h_q": 4, "causal": true, "paged": false,
///     "format": "bf16", "strided": true, "spare_tokens": 3, …}]
///
/// All but `lengths` may be left out; `lengths` is as on the command line, `format` the element's, `outliers` the
/// number of latent columns that are 10 to 30 times as large as the others.
llvm::Expected<std::vector<ListedProblem>> readConfigs(llvm::StringRef path);

/// Reads the cells of one mode from a scoreboard: {"cells": [{"id", "mode", "h_q", "s_q", "b", "s_kv"}]}. A mode ends
/// in its types: "decode-bf16", "decode-f16", or "decode-FORMAT" and "decode-FORMAT-PRECISION" with queries of bf16 and
/// a cache of e4m3. Those of modes that begin with "prefill" have no PRECISION, also have "causal", "d_qk" and "d_v",
/// may have "paged", and may have "lengths" instead of the last three.
llvm::Expected<std::vector<ListedProblem>> readScoreboard(llvm::StringRef path, llvm::StringRef mode);

/// Runs a listed problem, of either op.
llvm::Expected<Outcome> runListed(Runner &runner, const Program &program, const ListedProblem &listed);

/// The first program that implements the problem.
llvm::Expected<const Program *> choose(llvm::ArrayRef<std::unique_ptr<Program>> programs, const ListedProblem &listed);

/// The beginning of a line: it shows what is being worked on.
void printPlace(size_t index, size_t count, const ListedProblem &listed);

/// A timed problem with every sample, the machine and the date.
llvm::json::Object toJSON(const ListedProblem &listed, const Outcome &outcome, const Device &device,
                          const Program &program);

/// Runs the problems, each on the first of `programs` that implements it, with one line of output each. The result is
/// the number of those that failed.
llvm::Expected<unsigned> runConfigs(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                    llvm::ArrayRef<ListedProblem> problems);

/// Prints a line of what the timing mode says.
void printPrediction(const Outcome &outcome);

/// The same, timed; writes a line of JSON for each problem to `outputPath` as soon as it is known. Without a
/// device the times are the predicted ones.
llvm::Expected<unsigned> runScoreboard(Runner &runner, llvm::ArrayRef<std::unique_ptr<Program>> programs,
                                       llvm::ArrayRef<ListedProblem> problems, llvm::StringRef outputPath);

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_LISTS_H
