//===- Rope.cpp - Rotary position embedding on the host, in double ------------------------------------------===//
#include "lib/Reference/Rope.h"
#include <algorithm>
#include <cmath>

using namespace mlir::mla::reference;

static constexpr double kTwoPi = 6.28318530717958647692;

/// 1 + 0.1·weight·ln(factor), the square root of the inverse attention temperature.
static double getMagnitude(double factor, double weight) {
  return factor > 1 ? 1 + 0.1 * weight * std::log(factor) : 1;
}

/// The (fractional) pair whose angle makes this many turns over the original length: base^(−2i / d) · length =
/// 2π·turns, solved for i.
static double findPair(const RopeParameters &parameters, double turns) {
  return static_cast<double>(parameters.d_rope) * std::log(parameters.yarn->originalLength / (turns * kTwoPi)) /
         (2 * std::log(parameters.base));
}

Rope mlir::mla::reference::makeRope(const RopeParameters &parameters) {
  int64_t pairs = parameters.d_rope / 2;
  Rope rope;
  rope.pairing = parameters.pairing;
  for (int64_t i = 0; i < pairs; ++i) {
    double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(parameters.d_rope);
    double divisor = parameters.factors.empty() ? 1 : parameters.factors[i];
    rope.inverseFrequencies.push_back(std::pow(parameters.base, exponent) / divisor);
  }
  if (!parameters.yarn)
    return rope;
  const YarnParameters &yarn = *parameters.yarn;
  double low = std::max(std::floor(findPair(parameters, yarn.betaFast)), 0.0);
  double high = std::min(std::ceil(findPair(parameters, yarn.betaSlow)), static_cast<double>(parameters.d_rope) - 1);
  // Where all pairs turn more often than betaFast, or all less often than betaSlow, the ramp lies outside of the pairs.
  low = std::min(low, high);
  double width = high == low ? 0.001 : high - low; // a step, where both betas lead to the same pair
  for (int64_t i = 0; i < pairs; ++i) {
    double &frequency = rope.inverseFrequencies[i];
    double interpolated = std::clamp((static_cast<double>(i) - low) / width, 0.0, 1.0);
    frequency = frequency * (1 - interpolated) + frequency / yarn.factor * interpolated;
  }
  rope.magnitude = getMagnitude(yarn.factor, yarn.mscale) / getMagnitude(yarn.factor, yarn.mscaleAllDim);
  return rope;
}

double mlir::mla::reference::getSoftmaxScaleFactor(const RopeParameters &parameters) {
  if (!parameters.yarn)
    return 1;
  double magnitude = getMagnitude(parameters.yarn->factor, parameters.yarn->mscaleAllDim);
  return magnitude * magnitude;
}

uint64_t mlir::mla::reference::toTurns(double inverseFrequency) {
  double turns = inverseFrequency / kTwoPi;
  // Less than 1 and of 53 bits, so the product is exact and below 2^64.
  return static_cast<uint64_t>(std::ldexp(turns - std::floor(turns), 64));
}

double mlir::mla::reference::fromTurns(uint64_t turns) { return std::ldexp(static_cast<double>(turns), -64) * kTwoPi; }

void mlir::mla::reference::rotate(const Rope &rope, int64_t position, const double *in, double *out) {
  size_t pairs = rope.inverseFrequencies.size();
  for (size_t i = 0; i < pairs; ++i) {
    bool interleaved = rope.pairing == Pairing::Interleaved;
    size_t first = interleaved ? 2 * i : i, second = interleaved ? 2 * i + 1 : i + pairs;
    double angle = static_cast<double>(position) * rope.inverseFrequencies[i];
    double c = rope.magnitude * std::cos(angle), s = rope.magnitude * std::sin(angle);
    double x = in[first], y = in[second];
    out[first] = x * c - y * s;
    out[second] = y * c + x * s;
  }
}
