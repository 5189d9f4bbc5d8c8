//===- MLATypes.cpp - Types ---------------------------------------------------------------------------------===//
#include "dialect/MLA/MLADialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla;

#define GET_TYPEDEF_CLASSES
#include "dialect/MLA/MLATypes.cpp.inc"

void MLADialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/MLA/MLATypes.cpp.inc"
      >();
}

LogicalResult PagedCacheType::verify(function_ref<InFlightDiagnostic()> emitError, Type elementType, int64_t pageSize,
                                     int64_t dLatent, int64_t dRope) {
  if (!elementType.isBF16() && !elementType.isF16()) // C1
    return emitError() << "expected element type bf16 or f16, but got " << elementType;
  if (pageSize < 1 || pageSize > kMaxExtent) // C2
    return emitError() << "expected page_size from 1 to " << kMaxExtent << ", but got " << pageSize;
  auto verifyWidth = [&](StringRef name, int64_t width) -> LogicalResult {
    if (width >= kWidthMultiple && width <= kMaxExtent && width % kWidthMultiple == 0)
      return success();
    return emitError() << "expected " << name << " to be a multiple of " << kWidthMultiple << " from " << kWidthMultiple
                       << " to " << kMaxExtent << ", but got " << width;
  };
  if (failed(verifyWidth("d_latent", dLatent))) // C3
    return failure();
  return verifyWidth("d_rope", dRope); // C4
}
