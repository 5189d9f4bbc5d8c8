//===- DecodeTest.cpp - What the host side of the interpreter checks, and the mutation test by hand ---------===//
#include "lib/Interpreter/Mutation.h"
#include "mlir/Parser/Parser.h"
#include <cstring>
#include <gtest/gtest.h>
#include <set>

using namespace mlir;
using namespace mlir::mla_gpu;
using mla::reference::DecodeInputs;
using mla::reference::DecodeOutputs;

namespace {

constexpr StringLiteral kImplements = "implements #mla_gpu.decode<element = f16, page_size = 2, d_latent = 32, "
                                      "d_rope = 16, causal = true, softmax_scale = 1.0 : f32, heads = 1, queries = 1>";

/// For empty requests only: zeros and −∞, which is what mla.decode gives then. The role named "b" orders itself after
/// "a" for no reason.
constexpr StringLiteral kEmptyAttend = R"mlir(
  mla_gpu.kernel @attend(%out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
                         %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>})
      step(attend) grid(row_tiles, one) threads(64) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %zero = arith.constant dense<0.0> : tensor<32xf32, #mla_gpu.layout<lane>>
      mla_gpu.global.store_lanes %zero, %out[%c0] : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<f16>
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %x
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i64
      %parity = arith.constant 0 : i32
      %minus_inf = arith.constant 0xFF800000 : f32
      mla_gpu.mbar.wait %x parity(%parity)
      mla_gpu.global.store %minus_inf, %lse[%c0] : f32, !mla_gpu.ptr<f32>
    }
  })mlir";

class Decode : public testing::Test {
protected:
  Decode() : handler(&context, [&](Diagnostic &diagnostic) { messages += diagnostic.str() + "\n"; }) {
    context.loadDialect<MLAGPUDialect>();
    mla::reference::DecodeShape shape;
    shape.d_latent = 32;
    shape.d_rope = 16;
    shape.page_size = 2;
    shape.numPages = shape.blockTableStride = 2;
    inputs.shape = shape;
    inputs.element = mla::reference::Element::F16;
    inputs.format = mla::CacheFormat::F16;
    inputs.storedPages = 2;
    inputs.q.assign(48, 0);
    inputs.cache.assign(2 * 2 * 48 * 2, 0);
    inputs.blockTable = {0, 1};
    inputs.seqLens = {0};
  }

  ProgramOp parse(StringRef implements, StringRef kernels) {
    module = parseSourceString<ModuleOp>(("mla_gpu.program @p " + implements + " {" + kernels + "}").str(), &context);
    return module ? *module->getOps<ProgramOp>().begin() : ProgramOp();
  }

  /// Interprets; the findings follow the diagnostics in the result.
  std::string run(ProgramOp program) {
    InterpreterReport report;
    if (succeeded(interpretDecode(program, inputs, multiprocessors, InterpreterOptions(), report, outputs)))
      emitFindings(report);
    return std::exchange(messages, "");
  }
  std::string runEmpty() { return run(parse(kImplements, kEmptyAttend)); }

  MLIRContext context;
  std::string messages;
  ScopedDiagnosticHandler handler;
  OwningOpRef<ModuleOp> module;
  DecodeInputs inputs;
  DecodeOutputs outputs;
  int64_t multiprocessors = 1;
};

TEST_F(Decode, EmptyRequest) {
  EXPECT_EQ(runEmpty(), "");
  EXPECT_EQ(outputs.out, std::vector<uint16_t>(32, 0));
  ASSERT_EQ(outputs.lse.size(), 1u);
  EXPECT_EQ(outputs.lse[0], -std::numeric_limits<float>::infinity());
}

TEST_F(Decode, OutputsArePoisonedBefore) {
  EXPECT_EQ(run(parse(kImplements, "")), "");
  EXPECT_EQ(outputs.out, std::vector<uint16_t>(32, 0xffff));
  EXPECT_TRUE(std::isnan(outputs.lse[0]));
}

