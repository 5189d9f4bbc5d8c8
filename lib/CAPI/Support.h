//===- Support.h - What the files of the C face share -----------------------------------------------*- C++ -*-===//
#ifndef LIB_CAPI_SUPPORT_H
#define LIB_CAPI_SUPPORT_H

#include "lib/Pipelines/Compile.h"
#include "mla/MLACompiler.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/SourceMgr.h"

struct MlaCompileOptions {
  mlir::mla::CompileOptions options;
};

namespace mlir::mla {

/// Where diagnostics go.
struct Reporter {
  MlaDiagnosticCallback callback;
  void *userData;

  void report(MlaSeverity severity, const llvm::Twine &message) const {
    if (callback)
      callback(severity, message.str().c_str(), userData);
  }

  /// Reports an error; null and false to return it.
  std::nullptr_t fail(const llvm::Twine &message) const {
    report(MlaSeverityError, message);
    return nullptr;
  }

  /// Reports a diagnostic and its notes.
  void report(Diagnostic &diagnostic) const;
};

/// Makes `size` bytes of IR the one buffer of `sources`, called `name` in diagnostics. False, and reported, where a
/// pointer is null or brackets nest too deeply to be parsed.
bool openSource(const char *text, size_t size, const char *name, const Reporter &reporter, llvm::SourceMgr &sources);

} // namespace mlir::mla

#endif // LIB_CAPI_SUPPORT_H
