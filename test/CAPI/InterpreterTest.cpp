//===- InterpreterTest.cpp - Calls of the runtime on the host, from C -----------------------------------------===//
#include "mla/MLAInterpreter.h"
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

struct Report {
  std::string text;
  static void add(MlaSeverity, const char *message, void *userData) {
    static_cast<Report *>(userData)->text += std::string(message) + "\n";
  }
};

struct Deleter {
  void operator()(MlaProgram *program) const { mlaProgramDestroy(program); }
};
using Program = std::unique_ptr<MlaProgram, Deleter>;

constexpr const char *kDecode = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.0721687824 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)";

constexpr const char *kRope = R"(
func.func @rope(%x: tensor<?x?x64xbf16>, %positions: tensor<?xi32>) -> tensor<?x?x64xbf16> {
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x?x64xbf16>, tensor<?xi32>) -> tensor<?x?x64xbf16>
  return %out : tensor<?x?x64xbf16>
}
)";

constexpr const char *kAppend = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @append(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi64>) -> !cache {
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !cache, tensor<?xi64>) -> !cache
  return %after : !cache
}
)";

constexpr const char *kPrefill = R"(
func.func @prefill(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %k_rope: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>,
                   %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687824 causal
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}
)";

constexpr const char *kDecodeQueries = R"(
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xf8E4M3FN>, %cache: !cache, %block_table: tensor<?x?xi32>,
                  %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>, %q_scale: tensor<f32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale q_scale(%q_scale) scale 0.015625 causal
      precision <e4m3_queries>
      : (tensor<?x?x?x576xf8E4M3FN>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>, tensor<f32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
)";

constexpr const char *kPrefillAbsorbed = R"(
func.func @prefill_absorbed(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>,
                            %cu_seqlens_kv: tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 0.015625 causal
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x512xbf16>, tensor<?x2xf32>
}
)";

constexpr const char *kPrefillAbsorbedPaged = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @prefill_absorbed(%q: tensor<?x2x576xbf16>, %cache: !cache, %cu_seqlens_q: tensor<?xi32>,
                            %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x2x512xbf16>, tensor<?x2xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
      scale 0.015625 causal
      : (tensor<?x2x576xbf16>, !cache, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x512xbf16>, tensor<?x2xf32>
}
)";

constexpr const char *kMerge = R"(
func.func @merge(%out_a: tensor<?x2x32xf32>, %lse_a: tensor<2x?xf32>, %out_b: tensor<?x2x32xf32>, %lse_b: tensor<2x?xf32>)
    -> (tensor<?x2x32xf32>, tensor<2x?xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b heads_first
      : (tensor<?x2x32xf32>, tensor<2x?xf32>, tensor<?x2x32xf32>, tensor<2x?xf32>) -> (tensor<?x2x32xf32>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x32xf32>, tensor<2x?xf32>
}
)";

constexpr const char *kPrefillAbsorbedE4M3 = R"(
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @prefill_absorbed(%q: tensor<?x2x576xbf16>, %cache: !cache, %cu_seqlens_q: tensor<?xi32>,
                            %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>)
    -> (tensor<?x2x512xbf16>, tensor<?x2xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
      cache_scale(%cache_scale) scale 0.015625 causal
      : (tensor<?x2x576xbf16>, !cache, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x512xbf16>, tensor<?x2xf32>
}
)";

Program makeProgram(const char *text) {
  Report report;
  Program program(mlaProgramCreate(text, strlen(text), "test", nullptr, Report::add, &report));
  EXPECT_NE(program, nullptr) << report.text;
  return program;
}

constexpr uint16_t kOne = 0x3f80, kTwo = 0x4000; // bf16

/// A problem of one request whose tokens all hold ones: out is 1, lse is ln(n) + scale · 576.
struct Decode {
  std::vector<uint16_t> q = std::vector<uint16_t>(2 * 576, kOne), cache = std::vector<uint16_t>(2 * 64 * 576, kOne);
  std::vector<int32_t> blockTable = {1, 0}, seqLens = {65};
  std::vector<uint16_t> out = std::vector<uint16_t>(2 * 512);
  std::vector<float> lse = std::vector<float>(2);
  mla_decode_desc_t desc = MLA_DECODE_DESC_INIT;
  mla_decode_args_t args = MLA_DECODE_ARGS_INIT;

