//===- AppendTest.cpp - Append and RoPE kernels against the reference ---------------------------------------===//
//
// Compiles the ops in their variants, runs them on the interpreter, and compares with the reference; and decodes what
// was appended.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "lib/Reference/Cache.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr int64_t kMultiprocessors = 2;

/// What distinguishes two append ops.
struct Variant {
  Element element = Element::BF16;
  /// Nothing: that of the element.
  std::optional<mla::CacheFormat> format;
  int64_t d_latent = 512, page_size = 64;
  /// Of slots; 0 for a block table.
  int64_t slotBits = 64, positionBits = 64;
  bool norm = true, rope = true, halfSplit = false;

  mla::CacheFormat getFormat() const { return format.value_or(getCacheFormat(element)); }
};

const char *elementName(Element element) { return element == Element::BF16 ? "bf16" : "f16"; }

RopeParameters getParameters(const Variant &variant) {
  RopeParameters parameters;
  parameters.base = 50000;
  parameters.pairing = variant.halfSplit ? Pairing::HalfSplit : Pairing::Interleaved;
  parameters.yarn = YarnParameters{40, 4096, 32, 1, 1, 0.5};
  parameters.factors.assign(32, 1);
  parameters.factors[3] = 1.0591234137867171;
  return parameters;
}

std::string getRope(const Variant &variant) {
  std::string factors = "[1.0, 1.0, 1.0, 1.0591234137867171";
  for (int i = 4; i < 32; ++i)
    factors += ", 1.0";
  return llvm::formatv("#mla.rope<base = 50000.0, pairing = {0}, yarn = <factor = 40.0, original_length = 4096, "
                       "beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = 0.5>, factors = {1}]>",
                       variant.halfSplit ? "half_split" : "interleaved", factors);
}

std::string getIR(const Variant &variant) {
  std::string element = elementName(variant.element), lead = variant.slotBits ? "?" : "?x?";
  std::string latent = llvm::formatv("tensor<{0}x{1}x{2}>", lead, variant.d_latent, element);
  std::string key = llvm::formatv("tensor<{0}x64x{1}>", lead, element);
  std::string arguments = "%latent: " + latent + ", %k_rope: " + key + ", %cache: !cache",
              types = latent + ", " + key + ", !cache";
  std::string clauses;
  auto add = [&](StringRef clause, StringRef name, std::string type) {
    arguments += (", %" + name + ": " + type).str();
    types += ", " + type;
    clauses += (" " + clause + "(%" + name + ")").str();
  };
  if (variant.slotBits) {
    add("slots", "slots", llvm::formatv("tensor<?xi{0}>", variant.slotBits));
    if (variant.rope)
      add("positions", "positions", llvm::formatv("tensor<?xi{0}>", variant.positionBits));
  } else {
    add("block_table", "block_table", "tensor<?x?xi32>");
    add("seq_lens", "seq_lens", "tensor<?xi32>");
  }
  if (variant.getFormat() == mla::CacheFormat::E4M3)
    add("cache_scale", "cache_scale", "tensor<f32>");
  if (variant.norm) {
    add("norm", "weight", llvm::formatv("tensor<{0}x{1}>", variant.d_latent, element));
    clauses += " eps 1.0e-06";
  }
  if (variant.rope)
    clauses += " rope(" + getRope(variant) + ")";
  return llvm::formatv(R"(
!cache = !mla.paged_cache<{0}, page_size = {1}, d_latent = {2}, d_rope = 64>
func.func @append({3}) -> !cache {{
  %after = mla.append %latent, %k_rope to %cache{4} : ({5}) -> !cache
  return %after : !cache
})",
                       StringRef(stringify(variant.getFormat())), variant.page_size, variant.d_latent, arguments,
                       clauses, types);
}

AppendInputs makeInputs(const Variant &variant) {
  AppendInputs inputs;
  inputs.element = variant.element;
  inputs.format = variant.getFormat();
  inputs.d_latent = variant.d_latent;
  inputs.page_size = variant.page_size;
  inputs.hasSlots = variant.slotBits != 0;
  inputs.weight.resize(variant.norm ? variant.d_latent : 0);
  inputs.eps = 1e-6f;
  if (variant.rope)
    inputs.rope = makeRope(getParameters(variant));
  return inputs;
}