TEST_F(Decode, NegativeNoImplements) {
  EXPECT_EQ(run(parse("", kEmptyAttend)), "expected a program that implements a decode op\n");
}
TEST_F(Decode, NegativeElement) {
  inputs.element = mla::reference::Element::BF16;
  EXPECT_EQ(runEmpty(), "expected inputs of f16, but got bf16\n");
}
TEST_F(Decode, NegativePageSize) {
  inputs.shape.page_size = 4;
  EXPECT_EQ(runEmpty(), "expected page size 2, but got 4\n");
}
TEST_F(Decode, NegativeLatentWidth) {
  inputs.shape.d_latent = 8;
  EXPECT_EQ(runEmpty(), "expected latent width 32, but got 8\n");
}
TEST_F(Decode, NegativeRopeWidth) {
  inputs.shape.d_rope = 8;
  EXPECT_EQ(runEmpty(), "expected RoPE width 16, but got 8\n");
}
TEST_F(Decode, NegativeCausal) {
  inputs.causal = false;
  EXPECT_EQ(runEmpty(), "expected causal mask 1, but got 0\n");
}
TEST_F(Decode, NegativeHeads) {
  inputs.shape.h_q = 3;
  EXPECT_EQ(runEmpty(), "expected h_q 1, but got 3\n");
}
TEST_F(Decode, NegativeQueries) {
  inputs.shape.s_q = 3;
  EXPECT_EQ(runEmpty(), "expected s_q 1, but got 3\n");
}
TEST_F(Decode, NegativeMultiprocessors) {
  multiprocessors = 0;
  EXPECT_EQ(runEmpty(), "expected multiprocessors from 1 to 33554431, but got 0\n");
}
TEST_F(Decode, NegativeBatch) {
  inputs.shape.b = 0;
  EXPECT_EQ(runEmpty(), "expected b from 1 to 33554431, but got 0\n");
}
TEST_F(Decode, NegativeWorkspace) {
  multiprocessors = 33554431;
  EXPECT_EQ(runEmpty(), "the workspace of 67108862 partial results is too large for the interpreter\n");
}
TEST_F(Decode, NegativeStoredPages) {
  inputs.storedPages = 3;
  EXPECT_EQ(runEmpty(), "expected 0 to 2 stored pages, but got 3\n");
}
TEST_F(Decode, NegativeSizes) {
  inputs.q.pop_back();
  EXPECT_EQ(runEmpty(), "expected 48 elements of q, but got 47\n");
  inputs.q.push_back(0);
  inputs.cache.pop_back();
  EXPECT_EQ(runEmpty(), "expected 384 bytes of the cache, but got 383\n");
  inputs.cache.push_back(0);
  inputs.blockTable.pop_back();
  EXPECT_EQ(runEmpty(), "expected 2 elements of the block table, but got 1\n");
  inputs.shape.blockTableStride = std::numeric_limits<int64_t>::max();
  inputs.shape.b = 2;
  inputs.q.resize(96);
  EXPECT_EQ(runEmpty(), "the extents of the block table overflow\n");
  inputs.shape.blockTableStride = 1;
  inputs.blockTable.resize(2);
  EXPECT_EQ(runEmpty(), "expected 2 elements of the lengths, but got 1\n");
}
TEST_F(Decode, NegativeScratch) {
  EXPECT_EQ(run(parse(kImplements, R"mlir(
    mla_gpu.kernel @k(%x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
        step(attend) grid(one, one) threads(32) { mla_gpu.role "a" warps(0 to 1) team(warp) {} })mlir")),
            "binding 'scratch' has no meaning in a decode program\n");
}
/// Who has no pieces has no slots for them.
TEST_F(Decode, MostPiecesWithSplitStepsOnly) {
  // A column is two tokens, a piece 384.
  constexpr StringLiteral kernels = R"mlir(
    mla_gpu.kernel @attend(%pieces: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>},
                           %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>})
        step(attend) grid(row_tiles, one) threads(32) {
      mla_gpu.role "a" warps(0 to 1) team(warp) {
        %c0 = arith.constant 0 : i64
        %value = arith.sitofp %pieces : i32 to f32
        mla_gpu.global.store %value, %lse[%c0] : f32, !mla_gpu.ptr<f32>
      }
    })mlir";
  EXPECT_EQ(run(parse(kImplements, kernels)), "binding 'most_pieces' has no meaning in a decode program\n");
  std::string implements = StringRef(kImplements).drop_back().str() + ", split_steps = 3>";
  for (auto [columns, pieces] : {std::pair(2, 1.0f), {192, 1.0f}, {193, 2.0f}, {64 * 192 + 1, 64.0f}}) {
    inputs.shape.blockTableStride = columns;
    inputs.blockTable.assign(columns, 0);
    EXPECT_EQ(run(parse(implements, kernels)), "");
    EXPECT_EQ(outputs.lse[0], pieces) << columns;
  }
}
TEST_F(Decode, NegativeStep) {
  EXPECT_EQ(run(parse(kImplements, R"mlir(
    mla_gpu.kernel @k() step(other) grid(one, one) threads(32) { mla_gpu.role "a" warps(0 to 1) team(warp) {} })mlir")),
            "expected step schedule or attend in a decode program, but got other\n");
}

/// A call must leave the counters as it found them. One that has no use for them need not care.
TEST_F(Decode, CountersAtTheEnd) {
  auto run1 = [&](StringRef role) {
    return run(parse(kImplements, (R"mlir(
      mla_gpu.kernel @plan(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
          step(schedule) grid(one, one) threads(32) {
        mla_gpu.role "a" warps(0 to 1) team(warp) {
          %c0 = arith.constant 0 : i64
          %c1 = arith.constant 1 : i64
          %zero = arith.constant 0 : i32
          mla_gpu.global.store %zero, %counters[%c0] : i32, !mla_gpu.ptr<i32>
        }
      }
      mla_gpu.kernel @attend(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
          step(attend) grid(one, one) threads(32) {
        mla_gpu.role "a" warps(0 to 1) team(warp) {
          %c0 = arith.constant 0 : i64
          %one = arith.constant 1 : i32
          )mlir" + role + "}}")
                                      .str()));
  };
  std::string arrive = "mla_gpu.grid.arrive %counters[%c0] of %one\n",
              wait = "mla_gpu.grid.wait %counters[%c0] reaches %one\n",
              leave = "mla_gpu.grid.leave %counters[%c0] of %one\n",
              message = "bad arrival: the call ends with counters that are not zero\n";
  EXPECT_EQ(run1(""), "");
  EXPECT_EQ(run1(arrive + wait + leave), "");
  EXPECT_EQ(run1(arrive + wait), message);
  EXPECT_EQ(run1(arrive), message);
}

TEST_F(Decode, NegativeFormat) {
  inputs.format = mla::CacheFormat::E4M3;
  EXPECT_EQ(runEmpty(), "expected a cache of format f16, but got e4m3\n");
}

//===----------------------------------------------------------------------------------------------------------===//
// What bindings show of a cache of e4m3
//===----------------------------------------------------------------------------------------------------------===//

class Cache : public Decode {
protected:
  /// Two pages of 64 tokens, 128 and 64 columns; `kernel` fills in arguments, set-up and the body of its one role.
  std::string run(mla::CacheFormat format, int64_t maxStoredPages, StringRef arguments, StringRef setUp,
                  StringRef body) {
    mla::reference::DecodeShape shape;
    shape.h_q = 64;
    shape.d_latent = 128 * kGroups;
    mla::reference::DecodeInputOptions options;
    options.format = format;
    options.sparePages = 0;
    options.maxStoredPages = maxStoredPages;
    inputs = mla::reference::makeDecodeInputs(shape, mla::reference::Element::BF16, 1.0f, true, {128}, options);
    std::string implements = llvm::formatv("implements #mla_gpu.decode<element = bf16, format = {0}, page_size = 64, "
                                           "d_latent = {1}, d_rope = 64, causal = "
                                           "true, softmax_scale = 1.0 : f32, heads = 64, queries = 1>",
                                           mla::stringify(format), shape.d_latent);
    std::string kernel = llvm::formatv(R"mlir(
      mla_gpu.kernel @attend({0}) step(attend) grid(one, one) threads(32) {{
        {1}
        mla_gpu.role "a" warps(0 to 1) team(warp) {{ {2} }
      })mlir",
                                       arguments, setUp, body);
    return Decode::run(parse(implements, kernel));
  }

  static constexpr int64_t kGroups = 4;
};

TEST_F(Cache, OneScale) {
  EXPECT_EQ(run(mla::CacheFormat::E4M3, 0, R"mlir(
        %scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>},
        %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>})mlir",
                "", R"mlir(
        %c0 = arith.constant 0 : i64
        %value = mla_gpu.global.load %scale[%c0] : !mla_gpu.ptr<f32> -> f32
        mla_gpu.global.store %value, %lse[%c0] : f32, !mla_gpu.ptr<f32>)mlir"),
            "");
  EXPECT_EQ(outputs.lse[0], inputs.cacheScale);
  EXPECT_GT(inputs.cacheScale, 0);
}

/// Scale 0 of slot 3 of the second page, then its last one.
TEST_F(Cache, ScalesOfTokensAndGroups) {
  for (auto [format, scales] : {std::pair(mla::CacheFormat::E4M3Token, 1), {mla::CacheFormat::E4M3Group, 4}})
    for (int64_t storedPages : {0, 1}) {
      EXPECT_EQ(run(format, storedPages, R"mlir(
            %scales: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>},
            %page_stride: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_page_stride>},
            %token_stride: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_token_stride>},
            %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>})mlir",
                    "",
                    (R"mlir(
            %c0 = arith.constant 0 : i64
            %c1 = arith.constant 1 : i64
            %c3 = arith.constant 3 : i32
            %slot = arith.muli %token_stride, %c3 : i32
            %at = arith.addi %page_stride, %slot : i32
            %first = arith.extui %at : i32 to i64
            %rest = arith.constant )mlir" +
                     std::to_string(scales - 1) + R"mlir( : i64
            %last = arith.addi %first, %rest : i64
            %a = mla_gpu.global.load %scales[%first] : !mla_gpu.ptr<f32> -> f32
            %b = mla_gpu.global.load %scales[%last] : !mla_gpu.ptr<f32> -> f32
            mla_gpu.global.store %a, %lse[%c0] : f32, !mla_gpu.ptr<f32>
            mla_gpu.global.store %b, %lse[%c1] : f32, !mla_gpu.ptr<f32>)mlir")),
                "");
      mla::CacheLayout layout = inputs.layout();
      const uint8_t *token =
          inputs.cache.data() + (storedPages ? 0 : layout.pageStride) + layout.scaleOffset + 3 * layout.scaleStride;
      for (int i : {0, 1}) {
        float expected;
        memcpy(&expected, token + (i ? layout.scalesPerToken - 1 : 0) * mla::kScaleBytes, sizeof expected);
        EXPECT_EQ(outputs.lse[i], expected);
      }
    }
}

