//===- Prefill.cpp - mla.prefill and mla.prefill_absorbed, word for word ------------------------------------===//
#include "lib/Reference/Prefill.h"
#include "lib/Reference/Element.h"
#include "lib/Reference/Parallel.h"
#include "lib/Reference/Random.h"
#include "lib/Reference/RowErrors.h"
#include "lib/Reference/Rows.h"
#include "lib/Reference/Tokens.h"
#include <cmath>
#include <limits>

using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
} // namespace

int64_t PrefillInputs::visibleTokens(int64_t sequence, int64_t query) const {
  int64_t all = std::max<int64_t>(tokens(sequence), 0);
  return causal ? std::max<int64_t>(all - (queries(sequence) - 1 - query), 0) : all;
}

//===----------------------------------------------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// NaN, +infinity or −infinity.
uint16_t poison(Element element, uint64_t index) {
  static constexpr uint16_t kBF16[] = {0x7fc0, 0x7f80, 0xff80, 0xffc1};
  static constexpr uint16_t kF16[] = {0x7e00, 0x7c00, 0xfc00, 0xfe01};
  return (element == Element::BF16 ? kBF16 : kF16)[index % 4];
}

/// Rows of tokens `first` to `end` are drawn; all else is poisoned, or 0.
void fill(PrefillTensor &tensor, int64_t first, int64_t end, const PrefillInputOptions &options, Element element,
          Stream stream, const NormalTable &normal) {
  tensor.values.resize(tensor.tokens * tensor.tokenStride);
  CounterRandom random(options.seed, stream);
  // Rows begin at multiples of four numbers.
  int64_t drawn = (tensor.width + 3) / 4 * 4;
  parallelFor(tensor.tokens, 0, [&](int64_t token) {
    uint16_t *to = tensor.values.data() + token * tensor.tokenStride;
    for (int64_t i = 0; i < tensor.tokenStride; ++i)
      to[i] = options.poisonUnused ? poison(element, token + i) : 0;
    if (token < first || token >= end)
      return;
    for (int64_t head = 0; head < tensor.heads; ++head)
      normal.fill(random, (token * tensor.heads + head) * drawn, tensor.width, to + head * tensor.headStride);
  });
}
} // namespace

PrefillInputs mlir::mla::reference::makePrefillInputs(const PrefillShape &shape, Element element, float softmaxScale,
                                                      bool causal, const std::vector<PrefillLengths> &lengths,
                                                      const PrefillInputOptions &options) {
  PrefillInputs inputs;
  inputs.shape = shape;
  inputs.element = element;
  inputs.softmaxScale = softmaxScale;
  inputs.causal = causal;
  int64_t spare = std::max<int64_t>(options.spareTokens, 0);
  inputs.cuSeqlensQ = inputs.cuSeqlensKv = {static_cast<int32_t>(spare)};
  for (const PrefillLengths &length : lengths) {
    inputs.cuSeqlensQ.push_back(inputs.cuSeqlensQ.back() + length.queries);
    inputs.cuSeqlensKv.push_back(inputs.cuSeqlensKv.back() + length.tokens);
  }
  const NormalTable &normal = NormalTable::get(element);
  auto make = [&](PrefillTensor &tensor, const std::vector<int32_t> &places, int64_t heads, int64_t width,
                  int64_t headStride, int64_t gap, Stream stream) {
    tensor.tokens = places.back() + spare;
    tensor.heads = heads;
    tensor.width = width;
    tensor.headStride = headStride;
    tensor.tokenStride = heads * headStride + gap;
    fill(tensor, places.front(), places.back(), options, element, stream, normal);
  };
  int64_t projection = shape.d_nope + shape.d_v;
  bool strided = options.strided;
  constexpr int64_t kGap = 8;
  if (shape.isAbsorbed()) {
    // Queries are dense: a tile of rows may have those of several tokens.
    make(inputs.q, inputs.cuSeqlensQ, shape.h_q, shape.d_qk(), shape.d_qk(), 0, Stream::Queries);
    if (!shape.isPaged()) {
      make(inputs.latents, inputs.cuSeqlensKv, 1, shape.d_qk(), shape.d_qk(), strided ? kGap : 0, Stream::Keys);
      return inputs;
    }
    DecodeShape cache;
    cache.d_latent = shape.d_nope;
    cache.d_rope = shape.d_rope;
    cache.page_size = shape.page_size;
    DecodeInputOptions cacheOptions;
    cacheOptions.seed = options.seed;
    cacheOptions.poisonUnused = options.poisonUnused;
    cacheOptions.permutePages = options.permutePages;
    cacheOptions.maxStoredPages = options.maxStoredPages;
    cacheOptions.format = shape.format;
    std::vector<int32_t> seqLens;
    for (const PrefillLengths &length : lengths)
      seqLens.push_back(length.tokens);
    inputs.paged = makeDecodeInputs(cache, element, softmaxScale, causal, seqLens, cacheOptions);
    return inputs;
  }
  make(inputs.q, inputs.cuSeqlensQ, shape.h_q, shape.d_qk(), shape.d_qk(), strided ? kGap : 0, Stream::Queries);
  make(inputs.k, inputs.cuSeqlensKv, shape.h_q, shape.d_nope, strided ? projection : shape.d_nope, 0, Stream::Keys);
  if (shape.d_rope)
    make(inputs.kRope, inputs.cuSeqlensKv, 1, shape.d_rope, shape.d_rope, strided ? kGap : 0, Stream::SharedKeys);
  make(inputs.v, inputs.cuSeqlensKv, shape.h_q, shape.d_v, strided ? projection : shape.d_v, 0, Stream::Values);
  return inputs;
}

