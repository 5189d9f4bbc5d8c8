//===- Decode.h - mla.decode evaluated on the host in double --------------------------------------*- C++ -*-===//
//
// The meaning of record of `mla.decode`. No MLIR in here: the interpreter, the tools and the tests share it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_DECODE_H
#define LIB_REFERENCE_DECODE_H

#include "lib/Reference/Rope.h"
#include "lib/Support/CacheFormat.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla::reference {

/// Type of queries and output, and of the cache where that is not of an e4m3 format.
enum class Element { BF16, F16 };

/// The format whose elements are `element`.
inline CacheFormat getCacheFormat(Element element) {
  return element == Element::BF16 ? CacheFormat::BF16 : CacheFormat::F16;
}

/// Rounds to nearest even; overflow gives infinity, NaN stays NaN.
uint16_t roundToElement(Element element, float value);
/// Exact.
float elementToFloat(Element element, uint16_t bits);

/// OCP E4M3 ("FN": no infinities, NaN is 0x7f and 0xff, the largest value 448, multiples of 2^-9 below 2^-6). Rounds to
/// nearest even; what is larger than 448 saturates, infinity too; NaN of either sign gives 0x7f.
uint8_t roundToE4M3(float value);
/// Exact.
float e4m3ToFloat(uint8_t bits);

/// Extents of a decode problem, in elements; `docs/glossary.md` says what each letter means.
struct DecodeShape {
  int64_t b = 1, s_q = 1, h_q = 1;
  int64_t d_latent = 512, d_rope = 64;
  int64_t page_size = 64;
  /// Pages in the cache pool.
  int64_t numPages = 0;
  /// Columns of the block table.
  int64_t blockTableStride = 0;

  int64_t d_qk() const { return d_latent + d_rope; }
  int64_t rows() const { return s_q * h_q; }
};

/// Everything that `mla.decode` reads. Row-major: q [b, s_q, h_q, d_qk], blockTable [b, blockTableStride], seqLens [b].
struct DecodeInputs {
  DecodeShape shape;
  Element element = Element::BF16;
  float softmaxScale = 1.0f;
  bool causal = true;
  CacheFormat format = CacheFormat::BF16;
  /// Turns the last d_rope columns of the queries; nothing where they have been turned, or have no positions.
  std::optional<Rope> rope;
  /// In what a kernel forms the products; the reference does not, but its bounds depend on it.
  Precision precision = Precision::BF16;
  /// The scale of all e4m3 of the cache, with ScaleKind::Tensor.
  float cacheScale = 1.0f;
  std::vector<uint16_t> q;
  /// With Precision::E4M3Queries the e4m3 of which `q` is `qScale` times, exactly; else empty.
  std::vector<uint8_t> quantizedQ;
  float qScale = 1.0f;
  /// Bytes, in the layout that `lib/Support/CacheFormat.h` gives; `lib/Reference/Cache.h` reads and writes them. Holds
  /// `storedPages` pages; page p of the pool has the content of stored page p % storedPages. Pools larger than host
  /// memory would like are periodic.
  std::vector<uint8_t> cache;
  int64_t storedPages = 0;
  std::vector<int32_t> blockTable;
  std::vector<int32_t> seqLens;

  CacheLayout layout() const { return getCacheLayout(format, shape.page_size, shape.d_latent, shape.d_rope); }
};

/// These requests of a batch, in this order and as often, with the same cache. Each is a number of one of them.
DecodeInputs takeRequests(const DecodeInputs &batch, const std::vector<int64_t> &requests);

/// out [b, s_q, h_q, d_latent] in the element type; lse [b, s_q, h_q], natural logarithm.
struct DecodeOutputs {
  std::vector<uint16_t> out;
  std::vector<float> lse;
};

/// How to make random inputs.
struct DecodeInputOptions {
  uint64_t seed = 0;
  /// Fill slots past each sequence's end, and pages that no request uses, with NaN and infinities.
  bool poisonUnused = true;
  /// Pages in random order instead of one after the other.
  bool permutePages = true;
  /// Spare pages beyond those in use.
  int64_t sparePages = 3;
  /// If positive: store at most this many distinct pages (see DecodeInputs::storedPages); implies no poison.
  int64_t maxStoredPages = 0;
  /// Nothing: the format of the element type.
  std::optional<CacheFormat> format;
  Precision precision = Precision::BF16;
  /// So many of the latent columns are larger than the others, each by a factor from 10 to 30.
  int64_t outlierChannels = 0;
  /// Factor on q: how far scores spread.
  float queryScale = 1.0f;
  std::optional<Rope> rope;
};

