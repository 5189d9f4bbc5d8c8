//===- RopeTest.cpp - Rotary position embedding by other means ----------------------------------------------===//
#include "lib/Reference/Rope.h"
#include <cmath>
#include <complex>
#include <gtest/gtest.h>
#include <random>

using namespace mlir::mla::reference;

namespace {
/// A second implementation, in long double and by other means: the ramp as the share of a pair's wavelength, rotations
/// as products of complex numbers, angles reduced in turns.
struct Independent {
  std::vector<long double> frequencies;
  long double magnitude = 1, scale = 1;
};

Independent compute(const RopeParameters &parameters) {
  const long double pi = std::acos(-1.0L);
  Independent result;
  long double ratio = std::exp(-std::log(static_cast<long double>(parameters.base)) * 2 / parameters.d_rope);
  long double frequency = 1;
  long double low = 0, high = 0;
  if (parameters.yarn) {
    // How often pair i turns over the original length is length·ratio^i / 2π: whole pairs around the solution.
    auto solve = [&](long double beta) {
      return std::log(beta * 2 * pi / static_cast<long double>(parameters.yarn->originalLength)) / std::log(ratio);
    };
    low = std::fmax(std::floor(solve(parameters.yarn->betaFast)), 0.0L);
    high = std::fmin(std::ceil(solve(parameters.yarn->betaSlow)), parameters.d_rope - 1.0L);
  }
  for (int64_t i = 0; i < parameters.d_rope / 2; ++i, frequency *= ratio) {
    long double theta = parameters.factors.empty() ? frequency : frequency / parameters.factors[i];
    if (parameters.yarn) {
      long double keep = low == high ? (i > low ? 0.0L : 1.0L)
                         : i <= low  ? 1.0L
                         : i >= high ? 0.0L
                                     : (high - i) / (high - low);
      theta *= keep + (1 - keep) / parameters.yarn->factor;
    }
    result.frequencies.push_back(theta);
  }
  if (parameters.yarn && parameters.yarn->factor > 1) {
    long double ln = std::log(static_cast<long double>(parameters.yarn->factor));
    long double all = 1 + ln * parameters.yarn->mscaleAllDim / 10;
    result.magnitude = (1 + ln * parameters.yarn->mscale / 10) / all;
    result.scale = all * all;
  }
  return result;
}

RopeParameters deepSeekV3() {
  RopeParameters parameters;
  parameters.yarn = YarnParameters{40, 4096, 32, 1, 1, 1};
  return parameters;
}
RopeParameters deepSeekV2Lite() {
  RopeParameters parameters;
  parameters.yarn = YarnParameters{40, 4096, 32, 1, 0.707, 0.707};
  return parameters;
}
RopeParameters kimiK2() {
  RopeParameters parameters;
  parameters.base = 50000;
  parameters.yarn = YarnParameters{32, 4096, 1, 1, 1, 1};
  return parameters;
}
RopeParameters miniCPM3() {
  RopeParameters parameters;
  parameters.d_rope = 32;
  parameters.pairing = Pairing::HalfSplit;
  parameters.factors = {1.0591234137867171, 1.1241891283591912, 1.2596935748670968, 1.5380380402321725,
                        2.093982484148734,  3.1446935121267696, 4.937952647693647,  7.524541999994549,
                        10.475458000005451, 13.062047352306353, 14.85530648787323,  15.906017515851266,
                        16.461961959767827, 16.740306425132907, 16.87581087164081,  16.940876586213285};
  return parameters;
}

class Models : public testing::TestWithParam<RopeParameters> {};

TEST_P(Models, FrequenciesAgree) {
  Rope rope = makeRope(GetParam());
  Independent other = compute(GetParam());
  ASSERT_EQ(rope.inverseFrequencies.size(), other.frequencies.size());
  for (size_t i = 0; i < rope.inverseFrequencies.size(); ++i)
    EXPECT_NEAR(rope.inverseFrequencies[i] / static_cast<double>(other.frequencies[i]), 1, 1e-14) << i;
  EXPECT_NEAR(rope.magnitude, static_cast<double>(other.magnitude), 1e-15);
  EXPECT_NEAR(getSoftmaxScaleFactor(GetParam()), static_cast<double>(other.scale), 1e-15);
}

TEST_P(Models, RotationsAgree) {
  Rope rope = makeRope(GetParam());
  Independent other = compute(GetParam());
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  size_t pairs = rope.inverseFrequencies.size();
  for (int64_t position : {0, 1, 2, 4095, 4096, 131071, 1048575}) {
    std::vector<double> in(2 * pairs), out(2 * pairs);
    for (double &x : in)
      x = normal(random);
    rotate(rope, position, in.data(), out.data());
    for (size_t i = 0; i < pairs; ++i) {
      bool interleaved = GetParam().pairing == Pairing::Interleaved;
      size_t first = interleaved ? 2 * i : i, second = interleaved ? 2 * i + 1 : i + pairs;
      std::complex<long double> x(in[first], in[second]);
      std::complex<long double> y = x * std::polar(other.magnitude, position * other.frequencies[i]);
      EXPECT_NEAR(out[first], static_cast<double>(y.real()), 1e-8) << position << ", " << i;
      EXPECT_NEAR(out[second], static_cast<double>(y.imag()), 1e-8) << position << ", " << i;
    }
  }
}

/// The way of the kernels: turns in fixed point, then the sine of a reduced angle.
TEST_P(Models, TurnsInFixedPoint) {
  Independent other = compute(GetParam());
  Rope rope = makeRope(GetParam());
  const long double twoPi = 2 * std::acos(-1.0L);
  for (uint64_t position : {0ull, 1ull, 4097ull, 1048575ull, 1073741823ull})
    for (size_t i = 0; i < rope.inverseFrequencies.size(); ++i) {
      int32_t fraction = static_cast<int32_t>((position * toTurns(rope.inverseFrequencies[i])) >> 32);
      float angle = static_cast<float>(fraction) * 1.46291807926715968e-9f; // 2π / 2^32
      EXPECT_NEAR(std::sin(angle), static_cast<double>(std::sin(position * other.frequencies[i])), 1e-6);
      EXPECT_NEAR(std::cos(angle), static_cast<double>(std::cos(std::fmod(position * other.frequencies[i], twoPi))),
                  1e-6);
    }
}

INSTANTIATE_TEST_SUITE_P(Rope, Models,
                         testing::Values(RopeParameters(), deepSeekV3(), deepSeekV2Lite(), kimiK2(), miniCPM3()));

TEST(Rope, ByHand) {
  RopeParameters parameters;
  parameters.d_rope = 4;
  parameters.base = 100;
  Rope rope = makeRope(parameters);
  EXPECT_EQ(rope.inverseFrequencies[0], 1);
  EXPECT_NEAR(rope.inverseFrequencies[1], 0.1, 1e-16);
  double in[] = {1, 0, 0, 2}, out[4];
  rotate(rope, 1, in, out);
  EXPECT_NEAR(out[0], std::cos(1.0), 1e-15);
  EXPECT_NEAR(out[1], std::sin(1.0), 1e-15);
  EXPECT_NEAR(out[2], -2 * std::sin(0.1), 1e-15);
  EXPECT_NEAR(out[3], 2 * std::cos(0.1), 1e-15);
  rope.pairing = Pairing::HalfSplit;
  rotate(rope, 1, in, out);
  EXPECT_NEAR(out[0], std::cos(1.0), 1e-15);
  EXPECT_NEAR(out[2], std::sin(1.0), 1e-15);
  EXPECT_NEAR(out[1], -2 * std::sin(0.1), 1e-15);
  EXPECT_NEAR(out[3], 2 * std::cos(0.1), 1e-15);
}

// DeepSeek-V3: pair 10 turns 32 times over 4096 positions and pair 23 once, rounded outwards.
TEST(Rope, YarnKeepsFastPairsAndDividesSlowOnes) {
  RopeParameters plain, yarn = deepSeekV3();
  Rope before = makeRope(plain), after = makeRope(yarn);
  for (size_t i = 0; i < 32; ++i) {
    double ratio = before.inverseFrequencies[i] / after.inverseFrequencies[i];
    if (i <= 10)
      EXPECT_NEAR(ratio, 1, 1e-14) << i;
    else if (i >= 23)
      EXPECT_NEAR(ratio, 40, 1e-12) << i;
    else
      EXPECT_TRUE(ratio > 1 && ratio < 40) << i;
  }
  // 192^-1/2 · (0.1·ln 40 + 1)² = 0.1352…
  EXPECT_NEAR(getSoftmaxScaleFactor(yarn) / std::sqrt(192.0), 0.1352, 1e-4);
}

// What the betas say holds where no pair lies between them, too.
TEST(Rope, YarnOutsideOfThePairs) {
  auto ratios = [](double base, double length, double fast, double slow) {
    RopeParameters plain, yarn;
    plain.base = yarn.base = base;
    yarn.yarn = YarnParameters{40, length, fast, slow, 1, 1};
    Rope before = makeRope(plain), after = makeRope(yarn);
    std::vector<double> result;
    for (size_t i = 0; i < 32; ++i)
      result.push_back(before.inverseFrequencies[i] / after.inverseFrequencies[i]);
    return result;
  };
  // The slowest pair turns 2^20 / (2π·50) times, more than 32.
  for (double ratio : ratios(50, 1 << 20, 32, 1))
    EXPECT_NEAR(ratio, 1, 1e-12);
  // The fastest pair turns 1 / 2π times, less than 1/2.
  for (double ratio : ratios(1.5, 1, 32, 0.5))
    EXPECT_NEAR(ratio, 40, 1e-12);
  for (double ratio : ratios(10000, 4096, 1e308, 1e308))
    EXPECT_NEAR(ratio, 40, 1e-12);
  for (double ratio : ratios(10000, 4096, 5e-324, 5e-324))
    EXPECT_NEAR(ratio, 1, 1e-12);
}

TEST(Rope, MscaleAlone) {
  RopeParameters parameters;
  parameters.yarn = YarnParameters{4, 4096, 32, 1, 1, 0};
  EXPECT_NEAR(makeRope(parameters).magnitude, 1 + 0.1 * std::log(4.0), 1e-15);
  EXPECT_EQ(getSoftmaxScaleFactor(parameters), 1);
  parameters.yarn->factor = 0.5;
  EXPECT_EQ(makeRope(parameters).magnitude, 1);
}

TEST(Rope, TurnsWrap) {
  for (double frequency : {1.0, 0.75, 1e-7})
    EXPECT_NEAR(fromTurns(toTurns(frequency)), frequency, frequency * 1e-15 + 4e-19);
  EXPECT_EQ(toTurns(0), 0u);
  EXPECT_EQ(toTurns(6.28318530717958647692 / 2), uint64_t(1) << 63);
  EXPECT_EQ(toTurns(6.28318530717958647692 * 1.25), uint64_t(1) << 62);
}
} // namespace
