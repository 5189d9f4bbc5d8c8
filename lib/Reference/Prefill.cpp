//===- Prefill.cpp - mla.prefill, word for word --------------------------------------------------------------===//
#include "lib/Reference/Prefill.h"
#include "lib/Reference/Element.h"
#include "lib/Reference/Parallel.h"
#include "lib/Reference/Random.h"
#include "lib/Reference/RowErrors.h"
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
  NormalTable normal(element);
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

double mlir::mla::reference::prefillRow(const PrefillInputs &inputs, int64_t sequence, int64_t query, int64_t head,
                                        double *out) {
  const PrefillShape &shape = inputs.shape;
  auto widen = [&](const uint16_t *from, int64_t width, double *to) {
    for (int64_t i = 0; i < width; ++i)
      to[i] = elementToFloat(inputs.element, from[i]);
  };
  std::vector<double> q(shape.d_qk()), key(shape.d_qk()), value(shape.d_v);
  widen(inputs.q.row(inputs.cuSeqlensQ[sequence] + query, head), shape.d_qk(), q.data());

  std::fill_n(out, shape.d_v, 0.0);
  std::vector<double> scores(inputs.visibleTokens(sequence, query));
  if (scores.empty())
    return -kInfinity;
  double maximum = -kInfinity;
  int64_t first = inputs.cuSeqlensKv[sequence];
  for (size_t token = 0; token < scores.size(); ++token) {
    widen(inputs.k.row(first + token, head), shape.d_nope, key.data());
    if (shape.d_rope)
      widen(inputs.kRope.row(first + token, 0), shape.d_rope, key.data() + shape.d_nope);
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
    widen(inputs.v.row(first + token, head), shape.d_v, value.data());
    double weight = std::exp(scores[token] - maximum) / sum;
    for (int64_t column = 0; column < shape.d_v; ++column)
      out[column] += weight * value[column];
  }
  return maximum + std::log(sum);
}

//===----------------------------------------------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------------------------------------------===//

ErrorBounds mlir::mla::reference::getPrefillErrorBounds(Element element) {
  return getErrorBounds(element, getCacheFormat(element), Precision::BF16);
}

DecodeComparison mlir::mla::reference::comparePrefill(const PrefillInputs &inputs, const PrefillOutputs &outputs,
                                                      int64_t maxRows, uint64_t seed, unsigned threads) {
  const PrefillShape &shape = inputs.shape;
  int64_t totalQ = inputs.q.tokens, firstQuery = inputs.cuSeqlensQ.front();
  if (static_cast<int64_t>(outputs.out.size()) != totalQ * shape.h_q * shape.d_v ||
      static_cast<int64_t>(outputs.lse.size()) != totalQ * shape.h_q) {
    DecodeComparison result;
    result.worstRelativeError = result.worstLseError = kInfinity;
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
  parallelFor(static_cast<int64_t>(rows.size()), threads, [&](int64_t i) {
    int64_t token = rows[i] / shape.h_q, head = rows[i] % shape.h_q;
    std::vector<double> reference(shape.d_v);
    double lse = prefillRow(inputs, sequences[i], token - inputs.cuSeqlensQ[sequences[i]], head, reference.data());
    errors[i] = compareRow(inputs.element, shape.d_v, outputs.out.data() + rows[i] * shape.d_v,
                           outputs.lse[head * totalQ + token], reference.data(), lse);
  });
  ErrorSum sum;
  for (size_t i = 0; i < rows.size(); ++i)
    sum.add(sequences[i], rows[i], shape.d_v, errors[i]);
  return sum.finish();
}