  Decode() {
    desc.causal = 1;
    desc.b = desc.s_q = 1;
    desc.h_q = desc.num_pages = desc.block_table_stride = 2;
    desc.d_latent = 512;
    desc.d_rope = desc.page_size = 64;
    args.q = q.data();
    args.cache = cache.data();
    args.block_table = blockTable.data();
    args.seq_lens = seqLens.data();
    args.out = out.data();
    args.lse = lse.data();
  }

  /// Runs it on so many multiprocessors; what was reported.
  std::string run(const MlaProgram *program, bool good, int multiprocessors = 4) {
    Report report;
    EXPECT_EQ(mlaProgramRunDecode(program, &desc, &args, multiprocessors, Report::add, &report), good) << report.text;
    return report.text;
  }
};

void expectContains(const std::string &text, const std::string &part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nexpected in it: " << part;
}

TEST(InterpreterProgram, Decodes) {
  Program program = makeProgram(kDecode);
  Decode decode;
  decode.run(program.get(), true);
  EXPECT_EQ(decode.out, std::vector<uint16_t>(2 * 512, kOne));
  for (float lse : decode.lse)
    EXPECT_NEAR(lse, std::log(65.0) + 576 * 0.0721687824, 1e-3);
  decode.desc.softmax_scale = 0.5f;
  decode.run(program.get(), true);
  EXPECT_NEAR(decode.lse[0], std::log(65.0) + 288, 1e-3);
}

/// The relative error of a request of 66 equal rows, for which the maximum may lag, that the last of 131 tokens dominates, with a weight of 32.374 in
/// units of the first's: as far from a number of bf16 as one can be. The others weigh nothing.
double getErrorOfDominatedRequest(const char *schedule) {
  constexpr int kTokens = 131, kColumns = 512, kRow = 576, kHeads = 66;
  Report report;
  MlaCompileOptions *options = mlaCompileOptionsCreate();
  EXPECT_TRUE(mlaCompileOptionsSet(options, "schedule", schedule, Report::add, &report)) << report.text;
  Program program(mlaProgramCreate(kDecode, strlen(kDecode), "test", options, Report::add, &report));
  mlaCompileOptionsDestroy(options);
  EXPECT_NE(program, nullptr) << report.text;

  // Scores are the first column, in log2 units up to a factor; the other columns are values.
  auto toBits = [](float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return static_cast<uint16_t>(bits >> 16);
  };
  auto toFloat = [](uint16_t half) {
    uint32_t bits = static_cast<uint32_t>(half) << 16;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
  };
  Decode decode;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  decode.q.assign(kHeads * kRow, 0);
  for (int head = 0; head < kHeads; ++head)
    decode.q[head * kRow] = kOne;
  decode.out.resize(kHeads * kColumns);
  decode.lse.resize(kHeads);
  decode.desc.h_q = kHeads;
  decode.args.q = decode.q.data();
  decode.args.out = decode.out.data();
  decode.args.lse = decode.lse.data();
  decode.cache.resize(3 * 64 * kRow);
  for (uint16_t &element : decode.cache)
    element = toBits(normal(random));
  for (int token = 0; token < kTokens; ++token)
    decode.cache[token * kRow] = toBits(token == 0 ? 0.0f : token == kTokens - 1 ? 5.0f : -60.0f);
  decode.blockTable = {0, 1, 2};
  decode.seqLens = {kTokens};
  decode.desc.num_pages = decode.desc.block_table_stride = 3;
  decode.desc.softmax_scale = static_cast<float>(1.00336 * std::log(2.0));
  decode.args.cache = decode.cache.data();
  decode.args.block_table = decode.blockTable.data();
  decode.args.seq_lens = decode.seqLens.data();
  // On one, so that nothing is split.
  decode.run(program.get(), true, 1);

  double weight = std::exp(5 * static_cast<double>(decode.desc.softmax_scale)), error = 0, norm = 0;
  for (int column = 1; column < kColumns; ++column) {
    double first = toFloat(decode.cache[column]), last = toFloat(decode.cache[(kTokens - 1) * kRow + column]);
    double expected = (first + weight * last) / (1 + weight);
    error += std::pow(toFloat(decode.out[column]) - expected, 2);
    norm += expected * expected;
  }
  return std::sqrt(error / norm);
}

