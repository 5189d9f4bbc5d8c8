//===- PartialResultsTest.cpp - Partial results fit f16 whatever the values of the cache -----------------------===//
//
// A request that is split over parts leaves partial results of f16 in units. On the interpreter, caches near both ends
// of their formats and rows of very unequal columns, against the reference, where parts have pieces of a request and
// where two share each step.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "lib/Reference/Element.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

/// A request of 600 tokens, so of five steps, on so many multiprocessors: on three they have pieces of it, on 40 two
/// share each step. Queries are 0: all weights are alike, and O is the mean.
class PartialResults : public ::testing::TestWithParam<int64_t>, protected KernelCompiler {
protected:
  DecodeInputs makeInputs(mla::CacheFormat format, mla::Precision precision) {
    DecodeShape shape;
    shape.h_q = 2;
    DecodeInputOptions options;
    options.seed = 9;
    options.format = format;
    options.precision = precision;
    DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, {600}, options);
    inputs.q.assign(inputs.q.size(), 0);
    inputs.quantizedQ.assign(inputs.quantizedQ.size(), 0);
    return inputs;
  }

  void expectWithinBounds(ModuleOp module, const DecodeInputs &inputs) {
    DecodeComparison comparison = compareDecode(inputs, decode(module, inputs, /*multiprocessors=*/GetParam()));
    EXPECT_EQ(comparison.rowsCompared, 2);
    EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, inputs.format, inputs.precision)))
        << "output off by " << comparison.worstRelativeError << ", lse by " << comparison.worstLseError;
  }

  /// With the columns of a cache of bf16 multiplied by factors.
  void check(llvm::function_ref<float(int64_t column)> factor) {
    OwningOpRef<ModuleOp> module = compile(getDecodeText(mla::CacheFormat::BF16, mla::Precision::BF16));
    DecodeInputs inputs = makeInputs(mla::CacheFormat::BF16, mla::Precision::BF16);
    for (size_t index = 0; index < inputs.cache.size() / 2; ++index) {
      uint16_t bits;
      memcpy(&bits, inputs.cache.data() + 2 * index, sizeof bits);
      bits = roundToElement(Element::BF16, elementToFloat(Element::BF16, bits) * factor(index % inputs.shape.d_qk()));
      memcpy(inputs.cache.data() + 2 * index, &bits, sizeof bits);
    }
    expectWithinBounds(*module, inputs);
  }

  void checkEndsOfE4M3(StringRef kernel) {
    constexpr uint8_t kLargest = 0x7E, kLeast = 0x01, kMinus = 0x80;
    OwningOpRef<ModuleOp> module = compile(getDecodeText(mla::CacheFormat::E4M3, mla::Precision::E4M3Queries));
    keepKernel(*module, kernel);
    DecodeInputs inputs = makeInputs(mla::CacheFormat::E4M3, mla::Precision::E4M3Queries);
    for (auto [even, odd] : {std::pair<uint8_t, uint8_t>{kLargest, kLargest},
                             {kLargest, kLargest | kMinus},
                             {kLeast, kLeast | kMinus},
                             {kLargest, kLeast}}) {
      SCOPED_TRACE(static_cast<int>(odd));
      for (size_t index = 0; index < inputs.cache.size(); ++index)
        inputs.cache[index] = index % 2 ? odd : even;
      for (float scale : {1.0f, 1e-30f, 1e30f, 1e36f, 0.0f}) {
        // 448 times that is more than the largest bf16.
        if (scale == 1e36f && even == kLargest)
          continue;
        SCOPED_TRACE(scale);
        inputs.cacheScale = scale;
        expectWithinBounds(*module, inputs);
      }
    }
  }
};

/// From results near the least normal number to sums of magnitudes beyond the largest.
TEST_P(PartialResults, AnyMagnitude) {
  for (float factor : {0.0f, 1e-36f, 1e-30f, 1e-3f, 1e3f, 1e30f, 1e36f}) {
    SCOPED_TRACE(factor);
    check([&](int64_t) { return factor; });
  }
}

/// All of a sum is one column, or almost nothing of it; or the two halves of a half differ.
TEST_P(PartialResults, UnequalColumns) {
  for (float factor : {0.0f, 1e-3f, 1.0f, 1e5f}) {
    SCOPED_TRACE(factor);
    check([&](int64_t column) { return column == 3 || column == 300 ? factor : 1e-3f; });
    check([&](int64_t column) { return column == 3 || column == 300 ? factor : 0.0f; });
    check([&](int64_t column) { return column / 128 % 2 ? factor : 1e-3f; });
  }
}

/// The largest numbers of a cache of e4m3, the least, and both side by side.
TEST_P(PartialResults, EndsOfE4M3) {
  for (StringRef kernel : {"attend", "attend_16"})
    checkEndsOfE4M3(kernel);
}

/// A row in any number of pieces that the merge has a way of its own for: up to four, up to eight, up to 16, 32 and
/// more. A piece is a step, or a step that two parts share. Weights of pieces differ by far.
class Pieces : public ::testing::Test, protected KernelCompiler {
protected:
  void check(mla::CacheFormat format, mla::Precision precision, StringRef kernel = "attend") {
    OwningOpRef<ModuleOp> module = compile(getDecodeText(format, precision));
    keepKernel(*module, kernel);
    DecodeShape shape;
    shape.h_q = 5;
    DecodeInputOptions options;
    options.seed = 21;
    options.format = format;
    options.precision = precision;
    options.queryScale = 4;
    for (int64_t pieces : {2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 33, 40}) {
      DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true,
                                             {static_cast<int32_t>(pieces * 128 - 3)}, options);
      for (int64_t multiprocessors : {pieces, 2 * pieces}) {
        DecodeComparison comparison = compareDecode(inputs, decode(*module, inputs, multiprocessors));
        EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, format, precision)))
            << pieces << " steps on " << multiprocessors << ": output off by " << comparison.worstRelativeError
            << ", lse by " << comparison.worstLseError;
      }
    }
  }
};

TEST_F(Pieces, OfABF16Cache) { check(mla::CacheFormat::BF16, mla::Precision::BF16); }
TEST_F(Pieces, OfE4M3Queries) { check(mla::CacheFormat::E4M3, mla::Precision::E4M3Queries); }
TEST_F(Pieces, OfE4M3QueriesInFewRows) { check(mla::CacheFormat::E4M3, mla::Precision::E4M3Queries, "attend_16"); }
TEST_F(Pieces, OfE4M3QueriesAndScalesOfTokens) { check(mla::CacheFormat::E4M3Token, mla::Precision::E4M3Queries); }
TEST_F(Pieces, OfE4M3QueriesAndScalesOfTokensInFewRows) {
  check(mla::CacheFormat::E4M3Token, mla::Precision::E4M3Queries, "attend_16");
}
TEST_F(Pieces, OfScalesOfGroupsInFewRows) { check(mla::CacheFormat::E4M3Group, mla::Precision::BF16, "attend_16"); }

INSTANTIATE_TEST_SUITE_P(Multiprocessors, PartialResults, testing::Values(3, 40),
                         [](const testing::TestParamInfo<int64_t> &info) { return std::to_string(info.param); });

} // namespace
