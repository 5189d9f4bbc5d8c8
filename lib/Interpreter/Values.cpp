//===- Values.cpp - What SSA values hold while a kernel is interpreted --------------------------------------===//
#include "lib/Interpreter/Values.h"
#include "lib/Reference/Element.h"
#include <cmath>

namespace mlir::mla_gpu::interpreter {

using mla::reference::Element;

bool isSupportedType(Type type) {
  constexpr int64_t kMostElements = 1 << 20;
  if (isa<SmemType, PtrType, TensorMapType, MbarType, NbarType>(type))
    return true;
  if (auto pending = dyn_cast<PendingType>(type))
    return isSupportedType(pending.getTensor());
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (!getLayout(tensor) || !tensor.hasStaticShape())
      return false;
    int64_t elements = 1;
    for (int64_t extent : tensor.getShape()) {
      if (extent <= 0 || extent > kMostElements)
        return false;
      elements *= extent;
      if (elements > kMostElements)
        return false;
    }
    Type element = tensor.getElementType();
    return element.isF32() || isHeldAsBits(element) || getIntegerWidth(element);
  }
  return type.isF32() || getIntegerWidth(type) != 0;
}

std::optional<Element> getElement(Type type) {
  if (type.isBF16())
    return Element::BF16;
  if (type.isF16())
    return Element::F16;
  return std::nullopt;
}

bool isHeldAsBits(Type element) { return getElement(element) || isa<Float8E4M3FNType>(element); }

/// By integer arithmetic, so that neither the compiler's flags nor the processor's rounding mode matters.
static uint8_t roundToE4M3(float value) {
  uint32_t bits = mla::reference::bitsOf(value), magnitude = bits & 0x7fffffffu;
  auto sign = static_cast<uint8_t>(bits >> 24 & 0x80u);
  // Divides by 2^shift (1 to 31), to nearest even.
  auto divide = [](uint32_t value, int shift) {
    uint32_t quotient = value >> shift, remainder = value & ((1u << shift) - 1), half = 1u << (shift - 1);
    return static_cast<uint8_t>(quotient + (remainder > half || (remainder == half && (quotient & 1))));
  };
  if (magnitude > 0x7f800000u)
    return 0x7f;
  if (magnitude >= 0x43e00000u) // 448, the largest value
    return sign | 0x7e;
  if (magnitude >= 0x3c800000u) // 2^-6, the least normal value: move the bias from 127 to 7.
    return sign | divide(magnitude - (120u << 23), 20);
  // A multiple of 2^-9. Below 2^-11 all are nearer to 0.
  int shift = 141 - static_cast<int>(magnitude >> 23);
  return shift > 31 ? sign : sign | divide((magnitude & 0x007fffffu) | 0x00800000u, shift);
}

uint16_t roundToBits(Type element, float value) {
  if (std::optional<Element> half = getElement(element))
    return mla::reference::roundToElement(*half, value);
  return roundToE4M3(value);
}

static std::vector<float> makeElementTable(Element element) {
  std::vector<float> table(1 << 16);
  for (unsigned bits = 0; bits < table.size(); ++bits)
    table[bits] = mla::reference::elementToFloat(element, static_cast<uint16_t>(bits));
  return table;
}

static std::vector<float> makeE4M3Table() {
  std::vector<float> table(1 << 8);
  for (unsigned bits = 0; bits < table.size(); ++bits) {
    int exponent = bits >> 3 & 15, fraction = bits & 7;
    float magnitude = exponent ? std::ldexp(8.0f + fraction, exponent - 10) : std::ldexp(float(fraction), -9);
    if ((bits & 0x7f) == 0x7f)
      magnitude = std::numeric_limits<float>::quiet_NaN();
    table[bits] = std::copysign(magnitude, bits & 0x80 ? -1.0f : 1.0f);
  }
  return table;
}

const float *getElementTable(Type element) {
  static const std::vector<float> bf16 = makeElementTable(Element::BF16);
  static const std::vector<float> f16 = makeElementTable(Element::F16);
  static const std::vector<float> e4m3 = makeE4M3Table();
  return (element.isBF16() ? bf16 : element.isF16() ? f16 : e4m3).data();
}

TensorRef makeSplat(RankedTensorType type, int64_t integer, float real) {
  auto result = std::make_shared<Tensor>();
  size_t elements = type.getNumElements();
  Type element = type.getElementType();
  if (isHeldAsBits(element))
    result->bits.assign(elements, roundToBits(element, real));
  else if (isa<FloatType>(element))
    result->reals.assign(elements, real);
  else
    result->integers.assign(elements, wrapInteger(static_cast<uint64_t>(integer), getIntegerWidth(element)));
  return result;
}

} // namespace mlir::mla_gpu::interpreter
