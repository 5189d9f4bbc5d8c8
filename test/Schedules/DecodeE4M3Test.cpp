//===- DecodeE4M3Test.cpp - decode_e4m3 at the edges of its number formats ----------------------------------===//
//
// Compiles a decode op for each precision and runs it on the interpreter with inputs that no random draw has: rows of
// queries that are zero, tiny or huge, extreme scales, equal scores, one token that outweighs thousands.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "lib/Reference/Cache.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr llvm::StringLiteral kDecode = R"(
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                  %cache_scale: tensor<f32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {{
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 0.0625 causal {0}
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)";

class DecodeE4M3 : public ::testing::TestWithParam<mla::Precision> {
protected:
  DecodeE4M3() {
    DialectRegistry registry;
    mla::registerCompiler(registry);
    context.appendDialectRegistry(registry);
    std::string text = llvm::formatv(kDecode.data(), isE4M3() ? "precision <e4m3>" : "");
    module = parseSourceString<ModuleOp>(text, &context);
    mla::CompileOptions options;
    options.stopAfter = mla::Stage::MLAGPU;
    options.schedule.table = "none";
    EXPECT_TRUE(module && succeeded(mla::compile(*module, options)));
  }

  bool isE4M3() const { return GetParam() == mla::Precision::E4M3; }

  DecodeInputs makeInputs(std::vector<int32_t> lengths, int64_t heads = 1, int64_t queries = 1) {
    DecodeShape shape;
    shape.h_q = heads;
    shape.s_q = queries;
    DecodeInputOptions options;
    options.seed = 5;
    options.format = mla::CacheFormat::E4M3;
    options.precision = GetParam();
    return makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, lengths, options);
  }

  DecodeOutputs run(const DecodeInputs &inputs, int64_t multiprocessors = 1) {
    ProgramOp program = *module->getOps<ProgramOp>().begin();
    InterpreterReport report;
    DecodeOutputs outputs;
    EXPECT_TRUE(succeeded(interpretDecode(program, inputs, multiprocessors, InterpreterOptions(), report, outputs)));
    EXPECT_TRUE(report.clean());
    return outputs;
  }

  void expectWithinBounds(const DecodeInputs &inputs, int64_t multiprocessors = 1) {
    DecodeComparison comparison = compareDecode(inputs, run(inputs, multiprocessors));
    EXPECT_TRUE(comparison.withinBounds(getErrorBounds(Element::BF16, inputs.format, inputs.precision)))
        << "output off by " << comparison.worstRelativeError << ", lse by " << comparison.worstLseError;
  }

  /// Multiplies one row of queries.
  static void scaleRow(DecodeInputs &inputs, int64_t row, float factor) {
    int64_t width = inputs.shape.d_qk();
    for (uint16_t *q = inputs.q.data() + row * width, *end = q + width; q != end; ++q)
      *q = roundToElement(Element::BF16, elementToFloat(Element::BF16, *q) * factor);
  }

  static uint8_t *getToken(DecodeInputs &inputs, int64_t token) {
    mla::CacheLayout layout = inputs.layout();
    return inputs.cache.data() + inputs.blockTable[token / 64] * layout.pageStride + token % 64 * layout.tokenStride;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// Blocks and steps that are just full, one short and one over; split over parts, and not.
TEST_P(DecodeE4M3, Lengths) {
  DecodeInputs inputs = makeInputs({0, 1, 63, 64, 65, 127, 128, 129}, /*heads=*/2, /*queries=*/3);
  expectWithinBounds(inputs);
  expectWithinBounds(inputs, /*multiprocessors=*/7);
}

/// Each row of queries has a scale of its own. A row of zeros weighs all tokens alike.
TEST_P(DecodeE4M3, RowsOfQueries) {
  DecodeInputs inputs = makeInputs({200}, /*heads=*/8);
  const float factors[] = {0.0f, 1e-38f, 1e-30f, 1e-20f, 1e-3f, 1.0f, 3.0f, -0.0f};
  for (auto [row, factor] : llvm::enumerate(factors))
    scaleRow(inputs, row, factor);
  expectWithinBounds(inputs);
}

/// Queries near the end of f32 against a cache that is as tiny.
TEST_P(DecodeE4M3, HugeQueries) {
  DecodeInputs inputs = makeInputs({200}, /*heads=*/2);
  scaleRow(inputs, 0, 2e37f);
  inputs.softmaxScale = 1e-4f;
  inputs.cacheScale *= 1e-34f;
  expectWithinBounds(inputs);
}

TEST_P(DecodeE4M3, ScalesOfTheCache) {
  for (float scale : {0.0f, 1e-30f, 1e30f}) {
    DecodeInputs inputs = makeInputs({0, 65, 700});
    inputs.cacheScale *= scale;
    if (scale > 1)
      for (int64_t row = 0; row < inputs.shape.b; ++row)
        scaleRow(inputs, row, 1 / scale);
    expectWithinBounds(inputs);
    expectWithinBounds(inputs, /*multiprocessors=*/3);
  }
}

/// A request without tokens has nothing that a scale could spoil, even one that is no number.
TEST_P(DecodeE4M3, ScaleThatIsNoNumber) {
  for (float scale : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    DecodeInputs inputs = makeInputs({0});
    inputs.cacheScale = scale;
    DecodeOutputs outputs = run(inputs);
    EXPECT_EQ(outputs.out, std::vector<uint16_t>(512, 0));
    EXPECT_EQ(outputs.lse[0], -std::numeric_limits<float>::infinity());
  }
}

/// All weights are 1, and so is what they are divided by.
TEST_P(DecodeE4M3, EqualScores) {
  DecodeInputs inputs = makeInputs({3000});
  scaleRow(inputs, 0, 0);
  expectWithinBounds(inputs);
}

/// NaN in a token that is seen reaches the rows that see it.
TEST_P(DecodeE4M3, NaNInATokenThatIsSeen) {
  DecodeInputs inputs = makeInputs({130, 130});
  getToken(inputs, 100)[7] = 0x7f;
  DecodeOutputs outputs = run(inputs);
  EXPECT_TRUE(std::isnan(elementToFloat(Element::BF16, outputs.out[7])));
  for (int64_t column = 0; column < 512; ++column)
    EXPECT_FALSE(std::isnan(elementToFloat(Element::BF16, outputs.out[512 + column])));
}

/// One token outweighs each of thousands of equal others by 2^distance, as attention sinks do. Its values are 0 where
/// theirs are 1, so what is left of the others is nearly all of the output.
class DecodeE4M3Sink : public DecodeE4M3 {
protected:
  static constexpr int64_t kTokens = 2000;

  DecodeInputs makeSink(int64_t sink, double distance) {
    DecodeInputs inputs = makeInputs({kTokens});
    inputs.cacheScale = 1;
    std::vector<float> values(inputs.shape.d_qk());
    for (int64_t token = 0; token < kTokens; ++token) {
      std::fill_n(values.begin(), inputs.shape.d_latent, token == sink ? 0.0f : 1.0f);
      values[0] = token == sink;
      writeToken(inputs.layout(), getToken(inputs, token), /*slot=*/0, values.data(), inputs.cacheScale);
    }
    std::fill(inputs.q.begin(), inputs.q.end(), 0);
    inputs.q[0] = roundToElement(Element::BF16, static_cast<float>(distance * std::log(2.0) / inputs.softmaxScale));
    return inputs;
  }

  /// What the kernel leaves of the others, relative to the reference.
  double getShare(const DecodeInputs &inputs, int64_t multiprocessors = 1) {
    std::vector<double> reference(inputs.shape.d_latent);
    decodeRow(inputs, 0, 0, 0, reference.data());
    return elementToFloat(Element::BF16, run(inputs, multiprocessors).out[1]) / reference[1];
  }
};

/// The sink begins the sequence, lies within it or ends it; at 2^17 the others are 1.5 % of the whole. Two e4m3 and the
/// output are rounded by 2^-9 each; in the sink's own step weights of 2^-15 have three bits left.
TEST_P(DecodeE4M3Sink, TheOthersKeepTheirWeights) {
  constexpr double kTolerance = 0x1p-8 + 127.0 / kTokens / 8;
  for (int64_t sink : {int64_t(0), int64_t(1000), kTokens - 1})
    for (double distance : {4.0, 8.0, 12.0, 15.0, 16.0, 17.0})
      EXPECT_NEAR(getShare(makeSink(sink, distance)), 1.0, kTolerance) << "sink " << sink << ", 2^" << distance;
  EXPECT_NEAR(getShare(makeSink(0, 16), /*multiprocessors=*/7), 1.0, kTolerance);
}

/// Further down only the 127 tokens of the sink's own step are rounded to nothing.
TEST_P(DecodeE4M3Sink, OnlyItsOwnStepSuffers) {
  for (int64_t sink : {int64_t(0), kTokens - 1})
    EXPECT_NEAR(getShare(makeSink(sink, 18.5)), 1.0, 127.0 / kTokens + 0x1p-8) << "sink " << sink;
}

/// Levels far apart: what is 2^-200 of the whole is nothing, and nothing overflows.
TEST_P(DecodeE4M3Sink, NothingOverflows) {
  for (int64_t sink : {int64_t(0), int64_t(1000), kTokens - 1})
    for (double distance : {33.0, 100.0, 200.0}) {
      DecodeInputs inputs = makeSink(sink, distance);
      std::vector<double> reference(inputs.shape.d_latent);
      double lse = decodeRow(inputs, 0, 0, 0, reference.data());
      DecodeOutputs outputs = run(inputs);
      EXPECT_NEAR(outputs.lse[0], lse, 1e-4 * lse) << "sink " << sink << ", 2^" << distance;
      EXPECT_EQ(elementToFloat(Element::BF16, outputs.out[0]), 1.0f);
      EXPECT_NEAR(elementToFloat(Element::BF16, outputs.out[1]), 0.0f, 1e-6);
    }
}

static std::string getName(const testing::TestParamInfo<mla::Precision> &info) {
  return std::string(mla::stringify(info.param));
}
INSTANTIATE_TEST_SUITE_P(Precision, DecodeE4M3, testing::Values(mla::Precision::BF16, mla::Precision::E4M3), getName);
INSTANTIATE_TEST_SUITE_P(Precision, DecodeE4M3Sink, testing::Values(mla::Precision::BF16, mla::Precision::E4M3),
                         getName);

} // namespace
