//===- JitOpTest.cpp - Compiling every op on first use --------------------------------------------------------===//
//
// The problems are those of the examples, whose IR must give the same bytes.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "JitFixture.h"

namespace {

mla_prefill_info_t makePrefill() {
  mla_prefill_info_t problem = MLA_PREFILL_INFO_INIT;
  problem.causal = 1;
  problem.h_q = 128;
  problem.d_nope = problem.d_v = 128;
  problem.d_rope = 64;
  problem.softmax_scale = 0.0721687836f;
  return problem;
}
mla_prefill_info_t makeAbsorbed(int64_t pageSize) {
  mla_prefill_info_t problem = makePrefill();
  problem.form = MLA_PREFILL_FORM_ABSORBED;
  problem.d_nope = problem.d_v = 512;
  problem.page_size = pageSize;
  problem.softmax_scale = 0.0721687824f;
  return problem;
}
mla_append_info_t makeAppend(int32_t slotBits) {
  mla_append_info_t problem = MLA_APPEND_INFO_INIT;
  problem.d_latent = 512;
  problem.d_rope = 64;
  problem.page_size = 64;
  problem.slot_bits = problem.position_bits = slotBits;
  problem.norm = 1;
  problem.eps = 1e-6f;
  return problem;
}
mla_rope_info_t makeRope() {
  mla_rope_info_t problem = MLA_ROPE_INFO_INIT;
  problem.d_rope = 64;
  problem.position_bits = 32;
  return problem;
}
mla_merge_info_t makeMerge() {
  mla_merge_info_t problem = MLA_MERGE_INFO_INIT;
  problem.heads = 128;
  problem.d_v = 512;
  return problem;
}
mla_rope_parameters_t makeYarn(double base, double factor, double betaFast) {
  mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
  rope.base = base;
  rope.yarn = 1;
  rope.yarn_factor = factor;
  rope.yarn_beta_fast = betaFast;
  rope.yarn_mscale_all_dim = 1;
  return rope;
}

/// The problem of an example.
struct Example {
  const char *name;
  mla_status_t (*call)(const mla_jit_options_t *, mla_jit_info_t *, mla_package_t **);
};
const Example kExamples[] = {
    {"decode_rope",
     [](auto... arguments) {
       mla_decode_info_t problem = makeProblem();
       problem.h_q = 0;
       problem.softmax_scale = 0.13523377f;
       mla_rope_parameters_t rope = makeYarn(10000, 40, 32);
       return mla_package_jit_decode(&problem, &rope, arguments...);
     }},
    {"decode_e4m3_queries",
     [](auto... arguments) {
       mla_decode_info_t problem = makeProblem();
       problem.h_q = 0;
       problem.format = MLA_CACHE_FORMAT_E4M3;
       problem.precision = MLA_PRECISION_E4M3_QUERIES;
       problem.softmax_scale = 0.1352f;
       return mla_package_jit_decode(&problem, nullptr, arguments...);
     }},
    {"decode_e4m3_token_queries",
     [](auto... arguments) {
       mla_decode_info_t problem = makeProblem();
       problem.h_q = 0;
       problem.format = MLA_CACHE_FORMAT_E4M3_TOKEN;
       problem.precision = MLA_PRECISION_E4M3_QUERIES;
       problem.softmax_scale = 0.1352f;
       return mla_package_jit_decode(&problem, nullptr, arguments...);
     }},
    {"decode_e4m3_group",
     [](auto... arguments) {
       mla_decode_info_t problem = makeProblem();
       problem.h_q = 0;
       problem.format = MLA_CACHE_FORMAT_E4M3_GROUP;
       problem.softmax_scale = 0.1352f;
       return mla_package_jit_decode(&problem, nullptr, arguments...);
     }},
    {"decode_f16",
     [](auto... arguments) {
       mla_decode_info_t problem = makeProblem();
       problem.element = MLA_ELEMENT_F16;
       problem.format = MLA_CACHE_FORMAT_F16;
       problem.s_q = 2;
       problem.softmax_scale = 0.07216878f;
       return mla_package_jit_decode(&problem, nullptr, arguments...);
     }},
    {"prefill",
     [](auto... arguments) {
       mla_prefill_info_t problem = makePrefill();
       return mla_package_jit_prefill(&problem, arguments...);
     }},
    {"prefill_absorbed",
     [](auto... arguments) {
       mla_prefill_info_t problem = makeAbsorbed(0);
       return mla_package_jit_prefill(&problem, arguments...);
     }},
    {"prefill_absorbed_paged",
     [](auto... arguments) {
       mla_prefill_info_t problem = makeAbsorbed(64);
       return mla_package_jit_prefill(&problem, arguments...);
     }},
    {"prefill_absorbed_e4m3",
     [](auto... arguments) {
       mla_prefill_info_t problem = makeAbsorbed(64);
       problem.format = MLA_CACHE_FORMAT_E4M3;
       return mla_package_jit_prefill(&problem, arguments...);
     }},
    {"append",
     [](auto... arguments) {
       mla_append_info_t problem = makeAppend(64);
       problem.s_q = 7; // not read
       mla_rope_parameters_t rope = makeYarn(10000, 40, 32);
       return mla_package_jit_append(&problem, &rope, arguments...);
     }},
    {"append_pages",
     [](auto... arguments) {
       mla_append_info_t problem = makeAppend(0);
       mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
       return mla_package_jit_append(&problem, &rope, arguments...);
     }},
    {"rope",
     [](auto... arguments) {
       mla_rope_info_t problem = makeRope();
       mla_rope_parameters_t rope = makeYarn(50000, 32, 1);
       return mla_package_jit_rope(&problem, &rope, arguments...);
     }},
    {"merge",
     [](auto... arguments) {
       mla_merge_info_t problem = makeMerge();
       return mla_package_jit_merge(&problem, arguments...);
     }},
};
void PrintTo(const Example &example, std::ostream *stream) { *stream << example.name; }

class JitOp : public Jit, public testing::WithParamInterface<Example> {
protected:
  JitOp() { call = GetParam().call; }
};
INSTANTIATE_TEST_SUITE_P(Examples, JitOp, testing::ValuesIn(kExamples),
                         [](const auto &info) { return std::string(info.param.name); });

// The problem gives the bytes that the example's IR gives, which lies beside it in the cache.
TEST_P(JitOp, MissThenHit) {
  Result miss = compile(kCompiler);
  expectCompiled(miss);
  printf("miss %.0f ms, hit %.2f ms\n", miss.milliseconds, expectFastHits("none"));
  std::string text = readFile(fs::path(MLA_EXAMPLES) / (std::string(GetParam().name) + ".mlir"));
  call = [&](auto... arguments) { return mla_package_jit_ir(text.data(), text.size(), nullptr, arguments...); };
  expectCompiled(compile(kCompiler));
  expectHit(compile(kCompiler));
  std::vector<fs::path> both = entries();
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(readFile(both[0]), readFile(both[1]));
}

TEST_P(JitOp, DamagedEntryIsCompiledAgain) {
  expectCompiled(compile(kCompiler));
  std::string bytes = readFile(entry());
  std::string altered = bytes;
  altered[bytes.size() / 2] ^= 0x10;
  writeFile(entry(), altered);
  expectCompiled(compile(kCompiler), "the file was altered");
  EXPECT_EQ(readFile(entry()), bytes);
  // Whole, but of another op.
  writeFile(entry(), decodePackage());
  expectCompiled(compile(kCompiler), "package 'decode': expected the problem that was asked for, but got another");
  EXPECT_EQ(readFile(entry()), bytes);
  expectHit(compile(kCompiler));
}

TEST_P(JitOp, TwoProcessesAtOnce) {
  inProcesses(2, [&](int) {
    Result result = compile(kCompiler);
    ASSERT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(result.info.cache_status, MLA_STATUS_OK) << result.info.cache_message;
  });
  expectHit(compile(kCompiler));
  EXPECT_EQ(entries().size(), 1u);
}

/// Calls with an altered problem; the compiler is not asked.
class JitProblems : public JitCache {
protected:
  void expectWrong(const std::string &message) {
    expectFailure(compile(kA).status, MLA_STATUS_INVALID_ARGUMENT, message);
    EXPECT_EQ(log(), "");
  }
  template <typename Change> void decode(const std::string &message, Change change) {
    mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
    mla_decode_info_t problem = makeProblem();
    change(problem, rope);
    call = [&](auto... arguments) { return mla_package_jit_decode(&problem, &rope, arguments...); };
    expectWrong(message);
  }
  template <typename Change> void prefill(const std::string &message, Change change) {
    mla_prefill_info_t problem = makePrefill();
    change(problem);
    call = [&](auto... arguments) { return mla_package_jit_prefill(&problem, arguments...); };
    expectWrong(message);
  }
  template <typename Change> void append(const std::string &message, Change change) {
    mla_append_info_t problem = makeAppend(64);
    change(problem);
    call = [&](auto... arguments) { return mla_package_jit_append(&problem, nullptr, arguments...); };
    expectWrong(message);
  }
  template <typename Change> void rope(const std::string &message, Change change) {
    mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
    mla_rope_info_t problem = makeRope();
    change(problem, rope);
    call = [&](auto... arguments) { return mla_package_jit_rope(&problem, &rope, arguments...); };
    expectWrong(message);
  }
  template <typename Change> void merge(const std::string &message, Change change) {
    mla_merge_info_t problem = makeMerge();
    change(problem);
    call = [&](auto... arguments) { return mla_package_jit_merge(&problem, arguments...); };
    expectWrong(message);
  }
};

TEST_F(JitProblems, AreCheckedBeforeAnythingElse) {
  const std::string extents = "expected 0 to 2147483647, but got ";
  const int64_t least = INT64_MIN, most = INT64_MAX;
  decode("problem: element: expected 0 to 1, but got 3", [](auto &p, auto &) { p.element = MLA_ELEMENT_F32; });
  decode("problem: format: expected 0 to 4, but got 5", [](auto &p, auto &) { p.format = mla_cache_format_t(5); });
  decode("problem: precision: expected 0 to 2, but got 3", [](auto &p, auto &) { p.precision = mla_precision_t(3); });
  decode("problem: causal: expected 0 to 1, but got -1", [](auto &p, auto &) { p.causal = -1; });
  decode("problem: h_q: " + extents + "-1", [](auto &p, auto &) { p.h_q = -1; });
  decode("problem: s_q: " + extents + "2147483648", [](auto &p, auto &) { p.s_q = int64_t(1) << 31; });
  decode("problem: d_latent: " + extents, [=](auto &p, auto &) { p.d_latent = most; });
  decode("problem: d_rope: " + extents, [=](auto &p, auto &) { p.d_rope = least; });
  decode("problem: page_size: " + extents, [=](auto &p, auto &) { p.page_size = least; });
  decode("problem: rotation: expected none, as the compiler makes it from the parameters of RoPE, but got 32 pairs",
         [](auto &p, auto &) { p.rotation.pairs = 32; });
  decode("rope: expected struct_size " + std::to_string(sizeof(mla_rope_parameters_t)) + ", but got 3",
         [](auto &, auto &r) { r.struct_size = 3; });
  decode("rope: interleaved: expected 0 to 1, but got 2", [](auto &, auto &r) { r.interleaved = 2; });
  decode("rope: yarn: expected 0 to 1, but got 2", [](auto &, auto &r) { r.yarn = 2; });
  decode("rope: num_factors: expected 0 to 65536, but got -1", [](auto &, auto &r) { r.num_factors = -1; });
  decode("rope: factors: expected a pointer, but got null", [](auto &, auto &r) { r.num_factors = 32; });

  prefill("problem: expected struct_size " + std::to_string(sizeof(mla_prefill_info_t)) + ", but got 0",
          [](auto &p) { p.struct_size = 0; });
  prefill("problem: element: ", [](auto &p) { p.element = mla_element_t(-1); });
  prefill("problem: form: expected 0 to 1, but got 2", [](auto &p) { p.form = mla_prefill_form_t(2); });
  prefill("problem: causal: ", [](auto &p) { p.causal = 2; });
  prefill("problem: h_q: " + extents, [=](auto &p) { p.h_q = least; });
  prefill("problem: d_nope: " + extents, [=](auto &p) { p.d_nope = most; });
  prefill("problem: d_rope: " + extents, [=](auto &p) { p.d_rope = -1; });
  prefill("problem: d_v: " + extents, [=](auto &p) { p.d_v = most; });
  prefill("problem: page_size: expected 0 to 0, but got 64", [](auto &p) { p.page_size = 64; });
  prefill("problem: d_v: expected d_nope, 128, in the absorbed form, but got 64", [](auto &p) {
    p.form = MLA_PREFILL_FORM_ABSORBED;
    p.d_v = 64;
  });

  append("problem: expected struct_size ", [](auto &p) { p.struct_size = 1; });
  append("problem: element: ", [](auto &p) { p.element = MLA_ELEMENT_F32; });
  append("problem: format: ", [](auto &p) { p.format = mla_cache_format_t(-1); });
  append("problem: d_latent: " + extents, [=](auto &p) { p.d_latent = least; });
  append("problem: d_rope: " + extents, [=](auto &p) { p.d_rope = most; });
  append("problem: page_size: " + extents, [=](auto &p) { p.page_size = most; });
  append("problem: s_q: " + extents, [=](auto &p) { p.s_q = -1; });
  append("problem: slot_bits: expected 0, 32 or 64, but got 16", [](auto &p) { p.slot_bits = 16; });
  append("problem: position_bits: expected 0, 32 or 64, but got -1", [](auto &p) { p.position_bits = -1; });
  append("problem: norm: expected 0 to 1, but got 2", [](auto &p) { p.norm = 2; });
  append("problem: rotation: ", [](auto &p) { p.rotation.pairs = -1; });

  rope("problem: expected struct_size ", [](auto &p, auto &) { p.struct_size = 1; });
  rope("rope: expected struct_size ", [](auto &, auto &r) { r.struct_size = 1; });
  rope("problem: element: ", [](auto &p, auto &) { p.element = MLA_ELEMENT_F32; });
  rope("problem: d_rope: " + extents, [=](auto &p, auto &) { p.d_rope = most; });
  rope("problem: heads: " + extents, [=](auto &p, auto &) { p.heads = least; });
  rope("problem: position_bits: expected 32 or 64, but got 0", [](auto &p, auto &) { p.position_bits = 0; });
  rope("problem: rotation: ", [](auto &p, auto &) { p.rotation.pairs = 1; });

  merge("problem: expected struct_size ", [](auto &p) { p.struct_size = 1; });
  merge("problem: element: expected 0, 1 or 3, but got 2", [](auto &p) { p.element = mla_element_t(2); });
  merge("problem: heads: " + extents, [=](auto &p) { p.heads = most; });
  merge("problem: d_v: " + extents, [=](auto &p) { p.d_v = -1; });
  merge("problem: heads_first: expected 0 to 1, but got 2", [](auto &p) { p.heads_first = 2; });

  mla_rope_info_t rope = makeRope();
  auto null = [this](const std::string &message, auto function) {
    call = function;
    expectWrong(message + ": expected a pointer, but got null");
  };
  null("problem", [](auto... arguments) { return mla_package_jit_prefill(nullptr, arguments...); });
  null("problem", [](auto... arguments) { return mla_package_jit_append(nullptr, nullptr, arguments...); });
  null("problem", [](auto... arguments) { return mla_package_jit_rope(nullptr, nullptr, arguments...); });
  null("rope", [&](auto... arguments) { return mla_package_jit_rope(&rope, nullptr, arguments...); });
  null("problem", [](auto... arguments) { return mla_package_jit_merge(nullptr, arguments...); });
  null("text", [](auto... arguments) { return mla_package_jit_ir(nullptr, 1, "name", arguments...); });
  EXPECT_TRUE(entries().empty());
}

/// Problems by hand, with the real compiler.
class JitRealProblems : public Jit {};

// The compiler's own words, and nothing in the cache.
TEST_F(JitRealProblems, MayBeRefused) {
  auto expectRefused = [&](const std::string &message) {
    expectFailure(compile(kCompiler).status, MLA_STATUS_COMPILE_ERROR, "cannot compile the problem: " + message);
    EXPECT_TRUE(entries().empty());
  };
  mla_prefill_info_t prefill = makePrefill();
  call = [&](auto... arguments) { return mla_package_jit_prefill(&prefill, arguments...); };
  prefill.d_v = 96;
  expectRefused("'mla.prefill' op ");
  prefill = makeAbsorbed(0);
  prefill.d_nope = prefill.d_v = 448;
  expectRefused("'mla.prefill_absorbed' op ");
  prefill = makeAbsorbed(65537);
  expectRefused("prefill:1:");
  prefill = makePrefill();
  prefill.h_q = 0;
  expectRefused("'mla.prefill' op ");
  prefill.h_q = 128;
  prefill.softmax_scale = NAN;
  expectRefused("'mla.prefill' op attribute 'softmax_scale' failed");

  mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
  mla_append_info_t append = makeAppend(64);
  call = [&](auto... arguments) { return mla_package_jit_append(&append, &rope, arguments...); };
  append.position_bits = 0;
  expectRefused("'mla.append' op ");
  append = makeAppend(0); // with all operands that there are
  append.format = MLA_CACHE_FORMAT_E4M3;
  append.position_bits = 64;
  expectRefused("'mla.append' op ");
  append = makeAppend(64);
  append.eps = -1;
  expectRefused("'mla.append' op ");
  append = makeAppend(64);
  append.element = MLA_ELEMENT_F16;
  expectRefused("'mla.append' op ");
  append = makeAppend(64);
  append.d_latent = 8;
  expectRefused("'mla.append' op ");

  mla_rope_info_t turned = makeRope();
  call = [&](auto... arguments) { return mla_package_jit_rope(&turned, &rope, arguments...); };
  turned.d_rope = 7;
  expectRefused("'mla.rope' op ");
  turned = makeRope();
  for (double base : {1.0, -10000.0, double(INFINITY), double(NAN)}) {
    rope.base = base;
    expectRefused("rope:2:");
    EXPECT_NE(std::string(mla_last_error_message()).find("expected base to be an f64 greater than 1"),
              std::string::npos)
        << mla_last_error_message();
  }
  rope = MLA_ROPE_PARAMETERS_INIT;
  rope.yarn = 1;
  rope.yarn_original_length = -1;
  expectRefused("rope:2:");
  rope = MLA_ROPE_PARAMETERS_INIT;
  const double factors[] = {1, 2, 3};
  rope.factors = factors;
  rope.num_factors = 3;
  expectRefused("'mla.rope' op ");

  mla_merge_info_t merge = makeMerge();
  call = [&](auto... arguments) { return mla_package_jit_merge(&merge, arguments...); };
  merge.d_v = 33;
  expectRefused("'mla.merge' op ");

  std::string text = "module {";
  call = [&](auto... arguments) { return mla_package_jit_ir(text.data(), text.size(), "my.mlir", arguments...); };
  expectRefused("my.mlir:1:");
  text = std::string(300, '(');
  expectRefused("my.mlir:1:257: expected at most 256 levels of brackets");
}

TEST_F(JitRealProblems, OfTheLargestExtents) {
  const int64_t most = INT32_MAX;
  mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
  auto expectRefused = [&](auto function) {
    call = function;
    expectFailure(compile(kCompiler).status, MLA_STATUS_COMPILE_ERROR, "cannot compile the problem: ");
  };
  mla_decode_info_t decode = makeProblem();
  decode.h_q = decode.s_q = decode.d_latent = decode.d_rope = decode.page_size = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_decode(&decode, &rope, arguments...); });
  mla_prefill_info_t prefill = makePrefill();
  prefill.h_q = prefill.d_nope = prefill.d_rope = prefill.d_v = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_prefill(&prefill, arguments...); });
  prefill.form = MLA_PREFILL_FORM_ABSORBED;
  expectRefused([&](auto... arguments) { return mla_package_jit_prefill(&prefill, arguments...); });
  prefill.page_size = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_prefill(&prefill, arguments...); });
  mla_append_info_t append = makeAppend(0);
  append.d_latent = append.d_rope = append.page_size = append.s_q = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_append(&append, &rope, arguments...); });
  mla_rope_info_t turned = makeRope();
  turned.d_rope = turned.heads = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_rope(&turned, &rope, arguments...); });
  mla_merge_info_t merge = makeMerge();
  merge.heads = merge.d_v = most;
  expectRefused([&](auto... arguments) { return mla_package_jit_merge(&merge, arguments...); });
}