/// Draws q and the tokens from a standard normal distribution, rounded to `element`; what the cache cannot hold so is
/// quantised then, by `writeToken`, with the scale of the whole cache that its largest value asks for. `shape.numPages`
/// and `shape.blockTableStride` are computed; unused block-table entries are −1.
DecodeInputs makeDecodeInputs(DecodeShape shape, Element element, float softmaxScale, bool causal,
                              const std::vector<int32_t> &seqLens, const DecodeInputOptions &options);

/// One row (request, query token, head) in double: `out` receives d_latent values. Returns the log-sum-exp (natural),
/// −infinity and zeros if the row attends to nothing.
double decodeRow(const DecodeInputs &inputs, int64_t request, int64_t query, int64_t head, double *out);

/// What the project promises: bounds on the relative error of the output and the error of the log-sum-exp.
struct ErrorBounds {
  double output, lse;
  /// Whether the log-sum-exp may be off by `kFP8AccumulatorPart` of itself beside that.
  bool cutsOff = false;
};

/// FP8 accumulators keep 13 bits of what they add up, 32 columns at a time, so an error grows with the score. Up to 2.4e-3
/// of it were seen on GPUs; imitated (test/Reference/PrecisionTest.cpp), scores are within this part and 4e-2.
constexpr double kFP8AccumulatorPart = 3e-3;

/// The class of `precision` says how products are formed: 3e-3 and 1e-3 for bf16, 3e-2 and 4e-2 for e4m3. In class bf16
/// nothing is coarser than f16 where queries are f16, and the output is bounded by 5e-4. With a cache of e4m3 and
/// queries of bf16 the log-sum-exp of class bf16 is bounded by 3e-2. If some channels of that cache are outliers
/// (`DecodeInputOptions::outlierChannels`), its output is bounded by 6e-3, that of class e4m3 by 6e-2, and the
/// log-sum-exp of class bf16 by 1e-1. That of class e4m3 may then be off by `kFP8AccumulatorPart` of itself beside 4e-2,
/// with scales of groups by 1e-1. Of a bf16 cache with outliers the output is bounded by 4.5e-3. Where
/// the kernel turns the queries, the log-sum-exp of a 16-bit cache is bounded by 1e-2, with f16 by 2e-3.
/// docs/Dialects/MLA.md says why.
ErrorBounds getErrorBounds(Element element, CacheFormat format, Precision precision, bool hasOutliers = false,
                           bool turnsQueries = false);

/// How far a result is from the reference.
struct DecodeComparison {
  /// ‖out − ref‖ / ‖ref‖ of the worst request, and which it is. Infinity where zeros, NaN or infinities disagree.
  double worstRelativeError = 0;
  int64_t worstRequest = -1;
  /// Largest |lse − ref|; infinity where the infinities disagree.
  double worstLseError = 0;
  /// Largest |lse − ref| − kFP8AccumulatorPart · |ref|.
  double worstLseErrorBesidePart = 0;
  /// The element with the largest absolute difference: flat index into out, value, reference.
  int64_t worstElement = -1;
  double worstValue = 0, worstReference = 0;
  int64_t rowsCompared = 0;

  bool withinBounds(const ErrorBounds &bounds) const {
    return worstRelativeError <= bounds.output &&
           (bounds.cutsOff ? worstLseErrorBesidePart : worstLseError) <= bounds.lse;
  }
};

/// Compares with the reference. If `maxRows` is positive and smaller than the number of rows, compares that many rows,
/// spread evenly over all and chosen by `seed`, each request's rows taken together as one "request" of the report.
/// Outputs of a wrong size are infinitely far. Runs on `threads` threads, 0 for one per core; the report does not
/// depend on it.
DecodeComparison compareDecode(const DecodeInputs &inputs, const DecodeOutputs &outputs, int64_t maxRows = 0,
                               uint64_t seed = 0, unsigned threads = 0);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_DECODE_H