/// The second page's RoPE columns, by way of shared memory, in the first columns of the output.
TEST_F(Cache, RopeColumns) {
  for (mla::CacheFormat format : {mla::CacheFormat::E4M3Token, mla::CacheFormat::E4M3Group}) {
    EXPECT_EQ(run(format, 0, R"mlir(
          %cache: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>},
          %out: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<out_map>})mlir",
                  R"mlir(
          %tile = mla_gpu.smem.alloc "tile" : !mla_gpu.smem<64x64xbf16, sw128>
          %full = mla_gpu.mbar.alloc "full" count(1))mlir",
                  R"mlir(
          %c0 = arith.constant 0 : i32
          %c1 = arith.constant 1 : i32
          mla_gpu.mbar.arm %full bytes(8192)
          mla_gpu.tma.load %cache[%c1, %c0, %c0] to %tile signal %full
              : !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
          mla_gpu.mbar.wait %full parity(%c0)
          mla_gpu.tma.store %tile to %out[%c0, %c0, %c0]
              : !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.tensor_map<1x64x64xbf16, sw128>
          mla_gpu.tma.store_wait)mlir"),
              "");
    mla::CacheLayout layout = inputs.layout();
    for (int64_t slot : {0, 1, 63})
      EXPECT_EQ(memcmp(outputs.out.data() + slot * inputs.shape.d_latent,
                       inputs.cache.data() + layout.pageStride + slot * layout.tokenStride + layout.ropeOffset, 128),
                0);
  }
}

