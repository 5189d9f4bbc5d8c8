//===- GPUKernels.h - Runs the kernels of a test on a GPU ------------------------------------------*- C++ -*-===//
#ifndef TEST_INTERPRETER_GPUKERNELS_H
#define TEST_INTERPRETER_GPUKERNELS_H

#include "lib/Interpreter/Interpreter.h"
#include "llvm/Support/Error.h"
#include <memory>

/// The kernels of a module, compiled and loaded onto a GPU.
class GPUKernels {
public:
  /// Compiles a copy of `module`, whose context must come from a registry that `registerCompiler` filled, and lets the
  /// driver assemble it. Errors in IR are printed where they are.
  static llvm::Expected<std::unique_ptr<GPUKernels>> create(mlir::ModuleOp module, int ordinal);
  ~GPUKernels();

  /// Launches `kernel` on copies of its arguments' buffers and brings back what became of them.
  llvm::Error run(mlir::mla_gpu::KernelOp kernel, int64_t gridX, int64_t gridY,
                  llvm::ArrayRef<mlir::mla_gpu::KernelArgument> arguments);

private:
  struct State;
  GPUKernels();
  std::unique_ptr<State> state;
};

#endif // TEST_INTERPRETER_GPUKERNELS_H
