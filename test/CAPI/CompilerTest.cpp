//===- CompilerTest.cpp - The compiler from C -----------------------------------------------------------------===//
#include "lib/Support/CacheFormat.h"
#include "mla/MLACompiler.h"
#include "mla/mla_runtime.h"
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <thread>

extern "C" const char *versionFromC(void);

namespace {

/// Everything that was reported, one line each: "error: …".
struct Report {
  std::string text;
  static void add(MlaSeverity severity, const char *message, void *userData) {
    static const char *const names[] = {"note", "remark", "warning", "error"};
    static_cast<Report *>(userData)->text += std::string(names[severity]) + ": " + message + "\n";
  }
};

struct Deleter {
  void operator()(MlaCompileOptions *options) const { mlaCompileOptionsDestroy(options); }
  void operator()(MlaArtifact *artifact) const { mlaArtifactDestroy(artifact); }
};
using Options = std::unique_ptr<MlaCompileOptions, Deleter>;
using Artifact = std::unique_ptr<MlaArtifact, Deleter>;

Options makeOptions(std::initializer_list<std::pair<const char *, const char *>> values) {
  Options options(mlaCompileOptionsCreate());
  Report report;
  for (auto [name, value] : values)
    EXPECT_TRUE(mlaCompileOptionsSet(options.get(), name, value, Report::add, &report)) << report.text;
  return options;
}

MlaDecodeProblem makeProblem() {
  MlaDecodeProblem problem = {};
  problem.structSize = sizeof(problem);
  problem.element = MlaElementBF16;
  problem.causal = 1;
  problem.h_q = 16;
  problem.d_latent = 512;
  problem.d_rope = 64;
  problem.page_size = 64;
  problem.softmax_scale = 0.0721687824f;
  return problem;
}

std::string textOf(const Artifact &artifact) {
  return {static_cast<const char *>(mlaArtifactGetBytes(artifact.get())), mlaArtifactGetSize(artifact.get())};
}

void expectContains(const std::string &text, const std::string &part) {
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nexpected in it: " << part;
}

/// Expects a compilation to fail, with `message`.
void expectRefused(const MlaDecodeProblem &problem, const std::string &message, const MlaCompileOptions *options = {}) {
  Report report;
  Artifact artifact(mlaCompileDecode(&problem, options, Report::add, &report));
  EXPECT_EQ(artifact, nullptr);
  expectContains(report.text, "error: " + message);
}

constexpr const char *kDecodeIR = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x16x512xbf16>, tensor<?x?x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.0721687824 causal
      : (tensor<?x?x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x16x512xbf16>, tensor<?x?x16xf32>)
  return %out, %lse : tensor<?x?x16x512xbf16>, tensor<?x?x16xf32>
}
)";

TEST(Library, SaysWhatItIs) {
  EXPECT_EQ(mlaCompilerGetABIVersion(), MLA_COMPILER_ABI_VERSION);
  expectContains(mlaCompilerGetVersion(), " (LLVM ");
  EXPECT_STREQ(versionFromC(), mlaCompilerGetVersion());
  std::string identity = mlaCompilerGetIdentity();
  EXPECT_EQ(identity.size(), 40u);
  EXPECT_EQ(identity.find_first_not_of("0123456789abcdef"), std::string::npos) << identity;
}

TEST(Options, EachIsSet) {
  makeOptions({{"emit", "ptx"},
               {"gpu", "h200"},
               {"ptxas", "none"},
               {"schedule", "kind=decode_seesaw,rescale_threshold=1.5,item_cost=2,min_steps=4"},
               {"schedule-table", "none"},
               {"target", "sm_90a"},
               {"template-dir", ""}});
}

