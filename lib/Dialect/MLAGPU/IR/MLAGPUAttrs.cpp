//===- MLAGPUAttrs.cpp - Attributes -------------------------------------------------------------------------===//
#include "dialect/MLAGPU/MLAGPUDialect.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mla_gpu;

#include "dialect/MLAGPU/MLAGPUEnums.cpp.inc"

/// Also inside `rows(…)` of a kernel.
ParseResult mla_gpu::parseRows(AsmParser &parser, int64_t &first, int64_t &end) {
  if (succeeded(parser.parseOptionalKeyword("from"))) {
    end = RowsAttr::kNoEnd;
    return parser.parseInteger(first);
  }
  return failure(parser.parseInteger(first) || parser.parseKeyword("to") || parser.parseInteger(end));
}

void mla_gpu::printRows(AsmPrinter &printer, int64_t first, int64_t end) {
  if (end == RowsAttr::kNoEnd)
    printer << "from " << first;
  else
    printer << first << " to " << end;
}

#define GET_ATTRDEF_CLASSES
#include "dialect/MLAGPU/MLAGPUAttrs.cpp.inc"

void MLAGPUDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/MLAGPU/MLAGPUAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------------------------------------------===//
// RowsAttr
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult RowsAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t first, int64_t end) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  if (first >= 1 && first < end && first <= kMost && (end <= kMost || end == kNoEnd)) // C1
    return success();
  if (end == kNoEnd)
    return emitError() << "expected rows from 1 to " << kMost << ", but got from " << first;
  return emitError() << "expected rows first < end from 1 to " << kMost << ", but got " << first << " to " << end;
}

//===----------------------------------------------------------------------------------------------------------===//
// LayoutAttr
//===----------------------------------------------------------------------------------------------------------===//

static bool isMultiple(int64_t value, int64_t factor, int64_t min, int64_t max) {
  return value >= min && value <= max && value % factor == 0;
}

LogicalResult LayoutAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                                         function_ref<InFlightDiagnostic()> emitError) const {
  // MLIR's parser asks even where it could not parse, and has reported, the element type.
  if (!elementType)
    return failure();
  auto expectShape = [&](bool holds, StringRef expected) -> LogicalResult {
    if (holds)
      return success();
    InFlightDiagnostic diagnostic = emitError() << "expected a tensor in layout " << stringifyLayout(getValue())
                                                << " to have shape " << expected << ", but got [";
    llvm::interleaveComma(shape, diagnostic, [&](int64_t extent) {
      if (ShapedType::isDynamic(extent))
        diagnostic << "?";
      else
        diagnostic << extent;
    });
    return diagnostic << "]";
  };
  auto expectElement = [&](bool holds, StringRef expected) -> LogicalResult {
    if (holds)
      return success();
    return emitError() << "expected a tensor in layout " << stringifyLayout(getValue()) << " to have elements of "
                       << expected << ", but got " << elementType;
  };
  bool is32Bit = elementType.isF32() || elementType.isSignlessInteger(32) || elementType.isSignlessInteger(1);
  switch (getValue()) {
  case Layout::Acc: // C1
    if (isa<Float8E4M3FNType>(elementType))
      return expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 16, 16, 256),
                         "64 × a multiple of 16 from 16 to 256");
    if (failed(expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 8, 8, 256),
                           "64 × a multiple of 8 from 8 to 256")))
      return failure();
    return expectElement(is32Bit, "f32, i32, i1 or f8E4M3FN");
  case Layout::AccPaired: // C1
    if (failed(expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 8, 8, 256),
                           "64 × a multiple of 8 from 8 to 256")))
      return failure();
    return expectElement(is32Bit, "f32, i32 or i1");
  case Layout::AOperand: // C2
    if (failed(expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 16, 16, 256),
                           "64 × a multiple of 16 from 16 to 256")))
      return failure();
    return expectElement(elementType.isBF16() || elementType.isF16(), "bf16 or f16");
  case Layout::Row: // C3
    if (failed(expectShape(shape.size() == 1 && shape[0] == 64, "64")))
      return failure();
    return expectElement(is32Bit, "f32, i32 or i1");
  case Layout::RowPartial: // C3
    if (failed(expectShape(shape.size() == 1 && shape[0] == 64, "64")))
      return failure();
    return expectElement(elementType.isF32(), "f32");
  case Layout::Lane: // C4
    if (failed(expectShape(shape.size() == 1 && (shape[0] == 32 || isMultiple(shape[0], 128, 128, 4096)),
                           "32 or a multiple of 128 up to 4096")))
      return failure();
    return expectElement(is32Bit || elementType.isSignlessInteger(64), "f32, i32, i64 or i1");
  case Layout::APaired: // C5
    if (failed(expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 32, 32, 256),
                           "64 × a multiple of 32 from 32 to 256")))
      return failure();
    return expectElement(isa<Float8E4M3FNType>(elementType) || elementType.isF16(), "f8E4M3FN or f16");
  case Layout::Column: // C6
    if (failed(expectShape(shape.size() == 1 && isMultiple(shape[0], 8, 8, 256), "a multiple of 8 from 8 to 256")))
      return failure();
    return expectElement(is32Bit || elementType.isF16(), "f32, f16, i32 or i1");
  case Layout::Chunk: // C7
    if (failed(expectShape(shape.size() == 2 && shape[0] == 64 && isMultiple(shape[1], 64, 64, 256),
                           "64 × a multiple of 64 from 64 to 256")))
      return failure();
    return expectElement(isa<Float8E4M3FNType>(elementType) || elementType.isBF16() || elementType.isF16(),
                         "f8E4M3FN, bf16 or f16");
  case Layout::ChunkRow: // C8
    if (failed(expectShape(shape.size() == 1 && shape[0] == 64, "64")))
      return failure();
    return expectElement(elementType.isF32(), "f32");
  case Layout::LaneRows: // C9
    if (failed(expectShape(shape.size() == 2 && isMultiple(shape[0], 1, 1, 32) && isMultiple(shape[1], 128, 128, 512),
                           "1 to 32 × a multiple of 128 up to 512")))
      return failure();
    return expectElement(elementType.isBF16() || elementType.isF16(), "bf16 or f16");
  }
  llvm_unreachable("all layouts are handled");
}

