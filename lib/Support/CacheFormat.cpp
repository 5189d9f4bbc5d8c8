//===- CacheFormat.cpp - How a token's vector lies in a page ------------------------------------------------===//
#include "lib/Support/CacheFormat.h"

using namespace mlir::mla;

/// In the order of the enum.
static constexpr CacheFormatInfo kFormats[kNumCacheFormats] = {
    {CacheFormat::BF16, "bf16", CacheElement::BF16, CacheElement::BF16, ScaleKind::None},
    {CacheFormat::F16, "f16", CacheElement::F16, CacheElement::F16, ScaleKind::None},
    {CacheFormat::E4M3, "e4m3", CacheElement::E4M3, CacheElement::E4M3, ScaleKind::Tensor},
    {CacheFormat::E4M3Token, "e4m3_token", CacheElement::E4M3, CacheElement::BF16, ScaleKind::Token},
    {CacheFormat::E4M3Group, "e4m3_group", CacheElement::E4M3, CacheElement::BF16, ScaleKind::Group},
};
static constexpr const char *kPrecisions[kNumPrecisions] = {"bf16", "e4m3", "e4m3_queries"};

const CacheFormatInfo &mlir::mla::getCacheFormatInfo(CacheFormat format) { return kFormats[static_cast<int>(format)]; }

std::string_view mlir::mla::stringify(CacheFormat format) { return getCacheFormatInfo(format).name; }

std::string_view mlir::mla::stringify(Precision precision) { return kPrecisions[static_cast<int>(precision)]; }

std::optional<CacheFormat> mlir::mla::symbolizeCacheFormat(std::string_view name) {
  for (const CacheFormatInfo &info : kFormats)
    if (name == info.name)
      return info.format;
  return std::nullopt;
}

std::optional<Precision> mlir::mla::symbolizePrecision(std::string_view name) {
  for (int i = 0; i < kNumPrecisions; ++i)
    if (name == kPrecisions[i])
      return static_cast<Precision>(i);
  return std::nullopt;
}

CacheLayout mlir::mla::getCacheLayout(CacheFormat format, int64_t pageSize, int64_t dLatent, int64_t dRope) {
  CacheLayout layout = {};
  layout.info = getCacheFormatInfo(format);
  layout.pageSize = pageSize;
  layout.dLatent = dLatent;
  layout.dRope = dRope;
  layout.ropeOffset = dLatent * getElementBytes(layout.info.latent);
  switch (layout.info.scales) {
  case ScaleKind::None:
  case ScaleKind::Tensor:
    break;
  case ScaleKind::Token:
    layout.scalesPerToken = 1;
    break;
  case ScaleKind::Group:
    layout.scalesPerToken = (dLatent + kScaleGroup - 1) / kScaleGroup;
    layout.scaleOffset = layout.ropeOffset;
    layout.ropeOffset += layout.scalesPerToken * kScaleBytes;
    break;
  }
  layout.tokenStride = layout.ropeOffset + dRope * getElementBytes(layout.info.rope);
  layout.pageStride = pageSize * layout.tokenStride;
  if (layout.info.scales == ScaleKind::Token) {
    layout.scaleOffset = layout.pageStride;
    layout.scaleStride = kScaleBytes;
    layout.pageStride += pageSize * kScaleBytes;
  } else if (layout.info.scales == ScaleKind::Group) {
    layout.scaleStride = layout.tokenStride;
  }
  return layout;
}

std::optional<std::string> mlir::mla::findCacheMisfit(CacheFormat format, int64_t pageSize, int64_t dLatent,
                                                      int64_t dRope) {
  constexpr int64_t kGrain = 16;
  CacheLayout layout = getCacheLayout(format, pageSize, dLatent, dRope);
  auto misfit = [](const char *what, int64_t multiple, const char *unit, int64_t actual) {
    return std::string("expected ") + what + " a multiple of " + std::to_string(multiple) + unit + ", but got " +
           std::to_string(actual);
  };
  if (layout.info.scales == ScaleKind::Group && dLatent % kScaleGroup)
    return misfit("d_latent to be", kScaleGroup, "", dLatent);
  if (layout.ropeOffset % kGrain)
    return misfit("the RoPE columns of a token at", kGrain, " bytes", layout.ropeOffset);
  if (layout.tokenStride % kGrain)
    return misfit("the bytes of a token to be", kGrain, "", layout.tokenStride);
  if (layout.pageStride % kGrain)
    return misfit("the bytes of a page to be", kGrain, "", layout.pageStride);
  return std::nullopt;
}
