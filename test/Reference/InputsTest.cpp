//===- InputsTest.cpp - Random inputs -----------------------------------------------------------------------===//
#include "lib/Reference/Decode.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <set>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
DecodeShape smallShape() {
  DecodeShape shape;
  shape.s_q = 2;
  shape.h_q = 3;
  shape.d_latent = 16;
  shape.d_rope = 8;
  shape.page_size = 4;
  return shape;
}

DecodeInputs makeSmall(std::vector<int32_t> seqLens, DecodeInputOptions options = {}) {
  return makeDecodeInputs(smallShape(), Element::BF16, 1.0f, true, seqLens, options);
}

TEST(Inputs, ShapeFollowsTheLengths) {
  DecodeInputs inputs = makeSmall({0, 1, 4, 5, -3});
  EXPECT_EQ(inputs.shape.b, 5);
  EXPECT_EQ(inputs.shape.blockTableStride, 2);
  EXPECT_EQ(inputs.shape.numPages, 0 + 1 + 1 + 2 + 0 + 3); // three spare pages by default
  EXPECT_EQ(inputs.storedPages, inputs.shape.numPages);
  EXPECT_EQ(inputs.q.size(), 5u * 2 * 3 * 24);
  EXPECT_EQ(inputs.cache.size(), 7u * 4 * 24 * sizeof(uint16_t));
  EXPECT_EQ(inputs.blockTable.size(), 5u * 2);
}

TEST(Inputs, NothingButEmptyRequests) {
  DecodeInputOptions options;
  options.sparePages = 0;
  options.poisonUnused = false;
  DecodeInputs inputs = makeSmall({0, 0}, options);
  EXPECT_EQ(inputs.shape.numPages, 1);
  EXPECT_EQ(inputs.blockTable, (std::vector<int32_t>{-1, -1}));
}

TEST(Inputs, NoRequests) {
  DecodeInputs inputs = makeSmall({});
  EXPECT_EQ(inputs.shape.b, 0);
  EXPECT_TRUE(inputs.q.empty());
  EXPECT_EQ(inputs.shape.numPages, 3);
}

TEST(Inputs, EveryPageBelongsToOneRequest) {
  DecodeInputOptions options;
  options.poisonUnused = false;
  DecodeInputs inputs = makeSmall({9, 4, 0, 17}, options);
  std::set<int32_t> pages;
  int used = 0;
  for (int64_t request = 0; request < 4; ++request)
    for (int64_t column = 0; column < inputs.shape.blockTableStride; ++column) {
      int32_t page = inputs.blockTable[request * inputs.shape.blockTableStride + column];
      bool expected = column * 4 < inputs.seqLens[request];
      EXPECT_EQ(page >= 0, expected);
      if (!expected) {
        EXPECT_EQ(page, -1);
        continue;
      }
      ++used;
      EXPECT_LT(page, inputs.shape.numPages);
      EXPECT_TRUE(pages.insert(page).second);
    }
  EXPECT_EQ(used, 3 + 1 + 5);
}

TEST(Inputs, PagesInOrderOnRequest) {
  DecodeInputOptions options;
  options.permutePages = false;
  options.poisonUnused = false;
  DecodeInputs inputs = makeSmall({5, 3}, options);
  EXPECT_EQ(inputs.blockTable, (std::vector<int32_t>{0, 1, 2, -1}));
}

TEST(Inputs, PoisonBehindTheLastPage) {
  DecodeInputOptions options;
  options.permutePages = false;
  DecodeInputs inputs = makeSmall({5, 3}, options);
  // Pages 3 and up are spare, so all of their slots are poison.
  EXPECT_EQ(inputs.blockTable, (std::vector<int32_t>{0, 1, 2, 3}));
}

TEST(Inputs, PagesAreShuffled) {
  DecodeInputs inputs = makeSmall({400});
  EXPECT_FALSE(std::is_sorted(inputs.blockTable.begin(), inputs.blockTable.end()));
}

/// Element `index` of a cache of 16-bit elements.
float elementOf(const DecodeInputs &inputs, int64_t index) {
  uint16_t bits;
  std::memcpy(&bits, &inputs.cache[index * sizeof bits], sizeof bits);
  return elementToFloat(inputs.element, bits);
}

/// Counts what lies in slots with tokens and in the others.
struct SlotCensus {
  int usedPoison = 0, unusedPoison = 0, unusedFinite = 0, nan = 0, plus = 0, minus = 0;

