//===- PackageWriterTest.cpp - From launch contracts to what the runtime reads --------------------------------===//
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Target/Package/Package.h"
#include "mla/mla_runtime.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

constexpr const char *kKernels = R"(
module @decode attributes {mla_gpu.implements = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512,
    d_rope = 64, causal = true, softmax_scale = 0.125 : f32, heads = 16, queries = 0>} {
  llvm.func @plan_work(%lens: !llvm.ptr, %batch: i32) attributes {mla_gpu.launch = {step = "schedule", grid_x = "one",
      grid_y = "one", threads = 32 : i32, smem_bytes = 0 : i32, bindings = ["seq_lens", "batch"], maps = [unit, unit]}} {
    llvm.return
  }
  llvm.func @attend(%map: !llvm.ptr, %out: !llvm.ptr) attributes {mla_gpu.launch = {step = "attend",
      grid_x = "row_tiles", grid_y = "parts", threads = 384 : i32, smem_bytes = 230000 : i32, bindings = ["q_map", "out"],
      maps = [!mla_gpu.tensor_map<1x64x64xbf16, sw128>, unit], pdl = true, cooperative = true}} {
    llvm.return
  }
  llvm.func @helper(%x: i32) { llvm.return }
})";

class PackageWriter : public testing::Test {
protected:
  PackageWriter() {
    context.loadDialect<MLAGPUDialect, LLVM::LLVMDialect>();
    context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) { message = diagnostic.str(); });
  }

  FailureOr<Package> collect(StringRef ir) {
    module = parseSourceString<ModuleOp>(ir, &context);
    EXPECT_TRUE(module) << message;
    return module ? collectPackage(*module, "sm_90a") : FailureOr<Package>(failure());
  }

  /// `kKernels` with `from` replaced by `to`.
  static std::string altered(StringRef from, StringRef to) {
    std::string ir = kKernels;
    size_t at = ir.find(from);
    EXPECT_NE(at, std::string::npos);
    return ir.replace(at, from.size(), to.str());
  }

  void expectFailure(const std::string &ir, StringRef expected) {
    EXPECT_TRUE(failed(collect(ir)));
    EXPECT_TRUE(StringRef(message).contains(expected)) << message;
  }

  static void expectLoads(const std::string &bytes) {
    mla_package_t *loaded = nullptr;
    EXPECT_EQ(mla_package_load_from_memory(bytes.data(), bytes.size(), &loaded), MLA_STATUS_OK)
        << mla_last_error_message();
    mla_package_destroy(loaded);
  }

  /// Where `kKernels` has nothing of it, it is not said, so that packages stay as they were.
  void expectLeftOut(StringRef key) {
    FailureOr<Package> package = collect(kKernels);
    ASSERT_TRUE(succeeded(package)) << message;
    EXPECT_FALSE(StringRef(serializePackage(*package)).contains(key));
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;
  std::string message;
};

TEST_F(PackageWriter, CollectsContracts) {
  FailureOr<Package> package = collect(kKernels);
  ASSERT_TRUE(succeeded(package)) << message;
  EXPECT_EQ(package->name, "decode");
  EXPECT_EQ(package->target, "sm_90a");
  EXPECT_EQ(cast<DecodeAttr>(package->implements).getHeads(), 16);
  ASSERT_EQ(package->kernels.size(), 2u);
  const PackageKernel &schedule = package->kernels[0], &attend = package->kernels[1];
  EXPECT_EQ(schedule.step, Step::Schedule);
  EXPECT_FALSE(schedule.pdl);
  EXPECT_FALSE(schedule.cooperative);
  EXPECT_EQ(attend.name, "attend");
  EXPECT_EQ(attend.step, Step::Attend);
  EXPECT_EQ(attend.gridX, Grid::RowTiles);
  EXPECT_EQ(attend.gridY, Grid::Parts);
  EXPECT_EQ(attend.threads, 384);
  EXPECT_EQ(attend.smemBytes, 230000);
  EXPECT_TRUE(attend.pdl);
  EXPECT_TRUE(attend.cooperative);
  ASSERT_EQ(attend.arguments.size(), 2u);
  EXPECT_EQ(attend.arguments[0].binding, Binding::QMap);
  EXPECT_TRUE(attend.arguments[0].map);
  EXPECT_EQ(attend.arguments[1].binding, Binding::Out);
  EXPECT_FALSE(attend.arguments[1].map);
}

