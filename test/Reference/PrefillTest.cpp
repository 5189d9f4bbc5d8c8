//===- PrefillTest.cpp - mla.prefill by hand ----------------------------------------------------------------===//
#include "lib/Reference/Prefill.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

uint16_t f16(float value) { return roundToElement(Element::F16, value); }

/// Two heads of 8 columns, with 8 shared ones; one sequence of two queries and three tokens between others, all zero.
class HandMadePrefill : public testing::Test {
protected:
  HandMadePrefill() {
    inputs.shape = {2, 8, 8, 8};
    inputs.element = Element::F16;
    inputs.softmaxScale = 0.5f;
    inputs.cuSeqlensQ = {0, 1, 3, 3};
    inputs.cuSeqlensKv = {0, 2, 5, 5};
    auto make = [](PrefillTensor &tensor, int64_t tokens, int64_t heads, int64_t width) {
      tensor = {std::vector<uint16_t>(tokens * heads * width), tokens, heads, width, heads * width, width};
    };
    make(inputs.q, 3, 2, 16);
    make(inputs.k, 5, 2, 8);
    make(inputs.kRope, 5, 1, 8);
    make(inputs.v, 5, 2, 8);
  }
  static void set(PrefillTensor &tensor, int64_t token, int64_t head, int64_t column, float value) {
    tensor.values[token * tensor.tokenStride + head * tensor.headStride + column] = f16(value);
  }

  PrefillInputs inputs;
  std::vector<double> out = std::vector<double>(8);
};

// Query 0 of the sequence is its token 1: it sees tokens 0 and 1. Scores are (3·2 + 4·1)/2 = 5 and 0.
TEST_F(HandMadePrefill, CausalWithSharedKeys) {
  set(inputs.q, 1, 1, 0, 3);
  set(inputs.q, 1, 1, 8, 4);
  set(inputs.k, 2, 1, 0, 2);
  set(inputs.kRope, 2, 0, 0, 1);
  set(inputs.v, 2, 1, 0, 1);
  set(inputs.v, 3, 1, 1, 1);
  set(inputs.v, 4, 1, 2, 1); // not seen
  double lse = prefillRow(inputs, 1, 0, 1, out.data());
  EXPECT_DOUBLE_EQ(lse, std::log(std::exp(5) + 1));
  EXPECT_DOUBLE_EQ(out[0], std::exp(5) / (std::exp(5) + 1));
  EXPECT_DOUBLE_EQ(out[1], 1 / (std::exp(5) + 1));
  EXPECT_EQ(out[2], 0);
  // The last query sees all three; the other head has other keys, but the same shared ones.
  set(inputs.q, 2, 0, 8, 4);
  EXPECT_DOUBLE_EQ(prefillRow(inputs, 1, 1, 0, out.data()), std::log(std::exp(2) + 2));
}

TEST_F(HandMadePrefill, WithoutMaskEveryQuerySeesAll) {
  inputs.causal = false;
  set(inputs.v, 4, 0, 2, 3);
  EXPECT_DOUBLE_EQ(prefillRow(inputs, 1, 0, 0, out.data()), std::log(3));
  EXPECT_DOUBLE_EQ(out[2], 1);
}

TEST_F(HandMadePrefill, NothingToSee) {
  inputs.cuSeqlensKv = {0, 2, 3, 5}; // two queries, one token: the first sees nothing
  EXPECT_EQ(inputs.visibleTokens(1, 0), 0);
  EXPECT_EQ(prefillRow(inputs, 1, 0, 0, out.data()), -kInfinity);
  EXPECT_EQ(out, std::vector<double>(8));
  EXPECT_EQ(prefillRow(inputs, 1, 1, 0, out.data()), 0);
}

