//===- PartialResultsTest.cpp - Partial results fit f16 whatever the values of the cache -----------------------===//
//
// A request that is split over parts leaves partial results of f16, in a unit of each half row. On the interpreter,
// caches near both ends of bf16 and rows of very unequal columns, against the reference.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "lib/Reference/Element.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr llvm::StringLiteral kDecode = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 0.0625 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)";

class PartialResults : public ::testing::Test, protected KernelCompiler {
protected:
  /// A request of 600 tokens on 3 multiprocessors, with the cache's columns multiplied by factors. Queries are 0: all
  /// weights are alike, and O is the mean.
  void check(llvm::function_ref<float(int64_t column)> factor) {
    OwningOpRef<ModuleOp> module = compile(kDecode);
    DecodeShape shape;
    shape.h_q = 2;
    DecodeInputOptions inputOptions;
    inputOptions.seed = 9;
    DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, {600}, inputOptions);
    inputs.q.assign(inputs.q.size(), 0);
    for (size_t index = 0; index < inputs.cache.size() / 2; ++index) {
      uint16_t bits;
      memcpy(&bits, inputs.cache.data() + 2 * index, sizeof bits);
      bits = roundToElement(Element::BF16, elementToFloat(Element::BF16, bits) * factor(index % shape.d_qk()));
      memcpy(inputs.cache.data() + 2 * index, &bits, sizeof bits);
    }

    DecodeComparison comparison = compareDecode(inputs, decode(*module, inputs, /*multiprocessors=*/3));
    EXPECT_EQ(comparison.rowsCompared, 2);
    EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, inputs.format, inputs.precision)))
        << "output off by " << comparison.worstRelativeError << ", lse by " << comparison.worstLseError;
  }
};

/// From results near the least normal number to sums of magnitudes beyond the largest.
TEST_F(PartialResults, AnyMagnitude) {
  for (float factor : {0.0f, 1e-36f, 1e-30f, 1e-3f, 1e3f, 1e30f, 1e36f}) {
    SCOPED_TRACE(factor);
    check([&](int64_t) { return factor; });
  }
}

/// All of a sum is one column, or almost nothing of it.
TEST_F(PartialResults, UnequalColumns) {
  for (float factor : {0.0f, 1e-3f, 1.0f, 1e5f}) {
    SCOPED_TRACE(factor);
    check([&](int64_t column) { return column == 3 || column == 300 ? factor : 1e-3f; });
    check([&](int64_t column) { return column == 3 || column == 300 ? factor : 0.0f; });
  }
}

} // namespace