// A lag that lets the weight be rounded costs 4.1e-3 here; without one, and where the row's weights bound it, the result's rounding is all.
TEST(InterpreterProgram, LagsOnlyWhereATokenWeighsLittle) {
  EXPECT_LT(getErrorOfDominatedRequest("rescale_threshold=0"), 2e-3);
  EXPECT_LT(getErrorOfDominatedRequest("rescale_threshold=8"), 2e-3);
}

TEST(InterpreterProgram, DecodesWithQueriesOfE4M3) {
  Program program = makeProgram(kDecodeQueries);
  Decode decode;
  std::vector<uint8_t> q(2 * 576, 0x38), cache(2 * 64 * 576, 0x38); // ones
  float qScale = 0.25f, cacheScale = 2.0f;
  decode.desc.format = MLA_CACHE_FORMAT_E4M3;
  decode.desc.precision = MLA_PRECISION_E4M3_QUERIES;
  decode.args.q = q.data(), decode.args.q_scale = &qScale;
  decode.args.cache = cache.data(), decode.args.cache_scale = &cacheScale;
  decode.run(program.get(), true);
  EXPECT_EQ(decode.out, std::vector<uint16_t>(2 * 512, kTwo));
  for (float lse : decode.lse)
    EXPECT_NEAR(lse, std::log(65.0) + 576 * 0.5 * 0.015625, 1e-3);
  decode.args.q_scale = nullptr;
  expectContains(decode.run(program.get(), false), "q_scale: expected a pointer, but got null");
}

TEST(InterpreterProgram, RefusesPlacesThatAreNone) {
  Program program = makeProgram(kDecode);
  Decode decode;
  decode.seqLens[0] = 129;
  expectContains(decode.run(program.get(), false), "seq_lens: expected at most 128 tokens in request 0, but got 129");
  decode.seqLens[0] = 65;
  for (int32_t page : {-1, 2, INT32_MAX, INT32_MIN}) {
    decode.blockTable = {1, page};
    expectContains(decode.run(program.get(), false),
                   "block_table: expected pages from 0 to 1 in request 0, but got " + std::to_string(page) + " at 1");
  }
  // Entries behind the last token may hold anything, and no length is below 0.
  for (int32_t tokens : {64, 1}) {
    decode.seqLens[0] = tokens;
    decode.run(program.get(), true);
    EXPECT_EQ(decode.out, std::vector<uint16_t>(2 * 512, kOne));
  }
  decode.seqLens[0] = -5;
  decode.blockTable = {-1, -1};
  decode.run(program.get(), true);
  EXPECT_EQ(decode.out, std::vector<uint16_t>(2 * 512, 0));
}

TEST(InterpreterProgram, RefusesWhatDoesNotFit) {
  Program program = makeProgram(kDecode);
  {
    Decode decode;
    decode.desc.struct_size = 8;
    expectContains(decode.run(program.get(), false), "desc: expected struct_size");
  }
  {
    Decode decode;
    decode.args.q = nullptr;
    expectContains(decode.run(program.get(), false), "q: expected a pointer, but got null");
  }
  {
    Decode decode;
    decode.desc.num_pages = INT64_MAX / 2;
    expectContains(decode.run(program.get(), false), "cache: expected at most 2^32 bytes");
  }
  {
    Decode decode;
    decode.desc.b = -1;
    expectContains(decode.run(program.get(), false), "q: expected at most");
  }
  {
    Decode decode;
    decode.desc.page_size = 32;
    expectContains(decode.run(program.get(), false), "expected page size 64, but got 32");
  }
  {
    Decode decode;
    decode.desc.precision = MLA_PRECISION_E4M3;
    expectContains(decode.run(program.get(), false), "precision: expected 0, but got 1");
  }
  Decode decode;
  expectContains(decode.run(makeProgram(kRope).get(), false), "the program implements no decode op");
  expectContains(decode.run(nullptr, false), "expected a program, a description and arguments, but got null");
}

