//===- Element.h - bf16, f16 and e4m3, for inner loops -------------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_ELEMENT_H
#define LIB_REFERENCE_ELEMENT_H

#include "lib/Reference/Decode.h"
#include <cstring>

namespace mlir::mla::reference {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// elementToFloat for an element type known at compile time. Without branches, so that loops over it vectorise.
template <Element element> inline float toFloat(uint16_t bits) {
  uint32_t word = static_cast<uint32_t>(bits) << 16;
  if constexpr (element == Element::BF16)
    return floatOf(word);
  uint32_t sign = word & 0x80000000u, magnitude = (word & 0x7fffffffu) >> 3;
  // Normal: the exponent's bias goes from 15 to 127, that of infinity and NaN from 31 to 255.
  uint32_t normal = magnitude + (112u << 23) + (magnitude >= 31u << 23 ? 112u << 23 : 0u);
  // Zero or subnormal, a multiple of 2^-24: the significand is an integer.
  uint32_t small = bitsOf(static_cast<float>(static_cast<int32_t>(magnitude >> 13)) * 0x1p-24f);
  return floatOf(sign | (magnitude < 1u << 23 ? small : normal));
}

/// Widens `count` elements; exact.
void widen(Element element, const uint16_t *from, int64_t count, double *to);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_ELEMENT_H
