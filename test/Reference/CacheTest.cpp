//===- CacheTest.cpp - Cache formats, byte by byte ----------------------------------------------------------===//
#include "lib/Reference/Cache.h"
#include "lib/Reference/Rows.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr CacheFormat kAll[] = {CacheFormat::BF16, CacheFormat::F16, CacheFormat::E4M3, CacheFormat::E4M3Token,
                                CacheFormat::E4M3Group};

template <typename T> T load(const std::vector<uint8_t> &bytes, int64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

TEST(Layout, NamesAreTheTables) {
  for (int i = 0; i < kNumCacheFormats; ++i) {
    CacheFormat format = kAll[i];
    EXPECT_EQ(static_cast<int>(format), i);
    EXPECT_EQ(getCacheFormatInfo(format).format, format);
    EXPECT_EQ(symbolizeCacheFormat(stringify(format)), format);
  }
  EXPECT_EQ(symbolizeCacheFormat("e5m2"), std::nullopt);
  for (int i = 0; i < kNumPrecisions; ++i)
    EXPECT_EQ(symbolizePrecision(stringify(static_cast<Precision>(i))), static_cast<Precision>(i));
  EXPECT_EQ(symbolizePrecision(""), std::nullopt);
}

// The last column of the table in the type's description.
TEST(Layout, OfDeepSeek) {
  struct Expected {
    int64_t token, page, rope, scales, scaleStride, scalesPerToken;
  };
  const Expected expected[] = {{1152, 73728, 1024, 0, 0, 0},
                               {1152, 73728, 1024, 0, 0, 0},
                               {576, 36864, 512, 0, 0, 0},
                               {640, 41216, 512, 40960, 4, 1},
                               {656, 41984, 528, 512, 656, 4}};
  for (CacheFormat format : kAll) {
    CacheLayout layout = getCacheLayout(format, 64, 512, 64);
    const Expected &row = expected[static_cast<int>(format)];
    EXPECT_EQ(layout.tokenStride, row.token) << stringify(format);
    EXPECT_EQ(layout.pageStride, row.page) << stringify(format);
    EXPECT_EQ(layout.ropeOffset, row.rope) << stringify(format);
    EXPECT_EQ(layout.scaleOffset, row.scales) << stringify(format);
    EXPECT_EQ(layout.scaleStride, row.scaleStride) << stringify(format);
    EXPECT_EQ(layout.scalesPerToken, row.scalesPerToken) << stringify(format);
    EXPECT_EQ(findCacheMisfit(format, 64, 512, 64), std::nullopt) << stringify(format);
  }
}

TEST(Layout, Misfits) {
  EXPECT_EQ(*findCacheMisfit(CacheFormat::BF16, 64, 4, 8),
            "expected the RoPE columns of a token at a multiple of 16 bytes, but got 8");
  EXPECT_EQ(*findCacheMisfit(CacheFormat::E4M3, 64, 512, 8),
            "expected the bytes of a token to be a multiple of 16, but got 520");
  EXPECT_EQ(*findCacheMisfit(CacheFormat::E4M3Token, 2, 512, 64),
            "expected the bytes of a page to be a multiple of 16, but got 1288");
  EXPECT_EQ(*findCacheMisfit(CacheFormat::E4M3Group, 64, 448, 64),
            "expected d_latent to be a multiple of 128, but got 448");
  EXPECT_EQ(*findCacheMisfit(CacheFormat::E4M3Group, 64, 256, 64),
            "expected the RoPE columns of a token at a multiple of 16 bytes, but got 264");
}

/// Two tokens of a page of four, 512 + 16 columns.
class Bytes : public testing::Test {
protected:
  void write(CacheFormat format, float cacheScale = 1) {
    layout = getCacheLayout(format, 4, 512, 16);
    page.assign(layout.pageStride, 0xee);
    scale = cacheScale;
    writeToken(layout, page.data(), 1, values.data(), cacheScale);
  }
  std::vector<double> read() const {
    std::vector<double> out(528);
    readToken(layout, page.data(), 1, scale, out.data());
    return out;
  }

  CacheLayout layout;
  std::vector<uint8_t> page;
  std::vector<float> values = std::vector<float>(528, 0.0f);
  float scale = 1;
};

TEST_F(Bytes, BF16) {
  values[0] = 1;
  values[511] = -2;
  values[512] = 0.5;
  write(CacheFormat::BF16);
  EXPECT_EQ(load<uint16_t>(page, 1056), 0x3f80);
  EXPECT_EQ(load<uint16_t>(page, 1056 + 1022), 0xc000);
  EXPECT_EQ(load<uint16_t>(page, 1056 + 1024), 0x3f00);
  EXPECT_EQ(page[1055], 0xee);
  EXPECT_EQ(page[2112], 0xee);
}

TEST_F(Bytes, F16) {
  values[0] = 1;
  write(CacheFormat::F16);
  EXPECT_EQ(load<uint16_t>(page, 1056), 0x3c00);
}

TEST_F(Bytes, E4M3) {
  values[0] = 3;
  values[527] = -896;
  values[1] = 2000;
  write(CacheFormat::E4M3, 2);
  EXPECT_EQ(page[528], 0x3c);       // 1.5
  EXPECT_EQ(page[529], 0x7e);       // saturates
  EXPECT_EQ(page[528 + 527], 0xfe); // −448
  EXPECT_EQ(page[527], 0xee);
  EXPECT_EQ(page[1056], 0xee);
  EXPECT_EQ(read()[0], 3);
  EXPECT_EQ(read()[1], 896);
  EXPECT_EQ(read()[527], -896);
}

TEST_F(Bytes, E4M3Token) {
  values[7] = -896;
  values[8] = 2;
  values[512] = 1000; // has no part in the scale
  write(CacheFormat::E4M3Token);
  EXPECT_EQ(page[544 + 7], 0xfe);
  EXPECT_EQ(page[544 + 8], 0x38);                        // 1
  EXPECT_EQ(load<uint16_t>(page, 544 + 512), 0x447a);    // 1000 in bf16
  EXPECT_EQ(load<float>(page, 4 * 544 + 4 * 1), 2.0f);   // 896 / 448
  EXPECT_EQ(load<uint32_t>(page, 4 * 544), 0xeeeeeeeeu); // of token 0
  EXPECT_EQ(load<uint32_t>(page, 4 * 544 + 8), 0xeeeeeeeeu);
  EXPECT_EQ(read()[7], -896);
  EXPECT_EQ(read()[512], 1000);
}

TEST_F(Bytes, E4M3Group) {
  for (int group = 0; group < 4; ++group)
    values[128 * group + group] = 448.0f * static_cast<float>(group + 1);
  values[527] = -1;
  write(CacheFormat::E4M3Group);
  int64_t token = 560;
  EXPECT_EQ(layout.tokenStride, token);
  for (int group = 0; group < 4; ++group) {
    EXPECT_EQ(page[token + 128 * group + group], 0x7e);
    EXPECT_EQ(load<float>(page, token + 512 + 4 * group), static_cast<float>(group + 1));
  }
  EXPECT_EQ(load<uint16_t>(page, token + 528 + 30), 0xbf80);
  EXPECT_EQ(read()[128 * 3 + 3], 4 * 448);
  EXPECT_EQ(read()[527], -1);
}

//===----------------------------------------------------------------------------------------------------------===//
// Edges of the quantiser
//===----------------------------------------------------------------------------------------------------------===//

TEST(Quantize, ScalesOfNothingAreNormal) {
  EXPECT_EQ(chooseScale(0), 0x1p-126f);
  EXPECT_EQ(chooseScale(std::numeric_limits<float>::denorm_min()), 0x1p-126f);
  EXPECT_EQ(chooseScale(448), 1.0f);
  EXPECT_EQ(chooseScale(std::numeric_limits<float>::max()), std::numeric_limits<float>::max() / 448);
}

TEST(Quantize, Edges) {
  EXPECT_EQ(quantize(0.0f, 0x1p-126f), 0x00);
  EXPECT_EQ(quantize(-0.0f, 1), 0x80);
  EXPECT_EQ(quantize(kNaN, 1), 0x7f);
  EXPECT_EQ(quantize(-kNaN, 1), 0x7f);
  EXPECT_EQ(quantize(kInfinity, 1), 0x7e);
  EXPECT_EQ(quantize(-kInfinity, 1), 0xfe);
  EXPECT_EQ(quantize(449, 1), 0x7e);
  EXPECT_EQ(quantize(-1e30f, 1), 0xfe);
  EXPECT_EQ(quantize(1, 0), 0x00);
  EXPECT_EQ(quantize(kNaN, 0), 0x7f);
  EXPECT_EQ(quantize(1, kNaN), 0x00);
  // The inverse of a denormal is beyond the largest f32; 0 stays 0.
  EXPECT_EQ(getInverseScale(0x1p-140f), std::numeric_limits<float>::max());
  EXPECT_EQ(quantize(0, 0x1p-140f), 0x00);
  EXPECT_EQ(quantize(1, 0x1p-140f), 0x7e);
  EXPECT_EQ(quantize(kInfinity, 0), 0x7f);
  // What the division makes a denormal, or less, is still far above the least e4m3 of its scale, or 0.
  EXPECT_EQ(quantize(std::numeric_limits<float>::denorm_min(), 0x1p-126f), 0x00);
  EXPECT_EQ(quantize(0x1p-135f, 0x1p-126f), 0x01);
}

TEST_F(Bytes, ZeroScaleReadsZero) {
  std::fill(values.begin(), values.end(), 5.0f);
  values[3] = kNaN;
  write(CacheFormat::E4M3Token);
  float zero = 0;
  std::memcpy(page.data() + 4 * 544 + 4, &zero, sizeof zero);
  EXPECT_EQ(read()[0], 0);
  EXPECT_TRUE(std::isnan(read()[3]));
  EXPECT_EQ(read()[512], 5); // RoPE columns have no scale
}

TEST_F(Bytes, NaNAndInfinityDoNotCountForTheScale) {
  values[0] = kInfinity;
  values[1] = kNaN;
  values[2] = -kInfinity;
  values[3] = 1;
  for (CacheFormat format : {CacheFormat::E4M3Token, CacheFormat::E4M3Group}) {
    write(format);
    EXPECT_EQ(read()[3], 448 * static_cast<double>(1.0f / 448));
    EXPECT_EQ(read()[0], read()[3]);
    EXPECT_EQ(read()[2], -read()[3]);
    EXPECT_TRUE(std::isnan(read()[1]));
  }
}

TEST_F(Bytes, TokensOfZerosReadAsZeros) {
  for (CacheFormat format : kAll) {
    write(format);
    EXPECT_EQ(read(), std::vector<double>(528, 0.0)) << stringify(format);
  }
}

TEST_F(Bytes, WhatWasReadIsWrittenAgain) {
  for (int64_t i = 0; i < 528; ++i)
    values[i] = std::sin(static_cast<float>(i)) * static_cast<float>(1 + i % 7);
  for (CacheFormat format : kAll) {
    write(format, chooseScale(7));
    std::vector<uint8_t> before = page;
    std::vector<double> once = read();
    for (int64_t i = 0; i < 528; ++i) {
      EXPECT_NEAR(once[i], values[i], 0.0625 * std::abs(values[i]) + 7.0 / 448 / 512) << stringify(format);
      values[i] = static_cast<float>(once[i]);
    }
    write(format, scale);
    EXPECT_EQ(page, before) << stringify(format);
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Decode over all formats
//===----------------------------------------------------------------------------------------------------------===//

DecodeInputs makeInputs(CacheFormat format, DecodeInputOptions options = {}) {
  DecodeShape shape;
  shape.h_q = 3;
  shape.d_rope = 16;
  shape.page_size = 4;
  options.format = format;
  Element element = format == CacheFormat::F16 ? Element::F16 : Element::BF16;
  return makeDecodeInputs(shape, element, 0.04f, true, {130, 3, 0, 64}, options);
}

/// The same numbers in a cache of bf16, where that can hold them: `inputs` are of scales that are powers of two.
DecodeInputs dequantized(const DecodeInputs &inputs) {
  DecodeInputs result = inputs;
  result.format = CacheFormat::BF16;
  CacheLayout from = inputs.layout(), to = result.layout();
  result.cache.assign(inputs.storedPages * to.pageStride, 0);
  std::vector<double> values(from.dQk());
  for (int64_t page = 0; page < inputs.storedPages; ++page)
    for (int64_t slot = 0; slot < from.pageSize; ++slot) {
      readToken(from, inputs.cache.data() + page * from.pageStride, slot, inputs.cacheScale, values.data());
      std::vector<float> rounded(values.begin(), values.end());
      writeToken(to, result.cache.data() + page * to.pageStride, slot, rounded.data(), 1);
    }
  return result;
}

TEST(CacheDecode, ReadsWhatTheFormatSays) {
  for (CacheFormat format : {CacheFormat::E4M3, CacheFormat::E4M3Token, CacheFormat::E4M3Group}) {
    DecodeInputs inputs = makeInputs(format);
    CacheLayout layout = inputs.layout();
    // Powers of two, other for each token and group.
    inputs.cacheScale = 0.25f;
    for (int64_t page = 0; page < inputs.storedPages; ++page)
      for (int64_t slot = 0; slot < layout.pageSize; ++slot)
        for (int64_t i = 0; i < layout.scalesPerToken; ++i) {
          float scale = std::ldexp(1.0f, static_cast<int>((page + 2 * slot + i) % 5) - 6);
          std::memcpy(inputs.cache.data() + page * layout.pageStride + layout.scaleOffset + slot * layout.scaleStride +
                          i * kScaleBytes,
                      &scale, sizeof scale);
        }
    DecodeInputs plain = dequantized(inputs);
    std::vector<double> out(512), expected(512), lse(1);
    for (int64_t request = 0; request < 4; ++request)
      for (int64_t head = 0; head < 3; ++head) {
        EXPECT_EQ(decodeRow(inputs, request, 0, head, out.data()), decodeRow(plain, request, 0, head, expected.data()));
        EXPECT_EQ(out, expected);
        evaluateRows(inputs, request, 0, {head}, out.data(), lse.data());
        for (int64_t column = 0; column < 512; ++column)
          ASSERT_NEAR(out[column], expected[column], 1e-12);
      }
  }
}

TEST(CacheDecode, FormatsHoldTheSameNumbersAsFarAsTheyCan) {
  std::vector<double> first(528), values(528);
  DecodeInputOptions options;
  options.poisonUnused = false;
  options.outlierChannels = 5;
  DecodeInputs plain = makeInputs(CacheFormat::BF16, options);
  for (CacheFormat format : kAll) {
    DecodeInputs inputs = makeInputs(format, options);
    ASSERT_EQ(inputs.blockTable, plain.blockTable);
    double largest = 0;
    for (int64_t slot = 0; slot < 4; ++slot) {
      readToken(plain.layout(), plain.cache.data(), slot, 1, first.data());
      readToken(inputs.layout(), inputs.cache.data(), slot, inputs.cacheScale, values.data());
      for (int64_t i = 0; i < 528; ++i) {
        EXPECT_NEAR(values[i], first[i], 0.065 * std::abs(first[i]) + 0.3) << stringify(format);
        largest = std::max(largest, std::abs(values[i]));
      }
    }
    EXPECT_GT(largest, 10) << stringify(format);
    EXPECT_LT(largest, 140) << stringify(format);
  }
}

TEST(CacheDecode, PoisonReachesNoResult) {
  for (CacheFormat format : kAll) {
    DecodeInputs inputs = makeInputs(format);
    std::vector<double> out(512);
    for (int64_t request = 0; request < 4; ++request) {
      decodeRow(inputs, request, 0, 0, out.data());
      for (double value : out)
        ASSERT_TRUE(std::isfinite(value)) << stringify(format);
    }
    // The last slot of request 1 is not seen.
    CacheLayout layout = inputs.layout();
    std::vector<double> values(528);
    readToken(layout, inputs.cache.data() + inputs.blockTable[inputs.shape.blockTableStride] * layout.pageStride, 3,
              inputs.cacheScale, values.data());
    for (double value : values)
      EXPECT_FALSE(std::isfinite(value)) << stringify(format);
  }
}

TEST(CacheDecode, QueryScaleSpreadsScores) {
  DecodeInputOptions options;
  DecodeInputs plain = makeInputs(CacheFormat::BF16, options);
  options.queryScale = 4;
  DecodeInputs wide = makeInputs(CacheFormat::BF16, options);
  for (size_t i = 0; i < plain.q.size(); ++i)
    ASSERT_EQ(elementToFloat(Element::BF16, wide.q[i]), 4 * elementToFloat(Element::BF16, plain.q[i]));
  EXPECT_EQ(plain.cache, wide.cache);
}

TEST(CacheDecode, BoundsGoByClass) {
  EXPECT_EQ(getErrorBounds(Element::BF16, CacheFormat::BF16, Precision::BF16).output, 3e-3);
  EXPECT_EQ(getErrorBounds(Element::F16, CacheFormat::F16, Precision::BF16).output, 5e-4);
  EXPECT_EQ(getErrorBounds(Element::F16, CacheFormat::E4M3, Precision::BF16).output, 5e-4);
  EXPECT_EQ(getErrorBounds(Element::F16, CacheFormat::E4M3, Precision::BF16).lse, 1e-3);
  EXPECT_EQ(getErrorBounds(Element::BF16, CacheFormat::E4M3, Precision::BF16).lse, 3e-2);
  EXPECT_EQ(getErrorBounds(Element::BF16, CacheFormat::E4M3Token, Precision::E4M3).output, 3e-2);
}

TEST(CacheDecode, BoundsOfTurnedQueriesAreThoseOfTheirRounding) {
  auto turned = [](Element element) {
    return getErrorBounds(element, getCacheFormat(element), Precision::BF16, /*hasOutliers=*/false,
                          /*turnsQueries=*/true);
  };
  EXPECT_EQ(turned(Element::BF16).output, 3e-3);
  EXPECT_EQ(turned(Element::BF16).lse, 1e-2);
  EXPECT_EQ(turned(Element::F16).output, 5e-4);
  EXPECT_EQ(turned(Element::F16).lse, 2e-3);
}

TEST(CacheDecode, BoundsOfOutliersGoByFormatAndClass) {
  // Not of a cache of 16 bits, whose products are summed in f32; but where one channel has a row's norm, nothing
  // averages the rounding of its output, up to 2^-8 in bf16 and 2^-11 in f16, which partial results add once more.
  for (Element element : {Element::BF16, Element::F16}) {
    ErrorBounds plain = getErrorBounds(element, getCacheFormat(element), Precision::BF16);
    ErrorBounds outliers = getErrorBounds(element, getCacheFormat(element), Precision::BF16, /*hasOutliers=*/true);
    EXPECT_EQ(outliers.output, element == Element::BF16 ? 4.5e-3 : 1e-3);
    EXPECT_EQ(outliers.lse, plain.lse);
  }
  ErrorBounds split = getErrorBounds(Element::BF16, CacheFormat::E4M3, Precision::BF16, /*hasOutliers=*/true);
  EXPECT_EQ(split.output, 6e-3);
  EXPECT_EQ(split.lse, 1e-1);
  // With queries of f16 such a cache is dequantised, not split.
  ErrorBounds dequantized = getErrorBounds(Element::F16, CacheFormat::E4M3, Precision::BF16, /*hasOutliers=*/true);
  EXPECT_EQ(dequantized.output, 1e-3);
  EXPECT_EQ(dequantized.lse, 1e-3);
  for (Precision precision : {Precision::E4M3, Precision::E4M3Queries}) {
    ErrorBounds bounds = getErrorBounds(Element::BF16, CacheFormat::E4M3, precision, /*hasOutliers=*/true);
    EXPECT_EQ(bounds.output, 6e-2);
    EXPECT_EQ(bounds.lse, 4e-2);
    EXPECT_TRUE(bounds.cutsOff);
    EXPECT_EQ(getErrorBounds(Element::BF16, CacheFormat::E4M3, precision).output, 3e-2);
    EXPECT_EQ(getErrorBounds(Element::BF16, CacheFormat::E4M3, precision).lse, 4e-2);
    EXPECT_FALSE(getErrorBounds(Element::BF16, CacheFormat::E4M3, precision).cutsOff);
    // Where groups have scales, few products come together in FP8 accumulators.
    EXPECT_FALSE(getErrorBounds(Element::BF16, CacheFormat::E4M3Group, precision, /*hasOutliers=*/true).cutsOff);
  }
}
} // namespace
