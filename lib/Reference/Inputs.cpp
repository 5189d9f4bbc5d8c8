//===- Inputs.cpp - Random inputs for mla.decode ------------------------------------------------------------===//
#include "lib/Reference/Cache.h"
#include "lib/Reference/Parallel.h"
#include "lib/Reference/Random.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir::mla;
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

const NormalTable &NormalTable::get(Element element) {
  static const NormalTable bf16(Element::BF16), f16(Element::F16);
  return element == Element::BF16 ? bf16 : f16;
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
int64_t pagesOf(int32_t length, int64_t pageSize) { return (std::max<int64_t>(length, 0) + pageSize - 1) / pageSize; }

/// Calls `body(first, count)` for consecutive ranges that cover [0, size), each a multiple of 4 but for the last.
template <typename Body> void forEachChunk(int64_t size, Body body) {
  constexpr int64_t kChunk = 1 << 16;
  parallelFor((size + kChunk - 1) / kChunk, 0,
              [&](int64_t chunk) { body(chunk * kChunk, std::min(kChunk, size - chunk * kChunk)); });
}

void fillNormal(const NormalTable &normal, const CounterRandom &random, int64_t size, uint16_t *out) {
  forEachChunk(size, [&](int64_t first, int64_t count) { normal.fill(random, first, count, out + first); });
}

/// The factor of each column of a token.
std::vector<float> drawFactors(const DecodeShape &shape, const DecodeInputOptions &options) {
  std::vector<float> factors(shape.d_qk(), 1.0f);
  std::vector<int64_t> columns(shape.d_latent);
  std::iota(columns.begin(), columns.end(), 0);
  CounterRandom random(options.seed, Stream::Outliers);
  for (int64_t i = 0; i < std::min(options.outlierChannels, shape.d_latent); ++i) {
    std::swap(columns[i], columns[i + random.below(shape.d_latent - i, 2 * i)]);
    factors[columns[i]] = static_cast<float>(10 + random.below(21, 2 * i + 1));
  }
  return factors;
}

/// Draws every stored token. All formats hold the same numbers, as far as they can.
void fillCache(const NormalTable &normal, const DecodeInputOptions &options, DecodeInputs &inputs) {
  const DecodeShape &shape = inputs.shape;
  CacheLayout layout = inputs.layout();
  int64_t size = inputs.storedPages * shape.page_size * shape.d_qk();
  CounterRandom random(options.seed, Stream::Cache);
  inputs.cache.resize(inputs.storedPages * layout.pageStride);
  if (inputs.format == getCacheFormat(inputs.element) && options.outlierChannels <= 0) {
    fillNormal(normal, random, size, reinterpret_cast<uint16_t *>(inputs.cache.data()));
    return;
  }
  std::vector<uint16_t> drawn(size);
  fillNormal(normal, random, size, drawn.data());
  std::vector<float> factors = drawFactors(shape, options);
  float largest = 0;
  for (int64_t i = 0, column = 0; i < size; ++i, column = (column + 1) % shape.d_qk())
    largest = std::max(largest, std::abs(elementToFloat(inputs.element, drawn[i])) * factors[column]);
  if (layout.info.scales == ScaleKind::Tensor)
    inputs.cacheScale = chooseScale(largest);
  parallelFor(inputs.storedPages, 0, [&](int64_t page) {
    std::vector<float> values(shape.d_qk());
    for (int64_t slot = 0; slot < shape.page_size; ++slot) {
      const uint16_t *bits = drawn.data() + (page * shape.page_size + slot) * shape.d_qk();
      for (int64_t column = 0; column < shape.d_qk(); ++column)
        values[column] = elementToFloat(inputs.element, bits[column]) * factors[column];
      writeToken(layout, inputs.cache.data() + page * layout.pageStride, slot, values.data(), inputs.cacheScale);
    }
  });
}
/// Rounds the queries to e4m3 times a scale whose three bits the element type has room for beside e4m3's four.
void quantizeQueries(DecodeInputs &inputs) {
  float largest = 0;
  for (uint16_t bits : inputs.q)
    largest = std::max(largest, std::abs(elementToFloat(inputs.element, bits)));
  constexpr float kLargestE4M3 = 448, kScaleBits = 1.25f;
  inputs.qScale = kScaleBits * std::exp2(std::ceil(std::log2(std::max(largest, 1e-6f) / (kScaleBits * kLargestE4M3))));
  inputs.quantizedQ.resize(inputs.q.size());
  for (size_t i = 0; i < inputs.q.size(); ++i) {
    inputs.quantizedQ[i] = roundToE4M3(elementToFloat(inputs.element, inputs.q[i]) / inputs.qScale);
    inputs.q[i] = roundToElement(inputs.element, e4m3ToFloat(inputs.quantizedQ[i]) * inputs.qScale);
  }
}
} // namespace

