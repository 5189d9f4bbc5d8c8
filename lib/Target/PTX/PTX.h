//===- PTX.h - From kernels in the LLVM dialect to PTX and cubin ---------------------------------*- C++ -*-===//
//
// Calls LLVM's NVPTX backend directly: `gpu-module-to-binary` would link libdevice, the LLVM optimiser and the backends
// of other vendors, of which these kernels need nothing. ptxas is a separate program and may be missing.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_TARGET_PTX_PTX_H
#define LIB_TARGET_PTX_PTX_H

#include "lib/Target/TargetInfo.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/Operation.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla_gpu {

/// The translations to LLVM IR that the functions below need. Contexts that come from a registry which this has filled
/// are ready for them.
void registerPTXTranslations(DialectRegistry &registry);

/// LLVM IR of `module`, a `gpu.module` of `llvm.func` kernels, for `target`, as text.
FailureOr<std::string> translateToLLVM(Operation *module, const TargetInfo &target);

/// PTX of `module`. Errors, also those of the backend, go to the diagnostic handler, located at `module`.
FailureOr<std::string> translateToPTX(Operation *module, const TargetInfo &target);

/// What ptxas says about one kernel.
struct AssembledKernel {
  std::string name;
  int64_t registers = 0;
  /// Static shared memory; dynamic shared memory is the launch's business.
  int64_t sharedBytes = 0;
  int64_t stackBytes = 0;
  int64_t spillStoreBytes = 0, spillLoadBytes = 0;
  /// `bar.sync` ids in use.
  int64_t namedBarriers = 0;
};

struct Assembly {
  std::string cubin;
  /// Everything that ptxas printed.
  std::string log;
  std::vector<AssembledKernel> kernels;
};

struct AssembleOptions {
  /// The ptxas to run. Empty: $MLA_PTXAS, then the one in PATH, then the one in $CUDA_HOME/bin or /usr/local/cuda/bin.
  std::string ptxasPath;
};

/// Reads what ptxas printed with `-v`. Text that it does not know is skipped.
std::vector<AssembledKernel> parseAssemblerLog(llvm::StringRef log);

/// Assembles `ptx`, which came from `module` (the place of diagnostics). Nothing, without a diagnostic, if no ptxas was
/// named and none is installed. Fails if ptxas does, and also where it warns that wgmma is serialised (C75xx) or that a
/// kernel spills more than 64 bytes: such a cubin would be many times slower than meant. The diagnostic has ptxas' own
/// words, keeps the PTX in a file and gives the command that repeats it.
FailureOr<std::optional<Assembly>> assemblePTX(llvm::StringRef ptx, Operation *module, const TargetInfo &target,
                                               const AssembleOptions &options = {});

} // namespace mlir::mla_gpu

#endif // LIB_TARGET_PTX_PTX_H
