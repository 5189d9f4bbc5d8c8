//===- Problem.h - What to run, and how it went ----------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_PROBLEM_H
#define TOOLS_COMMON_PROBLEM_H

#include "lib/Reference/Decode.h"
#include "mla/mla_runtime.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla::run {

/// The decode op that a program implements; extents that it leaves open are 0.
struct Signature {
  reference::Element element = reference::Element::BF16;
  CacheFormat format = CacheFormat::BF16;
  Precision precision = Precision::BF16;
  bool causal = false;
  int64_t b = 0, s_q = 0, h_q = 0, d_latent = 0, d_rope = 0, page_size = 0;
  float softmaxScale = 0;
  /// Where the program turns the queries.
  std::optional<reference::Rope> rope;
};

/// The embedding that a package says it computes; nothing where there is none.
std::optional<reference::Rope> getRope(const mla_rotation_t &rotation);

/// What inputs may be asked for: more would overflow f16.
constexpr int64_t kMaxOutliers = 65536;
inline bool isQueryScale(double value) { return value > 0 && value <= 1000; }

/// One decode problem with random inputs.
struct Problem {
  int64_t s_q = 1, h_q = 1;
  std::vector<int32_t> lengths;
  reference::DecodeInputOptions inputs;
  /// Rows to compare with the reference: all for 0; chosen by the amount of work for −1.
  int64_t checkRows = -1;

  int64_t b() const { return static_cast<int64_t>(lengths.size()); }
  int64_t rows() const { return s_q * h_q; }
  int64_t tokens() const;
};

llvm::StringRef elementName(reference::Element element);

/// "bf16"; where the cache is of another type "bf16, cache e4m3_token", or "bf16, cache e4m3_token, precision e4m3".
std::string describeTypes(reference::Element element, CacheFormat format);
std::string describeTypes(reference::Element element, CacheFormat format, Precision precision);

/// Success if `signature` covers the problem and a machine can hold it; says what does not fit otherwise.
llvm::Error checkImplements(const Signature &signature, const Problem &problem);

/// Random inputs. Pools of more than a few thousand pages repeat their pages, unless the problem says how many to
/// store.
reference::DecodeInputs makeInputs(const Signature &signature, const Problem &problem);

/// Compares all rows, or as many as `problem.checkRows` says.
reference::DecodeComparison compare(const reference::DecodeInputs &inputs, const reference::DecodeOutputs &outputs,
                                    const Problem &problem);

/// Floating-point operations of the dense formula, 2·(d_qk + d_latent) for each token that a row sees, and the bytes
/// that must move: cache pages, queries, output and log-sum-exp.
struct Work {
  double flops = 0, bytes = 0;
};
Work countWork(const reference::DecodeInputs &inputs);

/// How runs on the GPU are timed.
struct Sampling {
  /// How many runs; 0 for none.
  unsigned repeat = 0;
  /// Whether each run is waited for before the next is queued. One that is queued behind it costs it up to 1 µs
  /// (docs/performance.md).
  bool waitsForEach = false;
};

/// Times of one problem on a GPU, in milliseconds.
struct Timing {
  /// One layer call, sorted.
  std::vector<double> samples;
  /// Median of the scheduling kernel.
  double schedule = 0;
  /// Clock of the multiprocessors under this load; 0 if unknown.
  double clockMHz = 0;
  /// Whether each call was waited for (Sampling).
  bool waited = false;

  double median() const { return samples[samples.size() / 2]; }
};

/// Element number `flatIndex` of out, for messages: "out[i, t, h, c]".
std::string describeElement(const std::vector<int64_t> &extents, int64_t flatIndex);

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_PROBLEM_H
