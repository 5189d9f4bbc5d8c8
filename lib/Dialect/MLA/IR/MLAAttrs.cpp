//===- MLAAttrs.cpp - Attributes ----------------------------------------------------------------------------===//
#include "dialect/MLA/MLADialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <limits>

using namespace mlir;
using namespace mlir::mla;

#include "dialect/MLA/MLAEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/MLA/MLAAttrs.cpp.inc"

void MLADialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/MLA/MLAAttrs.cpp.inc"
      >();
}

/// An f64 for which `holds` is true; `expected` says in words what that is.
static LogicalResult verifyNumber(function_ref<InFlightDiagnostic()> emitError, StringRef name, FloatAttr value,
                                  StringRef expected, function_ref<bool(double)> holds) {
  if (value && value.getType().isF64() && value.getValue().isFinite() && holds(value.getValueAsDouble()))
    return success();
  return emitError() << "expected " << name << " to be " << expected << ", but got " << value;
}

LogicalResult YarnAttr::verify(function_ref<InFlightDiagnostic()> emitError, FloatAttr factor, int64_t originalLength,
                               FloatAttr betaFast, FloatAttr betaSlow, FloatAttr mscale, FloatAttr mscaleAllDim) {
  auto isPositive = [](double value) { return value > 0; };
  auto isWeight = [](double value) { return value >= 0 && value <= 1000; };
  if (failed(verifyNumber(emitError, "factor", factor, "a finite f64 of at least 2^-20",
                          [](double value) { return value >= 0x1p-20; }))) // C1
    return failure();
  if (originalLength < 1 || originalLength > std::numeric_limits<int32_t>::max()) // C2
    return emitError() << "expected original_length from 1 to " << std::numeric_limits<int32_t>::max() << ", but got "
                       << originalLength;
  // C3
  if (failed(verifyNumber(emitError, "beta_slow", betaSlow, "a positive f64", isPositive)))
    return failure();
  if (failed(verifyNumber(emitError, "beta_fast", betaFast, "an f64 of at least beta_slow",
                          [&](double value) { return value >= betaSlow.getValueAsDouble(); })))
    return failure();
  if (failed(verifyNumber(emitError, "mscale", mscale, "an f64 from 0 to 1000", isWeight))) // C4
    return failure();
  return verifyNumber(emitError, "mscale_all_dim", mscaleAllDim, "an f64 from 0 to 1000", isWeight); // C4
}

LogicalResult RopeAttr::verify(function_ref<InFlightDiagnostic()> emitError, FloatAttr base, Pairing pairing,
                               YarnAttr yarn, ArrayAttr factors) {
  if (failed(
          verifyNumber(emitError, "base", base, "an f64 greater than 1", [](double value) { return value > 1; }))) // C1
    return failure();
  if (factors) // C2
    for (Attribute factor : factors) {
      auto number = dyn_cast<FloatAttr>(factor);
      if (!number || !number.getType().isF64() || !number.getValue().isFinite() || number.getValueAsDouble() < 0x1p-20)
        return emitError() << "expected factors to be finite f64 of at least 2^-20, but got " << factor;
    }
  return success();
}