TEST(PrefillInputs, WhatNoRowSeesIsPoison) {
  PrefillInputOptions options;
  options.strided = true;
  options.spareTokens = 2;
  PrefillInputs inputs = makePrefillInputs({2, 16, 8, 24}, Element::BF16, 1, true, {{3, 5}, {0, 1}}, options);
  EXPECT_EQ(inputs.cuSeqlensQ, (std::vector<int32_t>{2, 5, 5}));
  EXPECT_EQ(inputs.cuSeqlensKv, (std::vector<int32_t>{2, 7, 8}));
  EXPECT_EQ(inputs.k.headStride, 40);
  EXPECT_EQ(inputs.v.tokenStride, 80);
  auto isFinite = [&](uint16_t bits) { return std::isfinite(elementToFloat(Element::BF16, bits)); };
  for (int64_t token = 0; token < 10; ++token)
    for (int64_t i = 0; i < 80; ++i)
      EXPECT_EQ(isFinite(inputs.k.values[token * 80 + i]), token >= 2 && token < 8 && i % 40 < 16) << token << " " << i;
  EXPECT_EQ(inputs.q.tokens, 7);
  EXPECT_TRUE(isFinite(*inputs.q.row(2, 0)));
  EXPECT_FALSE(isFinite(*inputs.q.row(5, 0)));
}

TEST(PrefillComparison, FindsEachKindOfFault) {
  PrefillInputs inputs = makePrefillInputs({2, 8, 8, 8}, Element::BF16, 1, true, {{3, 2}, {2, 2}}, {});
  PrefillOutputs outputs;
  outputs.out.resize(5 * 2 * 8);
  outputs.lse.resize(2 * 5);
  for (int64_t token = 0; token < 5; ++token)
    for (int64_t head = 0; head < 2; ++head) {
      std::vector<double> row(8);
      outputs.lse[head * 5 + token] =
          static_cast<float>(prefillRow(inputs, token >= 3, token >= 3 ? token - 3 : token, head, row.data()));
      for (int64_t c = 0; c < 8; ++c)
        outputs.out[(token * 2 + head) * 8 + c] = roundToElement(Element::BF16, static_cast<float>(row[c]));
    }
  DecodeComparison right = comparePrefill(inputs, outputs);
  EXPECT_EQ(right.rowsCompared, 10);
  EXPECT_TRUE(right.withinBounds(getPrefillErrorBounds(Element::BF16)));
  EXPECT_EQ(comparePrefill(inputs, outputs, 4).rowsCompared, 4);

  PrefillOutputs wrong = outputs;
  wrong.lse[5 + 4] += 0.01f; // the last token's second head
  EXPECT_FALSE(comparePrefill(inputs, wrong).withinBounds(getPrefillErrorBounds(Element::BF16)));
  wrong = outputs;
  wrong.out[(4 * 2 + 1) * 8 + 3] = roundToElement(Element::BF16, 50);
  DecodeComparison comparison = comparePrefill(inputs, wrong);
  EXPECT_EQ(comparison.worstRequest, 1);
  EXPECT_EQ(comparison.worstElement, (4 * 2 + 1) * 8 + 3);
  // The first query sees nothing and must be zero.
  wrong = outputs;
  wrong.out[0] = roundToElement(Element::BF16, 1e-30f);
  EXPECT_EQ(comparePrefill(inputs, wrong).worstRelativeError, kInfinity);
  wrong.out.pop_back();
  EXPECT_EQ(comparePrefill(inputs, wrong).worstLseError, kInfinity);
}

//===----------------------------------------------------------------------------------------------------------===//
// The absorbed form
//===----------------------------------------------------------------------------------------------------------===//

PrefillShape absorbedShape(int64_t pageSize) { return {3, 64, 8, 64, PrefillForm::Absorbed, pageSize}; }

// A key for all heads, whose first columns are the value.
TEST(PrefillAbsorbed, LatentsAreKeysAndValuesOfAllHeads) {
  PrefillInputs absorbed =
      makePrefillInputs(absorbedShape(0), Element::BF16, 0.25f, true, {{3, 5}, {2, 2}, {2, 0}}, {});
  PrefillInputs mha = absorbed;
  mha.shape.form = PrefillForm::MHA;
  mha.k = mha.v = absorbed.latents;
  mha.k.heads = mha.v.heads = 3;
  mha.k.headStride = mha.v.headStride = 0;
  mha.kRope = absorbed.latents;
  mha.kRope.values.erase(mha.kRope.values.begin(), mha.kRope.values.begin() + 64);
  mha.kRope.values.resize(absorbed.latents.values.size());
  for (auto [sequence, queries] : {std::pair<int64_t, int64_t>(0, 3), {1, 2}, {2, 2}})
    for (int64_t query = 0; query < queries; ++query)
      for (int64_t head = 0; head < 3; ++head) {
        std::vector<double> a(64), b(64);
        EXPECT_EQ(prefillRow(absorbed, sequence, query, head, a.data()),
                  prefillRow(mha, sequence, query, head, b.data()));
        EXPECT_EQ(a, b);
      }
}

