//===- PrecisionTest.cpp - What the classes of precision leave of a result ----------------------------------===//
//
// Kernels of precision e4m3, imitated in double but for what they quantise, against the reference on the same cache:
// the argument for the class' bound, and for how fine queries must be.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Cache.h"
#include "lib/Reference/Decode.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
double e4m3(double value) { return e4m3ToFloat(roundToE4M3(static_cast<float>(value))); }

/// The sum of `terms` e4m3, each a sixteenth as coarse as the one before, under one scale.
double e4m3Sum(double value, double scale, int terms) {
  double sum = 0;
  for (double step = scale; terms > 0; --terms, step /= 16)
    sum += e4m3((value - sum) / step) * step;
  return sum;
}

struct Errors {
  double output = 0, lse = 0;
};

/// One request of `tokens`, 16 heads. The latent part of each query is a sum of `queryTerms` e4m3 and each weight one
/// e4m3, with the weight 1 at 256; 0 terms leave queries as they are.
Errors imitate(CacheFormat format, int32_t tokens, float queryScale, int queryTerms) {
  DecodeShape shape;
  shape.h_q = 16;
  DecodeInputOptions options;
  options.format = format;
  options.queryScale = queryScale;
  DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 1 / 24.0f, true, {tokens}, options);
  const int64_t width = shape.d_qk();
  CacheLayout layout = inputs.layout();
  std::vector<double> keys(tokens * width), reference(shape.d_latent);
  for (int64_t token = 0; token < tokens; ++token)
    readToken(layout, inputs.cache.data() + inputs.blockTable[token / 64] * layout.pageStride, token % 64,
              inputs.cacheScale, keys.data() + token * width);

  Errors errors;
  double squaredError = 0, squaredNorm = 0;
  for (int64_t head = 0; head < shape.h_q; ++head) {
    std::vector<double> q(width), weights(tokens), out(shape.d_latent, 0.0);
    for (int64_t c = 0; c < width; ++c)
      q[c] = elementToFloat(Element::BF16, inputs.q[head * width + c]);
    double largest = 0;
    for (int64_t c = 0; c < shape.d_latent; ++c)
      largest = std::max(largest, std::abs(q[c]));
    for (int64_t c = 0; c < shape.d_latent && queryTerms > 0; ++c)
      q[c] = e4m3Sum(q[c], largest / 448, queryTerms);

    double maximum = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t token = 0; token < tokens; ++token) {
      for (int64_t c = 0; c < width; ++c)
        weights[token] += q[c] * keys[token * width + c];
      weights[token] *= inputs.softmaxScale;
      maximum = std::max(maximum, weights[token]);
    }
    for (int64_t token = 0; token < tokens; ++token) {
      double weight = std::exp(weights[token] - maximum), stored = e4m3(weight * 256) / 256;
      sum += weight;
      for (int64_t c = 0; c < shape.d_latent; ++c)
        out[c] += stored * keys[token * width + c];
    }
    errors.lse =
        std::max(errors.lse, std::abs(maximum + std::log(sum) - decodeRow(inputs, 0, 0, head, reference.data())));
    for (int64_t c = 0; c < shape.d_latent; ++c) {
      double difference = out[c] / sum - reference[c];
      squaredError += difference * difference;
      squaredNorm += reference[c] * reference[c];
    }
  }
  errors.output = std::sqrt(squaredError / squaredNorm);
  return errors;
}

/// A score as FP8 tensor cores are taken to add it up: products of 32 columns at a time come to the sum, and of each of
/// these, the sum too, what is below 2^-13 of the largest is cut off.
double addUpCut(const std::vector<double> &products) {
  double sum = 0;
  for (size_t first = 0; first < products.size(); first += 32) {
    double largest = std::abs(sum), units = 0;
    for (size_t c = first; c < first + 32; ++c)
      largest = std::max(largest, std::abs(products[c]));
    if (largest == 0)
      continue;
    double unit = std::exp2(std::floor(std::log2(largest)) - 13);
    units = std::trunc(sum / unit);
    for (size_t c = first; c < first + 32; ++c)
      units += std::trunc(products[c] / unit);
    sum = units * unit;
  }
  return sum;
}