// Divisors, and the other pairing, reach the kernels.
TEST_F(JitRealProblems, LongRope) {
  std::vector<double> factors(32, 1.0);
  factors[1] = 2;
  mla_rope_parameters_t rope = MLA_ROPE_PARAMETERS_INIT;
  mla_rope_info_t problem = makeRope();
  call = [&](auto... arguments) { return mla_package_jit_rope(&problem, &rope, arguments...); };
  auto turns = [&](int interleaved) {
    Result result = compile(kCompiler);
    expectCompiled(result);
    mla_rope_info_t info = MLA_ROPE_INFO_INIT;
    EXPECT_EQ(mla_package_rope_info(result.package.get(), &info), MLA_STATUS_OK);
    EXPECT_EQ(info.rotation.interleaved, interleaved);
    EXPECT_EQ(info.rotation.pairs, 32);
    return std::vector<uint64_t>(info.rotation.turns, info.rotation.turns + info.rotation.pairs);
  };
  std::vector<uint64_t> plain = turns(1);
  rope.interleaved = 0;
  rope.factors = factors.data();
  rope.num_factors = 32;
  std::vector<uint64_t> divided = turns(0);
  for (int i = 0; i < 32; ++i)
    EXPECT_EQ(divided[i], i == 1 ? plain[i] / 2 : plain[i]) << i;
}

} // namespace
