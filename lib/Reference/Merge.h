//===- Merge.h - mla.merge evaluated on the host in double -----------------------------------------*- C++ -*-===//
//
// The meaning of record of `mla.merge`. No MLIR in here: the interpreter, the tools and the tests share it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_REFERENCE_MERGE_H
#define LIB_REFERENCE_MERGE_H

#include "lib/Reference/Append.h"

namespace mlir::mla::reference {

/// Type of what is merged.
enum class MergeElement { BF16, F16, F32 };

int64_t getBytes(MergeElement element);
/// The nearest value of the type.
float roundTo(MergeElement element, float value);
/// As stored; values are rounded.
std::vector<uint8_t> store(MergeElement element, const std::vector<float> &values);
std::vector<float> load(MergeElement element, const std::vector<uint8_t> &bytes);

/// Everything that `mla.merge` reads. out [tokens, heads, d_v], whose values are those of the element type; lse
/// [tokens, heads] or with headsFirst [heads, tokens].
struct MergeInputs {
  int64_t tokens = 0, heads = 1, d_v = 512;
  bool headsFirst = false;
  MergeElement element = MergeElement::BF16;
  std::vector<float> outA, lseA, outB, lseB;

  int64_t rows() const { return tokens * heads; }
  int64_t lseIndex(int64_t row) const { return headsFirst ? row % heads * tokens + row / heads : row; }
};

/// Fills in both parts, drawn from a normal distribution. Of some rows one part, or both, saw nothing, and then its
/// values are NaN and infinities; of some one weighs next to nothing, or as much as the other.
void fillMergeInputs(MergeInputs &inputs, uint64_t seed);

struct MergeOutputs {
  std::vector<float> out, lse;
};

/// One row in double: `out` receives d_v values. Returns the log-sum-exp.
double mergeRow(const MergeInputs &inputs, int64_t row, double *out);

/// Compares all elements of out, then of lse, in units of what Merge.cpp allows; the index is one of out [tokens,
/// heads, d_v], or of lse behind it.
ElementComparison compareMerge(const MergeInputs &inputs, const MergeOutputs &outputs);

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_MERGE_H
