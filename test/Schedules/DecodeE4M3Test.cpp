//===- DecodeE4M3Test.cpp - decode_e4m3 at the edges of its number formats ----------------------------------===//
//
// Compiles a decode op for each precision and runs it on the interpreter with inputs that no random draw has: rows of
// queries that are zero, tiny or huge, extreme scales, equal scores.
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

static std::string getName(const testing::TestParamInfo<mla::Precision> &info) {
  return std::string(mla::stringify(info.param));
}
INSTANTIATE_TEST_SUITE_P(Precision, DecodeE4M3, testing::Values(mla::Precision::BF16, mla::Precision::E4M3), getName);

} // namespace
