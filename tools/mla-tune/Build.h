//===- Build.h - Candidates as packages -----------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_MLA_TUNE_BUILD_H
#define TOOLS_MLA_TUNE_BUILD_H

#include "lib/Pipelines/Compile.h"
#include "lib/Tuning/Candidates.h"

namespace mlir::mla::tune {

/// One source compiled with one schedule.
struct Build {
  std::string source;
  /// Place in the list of candidates; 0 is the default.
  size_t candidate = 0;
  mla_gpu::ScheduleFields schedule;
  /// The package; empty if it could not be compiled, for the reason in `failure`.
  std::string package;
  std::string failure;
};

/// Every source with every candidate, in this order, on `jobs` threads (0: one per core).
std::vector<Build> buildAll(llvm::ArrayRef<std::string> sources, llvm::ArrayRef<mla_gpu::ScheduleFields> candidates,
                            const CompileOptions &options, unsigned jobs);

/// Writes packages to a folder, and a list of them, so that they can be measured on a machine that cannot compile. The
/// list comes last: a folder with one is complete.
llvm::Error save(llvm::ArrayRef<Build> builds, llvm::StringRef folder);

/// Reads what `save` wrote.
llvm::Expected<std::vector<Build>> load(llvm::StringRef folder);

} // namespace mlir::mla::tune

#endif // TOOLS_MLA_TUNE_BUILD_H
