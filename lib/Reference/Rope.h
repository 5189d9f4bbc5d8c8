//===- Rope.h - Rotary position embedding on the host, in double ---------------------------------*- C++ -*-===//
//
// The one place where frequencies are computed: the compiler bakes what `makeRope` says into its kernels, and results
// are compared with `rotate`.
//
// Sources: RoPE, Su et al., "RoFormer", arXiv:2104.09864, section 3.2. YaRN, Peng et al., "YaRN: Efficient Context
// Window Extension of Large Language Models", arXiv:2309.00071, sections 3.2 (which frequencies are interpolated)
// and 3.4 (attention temperature); that the bounds of the ramp are rounded outwards to whole frequencies, and how
// mscale and mscale_all_dim divide the temperature between cos/sin and the softmax scale, is the practice of the
// DeepSeek models (DeepSeek-V2, arXiv:2405.04434, section 3.1.4). Divisors per frequency: Ding et al., "LongRoPE",
// arXiv:2402.13753.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_ROPE_H
#define LIB_REFERENCE_ROPE_H

#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::mla::reference {

/// Which two of a vector's d_rope elements pair i turns: 2i and 2i + 1, or i and i + d_rope / 2.
enum class Pairing { Interleaved, HalfSplit };

/// How a context window was extended. The names are those of model files.
struct YarnParameters {
  /// By how much; at most 1 leaves everything as it is.
  double factor = 1;
  /// Positions that the model was first trained for.
  double originalLength = 4096;
  /// Frequencies that turn more often than `betaFast` times over the original length are kept, those that turn less
  /// than `betaSlow` times are divided by the factor, and between there is a ramp.
  double betaFast = 32, betaSlow = 1;
  /// Weights of ln(factor) in the attention temperature; see `Rope::magnitude` and `getSoftmaxScaleFactor`.
  double mscale = 1, mscaleAllDim = 0;
};

/// What a model file says.
struct RopeParameters {
  int64_t d_rope = 64;
  double base = 10000;
  Pairing pairing = Pairing::Interleaved;
  std::optional<YarnParameters> yarn;
  /// One divisor for each of the d_rope / 2 frequencies, or none (LongRoPE).
  std::vector<double> factors;
};

/// What a kernel has to do.
struct Rope {
  Pairing pairing = Pairing::Interleaved;
  /// Radians per position of each pair.
  std::vector<double> inverseFrequencies;
  /// Factor on cos and sin.
  double magnitude = 1;
};

/// θ_i = base^(−2i / d_rope) / factor_i; with YaRN θ_i·(1 − r_i) + θ_i / factor · r_i, where r_i rises from 0 to 1
/// between the pair that turns `betaFast` times over the original length and the one that turns `betaSlow` times.
/// magnitude is m(mscale) / m(mscale_all_dim) with m(w) = 1 + 0.1·w·ln(factor) for a factor above 1, else 1.
Rope makeRope(const RopeParameters &parameters);

/// What YaRN multiplies the softmax scale with: m(mscale_all_dim)²; 1 without YaRN.
double getSoftmaxScaleFactor(const RopeParameters &parameters);

/// A frequency in turns per position, modulo 1, in units of 2^-64: position · result, in wrapping arithmetic of 64
/// bits, is the fraction of a turn of the angle. The error is that of the double, below position · 2^-54 turns for
/// frequencies of at most one radian.
uint64_t toTurns(double inverseFrequency);
/// The frequency that such a number stands for, from 0 to 2π.
double fromTurns(uint64_t turns);

/// out = in, pair by pair turned by position · θ and scaled. Both hold 2 · inverseFrequencies.size() elements; they may
/// be the same.
void rotate(const Rope &rope, int64_t position, const double *in, double *out);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_ROPE_H
