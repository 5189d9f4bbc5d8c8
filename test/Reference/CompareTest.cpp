//===- CompareTest.cpp - How results are judged -------------------------------------------------------------===//
#include "lib/Reference/Decode.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The reference, rounded once: the best result there can be.
DecodeOutputs roundedReference(const DecodeInputs &inputs) {
  const DecodeShape &shape = inputs.shape;
  DecodeOutputs outputs;
  std::vector<double> row(shape.d_latent);
  for (int64_t request = 0; request < shape.b; ++request)
    for (int64_t query = 0; query < shape.s_q; ++query)
      for (int64_t head = 0; head < shape.h_q; ++head) {
        outputs.lse.push_back(static_cast<float>(decodeRow(inputs, request, query, head, row.data())));
        for (double value : row)
          outputs.out.push_back(roundToElement(inputs.element, static_cast<float>(value)));
      }
  return outputs;
}

/// Requests of 100, 0, 1 and 65 tokens, two queries of three heads; row 6 of 24 is the first of the empty request.
class Compare : public testing::TestWithParam<Element> {
protected:
  static constexpr int64_t kWidth = 32, kRowsPerRequest = 6;

  Compare() {
    DecodeShape shape;
    shape.s_q = 2;
    shape.h_q = 3;
    shape.d_latent = kWidth;
    shape.d_rope = 8;
    inputs = makeDecodeInputs(shape, GetParam(), 0.25f, true, {100, 0, 1, 65}, {});
    outputs = roundedReference(inputs);
  }
  uint16_t round(double value) const { return roundToElement(GetParam(), static_cast<float>(value)); }
  float value(int64_t index) const { return elementToFloat(GetParam(), outputs.out[index]); }
  ErrorBounds bounds() const { return getErrorBounds(GetParam(), inputs.format, Precision::BF16); }
  uint16_t nan() const { return GetParam() == Element::BF16 ? 0x7fc0 : 0x7e00; }
  uint16_t infinity() const { return GetParam() == Element::BF16 ? 0x7f80 : 0x7c00; }

  void expectFar(int64_t element) {
    DecodeComparison comparison = compareDecode(inputs, outputs);
    EXPECT_EQ(comparison.worstRelativeError, kInfinity);
    EXPECT_EQ(comparison.worstRequest, element / (kRowsPerRequest * kWidth));
    EXPECT_EQ(comparison.worstElement, element);
    EXPECT_FALSE(comparison.withinBounds(bounds()));
  }

  DecodeInputs inputs;
  DecodeOutputs outputs;
};

TEST_P(Compare, RoundedReferenceIsNear) {
  DecodeComparison comparison = compareDecode(inputs, outputs);
  // Rounding errors are uniform over a unit in the last place, which is at most 2^-7 (bf16) or 2^-10 (f16) of the
  // value.
  EXPECT_GT(comparison.worstRelativeError, 0);
  EXPECT_LT(comparison.worstRelativeError, (GetParam() == Element::BF16 ? 0x1p-7 : 0x1p-10) / std::sqrt(12));
  EXPECT_LT(comparison.worstLseError, 1e-6);
  EXPECT_EQ(comparison.rowsCompared, 24);
  EXPECT_TRUE(comparison.withinBounds(bounds()));
  EXPECT_NEAR(comparison.worstValue, comparison.worstReference, 0.01);
}

TEST_P(Compare, FindsOneWrongElement) {
  int64_t element = 19 * kWidth + 5; // Request 3, query 0, head 1.
  float before = value(element);
  outputs.out[element] = round(before + 8);
  DecodeComparison comparison = compareDecode(inputs, outputs);
  EXPECT_EQ(comparison.worstRequest, 3);
  EXPECT_EQ(comparison.worstElement, element);
  EXPECT_EQ(comparison.worstValue, value(element));
  EXPECT_NEAR(comparison.worstReference, before, 0.02);
  EXPECT_FALSE(comparison.withinBounds(bounds()));

  // ‖error‖ / ‖reference‖ over the request, from scratch.
  std::vector<double> row(kWidth);
  double norm = 0;
  for (int64_t query = 0; query < 2; ++query)
    for (int64_t head = 0; head < 3; ++head) {
      decodeRow(inputs, 3, query, head, row.data());
      for (double x : row)
        norm += x * x;
    }
  double expected = std::abs(value(element) - comparison.worstReference) / std::sqrt(norm);
  EXPECT_NEAR(comparison.worstRelativeError, expected, 1e-4 * expected);
}

