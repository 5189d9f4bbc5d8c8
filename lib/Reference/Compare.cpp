//===- Compare.cpp - How far a result is from the reference -------------------------------------------------===//
#include "lib/Reference/Parallel.h"
#include "lib/Reference/Random.h"
#include "lib/Reference/RowErrors.h"
#include "lib/Reference/Rows.h"
#include "lib/Reference/Tokens.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A span [first, end) of the rows to compare, all of one query token.
struct Unit {
  int64_t first, end;
  int64_t request, query;
  int64_t cost;
};

/// |value − reference| where both are finite, 0 where both are the same infinity or both NaN, else infinity.
double distance(double value, double reference) {
  if (std::isfinite(value) && std::isfinite(reference))
    return std::abs(value - reference);
  return value == reference || (std::isnan(value) && std::isnan(reference)) ? 0 : kInfinity;
}

std::vector<Unit> makeUnits(const DecodeInputs &inputs, const std::vector<int64_t> &rows) {
  const DecodeShape &shape = inputs.shape;
  std::vector<Unit> units;
  for (int64_t i = 0; i < static_cast<int64_t>(rows.size()); ++i) {
    int64_t token = rows[i] / shape.h_q, request = token / shape.s_q, query = token % shape.s_q;
    if (units.empty() || units.back().request != request || units.back().query != query ||
        units.back().end - units.back().first == kMaxRowsAtOnce)
      units.push_back({i, i, request, query, 0});
    ++units.back().end;
    units.back().cost += visibleTokens(inputs, request, query);
  }
  // The longest first, so that no thread begins one when the others are about to end.
  std::sort(units.begin(), units.end(),
            [](const Unit &a, const Unit &b) { return std::tie(b.cost, a.first) < std::tie(a.cost, b.first); });
  return units;
}
} // namespace

RowErrors mlir::mla::reference::compareRow(Element element, int64_t width, const uint16_t *out, float lse,
                                           const double *reference, double referenceLse) {
  RowErrors errors;
  errors.lseError = distance(lse, referenceLse);
  double part = std::isfinite(referenceLse) ? kFP8AccumulatorPart * std::abs(referenceLse) : 0;
  errors.lseErrorBesidePart = errors.lseError - part;
  bool seesNothing = referenceLse == -kInfinity;
  for (int64_t column = 0; column < width; ++column) {
    double value = elementToFloat(element, out[column]), expected = reference[column];
    double difference = seesNothing && value != 0 ? kInfinity : distance(value, expected);
    if (difference > errors.worstDifference) {
      errors.worstColumn = column;
      errors.worstDifference = difference;
      errors.worstValue = value;
      errors.worstReference = expected;
    }
    errors.disagrees |= difference == kInfinity;
    if (std::isfinite(value) && std::isfinite(expected)) {
      errors.squaredError += difference * difference;
      errors.squaredNorm += expected * expected;
    }
  }
  return errors;
}

std::vector<int64_t> mlir::mla::reference::chooseRows(int64_t numRows, int64_t maxRows, uint64_t seed) {
  bool all = maxRows <= 0 || maxRows >= numRows;
  std::vector<int64_t> rows(all ? numRows : maxRows);
  std::iota(rows.begin(), rows.end(), 0);
  if (all)
    return rows;
  CounterRandom random(seed, Stream::Rows);
  int64_t quotient = numRows / maxRows, remainder = numRows % maxRows;
  for (int64_t i = 0; i < maxRows; ++i) {
    int64_t first = i * quotient + std::min(i, remainder);
    rows[i] = first + random.below(quotient + (i < remainder), i);
  }
  return rows;
}

void ErrorSum::finishRequest() {
  if (request < 0)
    return;
  double relative = disagrees           ? kInfinity
                    : squaredError == 0 ? 0
                    : squaredNorm == 0  ? kInfinity
                                        : std::sqrt(squaredError / squaredNorm);
  if (relative > worstRelative) {
    worstRelative = relative;
    result.worstRequest = request;
  }
  squaredError = squaredNorm = 0;
  disagrees = false;
}