DecodeInputs mlir::mla::reference::makeDecodeInputs(DecodeShape shape, Element element, float softmaxScale, bool causal,
                                                    const std::vector<int32_t> &seqLens,
                                                    const DecodeInputOptions &options) {
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
  inputs.format = options.format.value_or(getCacheFormat(element));
  inputs.precision = options.precision;
  inputs.rope = options.rope;
  inputs.softmaxScale = softmaxScale;
  inputs.causal = causal;
  inputs.seqLens = seqLens;

  const NormalTable &normal = NormalTable::get(element);
  inputs.q.resize(shape.b * shape.rows() * shape.d_qk());
  fillNormal(normal, CounterRandom(options.seed, Stream::Queries), static_cast<int64_t>(inputs.q.size()),
             inputs.q.data());
  if (options.queryScale != 1.0f)
    for (uint16_t &bits : inputs.q)
      bits = roundToElement(element, elementToFloat(element, bits) * options.queryScale);
  if (options.precision == Precision::E4M3Queries)
    quantizeQueries(inputs);
  inputs.storedPages = options.maxStoredPages > 0 ? std::min(options.maxStoredPages, shape.numPages) : shape.numPages;
  fillCache(normal, options, inputs);

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

  // Servers leave what was there behind a request's last page. It has no influence, so let it be where the most poison is.
  if (options.poisonUnused) {
    auto emptiest = static_cast<int32_t>(std::min_element(used.begin(), used.end()) - used.begin());
    std::replace(inputs.blockTable.begin(), inputs.blockTable.end(), -1, emptiest);
  }
  if (options.poisonUnused && options.maxStoredPages <= 0) {
    CounterRandom random(options.seed, Stream::Poison);
    CacheLayout layout = inputs.layout();
    parallelFor(shape.numPages, 0, [&](int64_t page) {
      for (int64_t slot = used[page]; slot < shape.page_size; ++slot)
        poisonToken(layout, inputs.cache.data() + page * layout.pageStride, slot,
                    [&](int64_t i) { return random((page * shape.page_size + slot) * shape.d_qk() + i); });
    });
  }
  return inputs;
}

DecodeInputs mlir::mla::reference::takeRequests(const DecodeInputs &batch, const std::vector<int64_t> &requests) {
  DecodeInputs some = batch;
  some.shape.b = static_cast<int64_t>(requests.size());
  auto take = [&](const auto &from, auto &to, int64_t each) {
    to.clear();
    for (int64_t request : requests)
      to.insert(to.end(), from.begin() + request * each, from.begin() + (request + 1) * each);
  };
  int64_t elements = batch.shape.rows() * batch.shape.d_qk();
  take(batch.q, some.q, elements);
  if (!batch.quantizedQ.empty())
    take(batch.quantizedQ, some.quantizedQ, elements);
  take(batch.blockTable, some.blockTable, batch.shape.blockTableStride);
  take(batch.seqLens, some.seqLens, 1);
  return some;
}
