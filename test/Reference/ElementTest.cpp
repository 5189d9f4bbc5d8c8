//===- ElementTest.cpp - Rounding to bf16, f16 and e4m3 -----------------------------------------------------===//
#include "lib/Reference/Decode.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla::reference;

namespace {
constexpr float kInfinity = std::numeric_limits<float>::infinity();

float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

uint16_t bf16(float value) { return roundToElement(Element::BF16, value); }
uint16_t f16(float value) { return roundToElement(Element::F16, value); }

class EveryElement : public testing::TestWithParam<Element> {
protected:
  /// Bits of +infinity; the finite positive values are all below, in ascending order.
  uint16_t infinity() const { return GetParam() == Element::BF16 ? 0x7f80 : 0x7c00; }
  float value(uint16_t bits) const { return elementToFloat(GetParam(), bits); }
  uint16_t round(float real) const { return roundToElement(GetParam(), real); }
};

TEST_P(EveryElement, RoundTripKeepsAllValues) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    float real = value(bits);
    bool nan = (bits & 0x7fff) > infinity();
    ASSERT_EQ(std::isnan(real), nan) << bits;
    if (nan)
      ASSERT_TRUE(std::isnan(value(round(real)))) << bits;
    else
      ASSERT_EQ(round(real), bits);
  }
}

TEST_P(EveryElement, ValuesAscendWithTheirBits) {
  for (uint16_t bits = 0; bits < infinity(); ++bits) {
    ASSERT_LT(value(bits), value(bits + 1)) << bits;
    ASSERT_EQ(value(bits | 0x8000), -value(bits)) << bits;
  }
}

// Between any two neighbours: halfway goes to the even one, any less or more to the nearer one.
TEST_P(EveryElement, TiesGoToEven) {
  for (uint16_t bits = 0; bits + 1 < infinity(); ++bits) {
    float halfway = value(bits) / 2 + value(bits + 1) / 2; // Exact, save where it underflows.
    if (static_cast<double>(halfway) != (static_cast<double>(value(bits)) + value(bits + 1)) / 2)
      continue;
    uint16_t even = bits + (bits & 1);
    ASSERT_EQ(round(halfway), even) << bits;
    ASSERT_EQ(round(std::nextafter(halfway, 0.0f)), bits) << bits;
    ASSERT_EQ(round(std::nextafter(halfway, kInfinity)), bits + 1) << bits;
    ASSERT_EQ(round(-halfway), even | 0x8000) << bits;
  }
}

