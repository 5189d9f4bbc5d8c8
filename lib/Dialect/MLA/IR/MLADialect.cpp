//===- MLADialect.cpp - Registration ------------------------------------------------------------------------===//
#include "dialect/MLA/MLADialect.h"
#include "dialect/MLA/MLAOps.h"

using namespace mlir;
using namespace mlir::mla;

#include "dialect/MLA/MLADialect.cpp.inc"

void MLADialect::initialize() {
  registerAttributes();
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "dialect/MLA/MLAOps.cpp.inc"
      >();
}
