//===- Program.h - What the command line names: IR or a package ------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_PROGRAM_H
#define TOOLS_COMMON_PROGRAM_H

#include "GPU.h"
#include "Prefill.h"
#include "Tokens.h"
#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/SourceMgr.h"

namespace mlir::mla::run {

/// The chip to compile for, or nothing if the compiler does not know this GPU.
std::optional<std::string> findChip(const GPUInfo &gpu);

/// A compiled program of one op: an `mla_gpu.program` for the interpreter, or a package for the runtime.
class Program {
public:
  /// Whether the file at `path` is a package. False if it cannot be read, which `load` will say.
  static bool isPackage(llvm::StringRef path);
  /// Reads `path` and compiles it to what is wanted: packages are taken as they are. Errors in IR are printed where
  /// they are; the error says no more than that there were some.
  static llvm::Expected<std::unique_ptr<Program>> load(llvm::StringRef path, const CompileOptions &options);
  /// The same for IR in memory; only `getPackage` may be asked of it.
  static llvm::Expected<std::unique_ptr<Program>> loadKernels(llvm::StringRef ir, llvm::StringRef name,
                                                              const CompileOptions &options);

  /// A package in memory.
  static llvm::Expected<std::unique_ptr<Program>> loadPackage(llvm::StringRef bytes, llvm::StringRef name);

  const std::string &getName() const { return name; }
  /// Of a decode program.
  const Signature &getSignature() const { return signature; }
  /// Of a prefill program, if it is one.
  const std::optional<PrefillSignature> &getPrefillSignature() const { return prefill; }
  /// Of an append or rope program; null for the others.
  const TokenSignature *getTokens() const { return tokens ? &*tokens : nullptr; }
  /// For the GPU; null for the interpreter.
  const mla_package_t *getPackage() const { return package.get(); }
  /// For the interpreter; null for the GPU.
  mla_gpu::ProgramOp getProgram() const { return program; }

private:
  Program() = default;
  /// `remarks` says whether the compiler's remarks are printed.
  llvm::Error compileIR(std::unique_ptr<llvm::MemoryBuffer> input, const CompileOptions &options, bool remarks);
  llvm::Error findProgram();
  /// What the package implements.
  llvm::Error readSignature();
  /// Extents that `mla.decode` fixes and the program does not carry: b.
  void readExtents();

  std::string name;
  Signature signature;
  std::optional<PrefillSignature> prefill;
  std::optional<TokenSignature> tokens;
  PackageHandle package;
  // In this order: operations go before their context, which goes before the handler and the sources.
  llvm::SourceMgr sources;
  std::unique_ptr<MLIRContext> context;
  std::unique_ptr<SourceMgrDiagnosticHandler> diagnostics;
  OwningOpRef<ModuleOp> module;
  mla_gpu::ProgramOp program;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_PROGRAM_H