  explicit SlotCensus(const DecodeInputs &inputs) {
    const DecodeShape &shape = inputs.shape;
    std::vector<int64_t> used(shape.numPages, 0);
    for (int64_t request = 0; request < shape.b; ++request)
      for (int64_t token = 0; token < inputs.seqLens[request]; ++token)
        ++used[inputs.blockTable[request * shape.blockTableStride + token / shape.page_size]];
    for (int64_t page = 0; page < shape.numPages; ++page)
      for (int64_t i = 0; i < shape.page_size * shape.d_qk(); ++i) {
        float value = elementOf(inputs, page * shape.page_size * shape.d_qk() + i);
        bool isUsed = i / shape.d_qk() < used[page], poison = !std::isfinite(value);
        usedPoison += isUsed && poison;
        unusedPoison += !isUsed && poison;
        unusedFinite += !isUsed && !poison;
        nan += std::isnan(value);
        plus += std::isinf(value) && value > 0;
        minus += std::isinf(value) && value < 0;
      }
  }
};

TEST(Inputs, PoisonFillsWhatIsUnusedAndNothingElse) {
  for (Element element : {Element::BF16, Element::F16}) {
    SlotCensus census(makeDecodeInputs(smallShape(), element, 1.0f, true, {9, 4, 0, 17}, {}));
    EXPECT_EQ(census.usedPoison, 0);
    EXPECT_EQ(census.unusedFinite, 0);
    EXPECT_EQ(census.unusedPoison, (12 * 4 - 30) * 24);
    EXPECT_GT(census.nan, 50);
    EXPECT_GT(census.plus, 50);
    EXPECT_GT(census.minus, 50);
  }
}

TEST(Inputs, NoPoisonOnRequest) {
  DecodeInputOptions options;
  options.poisonUnused = false;
  EXPECT_EQ(SlotCensus(makeSmall({9, 4}, options)).unusedPoison, 0);
}

TEST(Inputs, PeriodicPoolsAreSmallAndClean) {
  DecodeInputOptions options;
  options.maxStoredPages = 2;
  DecodeInputs inputs = makeSmall({9, 4}, options);
  EXPECT_EQ(inputs.shape.numPages, 7);
  EXPECT_EQ(inputs.storedPages, 2);
  ASSERT_EQ(inputs.cache.size(), 2u * 4 * 24 * sizeof(uint16_t));
  for (int64_t i = 0; i < 2 * 4 * 24; ++i)
    EXPECT_TRUE(std::isfinite(elementOf(inputs, i)));
}

TEST(Inputs, SeedDecidesEverything) {
  DecodeInputOptions options, other;
  options.seed = 7;
  other.seed = 8;
  DecodeInputs a = makeSmall({9, 4}, options), b = makeSmall({9, 4}, options), c = makeSmall({9, 4}, other);
  EXPECT_EQ(a.q, b.q);
  EXPECT_EQ(a.cache, b.cache);
  EXPECT_EQ(a.blockTable, b.blockTable);
  EXPECT_NE(a.q, c.q);
  EXPECT_NE(a.cache, c.cache);
}

// 2^18 variates: the standard error of the mean is 0.002, of the variance 0.003.
TEST(Inputs, ValuesAreStandardNormal) {
  DecodeShape shape;
  shape.h_q = 128;
  for (Element element : {Element::BF16, Element::F16}) {
    DecodeInputs inputs = makeDecodeInputs(shape, element, 1.0f, true, std::vector<int32_t>(4, 0), {});
    double mean = 0, variance = 0, fourth = 0, neighbours = 0, previous = 0, largest = 0, within = 0;
    for (uint16_t bits : inputs.q) {
      double value = elementToFloat(element, bits);
      mean += value;
      variance += value * value;
      fourth += value * value * value * value;
      neighbours += value * previous;
      within += std::abs(value) < 1;
      largest = std::max(largest, std::abs(value));
      previous = value;
    }
    double count = static_cast<double>(inputs.q.size());
    EXPECT_NEAR(mean / count, 0, 0.01);
    EXPECT_NEAR(variance / count, 1, 0.015);
    EXPECT_NEAR(fourth / count, 3, 0.1);
    EXPECT_NEAR(neighbours / count, 0, 0.01);
    EXPECT_NEAR(within / count, 0.6827, 0.005);
    EXPECT_GT(largest, 4.0);
    EXPECT_LT(largest, 4.4);
  }
}
} // namespace
