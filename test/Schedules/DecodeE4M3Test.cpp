//===- DecodeE4M3Test.cpp - decode_e4m3 at the edges of its number formats ----------------------------------===//
//
// Compiles a decode op for each format and precision and runs it on the interpreter with inputs that no random draw
// has: rows of queries that are zero, tiny or huge, extreme scales, equal scores, one token that outweighs thousands.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "lib/Reference/Cache.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

struct Class {
  mla::CacheFormat format;
  mla::Precision precision;
  /// Which of the kernels: the inputs have few rows, and each takes them.
  const char *kernel;
};

class DecodeE4M3 : public ::testing::TestWithParam<Class>, protected KernelCompiler {
protected:
  DecodeE4M3() {
    module = compile(getDecodeText(GetParam().format, GetParam().precision));
    keepKernel(*module, GetParam().kernel);
  }

  DecodeInputs makeInputs(std::vector<int32_t> lengths, int64_t heads = 1, int64_t queries = 1) {
    DecodeShape shape;
    shape.h_q = heads;
    shape.s_q = queries;
    DecodeInputOptions options;
    options.seed = 5;
    options.format = GetParam().format;
    options.precision = GetParam().precision;
    return makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, lengths, options);
  }

  DecodeOutputs run(const DecodeInputs &inputs, int64_t multiprocessors = 1) {
    return decode(*module, inputs, multiprocessors);
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
    quantizeQueries(inputs);
  }

  /// Makes queries of e4m3 of those in `q`, if they are to be given so: the largest is 256.
  static void quantizeQueries(DecodeInputs &inputs) {
    if (inputs.precision != mla::Precision::E4M3Queries)
      return;
    float largest = 0;
    for (uint16_t q : inputs.q)
      largest = std::max(largest, std::fabs(elementToFloat(Element::BF16, q)));
    inputs.qScale = largest > 0 ? largest / 256 : 1;
    for (auto [q, quantized] : llvm::zip_equal(inputs.q, inputs.quantizedQ)) {
      quantized = roundToE4M3(elementToFloat(Element::BF16, q) / inputs.qScale);
      q = roundToElement(Element::BF16, e4m3ToFloat(quantized) * inputs.qScale);
    }
  }

  static uint8_t *getToken(DecodeInputs &inputs, int64_t token) {
    mla::CacheLayout layout = inputs.layout();
    return inputs.cache.data() + inputs.blockTable[token / 64] * layout.pageStride + token % 64 * layout.tokenStride;
  }

  /// Replaces each scale of a token, or of the whole cache, by what `change` makes of it.
  static void changeScales(DecodeInputs &inputs, llvm::function_ref<float(float, int64_t token)> change) {
    mla::CacheLayout layout = inputs.layout();
    if (!layout.scalesPerToken) {
      inputs.cacheScale = change(inputs.cacheScale, 0);
      return;
    }
    for (int64_t token = 0, end = inputs.storedPages * layout.pageSize; token < end; ++token) {
      uint8_t *at = inputs.cache.data() + token / layout.pageSize * layout.pageStride + layout.scaleOffset +
                    token % layout.pageSize * layout.scaleStride;
      for (int64_t scale = 0; scale < layout.scalesPerToken; ++scale, at += mla::kScaleBytes) {
        float value;
        memcpy(&value, at, sizeof value);
        value = change(value, token);
        memcpy(at, &value, sizeof value);
      }
    }
  }

  OwningOpRef<ModuleOp> module;
};
/// What needs a factor of everything, RoPE columns included.
class DecodeE4M3OneScale : public DecodeE4M3 {};

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
TEST_P(DecodeE4M3OneScale, HugeQueries) {
  DecodeInputs inputs = makeInputs({200}, /*heads=*/2);
  scaleRow(inputs, 0, 2e37f);
  inputs.softmaxScale = 1e-4f;
  inputs.cacheScale *= 1e-34f;
  expectWithinBounds(inputs);
}

