//===- MLAGPUOps.h - Operations of the mla_gpu dialect -------------------------------------------*- C++ -*-===//
#ifndef DIALECT_MLAGPU_MLAGPUOPS_H
#define DIALECT_MLAGPU_MLAGPUOPS_H

#include "dialect/MLAGPU/MLAGPUDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialect/MLAGPU/MLAGPUOps.h.inc"

namespace mlir::mla_gpu {
/// The team that executes an op inside a role: the role's, or one warp inside `each_warp`.
Team getExecutingTeam(Operation *op);

/// Whether what is bound is a tensor map; the runtime's twin is `is_map` of package.c.
bool isTensorMapBinding(Binding binding);

/// Blocks of a cluster on any device; the runtime's twin is MAX_CLUSTER of package.c.
constexpr int64_t kMostClusterBlocks = 8;

/// Whether the host may round the grid down to whole clusters.
bool isRoundedToClusters(Grid grid);

/// Whether the op acts in every block of the cluster.
bool isMulticast(::mlir::Operation *op);
} // namespace mlir::mla_gpu

#endif // DIALECT_MLAGPU_MLAGPUOPS_H