TEST_P(Compare, NaNIsInfinitelyFar) {
  outputs.out[3 * kWidth + 7] = nan();
  expectFar(3 * kWidth + 7);
}

TEST_P(Compare, InfinityIsInfinitelyFar) {
  outputs.out[3 * kWidth + 7] = infinity();
  expectFar(3 * kWidth + 7);
}

TEST_P(Compare, EmptyRequestMustBeZero) {
  outputs.out[7 * kWidth + 1] = 1; // The least subnormal.
  expectFar(7 * kWidth + 1);
}

TEST_P(Compare, EmptyRequestMayBeMinusZero) {
  outputs.out[7 * kWidth + 1] = 0x8000;
  EXPECT_TRUE(compareDecode(inputs, outputs).withinBounds(bounds()));
}

TEST_P(Compare, PoisonedOutputIsInfinitelyFar) {
  outputs.out.assign(outputs.out.size(), nan());
  outputs.lse.assign(outputs.lse.size(), std::numeric_limits<float>::quiet_NaN());
  DecodeComparison comparison = compareDecode(inputs, outputs);
  EXPECT_EQ(comparison.worstRelativeError, kInfinity);
  EXPECT_EQ(comparison.worstLseError, kInfinity);
  EXPECT_FALSE(comparison.withinBounds(bounds()));
}

TEST_P(Compare, MissingMinusInfinity) {
  ASSERT_EQ(outputs.lse[6], -std::numeric_limits<float>::infinity());
  for (float wrong : {0.0f, -1e30f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    outputs.lse[6] = wrong;
    DecodeComparison comparison = compareDecode(inputs, outputs);
    EXPECT_EQ(comparison.worstLseError, kInfinity);
    EXPECT_FALSE(comparison.withinBounds(bounds()));
  }
}

TEST_P(Compare, MinusInfinityWhereThereAreTokens) {
  outputs.lse[0] = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(compareDecode(inputs, outputs).worstLseError, kInfinity);
}

TEST_P(Compare, LseErrorIsAbsolute) {
  outputs.lse[20] += 0.5f;
  DecodeComparison comparison = compareDecode(inputs, outputs);
  EXPECT_NEAR(comparison.worstLseError, 0.5, 1e-5);
  EXPECT_FALSE(comparison.withinBounds(bounds()));
}

TEST_P(Compare, FP8AccumulatorsCutOffAPartOfTheLse) {
  double lse = outputs.lse[20], part = kFP8AccumulatorPart * std::abs(lse);
  ErrorBounds cut{3e-2, 4e-2, /*cutsOff=*/true}, uncut{3e-2, 4e-2};
  outputs.lse[20] = static_cast<float>(lse + 4e-2 + 0.9 * part);
  DecodeComparison comparison = compareDecode(inputs, outputs);
  EXPECT_NEAR(comparison.worstLseError, 4e-2 + 0.9 * part, 1e-5);
  EXPECT_TRUE(comparison.withinBounds(cut));
  EXPECT_FALSE(comparison.withinBounds(uncut));
  outputs.lse[20] = static_cast<float>(lse - 4e-2 - 1.1 * part);
  EXPECT_FALSE(compareDecode(inputs, outputs).withinBounds(cut));
  outputs.lse[20] = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(compareDecode(inputs, outputs).withinBounds(cut));
}

TEST_P(Compare, WrongSizesAreInfinitelyFar) {
  DecodeOutputs shorter = outputs;
  shorter.out.pop_back();
  EXPECT_FALSE(compareDecode(inputs, shorter).withinBounds(bounds()));
  shorter = outputs;
  shorter.lse.clear();
  EXPECT_FALSE(compareDecode(inputs, shorter).withinBounds(bounds()));
}

TEST_P(Compare, SampleSeesEveryRequest) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    DecodeOutputs wrong = outputs;
    for (int64_t i = 3 * kRowsPerRequest * kWidth; i < 4 * kRowsPerRequest * kWidth; ++i)
      wrong.out[i] = round(1000);
    DecodeComparison comparison = compareDecode(inputs, wrong, 4, seed);
    EXPECT_EQ(comparison.rowsCompared, 4);
    EXPECT_EQ(comparison.worstRequest, 3);
    EXPECT_FALSE(comparison.withinBounds(bounds()));
    EXPECT_TRUE(compareDecode(inputs, outputs, 4, seed).withinBounds(bounds()));
  }
}

