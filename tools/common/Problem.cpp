//===- Problem.cpp - What to run, and how it went --------------------------------------------------------------===//
#include "Problem.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <numeric>

using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;

/// Bounds of a problem; q and the block table are held by the host.
static constexpr double kMaxElements = int64_t(1) << 31, kMaxPages = 1 << 22;

std::optional<Rope> run::getRope(const mla_rotation_t &rotation) {
  if (rotation.pairs == 0)
    return std::nullopt;
  Rope rope;
  rope.pairing = rotation.interleaved ? Pairing::Interleaved : Pairing::HalfSplit;
  rope.magnitude = rotation.magnitude;
  for (int64_t i = 0; i < rotation.pairs; ++i)
    rope.inverseFrequencies.push_back(fromTurns(rotation.turns[i]));
  return rope;
}

llvm::StringRef run::elementName(Element element) { return element == Element::BF16 ? "bf16" : "f16"; }

std::string run::describeTypes(Element element, CacheFormat format) {
  std::string text = elementName(element).str();
  if (format != getCacheFormat(element))
    text += llvm::formatv(", cache {0}", stringify(format));
  return text;
}

std::string run::describeTypes(Element element, CacheFormat format, Precision precision) {
  std::string text = describeTypes(element, format);
  if (format != getCacheFormat(element))
    text += llvm::formatv(", precision {0}", stringify(precision));
  return text;
}

int64_t Problem::tokens() const { return std::accumulate(lengths.begin(), lengths.end(), int64_t(0)); }

llvm::Error run::checkImplements(const Signature &signature, const Problem &problem) {
  auto check = [](llvm::StringRef name, int64_t fixed, int64_t actual) -> llvm::Error {
    if (fixed == 0 || fixed == actual)
      return llvm::Error::success();
    return llvm::createStringError(
        llvm::formatv("expected {0} {1}, as the program was compiled for, but got {2}", name, fixed, actual).str());
  };
  if (llvm::Error error = check("b", signature.b, problem.b()))
    return error;
  if (llvm::Error error = check("s_q", signature.s_q, problem.s_q))
    return error;
  if (llvm::Error error = check("h_q", signature.h_q, problem.h_q))
    return error;

  // What a machine can hold; also keeps the arithmetic in 64 bits, whatever the program says its widths are.
  auto limit = [](llvm::StringRef what, double actual, double most) -> llvm::Error {
    if (actual <= most)
      return llvm::Error::success();
    return llvm::createStringError(
        llvm::formatv("expected at most {0:F0} {1}, but got {2:F0}", most, what, actual).str());
  };
  double b = static_cast<double>(problem.b()),
         rows = static_cast<double>(problem.s_q) * static_cast<double>(problem.h_q);
  double width = static_cast<double>(signature.d_latent + signature.d_rope), pages = 0, longest = 0;
  for (int32_t length : problem.lengths) {
    double count = std::ceil(length / static_cast<double>(signature.page_size));
    pages += count;
    longest = std::max(longest, count);
  }
  if (llvm::Error error = limit("elements of q", b * rows * width, kMaxElements))
    return error;
  if (llvm::Error error = limit("entries of the block table", b * longest, kMaxElements))
    return error;
  return limit("pages", pages, kMaxPages);
}

DecodeInputs run::makeInputs(const Signature &signature, const Problem &problem) {
  // More of them cost only host memory and time.
  constexpr int64_t kMaxStoredElements = int64_t(1) << 27;
  DecodeShape shape;
  shape.s_q = problem.s_q;
  shape.h_q = problem.h_q;
  shape.d_latent = signature.d_latent;
  shape.d_rope = signature.d_rope;
  shape.page_size = signature.page_size;
  DecodeInputOptions options = problem.inputs;
  options.format = signature.format;
  options.precision = signature.precision;
  options.rope = signature.rope;
  int64_t pages = options.sparePages;
  for (int32_t length : problem.lengths)
    pages += (length + shape.page_size - 1) / shape.page_size;
  int64_t maxStoredPages = std::max<int64_t>(kMaxStoredElements / (shape.page_size * shape.d_qk()), 1);
  if (options.maxStoredPages == 0 && pages > maxStoredPages)
    options.maxStoredPages = maxStoredPages;
  return makeDecodeInputs(shape, signature.element, signature.softmaxScale, signature.causal, problem.lengths, options);
}

DecodeComparison run::compare(const DecodeInputs &inputs, const DecodeOutputs &outputs, const Problem &problem) {
  // A few seconds of one core.
  constexpr int64_t kMaxRowTokens = int64_t(1) << 26, kMinRows = 64, kMaxRows = 1024;
  int64_t rows = problem.checkRows;
  if (rows < 0) {
    int64_t longest = *llvm::max_element(problem.lengths);
    bool affordable = problem.tokens() * problem.rows() <= kMaxRowTokens;
    rows = affordable ? 0 : std::clamp(kMaxRowTokens / std::max<int64_t>(longest, 1), kMinRows, kMaxRows);
  }
  return compareDecode(inputs, outputs, rows, problem.inputs.seed);
}

Work run::countWork(const DecodeInputs &inputs) {
  const DecodeShape &shape = inputs.shape;
  constexpr int64_t kElementBytes = 2, kLseBytes = 4;
  int64_t pageStride = inputs.layout().pageStride;
  Work work;
  for (int32_t length : inputs.seqLens) {
    int64_t pages = (length + shape.page_size - 1) / shape.page_size;
    work.bytes += static_cast<double>(pages * pageStride);
    for (int64_t query = 0; query < shape.s_q; ++query) {
      int64_t hidden = inputs.causal ? shape.s_q - 1 - query : 0;
      int64_t seen = std::max<int64_t>(length - hidden, 0);
      work.flops += 2.0 * static_cast<double>(seen * shape.h_q) * static_cast<double>(shape.d_qk() + shape.d_latent);
    }
  }
  work.bytes += static_cast<double>(shape.b * shape.rows()) *
                static_cast<double>((shape.d_qk() + shape.d_latent) * kElementBytes + kLseBytes);
  return work;
}

std::string run::describeElement(const std::vector<int64_t> &extents, int64_t flatIndex) {
  std::vector<std::string> indices;
  for (int64_t extent : llvm::reverse(extents)) {
    indices.insert(indices.begin(), std::to_string(flatIndex % extent));
    flatIndex /= extent;
  }
  return "out[" + llvm::join(indices, ", ") + "]";
}
