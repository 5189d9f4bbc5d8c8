//===- Cache.cpp - Tokens read from and written into pages of any format ------------------------------------===//
#include "lib/Reference/Cache.h"
#include "lib/Reference/Element.h"
#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
constexpr float kLargestE4M3 = 448.0f;

const std::array<double, 256> &e4m3Table() {
  static const std::array<double, 256> table = [] {
    std::array<double, 256> values;
    for (int bits = 0; bits < 256; ++bits)
      values[bits] = e4m3ToFloat(static_cast<uint8_t>(bits));
    return values;
  }();
  return table;
}

Element getElement(CacheElement element) { return element == CacheElement::F16 ? Element::F16 : Element::BF16; }

// Parts of a token need not be aligned in a vector of bytes.

void writeElements(Element element, const float *values, int64_t count, uint8_t *out) {
  for (int64_t i = 0; i < count; ++i) {
    uint16_t bits = roundToElement(element, values[i]);
    std::memcpy(out + 2 * i, &bits, sizeof bits);
  }
}

void writeE4M3(const float *values, int64_t count, float scale, uint8_t *out) {
  for (int64_t i = 0; i < count; ++i)
    out[i] = quantize(values[i], scale);
}

void readElements(Element element, const uint8_t *from, int64_t count, double *values) {
  constexpr int64_t kChunk = 512;
  uint16_t bits[kChunk];
  for (int64_t i = 0; i < count; i += kChunk) {
    int64_t some = std::min(kChunk, count - i);
    std::memcpy(bits, from + 2 * i, 2 * some);
    widen(element, bits, some, values + i);
  }
}

void readE4M3(const uint8_t *from, int64_t count, float scale, double *values) {
  const std::array<double, 256> &table = e4m3Table();
  for (int64_t i = 0; i < count; ++i)
    values[i] = table[from[i]] * static_cast<double>(scale);
}

float largestFinite(const float *values, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i)
    if (std::isfinite(values[i]))
      largest = std::max(largest, std::abs(values[i]));
  return largest;
}

uint8_t *getToken(const CacheLayout &layout, uint8_t *page, int64_t slot) { return page + slot * layout.tokenStride; }
uint8_t *getScales(const CacheLayout &layout, uint8_t *page, int64_t slot) {
  return page + layout.scaleOffset + slot * layout.scaleStride;
}

/// Latent columns that share a scale inside a token.
int64_t columnsPerScale(const CacheLayout &layout) {
  return layout.info.scales == ScaleKind::Group ? kScaleGroup : std::max<int64_t>(layout.dLatent, 1);
}
} // namespace

float mlir::mla::reference::chooseScale(float largest) {
  return std::max(largest, kLargestE4M3 * 0x1p-126f) / kLargestE4M3;
}

float mlir::mla::reference::getInverseScale(float scale) {
  return scale > 0 ? std::min(1.0f / scale, std::numeric_limits<float>::max()) : 0;
}

uint8_t mlir::mla::reference::quantize(float value, float scale) { return roundToE4M3(value * getInverseScale(scale)); }

void mlir::mla::reference::writeToken(const CacheLayout &layout, uint8_t *page, int64_t slot, const float *values,
                                      float cacheScale) {
  uint8_t *token = getToken(layout, page, slot);
  if (layout.info.latent != CacheElement::E4M3)
    writeElements(getElement(layout.info.latent), values, layout.dLatent, token);
  else if (layout.scalesPerToken == 0)
    writeE4M3(values, layout.dLatent, cacheScale, token);
  int64_t group = columnsPerScale(layout);
  for (int64_t i = 0; i < layout.scalesPerToken; ++i) {
    int64_t first = i * group, count = std::min(group, layout.dLatent - first);
    float scale = chooseScale(largestFinite(values + first, count));
    std::memcpy(getScales(layout, page, slot) + i * kScaleBytes, &scale, sizeof scale);
    writeE4M3(values + first, count, scale, token + first);
  }
  const float *rope = values + layout.dLatent;
  if (layout.info.rope == CacheElement::E4M3)
    writeE4M3(rope, layout.dRope, cacheScale, token + layout.ropeOffset);
  else
    writeElements(getElement(layout.info.rope), rope, layout.dRope, token + layout.ropeOffset);
}

void mlir::mla::reference::readToken(const CacheLayout &layout, const uint8_t *page, int64_t slot, float cacheScale,
                                     double *values) {
  const uint8_t *token = page + slot * layout.tokenStride;
  if (layout.info.latent != CacheElement::E4M3)
    readElements(getElement(layout.info.latent), token, layout.dLatent, values);
  else if (layout.scalesPerToken == 0)
    readE4M3(token, layout.dLatent, cacheScale, values);
  int64_t group = columnsPerScale(layout);
  for (int64_t i = 0; i < layout.scalesPerToken; ++i) {
    int64_t first = i * group;
    float scale;
    std::memcpy(&scale, page + layout.scaleOffset + slot * layout.scaleStride + i * kScaleBytes, sizeof scale);
    readE4M3(token + first, std::min(group, layout.dLatent - first), scale, values + first);
  }
  double *rope = values + layout.dLatent;
  if (layout.info.rope == CacheElement::E4M3)
    readE4M3(token + layout.ropeOffset, layout.dRope, cacheScale, rope);
  else
    readElements(getElement(layout.info.rope), token + layout.ropeOffset, layout.dRope, rope);
}

void mlir::mla::reference::poisonToken(const CacheLayout &layout, uint8_t *page, int64_t slot,
                                       const std::function<uint64_t(int64_t)> &random) {
  // NaN, +infinity, −infinity, NaN.
  static constexpr uint16_t kBF16[] = {0x7fc0, 0x7f80, 0xff80, 0xffc1};
  static constexpr uint16_t kF16[] = {0x7e00, 0x7c00, 0xfc00, 0xfe01};
  static constexpr uint32_t kF32[] = {0x7fc00000, 0x7f800000, 0xff800000, 0xffc00001};
  auto fill = [&](CacheElement element, int64_t first, int64_t count, uint8_t *out) {
    for (int64_t i = 0; i < count; ++i) {
      uint64_t choice = random(first + i) >> 62;
      if (element == CacheElement::E4M3)
        out[i] = choice < 2 ? 0x7f : 0xff;
      else
        std::memcpy(out + 2 * i, (element == CacheElement::F16 ? kF16 : kBF16) + choice, 2);
    }
  };
  uint8_t *token = getToken(layout, page, slot);
  fill(layout.info.latent, 0, layout.dLatent, token);
  fill(layout.info.rope, layout.dLatent, layout.dRope, token + layout.ropeOffset);
  for (int64_t i = 0; i < layout.scalesPerToken; ++i)
    std::memcpy(getScales(layout, page, slot) + i * kScaleBytes, kF32 + (random(layout.dQk() + i) >> 62), kScaleBytes);
}