class Kernels : public ::testing::Test, protected KernelCompiler {
protected:
  std::vector<uint8_t> append(ModuleOp module, const AppendInputs &inputs) {
    InterpreterReport report;
    std::vector<uint8_t> cache;
    EXPECT_TRUE(
        succeeded(interpretAppend(getProgram(module), inputs, kMultiprocessors, InterpreterOptions(), report, cache)));
    EXPECT_TRUE(report.clean());
    emitFindings(report);
    return cache;
  }

  void expectAppends(const Variant &variant, AppendInputs inputs, const AppendInputOptions &options = {}) {
    SCOPED_TRACE(getIR(variant));
    fillAppendInputs(inputs, options);
    OwningOpRef<ModuleOp> module = compile(getIR(variant));
    ElementComparison comparison = compareAppend(inputs, append(*module, inputs));
    EXPECT_TRUE(comparison.withinBounds()) << "element " << comparison.worstElement << " is " << comparison.worstValue
                                           << ", reference " << comparison.worstReference;
  }
};

TEST_F(Kernels, AppendVariants) {
  Variant variants[14];
  variants[1].element = Element::F16;
  variants[2].d_latent = 256;
  variants[3].page_size = 1;
  variants[4].slotBits = 32;
  variants[5].positionBits = 32;
  variants[6].norm = false;
  variants[7].rope = false;
  variants[8].halfSplit = true;
  variants[9].halfSplit = true, variants[9].element = Element::F16;
  variants[10].norm = variants[10].rope = false;
  variants[11].d_latent = 128;
  variants[12].d_latent = 384;
  variants[13].d_latent = 1024;
  for (const Variant &variant : variants) {
    AppendInputs inputs = makeInputs(variant);
    inputs.tokens = 75;
    AppendInputOptions options;
    options.skipEvery = 5;
    expectAppends(variant, inputs, options);
  }
}

TEST_F(Kernels, AppendFormats) {
  for (mla::CacheFormat format : {mla::CacheFormat::E4M3, mla::CacheFormat::E4M3Token, mla::CacheFormat::E4M3Group}) {
    Variant variants[8];
    variants[1].norm = false;
    variants[2].rope = false;
    variants[3].halfSplit = true;
    variants[4].norm = variants[4].rope = false;
    variants[5].slotBits = variants[5].positionBits = 0;
    variants[6].page_size = 4;
    variants[7].d_latent = format == mla::CacheFormat::E4M3Group ? 512 : 256;
    for (Variant &variant : variants) {
      variant.format = format;
      AppendInputs inputs = makeInputs(variant);
      inputs.tokens = 75;
      inputs.s_q = 2;
      inputs.seqLens = {0, 1, 2, 64, 65, 300};
      AppendInputOptions options;
      options.skipEvery = 5;
      expectAppends(variant, inputs, options);
    }
  }
  Variant variant;
  variant.element = Element::F16;
  variant.format = mla::CacheFormat::E4M3;
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 3;
  expectAppends(variant, inputs);
}

/// Infinities and NaN do not count for a scale; zeros have the least one.
TEST_F(Kernels, AppendScalesOfOddValues) {
  for (mla::CacheFormat format : {mla::CacheFormat::E4M3Token, mla::CacheFormat::E4M3Group}) {
    Variant variant;
    variant.format = format;
    variant.norm = false;
    AppendInputs inputs = makeInputs(variant);
    inputs.tokens = 3;
    fillAppendInputs(inputs, {});
    std::fill_n(inputs.latent.begin(), 512, 0);
    inputs.latent[512] = 0x7f80;  // +inf
    inputs.latent[1024] = 0x7fc0; // NaN
    OwningOpRef<ModuleOp> module = compile(getIR(variant));
    std::vector<uint8_t> cache = append(*module, inputs);
    mla::CacheLayout layout = inputs.layout();
    auto read = [&](int64_t token) {
      int64_t slot = inputs.slots[token];
      std::vector<double> values(inputs.d_qk());
      readToken(layout, cache.data() + slot / 64 * layout.pageStride, slot % 64, 1, values.data());
      return values;
    };
    for (int64_t i = 0; i < 512; ++i)
      EXPECT_EQ(read(0)[i], 0);
    std::vector<double> infinite = read(1), nan = read(2);
    EXPECT_TRUE(std::isfinite(infinite[0]) && infinite[0] > 2);
    EXPECT_TRUE(std::isnan(nan[0]));
    EXPECT_TRUE(std::isfinite(nan[1]));
  }
}

