//===- ValuesTest.cpp - Floats of few bits, against APFloat -------------------------------------------------===//
#include "lib/Interpreter/Values.h"
#include "lib/Reference/Element.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mla_gpu::interpreter;

namespace {

class E4M3 : public testing::Test {
protected:
  MLIRContext context;
  Type type = Float8E4M3FNType::get(&context);

  /// Of a finite value, by APFloat, which has no saturation.
  static uint16_t round(float value) {
    APFloat result(std::copysign(std::fmin(std::fabs(value), 448.0f), value));
    bool lost;
    result.convert(APFloat::Float8E4M3FN(), APFloat::rmNearestTiesToEven, &lost);
    return result.bitcastToAPInt().getZExtValue();
  }
};

TEST_F(E4M3, tableHoldsAllValues) {
  const float *table = getElementTable(type);
  for (unsigned bits = 0; bits < 256; ++bits) {
    APFloat value(APFloat::Float8E4M3FN(), APInt(8, bits));
    bool lost;
    value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &lost);
    EXPECT_EQ(std::isnan(table[bits]), value.isNaN()) << bits;
    if (!value.isNaN()) {
      EXPECT_EQ(mla::reference::bitsOf(table[bits]), value.bitcastToAPInt().getZExtValue()) << bits;
    }
  }
}

TEST_F(E4M3, valuesRoundToThemselves) {
  for (unsigned bits = 0; bits < 256; ++bits)
    if (float value = getElementTable(type)[bits]; !std::isnan(value)) {
      EXPECT_EQ(roundToBits(type, value), bits);
    }
}

TEST_F(E4M3, roundsToNearestEven) {
  // Every upper half of an f32, with lower halves around zero: halves between values, and just beside them.
  for (uint32_t upper = 0; upper < 1 << 16; ++upper)
    for (uint32_t lower : {0x0000u, 0x0001u, 0x8000u, 0xffffu}) {
      float value = mla::reference::floatOf(upper << 16 | lower);
      if (std::isfinite(value)) {
        ASSERT_EQ(roundToBits(type, value), round(value)) << value;
      }
    }
}

TEST_F(E4M3, saturatesAndKeepsNaN) {
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(roundToBits(type, infinity), 0x7e);
  EXPECT_EQ(roundToBits(type, -infinity), 0xfe);
  EXPECT_EQ(roundToBits(type, 464.0f), 0x7e);
  EXPECT_EQ(roundToBits(type, -1e30f), 0xfe);
  EXPECT_EQ(roundToBits(type, std::nanf("")), 0x7f);
  EXPECT_EQ(roundToBits(type, -std::nanf("")), 0x7f);
}

} // namespace