//===----------------------------------------------------------------------------------------------------------===//
// RotationAttr, AppendAttr, RopeAttr
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult RotationAttr::verify(function_ref<InFlightDiagnostic()> emitError, bool interleaved, FloatAttr magnitude,
                                   DenseI64ArrayAttr turns) {
  if (!magnitude.getType().isF64() || !magnitude.getValue().isFinite() || magnitude.getValueAsDouble() <= 0) // C1
    return emitError() << "expected magnitude to be a finite positive f64, but got " << magnitude;
  if (turns.empty()) // C2
    return emitError() << "expected turns of at least one pair";
  return success();
}

static LogicalResult verifyElement(function_ref<InFlightDiagnostic()> emitError, Type element) {
  if (element.isBF16() || element.isF16())
    return success();
  return emitError() << "expected element bf16 or f16, but got " << element;
}

static LogicalResult verifyAtLeast(function_ref<InFlightDiagnostic()> emitError, StringRef name, int64_t least,
                                   int64_t value) {
  if (value >= least)
    return success();
  return emitError() << "expected " << name << " of at least " << least << ", but got " << value;
}

static LogicalResult verifyRotation(function_ref<InFlightDiagnostic()> emitError, RotationAttr rotation,
                                    int64_t dRope) {
  if (!rotation || int64_t(rotation.getTurns().size()) * 2 == dRope)
    return success();
  return emitError() << "expected a rotation of d_rope / 2 = " << dRope / 2 << " pairs, but got "
                     << rotation.getTurns().size();
}

