//===- Runner.h - Runs a program on a problem and judges the result ---------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_RUNNER_H
#define TOOLS_COMMON_RUNNER_H

#include "Program.h"

namespace mlir::mla::run {

struct RunnerOptions {
  /// Compare with the reference.
  bool check = true;
  /// Timed calls.
  Sampling sampling;
  /// Run a second time, through a CUDA graph, and compare the bits.
  bool repeatability = false;
  /// Of decode: run each request alone, too, and compare the bits.
  bool alone = false;
  /// For the interpreter: the orders to try; results must agree bit by bit.
  std::vector<mla_gpu::InterpreterOptions> orders = {{}};
  /// For the interpreter: size of the device that it imitates.
  int64_t multiprocessors = 4;
  /// For the kernel that flushes the cache.
  CompileOptions compile;
};

/// Time of one problem as the interpreter predicts it.
struct Prediction {
  mla_gpu::CallTime call;
  std::vector<mla_gpu::KernelTime> kernels;
};

/// What came out of one problem.
struct Outcome {
  bool compared = false;
  reference::DecodeComparison comparison;
  /// False if two runs differ in any bit; findings of the interpreter were printed.
  bool sameBits = true, clean = true;
  /// Requests that have other bits when they are alone, if that was asked.
  std::optional<int64_t> otherBitsAlone;
  std::optional<Timing> timing;
  /// What the interpreter's timing mode says.
  std::optional<Prediction> prediction;
  Work work;
  /// Ops that the interpreter executed.
  uint64_t steps = 0;
  /// Of out.
  std::vector<int64_t> extents;
  reference::ErrorBounds bounds = {};

  bool passed() const {
    return clean && sameBits && otherBitsAlone.value_or(0) == 0 && (!compared || comparison.withinBounds(bounds));
  }
  /// "3 of 4 requests have the same bits alone".
  std::string describeAlone() const;
  /// "relative error …": the comparison in words.
  std::string describeComparison() const;
};

/// What came out of one problem of append or rope.
struct TokenOutcome {
  bool compared = false;
  reference::ElementComparison comparison;
  bool sameBits = true, clean = true;
  std::optional<Timing> timing;
  std::optional<Prediction> prediction;
  /// Bytes that must move.
  double bytes = 0;
  uint64_t steps = 0;

  bool passed() const { return clean && sameBits && (!compared || comparison.withinBounds()); }
  /// "error … of what rounding allows": the comparison in words.
  std::string describeComparison() const;
};

/// Runs problems on a GPU or, without one, on the interpreter.
class Runner {
public:
  /// `device` may be null: the interpreter.
  Runner(std::unique_ptr<Device> device, RunnerOptions options)
      : device(std::move(device)), options(std::move(options)) {}

  const Device *getDevice() const { return device.get(); }
  const RunnerOptions &getOptions() const { return options; }
  /// From now on: the seed of random orders.
  void setSeed(uint64_t seed) {
    for (mla_gpu::InterpreterOptions &order : options.orders)
      order.seed = seed;
  }
  llvm::Expected<Outcome> run(const Program &program, const Problem &problem);
  llvm::Expected<Outcome> run(const Program &program, const PrefillProblem &problem);
  /// The same with inputs that `makeInputs` made of `problem` for a program of the same signature.
  llvm::Expected<Outcome> run(const Program &program, const Problem &problem, const reference::DecodeInputs &inputs);
  /// The same for a program of append or rope.
  llvm::Expected<TokenOutcome> run(const Program &program, const TokenProblem &problem);
  /// Times a program that is known to be right.
  llvm::Expected<Timing> time(const Program &program, const reference::DecodeInputs &inputs);

private:
  /// Runs a call on the GPU, a second time for its bits and more often for its time, as the options ask.
  template <typename Call>
  auto measure(llvm::Expected<std::unique_ptr<Call>> call, Outcome &outcome) -> decltype((*call)->run());
  llvm::Expected<reference::DecodeOutputs> interpret(const Program &program, const reference::DecodeInputs &inputs,
                                                     Outcome &outcome);
  llvm::Expected<reference::DecodeOutputs> launch(const Program &program, const reference::DecodeInputs &inputs,
                                                  Outcome &outcome);
  llvm::Expected<reference::PrefillOutputs> interpret(const Program &program, const reference::PrefillInputs &inputs,
                                                      Outcome &outcome);
  llvm::Expected<reference::PrefillOutputs> launch(const Program &program, const reference::PrefillInputs &inputs,
                                                   Outcome &outcome);
  /// How many requests have other bits than in `outputs` when they are alone.
  llvm::Expected<int64_t> countOtherBitsAlone(const Program &program, const reference::DecodeInputs &inputs,
                                              const reference::DecodeOutputs &outputs, Outcome &outcome);
  llvm::Expected<CacheFlush *> getFlush();

  std::unique_ptr<Device> device;
  RunnerOptions options;
  std::unique_ptr<Program> flushProgram;
  std::unique_ptr<CacheFlush> flush;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_RUNNER_H