TEST_F(Kernels, AppendNumbersOfTokens) {
  Variant variant;
  // Two blocks of eight warps with two tokens each for every multiprocessor: 64 at a time.
  for (int64_t tokens : {0, 1, 2, 31, 32, 33, 64, 65, 200}) {
    AppendInputs inputs = makeInputs(variant);
    inputs.tokens = tokens;
    expectAppends(variant, inputs);
  }
}

/// Latent and key part are often columns of one matrix.
TEST_F(Kernels, AppendStrided) {
  Variant variant;
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 40;
  inputs.latentStride = 576;
  inputs.kRopeStride = 584;
  expectAppends(variant, inputs);
}

TEST_F(Kernels, AppendAllSkipped) {
  Variant variant;
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 20;
  AppendInputOptions options;
  options.skipEvery = 1;
  expectAppends(variant, inputs, options);
}

TEST_F(Kernels, AppendByBlockTable) {
  for (bool halfSplit : {false, true})
    for (int64_t queries : {1, 2, 70}) {
      Variant variant;
      variant.slotBits = variant.positionBits = 0;
      variant.halfSplit = halfSplit;
      variant.page_size = halfSplit ? 16 : 64;
      AppendInputs inputs = makeInputs(variant);
      inputs.s_q = queries;
      inputs.seqLens = {0, 1, 63, 64, 65, 1000, 70, -3, std::numeric_limits<int32_t>::min()};
      expectAppends(variant, inputs);
    }
}

TEST_F(Kernels, ZerosStayFinite) {
  Variant variant;
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 3;
  fillAppendInputs(inputs, {});
  std::fill(inputs.latent.begin(), inputs.latent.end(), 0);
  OwningOpRef<ModuleOp> module = compile(getIR(variant));
  EXPECT_TRUE(compareAppend(inputs, append(*module, inputs)).withinBounds());
}

/// Reading what the kernel wrote gives attention over the reference's values, rounded: the same as for a cache that
/// held the values before.
/// What the append kernel wrote, the decode kernel reads; and the reference on values that the reference quantised
/// agrees.
TEST_F(Kernels, AppendThenDecode) {
  struct Case {
    mla::CacheFormat format;
    mla::Precision precision;
  };
  for (Case each :
       {Case{mla::CacheFormat::BF16, mla::Precision::BF16}, Case{mla::CacheFormat::E4M3, mla::Precision::BF16},
        Case{mla::CacheFormat::E4M3, mla::Precision::E4M3}}) {
    bool hasScale = each.format == mla::CacheFormat::E4M3;
    Variant variant;
    variant.format = each.format;
    variant.slotBits = variant.positionBits = 0;
    AppendInputs inputs = makeInputs(variant);
    inputs.s_q = 130;
    inputs.seqLens = {130, 129, 65, 0};
    fillAppendInputs(inputs, {});
    OwningOpRef<ModuleOp> module = compile(getIR(variant));
    std::vector<uint8_t> cache = append(*module, inputs);

    DecodeShape shape;
    shape.h_q = 3;
    DecodeInputs decode = makeDecodeInputs(shape, Element::BF16, 0.07f, /*causal=*/true, inputs.seqLens, {});
    decode.cache = cache;
    decode.format = each.format;
    decode.precision = each.precision;
    decode.cacheScale = inputs.cacheScale;
    decode.shape.numPages = decode.storedPages = inputs.numPages;
    decode.shape.blockTableStride = inputs.blockTableStride;
    decode.blockTable = inputs.blockTable;
    std::string text = llvm::formatv(
        R"(
!cache = !mla.paged_cache<{0}, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>{1})
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {{
  %out, %lse = mla.decode %q, %cache, %table, %lens{2} scale 0.07 causal{3}
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>{4})
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
})",
        mla::stringify(each.format), hasScale ? ", %scale: tensor<f32>" : "", hasScale ? ", %scale" : "",
        each.precision == mla::Precision::E4M3 ? " precision <e4m3>" : "", hasScale ? ", tensor<f32>" : "");
    OwningOpRef<ModuleOp> attention = compile(text);
    InterpreterReport report;
    DecodeOutputs outputs;
    ASSERT_TRUE(succeeded(interpretDecode(getProgram(*attention), decode, 4, InterpreterOptions(), report, outputs)));
    EXPECT_TRUE(report.clean());
    ErrorBounds bounds = getErrorBounds(Element::BF16, each.format, each.precision);
    EXPECT_TRUE(compareDecode(decode, outputs).withinBounds(bounds));

    std::vector<double> values(inputs.d_qk());
    mla::CacheLayout layout = inputs.layout();
    for (int64_t token = 0; token < inputs.tokens; ++token) {
      int64_t slot = findPlace(inputs, token).slot;
      if (slot < 0)
        continue;
      appendToken(inputs, token, values.data());
      std::vector<float> rounded(values.begin(), values.end());
      writeToken(layout, decode.cache.data() + slot / 64 * layout.pageStride, slot % 64, rounded.data(),
                 inputs.cacheScale);
    }
    EXPECT_TRUE(compareDecode(decode, outputs).withinBounds(bounds));
  }
}

