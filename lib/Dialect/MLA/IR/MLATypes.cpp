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

LogicalResult PagedCacheType::verify(function_ref<InFlightDiagnostic()> emitError, CacheFormat format, int64_t pageSize,
                                     int64_t dLatent, int64_t dRope) { // C1: the parser
  if (pageSize < 1 || pageSize > kMaxExtent)                           // C2
    return emitError() << "expected page_size from 1 to " << kMaxExtent << ", but got " << pageSize;
  const CacheFormatInfo &info = getCacheFormatInfo(format);
  auto verifyWidth = [&](StringRef name, int64_t width, int64_t multiple) -> LogicalResult {
    if (width >= multiple && width <= kMaxExtent && width % multiple == 0)
      return success();
    return emitError() << "expected " << name << " to be a multiple of " << multiple << " from " << multiple << " to "
                       << kMaxExtent << ", but got " << width;
  };
  int64_t latentMultiple = info.scales == ScaleKind::Group ? kScaleGroup : kCopyBytes / getElementBytes(info.latent);
  if (failed(verifyWidth("d_latent", dLatent, latentMultiple))) // C3
    return failure();
  if (failed(verifyWidth("d_rope", dRope, kCopyBytes / getElementBytes(info.rope)))) // C4
    return failure();
  if (std::optional<std::string> misfit = findCacheMisfit(format, pageSize, dLatent, dRope)) // C5
    return emitError() << *misfit;
  return success();
}

CacheLayout PagedCacheType::getLayout() const {
  return getCacheLayout(getFormat(), getPageSize(), getDLatent(), getDRope());
}
