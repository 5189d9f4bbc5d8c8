//===- Element.cpp - bf16 and f16 on the host ---------------------------------------------------------------===//
//
// By integer arithmetic on the bits, so that neither the compiler's flags nor the processor's rounding mode matters.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Element.h"

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
} // namespace

uint16_t mlir::mla::reference::roundToElement(Element element, float value) {
  uint32_t bits = bitsOf(value);
  return element == Element::BF16 ? roundToBF16(bits) : roundToF16(bits);
}

float mlir::mla::reference::elementToFloat(Element element, uint16_t bits) {
  return element == Element::BF16 ? toFloat<Element::BF16>(bits) : toFloat<Element::F16>(bits);
}
