//===- AppendTest.cpp - mla.append and mla.rope by hand -----------------------------------------------------===//
#include "lib/Reference/Append.h"
#include "lib/Reference/Cache.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
uint16_t f16(float value) { return roundToElement(Element::F16, value); }

/// Two tokens of four latent and two key elements, pages of two slots.
AppendInputs makeSmall() {
  AppendInputs inputs;
  inputs.tokens = 2;
  inputs.d_latent = 4;
  inputs.d_rope = 2;
  inputs.page_size = 2;
  inputs.numPages = 2;
  inputs.element = Element::F16;
  inputs.latent = {f16(1), f16(1), f16(1), f16(1), f16(3), f16(0), f16(0), f16(4)};
  inputs.kRope = {f16(1), f16(0), f16(0), f16(2)};
  inputs.weight = {f16(1), f16(2), f16(1), f16(0.5)};
  inputs.eps = 0;
  RopeParameters parameters;
  parameters.d_rope = 2;
  inputs.rope = makeRope(parameters);
  inputs.positions = {0, 1};
  inputs.slots = {3, 0};
  inputs.format = CacheFormat::F16;
  inputs.cache.assign(2 * 2 * 6 * 2, 7);
  return inputs;
}

TEST(Append, ByHand) {
  AppendInputs inputs = makeSmall();
  double out[6];
  appendToken(inputs, 0, out);
  for (auto [i, expected] : {std::pair<int, double>{0, 1}, {1, 2}, {2, 1}, {3, 0.5}, {4, 1}, {5, 0}})
    EXPECT_NEAR(out[i], expected, 1e-15) << i;
  appendToken(inputs, 1, out); // mean of squares 25 / 4
  for (auto [i, expected] : {std::pair<int, double>{0, 1.2}, {1, 0}, {2, 0}, {3, 0.8}})
    EXPECT_NEAR(out[i], expected, 1e-15) << i;
  EXPECT_NEAR(out[4], -2 * std::sin(1.0), 1e-15);
  EXPECT_NEAR(out[5], 2 * std::cos(1.0), 1e-15);
}

TEST(Append, EpsilonAndNoNorm) {
  AppendInputs inputs = makeSmall();
  inputs.eps = 3;
  double out[6];
  appendToken(inputs, 0, out);
  EXPECT_NEAR(out[0], 0.5, 1e-15);
  inputs.weight.clear();
  inputs.rope.reset();
  appendToken(inputs, 1, out);
  EXPECT_EQ(out[0], 3);
  EXPECT_EQ(out[5], 2);
}

std::vector<uint8_t> write(const AppendInputs &inputs) {
  std::vector<uint8_t> cache = inputs.cache;
  std::vector<double> out(inputs.d_qk());
  CacheLayout layout = inputs.layout();
  for (int64_t token = 0; token < inputs.tokens; ++token) {
    int64_t slot = findPlace(inputs, token).slot;
    if (slot < 0)
      continue;
    appendToken(inputs, token, out.data());
    std::vector<float> values(out.begin(), out.end());
    writeToken(layout, cache.data() + slot / inputs.page_size * layout.pageStride, slot % inputs.page_size,
               values.data(), inputs.cacheScale);
  }
  return cache;
}

TEST(Append, ComparesTheWholeCache) {
  AppendInputs inputs = makeSmall();
  std::vector<uint8_t> cache = write(inputs);
  ElementComparison same = compareAppend(inputs, cache);
  EXPECT_TRUE(same.withinBounds());
  EXPECT_EQ(same.elementsCompared, 12);
  std::vector<uint8_t> wrong = cache;
  wrong[36] += 2; // slot 3, the first column
  EXPECT_FALSE(compareAppend(inputs, wrong).withinBounds());
  EXPECT_EQ(compareAppend(inputs, wrong).worstElement, 18);
  wrong = cache;
  wrong[12] = 1; // slot 1 is nobody's
  EXPECT_EQ(compareAppend(inputs, wrong).worstError, std::numeric_limits<double>::infinity());
  EXPECT_EQ(compareAppend(inputs, wrong).worstElement, 12);
  EXPECT_FALSE(compareAppend(inputs, {}).withinBounds());
}

