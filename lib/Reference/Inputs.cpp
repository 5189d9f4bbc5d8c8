//===- Inputs.cpp - Random inputs for mla.decode ------------------------------------------------------------===//
#include "lib/Reference/Parallel.h"
#include "lib/Reference/Random.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir::mla::reference;

//===----------------------------------------------------------------------------------------------------------===//
// The normal distribution
//===----------------------------------------------------------------------------------------------------------===//

NormalTable::NormalTable(Element element) : quantiles(65536) {
  // Newton's method on the tail Φ(−x) = p, from the end inwards; each quantile starts at its neighbour's, left of the
  // root, where the tail is convex: the iterates grow towards the root and do not pass it.
  constexpr double kSqrtHalf = 0.70710678118654752440, kDensity = 0.39894228040143267794;
  double x = 0;
  for (int64_t i = 32767; i >= 0; --i) {
    double p = (static_cast<double>(i) + 0.5) / 65536;
    for (int iteration = 0; iteration < 8; ++iteration) {
      double step = (0.5 * std::erfc(x * kSqrtHalf) - p) / (kDensity * std::exp(-0.5 * x * x));
      x += step;
      if (std::abs(step) < 1e-12)
        break;
    }
    quantiles[65535 - i] = roundToElement(element, static_cast<float>(x));
    quantiles[i] = roundToElement(element, static_cast<float>(-x));
  }
}

void NormalTable::fill(const CounterRandom &random, int64_t first, int64_t count, uint16_t *out) const {
  const uint16_t *table = quantiles.data();
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) {
    uint64_t bits = random(static_cast<uint64_t>(first + i) / 4);
    out[i] = table[bits & 0xffff];
    out[i + 1] = table[bits >> 16 & 0xffff];
    out[i + 2] = table[bits >> 32 & 0xffff];
    out[i + 3] = table[bits >> 48];
  }
  uint64_t bits = random(static_cast<uint64_t>(first + i) / 4);
  for (; i < count; ++i, bits >>= 16)
    out[i] = table[bits & 0xffff];
}

//===----------------------------------------------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// NaN, +infinity or −infinity.
uint16_t poison(Element element, uint64_t bits) {
  static constexpr uint16_t kBF16[] = {0x7fc0, 0x7f80, 0xff80, 0xffc1};
  static constexpr uint16_t kF16[] = {0x7e00, 0x7c00, 0xfc00, 0xfe01};
  return (element == Element::BF16 ? kBF16 : kF16)[bits >> 62];
}

int64_t pagesOf(int32_t length, int64_t pageSize) { return (std::max<int64_t>(length, 0) + pageSize - 1) / pageSize; }
} // namespace

DecodeInputs mlir::mla::reference::makeDecodeInputs(DecodeShape shape, Element element, float softmaxScale, bool causal,
                                                    const std::vector<int32_t> &seqLens,
                                                    const DecodeInputOptions &options) {
  // One unit of parallel work, in elements.
  constexpr int64_t kChunk = 1 << 16;

  DecodeInputs inputs;
  shape.b = static_cast<int64_t>(seqLens.size());
  shape.numPages = std::max<int64_t>(options.sparePages, 0);
  shape.blockTableStride = 1;
  for (int32_t length : seqLens) {
    shape.numPages += pagesOf(length, shape.page_size);
    shape.blockTableStride = std::max(shape.blockTableStride, pagesOf(length, shape.page_size));
  }
  shape.numPages = std::max<int64_t>(shape.numPages, 1);
  inputs.shape = shape;
  inputs.element = element;
  inputs.softmaxScale = softmaxScale;
  inputs.causal = causal;
  inputs.seqLens = seqLens;

  NormalTable normal(element);
  auto fillNormal = [&](Stream stream, std::vector<uint16_t> &out) {
    CounterRandom random(options.seed, stream);
    int64_t size = static_cast<int64_t>(out.size());
    parallelFor((size + kChunk - 1) / kChunk, 0, [&](int64_t chunk) {
      int64_t first = chunk * kChunk;
      normal.fill(random, first, std::min(kChunk, size - first), out.data() + first);
    });
  };
  inputs.q.resize(shape.b * shape.rows() * shape.d_qk());
  fillNormal(Stream::Queries, inputs.q);
  inputs.storedPages = options.maxStoredPages > 0 ? std::min(options.maxStoredPages, shape.numPages) : shape.numPages;
  int64_t pageElements = shape.page_size * shape.d_qk();
  inputs.cache.resize(inputs.storedPages * pageElements);
  fillNormal(Stream::Cache, inputs.cache);

  // Requests take the pages in this order, which leaves the spare ones to the end, or anywhere.
  std::vector<int32_t> order(shape.numPages);
  std::iota(order.begin(), order.end(), 0);
  if (options.permutePages) {
    CounterRandom random(options.seed, Stream::Pages);
    for (int64_t i = shape.numPages - 1; i > 0; --i)
      std::swap(order[i], order[random.below(i + 1, i)]);
  }

  // How many token slots of each page hold tokens.
  std::vector<int64_t> used(shape.numPages, 0);
  inputs.blockTable.assign(shape.b * shape.blockTableStride, -1);
  auto nextPage = order.begin();
  for (int64_t request = 0; request < shape.b; ++request) {
    int64_t left = std::max(seqLens[request], 0);
    for (int64_t column = 0; left > 0; ++column) {
      int32_t page = *nextPage++;
      inputs.blockTable[request * shape.blockTableStride + column] = page;
      used[page] = std::min(left, shape.page_size);
      left -= used[page];
    }
  }

  if (options.poisonUnused && options.maxStoredPages <= 0) {
    CounterRandom random(options.seed, Stream::Poison);
    parallelFor(shape.numPages, 0, [&](int64_t page) {
      for (int64_t i = used[page] * shape.d_qk(); i < pageElements; ++i)
        inputs.cache[page * pageElements + i] = poison(element, random(page * pageElements + i));
    });
  }
  return inputs;
}
