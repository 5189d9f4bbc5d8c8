//===- Passes.h - Passes on the mla_gpu dialect ---------------------------------------------------*- C++ -*-===//
#ifndef LIB_DIALECT_MLAGPU_TRANSFORMS_PASSES_H
#define LIB_DIALECT_MLAGPU_TRANSFORMS_PASSES_H

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::mla_gpu {

#define GEN_PASS_DECL
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"

} // namespace mlir::mla_gpu

#endif // LIB_DIALECT_MLAGPU_TRANSFORMS_PASSES_H
