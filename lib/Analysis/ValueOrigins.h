//===- ValueOrigins.h - Which buffers and barriers a value can be ---------------------------------*- C++ -*-===//
//
// Barriers and views are ordinary SSA values: a role may select between two barriers or carry a view through a loop.
// Questions about "the" barrier of an op are therefore questions about a set of allocations.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_ANALYSIS_VALUEORIGINS_H
#define LIB_ANALYSIS_VALUEORIGINS_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::mla_gpu {

/// The allocations that a barrier can be.
struct BarrierOrigins {
  llvm::SmallVector<Operation *, 2> allocs;
  /// False if the value may also come from an op that is not understood.
  bool complete = true;

  bool mayBe(Operation *alloc) const { return !complete || llvm::is_contained(allocs, alloc); }
};
BarrierOrigins getBarrierOrigins(Value barrier);

/// Bytes [first, end) of a buffer.
struct SmemRange {
  SmemAllocOp alloc;
  int64_t first, end;

  bool overlaps(const SmemRange &other) const { return alloc == other.alloc && first < other.end && other.first < end; }
};

/// The pieces of shared memory that a view can be.
struct SmemOrigins {
  llvm::SmallVector<SmemRange, 2> ranges;
  /// False if the value may also come from an op that is not understood.
  bool complete = true;

  bool mayOverlap(const SmemOrigins &other) const;
};
SmemOrigins getSmemOrigins(Value view);
/// Of bytes [first, end) of a view.
SmemOrigins getSmemOrigins(Value view, int64_t first, int64_t end);

} // namespace mlir::mla_gpu

#endif // LIB_ANALYSIS_VALUEORIGINS_H
