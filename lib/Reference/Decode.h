//===- Decode.h - mla.decode evaluated on the host in double --------------------------------------*- C++ -*-===//
//
// The meaning of record of `mla.decode`. No MLIR in here: the interpreter, the tools and the tests share it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_DECODE_H
#define LIB_REFERENCE_DECODE_H

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::mla::reference {

/// Storage type of queries, cache and output.
enum class Element { BF16, F16 };

/// Rounds to nearest even; overflow gives infinity, NaN stays NaN.
uint16_t roundToElement(Element element, float value);
/// Exact.
float elementToFloat(Element element, uint16_t bits);

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

/// Everything that `mla.decode` reads. Row-major: q [b, s_q, h_q, d_qk], cache [numPages, page_size, d_qk],
/// blockTable [b, blockTableStride], seqLens [b].
struct DecodeInputs {
  DecodeShape shape;
  Element element = Element::BF16;
  float softmaxScale = 1.0f;
  bool causal = true;
  std::vector<uint16_t> q;
  /// Holds `storedPages` pages; page p of the pool has the content of stored page p % storedPages. Pools larger than
  /// host memory would like are periodic.
  std::vector<uint16_t> cache;
  int64_t storedPages = 0;
  std::vector<int32_t> blockTable;
  std::vector<int32_t> seqLens;
};

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
};

/// Draws q and the latents from a standard normal distribution, rounded to `element`. `shape.numPages` and
/// `shape.blockTableStride` are computed; unused block-table entries are −1.
DecodeInputs makeDecodeInputs(DecodeShape shape, Element element, float softmaxScale, bool causal,
                              const std::vector<int32_t> &seqLens, const DecodeInputOptions &options);

/// One row (request, query token, head) in double: `out` receives d_latent values. Returns the log-sum-exp (natural),
/// −infinity and zeros if the row attends to nothing.
double decodeRow(const DecodeInputs &inputs, int64_t request, int64_t query, int64_t head, double *out);

/// How far a result is from the reference.
struct DecodeComparison {
  /// ‖out − ref‖ / ‖ref‖ of the worst request, and which it is. Infinity where zeros, NaN or infinities disagree.
  double worstRelativeError = 0;
  int64_t worstRequest = -1;
  /// Largest |lse − ref|; infinity where the infinities disagree.
  double worstLseError = 0;
  /// The element with the largest absolute difference: flat index into out, value, reference.
  int64_t worstElement = -1;
  double worstValue = 0, worstReference = 0;
  int64_t rowsCompared = 0;

  /// Bounds that the project promises: 3e-3 (bf16) or 5e-4 (f16) on the relative error, 1e-3 on the log-sum-exp.
  bool withinBounds(Element element) const;
};

/// Compares with the reference. If `maxRows` is positive and smaller than the number of rows, compares that many rows,
/// spread evenly over all and chosen by `seed`, each request's rows taken together as one "request" of the report.
/// Outputs of a wrong size are infinitely far. Runs on `threads` threads, 0 for one per core; the report does not
/// depend on it.
DecodeComparison compareDecode(const DecodeInputs &inputs, const DecodeOutputs &outputs, int64_t maxRows = 0,
                               uint64_t seed = 0, unsigned threads = 0);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_DECODE_H
