//===- Call.cpp - Running the kernels of a program as the runtime would -------------------------------------===//
#include "lib/Interpreter/Call.h"
#include <algorithm>
#include <set>

namespace mlir::mla_gpu {

using mla::reference::DecodeInputs;

/// The `width` bytes from `offset` on of each token, of all stored pages, one after the other: what a tensor map with
/// the strides of the cache shows of it.
static std::vector<uint8_t> copyColumns(const DecodeInputs &inputs, int64_t offset, int64_t width) {
  mla::CacheLayout layout = inputs.layout();
  std::vector<uint8_t> bytes(inputs.storedPages * layout.pageSize * width);
  auto to = bytes.begin();
  for (int64_t page = 0; page < inputs.storedPages; ++page)
    for (int64_t slot = 0; slot < layout.pageSize; ++slot)
      to = std::copy_n(inputs.cache.begin() + page * layout.pageStride + slot * layout.tokenStride + offset, width, to);
  return bytes;
}

/// The cache is only read, so copies do.
void CallHost::allocateCache(ProgramOp program, const DecodeInputs &inputs) {
  const mla::reference::DecodeShape &shape = inputs.shape;
  mla::CacheLayout layout = inputs.layout();
  std::set<Binding> bound;
  for (KernelOp kernel : program.getBody().getOps<KernelOp>())
    for (unsigned i = 0, e = kernel.getArgumentTypes().size(); i < e; ++i)
      bound.insert(kernel.getBinding(i));
  auto addMap = [&](Binding binding, int64_t offset, int64_t width, mla::CacheElement element) {
    if (!bound.count(binding))
      return;
    DeviceBuffer &buffer = buffers[binding];
    buffer.bytes = copyColumns(inputs, offset, width * mla::getElementBytes(element));
    buffer.extents = {shape.numPages, shape.page_size, width};
    buffer.storedSlices = inputs.storedPages;
  };
  // The program's verifier knows that rows are of one type.
  addMap(Binding::CacheMap, 0, shape.d_qk(), layout.info.latent);
  addMap(Binding::CacheLatentMap, 0, shape.d_latent, layout.info.latent);
  addMap(Binding::CacheRopeMap, layout.ropeOffset, shape.d_rope, layout.info.rope);
  auto addBytes = [&](Binding binding, int64_t offset) {
    if (!bound.count(binding))
      return;
    DeviceBuffer &buffer = buffers[binding];
    buffer.bytes = inputs.cache;
    std::rotate(buffer.bytes.begin(), buffer.bytes.begin() + std::min<int64_t>(offset, buffer.bytes.size()),
                buffer.bytes.end());
    buffer.repeatedBytes = std::max<int64_t>(shape.numPages * layout.pageStride - offset, 0);
  };
  addBytes(Binding::Cache, 0);
  addBytes(Binding::CacheScales, layout.scaleOffset);
  buffers[Binding::CacheScale].bytes = copyBytes(std::vector<float>{inputs.cacheScale});
}

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
  for (Step step : {Step::Schedule, Step::Attend}) {
    bool hasStep = false, hasRanges = false;
    size_t taking = 0;
    for (KernelOp kernel : program.getBody().getOps<KernelOp>())
      if (kernel.getStep() == step) {
        hasStep = true;
        hasRanges |= kernel.getRows().has_value();
        if (!kernel.takesRows(host.getRows()))
          continue;
        ++taking;
        kernels.push_back(kernel);
      }
    if (hasStep && !taking)
      return program.emitError() << "expected a kernel of step " << stringifyStep(step) << " for " << host.getRows()
                                 << " rows, but got none";
    // The host launches one. Without ranges kernels run one after the other, for programs that no host has.
    if (hasRanges && taking > 1)
      return program.emitError() << "expected one kernel of step " << stringifyStep(step) << " for " << host.getRows()
                                 << " rows, but got " << taking;
  }

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