//===----------------------------------------------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------------------------------------------===//

static void widenExactly(Element element, const uint16_t *from, int64_t width, double *to) {
  for (int64_t i = 0; i < width; ++i)
    to[i] = elementToFloat(element, from[i]);
}

/// The key of a token for a head, d_qk values.
static void readKey(const PrefillInputs &inputs, int64_t sequence, int64_t token, int64_t head, double *out) {
  const PrefillShape &shape = inputs.shape;
  int64_t place = inputs.cuSeqlensKv[sequence] + token;
  if (inputs.paged)
    return readVector(*inputs.paged, inputs.paged->layout(), sequence, token, out);
  if (shape.isAbsorbed())
    return widenExactly(inputs.element, inputs.latents.row(place, 0), shape.d_qk(), out);
  widenExactly(inputs.element, inputs.k.row(place, head), shape.d_nope, out);
  if (shape.d_rope)
    widenExactly(inputs.element, inputs.kRope.row(place, 0), shape.d_rope, out + shape.d_nope);
}

/// The same of the value, d_v values; `key` has room for a key.
static void readValue(const PrefillInputs &inputs, int64_t sequence, int64_t token, int64_t head, double *key,
                      double *out) {
  const PrefillShape &shape = inputs.shape;
  if (!shape.isAbsorbed())
    return widenExactly(inputs.element, inputs.v.row(inputs.cuSeqlensKv[sequence] + token, head), shape.d_v, out);
  readKey(inputs, sequence, token, head, key);
  std::copy_n(key, shape.d_v, out);
}

double mlir::mla::reference::prefillRow(const PrefillInputs &inputs, int64_t sequence, int64_t query, int64_t head,
                                        double *out) {
  const PrefillShape &shape = inputs.shape;
  std::vector<double> q(shape.d_qk()), key(shape.d_qk()), value(shape.d_v);
  widenExactly(inputs.element, inputs.q.row(inputs.cuSeqlensQ[sequence] + query, head), shape.d_qk(), q.data());

  std::fill_n(out, shape.d_v, 0.0);
  std::vector<double> scores(inputs.visibleTokens(sequence, query));
  if (scores.empty())
    return -kInfinity;
  double maximum = -kInfinity;
  for (size_t token = 0; token < scores.size(); ++token) {
    readKey(inputs, sequence, token, head, key.data());
    double dot = 0;
    for (int64_t column = 0; column < shape.d_qk(); ++column)
      dot += q[column] * key[column];
    scores[token] = inputs.softmaxScale * dot;
    maximum = std::max(maximum, scores[token]);
  }

  double sum = 0;
  for (double score : scores)
    sum += std::exp(score - maximum);
  for (size_t token = 0; token < scores.size(); ++token) {
    readValue(inputs, sequence, token, head, key.data(), value.data());
    double weight = std::exp(scores[token] - maximum) / sum;
    for (int64_t column = 0; column < shape.d_v; ++column)
      out[column] += weight * value[column];
  }
  return maximum + std::log(sum);
}

