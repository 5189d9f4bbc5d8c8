//===- Passes.h - mla to mla_gpu ------------------------------------------------------------------*- C++ -*-===//
#ifndef LIB_CONVERSION_MLATOMLAGPU_PASSES_H
#define LIB_CONVERSION_MLATOMLAGPU_PASSES_H

#include "mlir/Pass/Pass.h"
#include <memory>

namespace mlir {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/MLAToMLAGPU/Passes.h.inc"
} // namespace mlir

#endif // LIB_CONVERSION_MLATOMLAGPU_PASSES_H
