//===- MLAOps.h - Operations of the mla dialect --------------------------------------------------*- C++ -*-===//
#ifndef DIALECT_MLA_MLAOPS_H
#define DIALECT_MLA_MLAOPS_H

#include "dialect/MLA/MLADialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialect/MLA/MLAOps.h.inc"

#endif // DIALECT_MLA_MLAOPS_H
