//===- ScheduleOptions.h - The tools' options about schedules ------------------------------------*- C++ -*-===//
#ifndef LIB_PIPELINES_SCHEDULEOPTIONS_H
#define LIB_PIPELINES_SCHEDULEOPTIONS_H

#include "lib/Pipelines/Compile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace mlir::mla {

/// What mla-compile, mla-run and mla-tune ask about schedules and their assembly; one static object in a tool.
struct ScheduleOptions {
  explicit ScheduleOptions(llvm::cl::OptionCategory &category);

  /// Fills in what was given. The error names the option.
  llvm::Error apply(CompileOptions &options) const;
  /// Whether the user asked what the levers are; prints the answer if so.
  bool printHelp() const;

  llvm::cl::opt<std::string> schedule, table, gpu, templateDir, ptxas;
};

} // namespace mlir::mla

#endif // LIB_PIPELINES_SCHEDULEOPTIONS_H