TEST(InterpreterProgram, Appends) {
  Program program = makeProgram(kAppend);
  std::vector<uint16_t> latent(2 * 600, kTwo), kRope(2 * 64, kOne), cache(64 * 576, 0);
  std::vector<int64_t> slots = {3, -1};
  mla_append_desc_t desc = MLA_APPEND_DESC_INIT;
  desc.d_latent = 512, desc.d_rope = desc.page_size = 64, desc.num_pages = 1;
  mla_append_args_t args = MLA_APPEND_ARGS_INIT;
  args.tokens = 2;
  args.latent = latent.data(), args.latent_stride = 600, args.k_rope = kRope.data();
  args.slots = slots.data(), args.cache = cache.data();
  Report report;
  ASSERT_TRUE(mlaProgramRunAppend(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  for (size_t i = 0; i < cache.size(); ++i)
    EXPECT_EQ(cache[i], i / 576 != 3 ? 0 : i % 576 < 512 ? kTwo : kOne) << i;
  args.latent_stride = 8;
  EXPECT_FALSE(mlaProgramRunAppend(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "latent: expected a stride of at least 512, but got 8");
  args.tokens = 0;
  args.latent_stride = 0;
  EXPECT_TRUE(mlaProgramRunAppend(program.get(), &desc, &args, 4, Report::add, &report));
  // Without tokens, too, the problem must be the program's.
  desc.d_latent = 256;
  EXPECT_FALSE(mlaProgramRunAppend(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "expected latent width 512, but got 256");
}

TEST(InterpreterProgram, Turns) {
  Program program = makeProgram(kRope);
  std::vector<uint16_t> x(64, kOne), out(64);
  std::vector<int32_t> positions = {0};
  mla_rope_desc_t desc = MLA_ROPE_DESC_INIT;
  desc.d_rope = 64, desc.heads = 1;
  mla_rope_args_t args = MLA_ROPE_ARGS_INIT;
  args.tokens = 1, args.x = x.data(), args.positions = positions.data(), args.out = out.data();
  Report report;
  ASSERT_TRUE(mlaProgramRunRope(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  EXPECT_EQ(out, x); // position 0 turns nothing
  desc.heads = INT64_MAX;
  EXPECT_FALSE(mlaProgramRunRope(program.get(), &desc, &args, 4, Report::add, &report));
  // Without tokens nothing is needed but a problem that is the program's.
  desc.heads = 1, args.tokens = 0, args.x = args.positions = args.out = nullptr;
  EXPECT_TRUE(mlaProgramRunRope(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  desc.d_rope = 32;
  EXPECT_FALSE(mlaProgramRunRope(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "expected RoPE width 64, but got 32");
}

TEST(InterpreterProgram, Prefills) {
  Program program = makeProgram(kPrefill);
  constexpr int64_t kTokens = 5;
  std::vector<uint16_t> q(kTokens * 2 * 192, kOne), k(kTokens * 2 * 128, kOne), kRope(kTokens * 64, kOne),
      v(kTokens * 2 * 128, kTwo), out(kTokens * 2 * 128);
  std::vector<float> lse(2 * kTokens);
  std::vector<int32_t> starts = {0, 5};
  mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
  desc.causal = 1, desc.h_q = 2, desc.d_nope = desc.d_v = 128, desc.d_rope = 64, desc.max_b = 1;
  desc.max_total_q = kTokens;
  mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
  args.b = 1, args.total_q = args.total_kv = kTokens;
  args.q = q.data(), args.k = k.data(), args.k_rope = kRope.data(), args.v = v.data();
  args.cu_seqlens_q = args.cu_seqlens_kv = starts.data();
  args.out = out.data(), args.lse = lse.data();
  Report report;
  ASSERT_TRUE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  EXPECT_EQ(out, std::vector<uint16_t>(out.size(), kTwo));
  for (int64_t i = 0; i < 2 * kTokens; ++i)
    EXPECT_NEAR(lse[i], std::log(double(i % kTokens + 1)) + 192 * 0.0721687824, 1e-3) << i;
  args.b = 0;
  EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "b: expected 1 to 2^24, but got 0");
}

TEST(InterpreterProgram, PrefillsInTheAbsorbedForm) {
  constexpr int64_t kQueries = 3, kTokens = 70, kStride = 584;
  std::vector<uint16_t> q(kQueries * 2 * 576, kOne), keys((kTokens - 1) * kStride + 576, kOne),
      cache(3 * 64 * 576, kOne);
  std::vector<int32_t> startsQ = {0, kQueries}, startsKv = {0, kTokens}, blockTable = {2, 0}, seqLens = {kTokens};
  for (bool paged : {false, true}) {
    Program program = makeProgram(paged ? kPrefillAbsorbedPaged : kPrefillAbsorbed);
    std::vector<uint16_t> out(kQueries * 2 * 512);
    std::vector<float> lse(kQueries * 2);
    mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
    desc.form = MLA_PREFILL_FORM_ABSORBED;
    desc.causal = 1, desc.h_q = 2, desc.d_nope = desc.d_v = 512, desc.d_rope = 64, desc.max_b = 1;
    desc.max_total_q = kQueries;
    mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
    args.b = 1, args.total_q = kQueries;
    args.q = q.data(), args.cu_seqlens_q = startsQ.data(), args.out = out.data(), args.lse = lse.data();
    if (paged) {
      desc.page_size = 64, desc.num_pages = 3, desc.block_table_stride = 2;
      args.keys = cache.data(), args.block_table = blockTable.data(), args.seq_lens = seqLens.data();
    } else {
      desc.key_stride = kStride;
      args.total_kv = kTokens, args.keys = keys.data(), args.cu_seqlens_kv = startsKv.data();
    }
    Report report;
    ASSERT_TRUE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
    EXPECT_EQ(out, std::vector<uint16_t>(out.size(), kOne));
    for (int64_t i = 0; i < 2 * kQueries; ++i)
      EXPECT_NEAR(lse[i], std::log(double(kTokens - kQueries + 1 + i / 2)) + 576 * 0.015625, 1e-3) << i;
    args.keys = nullptr;
    EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
    expectContains(report.text, "keys: expected a pointer, but got null");
    desc.form = MLA_PREFILL_FORM_MHA;
    EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
    expectContains(report.text, "form: expected 1, but got 0");
    desc.form = MLA_PREFILL_FORM_ABSORBED;
    desc.page_size = paged ? 0 : 64;
    EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
    expectContains(report.text, paged ? "page_size: expected 64, but got 0" : "page_size: expected 0, but got 64");
  }
}

TEST(InterpreterProgram, Merges) {
  Program program = makeProgram(kMerge);
  constexpr int64_t kTokens = 3, kRows = 2 * kTokens;
  std::vector<float> outA(kRows * 32, 1), outB(kRows * 32, 5), lseA(kRows, std::log(3.0f)), lseB(kRows, 0);
  lseA[4] = -INFINITY; // head 1, token 1: row 3
  mla_merge_desc_t desc = MLA_MERGE_DESC_INIT;
  desc.element = MLA_ELEMENT_F32, desc.heads = 2, desc.d_v = 32, desc.heads_first = 1;
  mla_merge_args_t args = MLA_MERGE_ARGS_INIT;
  args.tokens = kTokens;
  args.out_a = outA.data(), args.lse_a = lseA.data(), args.out_b = outB.data(), args.lse_b = lseB.data();
  args.out = outA.data(), args.lse = lseA.data(); // in place
  Report report;
  ASSERT_TRUE(mlaProgramRunMerge(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  for (int64_t i = 0; i < kRows * 32; ++i)
    EXPECT_NEAR(outA[i], i / 32 == 3 ? 5 : 2, 1e-5) << i; // weights 3/4 and 1/4
  for (int64_t i = 0; i < kRows; ++i)
    EXPECT_NEAR(lseA[i], i == 4 ? 0 : std::log(4.0), 1e-5) << i;

  auto expectRefused = [&](const char *part) {
    Report report;
    EXPECT_FALSE(mlaProgramRunMerge(program.get(), &desc, &args, 4, Report::add, &report));
    expectContains(report.text, part);
  };
  args.lse_b = nullptr;
  expectRefused("lse_b: expected a pointer, but got null");
  args.lse_b = lseB.data(), args.out = nullptr;
  expectRefused("expected pointers for out and lse, but got null");
  args.out = outA.data(), args.tokens = -1;
  expectRefused("tokens: expected at least 0, but got -1");
  args.tokens = INT64_MAX;
  expectRefused("out_a: expected at most 2^32 bytes");
  // Whatever the tokens are, the problem must be the program's.
  for (int64_t tokens : {kTokens, int64_t(0)}) {
    args.tokens = tokens, desc.heads = 1;
    expectRefused("expected heads 2, but got 1");
    desc.heads = 0;
    expectRefused("expected heads 2, but got 0");
    desc.heads = 2, desc.d_v = 16;
    expectRefused("expected d_v 32, but got 16");
    desc.d_v = 32, desc.heads_first = 2;
    expectRefused("heads_first: expected 1, but got 2");
    desc.heads_first = 1, desc.element = MLA_ELEMENT_F16;
    expectRefused("expected inputs of 'f32', but got another element type");
    desc.element = MLA_ELEMENT_F32;
  }
  args.out_a = args.out_b = args.lse_a = args.lse_b = nullptr, args.out = args.lse = nullptr;
  EXPECT_TRUE(mlaProgramRunMerge(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  desc.element = mla_element_t(2);
  expectRefused("desc: expected an element of the runtime's");
  program = makeProgram(kRope);
  expectRefused("the program implements no merge op");
  args.struct_size = 8;
  expectRefused("args: expected struct_size");
}

TEST(InterpreterProgram, PrefillsFromACacheOfE4M3) {
  constexpr int64_t kQueries = 3, kTokens = 70;
  constexpr uint8_t kOneE4M3 = 0x38;
  Program program = makeProgram(kPrefillAbsorbedE4M3);
  std::vector<uint16_t> q(kQueries * 2 * 576, kOne), out(kQueries * 2 * 512);
  std::vector<uint8_t> cache(3 * 64 * 576, kOneE4M3);
  std::vector<int32_t> startsQ = {0, kQueries}, blockTable = {2, 0}, seqLens = {kTokens};
  std::vector<float> lse(kQueries * 2);
  float scale = 2;
  mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
  desc.form = MLA_PREFILL_FORM_ABSORBED, desc.format = MLA_CACHE_FORMAT_E4M3;
  desc.causal = 1, desc.h_q = 2, desc.d_nope = desc.d_v = 512, desc.d_rope = 64, desc.max_b = 1;
  desc.max_total_q = kQueries, desc.page_size = 64, desc.num_pages = 3, desc.block_table_stride = 2;
  mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
  args.b = 1, args.total_q = kQueries;
  args.q = q.data(), args.cu_seqlens_q = startsQ.data(), args.out = out.data(), args.lse = lse.data();
  args.keys = cache.data(), args.block_table = blockTable.data(), args.seq_lens = seqLens.data();
  args.cache_scale = &scale;
  Report report;
  ASSERT_TRUE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  EXPECT_EQ(out, std::vector<uint16_t>(out.size(), kTwo));
  for (int64_t i = 0; i < 2 * kQueries; ++i)
    EXPECT_NEAR(lse[i], std::log(double(kTokens - kQueries + 1 + i / 2)) + 2 * 576 * 0.015625, 1e-3) << i;
  blockTable[1] = 3;
  EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "block_table: expected pages from 0 to 2 in request 0, but got 3 at 1");
  // A sequence without queries may have any pages, and a call without queries no results.
  args.total_q = 0, startsQ[1] = 0, args.q = args.out = nullptr, args.lse = nullptr;
  EXPECT_TRUE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report)) << report.text;
  args.cache_scale = nullptr;
  EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "cache_scale: expected a pointer, but got null");
  desc.format = MLA_CACHE_FORMAT_BF16;
  EXPECT_FALSE(mlaProgramRunPrefill(program.get(), &desc, &args, 4, Report::add, &report));
  expectContains(report.text, "format: expected 2, but got 0");
}

TEST(InterpreterProgram, IsOneOpOrNone) {
  Report report;
  EXPECT_EQ(mlaProgramCreate("module {}", 9, "empty", nullptr, Report::add, &report), nullptr);
  expectContains(report.text, "to compile, but got none");
  std::string two = std::string(kRope) + kPrefill;
  EXPECT_EQ(mlaProgramCreate(two.data(), two.size(), "two", nullptr, Report::add, &report), nullptr);
  expectContains(report.text, "two: expected one op of the mla dialect, but got 2");
  EXPECT_EQ(mlaProgramCreate("func.func @", 11, "broken.mlir", nullptr, Report::add, &report), nullptr);
  expectContains(report.text, "broken.mlir:1:");
  EXPECT_EQ(mlaProgramCreate(nullptr, 0, "null", nullptr, Report::add, &report), nullptr);
  EXPECT_EQ(mlaProgramCreate("", 0, nullptr, nullptr, Report::add, &report), nullptr);
  expectContains(report.text, "expected a text and a name, but got null");
  std::string deep(300, '(');
  EXPECT_EQ(mlaProgramCreate(deep.data(), deep.size(), "deep.mlir", nullptr, Report::add, &report), nullptr);
  expectContains(report.text, "deep.mlir:1:257: expected at most 256 levels of brackets");
  mlaProgramDestroy(nullptr);
}

} // namespace
