//===- Rows.cpp - Many rows of mla.decode at once -----------------------------------------------------------===//
//
// A block of 64 tokens is widened to double once and then serves all rows, in register tiles of 4 rows: scores
// (4 rows × 2 tokens), an online softmax in double, values (4 rows × 8 columns). Rows are padded to whole tiles and
// blocks to 64 tokens, so that every row goes through the same instructions in the same order whatever its company is.
// Rejected: one pass for the scores and one for the values, as decodeRow does; it widens everything twice. The
// rescaling of the online form costs a relative error of 1e-16 per block.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Rows.h"
#include "lib/Reference/Element.h"
#include "lib/Reference/Tokens.h"
#include <cmath>
#include <limits>

using namespace mlir::mla::reference;

// The inner loops, compiled for wider vectors too and chosen when the program is loaded, where that is possible.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define MLA_VECTOR_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MLA_VECTOR_CLONES
#endif

namespace {
constexpr int64_t kBlock = 64, kTileRows = 4, kTileTokens = 2, kTileColumns = 8, kLanes = 4;

/// Four doubles that the compiler keeps in vector registers.
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(sizeof(double)), may_alias));

inline const Lanes &lanes(const double *pointer) { return *reinterpret_cast<const Lanes *>(pointer); }
inline Lanes &lanes(double *pointer) { return *reinterpret_cast<Lanes *>(pointer); }

int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// scores[row, token] = Σ_c q[row, c] · keys[token, c]
MLA_VECTOR_CLONES void computeScores(const double *q, const double *keys, int64_t rows, int64_t width, double *scores) {
  for (int64_t row = 0; row < rows; row += kTileRows)
    for (int64_t token = 0; token < kBlock; token += kTileTokens) {
      Lanes sums[kTileRows][kTileTokens] = {};
      for (int64_t c = 0; c < width; c += kLanes)
        for (int64_t i = 0; i < kTileRows; ++i)
          for (int64_t j = 0; j < kTileTokens; ++j)
            sums[i][j] += lanes(q + (row + i) * width + c) * lanes(keys + (token + j) * width + c);
      for (int64_t i = 0; i < kTileRows; ++i)
        for (int64_t j = 0; j < kTileTokens; ++j)
          scores[(row + i) * kBlock + token + j] = (sums[i][j][0] + sums[i][j][1]) + (sums[i][j][2] + sums[i][j][3]);
    }
}

/// out[row, c] = out[row, c] · factors[row] + Σ_token weights[row, token] · keys[token, c], for c < columns
MLA_VECTOR_CLONES void accumulateValues(const double *weights, const double *factors, const double *keys, int64_t rows,
                                        int64_t columns, int64_t width, double *out) {
  constexpr int64_t kVectors = kTileColumns / kLanes;
  for (int64_t row = 0; row < rows; row += kTileRows)
    for (int64_t c = 0; c < columns; c += kTileColumns) {
      Lanes sums[kTileRows][kVectors];
      for (int64_t i = 0; i < kTileRows; ++i)
        for (int64_t v = 0; v < kVectors; ++v)
          sums[i][v] = lanes(out + (row + i) * columns + c + v * kLanes) * factors[row + i];
      for (int64_t token = 0; token < kBlock; ++token)
        for (int64_t i = 0; i < kTileRows; ++i)
          for (int64_t v = 0; v < kVectors; ++v)
            sums[i][v] += weights[(row + i) * kBlock + token] * lanes(keys + token * width + c + v * kLanes);
      for (int64_t i = 0; i < kTileRows; ++i)
        for (int64_t v = 0; v < kVectors; ++v)
          lanes(out + (row + i) * columns + c + v * kLanes) = sums[i][v];
    }
}
} // namespace

void mlir::mla::reference::evaluateRows(const DecodeInputs &inputs, int64_t request, int64_t query,
                                        const std::vector<int64_t> &heads, double *out, double *lse) {
  const DecodeShape &shape = inputs.shape;
  CacheLayout layout = inputs.layout();
  SharedRows shared;
  shared.softmaxScale = inputs.softmaxScale;
  shared.d_qk = shape.d_qk();
  shared.d_v = shape.d_latent;
  shared.numRows = static_cast<int64_t>(heads.size());
  shared.readQuery = [&](int64_t row, double *values) { readQuery(inputs, request, query, heads[row], values); };
  shared.visible = visibleTokens(inputs, request, query);
  shared.readToken = [&](int64_t token, double *key) { readVector(inputs, layout, request, token, key); };
  evaluateRows(shared, out, lse);
}

void mlir::mla::reference::evaluateRows(const SharedRows &shared, double *out, double *lse) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  int64_t numRows = shared.numRows, rows = roundUp(numRows, kTileRows);
  int64_t width = roundUp(shared.d_qk, kTileColumns), columns = roundUp(shared.d_v, kTileColumns);
  int64_t visible = shared.visible;

  std::vector<double> q(rows * width, 0.0), keys(kBlock * width, 0.0), weights(rows * kBlock),
      sums(rows * columns, 0.0);
  std::vector<double> factors(rows), maxima(rows, -kInfinity), totals(rows, 0.0);
  for (int64_t row = 0; row < numRows; ++row)
    shared.readQuery(row, q.data() + row * width);

  for (int64_t first = 0; first < visible; first += kBlock) {
    int64_t count = std::min(kBlock, visible - first);
    for (int64_t token = 0; token < kBlock; ++token) {
      double *key = keys.data() + token * width;
      if (token >= count)
        std::fill_n(key, width, 0.0); // Not seen: its weight will be 0, so what the slot holds must not take part.
      else
        shared.readToken(first + token, key);
    }

    computeScores(q.data(), keys.data(), rows, width, weights.data());
    for (int64_t row = 0; row < rows; ++row) {
      double *weight = weights.data() + row * kBlock, maximum = maxima[row];
      for (int64_t token = 0; token < count; ++token) {
        weight[token] *= shared.softmaxScale;
        maximum = std::max(maximum, weight[token]);
      }
      factors[row] = std::exp(maxima[row] - maximum);
      maxima[row] = maximum;
      double total = totals[row] * factors[row];
      for (int64_t token = 0; token < count; ++token)
        total += weight[token] = std::exp(weight[token] - maximum);
      std::fill(weight + count, weight + kBlock, 0.0);
      totals[row] = total;
    }
    accumulateValues(weights.data(), factors.data(), keys.data(), rows, columns, width, sums.data());
  }

  for (int64_t row = 0; row < numRows; ++row) {
    lse[row] = visible > 0 ? maxima[row] + std::log(totals[row]) : -kInfinity;
    for (int64_t column = 0; column < shared.d_v; ++column)
      out[row * shared.d_v + column] = visible > 0 ? sums[row * columns + column] / totals[row] : 0.0;
  }
}