TEST(Options, WrongOnes) {
  Options options = makeOptions({});
  auto expectWrong = [&](const char *name, const char *value, const std::string &message) {
    Report report;
    EXPECT_FALSE(mlaCompileOptionsSet(options.get(), name, value, Report::add, &report));
    EXPECT_EQ(report.text, "error: " + message + "\n");
  };
  expectWrong("emit", "exe", "option 'emit': expected mla-gpu, nvvm, llvm, ptx, cubin or package, but got 'exe'");
  expectWrong("schedule", "item_cost=-1", "option 'schedule': expected item_cost from 0 to 64, but got '-1'");
  expectWrong("schedule", "item_cost=1.5", "option 'schedule': expected item_cost to be an integer, but got '1.5'");
  expectWrong("schedule", "min_steps=99999999999999999999",
              "option 'schedule': expected min_steps to be an integer, but got '99999999999999999999'");
  expectWrong("schedule", "rescale_threshold=nan",
              "option 'schedule': expected rescale_threshold from 0 to 8, but got 'nan'");
  expectWrong("schedule",
              "rescale_threshold=", "option 'schedule': expected rescale_threshold to be a number, but got ''");
  expectWrong("schedule", "decode_seesaw", "option 'schedule': expected name=value, but got 'decode_seesaw'");
  expectWrong("schedule", "speed=11",
              "option 'schedule': expected a schedule parameter out of kind, rescale_threshold, item_cost, min_steps, "
              "align_steps, halve_steps, merge_in_flight, split_requests, split_steps, cluster, evict_first, pace, but "
              "got 'speed'");
  expectWrong("size", "3",
              "expected option emit, gpu, ptxas, schedule, schedule-table, target or template-dir, "
              "but got 'size'");
  expectWrong("emit", nullptr, "expected options, a name and a value, but got null");
  Report report;
  EXPECT_FALSE(mlaCompileOptionsSet(options.get(), "target", "sm_80", Report::add, &report));
  expectContains(report.text, "error: option 'target': ");
  expectContains(report.text, "sm_90a");
  // Without a callback nobody is told, and nothing else happens.
  EXPECT_FALSE(mlaCompileOptionsSet(nullptr, "emit", "ptx", nullptr, nullptr));
}

TEST(Decode, MakesAPackageThatTheRuntimeLoads) {
  Options options = makeOptions({{"ptxas", "none"}});
  for (MlaElement element : {MlaElementBF16, MlaElementF16}) {
    MlaDecodeProblem problem = makeProblem();
    problem.element = element;
    problem.format = element == MlaElementBF16 ? MlaCacheFormatBF16 : MlaCacheFormatF16;
    problem.causal = element == MlaElementBF16;
    Report report;
    Artifact artifact(mlaCompileDecode(&problem, options.get(), Report::add, &report));
    ASSERT_NE(artifact, nullptr) << report.text;
    expectContains(report.text, "remark: no ptxas: the package holds PTX, and the driver will assemble it");
    mla_package_t *package = nullptr;
    ASSERT_EQ(
        mla_package_load_from_memory(mlaArtifactGetBytes(artifact.get()), mlaArtifactGetSize(artifact.get()), &package),
        MLA_STATUS_OK)
        << mla_last_error_message();
    mla_decode_info_t info = MLA_DECODE_INFO_INIT;
    EXPECT_EQ(mla_package_decode_info(package, &info), MLA_STATUS_OK);
    EXPECT_EQ(static_cast<int>(info.element), static_cast<int>(element));
    EXPECT_EQ(info.causal, problem.causal);
    EXPECT_EQ(info.h_q, 16);
    EXPECT_EQ(info.s_q, 0);
    EXPECT_EQ(info.d_latent, 512);
    EXPECT_EQ(info.d_rope, 64);
    EXPECT_EQ(info.page_size, 64);
    EXPECT_EQ(info.softmax_scale, problem.softmax_scale);
    mla_package_destroy(package);
  }
}

