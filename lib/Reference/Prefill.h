//===- Prefill.h - mla.prefill evaluated on the host in double -------------------------------------*- C++ -*-===//
//
// The meaning of record of `mla.prefill` and `mla.prefill_absorbed`. No MLIR in here: the interpreter, the tools and
// the tests share it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_PREFILL_H
#define LIB_REFERENCE_PREFILL_H

#include "lib/Reference/Decode.h"

namespace mlir::mla::reference {

/// Which of the two ops: keys and values of each head, or latent vectors that all heads share.
enum class PrefillForm { MHA, Absorbed };

/// Extents of a prefill problem beside its sequences, in elements; `docs/glossary.md` says what each letter means.
struct PrefillShape {
  /// In the absorbed form d_nope and d_v are d_latent.
  int64_t h_q = 1, d_nope = 128, d_rope = 64, d_v = 128;
  PrefillForm form = PrefillForm::MHA;
  /// Of the paged cache that holds the latent vectors; 0 where they are a tensor.
  int64_t page_size = 0;
  /// Of that cache, where its elements are not those of the queries.
  std::optional<CacheFormat> format = std::nullopt;

  int64_t d_qk() const { return d_nope + d_rope; }
  bool isAbsorbed() const { return form == PrefillForm::Absorbed; }
  bool isPaged() const { return page_size > 0; }
};

/// A tensor [tokens, heads, width], or [tokens, width], whose rows lie apart: strides are in elements.
struct PrefillTensor {
  std::vector<uint16_t> values;
  int64_t tokens = 0, heads = 1, width = 0;
  int64_t tokenStride = 0, headStride = 0;

  const uint16_t *row(int64_t token, int64_t head) const {
    return values.data() + token * tokenStride + head * headStride;
  }
};

/// Everything that `mla.prefill` or `mla.prefill_absorbed` reads.
struct PrefillInputs {
  PrefillShape shape;
  Element element = Element::BF16;
  float softmaxScale = 1.0f;
  bool causal = true;
  /// Keys and values, in the MHA form.
  PrefillTensor q, k, kRope, v;
  /// In the absorbed form: latent vectors as a tensor, or else cache, block table and lengths, whose queries and mask
  /// do not count.
  PrefillTensor latents;
  std::optional<DecodeInputs> paged;
  /// [b + 1] each. With a paged cache the second says where sequences would lie one after the other.
  std::vector<int32_t> cuSeqlensQ, cuSeqlensKv;

  int64_t b() const { return static_cast<int64_t>(cuSeqlensQ.size()) - 1; }
  int64_t queries(int64_t sequence) const { return cuSeqlensQ[sequence + 1] - int64_t(cuSeqlensQ[sequence]); }
  int64_t tokens(int64_t sequence) const { return cuSeqlensKv[sequence + 1] - int64_t(cuSeqlensKv[sequence]); }
  /// How many tokens, from the sequence's first on, one of its queries sees.
  int64_t visibleTokens(int64_t sequence, int64_t query) const;
};

/// out [total_q, h_q, d_v] in the element type; lse [h_q, total_q], in the absorbed form [total_q, h_q], natural
/// logarithm.
struct PrefillOutputs {
  std::vector<uint16_t> out;
  std::vector<float> lse;
};

/// Queries and tokens of one sequence.
struct PrefillLengths {
  int32_t queries = 0, tokens = 0;
};

/// How to make random inputs.
struct PrefillInputOptions {
  uint64_t seed = 0;
  /// Fill what no row sees with NaN and infinities: tokens before, between and after the sequences, and gaps of
  /// strides.
  bool poisonUnused = true;
  /// Keys and values as halves of one projection: their heads lie d_nope + d_v apart; and queries with a gap behind
  /// each token.
  bool strided = false;
  /// Tokens that belong to no sequence, before the first and behind the last one.
  int64_t spareTokens = 0;
  /// Pages in random order instead of one after the other, and how many distinct ones are stored at most, if positive.
  bool permutePages = true;
  int64_t maxStoredPages = 0;
};

/// Draws q, keys and values from a standard normal distribution, rounded to `element`.
PrefillInputs makePrefillInputs(const PrefillShape &shape, Element element, float softmaxScale, bool causal,
                                const std::vector<PrefillLengths> &lengths, const PrefillInputOptions &options);

/// One row (sequence, query of it, head) in double: `out` receives d_v values. Returns the log-sum-exp (natural),
/// −infinity and zeros if the row attends to nothing.
double prefillRow(const PrefillInputs &inputs, int64_t sequence, int64_t query, int64_t head, double *out);

/// What a result of prefill may differ by: the class of precision bf16, with a cache of `format` where one is given.
ErrorBounds getPrefillErrorBounds(Element element, std::optional<CacheFormat> format = std::nullopt);

/// Compares with the reference, as compareDecode does; a "request" of the report is a sequence, its worst element an
/// index into out. If `maxRows` is positive and smaller than the number of rows, compares that many rows, spread
/// evenly. Rows of no sequence are not compared.
DecodeComparison comparePrefill(const PrefillInputs &inputs, const PrefillOutputs &outputs, int64_t maxRows = 0,
                                uint64_t seed = 0, unsigned threads = 0);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_PREFILL_H
