//===- Prefill.h - Prefill problems ------------------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_PREFILL_H
#define TOOLS_COMMON_PREFILL_H

#include "Device.h"
#include "Problem.h"
#include "lib/Reference/Prefill.h"

namespace mlir::mla::run {

class CacheFlush;

/// The prefill op that a program implements.
struct PrefillSignature {
  reference::PrefillShape shape;
  reference::Element element = reference::Element::BF16;
  bool causal = false;
  float softmaxScale = 0;

  /// Of the paged cache; without one that of the element type.
  CacheFormat format() const { return shape.format.value_or(reference::getCacheFormat(element)); }
};

/// One problem of prefill, in either form, with random inputs.
struct PrefillProblem {
  std::vector<reference::PrefillLengths> lengths;
  reference::PrefillInputOptions inputs;
  /// Rows to compare with the reference: all for 0; chosen by the amount of work for −1.
  int64_t checkRows = -1;
};

/// Lengths of sequences from two lists as parseLengths reads them; without the second, as many queries as tokens.
llvm::Expected<std::vector<reference::PrefillLengths>>
parsePrefillLengths(llvm::StringRef tokens, llvm::StringRef queries, int64_t b, uint64_t seed);

/// "", "absorbed, " or "absorbed, paged, ".
llvm::StringRef describeForm(const reference::PrefillShape &shape);

/// "b 2, s_q 1 to 100, s_kv 300 to 400".
std::string describeSequences(const std::vector<reference::PrefillLengths> &lengths);

/// Success if a machine can hold the problem.
llvm::Error checkPrefill(const PrefillSignature &signature, const PrefillProblem &problem);

/// Random inputs; without values all rows are one, which is enough where none is computed.
reference::PrefillInputs makePrefillInputs(const PrefillSignature &signature, const PrefillProblem &problem,
                                           bool withValues);

/// Compares all rows, or as many as `problem.checkRows` says.
reference::DecodeComparison comparePrefill(const reference::PrefillInputs &inputs,
                                           const reference::PrefillOutputs &outputs, const PrefillProblem &problem);

/// Floating-point operations of the dense formula, 2·(d_qk + d_v) for each token that a row sees, and the bytes that
/// must move: each operand and result once.
Work countPrefillWork(const reference::PrefillInputs &inputs);

/// What a package implements, as the runtime says it; nothing if it is no prefill op.
std::optional<PrefillSignature> getPrefillSignature(const mla_package_t *package);

/// One prefill problem, loaded onto the device.
class GPUPrefill {
public:
  static llvm::Expected<std::unique_ptr<GPUPrefill>> create(Device &device, const mla_package_t *package,
                                                            const reference::PrefillInputs &inputs);
  ~GPUPrefill();

  /// One call, with outputs and workspace poisoned before.
  llvm::Expected<reference::PrefillOutputs> run();
  /// A second run on the same workspace, whose counters the first has left; outputs poisoned before.
  llvm::Expected<reference::PrefillOutputs> replay();
  /// Times calls after a few others, with the L2 cache flushed before each.
  llvm::Expected<Timing> time(CacheFlush &flush, Sampling sampling);

private:
  GPUPrefill(Device &device, const reference::PrefillInputs &inputs) : device(device), inputs(inputs) {}
  llvm::Expected<reference::PrefillOutputs> fetch();
  llvm::Error schedule() { return toError(mla_prefill_schedule(plan, &args, device.getStream())); }
  llvm::Error attend() { return toError(mla_prefill_run(plan, &args, device.getStream())); }

  Device &device;
  const reference::PrefillInputs &inputs;
  mla_prefill_plan_t *plan = nullptr;
  mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
  DeviceBuffer q, k, kRope, v, keys, cacheScale, blockTable, seqLens, cuSeqlensQ, cuSeqlensKv, out, lse, workspace;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_PREFILL_H