// A new token of each sequence is decode.
TEST(PrefillAbsorbed, OneQueryIsDecode) {
  PrefillInputs inputs = makePrefillInputs(absorbedShape(64), Element::F16, 0.25f, true, {{1, 70}, {1, 0}, {1, 3}}, {});
  ASSERT_TRUE(inputs.paged);
  DecodeInputs decode = *inputs.paged;
  decode.shape.h_q = 3;
  decode.q = inputs.q.values;
  for (int64_t request = 0; request < 3; ++request)
    for (int64_t head = 0; head < 3; ++head) {
      std::vector<double> a(64), b(64);
      EXPECT_EQ(prefillRow(inputs, request, 0, head, a.data()), decodeRow(decode, request, 0, head, b.data()));
      EXPECT_EQ(a, b);
    }
}

// With a cache of any format: what decode reads of it, and its bounds.
TEST(PrefillAbsorbed, CachesOfEveryFormat) {
  using mlir::mla::CacheFormat;
  for (CacheFormat format : {CacheFormat::E4M3, CacheFormat::E4M3Token, CacheFormat::E4M3Group}) {
    PrefillShape shape = absorbedShape(64);
    shape.format = format;
    PrefillInputs inputs = makePrefillInputs(shape, Element::BF16, 0.25f, true, {{1, 70}, {1, 0}, {1, 3}}, {});
    ASSERT_TRUE(inputs.paged);
    EXPECT_EQ(inputs.paged->format, format);
    DecodeInputs decode = *inputs.paged;
    decode.shape.h_q = 3;
    decode.q = inputs.q.values;
    for (int64_t request = 0; request < 3; ++request) {
      std::vector<double> a(64), b(64);
      EXPECT_EQ(prefillRow(inputs, request, 0, 2, a.data()), decodeRow(decode, request, 0, 2, b.data()));
      EXPECT_EQ(a, b);
    }
    EXPECT_EQ(getPrefillErrorBounds(Element::BF16, format).lse, 3e-2);
  }
  EXPECT_EQ(getPrefillErrorBounds(Element::BF16).lse, 1e-3);
}

TEST(PrefillAbsorbed, ComparisonFindsFaults) {
  for (int64_t pageSize : {0, 64}) {
    PrefillInputs inputs =
        makePrefillInputs(absorbedShape(pageSize), Element::BF16, 0.25f, true, {{3, 2}, {40, 100}}, {});
    PrefillOutputs outputs;
    outputs.out.resize(43 * 3 * 64);
    outputs.lse.resize(43 * 3);
    for (int64_t row = 0; row < 43 * 3; ++row) {
      int64_t token = row / 3;
      std::vector<double> values(64);
      outputs.lse[row] =
          static_cast<float>(prefillRow(inputs, token >= 3, token >= 3 ? token - 3 : token, row % 3, values.data()));
      for (int64_t c = 0; c < 64; ++c)
        outputs.out[row * 64 + c] = roundToElement(Element::BF16, static_cast<float>(values[c]));
    }
    DecodeComparison right = comparePrefill(inputs, outputs);
    EXPECT_EQ(right.rowsCompared, 43 * 3);
    EXPECT_TRUE(right.withinBounds(getPrefillErrorBounds(Element::BF16)));
    EXPECT_TRUE(comparePrefill(inputs, outputs, 50).withinBounds(getPrefillErrorBounds(Element::BF16)));
    PrefillOutputs wrong = outputs;
    std::swap(wrong.lse[100], wrong.lse[101]);
    EXPECT_FALSE(comparePrefill(inputs, wrong).withinBounds(getPrefillErrorBounds(Element::BF16)));
    wrong = outputs;
    wrong.out[(42 * 3 + 2) * 64 + 7] = roundToElement(Element::BF16, 50);
    EXPECT_EQ(comparePrefill(inputs, wrong).worstElement, (42 * 3 + 2) * 64 + 7);
    EXPECT_EQ(comparePrefill(inputs, wrong).worstRequest, 1);
  }
}

} // namespace
