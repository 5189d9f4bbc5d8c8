//===- Candidates.h - Schedules to try ------------------------------------------------------------*- C++ -*-===//
#ifndef LIB_TUNING_CANDIDATES_H
#define LIB_TUNING_CANDIDATES_H

#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include <vector>

namespace mlir::mla {

/// Bound on what a grid may ask for.
inline constexpr size_t kMaxCandidates = 4096;

/// The default, and then every combination of each grid, each schedule once and complete. A grid is text such as
/// "item_cost=1,2,3;min_steps=1,2"; what it does not name keeps its default.
/// Levers that trade accuracy for time are refused: random inputs do not show what they cost.
llvm::Expected<std::vector<mla_gpu::ScheduleFields>> expandCandidates(llvm::ArrayRef<std::string> grids);

/// One grid from each line of the file at `path`; empty lines and what follows a # do not count.
llvm::Expected<std::vector<std::string>> readCandidates(llvm::StringRef path);

/// The fields in which `schedule` differs from the default, "default" if there are none.
std::string describeCandidate(const mla_gpu::ScheduleFields &schedule);

} // namespace mlir::mla

#endif // LIB_TUNING_CANDIDATES_H
