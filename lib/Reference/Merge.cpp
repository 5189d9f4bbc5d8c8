//===- Merge.cpp - mla.merge, word for word ------------------------------------------------------------------===//
//
// Bounds of the comparison. An element of out is rounded once: 2^-8 of it for bf16, 2^-11 for f16 with an absolute
// floor of 2^-25, 2^-24 for f32. Weights come from f32: differences of log-sum-exps, times log2 e, and ex2.approx
// (2^-22 relative, PTX ISA), whose errors grow with the difference, while the weight falls. They are allowed 2^-18 of
// what the two parts contribute. A log-sum-exp is off by lg2.approx (2^-22 absolute), times ln 2, and by what f32
// rounds a sum to: 2^-20 and 2^-22 of it.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Merge.h"
#include "lib/Reference/Element.h"
#include "lib/Reference/Random.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
} // namespace

int64_t mlir::mla::reference::getBytes(MergeElement element) { return element == MergeElement::F32 ? 4 : 2; }

/// The type of 16 bits.
static Element getElement(MergeElement element) { return element == MergeElement::BF16 ? Element::BF16 : Element::F16; }

float mlir::mla::reference::roundTo(MergeElement element, float value) {
  if (element == MergeElement::F32)
    return value;
  return elementToFloat(getElement(element), roundToElement(getElement(element), value));
}

std::vector<uint8_t> mlir::mla::reference::store(MergeElement element, const std::vector<float> &values) {
  std::vector<uint8_t> bytes(values.size() * getBytes(element));
  if (element == MergeElement::F32) {
    if (!values.empty())
      std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t bits = roundToElement(getElement(element), values[i]);
    std::memcpy(bytes.data() + 2 * i, &bits, 2);
  }
  return bytes;
}

std::vector<float> mlir::mla::reference::load(MergeElement element, const std::vector<uint8_t> &bytes) {
  std::vector<float> values(bytes.size() / getBytes(element));
  for (size_t i = 0; i < values.size(); ++i) {
    uint16_t bits = 0;
    if (element == MergeElement::F32) {
      std::memcpy(&values[i], bytes.data() + 4 * i, 4);
      continue;
    }
    std::memcpy(&bits, bytes.data() + 2 * i, 2);
    values[i] = elementToFloat(getElement(element), bits);
  }
  return values;
}

//===----------------------------------------------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------------------------------------------===//

void mlir::mla::reference::fillMergeInputs(MergeInputs &inputs, uint64_t seed) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
  // A table of f16 serves all types: what it holds is rounded on.
  const NormalTable &normal = NormalTable::get(Element::F16);
  auto draw = [&](Stream stream, std::vector<float> &values, int64_t size) {
    std::vector<uint16_t> bits(size);
    normal.fill(CounterRandom(seed, stream), 0, size, bits.data());
    values.resize(size);
    for (int64_t i = 0; i < size; ++i)
      values[i] = roundTo(inputs.element, elementToFloat(Element::F16, bits[i]));
  };
  int64_t rows = inputs.rows(), d_v = inputs.d_v;
  draw(Stream::Keys, inputs.outA, rows * d_v);
  draw(Stream::Values, inputs.outB, rows * d_v);
  std::vector<float> a, b;
  draw(Stream::Queries, a, rows);
  draw(Stream::SharedKeys, b, rows);
  inputs.lseA.resize(rows);
  inputs.lseB.resize(rows);
  CounterRandom random(seed, Stream::Rows);
  auto hide = [&](std::vector<float> &out, float &lse, int64_t row) {
    lse = -kInf;
    for (int64_t i = 0; i < d_v; ++i)
      out[row * d_v + i] = i % 3 == 0 ? kNaN : i % 3 == 1 ? kInf : -kInf;
  };
  for (int64_t row = 0; row < rows; ++row) {
    float &lseA = inputs.lseA[inputs.lseIndex(row)], &lseB = inputs.lseB[inputs.lseIndex(row)];
    lseA = 8 + 3 * a[row];
    lseB = 8 + 3 * b[row];
    switch (random.below(16, row)) {
    case 0:
      lseB = lseA;
      break;
    case 1:
      lseA += 300;
      break;
    case 2:
      lseB += 30;
      break;
    case 3:
      hide(inputs.outA, lseA, row);
      break;
    case 4:
      hide(inputs.outB, lseB, row);
      break;
    case 5:
      hide(inputs.outA, lseA, row);
      hide(inputs.outB, lseB, row);
      break;
    default:
      break;
    }
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Evaluation and comparison
//===----------------------------------------------------------------------------------------------------------===//

double mlir::mla::reference::mergeRow(const MergeInputs &inputs, int64_t row, double *out) {
  double a = inputs.lseA[inputs.lseIndex(row)], b = inputs.lseB[inputs.lseIndex(row)];
  double larger = std::max(a, b);
  std::fill_n(out, inputs.d_v, 0.0);
  if (larger == -kInfinity)
    return larger;
  double lse = larger + std::log(std::exp(a - larger) + std::exp(b - larger));
  for (auto [part, values] : {std::pair(a, &inputs.outA), {b, &inputs.outB}})
    if (part != -kInfinity)
      for (int64_t i = 0; i < inputs.d_v; ++i)
        out[i] += std::exp(part - lse) * (*values)[row * inputs.d_v + i];
  return lse;
}

static double getBound(MergeElement element, double reference) {
  switch (element) {
  case MergeElement::BF16:
    return std::abs(reference) * 0x1p-8;
  case MergeElement::F16:
    return std::max(std::abs(reference) * 0x1p-11, 0x1p-25);
  case MergeElement::F32:
    return std::abs(reference) * 0x1p-24;
  }
  return 0;
}

/// Infinity where only one is a number.
static double getError(double value, double reference, double bound) {
  if (std::isfinite(value) && std::isfinite(reference))
    return value == reference ? 0 : std::abs(value - reference) / bound;
  return value == reference ? 0 : kInfinity;
}

ElementComparison mlir::mla::reference::compareMerge(const MergeInputs &inputs, const MergeOutputs &outputs) {
  ElementComparison result;
  int64_t rows = inputs.rows(), d_v = inputs.d_v;
  if (static_cast<int64_t>(outputs.out.size()) != rows * d_v || static_cast<int64_t>(outputs.lse.size()) != rows) {
    result.worstError = kInfinity;
    return result;
  }
  auto add = [&](double value, double reference, double bound, int64_t place) {
    double error = getError(value, reference, bound);
    ++result.elementsCompared;
    if (result.worstElement >= 0 && error <= result.worstError)
      return;
    result.worstError = error;
    result.worstElement = place;
    result.worstValue = value;
    result.worstReference = reference;
  };
  std::vector<double> reference(d_v);
  for (int64_t row = 0; row < rows; ++row) {
    double lse = mergeRow(inputs, row, reference.data());
    int64_t place = inputs.lseIndex(row);
    double weightA = std::exp(inputs.lseA[place] - lse), weightB = std::exp(inputs.lseB[place] - lse);
    auto contribution = [](double weight, double value) { return weight > 0 ? weight * std::abs(value) : 0; };
    for (int64_t i = 0; i < d_v; ++i) {
      int64_t at = row * d_v + i;
      double size = contribution(weightA, inputs.outA[at]) + contribution(weightB, inputs.outB[at]);
      add(outputs.out[at], reference[i], getBound(inputs.element, reference[i]) + size * 0x1p-18, at);
    }
    add(outputs.lse[place], lse, 0x1p-20 + std::abs(lse) * 0x1p-22, rows * d_v + place);
  }
  return result;
}
