//===- Call.cpp - Running the kernels of a program as the runtime would -------------------------------------===//
#include "lib/Interpreter/Call.h"
#include <set>

namespace mlir::mla_gpu {

/// Whether the kernel contains an op of this kind.
template <typename OpTy> static bool contains(KernelOp kernel) {
  return kernel.walk([](OpTy) { return WalkResult::interrupt(); }).wasInterrupted();
}

LogicalResult runCall(ProgramOp program, CallHost &host, const InterpreterOptions &options, InterpreterReport &report) {
  SmallVector<KernelOp> kernels;
  for (KernelOp kernel : program.getBody().getOps<KernelOp>())
    if (kernel.getStep() == Step::Other)
      return kernel.emitError() << "expected step schedule or attend in a " << host.getOpName()
                                << " program, but got other";
  for (Step step : {Step::Schedule, Step::Attend})
    for (KernelOp kernel : program.getBody().getOps<KernelOp>())
      if (kernel.getStep() == step)
        kernels.push_back(kernel);

  // A kernel whose predecessor executes `pdl.trigger` may start before that one has ended. `running` holds the buffers
  // written by kernels that a wait for the predecessor covers, `uncovered` those of kernels that it does not cover.
  std::set<Binding> running, uncovered;
  bool predecessorTriggers = false;
  for (KernelOp kernel : kernels) {
    SmallVector<KernelArgument> arguments;
    for (unsigned i = 0, e = kernel.getArgumentTypes().size(); i < e; ++i) {
      Binding binding = kernel.getBinding(i);
      if (!host.knows(binding))
        return kernel.emitError() << "binding '" << stringifyBinding(binding) << "' has no meaning in a "
                                  << host.getOpName() << " program";
      arguments.push_back(host.getArgument(binding));
    }
    if (!predecessorTriggers) {
      running.clear();
      uncovered.clear();
    }
    for (auto &[binding, buffer] : host.getBuffers()) {
      buffer.written = false;
      buffer.availability = uncovered.count(binding) ? DeviceBuffer::Availability::Never
                            : running.count(binding) ? DeviceBuffer::Availability::AfterWait
                                                     : DeviceBuffer::Availability::Ready;
    }
    size_t before = report.findings.size();
    if (failed(interpretKernel(kernel, host.getExtent(kernel.getGridX()), host.getExtent(kernel.getGridY()), arguments,
                               options, report)))
      return failure();
    if (report.findings.size() != before)
      break;
    // The end of a kernel implies the end of its predecessor only if it waited for it.
    if (!contains<PdlWaitOp>(kernel)) {
      uncovered.insert(running.begin(), running.end());
      running.clear();
    }
    for (auto &[binding, buffer] : host.getBuffers())
      if (buffer.written)
        running.insert(binding);
    predecessorTriggers = contains<PdlTriggerOp>(kernel);
  }

  // The next call finds the counters as this one found them.
  const std::vector<uint8_t> &counters = host.getBuffer(Binding::Counters).bytes;
  bool usesCounters = llvm::any_of(kernels, [](KernelOp kernel) {
    return llvm::any_of(llvm::seq<unsigned>(0, kernel.getArgumentTypes().size()),
                        [&](unsigned i) { return kernel.getBinding(i) == Binding::Counters; });
  });
  if (report.clean() && usesCounters && !llvm::all_of(counters, [](uint8_t byte) { return byte == 0; }))
    report.findings.push_back(
        {FindingKind::BadArrival, program.getLoc(), std::nullopt, "the call ends with counters that are not zero"});
  return success();
}

std::optional<mla::reference::Rope> getRope(RotationAttr rotation) {
  if (!rotation)
    return std::nullopt;
  mla::reference::Rope rope;
  rope.pairing = rotation.getInterleaved() ? mla::reference::Pairing::Interleaved : mla::reference::Pairing::HalfSplit;
  rope.magnitude = rotation.getMagnitude().getValueAsDouble();
  for (int64_t turns : rotation.getTurns().asArrayRef())
    rope.inverseFrequencies.push_back(mla::reference::fromTurns(static_cast<uint64_t>(turns)));
  return rope;
}

} // namespace mlir::mla_gpu