TEST_F(PackageWriter, RuntimeReadsIt) {
  FailureOr<Package> package = collect(kKernels);
  ASSERT_TRUE(succeeded(package)) << message;
  package->images.push_back({ImageKind::PTX, "// PTX"});
  package->images.push_back({ImageKind::PTX, "// more PTX"});
  std::string bytes = serializePackage(*package);
  EXPECT_EQ(bytes, serializePackage(*package));
  EXPECT_NE(bytes.find("\"cooperative\": false"), std::string::npos);
  EXPECT_NE(bytes.find("\"cooperative\": true"), std::string::npos);
  mla_package_t *loaded = nullptr;
  ASSERT_EQ(mla_package_load_from_memory(bytes.data(), bytes.size(), &loaded), MLA_STATUS_OK)
      << mla_last_error_message();
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  EXPECT_EQ(mla_package_decode_info(loaded, &info), MLA_STATUS_OK);
  EXPECT_EQ(info.element, MLA_ELEMENT_BF16);
  EXPECT_EQ(info.format, MLA_CACHE_FORMAT_BF16);
  EXPECT_EQ(info.precision, MLA_PRECISION_BF16);
  EXPECT_EQ(info.causal, 1);
  EXPECT_EQ(info.h_q, 16);
  EXPECT_EQ(info.s_q, 0);
  EXPECT_EQ(info.d_latent, 512);
  EXPECT_EQ(info.d_rope, 64);
  EXPECT_EQ(info.page_size, 64);
  EXPECT_EQ(info.softmax_scale, 0.125f);
  mla_package_destroy(loaded);
}

TEST_F(PackageWriter, RuntimeReadsCachesOfE4M3) {
  std::string ir = altered("element = bf16,", "element = bf16, format = e4m3_token, precision = e4m3,");
  auto replace = [&](StringRef from, StringRef to) { ir.replace(ir.find(from.str()), from.size(), to.str()); };
  replace("%map: !llvm.ptr", "%map: !llvm.ptr, %latent: !llvm.ptr, %rope: !llvm.ptr");
  replace("\"q_map\"", "\"q_map\", \"cache_latent_map\", \"cache_rope_map\"");
  replace("[!mla_gpu",
          "[!mla_gpu.tensor_map<1x64x64xbf16, sw128>, !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>, !mla_gpu");
  FailureOr<Package> package = collect(ir);
  ASSERT_TRUE(succeeded(package)) << message;
  package->images.push_back({ImageKind::PTX, "// PTX"});
  std::string bytes = serializePackage(*package);
  mla_package_t *loaded = nullptr;
  ASSERT_EQ(mla_package_load_from_memory(bytes.data(), bytes.size(), &loaded), MLA_STATUS_OK)
      << mla_last_error_message();
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  EXPECT_EQ(mla_package_decode_info(loaded, &info), MLA_STATUS_OK);
  EXPECT_EQ(info.format, MLA_CACHE_FORMAT_E4M3_TOKEN);
  EXPECT_EQ(info.precision, MLA_PRECISION_E4M3);
  mla_package_destroy(loaded);
}

TEST_F(PackageWriter, RuntimeReadsFixedPieces) {
  std::string ir = altered("queries = 0>", "queries = 0, split_steps = 16>");
  auto replace = [&](StringRef from, StringRef to) { ir.replace(ir.find(from.str()), from.size(), to.str()); };
  replace("%batch: i32)", "%batch: i32, %most_pieces: i32)");
  replace("\"batch\"], maps = [unit, unit]", "\"batch\", \"most_pieces\"], maps = [unit, unit, unit]");
  FailureOr<Package> package = collect(ir);
  ASSERT_TRUE(succeeded(package)) << message;
  package->images.push_back({ImageKind::PTX, "// PTX"});
  std::string bytes = serializePackage(*package);
  EXPECT_NE(bytes.find("\"split_steps\": 16"), std::string::npos);
  expectLoads(bytes);
  expectLeftOut("split_steps");
}