// With outlier channels scores are large, and so is what is lost of them: of a single token the log-sum-exp is its
// score. Queries of two terms add up the finer one first, and the other onto it.
TEST(Precision, FP8AccumulatorsCutOffPartsOfScores) {
  for (CacheFormat format : {CacheFormat::E4M3, CacheFormat::E4M3Token})
    for (int terms : {1, 2}) {
      const double bound = getErrorBounds(Element::BF16, format, Precision::E4M3, /*hasOutliers=*/true).lse;
      double worst = 0, worstBesidePart = 0;
      for (uint64_t seed = 1; seed <= 8; ++seed) {
        DecodeShape shape;
        shape.h_q = 16;
        DecodeInputOptions options;
        options.format = format;
        options.outlierChannels = 16;
        options.seed = seed;
        constexpr int32_t kTokens = 128;
        DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 0.1352f, true, {kTokens}, options);
        // RoPE columns of 16 bits are added up apart, exactly.
        const int64_t width = format == CacheFormat::E4M3 ? shape.d_qk() : shape.d_latent;
        CacheLayout layout = inputs.layout();
        std::vector<double> key(shape.d_qk()), products(terms * width);
        for (int64_t token = 0; token < kTokens; ++token) {
          readToken(layout, inputs.cache.data() + inputs.blockTable[token / 64] * layout.pageStride, token % 64,
                    inputs.cacheScale, key.data());
          for (int64_t head = 0; head < shape.h_q; ++head) {
            double score = 0;
            for (int64_t c = 0; c < width; ++c) {
              double q = elementToFloat(Element::BF16, inputs.q[head * shape.d_qk() + c]);
              double first = e4m3Sum(q, 4.5 / 448, 1), rest = e4m3Sum(q, 4.5 / 448, 2) - first;
              double factor = key[c] * inputs.softmaxScale;
              products[(terms - 1) * width + c] = first * factor;
              if (terms == 2)
                products[c] = rest * factor;
              score += (terms == 2 ? first + rest : first) * factor;
            }
            double error = std::abs(addUpCut(products) - score);
            worst = std::max(worst, error);
            worstBesidePart = std::max(worstBesidePart, error - kFP8AccumulatorPart * std::abs(score));
          }
        }
      }
      EXPECT_GT(worst, 1.5 * bound) << terms << " terms";
      EXPECT_LE(worstBesidePart, bound) << terms << " terms";
    }
}

// With scales of groups weights are of f16, and bounds far below these.
TEST(Precision, WeightsOfOneE4M3AreWithinTheBound) {
  for (CacheFormat format : {CacheFormat::E4M3, CacheFormat::E4M3Token})
    for (int32_t tokens : {1, 64, 500})
      for (float queryScale : {1.0f, 4.0f}) {
        ErrorBounds bounds = getErrorBounds(Element::BF16, format, Precision::E4M3);
        // Queries as they are, or of two e4m3: that is no difference.
        for (int queryTerms : {0, 2}) {
          Errors errors = imitate(format, tokens, queryScale, queryTerms);
          EXPECT_LE(errors.output, 0.8 * bounds.output) << tokens << " tokens, " << queryTerms << " terms";
          EXPECT_LE(errors.lse, 0.8 * bounds.lse) << tokens << " tokens, " << queryTerms << " terms";
        }
      }
}

TEST(Precision, WeightsOfOneE4M3AreBeyondThatOfGroups) {
  ErrorBounds bounds = getErrorBounds(Element::BF16, CacheFormat::E4M3Group, Precision::E4M3);
  EXPECT_GT(imitate(CacheFormat::E4M3Group, 500, 1, 2).output, bounds.output);
}

// The error of a score, 2.6 % of what scores spread, passes to its weight: nothing averages it out.
TEST(Precision, QueriesOfOneE4M3AreNot) {
  ErrorBounds bounds = getErrorBounds(Element::BF16, CacheFormat::E4M3Token, Precision::E4M3);
  EXPECT_GT(imitate(CacheFormat::E4M3Token, 500, 1, 1).output, bounds.output);
  EXPECT_GT(imitate(CacheFormat::E4M3Token, 500, 4, 1).output, bounds.output);
  EXPECT_GT(imitate(CacheFormat::E4M3Token, 1, 1, 1).lse, bounds.lse);
}

// The class of bf16: what is not rounded is exact, whatever the cache holds.
TEST(Precision, BoundsOfBF16LeaveRoomForRounding) {
  for (CacheFormat format : {CacheFormat::E4M3, CacheFormat::E4M3Token, CacheFormat::E4M3Group})
    EXPECT_EQ(getErrorBounds(Element::BF16, format, Precision::BF16).output,
              getErrorBounds(Element::BF16, CacheFormat::BF16, Precision::BF16).output);
}
} // namespace