LogicalResult AppendAttr::verify(function_ref<InFlightDiagnostic()> emitError, Type element, mla::CacheFormat format,
                                 int64_t pageSize, int64_t dLatent, int64_t dRope, int64_t slotBits,
                                 int64_t positionBits, int64_t queries, bool norm, FloatAttr eps,
                                 RotationAttr rotation) {
  if (failed(verifyElement(emitError, element)) ||                  // C1
      failed(verifyAtLeast(emitError, "page_size", 1, pageSize)) || // C2
      failed(verifyAtLeast(emitError, "d_latent", 1, dLatent)) ||
      failed(verifyAtLeast(emitError, "d_rope", 1, dRope)) || failed(verifyAtLeast(emitError, "queries", 0, queries)))
    return failure();
  for (auto [name, bits] :
       {std::pair<StringRef, int64_t>{"slot_bits", slotBits}, {"position_bits", positionBits}}) // C3
    if (bits != 0 && bits != 32 && bits != 64)
      return emitError() << "expected " << name << " of 0, 32 or 64, but got " << bits;
  if (slotBits == 0 && positionBits != 0)
    return emitError() << "expected position_bits of 0 with slot_bits of 0, but got " << positionBits;
  if (!eps.getType().isF32() || !eps.getValue().isFinite() || eps.getValueAsDouble() < 0) // C4
    return emitError() << "expected eps to be a finite f32 of at least 0, but got " << eps;
  return verifyRotation(emitError, rotation, dRope); // C5
}

LogicalResult RopeAttr::verify(function_ref<InFlightDiagnostic()> emitError, Type element, int64_t dRope, int64_t heads,
                               int64_t positionBits, RotationAttr rotation) {
  if (failed(verifyElement(emitError, element)) ||            // C1
      failed(verifyAtLeast(emitError, "d_rope", 1, dRope)) || // C2
      failed(verifyAtLeast(emitError, "heads", 0, heads)))
    return failure();
  if (positionBits != 32 && positionBits != 64) // C3
    return emitError() << "expected position_bits of 32 or 64, but got " << positionBits;
  return verifyRotation(emitError, rotation, dRope); // C4
}

//===----------------------------------------------------------------------------------------------------------===//
// DecodeAttr
//===----------------------------------------------------------------------------------------------------------===//

/// A factor on scores.
static LogicalResult verifyScale(function_ref<InFlightDiagnostic()> emitError, FloatAttr softmaxScale) {
  if (!softmaxScale.getType().isF32() || !softmaxScale.getValue().isFinite() || softmaxScale.getValue().isNegative() ||
      softmaxScale.getValue().isZero())
    return emitError() << "expected softmax_scale to be a finite positive f32, but got " << softmaxScale;
  return success();
}

/// A format that an attribute names: one of e4m3, of this element type, whose parts can be copied.
static LogicalResult verifyFormat(function_ref<InFlightDiagnostic()> emitError, mla::CacheFormat format, Type element,
                                  int64_t pageSize, int64_t dLatent, int64_t dRope) {
  if (!mla::isE4M3(format))
    return emitError() << "expected format to be left out or one of e4m3, but got " << format;
  if (mla::getCacheFormatInfo(format).rope == mla::CacheElement::BF16 && !element.isBF16())
    return emitError() << "expected element bf16 for a cache of format " << format << ", but got " << element;
  constexpr int64_t most = 1 << 16;
  if (pageSize > most || dLatent > most || dRope > most) // keeps the sums below in 64 bits
    return emitError() << "expected page_size, d_latent and d_rope of at most " << most << " for a cache of format "
                       << format;
  if (std::optional<std::string> misfit = mla::findCacheMisfit(format, pageSize, dLatent, dRope))
    return emitError() << *misfit;
  return success();
}

/// The format, where it is left out that of the element type.
static mla::CacheFormat getFormatOr(std::optional<mla::CacheFormat> format, Type element) {
  return format.value_or(element.isBF16() ? mla::CacheFormat::BF16 : mla::CacheFormat::F16);
}

