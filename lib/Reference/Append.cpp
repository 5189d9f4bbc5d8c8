//===- Append.cpp - mla.append and mla.rope evaluated on the host in double ---------------------------------===//
//
// Bounds. Results are rounded once, so an element may be off by half a unit in the last place: |x|·2^-8 for bf16, 2^-11
// for f16 with an absolute floor of 2^-25, 2^-4 for e4m3 with a floor of 2^-10 scales. What else there is comes from
// f32: a sum of squares, rsqrt.approx (2^-22.9 relative), and sin.approx and cos.approx of an angle in [−π, π] (2^-20.5
// absolute, PTX ISA), each times one element of the pair that is turned. It is allowed 2^-18 of the larger of the pair,
// or of the element: a thousandth of what rounding to bf16 costs, and a hundredth for f16. A stored scale may be off by
// the same; elements are judged by the scale that was stored with them.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Append.h"
#include "lib/Reference/Cache.h"
#include "lib/Reference/Random.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

using namespace mlir::mla;
using namespace mlir::mla::reference;

static double toDouble(Element element, uint16_t bits) { return elementToFloat(element, bits); }

TokenPlace mlir::mla::reference::findPlace(const AppendInputs &inputs, int64_t token) {
  if (inputs.hasSlots)
    return {std::max<int64_t>(inputs.slots[token], -1), inputs.positions[token]};
  int64_t request = token / inputs.s_q, position = inputs.seqLens[request] - inputs.s_q + token % inputs.s_q;
  if (position < 0)
    return {-1, position};
  int64_t page = inputs.blockTable[request * inputs.blockTableStride + position / inputs.page_size];
  return {page * inputs.page_size + position % inputs.page_size, position};
}

void mlir::mla::reference::appendToken(const AppendInputs &inputs, int64_t token, double *out) {
  const uint16_t *latent = inputs.latent.data() + token * inputs.getLatentStride();
  double squares = 0;
  for (int64_t i = 0; i < inputs.d_latent; ++i) {
    out[i] = toDouble(inputs.element, latent[i]);
    squares += out[i] * out[i];
  }
  if (!inputs.weight.empty()) {
    double factor = 1 / std::sqrt(squares / static_cast<double>(inputs.d_latent) + inputs.eps);
    for (int64_t i = 0; i < inputs.d_latent; ++i)
      out[i] *= factor * toDouble(inputs.element, inputs.weight[i]);
  }
  double *key = out + inputs.d_latent;
  for (int64_t i = 0; i < inputs.d_rope; ++i)
    key[i] = toDouble(inputs.element, inputs.kRope[token * inputs.getKRopeStride() + i]);
  if (inputs.rope)
    rotate(*inputs.rope, findPlace(inputs, token).position, key, key);
}

//===----------------------------------------------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// Bytes that no value of these inputs has: NaN in every type.
constexpr uint8_t kPoison = 0xff;

std::vector<uint16_t> drawNormal(Element element, uint64_t seed, Stream stream, int64_t count) {
  std::vector<uint16_t> values(count);
  NormalTable::get(element).fill(CounterRandom(seed, stream), 0, count, values.data());
  return values;
}

/// 0 to count − 1 in random order.
std::vector<int64_t> shuffled(int64_t count, const CounterRandom &random) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[random.below(i + 1, i)]);
  return order;
}

/// Small and large positions, and the ends of the range.
std::vector<int64_t> drawPositions(int64_t count, const AppendInputOptions &options) {
  CounterRandom random(options.seed, Stream::Rows);
  std::vector<int64_t> positions(count);
  for (int64_t i = 0; i < count; ++i)
    positions[i] = i == 0 ? options.maxPosition - 1 : i == 1 ? 0 : random.below(options.maxPosition, i);
  return positions;
}
} // namespace