/// What is neither normed nor turned has the bits of writeToken, whatever the scale of the cache.
TEST_F(Kernels, QuantisesAsTheReferenceDoes) {
  for (mla::CacheFormat format : {mla::CacheFormat::E4M3, mla::CacheFormat::E4M3Token, mla::CacheFormat::E4M3Group})
    for (float scale : {0.0078125f, 0.0317f, 3.3e-5f, 0.0f, 1e-40f}) {
      SCOPED_TRACE(::testing::Message() << std::string(mla::stringify(format)) << " " << scale);
      Variant variant;
      variant.format = format;
      variant.norm = variant.rope = false;
      OwningOpRef<ModuleOp> module = compile(getIR(variant));
      AppendInputs inputs = makeInputs(variant);
      inputs.tokens = 65;
      AppendInputOptions options;
      options.seed = 9;
      fillAppendInputs(inputs, options);
      inputs.cacheScale = scale;
      inputs.latent[0] = 0;
      inputs.latent[1] = 0x7f80; // infinity
      inputs.latent[2] = 0x7fc0; // NaN
      inputs.latent[3] = 0x0001; // denormal
      InterpreterReport report;
      std::vector<uint8_t> cache, expected = inputs.cache;
      ASSERT_TRUE(succeeded(interpretAppend(getProgram(*module), inputs, kMultiprocessors, {}, report, cache)));
      EXPECT_TRUE(report.clean());
      mla::CacheLayout layout = inputs.layout();
      for (int64_t token = 0; token < inputs.tokens; ++token) {
        std::vector<double> values(inputs.d_qk());
        appendToken(inputs, token, values.data());
        std::vector<float> exact(values.begin(), values.end());
        int64_t slot = findPlace(inputs, token).slot;
        writeToken(layout, expected.data() + slot / 64 * layout.pageStride, slot % 64, exact.data(), scale);
      }
      EXPECT_EQ(cache, expected);
    }
}

TEST_F(Kernels, Rope) {
  for (Element element : {Element::BF16, Element::F16})
    for (bool halfSplit : {false, true})
      for (int64_t heads : {1, 3, 4, 16, 33}) {
        Variant variant;
        variant.halfSplit = halfSplit;
        int64_t bits = halfSplit ? 32 : 64;
        std::string type = llvm::formatv("tensor<?x{0}x64x{1}>", heads == 16 ? "16" : "?", elementName(element));
        std::string text = llvm::formatv(R"(
func.func @rope(%x: {0}, %positions: tensor<?xi{1}>) -> {0} {{
  %out = mla.rope %x, %positions by({2}) : ({0}, tensor<?xi{1}>) -> {0}
  return %out : {0}
})",
                                         type, bits, getRope(variant));
        SCOPED_TRACE(text);
        OwningOpRef<ModuleOp> module = compile(text);
        RopeInputs inputs;
        inputs.element = element;
        inputs.heads = heads;
        inputs.tokens = 9;
        inputs.rope = makeRope(getParameters(variant));
        fillRopeInputs(inputs, {});
        InterpreterReport report;
        std::vector<uint16_t> out;
        ASSERT_TRUE(
            succeeded(interpretRope(getProgram(*module), inputs, kMultiprocessors, InterpreterOptions(), report, out)));
        EXPECT_TRUE(report.clean());
        ElementComparison comparison = compareRope(inputs, out);
        EXPECT_TRUE(comparison.withinBounds()) << "element " << comparison.worstElement << " is "
                                               << comparison.worstValue << ", reference " << comparison.worstReference;
      }
}

