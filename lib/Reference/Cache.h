//===- Cache.h - Tokens read from and written into pages of any format ---------------------------*- C++ -*-===//
//
// The meaning of record of the cache formats; where the bytes lie is written down in dialect/MLA/MLATypes.td.
//
// Quantising is defined to the bit, so that a kernel can be held to it:
//
//   scale  = max(a, 448 · 2^-126) / 448   a: the largest finite |value| among those that share the scale; one division
//   stored = e4m3(value / scale)          one division, then to nearest even; all in f32
//
// The floor under `a` makes the least scale 2^-126, a normal f32: nothing is divided by 0 and no result depends on
// whether a machine flushes denormals. Values of 0 get that scale and are stored as 0. Infinities saturate to the
// largest stored value, NaN is stored as 0x7f, and neither counts for `a`. The scale of a whole cache is the caller's;
// with that, too, a value beyond it saturates.
//
// Reading multiplies: e4m3 · scale, exact in double. A scale of 0 makes 0 of every stored number. NaN stays NaN.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_CACHE_H
#define LIB_REFERENCE_CACHE_H

#include "lib/Support/CacheFormat.h"
#include <functional>

namespace mlir::mla::reference {

/// The scale for values up to `largest`, which is finite and not negative.
float chooseScale(float largest);

/// What values are multiplied by to have this scale: 1 / scale, rounded to f32 and at most its largest number; 0 for a
/// scale that is 0, or no number.
float getInverseScale(float scale);

/// value · getInverseScale(scale), rounded to f32 and then to e4m3: to the bit what `mla.append` stores.
uint8_t quantize(float value, float scale);

/// Writes the d_latent + d_rope `values` of token `slot` into a page, and its scales where the format has some.
/// `cacheScale` is the scale of the whole cache, with ScaleKind::Tensor.
void writeToken(const CacheLayout &layout, uint8_t *page, int64_t slot, const float *values, float cacheScale);

/// Reads them.
void readToken(const CacheLayout &layout, const uint8_t *page, int64_t slot, float cacheScale, double *values);

/// Fills a slot with NaN, and infinities where a part has them: elements and scales. `random(i)` gives 64 bits for
/// column i, or for scale i − (d_latent + d_rope).
void poisonToken(const CacheLayout &layout, uint8_t *page, int64_t slot,
                 const std::function<uint64_t(int64_t)> &random);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_CACHE_H
