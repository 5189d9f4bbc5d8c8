//===- KernelHost.h - Running a program of one kernel as the runtime would -------------------------*- C++ -*-===//
#ifndef LIB_INTERPRETER_KERNELHOST_H
#define LIB_INTERPRETER_KERNELHOST_H

#include "lib/Interpreter/Interpreter.h"
#include "llvm/Support/MathExtras.h"
#include <cstring>
#include <map>

namespace mlir::mla_gpu {

template <typename T, typename U> std::vector<uint8_t> copyAs(const std::vector<U> &values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value = static_cast<T>(values[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

/// What the kernels' arguments are bound to, and how they are run.
class KernelHost {
public:
  KernelHost(ProgramOp program, int64_t multiprocessors) : program(program), multiprocessors(multiprocessors) {}

  void bind(Binding binding, std::vector<uint8_t> bytes) { buffers[binding].bytes = std::move(bytes); }
  void bind(Binding binding, int64_t value) { integers[binding] = value; }

  LogicalResult mismatch(StringRef what, int64_t expected, int64_t actual) {
    return program.emitError() << "expected " << what << " " << expected << ", but got " << actual;
  }
  LogicalResult checkElement(Type element, mla::reference::Element actual) {
    bool isBF16 = actual == mla::reference::Element::BF16;
    if (isBF16 ? element.isBF16() : element.isF16())
      return success();
    return program.emitError() << "expected inputs of " << element << ", but got " << (isBF16 ? "bf16" : "f16");
  }
  /// Every buffer has the size that goes with the extents.
  LogicalResult checkSize(StringRef what, size_t actual, ArrayRef<int64_t> extents) {
    int64_t expected = 1;
    for (int64_t extent : extents)
      if (extent < 0 || llvm::MulOverflow(expected, extent, expected))
        return program.emitError() << "the extents of " << what << " overflow";
    if (actual != static_cast<uint64_t>(expected))
      return program.emitError() << "expected " << expected << " elements of " << what << ", but got " << actual;
    return success();
  }

  /// Runs the kernels, all of which are of `step`.
  LogicalResult run(Step step, const InterpreterOptions &options, InterpreterReport &report) {
    constexpr int64_t kMost = 1 << 20;
    if (multiprocessors < 1 || multiprocessors > kMost)
      return program.emitError() << "expected multiprocessors from 1 to " << kMost << ", but got " << multiprocessors;
    for (KernelOp kernel : program.getBody().getOps<KernelOp>()) {
      if (kernel.getStep() != step)
        return kernel.emitError() << "expected step " << stringifyStep(step) << ", but got "
                                  << stringifyStep(kernel.getStep());
      SmallVector<KernelArgument> arguments;
      for (unsigned i = 0, e = kernel.getArgumentTypes().size(); i < e; ++i) {
        Binding binding = kernel.getBinding(i);
        KernelArgument argument;
        if (auto it = buffers.find(binding); it != buffers.end())
          argument.buffer = &it->second;
        else if (auto it = integers.find(binding); it != integers.end())
          argument.integer = it->second;
        else
          return kernel.emitError() << "binding '" << stringifyBinding(binding) << "' has no meaning in this program";
        arguments.push_back(argument);
      }
      FailureOr<int64_t> x = getExtent(kernel, kernel.getGridX()), y = getExtent(kernel, kernel.getGridY());
      if (failed(x) || failed(y) || failed(interpretKernel(kernel, *x, *y, arguments, options, report)))
        return failure();
    }
    return success();
  }

  const std::vector<uint8_t> &getBytes(Binding binding) { return buffers[binding].bytes; }

  std::vector<uint16_t> fetch(Binding binding) {
    const std::vector<uint8_t> &bytes = getBytes(binding);
    std::vector<uint16_t> values(bytes.size() / sizeof(uint16_t));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(uint16_t));
    return values;
  }

private:
  FailureOr<int64_t> getExtent(KernelOp kernel, Grid grid) {
    switch (grid) {
    case Grid::One:
      return 1;
    case Grid::Multiprocessors:
      return multiprocessors;
    case Grid::TwicePerMultiprocessor:
      return 2 * multiprocessors;
    case Grid::RowTiles:
    case Grid::Parts:
      return kernel.emitError() << "grid '" << stringifyGrid(grid) << "' has no meaning in this program";
    }
    llvm_unreachable("all grids are handled");
  }

  ProgramOp program;
  int64_t multiprocessors;
  std::map<Binding, DeviceBuffer> buffers;
  std::map<Binding, int64_t> integers;
};

} // namespace mlir::mla_gpu

#endif // LIB_INTERPRETER_KERNELHOST_H