/// What breaks P1 of the op is undefined, but the interpreter says so.
TEST_F(Kernels, FindsSlotsThatBreakThePreconditions) {
  Variant variant;
  OwningOpRef<ModuleOp> module = compile(getIR(variant));
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 4;
  fillAppendInputs(inputs, {});
  auto find = [&](int64_t token, int64_t slot) {
    AppendInputs broken = inputs;
    broken.slots[token] = slot;
    InterpreterReport report;
    std::vector<uint8_t> cache;
    EXPECT_TRUE(succeeded(interpretAppend(getProgram(*module), broken, kMultiprocessors, {}, report, cache)));
    return report.clean() ? std::nullopt : std::optional(report.findings.front().kind);
  };
  int64_t slots = inputs.numPages * inputs.page_size;
  EXPECT_EQ(find(1, inputs.slots[0]), FindingKind::Race);
  EXPECT_EQ(find(3, slots), FindingKind::OutOfBounds);
  EXPECT_EQ(find(3, std::numeric_limits<int64_t>::max()), FindingKind::OutOfBounds);
  EXPECT_EQ(find(3, std::numeric_limits<int64_t>::min()), std::nullopt);
}

/// Positions at both ends of their range, in both widths.
TEST_F(Kernels, AppendAtHugePositions) {
  for (int64_t bits : {32, 64}) {
    Variant variant;
    variant.positionBits = bits;
    AppendInputs inputs = makeInputs(variant);
    inputs.tokens = 9;
    AppendInputOptions options;
    options.maxPosition = int64_t(1) << 31;
    expectAppends(variant, inputs, options);
  }
}

TEST_F(Kernels, RefusesInputsOfOtherShapes) {
  Variant variant;
  OwningOpRef<ModuleOp> module = compile(getIR(variant));
  AppendInputs inputs = makeInputs(variant);
  inputs.tokens = 4;
  fillAppendInputs(inputs, {});
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  auto refuse = [&](const AppendInputs &other) {
    InterpreterReport report;
    std::vector<uint8_t> cache;
    message.clear();
    EXPECT_TRUE(failed(interpretAppend(getProgram(*module), other, kMultiprocessors, {}, report, cache)));
    return message;
  };
  AppendInputs other = inputs;
  other.element = Element::F16;
  EXPECT_EQ(refuse(other), "expected inputs of 'bf16', but got f16");
  other = inputs;
  other.format = mla::CacheFormat::F16;
  EXPECT_EQ(refuse(other), "expected a cache of format bf16, but got f16");
  other = inputs;
  other.page_size = 1;
  EXPECT_EQ(refuse(other), "expected page size 64, but got 1");
  other = inputs;
  other.d_latent = 256;
  EXPECT_EQ(refuse(other), "expected latent width 512, but got 256");
  other = inputs;
  other.d_rope = 32;
  EXPECT_EQ(refuse(other), "expected RoPE width 64, but got 32");
  other = inputs;
  other.hasSlots = false;
  EXPECT_EQ(refuse(other), "expected inputs with slots");
  other = inputs;
  other.weight.clear();
  EXPECT_EQ(refuse(other), "expected inputs with a norm's weight");
  other = inputs;
  other.tokens = -1;
  EXPECT_EQ(refuse(other), "expected 0 to 1073741824 tokens, but got -1");
  other = inputs;
  other.latent.pop_back();
  EXPECT_EQ(refuse(other), "expected 2048 elements of the latents, but got 2047");
}

} // namespace
