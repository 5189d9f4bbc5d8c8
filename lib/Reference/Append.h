//===- Append.h - mla.append and mla.rope evaluated on the host in double -------------------------*- C++ -*-===//
//
// The meaning of record of both ops, as Decode.h is that of `mla.decode`.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_APPEND_H
#define LIB_REFERENCE_APPEND_H

#include "lib/Reference/Decode.h"
#include "lib/Reference/Rope.h"

namespace mlir::mla::reference {

/// Everything that `mla.append` reads. Tokens of latent and kRope follow each other at their strides.
struct AppendInputs {
  int64_t tokens = 0;
  int64_t d_latent = 512, d_rope = 64, page_size = 64, numPages = 0;
  /// Of latent, key part and weight.
  Element element = Element::BF16;
  CacheFormat format = CacheFormat::BF16;
  /// The scale of all e4m3 of the cache, with ScaleKind::Tensor.
  float cacheScale = 1;
  std::vector<uint16_t> latent, kRope;
  /// Elements from one token to the next; 0: the tokens lie densely.
  int64_t latentStride = 0, kRopeStride = 0;
  /// RMSNorm with this weight [d_latent] and ε; without a weight the latent is stored as it is.
  std::vector<uint16_t> weight;
  float eps = 0;
  /// Nothing where the key part is stored as it is.
  std::optional<Rope> rope;

  /// Whether each token has its slot and its position; else they follow from the block table and the lengths.
  bool hasSlots = true;
  /// [tokens], with `hasSlots`. A slot below 0 is skipped.
  std::vector<int64_t> positions, slots;
  /// [b, blockTableStride] and [b], without: the s_q tokens of a request are its last.
  int64_t s_q = 1, blockTableStride = 0;
  std::vector<int32_t> blockTable, seqLens;

  /// Before the call; bytes, in the layout that `lib/Support/CacheFormat.h` gives.
  std::vector<uint8_t> cache;

  int64_t d_qk() const { return d_latent + d_rope; }
  int64_t getLatentStride() const { return latentStride ? latentStride : d_latent; }
  int64_t getKRopeStride() const { return kRopeStride ? kRopeStride : d_rope; }
  CacheLayout layout() const { return getCacheLayout(format, page_size, d_latent, d_rope); }
};

/// Where a token goes, as page · page_size + offset, or −1 if it is skipped; and its position.
struct TokenPlace {
  int64_t slot = -1, position = 0;
};
TokenPlace findPlace(const AppendInputs &inputs, int64_t token);

/// What the slot of a token receives, in double and not rounded: `out` gets d_latent + d_rope values.
void appendToken(const AppendInputs &inputs, int64_t token, double *out);

/// How to make random inputs.
struct AppendInputOptions {
  uint64_t seed = 0;
  /// Every n-th token is skipped; 0 for none.
  int64_t skipEvery = 0;
  /// Positions are drawn below this.
  int64_t maxPosition = 1 << 20;
};

/// Fills in latent, key part, weight (around 1), a poisoned cache and, with ScaleKind::Tensor, its scale, by which few
/// values saturate; with `hasSlots` also positions and slots, which
/// differ and lie in random order. Takes everything else, `weight` only by its size, from `inputs`; without `hasSlots`
/// `seqLens` must be there, and `tokens`, `numPages` and the block table follow.
void fillAppendInputs(AppendInputs &inputs, const AppendInputOptions &options);

/// Everything that `mla.rope` reads: x [tokens, heads, d_rope], positions [tokens].
struct RopeInputs {
  int64_t tokens = 0, heads = 1, d_rope = 64;
  Element element = Element::BF16;
  Rope rope;
  std::vector<uint16_t> x;
  std::vector<int64_t> positions;
};
void fillRopeInputs(RopeInputs &inputs, const AppendInputOptions &options);

/// How far a result is from the reference.
struct ElementComparison {
  /// Largest error in units of what rounding once to the stored type allows; see Append.cpp. Infinity where NaN or
  /// infinities are not in their places, a scale is not the one that its values ask for, or memory changed that must
  /// not.
  double worstError = 0;
  /// Flat index into [slots, d_qk] or [tokens, heads, d_rope]; of a byte of the cache where memory changed.
  int64_t worstElement = -1;
  double worstValue = 0, worstReference = 0;
  int64_t elementsCompared = 0;

  bool withinBounds() const { return worstError <= 1; }
};

/// Compares the whole cache: slots of tokens with the reference, all others with their bits before.
ElementComparison compareAppend(const AppendInputs &inputs, const std::vector<uint8_t> &cache);
/// Compares out [tokens, heads, d_rope].
ElementComparison compareRope(const RopeInputs &inputs, const std::vector<uint16_t> &out);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_APPEND_H