/// The same for 128 latent columns from column 128 on: as many bytes as 64 columns of the output.
TEST_F(Cache, LatentColumns) {
  for (mla::CacheFormat format : {mla::CacheFormat::E4M3, mla::CacheFormat::E4M3Token, mla::CacheFormat::E4M3Group}) {
    EXPECT_EQ(run(format, 0, R"mlir(
          %cache: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>},
          %out: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<out_map>})mlir",
                  R"mlir(
          %tile = mla_gpu.smem.alloc "tile" : !mla_gpu.smem<64x128xf8E4M3FN, sw128>
          %full = mla_gpu.mbar.alloc "full" count(1))mlir",
                  R"mlir(
          %c0 = arith.constant 0 : i32
          %c1 = arith.constant 1 : i32
          %c128 = arith.constant 128 : i32
          mla_gpu.mbar.arm %full bytes(8192)
          mla_gpu.tma.load %cache[%c1, %c0, %c128] to %tile signal %full
              : !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> -> !mla_gpu.smem<64x128xf8E4M3FN, sw128>
          mla_gpu.mbar.wait %full parity(%c0)
          mla_gpu.tma.store %tile to %out[%c0, %c0, %c0]
              : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>
          mla_gpu.tma.store_wait)mlir"),
              "");
    mla::CacheLayout layout = inputs.layout();
    const auto *out = reinterpret_cast<const uint8_t *>(outputs.out.data());
    for (int64_t slot : {0, 1, 63})
      EXPECT_EQ(memcmp(out + slot * inputs.shape.d_latent,
                       inputs.cache.data() + layout.pageStride + slot * layout.tokenStride + 128, 128),
                0);
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Kernels that overlap
//===----------------------------------------------------------------------------------------------------------===//