// A program of the time when the struct ended with the scale; what lies behind that is padding.
TEST(Decode, UnderstandsTheFirstStruct) {
  Options options = makeOptions({{"emit", "mla-gpu"}});
  for (MlaElement element : {MlaElementBF16, MlaElementF16}) {
    MlaDecodeProblem problem = makeProblem();
    problem.element = element;
    problem.structSize = 64;
    problem.format = problem.precision = 77;
    Artifact artifact(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
    ASSERT_NE(artifact, nullptr);
    expectContains(textOf(artifact), element == MlaElementBF16 ? "element = bf16" : "element = f16");
  }
}

TEST(Decode, NamesFormatsAsTheTablesDo) {
  static_assert(int(MlaCacheFormatE4M3Group) == int(MLA_CACHE_FORMAT_E4M3_GROUP));
  static_assert(int(MlaCacheFormatE4M3Group) == int(mlir::mla::CacheFormat::E4M3Group));
  static_assert(int(MlaPrecisionE4M3) == int(MLA_PRECISION_E4M3));
  static_assert(int(MlaPrecisionE4M3) == int(mlir::mla::Precision::E4M3));
  static_assert(int(MlaPrecisionE4M3Queries) == int(MLA_PRECISION_E4M3_QUERIES));
  Options options = makeOptions({{"emit", "mla-gpu"}});
  for (auto [format, name] :
       {std::pair(MlaCacheFormatE4M3Token, "e4m3_token"), {MlaCacheFormatE4M3Group, "e4m3_group"}}) {
    MlaDecodeProblem problem = makeProblem();
    problem.format = format;
    Artifact artifact(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
    ASSERT_NE(artifact, nullptr);
    expectContains(textOf(artifact), std::string("format = ") + name);
  }
  for (auto [format, name] : {std::pair(MlaCacheFormatE4M3, "e4m3"),
                              {MlaCacheFormatE4M3Token, "e4m3_token"},
                              {MlaCacheFormatE4M3Group, "e4m3_group"}}) {
    MlaDecodeProblem problem = makeProblem();
    problem.format = format;
    problem.precision = MlaPrecisionE4M3;
    Artifact artifact(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
    ASSERT_NE(artifact, nullptr);
    expectContains(textOf(artifact), std::string("format = ") + name + ", precision = e4m3");
  }
  MlaDecodeProblem problem = makeProblem();
  problem.format = MlaCacheFormatE4M3;
  problem.precision = MlaPrecisionE4M3Queries;
  Artifact given(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
  ASSERT_NE(given, nullptr);
  expectContains(textOf(given), "format = e4m3, precision = e4m3_queries");
}

TEST(Decode, IsTheSameAsItsIR) {
  Options options = makeOptions({{"ptxas", "none"}});
  MlaDecodeProblem problem = makeProblem();
  Artifact fromProblem(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
  Artifact fromIR(mlaCompileIR(kDecodeIR, strlen(kDecodeIR), "decode.mlir", options.get(), nullptr, nullptr));
  ASSERT_NE(fromProblem, nullptr);
  ASSERT_NE(fromIR, nullptr);
  EXPECT_EQ(textOf(fromProblem), textOf(fromIR));
}

TEST(Decode, OptionsReachTheSchedule) {
  Options options = makeOptions({{"emit", "mla-gpu"}});
  MlaDecodeProblem problem = makeProblem();
  Artifact plain(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
  options = makeOptions({{"emit", "mla-gpu"}, {"schedule", "rescale_threshold=2"}});
  Artifact steered(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
  ASSERT_NE(plain, nullptr);
  ASSERT_NE(steered, nullptr);
  expectContains(textOf(plain), "mla_gpu.program @decode");
  expectContains(textOf(steered), "arith.constant 2.000000e+00 : f32");
  EXPECT_EQ(textOf(plain).find("arith.constant 2.000000e+00 : f32"), std::string::npos);
}

TEST(Decode, BadProblems) {
  auto altered = [](auto change) {
    MlaDecodeProblem problem = makeProblem();
    change(problem);
    return problem;
  };
  using P = MlaDecodeProblem;
  expectRefused(altered([](P &p) { p.structSize = 8; }), "problem: expected structSize 72, but got 8");
  expectRefused(altered([](P &p) { p.element = 2; }), "element: expected 0 (bf16) or 1 (f16), but got 2");
  expectRefused(altered([](P &p) { p.format = 5; }), "format: expected 0 to 4, but got 5");
  expectRefused(altered([](P &p) { p.precision = -1; }), "precision: expected 0 to 2, but got -1");
  expectRefused(altered([](P &p) { p.format = MlaCacheFormatF16; }),
                "'mla.decode' op expected q to have element type 'f16' for a cache of format f16, but got 'bf16'");
  expectRefused(altered([](P &p) { p.precision = MlaPrecisionE4M3; }),
                "'mla.decode' op expected precision bf16 for a cache of format bf16, but got e4m3");
  expectRefused(altered([](P &p) { p.causal = -1; }), "causal: expected 0 or 1, but got -1");
  expectRefused(altered([](P &p) { p.h_q = -1; }), "h_q: expected 0 (any) to 2147483647, but got -1");
  expectRefused(altered([](P &p) { p.s_q = std::numeric_limits<int64_t>::min(); }),
                "s_q: expected 0 (any) to 2147483647, but got -9223372036854775808");
  expectRefused(altered([](P &p) { p.h_q = 129; }), "'mla.decode' op expected h_q from 1 to 128, but got 129");
  expectRefused(altered([](P &p) { p.page_size = 0; }), "expected page_size from 1 to 65536, but got 0");
  expectRefused(altered([](P &p) { p.page_size = 20; }),
                "'mla.decode' op decode schedules need page_size to be a multiple of 8, but got 20");
  expectRefused(altered([](P &p) { p.d_latent = std::numeric_limits<int64_t>::max(); }),
                "expected d_latent to be a multiple of 8 from 8 to 65536, but got 9223372036854775807");
  expectRefused(altered([](P &p) { p.d_rope = -64; }),
                "expected d_rope to be a multiple of 8 from 8 to 65536, but got -64");
  for (float scale : {0.0f, -1.0f, INFINITY, NAN})
    expectRefused(altered([&](P &p) { p.softmax_scale = scale; }), "'mla.decode' op attribute 'softmax_scale' failed");
  Report report;
  EXPECT_EQ(mlaCompileDecode(nullptr, nullptr, Report::add, &report), nullptr);
  EXPECT_EQ(report.text, "error: problem: expected a pointer, but got null\n");
}

TEST(Decode, BadSchedule) {
  expectRefused(makeProblem(), "expected schedule kind \"decode_seesaw\", but got \"decode_other\"",
                makeOptions({{"schedule", "kind=decode_other"}}).get());
  expectRefused(makeProblem(), "expected the option to name a ptxas that can be run, but got '/no/such/ptxas'",
                makeOptions({{"ptxas", "/no/such/ptxas"}}).get());
}

TEST(IR, ErrorsHaveTheirPlaces) {
  auto expectError = [](const std::string &text, const std::string &message) {
    Report report;
    EXPECT_EQ(mlaCompileIR(text.data(), text.size(), "my.mlir", nullptr, Report::add, &report), nullptr);
    expectContains(report.text, message);
  };
  expectError("module {", "error: my.mlir:1:");
  expectError("",
              "error: my.mlir:0:0: expected attention ops, mla_gpu.programs or gpu.modules to compile, but got none");
  expectError(std::string(300, '('), "error: my.mlir:1:257: expected at most 256 levels of brackets");
  expectError(std::string("\0\xff\0", 3), "error: my.mlir:1:");
  Report report;
  EXPECT_EQ(mlaCompileIR(nullptr, 3, "x", nullptr, Report::add, &report), nullptr);
  EXPECT_EQ(mlaCompileIR("x", 1, nullptr, nullptr, Report::add, &report), nullptr);
  EXPECT_EQ(report.text, "error: expected a text and a name, but got null\nerror: expected a text and a name, but got "
                         "null\n");
}

/// The package of an example, as the runtime reads it.
std::unique_ptr<mla_package_t, void (*)(mla_package_t *)> compileExample(const std::string &name) {
  std::ifstream stream(std::string(MLA_EXAMPLES) + "/" + name + ".mlir");
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  Options options = makeOptions({{"ptxas", "none"}});
  Report report;
  Artifact artifact(mlaCompileIR(text.data(), text.size(), name.c_str(), options.get(), Report::add, &report));
  EXPECT_NE(artifact, nullptr) << name << ": " << report.text;
  mla_package_t *package = nullptr;
  EXPECT_EQ(
      mla_package_load_from_memory(mlaArtifactGetBytes(artifact.get()), mlaArtifactGetSize(artifact.get()), &package),
      MLA_STATUS_OK)
      << name << ": " << mla_last_error_message();
  return {package, mla_package_destroy};
}

TEST(IR, EveryOpBecomesAPackage) {
  mla_decode_info_t decode = MLA_DECODE_INFO_INIT;
  EXPECT_EQ(mla_package_decode_info(compileExample("decode_rope").get(), &decode), MLA_STATUS_OK);
  EXPECT_EQ(decode.rotation.pairs, 32);
  EXPECT_EQ(decode.rotation.interleaved, 1);
  mla_prefill_info_t prefill = MLA_PREFILL_INFO_INIT;
  EXPECT_EQ(mla_package_prefill_info(compileExample("prefill").get(), &prefill), MLA_STATUS_OK);
  EXPECT_EQ(prefill.form, MLA_PREFILL_FORM_MHA);
  EXPECT_EQ(prefill.d_nope, 128);
  for (auto [name, pageSize] : {std::pair("prefill_absorbed", 0), {"prefill_absorbed_paged", 64}}) {
    EXPECT_EQ(mla_package_prefill_info(compileExample(name).get(), &prefill), MLA_STATUS_OK);
    EXPECT_EQ(prefill.form, MLA_PREFILL_FORM_ABSORBED);
    EXPECT_EQ(prefill.d_nope, 512);
    EXPECT_EQ(prefill.page_size, pageSize);
  }
  mla_append_info_t append = MLA_APPEND_INFO_INIT;
  for (auto [name, slotBits] : {std::pair("append", 64), {"append_pages", 0}}) {
    EXPECT_EQ(mla_package_append_info(compileExample(name).get(), &append), MLA_STATUS_OK);
    EXPECT_EQ(append.slot_bits, slotBits);
    EXPECT_EQ(append.norm, 1);
  }
  mla_rope_info_t rope = MLA_ROPE_INFO_INIT;
  EXPECT_EQ(mla_package_rope_info(compileExample("rope").get(), &rope), MLA_STATUS_OK);
  EXPECT_EQ(rope.position_bits, 32);
  mla_merge_info_t merge = MLA_MERGE_INFO_INIT;
  EXPECT_EQ(mla_package_merge_info(compileExample("merge").get(), &merge), MLA_STATUS_OK);
  EXPECT_EQ(merge.heads, 128);
  EXPECT_EQ(merge.d_v, 512);
}

TEST(IR, NothingBehindTheSizeIsRead) {
  std::string text = std::string(kDecodeIR) + "garbage";
  Options options = makeOptions({{"emit", "ptx"}});
  Artifact artifact(mlaCompileIR(text.data(), strlen(kDecodeIR), "decode.mlir", options.get(), nullptr, nullptr));
  ASSERT_NE(artifact, nullptr);
  expectContains(textOf(artifact), ".target sm_90a");
}

TEST(Threads, CompileAtOnce) {
  std::string texts[4];
  std::vector<std::thread> threads;
  for (std::string &text : texts)
    threads.emplace_back([&text] {
      Options options = makeOptions({{"ptxas", "none"}});
      MlaDecodeProblem problem = makeProblem();
      Artifact artifact(mlaCompileDecode(&problem, options.get(), nullptr, nullptr));
      text = artifact ? textOf(artifact) : "";
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_FALSE(texts[0].empty());
  for (const std::string &text : texts)
    EXPECT_EQ(text, texts[0]);
}

TEST(Null, IsDestroyedAndLent) {
  mlaCompileOptionsDestroy(nullptr);
  mlaArtifactDestroy(nullptr);
  EXPECT_EQ(mlaArtifactGetBytes(nullptr), nullptr);
  EXPECT_EQ(mlaArtifactGetSize(nullptr), 0u);
}

} // namespace