void mlir::mla::reference::fillAppendInputs(AppendInputs &inputs, const AppendInputOptions &options) {
  CounterRandom pages(options.seed, Stream::Pages);
  if (inputs.hasSlots) {
    inputs.numPages = inputs.tokens / inputs.page_size + 2;
    inputs.positions = drawPositions(inputs.tokens, options);
    std::vector<int64_t> order = shuffled(inputs.numPages * inputs.page_size, pages);
    inputs.slots.assign(order.begin(), order.begin() + inputs.tokens);
    for (int64_t i = 0; options.skipEvery > 0 && i < inputs.tokens; i += options.skipEvery)
      inputs.slots[i] = -1;
  } else {
    int64_t b = static_cast<int64_t>(inputs.seqLens.size());
    inputs.tokens = b * inputs.s_q;
    inputs.numPages = 2;
    inputs.blockTableStride = 1;
    auto pagesOf = [&](int32_t length) {
      return (std::max<int64_t>(length, 0) + inputs.page_size - 1) / inputs.page_size;
    };
    for (int32_t length : inputs.seqLens) {
      inputs.numPages += pagesOf(length);
      inputs.blockTableStride = std::max(inputs.blockTableStride, pagesOf(length));
    }
    std::vector<int64_t> order = shuffled(inputs.numPages, pages);
    inputs.blockTable.assign(b * inputs.blockTableStride, -1);
    size_t next = 0;
    for (int64_t i = 0; i < b; ++i)
      for (int64_t j = 0; j < pagesOf(inputs.seqLens[i]); ++j)
        inputs.blockTable[i * inputs.blockTableStride + j] = static_cast<int32_t>(order[next++]);
  }
  inputs.latent = drawNormal(inputs.element, options.seed, Stream::Cache, inputs.tokens * inputs.getLatentStride());
  inputs.kRope = drawNormal(inputs.element, options.seed, Stream::Queries, inputs.tokens * inputs.getKRopeStride());
  if (!inputs.weight.empty()) {
    inputs.weight = drawNormal(inputs.element, options.seed, Stream::Poison, inputs.d_latent);
    for (uint16_t &w : inputs.weight)
      w = roundToElement(inputs.element, 1 + 0.25f * elementToFloat(inputs.element, w));
  }
  inputs.cache.assign(inputs.numPages * inputs.layout().pageStride, kPoison);
  // 3.5 standard deviations of a normed latent are the largest stored value.
  inputs.cacheScale = 1.0f / 128;
}

void mlir::mla::reference::fillRopeInputs(RopeInputs &inputs, const AppendInputOptions &options) {
  inputs.x = drawNormal(inputs.element, options.seed, Stream::Queries, inputs.tokens * inputs.heads * inputs.d_rope);
  inputs.positions = drawPositions(inputs.tokens, options);
}

//===----------------------------------------------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// What an element is stored as.
struct Storage {
  CacheElement element;
  /// Of an e4m3.
  double scale = 1;
};

Storage getStorage(Element element) { return {element == Element::BF16 ? CacheElement::BF16 : CacheElement::F16}; }

/// How far rounding may go from `reference`.
double getBound(const Storage &storage, double reference) {
  switch (storage.element) {
  case CacheElement::BF16:
    return std::abs(reference) * 0x1p-8 + 0x1p-133;
  case CacheElement::F16:
    return std::abs(reference) * 0x1p-11 + 0x1p-25;
  case CacheElement::E4M3:
    return std::abs(reference) * 0x1p-4 + storage.scale * 0x1p-10;
  }
  return 0;
}

/// `size` is what errors of f32 are relative to.
void compareElement(const Storage &storage, double value, double reference, double size, int64_t place,
                    ElementComparison &result) {
  constexpr double kLargestE4M3 = 448;
  // The product with the inverse scale is rounded to f32 before it is rounded to e4m3.
  if (storage.element == CacheElement::E4M3) {
    size = std::max(size, std::abs(reference));
    reference = std::clamp(reference, -kLargestE4M3 * storage.scale, kLargestE4M3 * storage.scale);
  }
  double error = std::numeric_limits<double>::infinity();
  if (std::isfinite(value) && std::isfinite(reference))
    error = std::abs(value - reference) / (getBound(storage, reference) + size * 0x1p-18);
  else if (value == reference || (std::isnan(value) && std::isnan(reference)))
    error = 0;
  ++result.elementsCompared;
  if (result.worstElement >= 0 && error <= result.worstError)
    return;
  result.worstError = error;
  result.worstElement = place;
  result.worstValue = value;
  result.worstReference = reference;
}

/// Elements of a vector that was turned; `in` is what it was.
void compareTurned(const Storage &storage, Element element, const Rope *rope, int64_t width, const double *values,
                   const uint16_t *in, const double *reference, int64_t place, ElementComparison &result) {
  for (int64_t i = 0; i < width; ++i) {
    int64_t other = !rope ? i : rope->pairing == Pairing::HalfSplit ? (i + width / 2) % width : i ^ 1;
    double size = std::max(std::abs(toDouble(element, in[i])), std::abs(toDouble(element, in[other])));
    compareElement(storage, values[i], reference[i], rope ? size * rope->magnitude : 0, place + i, result);
  }
}