TEST_F(PackageWriter, RuntimeReadsPrefillFromCachesOfE4M3) {
  std::string ir =
      R"(module @prefill attributes {mla_gpu.implements = #mla_gpu.prefill<form = "absorbed", element = bf16,
        heads = 16, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 0.125 : f32, page_size = 64,
        format = e4m3_group>} {
    llvm.func @schedule(%lens: !llvm.ptr) attributes {mla_gpu.launch = {step = "schedule", grid_x = "one", grid_y = "one",
        threads = 256 : i32, smem_bytes = 0 : i32, bindings = ["seq_lens"], maps = [unit]}} { llvm.return }
    llvm.func @attend(%cache: !llvm.ptr) attributes {mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one",
        threads = 384 : i32, smem_bytes = 0 : i32, bindings = ["cache"], maps = [unit]}} { llvm.return } })";
  for (bool isE4M3 : {true, false}) {
    if (!isE4M3)
      ir.replace(ir.find(",\n        format = e4m3_group"), StringRef(",\n        format = e4m3_group").size(), "");
    FailureOr<Package> package = collect(ir);
    ASSERT_TRUE(succeeded(package)) << message;
    package->images.push_back({ImageKind::PTX, "// PTX"});
    std::string bytes = serializePackage(*package);
    // As before for the formats of before.
    EXPECT_EQ(bytes.find("\"format\"") != std::string::npos, isE4M3);
    mla_package_t *loaded = nullptr;
    ASSERT_EQ(mla_package_load_from_memory(bytes.data(), bytes.size(), &loaded), MLA_STATUS_OK)
        << mla_last_error_message();
    mla_prefill_info_t info = MLA_PREFILL_INFO_INIT;
    EXPECT_EQ(mla_package_prefill_info(loaded, &info), MLA_STATUS_OK);
    EXPECT_EQ(info.format, isE4M3 ? MLA_CACHE_FORMAT_E4M3_GROUP : MLA_CACHE_FORMAT_BF16);
    mla_package_destroy(loaded);
  }
}

TEST_F(PackageWriter, PlainKernels) {
  FailureOr<Package> package = collect(R"(module @tools {
    llvm.func @flush(%scratch: !llvm.ptr, %size: i64) attributes {mla_gpu.launch = {step = "other",
        grid_x = "multiprocessors", grid_y = "one", threads = 256 : i32, smem_bytes = 0 : i32,
        bindings = ["scratch", "scratch_elements"], maps = [unit, unit]}} { llvm.return } })");
  ASSERT_TRUE(succeeded(package)) << message;
  package->images.push_back({ImageKind::PTX, "// PTX"});
  std::string bytes = serializePackage(*package);
  expectLoads(bytes);
}

TEST_F(PackageWriter, BindingsFitTheFunction) {
  expectFailure(
      altered("bindings = [\"seq_lens\", \"batch\"], maps = [unit, unit]", "bindings = [\"seq_lens\"], maps = [unit]"),
      "expected a binding for each of 2 arguments, but got 1");
}

TEST_F(PackageWriter, MapsFitTheBindings) {
  expectFailure(altered("[!mla_gpu.tensor_map<1x64x64xbf16, sw128>, unit]", "[unit, unit]"),
                "expected a tensor-map type for binding \"q_map\", but got unit");
  expectFailure(altered("\"q_map\", \"out\"", "\"lse\", \"out\""),
                "expected unit for binding \"lse\", but got !mla_gpu.tensor_map");
  for (const char *name : {"out_map", "partial_map", "cache_latent_map", "cache_rope_map"})
    expectFailure(altered("\"q_map\", \"out\"", "\"q_map\", \"" + std::string(name) + "\""),
                  "expected a tensor-map type for binding \"" + std::string(name) + "\", but got unit");
}

TEST_F(PackageWriter, OneKernelForEachStep) {
  expectFailure(altered("step = \"attend\"", "step = \"other\""),
                "expected one kernel of step attend in a program that implements decode, but got 0");
  expectFailure(altered("step = \"attend\"", "step = \"schedule\""),
                "expected one kernel of step schedule in a program that implements decode, but got 2");
}

/// `kKernels` with `rows` in the contract of its attend kernel, and with others of that step, each with its rows.
std::string withRows(std::string rows, std::initializer_list<const char *> others) {
  std::string ir = kKernels;
  auto insert = [&](StringRef before, const std::string &text) { ir.insert(ir.find(before.str()), text); };
  if (!rows.empty())
    insert("pdl = true", "rows = #mla_gpu.rows<" + rows + ">, ");
  for (const char *other : others)
    insert("llvm.func @helper", "llvm.func @attend_" + std::to_string(ir.size()) +
                                    R"(() attributes {mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one",
        threads = 32 : i32, smem_bytes = 0 : i32, bindings = [], maps = [], rows = #mla_gpu.rows<)" +
                                    other + ">}} { llvm.return }\n");
  return ir;
}

TEST_F(PackageWriter, RuntimeReadsRows) {
  FailureOr<Package> package = collect(withRows("from 17", {"1 to 17"}));
  ASSERT_TRUE(succeeded(package)) << message;
  ASSERT_EQ(package->kernels.size(), 3u);
  EXPECT_FALSE(package->kernels[0].rows);
  EXPECT_EQ(package->kernels[1].rows, RowsAttr::get(&context, 17, RowsAttr::kNoEnd));
  EXPECT_EQ(package->kernels[2].rows, RowsAttr::get(&context, 1, 17));
  package->images.push_back({ImageKind::PTX, "// PTX"});
  std::string bytes = serializePackage(*package);
  auto isSpace = [](char c) { return c == ' ' || c == '\n'; };
  std::string dense = bytes;
  llvm::erase_if(dense, isSpace);
  EXPECT_NE(dense.find("\"rows\":[17],"), std::string::npos);
  EXPECT_NE(dense.find("\"rows\":[1,17],"), std::string::npos);
  expectLoads(bytes);
  expectLeftOut("\"rows\"");
}

