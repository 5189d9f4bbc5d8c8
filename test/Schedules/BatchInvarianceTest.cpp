//===- BatchInvarianceTest.cpp - A request has the same bits in every batch ----------------------------------===//
//
// With split_requests=0 or split_steps. Compiles decode ops, runs them on the interpreter for batches, for single
// requests of them and for several numbers of parts, and compares bits.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr llvm::StringLiteral kDecode = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 256, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x320xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 0.0625 causal
      : (tensor<?x?x?x320xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>
}
)";

constexpr llvm::StringLiteral kDecodeE4M3 = R"(
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                  %cache_scale: tensor<f32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 0.0625 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)";

class BatchInvariance : public ::testing::TestWithParam<mla::CacheFormat>, protected KernelCompiler {
protected:
  bool isE4M3() const { return GetParam() == mla::CacheFormat::E4M3; }

  /// The kernels, made with the levers in `schedule`.
  OwningOpRef<ModuleOp> compileWith(StringRef schedule) { return compile(isE4M3() ? kDecodeE4M3 : kDecode, schedule); }

  DecodeInputs makeBatch(const std::vector<int32_t> &lengths) {
    DecodeShape shape;
    shape.h_q = 20;
    shape.d_latent = isE4M3() ? 512 : 256;
    DecodeInputOptions options;
    options.seed = 11;
    options.format = GetParam();
    return makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, lengths, options);
  }

  /// The bits of one request's output and log-sum-exps.
  static std::vector<uint32_t> getBits(const DecodeOutputs &outputs, const DecodeShape &shape, int64_t request) {
    int64_t elements = shape.rows() * shape.d_latent;
    std::vector<uint32_t> bits(outputs.out.begin() + request * elements,
                               outputs.out.begin() + (request + 1) * elements);
    for (int64_t row = request * shape.rows(); row < (request + 1) * shape.rows(); ++row) {
      float lse = outputs.lse[row];
      bits.push_back(llvm::bit_cast<uint32_t>(lse));
    }
    return bits;
  }

  /// How many of the batch's requests have other bits when they are alone.
  int countDifferences(StringRef schedule) {
    OwningOpRef<ModuleOp> module = compileWith(schedule);
    DecodeInputs batch = makeBatch({700, 0, 1500, 64, 129, 2000});
    constexpr int64_t kMultiprocessors = 4;
    DecodeOutputs together = decode(*module, batch, kMultiprocessors);
    int differences = 0;
    for (int64_t request = 0; request < batch.shape.b; ++request) {
      DecodeOutputs alone = decode(*module, takeRequests(batch, {request}), kMultiprocessors);
      differences += getBits(alone, batch.shape, 0) != getBits(together, batch.shape, request);
    }
    return differences;
  }

  /// Compares the bits of requests alone with those in batches at several places, on devices of several sizes.
  void expectSameBits(StringRef schedule, const std::vector<int32_t> &lengths,
                      const std::vector<std::vector<int64_t>> &batches,
                      const std::vector<int64_t> &multiprocessors = {1, 3, 4, 40}) {
    SCOPED_TRACE(schedule.str());
    OwningOpRef<ModuleOp> module = compileWith(schedule);
    DecodeInputs all = makeBatch(lengths);
    std::vector<std::vector<uint32_t>> alone;
    for (int64_t request = 0; request < all.shape.b; ++request) {
      DecodeInputs one = takeRequests(all, {request});
      // A wider block table, which allows for more pieces.
      one.shape.blockTableStride += 300;
      one.blockTable.resize(one.shape.blockTableStride, -1);
      DecodeOutputs outputs = decode(*module, one, /*multiprocessors=*/7);
      alone.push_back(getBits(outputs, all.shape, 0));
      DecodeComparison comparison = compareDecode(one, outputs);
      EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, one.format, one.precision)))
          << "output off by " << comparison.worstRelativeError << ", lse by " << comparison.worstLseError;
    }
    for (const std::vector<int64_t> &requests : batches)
      for (int64_t count : multiprocessors) {
        DecodeOutputs together = decode(*module, takeRequests(all, requests), count);
        for (auto [place, request] : llvm::enumerate(requests))
          EXPECT_EQ(getBits(together, all.shape, place), alone[request])
              << "request " << request << " at " << place << " of " << requests.size() << ", " << count
              << " multiprocessors";
      }
  }
};

TEST_P(BatchInvariance, WholeRequestsHaveTheSameBits) { EXPECT_EQ(countDifferences("split_requests=0"), 0); }

/// Else the tests here would prove nothing.
TEST_P(BatchInvariance, SplitRequestsHaveOtherBits) { EXPECT_GT(countDifferences("split_requests=1"), 0); }

/// One, two, up to four, up to eight and more pieces, each of which is merged in its own way; by one part, several, or
/// all.
TEST_P(BatchInvariance, FixedPiecesHaveTheSameBits) {
  std::vector<std::vector<int64_t>> batches = {
      {0, 1, 2, 3, 4, 5}, {5, 3, 2, 4, 0, 1}, {1, 5}, {4, 4, 4, 0, 0, 2, 2, 2, 3, 1, 1, 1, 4, 4, 0}};
  expectSameBits("split_steps=1", {700, 0, 1500, 64, 129, 2000}, batches);
  expectSameBits("split_steps=3,rescale_threshold=0.5,item_cost=4", {700, 0, 1500, 64, 129, 2000}, batches);
}

/// More pieces than the merge weighs at once would be: pieces grow with the request, in any batch.
TEST_P(BatchInvariance, LongRequestsHaveLongerPieces) {
  expectSameBits("split_steps=1", {66 * 128 - 5, 300}, {{0, 1}, {1, 1, 0, 1}}, {3, 40});
}

INSTANTIATE_TEST_SUITE_P(Formats, BatchInvariance, ::testing::Values(mla::CacheFormat::BF16, mla::CacheFormat::E4M3),
                         [](const auto &info) { return info.param == mla::CacheFormat::E4M3 ? "e4m3" : "bf16"; });

} // namespace