void disagree(ElementComparison &result, int64_t place, double value, double reference) {
  result.worstError = std::numeric_limits<double>::infinity();
  result.worstElement = place;
  result.worstValue = value;
  result.worstReference = reference;
}
} // namespace

ElementComparison mlir::mla::reference::compareAppend(const AppendInputs &inputs, const std::vector<uint8_t> &cache) {
  ElementComparison result;
  if (cache.size() != inputs.cache.size()) {
    disagree(result, -1, 0, 0);
    return result;
  }
  CacheLayout layout = inputs.layout();
  int64_t width = inputs.d_qk(), slots = inputs.numPages * inputs.page_size;
  // What is expected to have changed is set to what there is, and then all must be equal.
  std::vector<uint8_t> expected = inputs.cache;
  std::vector<double> reference(width), values(width);
  for (int64_t token = 0; token < inputs.tokens; ++token) {
    int64_t slot = findPlace(inputs, token).slot;
    if (slot < 0 || slot >= slots)
      continue;
    int64_t page = slot / inputs.page_size, offset = slot % inputs.page_size;
    const uint8_t *bytes = cache.data() + page * layout.pageStride;
    readToken(layout, bytes, offset, inputs.cacheScale, values.data());
    appendToken(inputs, token, reference.data());
    auto take = [&](int64_t at, int64_t count) {
      std::memcpy(expected.data() + page * layout.pageStride + at, bytes + at, count);
    };
    take(offset * layout.tokenStride, layout.tokenStride);

    int64_t group = layout.info.scales == ScaleKind::Group ? kScaleGroup : inputs.d_latent;
    for (int64_t first = 0; first < inputs.d_latent; first += group) {
      int64_t end = std::min(first + group, inputs.d_latent);
      Storage storage = {layout.info.latent, inputs.cacheScale};
      if (layout.scalesPerToken > 0) {
        int64_t at = layout.scaleOffset + offset * layout.scaleStride + first / group * kScaleBytes;
        take(at, kScaleBytes);
        float scale;
        std::memcpy(&scale, bytes + at, sizeof scale);
        double largest = 0;
        for (int64_t i = first; i < end; ++i)
          largest = std::max(largest, std::abs(reference[i]));
        double wanted = chooseScale(static_cast<float>(largest));
        if (!(std::abs(scale - wanted) <= wanted * 0x1p-18)) {
          disagree(result, slot * width + first, scale, wanted);
          return result;
        }
        storage.scale = scale;
      }
      for (int64_t i = first; i < end; ++i)
        compareElement(storage, values[i], reference[i], inputs.weight.empty() ? 0 : std::abs(reference[i]),
                       slot * width + i, result);
    }
    compareTurned({layout.info.rope, inputs.cacheScale}, inputs.element, inputs.rope ? &*inputs.rope : nullptr,
                  inputs.d_rope, values.data() + inputs.d_latent, inputs.kRope.data() + token * inputs.getKRopeStride(),
                  reference.data() + inputs.d_latent, slot * width + inputs.d_latent, result);
  }
  auto [changed, before] = std::mismatch(cache.begin(), cache.end(), expected.begin());
  if (changed != cache.end())
    disagree(result, changed - cache.begin(), *changed, *before);
  return result;
}

ElementComparison mlir::mla::reference::compareRope(const RopeInputs &inputs, const std::vector<uint16_t> &out) {
  ElementComparison result;
  if (out.size() != inputs.x.size()) {
    result.worstError = std::numeric_limits<double>::infinity();
    return result;
  }
  std::vector<double> reference(inputs.d_rope), values(inputs.d_rope);
  for (int64_t row = 0; row < inputs.tokens * inputs.heads; ++row) {
    const uint16_t *in = inputs.x.data() + row * inputs.d_rope;
    for (int64_t i = 0; i < inputs.d_rope; ++i) {
      reference[i] = toDouble(inputs.element, in[i]);
      values[i] = toDouble(inputs.element, out[row * inputs.d_rope + i]);
    }
    rotate(inputs.rope, inputs.positions[row / inputs.heads], reference.data(), reference.data());
    compareTurned(getStorage(inputs.element), inputs.element, &inputs.rope, inputs.d_rope, values.data(), in,
                  reference.data(), row * inputs.d_rope, result);
  }
  return result;
}
