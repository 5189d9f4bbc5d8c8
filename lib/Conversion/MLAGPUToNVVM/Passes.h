//===- Passes.h - From tiles and roles to threads ------------------------------------------------*- C++ -*-===//
#ifndef LIB_CONVERSION_MLAGPUTONVVM_PASSES_H
#define LIB_CONVERSION_MLAGPUTONVVM_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::mla_gpu {

#define GEN_PASS_DECL
#include "lib/Conversion/MLAGPUToNVVM/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Conversion/MLAGPUToNVVM/Passes.h.inc"

} // namespace mlir::mla_gpu

#endif // LIB_CONVERSION_MLAGPUTONVVM_PASSES_H
