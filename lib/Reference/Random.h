//===- Random.h - Random numbers that depend on a seed and an index only -------------------------*- C++ -*-===//
//
// Counter-based: number i of a stream is a hash of (seed, stream, i), so that any part of an array can be filled by any
// thread and two machines agree. The hash is SplitMix64's finaliser on a Weyl sequence (Steele, Lea and Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014).
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_RANDOM_H
#define LIB_REFERENCE_RANDOM_H

#include "lib/Reference/Decode.h"

namespace mlir::mla::reference {

/// What a stream of random numbers is for; streams of one seed are independent.
enum class Stream : uint64_t { Queries, Cache, Poison, Pages, Rows, Outliers, Keys = 100, SharedKeys, Values, Shapes };

class CounterRandom {
public:
  CounterRandom(uint64_t seed, Stream stream) : key(mix(seed ^ mix(static_cast<uint64_t>(stream) + kWeyl))) {}

  /// 64 uniform bits.
  uint64_t operator()(uint64_t index) const { return mix(key + (index + 1) * kWeyl); }

  /// Uniform in [0, bound), for 0 < bound ≤ 2^32; the bias is below bound / 2^32.
  int64_t below(int64_t bound, uint64_t index) const {
    return static_cast<int64_t>(((*this)(index) >> 32) * static_cast<uint64_t>(bound) >> 32);
  }

private:
  static constexpr uint64_t kWeyl = 0x9e3779b97f4a7c15u;
  static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
  uint64_t key;
};

/// Standard normal variates, rounded to an element type: 16 uniform bits choose one of 65536 equally likely values,
/// the quantiles of (i + 1/2) / 65536. The moments are those of the normal distribution to four digits, nothing is
/// beyond 4.33, and one hash gives four variates: a table look-up each, where Box and Muller take a logarithm and a
/// sine.
class NormalTable {
public:
  /// The table of an element type; built once, which takes some milliseconds.
  static const NormalTable &get(Element element);

  /// Writes variates [first, first + count) of a stream; `first` is a multiple of 4.
  void fill(const CounterRandom &random, int64_t first, int64_t count, uint16_t *out) const;

private:
  explicit NormalTable(Element element);

  std::vector<uint16_t> quantiles;
};

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_RANDOM_H