TEST_F(PackageWriter, OneKernelForEachNumberOfRows) {
  auto expectCount = [&](const std::string &ir, const std::string &rows, int count) {
    expectFailure(ir, "expected one kernel of step attend for " + rows +
                          " rows in a program that implements decode, but got " + std::to_string(count));
  };
  EXPECT_TRUE(succeeded(collect(withRows("from 1", {})))) << message;
  EXPECT_TRUE(succeeded(collect(withRows("9 to 17", {"from 17", "1 to 9"})))) << message;
  expectCount(withRows("from 2", {}), "1", 0);
  expectCount(withRows("1 to 17", {}), "17", 0);
  expectCount(withRows("1 to 17", {"from 20"}), "17", 0);
  expectCount(withRows("1 to 17", {"from 16"}), "16", 2);
  expectCount(withRows("1 to 17", {"5 to 9", "from 17"}), "5", 2);
  expectCount(withRows("1 to 2147483647", {}), "2147483647", 0);
  expectCount(withRows("", {"from 17"}), "17", 2);
  expectCount(withRows("", {"1 to 17"}), "1", 2);
}

TEST_F(PackageWriter, OneKernelForTheFixedNumberOfRows) {
  // 32 rows: nobody asks for others.
  auto fixed = [](const std::string &rows, std::initializer_list<const char *> others) {
    std::string ir = withRows(rows, others);
    return ir.replace(ir.find("queries = 0"), StringRef("queries = 0").size(), "queries = 2");
  };
  EXPECT_TRUE(succeeded(collect(fixed("32 to 33", {})))) << message;
  EXPECT_TRUE(succeeded(collect(fixed("32 to 40", {"1 to 3", "2 to 32"})))) << message;
  auto expectCount = [&](const std::string &ir, int count) {
    expectFailure(ir, "expected one kernel of step attend for 32 rows in a program that implements decode, but got " +
                          std::to_string(count));
  };
  expectCount(fixed("from 33", {"1 to 32"}), 0);
  expectCount(fixed("from 32", {"1 to 33"}), 2);
  std::string most = fixed("from 1", {});
  expectFailure(most.replace(most.find("heads = 16"), StringRef("heads = 16").size(), "heads = 9223372036854775807"),
                "for 9223372036854775807 rows in a program that implements decode, but got 0");
}

TEST_F(PackageWriter, RowsOfDecodeOnly) {
  std::string ir = withRows("from 1", {});
  size_t from = ir.find(" attributes {mla_gpu.implements"), to = ir.find("{\n  llvm.func @plan_work");
  expectFailure(
      ir.replace(from, to - from, " "),
      "expected rows in a program that implements decode only, but kernel 'attend' has #mla_gpu.rows<from 1>");
}

TEST_F(PackageWriter, NoKernels) {
  expectFailure("module @empty {}", "expected at least one kernel with 'mla_gpu.launch'");
}

TEST_F(PackageWriter, TooManyKernels) {
  std::string ir = "module @many {";
  for (int i = 0; i < 17; ++i)
    ir += "llvm.func @k" + std::to_string(i) +
          "() attributes {mla_gpu.launch = {step = \"other\", grid_x = \"one\", grid_y = \"one\", threads = 32 : i32, "
          "smem_bytes = 0 : i32, bindings = [], maps = []}} { llvm.return }\n";
  expectFailure(ir + "}", "expected at most 16 kernels, but got 17");
}

TEST_F(PackageWriter, TooManyArguments) {
  std::string arguments, bindings, maps;
  for (int i = 0; i < 33; ++i) {
    std::string comma = i ? ", " : "";
    arguments += comma + "%x" + std::to_string(i) + ": i32";
    bindings += comma + "\"rows\"";
    maps += comma + "unit";
  }
  expectFailure(
      "module @wide { llvm.func @k(" + arguments +
          ") attributes {mla_gpu.launch = {step = \"other\", grid_x = \"one\", grid_y = \"one\", threads = 32 "
          ": i32, smem_bytes = 0 : i32, bindings = [" +
          bindings + "], maps = [" + maps + "]}} { llvm.return } }",
      "expected at most 32 arguments, but got 33");
}

} // namespace