TEST_P(Compare, SampleDependsOnTheSeed) {
  outputs.out[0] = nan();
  int found = 0;
  for (uint64_t seed = 0; seed < 60; ++seed)
    found += compareDecode(inputs, outputs, 4, seed).worstRelativeError == kInfinity;
  EXPECT_GT(found, 0); // One in six.
  EXPECT_LT(found, 30);
}

TEST_P(Compare, SampleOfMoreRowsThanThereAreIsAll) { EXPECT_EQ(compareDecode(inputs, outputs, 1000).rowsCompared, 24); }

TEST_P(Compare, NumberOfThreadsDoesNotMatter) {
  DecodeComparison one = compareDecode(inputs, outputs, 0, 0, 1);
  for (unsigned threads : {2u, 3u, 16u}) {
    DecodeComparison many = compareDecode(inputs, outputs, 0, 0, threads);
    EXPECT_EQ(many.worstRelativeError, one.worstRelativeError);
    EXPECT_EQ(many.worstLseError, one.worstLseError);
    EXPECT_EQ(many.worstElement, one.worstElement);
    EXPECT_EQ(many.worstRequest, one.worstRequest);
    EXPECT_EQ(many.worstReference, one.worstReference);
  }
}

INSTANTIATE_TEST_SUITE_P(, Compare, testing::Values(Element::BF16, Element::F16),
                         [](const auto &info) { return info.param == Element::BF16 ? "BF16" : "F16"; });

TEST(CompareEdges, NoRequestsIsNear) {
  DecodeInputs inputs = makeDecodeInputs({}, Element::BF16, 1.0f, true, {}, {});
  DecodeComparison comparison = compareDecode(inputs, {});
  EXPECT_EQ(comparison.rowsCompared, 0);
  EXPECT_EQ(comparison.worstElement, -1);
  EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, CacheFormat::BF16, Precision::BF16)));
}

// A cache that breaks the contract makes both sides NaN, which is no difference; anything else there is one.
TEST(CompareEdges, NaNWhereTheReferenceHasNaN) {
  DecodeShape shape;
  shape.d_latent = shape.d_rope = 8;
  DecodeInputOptions options;
  options.permutePages = false;
  DecodeInputs inputs = makeDecodeInputs(shape, Element::F16, 1.0f, true, {1}, options);
  for (int64_t column = 0; column < 16; ++column)
    inputs.cache[2 * column + 1] = 0x7e; // 0x7e00: NaN
  DecodeOutputs outputs;
  outputs.out.assign(8, 0x7e01);
  outputs.lse = {std::numeric_limits<float>::quiet_NaN()};
  DecodeComparison comparison = compareDecode(inputs, outputs);
  EXPECT_EQ(comparison.worstRelativeError, 0);
  EXPECT_EQ(comparison.worstLseError, 0);
  outputs.out[3] = 0;
  EXPECT_EQ(compareDecode(inputs, outputs).worstRelativeError, kInfinity);
}
} // namespace
