//===- MLADialect.h - The mla dialect, its attributes and types ----------------------------------*- C++ -*-===//
#ifndef DIALECT_MLA_MLADIALECT_H
#define DIALECT_MLA_MLADIALECT_H

#include "dialect/MLA/MLASyntax.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "dialect/MLA/MLADialect.h.inc"

#include "dialect/MLA/MLAEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/MLA/MLAAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/MLA/MLATypes.h.inc"

#endif // DIALECT_MLA_MLADIALECT_H