/// `schedule` writes parts, `attend` writes lse; `last`, of the same step, reads one of them.
std::string makeChain(StringRef inSchedule, StringRef inAttend, StringRef inLast, StringRef read) {
  auto kernel = [](StringRef name, StringRef step, StringRef body) {
    return llvm::formatv(R"mlir(
      mla_gpu.kernel @{0}(%parts: !mla_gpu.ptr<i32> {{mla_gpu.bind = #mla_gpu.binding<parts>},
                          %lse: !mla_gpu.ptr<f32> {{mla_gpu.bind = #mla_gpu.binding<lse>})
          step({1}) grid(one, one) threads(32) {{
        mla_gpu.role "a" warps(0 to 1) team(warp) {{
          %c0 = arith.constant 0 : i64
          %i = arith.constant 1 : i32
          %f = arith.constant 1.0 : f32
          {2}
        }
      })mlir",
                         name, step, body)
        .str();
  };
  std::string store0 = "mla_gpu.global.store %i, %parts[%c0] : i32, !mla_gpu.ptr<i32>\n";
  std::string store1 = "mla_gpu.global.store %f, %lse[%c0] : f32, !mla_gpu.ptr<f32>\n";
  StringRef load = read == "parts" ? "%x = mla_gpu.global.load %parts[%c0] : !mla_gpu.ptr<i32> -> i32\n"
                                   : "%x = mla_gpu.global.load %lse[%c0] : !mla_gpu.ptr<f32> -> f32\n";
  return kernel("schedule", "schedule", store0 + inSchedule.str()) +
         kernel("attend", "attend", inAttend.str() + store1) + kernel("last", "attend", (inLast + load).str());
}

constexpr StringLiteral kTrigger = "mla_gpu.pdl.trigger\n", kWait = "mla_gpu.pdl.wait\n";
constexpr StringLiteral kNoWait =
    "race: role 'a' accesses what the kernel before writes, but is not ordered after a pdl.wait\n";

TEST_F(Decode, KernelsInOrder) { EXPECT_EQ(run(parse(kImplements, makeChain("", "", "", "lse"))), ""); }
TEST_F(Decode, OverlapWithWait) {
  EXPECT_EQ(run(parse(kImplements, makeChain("", kTrigger.str(), kWait.str(), "lse"))), "");
}
TEST_F(Decode, OverlapWithoutWait) {
  EXPECT_EQ(run(parse(kImplements, makeChain("", kTrigger.str(), "", "lse"))), kNoWait);
}
TEST_F(Decode, OverlapDoesNotConcernEarlierKernels) {
  EXPECT_EQ(run(parse(kImplements, makeChain("", kTrigger.str(), "", "parts"))), "");
}
TEST_F(Decode, ChainOfOverlaps) {
  std::string both = (kWait + kTrigger).str();
  EXPECT_EQ(run(parse(kImplements, makeChain(kTrigger, both, kWait, "parts"))), "");
  EXPECT_EQ(run(parse(kImplements, makeChain(kTrigger, both, "", "parts"))), kNoWait);
  EXPECT_EQ(
      run(parse(kImplements, makeChain(kTrigger, kTrigger, kWait, "parts"))),
      "race: role 'a' accesses what an earlier kernel writes, but the kernel in between never executes pdl.wait\n");
}

//===----------------------------------------------------------------------------------------------------------===//
// Kernels for some numbers of rows
//===----------------------------------------------------------------------------------------------------------===//

constexpr StringLiteral kAnyHeads = "implements #mla_gpu.decode<element = f16, page_size = 2, d_latent = 32, "
                                    "d_rope = 16, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>";

/// A kernel that stores `value` as the log-sum-exp of the first row; its second role waits for the first.
std::string makeStore(StringRef name, StringRef rows, StringRef value) {
  return llvm::formatv(R"mlir(
      mla_gpu.kernel @{0}(%lse: !mla_gpu.ptr<f32> {{mla_gpu.bind = #mla_gpu.binding<lse>})
          step(attend) grid(one, one) threads(64) {1} {{
        %x = mla_gpu.mbar.alloc "x" count(1)
        mla_gpu.role "a" warps(0 to 1) team(warp) {{
          %c0 = arith.constant 0 : i64
          %f = arith.constant {2} : f32
          mla_gpu.global.store %f, %lse[%c0] : f32, !mla_gpu.ptr<f32>
          mla_gpu.mbar.arrive %x
        }
        mla_gpu.role "b" warps(1 to 2) team(warp) {{
          %parity = arith.constant 0 : i32
          mla_gpu.mbar.wait %x parity(%parity)
        }
      })mlir",
                       name, rows, value)
      .str();
}

TEST_F(Decode, RowsTellKernelsApart) {
  ProgramOp program =
      parse(kAnyHeads, makeStore("few", "rows(1 to 3)", "1.0") + makeStore("other", "rows(3 to 5)", "2.0"));
  auto runRows = [&](int64_t queries, int64_t heads) {
    inputs.shape.s_q = queries;
    inputs.shape.h_q = heads;
    inputs.q.assign(queries * heads * 48, 0);
    return run(program);
  };
  EXPECT_EQ(runRows(1, 1), "");
  EXPECT_EQ(outputs.lse[0], 1.0f);
  EXPECT_EQ(runRows(2, 1), "");
  EXPECT_EQ(outputs.lse[0], 1.0f);
  EXPECT_EQ(runRows(1, 3), "");
  EXPECT_EQ(outputs.lse[0], 2.0f);
  EXPECT_EQ(runRows(2, 2), "");
  EXPECT_EQ(outputs.lse[0], 2.0f);
  EXPECT_EQ(runRows(5, 1), "expected a kernel of step attend for 5 rows, but got none\n");
  program = parse(kAnyHeads, makeStore("few", "rows(1 to 3)", "1.0") + makeStore("all", "", "2.0"));
  EXPECT_EQ(runRows(2, 1), "expected one kernel of step attend for 2 rows, but got 2\n");
}

TEST_F(Decode, TimesOfKernelsThatRun) {
  ProgramOp program =
      parse(kAnyHeads, makeStore("other", "rows(from 2)", "2.0") + makeStore("few", "rows(1 to 2)", "1.0"));
  InterpreterOptions options;
  options.timing = TimingOptions();
  InterpreterReport report;
  ASSERT_TRUE(succeeded(interpretDecode(program, inputs, multiprocessors, options, report, outputs))) << messages;
  ASSERT_EQ(report.times.size(), 1u);
  EXPECT_EQ(report.times[0].kernel, "few");
}

//===----------------------------------------------------------------------------------------------------------===//
// Mutation
//===----------------------------------------------------------------------------------------------------------===//

TEST_F(Decode, MutantsOfSmallProgram) {
  ProgramOp program = parse(kImplements, kEmptyAttend);
  std::vector<Mutant> mutants = enumerateMutants(program);
  ASSERT_EQ(mutants.size(), 3u);
  EXPECT_EQ(mutants[0].name, "attend/a/fence.async#0");
  EXPECT_EQ(mutants[1].name, "attend/a/mbar.arrive(x)#0");
  EXPECT_EQ(mutants[2].name, "attend/b/mbar.wait(x)#0");
  EXPECT_EQ(mutants[2].change, "dropped");
  EXPECT_FALSE(makeMutant(program, 3));

  MutationCase problem = makeMutationCase(inputs, 1);
  MutationReport report;
  size_t calls = 0;
  std::map<std::string, std::string> equivalences = {{"attend/a/fence.async#0", "nothing is stored"},
                                                     {"attend/a/mbar.arrive(x)#0", "wrong"},
                                                     {"nonsense", "also wrong"}};
  ASSERT_TRUE(succeeded(
      runMutationTest(program, problem, /*randomSeeds=*/1, equivalences, report, [&](size_t, size_t) { ++calls; })));
  EXPECT_EQ(calls, 3u);
  ASSERT_EQ(report.results.size(), 3u);
  EXPECT_EQ(report.results[0].outcome, MutantOutcome::Equivalent);
  EXPECT_EQ(report.results[0].detail, "nothing is stored");
  EXPECT_EQ(report.results[1].outcome, MutantOutcome::Caught);
  ASSERT_TRUE(report.results[1].finding);
  EXPECT_EQ(report.results[1].finding->kind, FindingKind::Deadlock);
  EXPECT_EQ(report.results[2].outcome, MutantOutcome::Survived);
  EXPECT_EQ(report.staleEquivalences, (std::vector<std::string>{"attend/a/mbar.arrive(x)#0", "nonsense"}));
  EXPECT_EQ(messages, "");
}

/// Of kernels for other numbers of rows nothing could be caught.
TEST_F(Decode, MutantsOfKernelsThatRun) {
  std::string attend = kEmptyAttend.str();
  attend.insert(attend.find("threads(64)") + StringRef("threads(64)").size(), " rows(1 to 2)");
  ProgramOp program = parse(kAnyHeads, makeStore("other", "rows(from 2)", "1.0") + attend);
  ASSERT_EQ(enumerateMutants(program).size(), 5u);
  MutationReport report;
  std::set<size_t> counts;
  ASSERT_TRUE(succeeded(runMutationTest(program, makeMutationCase(inputs, 1), /*randomSeeds=*/1, {}, report,
                                        [&](size_t, size_t all) { counts.insert(all); })));
  EXPECT_EQ(counts, std::set<size_t>{3});
  ASSERT_EQ(report.results.size(), 3u);
  EXPECT_EQ(report.results[0].mutant.name, "attend/a/fence.async#0");
  EXPECT_EQ(report.results[1].mutant.name, "attend/a/mbar.arrive(x)#0");
  EXPECT_EQ(report.results[1].outcome, MutantOutcome::Caught);
  EXPECT_EQ(report.results[2].mutant.name, "attend/b/mbar.wait(x)#0");
  EXPECT_EQ(messages, "");
}

/// For empty requests only; a counter may be read at any time, so without the wait in role "b" what it reads depends on
/// the interleaving, and nothing is found.
constexpr StringLiteral kCounting = R"mlir(
  mla_gpu.kernel @plan(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i64
      %zero = arith.constant 0 : i32
      mla_gpu.global.store %zero, %counters[%c0] : i32, !mla_gpu.ptr<i32>
    }
  }
  mla_gpu.kernel @attend(%out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
                         %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
                         %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(attend) grid(row_tiles, one) threads(64) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    %y = mla_gpu.mbar.alloc "y" count(1)
    %c0 = arith.constant 0 : i64
    %parity = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %zero = arith.constant dense<0.0> : tensor<32xf32, #mla_gpu.layout<lane>>
      mla_gpu.global.store_lanes %zero, %out[%c0] : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<f16>
      mla_gpu.grid.arrive %counters[%c0] of %one
      mla_gpu.mbar.arrive %x
      mla_gpu.mbar.wait %y parity(%parity)
      mla_gpu.grid.leave %counters[%c0] of %one
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.mbar.wait %x parity(%parity)
      %arrived = mla_gpu.global.load %counters[%c0] : !mla_gpu.ptr<i32> -> i32
      %minus_inf = arith.constant 0xFF800000 : f32
      %wrong = arith.constant 3.0 : f32
      %is_right = arith.cmpi eq, %arrived, %one : i32
      %value = arith.select %is_right, %minus_inf, %wrong : f32
      mla_gpu.global.store %value, %lse[%c0] : f32, !mla_gpu.ptr<f32>
      mla_gpu.mbar.arrive %y
    }
  })mlir";

/// A wrong value without a finding.
TEST_F(Decode, MutantWithWrongValue) {
  MutationReport report;
  ASSERT_TRUE(succeeded(runMutationTest(parse(kImplements, kCounting), makeMutationCase(inputs, 1), 1, {}, report)));
  auto wait = llvm::find_if(report.results,
                            [](const MutantResult &result) { return result.mutant.name == "attend/b/mbar.wait(x)#0"; });
  ASSERT_NE(wait, report.results.end());
  EXPECT_EQ(wait->outcome, MutantOutcome::WrongValue);
  EXPECT_EQ(wait->detail, "case 0, round robin");
}

TEST_F(Decode, NegativeOriginalNotClean) {
  std::string text = kEmptyAttend.str();
  text.erase(text.find("mla_gpu.mbar.arrive %x"), StringRef("mla_gpu.mbar.arrive %x").size());
  MutationReport report;
  EXPECT_TRUE(failed(runMutationTest(parse(kImplements, text), makeMutationCase(inputs, 1), 1, {}, report)));
  EXPECT_EQ(messages, "deadlock: role 'b' waits for phase 0 of mbarrier 'x' (arrivals 0 of 1, bytes 0 of 0)\n"
                      "the original is not clean (case 0, round robin)\n");
}

TEST_F(Decode, NegativeOriginalWrong) {
  inputs.seqLens = {1};
  MutationReport report;
  EXPECT_TRUE(failed(runMutationTest(parse(kImplements, kEmptyAttend), makeMutationCase(inputs, 1), 1, {}, report)));
  EXPECT_EQ(messages.find("the result of the original differs from the reference (case 0): relative error "), 0u);
}

TEST_F(Decode, NegativeOriginalDependsOnOrder) {
  std::string text = kCounting.str();
  StringRef wait = "mla_gpu.mbar.wait %x parity(%parity)";
  text.erase(text.find(wait), wait.size());
  MutationReport report;
  EXPECT_TRUE(failed(runMutationTest(parse(kImplements, text), makeMutationCase(inputs, 1), 1, {}, report)));
  EXPECT_EQ(messages, "the result of the original depends on the interleaving (case 0, a first)\n");
}

} // namespace