/// Scales of tokens may lie between 2^-64 and 2^64; a whole cache's is only a factor.
TEST_P(DecodeE4M3, ScalesOfTheCache) {
  float extreme = mla::getCacheFormatInfo(GetParam().format).scales == mla::ScaleKind::Tensor ? 1e30f : 1e15f;
  for (float scale : {0.0f, 1 / extreme, extreme}) {
    DecodeInputs inputs = makeInputs({0, 65, 700});
    changeScales(inputs, [&](float value, int64_t) { return value * scale; });
    if (scale > 1)
      for (int64_t row = 0; row < inputs.shape.b; ++row)
        scaleRow(inputs, row, 1 / scale);
    expectWithinBounds(inputs);
    expectWithinBounds(inputs, /*multiprocessors=*/3);
    expectWithinBounds(inputs, /*multiprocessors=*/40);
  }
}

/// A request without tokens has nothing that a scale could spoil, even one that is no number.
TEST_P(DecodeE4M3, ScaleThatIsNoNumber) {
  for (float scale : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    DecodeInputs inputs = makeInputs({0});
    changeScales(inputs, [&](float, int64_t) { return scale; });
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

class DecodeE4M3OwnScales : public DecodeE4M3 {
protected:
  static constexpr int64_t kTokens = 300;

  /// Tokens in turn: of 1 in column 1, and of 2^-distance in column 2, which weigh 2^distance as much, by their RoPE
  /// columns.
  DecodeInputs makeTwoKinds(double distance) {
    DecodeInputs inputs = makeInputs({kTokens});
    std::vector<float> values(inputs.shape.d_qk());
    for (int64_t token = 0; token < kTokens; ++token) {
      bool isSmall = token % 2;
      std::fill(values.begin(), values.end(), 0.0f);
      values[1 + isSmall] = isSmall ? std::exp2(-distance) : 1.0;
      values[inputs.shape.d_latent] = isSmall;
      uint8_t *page = inputs.cache.data() + inputs.blockTable[token / 64] * inputs.layout().pageStride;
      writeToken(inputs.layout(), page, token % 64, values.data(), inputs.cacheScale);
    }
    std::fill(inputs.q.begin(), inputs.q.end(), 0);
    inputs.q[inputs.shape.d_latent] =
        roundToElement(Element::BF16, static_cast<float>(distance * std::log(2.0) / inputs.softmaxScale));
    quantizeQueries(inputs);
    return inputs;
  }
};

/// What a weight times its scale is counts, not what either is: both kinds are half of what they were added to.
TEST_P(DecodeE4M3OwnScales, FarScalesAndFarWeights) {
  for (double distance : {1.0, 8.0, 16.0, 24.0, 40.0}) {
    DecodeInputs inputs = makeTwoKinds(distance);
    std::vector<double> reference(inputs.shape.d_latent);
    double lse = decodeRow(inputs, 0, 0, 0, reference.data());
    for (int64_t multiprocessors : {1, 3, 40}) {
      DecodeOutputs outputs = run(inputs, multiprocessors);
      EXPECT_NEAR(elementToFloat(Element::BF16, outputs.out[1]) / reference[1], 1, 3e-2) << "2^" << distance;
      EXPECT_NEAR(elementToFloat(Element::BF16, outputs.out[2]) / reference[2], 1, 3e-2) << "2^" << distance;
      EXPECT_NEAR(outputs.lse[0], lse, 1e-3) << "2^" << distance;
    }
  }
}

/// Tokens with a scale of 0 have a weight, and no values; so has a whole step of them, also beside small scales.
TEST_P(DecodeE4M3OwnScales, SomeScalesAreZero) {
  for (float others : {1.0f, 0x1p-40f})
    for (int64_t step : {1, 128}) {
      DecodeInputs inputs = makeInputs({700, 65}, /*heads=*/3);
      changeScales(inputs, [&](float value, int64_t token) { return token / step % 2 ? 0.0f : value * others; });
      expectWithinBounds(inputs);
      expectWithinBounds(inputs, /*multiprocessors=*/3);
      expectWithinBounds(inputs, /*multiprocessors=*/40);
    }
}

/// Scales below 2^-64 beside others are as good as 0.
TEST_P(DecodeE4M3OwnScales, SomeScalesAreTiny) {
  for (float tiny : {0x1p-60f, 0x1p-64f, 0x1p-90f, 0x1p-126f}) {
    DecodeInputs inputs = makeInputs({700, 65}, /*heads=*/3);
    changeScales(inputs, [&](float value, int64_t token) { return token % 3 ? tiny : value; });
    expectWithinBounds(inputs);
    expectWithinBounds(inputs, /*multiprocessors=*/40);
  }
}

/// NaN or infinity as the scale of a token that is seen makes the results of its request NaN, and of no other.
TEST_P(DecodeE4M3OwnScales, AScaleThatIsSeenIsNoNumber) {
  for (float scale : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    DecodeInputs inputs = makeInputs({130, 130});
    int64_t seen = inputs.blockTable[1] * 64 + 36;
    changeScales(inputs, [&](float value, int64_t token) { return token == seen ? scale : value; });
    DecodeOutputs outputs = run(inputs);
    for (int64_t column = 0; column < 512; ++column) {
      EXPECT_TRUE(std::isnan(elementToFloat(Element::BF16, outputs.out[column])));
      EXPECT_FALSE(std::isnan(elementToFloat(Element::BF16, outputs.out[512 + column])));
    }
    EXPECT_FALSE(std::isnan(outputs.lse[1]));
  }
}

/// With scales of tokens only rows that see it are spoilt; with those of groups all of its request.
TEST_P(DecodeE4M3OwnScales, AScaleThatSomeRowsSeeIsNoNumber) {
  DecodeInputs inputs = makeInputs({130, 130}, /*heads=*/1, /*queries=*/2);
  int64_t last = inputs.blockTable[2] * 64 + 1;
  changeScales(inputs, [&](float value, int64_t token) {
    return token == last ? std::numeric_limits<float>::quiet_NaN() : value;
  });
  DecodeOutputs outputs = run(inputs);
  bool spoilsAll = mla::getCacheFormatInfo(GetParam().format).scales == mla::ScaleKind::Group;
  EXPECT_EQ(std::isnan(elementToFloat(Element::BF16, outputs.out[0])), spoilsAll);
  EXPECT_TRUE(std::isnan(elementToFloat(Element::BF16, outputs.out[512])));
  EXPECT_FALSE(std::isnan(elementToFloat(Element::BF16, outputs.out[2 * 512])));
}

/// One token outweighs each of thousands of equal others by 2^distance, as attention sinks do. Its values are 0 where
/// theirs are 1, so what is left of the others is nearly all of the output.
class DecodeE4M3Sink : public DecodeE4M3 {
protected:
  static constexpr int64_t kTokens = 2000;

  /// Values of the columns from 128 on are those of the others times `rest`.
  DecodeInputs makeSink(int64_t sink, double distance, float rest = 1.0f) {
    DecodeInputs inputs = makeInputs({kTokens});
    inputs.cacheScale = 1;
    std::vector<float> values(inputs.shape.d_qk());
    for (int64_t token = 0; token < kTokens; ++token) {
      std::fill_n(values.begin(), inputs.shape.d_latent, token == sink ? 0.0f : 1.0f);
      values[0] = token == sink;
      for (int64_t column = 128; column < inputs.shape.d_latent; ++column)
        values[column] *= rest;
      uint8_t *page = inputs.cache.data() + inputs.blockTable[token / 64] * inputs.layout().pageStride;
      writeToken(inputs.layout(), page, token % 64, values.data(), inputs.cacheScale);
    }
    std::fill(inputs.q.begin(), inputs.q.end(), 0);
    inputs.q[0] = roundToElement(Element::BF16, static_cast<float>(distance * std::log(2.0) / inputs.softmaxScale));
    quantizeQueries(inputs);
    return inputs;
  }

  /// What the kernel leaves of the others in a column, relative to the reference.
  double getShare(const DecodeInputs &inputs, int64_t multiprocessors = 1, int64_t column = 1) {
    std::vector<double> reference(inputs.shape.d_latent);
    decodeRow(inputs, 0, 0, 0, reference.data());
    return elementToFloat(Element::BF16, run(inputs, multiprocessors).out[column]) / reference[column];
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

class DecodeE4M3Groups : public DecodeE4M3Sink {};

/// Where a group of columns has a scale of 2^-10 of the largest, beside weights of 2^-17: both are in the range of f16.
TEST_P(DecodeE4M3Groups, SmallGroupsKeepTheirWeights) {
  for (double distance : {8.0, 17.0})
    EXPECT_NEAR(getShare(makeSink(/*sink=*/0, distance, /*rest=*/0x1p-10f), /*multiprocessors=*/1, /*column=*/200), 1.0,
                0x1p-8)
        << "2^" << distance;
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

static std::string getName(const testing::TestParamInfo<Class> &info) {
  return std::string(mla::stringify(info.param.format)) + "_" + std::string(mla::stringify(info.param.precision)) +
         "_" + info.param.kernel;
}
constexpr Class kOneScale[] = {{mla::CacheFormat::E4M3, mla::Precision::BF16, "attend"},
                               {mla::CacheFormat::E4M3, mla::Precision::BF16, "attend_16"},
                               {mla::CacheFormat::E4M3, mla::Precision::E4M3, "attend"},
                               {mla::CacheFormat::E4M3, mla::Precision::E4M3, "attend_16"},
                               {mla::CacheFormat::E4M3, mla::Precision::E4M3Queries, "attend"},
                               {mla::CacheFormat::E4M3, mla::Precision::E4M3Queries, "attend_16"}};
constexpr Class kOwnScales[] = {{mla::CacheFormat::E4M3Token, mla::Precision::E4M3, "attend"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::E4M3, "attend_16"},
                                {mla::CacheFormat::E4M3Group, mla::Precision::E4M3, "attend"},
                                {mla::CacheFormat::E4M3Group, mla::Precision::E4M3, "attend_16"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::BF16, "attend"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::BF16, "attend_16"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::BF16, "attend_32"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::E4M3Queries, "attend"},
                                {mla::CacheFormat::E4M3Token, mla::Precision::E4M3Queries, "attend_16"},
                                {mla::CacheFormat::E4M3Group, mla::Precision::E4M3Queries, "attend"},
                                {mla::CacheFormat::E4M3Group, mla::Precision::E4M3Queries, "attend_16"},
                                {mla::CacheFormat::E4M3Group, mla::Precision::E4M3Queries, "attend_32"},
                                // For more rows these are dequantised.
                                {mla::CacheFormat::E4M3Group, mla::Precision::BF16, "attend_16"}};
static std::vector<Class> getGroups() {
  std::vector<Class> groups;
  for (const Class &each : kOwnScales)
    if (each.format == mla::CacheFormat::E4M3Group)
      groups.push_back(each);
  return groups;
}
INSTANTIATE_TEST_SUITE_P(OneScale, DecodeE4M3, testing::ValuesIn(kOneScale), getName);
INSTANTIATE_TEST_SUITE_P(OneScale, DecodeE4M3OneScale, testing::ValuesIn(kOneScale), getName);
INSTANTIATE_TEST_SUITE_P(OneScale, DecodeE4M3Sink, testing::ValuesIn(kOneScale), getName);
INSTANTIATE_TEST_SUITE_P(OwnScales, DecodeE4M3, testing::ValuesIn(kOwnScales), getName);
INSTANTIATE_TEST_SUITE_P(OwnScales, DecodeE4M3OwnScales, testing::ValuesIn(kOwnScales), getName);
INSTANTIATE_TEST_SUITE_P(OwnScales, DecodeE4M3Sink, testing::ValuesIn(kOwnScales), getName);
INSTANTIATE_TEST_SUITE_P(OwnScales, DecodeE4M3Groups, testing::ValuesIn(getGroups()), getName);

} // namespace