//===----------------------------------------------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------------------------------------------===//

ErrorBounds mlir::mla::reference::getPrefillErrorBounds(Element element, std::optional<CacheFormat> format) {
  return getErrorBounds(element, format.value_or(getCacheFormat(element)), Precision::BF16);
}

DecodeComparison mlir::mla::reference::comparePrefill(const PrefillInputs &inputs, const PrefillOutputs &outputs,
                                                      int64_t maxRows, uint64_t seed, unsigned threads) {
  const PrefillShape &shape = inputs.shape;
  int64_t totalQ = inputs.q.tokens, firstQuery = inputs.cuSeqlensQ.front();
  if (static_cast<int64_t>(outputs.out.size()) != totalQ * shape.h_q * shape.d_v ||
      static_cast<int64_t>(outputs.lse.size()) != totalQ * shape.h_q) {
    DecodeComparison result;
    result.worstRelativeError = result.worstLseError = result.worstLseErrorBesidePart = kInfinity;
    return result;
  }

  // Rows are numbered as in out, from the first sequence's on.
  std::vector<int64_t> rows = chooseRows((inputs.cuSeqlensQ.back() - firstQuery) * shape.h_q, maxRows, seed);
  std::vector<int64_t> sequences(rows.size());
  std::vector<RowErrors> errors(rows.size());
  int64_t sequence = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i] += firstQuery * shape.h_q;
    while (rows[i] / shape.h_q >= inputs.cuSeqlensQ[sequence + 1])
      ++sequence;
    sequences[i] = sequence;
  }
  // In the absorbed form the rows of a query token see the same keys, and share the work of widening them.
  std::vector<size_t> units = {0};
  for (size_t i = 1; i < rows.size(); ++i)
    if (!shape.isAbsorbed() || rows[i] / shape.h_q != rows[i - 1] / shape.h_q ||
        static_cast<int64_t>(i - units.back()) == kMaxRowsAtOnce)
      units.push_back(i);
  units.push_back(rows.size());
  parallelFor(static_cast<int64_t>(units.size()) - 1, threads, [&](int64_t unit) {
    size_t first = units[unit], end = units[unit + 1];
    if (first == end)
      return;
    int64_t token = rows[first] / shape.h_q, query = token - inputs.cuSeqlensQ[sequences[first]];
    std::vector<double> reference((end - first) * shape.d_v), lse(end - first);
    if (shape.isAbsorbed()) {
      SharedRows shared;
      shared.softmaxScale = inputs.softmaxScale;
      shared.d_qk = shape.d_qk();
      shared.d_v = shape.d_v;
      shared.numRows = static_cast<int64_t>(end - first);
      shared.readQuery = [&](int64_t row, double *to) {
        widenExactly(inputs.element, inputs.q.row(token, rows[first + row] % shape.h_q), shape.d_qk(), to);
      };
      shared.visible = inputs.visibleTokens(sequences[first], query);
      shared.readToken = [&](int64_t key, double *to) { readKey(inputs, sequences[first], key, 0, to); };
      evaluateRows(shared, reference.data(), lse.data());
    } else {
      lse[0] = prefillRow(inputs, sequences[first], query, rows[first] % shape.h_q, reference.data());
    }
    for (size_t i = first; i < end; ++i) {
      int64_t head = rows[i] % shape.h_q;
      float actual = outputs.lse[shape.isAbsorbed() ? rows[i] : head * totalQ + token];
      errors[i] = compareRow(inputs.element, shape.d_v, outputs.out.data() + rows[i] * shape.d_v, actual,
                             reference.data() + (i - first) * shape.d_v, lse[i - first]);
    }
  });
  ErrorSum sum;
  for (size_t i = 0; i < rows.size(); ++i)
    sum.add(sequences[i], rows[i], shape.d_v, errors[i]);
  return sum.finish();
}
