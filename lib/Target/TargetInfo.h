//===- TargetInfo.h - All facts about chips ------------------------------------------------------*- C++ -*-===//
//
// The one description of the chips that the compiler generates code for. Adding a chip is adding a row to the table in
// TargetInfo.cpp; what a pass may do is asked here, never decided by comparing names.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_TARGET_TARGETINFO_H
#define LIB_TARGET_TARGETINFO_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir::mla_gpu {

/// What is known about one chip. Limits are those of one thread block unless a name says otherwise.
struct TargetInfo {
  /// As in `--target=` and in ptxas' `-arch=`.
  llvm::StringLiteral name;
  /// For LLVM's target machine: the feature that selects the PTX version.
  llvm::StringLiteral ptxFeature;
  int32_t warpSize;
  /// 32-bit registers of a multiprocessor: what the threads of a lone block share.
  int32_t registers;
  int32_t maxRegistersPerThread;
  /// Registers per thread are allocated in multiples of this.
  int32_t registerGranularity;
  /// Static and dynamic shared memory together, in bytes.
  int32_t sharedBytes;
  /// `bar.sync` ids, the block's own 0 included.
  int32_t namedBarriers;
  /// Warp groups of four warps: wgmma, and budgets of registers that differ between them (setmaxnreg).
  bool hasWarpGroups;

  /// Registers per thread that a kernel of `threads` threads, alone on its multiprocessor, may have at its entry.
  int32_t getEntryRegisters(int32_t threads) const;
};

/// The chip called `name`, or null.
const TargetInfo *lookupTarget(llvm::StringRef name);

/// Names of all chips, separated by ", ".
std::string listTargets();

/// The sentence for a name that `lookupTarget` does not know: it lists those that it does.
std::string describeUnknownTarget(llvm::StringRef name);

} // namespace mlir::mla_gpu

#endif // LIB_TARGET_TARGETINFO_H