TEST_P(EveryElement, NaNStaysNaN) {
  for (uint32_t bits : {0x7fc00000u, 0x7f800001u, 0xffc00000u, 0xffffffffu, 0x7fffffffu, 0x7f801000u}) {
    uint16_t rounded = round(fromBits(bits));
    EXPECT_GT(rounded & 0x7fff, infinity()) << bits;
    EXPECT_EQ(rounded >> 15, bits >> 31) << bits;
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryElement, testing::Values(Element::BF16, Element::F16),
                         [](const auto &info) { return info.param == Element::BF16 ? "BF16" : "F16"; });

TEST(Element, BF16ByHand) {
  EXPECT_EQ(bf16(0.0f), 0x0000);
  EXPECT_EQ(bf16(-0.0f), 0x8000);
  EXPECT_EQ(bf16(1.0f), 0x3f80);
  EXPECT_EQ(bf16(-2.0f), 0xc000);
  EXPECT_EQ(bf16(1.00390625f), 0x3f80);          // 1 + 2^-8, a tie: to 1
  EXPECT_EQ(bf16(1.01171875f), 0x3f82);          // 1 + 3·2^-8, a tie: up
  EXPECT_EQ(bf16(fromBits(0x00000001)), 0x0000); // the least f32
  EXPECT_EQ(bf16(fromBits(0x00008000)), 0x0000); // half the least bf16, a tie
  EXPECT_EQ(bf16(fromBits(0x00008001)), 0x0001); // just above
  EXPECT_EQ(bf16(fromBits(0x00018000)), 0x0002); // subnormal tie to even
  EXPECT_EQ(bf16(fromBits(0x7f7f7fff)), 0x7f7f); // just below the tie with infinity
  EXPECT_EQ(bf16(fromBits(0x7f7f8000)), 0x7f80); // overflow
  EXPECT_EQ(bf16(-kInfinity), 0xff80);
}

TEST(Element, F16ByHand) {
  EXPECT_EQ(f16(0.0f), 0x0000);
  EXPECT_EQ(f16(-0.0f), 0x8000);
  EXPECT_EQ(f16(1.0f), 0x3c00);
  EXPECT_EQ(f16(-2.0f), 0xc000);
  EXPECT_EQ(f16(1.0f + 0x1p-11f), 0x3c00);     // a tie: to 1
  EXPECT_EQ(f16(1.0f + 0x3p-11f), 0x3c02);     // a tie: up
  EXPECT_EQ(f16(0x1p-14f), 0x0400);            // the least normal
  EXPECT_EQ(f16(0x1p-14f - 0x1p-25f), 0x0400); // tie between the largest subnormal and it
  EXPECT_EQ(f16(0x1p-24f), 0x0001);            // the least subnormal
  EXPECT_EQ(f16(0x1p-25f), 0x0000);            // a tie with 0
  EXPECT_EQ(f16(std::nextafter(0x1p-25f, 1.0f)), 0x0001);
  EXPECT_EQ(f16(0x3p-25f), 0x0002); // a tie: up
  EXPECT_EQ(f16(0x1p-126f), 0x0000);
  EXPECT_EQ(f16(65504.0f), 0x7bff); // the largest finite
  EXPECT_EQ(f16(std::nextafter(65520.0f, 0.0f)), 0x7bff);
  EXPECT_EQ(f16(65520.0f), 0x7c00); // overflow
  EXPECT_EQ(f16(1e10f), 0x7c00);
  EXPECT_EQ(f16(-kInfinity), 0xfc00);
}

TEST(Element, EveryE4M3RoundTrips) {
  for (int bits = 0; bits < 256; ++bits) {
    float real = e4m3ToFloat(static_cast<uint8_t>(bits));
    bool nan = (bits & 0x7f) == 0x7f;
    ASSERT_EQ(std::isnan(real), nan) << bits;
    ASSERT_EQ(roundToE4M3(real), nan ? 0x7f : bits);
  }
}

TEST(Element, E4M3RoundsToNearest) {
  for (int bits = 0; bits < 0x7e; ++bits) {
    float below = e4m3ToFloat(static_cast<uint8_t>(bits)), above = e4m3ToFloat(static_cast<uint8_t>(bits + 1));
    ASSERT_LT(below, above);
    float middle = (below + above) / 2; // Exact: five significant bits.
    ASSERT_EQ(roundToE4M3(std::nextafter(middle, 0.0f)), bits);
    ASSERT_EQ(roundToE4M3(std::nextafter(middle, kInfinity)), bits + 1);
    ASSERT_EQ(roundToE4M3(middle), bits % 2 ? bits + 1 : bits);
    ASSERT_EQ(roundToE4M3(-middle), (bits % 2 ? bits + 1 : bits) | 0x80);
  }
}

TEST(Element, E4M3ByHand) {
  EXPECT_EQ(roundToE4M3(1.0f), 0x38);
  EXPECT_EQ(roundToE4M3(-2.0f), 0xc0);
  EXPECT_EQ(roundToE4M3(0x1p-6f), 0x08);  // the least normal
  EXPECT_EQ(roundToE4M3(0x1p-9f), 0x01);  // the least subnormal
  EXPECT_EQ(roundToE4M3(0x1p-10f), 0x00); // a tie with 0
  EXPECT_EQ(roundToE4M3(fromBits(1)), 0x00);
  EXPECT_EQ(roundToE4M3(448.0f), 0x7e);
  EXPECT_EQ(roundToE4M3(464.0f), 0x7e); // would be a tie with 480, were there one
  EXPECT_EQ(roundToE4M3(1e30f), 0x7e);
  EXPECT_EQ(roundToE4M3(kInfinity), 0x7e);
  EXPECT_EQ(roundToE4M3(-kInfinity), 0xfe);
  EXPECT_EQ(roundToE4M3(fromBits(0xffc00000)), 0x7f);
}
} // namespace