void ErrorSum::add(int64_t rowRequest, int64_t outRow, int64_t width, const RowErrors &row) {
  if (rowRequest != request)
    finishRequest();
  request = rowRequest;
  ++result.rowsCompared;
  squaredError += row.squaredError;
  squaredNorm += row.squaredNorm;
  disagrees |= row.disagrees;
  result.worstLseError = std::max(result.worstLseError, row.lseError);
  result.worstLseErrorBesidePart = std::max(result.worstLseErrorBesidePart, row.lseErrorBesidePart);
  if (row.worstDifference > worstDifference) {
    worstDifference = row.worstDifference;
    result.worstElement = outRow * width + row.worstColumn;
    result.worstValue = row.worstValue;
    result.worstReference = row.worstReference;
  }
}

DecodeComparison ErrorSum::finish() {
  finishRequest();
  result.worstRelativeError = std::max(worstRelative, 0.0);
  return result;
}

ErrorBounds mlir::mla::reference::getErrorBounds(Element element, CacheFormat format, Precision precision,
                                                 bool hasOutliers, bool turnsQueries) {
  bool spreadsScores = hasOutliers && isE4M3(format);
  // Values and weights of f16, and queries that are e4m3 or a sum of two: what is left are the scores.
  if (precision != Precision::BF16 && format == CacheFormat::E4M3Group)
    return spreadsScores ? ErrorBounds{6e-3, 1e-1} : ErrorBounds{4.5e-3, 4e-2};
  if (precision != Precision::BF16)
    return {spreadsScores ? 6e-2 : 3e-2, 4e-2, /*cutsOff=*/spreadsScores};
  if (element == Element::F16)
    return {hasOutliers ? 1e-3 : 5e-4, turnsQueries ? 2e-3 : 1e-3};
  if (spreadsScores)
    return {6e-3, 1e-1};
  if (isE4M3(format))
    return {3e-3, 3e-2};
  return {hasOutliers ? 4.5e-3 : 3e-3, turnsQueries ? 1e-2 : 1e-3};
}

DecodeComparison mlir::mla::reference::compareDecode(const DecodeInputs &inputs, const DecodeOutputs &outputs,
                                                     int64_t maxRows, uint64_t seed, unsigned threads) {
  const DecodeShape &shape = inputs.shape;
  DecodeComparison result;
  int64_t numRows = shape.b * shape.rows();
  if (static_cast<int64_t>(outputs.out.size()) != numRows * shape.d_latent ||
      static_cast<int64_t>(outputs.lse.size()) != numRows) {
    result.worstRelativeError = result.worstLseError = result.worstLseErrorBesidePart = kInfinity;
    return result;
  }

  std::vector<int64_t> rows = chooseRows(numRows, maxRows, seed);
  std::vector<Unit> units = makeUnits(inputs, rows);
  std::vector<RowErrors> errors(rows.size());
  parallelFor(units.size(), threads, [&](int64_t index) {
    const Unit &unit = units[index];
    std::vector<int64_t> heads;
    for (int64_t i = unit.first; i < unit.end; ++i)
      heads.push_back(rows[i] % shape.h_q);
    std::vector<double> reference(heads.size() * shape.d_latent), lse(heads.size());
    evaluateRows(inputs, unit.request, unit.query, heads, reference.data(), lse.data());
    for (int64_t i = unit.first; i < unit.end; ++i)
      errors[i] =
          compareRow(inputs.element, shape.d_latent, outputs.out.data() + rows[i] * shape.d_latent,
                     outputs.lse[rows[i]], reference.data() + (i - unit.first) * shape.d_latent, lse[i - unit.first]);
  });

  // Sums and maxima in the order of the rows, whoever computed them.
  ErrorSum sum;
  for (size_t i = 0; i < rows.size(); ++i)
    sum.add(rows[i] / shape.rows(), rows[i], shape.d_latent, errors[i]);
  return sum.finish();
}
