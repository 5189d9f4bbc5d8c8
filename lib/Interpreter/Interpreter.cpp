//===- Interpreter.cpp - Running one kernel -----------------------------------------------------------------===//
#include "lib/Interpreter/Interpreter.h"
#include "lib/Interpreter/Machine.h"
#include "lib/Interpreter/Timing.h"

namespace mlir::mla_gpu {

using namespace interpreter;

StringRef stringifyFindingKind(FindingKind kind) {
  switch (kind) {
  case FindingKind::Race:
    return "race";
  case FindingKind::MissingFence:
    return "missing fence";
  case FindingKind::Deadlock:
    return "deadlock";
  case FindingKind::BadArrival:
    return "bad arrival";
  case FindingKind::WaitMismatch:
    return "wait mismatch";
  case FindingKind::OutOfBounds:
    return "out of bounds";
  case FindingKind::Undefined:
    return "undefined";
  case FindingKind::Unsupported:
    return "unsupported";
  case FindingKind::Livelock:
    return "livelock";
  }
  llvm_unreachable("all kinds are handled");
}

void emitFindings(const InterpreterReport &report) {
  for (const Finding &finding : report.findings) {
    InFlightDiagnostic diagnostic = emitError(finding.location)
                                    << stringifyFindingKind(finding.kind) << ": " << finding.message;
    if (finding.other)
      diagnostic.attachNote(*finding.other) << "the other op is here";
  }
}

int64_t getRowOffset(const DeviceBuffer &buffer, ArrayRef<int64_t> coordinates) {
  int64_t offset = 0;
  for (auto [d, coordinate] : llvm::enumerate(coordinates)) {
    if (!buffer.strides.empty())
      offset += coordinate * buffer.strides[d];
    else
      offset = (offset + coordinate) * buffer.extents[d + 1];
  }
  return offset;
}

/// The same of one buffer whose rows lie apart.
static LogicalResult checkStrides(KernelOp kernel, size_t argument, const DeviceBuffer &buffer, int64_t elementBytes) {
  ArrayRef<int64_t> extents = buffer.extents, strides = buffer.strides;
  if (strides.size() + 1 != extents.size() || buffer.storedSlices > 0)
    return kernel.emitError() << "expected a stride for each extent but the last of argument " << argument;
  int64_t end = extents.back(), reach;
  bool isEmpty = extents.back() == 0;
  for (auto [extent, stride] : llvm::zip(extents, strides)) {
    isEmpty |= extent == 0;
    if (extent < 0 || stride < 0 || llvm::MulOverflow(std::max<int64_t>(extent - 1, 0), stride, reach) ||
        llvm::AddOverflow(end, reach, end))
      return kernel.emitError() << "extents of argument " << argument << " overflow";
  }
  if (extents.back() < 0 || llvm::MulOverflow(end, elementBytes, end))
    return kernel.emitError() << "extents of argument " << argument << " overflow";
  if (!isEmpty && static_cast<uint64_t>(end) > buffer.bytes.size())
    return kernel.emitError() << "expected a buffer of at least " << end << " bytes for argument " << argument
                              << ", but got " << buffer.bytes.size();
  return success();
}

/// Checks what handlers rely on and the caller is responsible for.
static LogicalResult checkArguments(KernelOp kernel, ArrayRef<KernelArgument> arguments) {
  if (arguments.size() != kernel.getArgumentTypes().size())
    return kernel.emitError() << "expected " << kernel.getArgumentTypes().size() << " arguments, but got "
                              << arguments.size();
  for (auto [i, argument, type] : llvm::enumerate(arguments, kernel.getArgumentTypes())) {
    auto map = dyn_cast<TensorMapType>(type);
    if ((map || isa<PtrType>(type)) && !argument.buffer)
      return kernel.emitError() << "expected a buffer for argument " << i;
    if (!map)
      continue;
    int64_t bytes = map.getElementType().getIntOrFloatBitWidth() / 8;
    ArrayRef<int64_t> extents = argument.buffer->extents;
    bool isPeriodic = argument.buffer->storedSlices > 0;
    if (extents.size() < (isPeriodic ? 3 : 2))
      return kernel.emitError() << "expected extents of a tensor map for argument " << i;
    if (!argument.buffer->strides.empty()) {
      if (failed(checkStrides(kernel, i, *argument.buffer, bytes)))
        return failure();
      continue;
    }
    for (auto [d, extent] : llvm::enumerate(extents)) {
      int64_t stored = d == 0 && isPeriodic ? argument.buffer->storedSlices : extent;
      if (extent < 0 || stored < 0 || llvm::MulOverflow(bytes, stored, bytes))
        return kernel.emitError() << "extents of argument " << i << " overflow";
    }
    if (static_cast<uint64_t>(bytes) > argument.buffer->bytes.size())
      return kernel.emitError() << "expected a buffer of at least " << bytes << " bytes for argument " << i
                                << ", but got " << argument.buffer->bytes.size();
  }
  return success();
}

/// More shared memory than any device has is not allocated.
static bool checkBuffers(const KernelCode &code, InterpreterReport &report) {
  constexpr int64_t kMostBytes = 1 << 20;
  int64_t total = 0;
  for (SmemAllocOp op : code.buffers) {
    total += op.getType().getSizeInBytes();
    if (total <= kMostBytes)
      continue;
    report.findings.push_back(
        {FindingKind::Unsupported, op.getLoc(), std::nullopt,
         llvm::formatv("expected at most {0} bytes of shared memory, but got {1}", kMostBytes, total)});
    return false;
  }
  return true;
}

LogicalResult interpretKernel(KernelOp kernel, int64_t gridX, int64_t gridY, ArrayRef<KernelArgument> arguments,
                              const InterpreterOptions &options, InterpreterReport &report) {
  FailureOr<KernelCode> code = prepareKernel(kernel);
  if (failed(code) || failed(checkArguments(kernel, arguments)))
    return failure();
  constexpr int64_t kMostBlocks = std::numeric_limits<int32_t>::max();
  if (gridX < 0 || gridY < 0 || gridX > kMostBlocks || gridY > kMostBlocks)
    return kernel.emitError() << "expected a grid of 0 to " << kMostBlocks << " blocks a side, but got " << gridX
                              << " x " << gridY;
  if (!checkBuffers(*code, report))
    return success();
  int64_t clusterSize = kernel.getClusterSize();
  if (clusterSize > 1 && gridX < clusterSize)
    return kernel.emitError() << "expected a grid of at least " << clusterSize << " blocks along dimension 0, but got "
                              << gridX;
  gridX -= gridX % clusterSize;
  if (options.timing && clusterSize > 1)
    return kernel.emitError("the timing mode runs one block at a time: expected no cluster, but got one of ")
           << clusterSize << " blocks";
  if (options.timing) {
    runTimed(*code, gridX, gridY, arguments, options, report);
    return success();
  }
  size_t before = report.findings.size();
  Launch shared(kernel, arguments);
  std::vector<std::unique_ptr<Machine>> waiting;
  for (int64_t y = 0; y < gridY; ++y)
    for (int64_t x = 0; x < gridX && report.findings.size() == before; x += clusterSize) {
      auto machine = std::make_unique<Machine>(*code, shared, x, y, gridX, gridY, arguments, options, report);
      if (!machine->run())
        waiting.push_back(std::move(machine));
    }
  // Blocks that wait for others go on in turn, until all have ended or none can.
  bool progress = true;
  while (progress && report.findings.size() == before) {
    progress = false;
    for (size_t i = 0; i < waiting.size() && report.findings.size() == before;) {
      uint64_t steps = waiting[i]->getSteps();
      bool ended = waiting[i]->run();
      progress |= ended || waiting[i]->getSteps() != steps;
      if (ended)
        waiting.erase(waiting.begin() + i);
      else
        ++i;
    }
  }
  if (!waiting.empty() && report.findings.size() == before)
    waiting.front()->reportDeadlock();
  return success();
}

} // namespace mlir::mla_gpu
