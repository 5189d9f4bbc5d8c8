//===- MLAAttrs.cpp - Attributes ----------------------------------------------------------------------------===//
#include "dialect/MLA/MLADialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla;

#define GET_ATTRDEF_CLASSES
#include "dialect/MLA/MLAAttrs.cpp.inc"

void MLADialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/MLA/MLAAttrs.cpp.inc"
      >();
}