TEST(Append, SkipsNegativeSlots) {
  AppendInputs inputs = makeSmall();
  inputs.slots[0] = -1;
  std::vector<uint8_t> cache = write(inputs);
  EXPECT_EQ(cache[36], 7);
  EXPECT_TRUE(compareAppend(inputs, cache).withinBounds());
}

TEST(Append, PlacesFromTheBlockTable) {
  AppendInputs inputs = makeSmall();
  inputs.hasSlots = false;
  inputs.s_q = 2;
  inputs.seqLens = {3, 1};
  inputs.blockTableStride = 2;
  inputs.blockTable = {5, 7, 2, -1};
  EXPECT_EQ(findPlace(inputs, 0).slot, 11); // position 1: page 5, offset 1
  EXPECT_EQ(findPlace(inputs, 0).position, 1);
  EXPECT_EQ(findPlace(inputs, 1).slot, 14);
  EXPECT_EQ(findPlace(inputs, 2).slot, -1); // before the sequence's first
  EXPECT_EQ(findPlace(inputs, 3).slot, 4);
}

TEST(Append, RandomInputs) {
  for (CacheFormat format :
       {CacheFormat::BF16, CacheFormat::F16, CacheFormat::E4M3, CacheFormat::E4M3Token, CacheFormat::E4M3Group})
    for (bool hasSlots : {true, false}) {
      AppendInputs inputs;
      inputs.format = format;
      inputs.element = format == CacheFormat::F16 ? Element::F16 : Element::BF16;
      inputs.hasSlots = hasSlots;
      inputs.tokens = 100;
      inputs.weight.resize(512);
      inputs.rope = makeRope(RopeParameters());
      inputs.s_q = 3;
      inputs.seqLens = {0, 1, 64, 65, 200};
      AppendInputOptions options;
      options.skipEvery = 7;
      fillAppendInputs(inputs, options);
      EXPECT_EQ(inputs.tokens, hasSlots ? 100 : 15);
      EXPECT_EQ(inputs.latent.size(), static_cast<size_t>(inputs.tokens * 512));
      ElementComparison comparison = compareAppend(inputs, write(inputs));
      EXPECT_TRUE(comparison.withinBounds()) << comparison.worstError;
      EXPECT_GT(comparison.worstError, 0.8); // rounding does reach its bound
      EXPECT_EQ(comparison.elementsCompared, 576 * (hasSlots ? 85 : 10));
    }
}

TEST(Append, ComparesScales) {
  AppendInputs inputs;
  inputs.format = CacheFormat::E4M3Token;
  inputs.tokens = 2;
  inputs.weight.resize(512);
  fillAppendInputs(inputs, {});
  std::vector<uint8_t> cache = write(inputs);
  CacheLayout layout = inputs.layout();
  int64_t slot = inputs.slots[1];
  uint8_t *place = cache.data() + slot / 64 * layout.pageStride + layout.scaleOffset + slot % 64 * layout.scaleStride;
  float scale;
  std::memcpy(&scale, place, sizeof scale);
  scale *= 1.0001f;
  std::memcpy(place, &scale, sizeof scale);
  ElementComparison comparison = compareAppend(inputs, cache);
  EXPECT_FALSE(comparison.withinBounds());
  EXPECT_EQ(comparison.worstElement, slot * 576);
}

TEST(Rope, ComparesRows) {
  RopeInputs inputs;
  inputs.tokens = 3;
  inputs.heads = 2;
  inputs.rope = makeRope(RopeParameters());
  fillRopeInputs(inputs, {});
  std::vector<uint16_t> out(inputs.x.size());
  std::vector<double> row(64);
  for (int64_t i = 0; i < 6; ++i) {
    for (int64_t j = 0; j < 64; ++j)
      row[j] = elementToFloat(inputs.element, inputs.x[i * 64 + j]);
    rotate(inputs.rope, inputs.positions[i / 2], row.data(), row.data());
    for (int64_t j = 0; j < 64; ++j)
      out[i * 64 + j] = roundToElement(inputs.element, static_cast<float>(row[j]));
  }
  EXPECT_TRUE(compareRope(inputs, out).withinBounds());
  out[100] ^= 2;
  EXPECT_EQ(compareRope(inputs, out).worstElement, 100);
  EXPECT_FALSE(compareRope(inputs, out).withinBounds());
}
} // namespace