LogicalResult DecodeAttr::verify(function_ref<InFlightDiagnostic()> emitError, Type element,
                                 std::optional<mla::CacheFormat> format, mla::Precision precision, int64_t pageSize,
                                 int64_t dLatent, int64_t dRope, bool causal, FloatAttr softmaxScale, int64_t heads,
                                 int64_t queries, RotationAttr rotation, int64_t splitSteps) {
  if (!element.isBF16() && !element.isF16()) // C1
    return emitError() << "expected element bf16 or f16, but got " << element;
  // C2
  if (pageSize < 1)
    return emitError() << "expected page_size of at least 1, but got " << pageSize;
  if (dLatent < 1)
    return emitError() << "expected d_latent of at least 1, but got " << dLatent;
  if (dRope < 0)
    return emitError() << "expected d_rope of at least 0, but got " << dRope;
  if (heads < 0)
    return emitError() << "expected heads of at least 0, but got " << heads;
  if (queries < 0)
    return emitError() << "expected queries of at least 0, but got " << queries;
  if (failed(verifyScale(emitError, softmaxScale)) || failed(verifyRotation(emitError, rotation, dRope))) // C3, C8
    return failure();
  if (splitSteps < 0 || splitSteps > kMostSplitSteps) // C9
    return emitError() << "expected split_steps from 0 to " << kMostSplitSteps << ", but got " << splitSteps;
  if (!format) {
    if (precision != mla::Precision::BF16) // C6
      return emitError() << "expected precision bf16 for a cache of " << element << ", but got " << precision;
    return success();
  }
  if (failed(verifyFormat(emitError, *format, element, pageSize, dLatent, dRope))) // C4, C5, C7
    return failure();
  return success();
}

mla::CacheFormat DecodeAttr::getCacheFormat() const { return getFormatOr(getFormat(), getElement()); }

int64_t DecodeAttr::getMostPieces(int64_t blockTableStride) const {
  if (getSplitSteps() == 0)
    return 0;
  int64_t steps = llvm::divideCeil(std::max<int64_t>(blockTableStride, 1) * getPageSize(), kStepTokens);
  return std::min<int64_t>(llvm::divideCeil(steps, getSplitSteps()), kMostPieces);
}

mla::CacheLayout DecodeAttr::getCacheLayout() const {
  return mla::getCacheLayout(getCacheFormat(), getPageSize(), getDLatent(), getDRope());
}

//===----------------------------------------------------------------------------------------------------------===//
// PrefillAttr
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult PrefillAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringAttr form, Type element,
                                  int64_t heads, int64_t dNope, int64_t dRope, int64_t dV, bool causal,
                                  FloatAttr softmaxScale, int64_t pageSize, std::optional<mla::CacheFormat> format) {
  bool isAbsorbed = form.getValue() == "absorbed";
  if (!isAbsorbed && form.getValue() != "mha") // C1
    return emitError() << "expected form \"mha\" or \"absorbed\", but got " << form;
  if (!element.isBF16() && !element.isF16()) // C2
    return emitError() << "expected element bf16 or f16, but got " << element;
  for (auto [name, extent, least] : {std::tuple<StringRef, int64_t, int64_t>("heads", heads, 1),
                                     {"d_nope", dNope, 1},
                                     {"d_rope", dRope, 0},
                                     {"d_v", dV, 1}}) // C3
    if (extent < least)
      return emitError() << "expected " << name << " of at least " << least << ", but got " << extent;
  if (failed(verifyScale(emitError, softmaxScale))) // C4
    return failure();
  if (isAbsorbed && dNope != dV) // C5
    return emitError() << "expected d_nope to be d_v in form \"absorbed\", but got " << dNope << " and " << dV;
  if (pageSize < 0 || (pageSize > 0 && !isAbsorbed)) // C6
    return emitError() << "expected page_size of " << (isAbsorbed ? "at least 0" : "0") << " in form " << form
                       << ", but got " << pageSize;
  if (!format)
    return success();
  if (pageSize == 0) // C7
    return emitError() << "expected no format without a page_size, but got " << *format;
  return verifyFormat(emitError, *format, element, pageSize, dNope, dRope); // C7, C8, C9
}

mla::CacheFormat PrefillAttr::getCacheFormat() const { return getFormatOr(getFormat(), getElement()); }

//===----------------------------------------------------------------------------------------------------------===//
// MergeAttr
//===----------------------------------------------------------------------------------------------------------===//

LogicalResult MergeAttr::verify(function_ref<InFlightDiagnostic()> emitError, Type element, int64_t heads, int64_t dV,
                                bool headsFirst) {
  if (!element.isBF16() && !element.isF16() && !element.isF32()) // C1
    return emitError() << "expected element bf16, f16 or f32, but got " << element;
  if (failed(verifyAtLeast(emitError, "heads", 1, heads))) // C2
    return failure();
  return verifyAtLeast(emitError, "d_v", 1, dV); // C2
}
