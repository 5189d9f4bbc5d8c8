//===- ScheduleOptions.h - The tools' options about schedules ------------------------------------*- C++ -*-===//
#ifndef LIB_PIPELINES_SCHEDULEOPTIONS_H
#define LIB_PIPELINES_SCHEDULEOPTIONS_H

#include "lib/Pipelines/Compile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

namespace mlir::mla {

/// Where templates and the assembler are: what every tool that compiles asks.
struct BuildOptions {
  explicit BuildOptions(llvm::cl::OptionCategory &category);
  void apply(CompileOptions &options) const;

  llvm::cl::opt<std::string> templateDir, ptxas;
};

/// How a schedule is chosen, for mla-compile and mla-run; one static object in a tool.
struct ScheduleOptions : BuildOptions {
  explicit ScheduleOptions(llvm::cl::OptionCategory &category);

  /// Fills in what was given. The error names the option.
  llvm::Error apply(CompileOptions &options) const;
  /// Whether the user asked what the levers are; prints the answer if so.
  bool printHelp() const;

  llvm::cl::opt<std::string> schedule, table, gpu;
};

} // namespace mlir::mla

#endif // LIB_PIPELINES_SCHEDULEOPTIONS_H
