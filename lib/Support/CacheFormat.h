//===- CacheFormat.h - How a token's vector lies in a page ----------------------------------------*- C++ -*-===//
//
// The one table of cache formats for the compiler, the interpreter, the reference and the tools; the runtime has its
// twin in C (runtime/src/format.h), and test/Runtime/FormatTest.cpp holds the two together. A new format is a row here,
// a row there, and a reader and a writer in lib/Reference/Cache.cpp. No LLVM and no MLIR in here.
//
// The layouts, byte by byte, stand in the description of `!mla.paged_cache`, dialect/MLA/MLATypes.td.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_SUPPORT_CACHEFORMAT_H
#define LIB_SUPPORT_CACHEFORMAT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlir::mla {

/// How the tokens of a cache are stored. The values are those of `mla_cache_format_t`.
enum class CacheFormat { BF16, F16, E4M3, E4M3Token, E4M3Group };

/// In what the products of a decode are formed: 16-bit floats, whatever the cache holds, or e4m3 on both sides; and
/// whether the queries come as e4m3, with one scale, or as 16-bit floats. The values are those of `mla_precision_t`.
enum class Precision { BF16, E4M3, E4M3Queries };

/// Type of a stored element.
enum class CacheElement { BF16, F16, E4M3 };

/// What one scale belongs to. A stored e4m3 stands for itself times its scale.
enum class ScaleKind {
  None,
  /// All e4m3 of the cache; the scale is passed beside it.
  Tensor,
  /// The latent part of one token; the scales of a page lie behind its tokens.
  Token,
  /// 128 columns of the latent part of one token; the scales lie between the token's latent part and its RoPE columns.
  Group
};

/// A row of the table.
struct CacheFormatInfo {
  CacheFormat format;
  /// As in the IR.
  const char *name;
  CacheElement latent, rope;
  ScaleKind scales;
};

inline constexpr int kNumCacheFormats = 5, kNumPrecisions = 3;
/// Columns that share a scale with ScaleKind::Group.
inline constexpr int64_t kScaleGroup = 128;
/// Bytes of a scale, an f32.
inline constexpr int64_t kScaleBytes = 4;

const CacheFormatInfo &getCacheFormatInfo(CacheFormat format);

/// Whether latents are stored as e4m3.
inline bool isE4M3(CacheFormat format) { return getCacheFormatInfo(format).latent == CacheElement::E4M3; }

/// Keywords of the IR and of files.
std::string_view stringify(CacheFormat format);
std::string_view stringify(Precision precision);
std::optional<CacheFormat> symbolizeCacheFormat(std::string_view name);
std::optional<Precision> symbolizePrecision(std::string_view name);

inline int64_t getElementBytes(CacheElement element) { return element == CacheElement::E4M3 ? 1 : 2; }

/// Where the parts of a page lie. Offsets and strides are in bytes; those without a meaning for the format are 0.
struct CacheLayout {
  CacheFormatInfo info;
  int64_t pageSize, dLatent, dRope;
  /// From one page, and from one token of a page, to the next. The latent part of a token is at its beginning.
  int64_t pageStride, tokenStride;
  /// From the beginning of a token to its RoPE columns.
  int64_t ropeOffset;
  /// From the beginning of a page to the first scale of its first token, from one token's first scale to the next
  /// one's, and how many scales, one after the other, a token has.
  int64_t scaleOffset, scaleStride, scalesPerToken;

  int64_t dQk() const { return dLatent + dRope; }
};

/// Extents must be at least 0 and their products fit into 64 bits.
CacheLayout getCacheLayout(CacheFormat format, int64_t pageSize, int64_t dLatent, int64_t dRope);

/// What keeps such a cache from being copied by TMA, which wants parts and strides of multiples of 16 bytes; nothing if
/// all is well. A whole sentence: "expected …, but got …".
std::optional<std::string> findCacheMisfit(CacheFormat format, int64_t pageSize, int64_t dLatent, int64_t dRope);

} // namespace mlir::mla

#endif // LIB_SUPPORT_CACHEFORMAT_H
