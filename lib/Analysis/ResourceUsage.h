//===- ResourceUsage.h - What a kernel asks of the chip -------------------------------------------*- C++ -*-===//
//
// Shared memory, barriers and registers of one kernel, counted on the IR. Registers are an estimate with a purpose:
// wgmma keeps its accumulators and A fragments in registers that nothing else may touch, and where they do not fit the
// assembler silently serialises the tensor cores. So what is counted is what cannot be moved or recomputed: the
// distributed tensors that are live at the same time. Scalars, addresses and temporaries are a flat overhead.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_ANALYSIS_RESOURCEUSAGE_H
#define LIB_ANALYSIS_RESOURCEUSAGE_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::mla_gpu {

/// Registers per thread for everything that is not a distributed tensor, about: ptxas has the last word, whose spills
/// and whose serialised wgmma (C7512) are errors.
inline constexpr int64_t kRegisterOverhead = 16;

/// Registers that one thread holds of `value`: 0 for scalars and for constants, 1 for a splat of a scalar, a few for
/// factors of columns that are loaded for the next op alone.
int64_t getRegisters(Value value);

/// A value that occupies registers at some point.
struct LiveValue {
  Value value;
  int64_t registers;
};

/// Registers of distributed tensors in one role.
struct RoleUsage {
  RoleOp role;
  /// Per thread, at the peak, without kRegisterOverhead.
  int64_t tensorRegisters = 0;
  /// An op at which the peak is reached; null if the role holds no distributed tensor.
  Operation *peak = nullptr;
  /// What is live there, largest first. A operands count until the wgmma that reads them is waited for.
  llvm::SmallVector<LiveValue> live;
};

class ResourceUsage {
public:
  explicit ResourceUsage(KernelOp kernel);

  /// The kernel's `smem_bytes`, or the sum of all buffers and mbarriers before offsets were assigned.
  int64_t getSharedBytes() const { return sharedBytes; }
  int64_t getNumMbarriers() const { return numMbarriers; }
  int64_t getNumNamedBarriers() const { return numNamedBarriers; }
  llvm::ArrayRef<RoleUsage> getRoles() const { return roles; }

private:
  int64_t sharedBytes = 0, numMbarriers = 0, numNamedBarriers = 0;
  llvm::SmallVector<RoleUsage> roles;
};

/// Bytes of one mbarrier object, which is also its alignment.
inline constexpr int64_t kMbarBytes = 8;

} // namespace mlir::mla_gpu

#endif // LIB_ANALYSIS_RESOURCEUSAGE_H
