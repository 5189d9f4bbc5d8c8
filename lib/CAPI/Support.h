//===- Support.h - What the files of the C face share -----------------------------------------------*- C++ -*-===//
#ifndef LIB_CAPI_SUPPORT_H
#define LIB_CAPI_SUPPORT_H

#include "lib/Pipelines/Compile.h"
#include "mla/MLACompiler.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

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

/// What `checkNesting` says, without "error: ".
std::string describeNesting(llvm::Error error);

} // namespace mlir::mla

#endif // LIB_CAPI_SUPPORT_H
