//===- FormatTest.cpp - The runtime's table of cache formats against the compiler's ------------------------------===//
#include "runtime/src/format.h"
#include "lib/Support/CacheFormat.h"
#include <gtest/gtest.h>

using namespace mlir::mla;

namespace {

TEST(Format, TheTablesAreTheSame) {
  static_assert(int(MLA_CACHE_FORMAT_COUNT) == int(kNumCacheFormats));
  static_assert(int(MLA_PRECISION_COUNT) == int(kNumPrecisions));
  static_assert(int(MLA_SCALE_GROUP_COLUMNS) == int(kScaleGroup) && int(MLA_SCALE_BYTES) == int(kScaleBytes));
  static_assert(int(MLA_STORAGE_BF16) == int(MLA_ELEMENT_BF16) && int(MLA_STORAGE_F16) == int(MLA_ELEMENT_F16));
  for (int i = 0; i < MLA_CACHE_FORMAT_COUNT; ++i) {
    SCOPED_TRACE(i);
    const mla_cache_format_info_t *ours = mla_cache_format_info(static_cast<mla_cache_format_t>(i));
    const CacheFormatInfo &theirs = getCacheFormatInfo(static_cast<CacheFormat>(i));
    ASSERT_NE(ours, nullptr);
    EXPECT_STREQ(ours->name, theirs.name);
    EXPECT_EQ(static_cast<int>(ours->latent), static_cast<int>(theirs.latent));
    EXPECT_EQ(static_cast<int>(ours->rope), static_cast<int>(theirs.rope));
    EXPECT_EQ(static_cast<int>(ours->scales), static_cast<int>(theirs.scales));
  }
  for (int i = 0; i < MLA_PRECISION_COUNT; ++i)
    EXPECT_EQ(mla_precision_name(static_cast<mla_precision_t>(i)), stringify(static_cast<Precision>(i)));
  for (CacheElement element : {CacheElement::BF16, CacheElement::F16, CacheElement::E4M3})
    EXPECT_EQ(mla_storage_bytes(static_cast<mla_storage_t>(element)), getElementBytes(element));
  EXPECT_EQ(mla_cache_format_info(static_cast<mla_cache_format_t>(5)), nullptr);
  EXPECT_EQ(mla_cache_format_info(static_cast<mla_cache_format_t>(-1)), nullptr);
  EXPECT_EQ(mla_precision_name(static_cast<mla_precision_t>(3)), nullptr);
}

TEST(Format, TheLayoutsAreTheSame) {
  for (int i = 0; i < MLA_CACHE_FORMAT_COUNT; ++i)
    for (int64_t pageSize : {1, 4, 64, 4096})
      for (int64_t dLatent : {1, 8, 128, 448, 512, 4096})
        for (int64_t dRope : {0, 8, 64, 4096}) {
          mla_cache_layout_t ours = mla_cache_layout(static_cast<mla_cache_format_t>(i), pageSize, dLatent, dRope);
          CacheLayout theirs = getCacheLayout(static_cast<CacheFormat>(i), pageSize, dLatent, dRope);
          EXPECT_EQ(ours.page_stride, theirs.pageStride);
          EXPECT_EQ(ours.token_stride, theirs.tokenStride);
          EXPECT_EQ(ours.rope_offset, theirs.ropeOffset);
          EXPECT_EQ(ours.scale_offset, theirs.scaleOffset);
          EXPECT_EQ(ours.scale_stride, theirs.scaleStride);
          EXPECT_EQ(ours.scales_per_token, theirs.scalesPerToken);
        }
}
} // namespace
