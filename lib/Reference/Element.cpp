//===- Element.cpp - bf16 and f16 on the host ---------------------------------------------------------------===//
//
// By integer arithmetic on the bits, so that neither the compiler's flags nor the processor's rounding mode matters.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Element.h"
#include <algorithm>

using namespace mlir::mla::reference;

namespace {
/// Divides by 2^shift (1 to 31), rounding to nearest even.
uint32_t shiftRightRounding(uint32_t value, int shift) {
  uint32_t quotient = value >> shift, remainder = value & ((1u << shift) - 1), half = 1u << (shift - 1);
  return quotient + (remainder > half || (remainder == half && (quotient & 1)));
}

uint16_t roundToBF16(uint32_t bits) {
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return static_cast<uint16_t>(bits >> 16 | 0x0040u); // Keeps the sign and the upper payload; becomes quiet.
  // A carry out of the significand raises the exponent, at the top end to infinity.
  return static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

uint16_t roundToF16(uint32_t bits) {
  uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  auto result = [&](uint32_t rest) { return static_cast<uint16_t>(sign | rest); };
  if (magnitude > 0x7f800000u)
    return result(0x7e00u | (magnitude >> 13 & 0x01ffu));
  if (magnitude >= 0x477ff000u) // 65520, halfway between the largest finite value and 2^16.
    return result(0x7c00u);
  if (magnitude >= 0x38800000u) // 2^-14, the least normal value: move the bias from 127 to 15.
    return result(shiftRightRounding(magnitude - (112u << 23), 13));
  // Subnormal, a multiple of 2^-24. At or below 2^-25 it is nearer to 0, or halfway, and 0 is even.
  if (magnitude <= 0x33000000u)
    return result(0);
  int exponent = static_cast<int>(magnitude >> 23); // From 102 to 112.
  uint32_t significand = (magnitude & 0x007fffffu) | 0x00800000u;
  return result(shiftRightRounding(significand, 126 - exponent));
}

template <Element element> void widen(const uint16_t *from, int64_t count, double *to) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = toFloat<element>(from[i]);
}
} // namespace

uint16_t mlir::mla::reference::roundToElement(Element element, float value) {
  uint32_t bits = bitsOf(value);
  return element == Element::BF16 ? roundToBF16(bits) : roundToF16(bits);
}

float mlir::mla::reference::elementToFloat(Element element, uint16_t bits) {
  return element == Element::BF16 ? toFloat<Element::BF16>(bits) : toFloat<Element::F16>(bits);
}

void mlir::mla::reference::widen(Element element, const uint16_t *from, int64_t count, double *to) {
  element == Element::BF16 ? ::widen<Element::BF16>(from, count, to) : ::widen<Element::F16>(from, count, to);
}

uint8_t mlir::mla::reference::roundToE4M3(float value) {
  uint32_t bits = bitsOf(value), sign = bits >> 24 & 0x80u, magnitude = bits & 0x7fffffffu;
  auto result = [&](uint32_t rest) { return static_cast<uint8_t>(sign | rest); };
  if (magnitude > 0x7f800000u)
    return 0x7fu;
  if (magnitude >= 0x43e00000u) // 448, the largest there is; infinity, too.
    return result(0x7eu);
  if (magnitude >= 0x3c800000u) // 2^-6, the least normal value: move the bias from 127 to 7.
    return result(std::min(shiftRightRounding(magnitude - (120u << 23), 20), 0x7eu));
  // Subnormal, a multiple of 2^-9. At or below 2^-10 it is nearer to 0, or halfway, and 0 is even.
  if (magnitude <= 0x3a800000u)
    return result(0);
  int exponent = static_cast<int>(magnitude >> 23); // From 117 to 120.
  uint32_t significand = (magnitude & 0x007fffffu) | 0x00800000u;
  return result(shiftRightRounding(significand, 141 - exponent));
}

float mlir::mla::reference::e4m3ToFloat(uint8_t bits) {
  uint32_t sign = (bits & 0x80u) << 24, magnitude = bits & 0x7fu;
  if (magnitude == 0x7fu)
    return floatOf(sign | 0x7fc00000u);
  if (magnitude >= 0x08u) // The bias goes from 7 to 127.
    return floatOf(sign | ((magnitude << 20) + (120u << 23)));
  return floatOf(sign | bitsOf(static_cast<float>(magnitude) * 0x1p-9f));
}
