//===- PrefillTest.cpp - Plans and launches of prefill, on a driver that only records --------------------------===//
#include "PackageBuilder.h"
#include "RecordingDriver.h"

namespace {

/// Metadata of a prefill package with every binding.
const char *const kMetadata = R"({
 "name": "prefill", "target": "sm_90a",
 "prefill": {"form": "mha", "element": "bf16", "causal": true, "h_q": 16, "d_nope": 128, "d_rope": 64, "d_v": 128,
             "softmax_scale": 0.125},
 "kernels": [
  {"name": "list", "step": "schedule", "grid": ["multiprocessors", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [{"binding": "cu_seqlens_q"}, {"binding": "cu_seqlens_kv"},
     {"binding": "work"}, {"binding": "counters"}, {"binding": "batch"}]},
  {"name": "attend", "step": "attend", "grid": ["multiprocessors", "one"], "threads": 384, "smem_bytes": 213160,
   "pdl": false, "cooperative": false, "arguments": [
    {"binding": "q_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]},
    {"binding": "k_map", "element": "bf16", "swizzle": "sw128", "box": [1, 128, 64]},
    {"binding": "k_rope_map", "element": "bf16", "swizzle": "sw128", "box": [128, 64]},
    {"binding": "v_map", "element": "bf16", "swizzle": "sw128", "box": [1, 128, 64]},
    {"binding": "work"}, {"binding": "counters"}, {"binding": "out"}, {"binding": "lse"}, {"binding": "total_q"},
    {"binding": "scale_log2"}]}],
 "images": [{"kind": "cubin", @0}]
})";

std::string prefillPackage(const std::string &from = "", const std::string &to = "") {
  std::string metadata = kMetadata;
  if (!from.empty()) {
    size_t at = metadata.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    metadata.replace(at, from.size(), to);
  }
  return buildPackage(metadata, {emptyCubin()});
}

class Prefill : public RecordingDriver {
protected:
  void SetUp() override {
    RecordingDriver::SetUp();
    fake().num_kernels = 2;
    fake().kernels[0] = {"list", 5, {kPointer, kPointer, kPointer, kPointer, kInt}, 1024, 0, 0};
    fake().kernels[1] = {"attend", 10, {kMap, kMap, kMap, kMap, kPointer, kPointer, kPointer, kPointer, kInt, kInt},
                         384,      0,  0};
    package = loadPackage(prefillPackage());
    desc.d_rope = 64;
  }

  mla_status_t create(PrefillPlanHandle &out) { return createPrefill(package.get(), desc, out); }

  PrefillPlanHandle createPlan() {
    PrefillPlanHandle plan;
    EXPECT_EQ(create(plan), MLA_STATUS_OK) << mla_last_error_message();
    return plan;
  }

  void expectRefused(mla_status_t status, const std::string &message) {
    PrefillPlanHandle plan;
    expectFailure(create(plan), status, message);
    EXPECT_EQ(fake().modules, 0);
  }

  mla_prefill_args_t prefillArgs(const mla_prefill_plan_t *plan) {
    mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
    args.b = 3;
    args.total_q = 900;
    args.total_kv = 5000;
    args.q = at(0x10000);
    args.k = at(0x20000);
    args.k_rope = at(0x30000);
    args.v = at(0x40000);
    args.cu_seqlens_q = at(0x50004);
    args.cu_seqlens_kv = at(0x60004);
    args.out = at(0x70000);
    args.lse = at(0x80004);
    args.workspace = at(0x90000);
    EXPECT_EQ(mla_prefill_plan_workspace_size(plan, &args.workspace_size), MLA_STATUS_OK);
    return args;
  }

  static uint64_t parameter(const fake_launch_t &launch, size_t index, size_t size) {
    uint64_t value = 0;
    memcpy(&value, launch.parameters[index], size);
    return value;
  }

  static void expectMap(const fake_map_t &map, std::vector<uint64_t> extents, std::vector<uint64_t> strides,
                        std::vector<uint32_t> box) {
    ASSERT_EQ(map.rank, static_cast<int>(extents.size()));
    for (size_t i = 0; i < extents.size(); ++i) {
      EXPECT_EQ(map.extents[i], extents[i]) << i;
      EXPECT_EQ(map.box[i], box[i]) << i;
    }
    for (size_t i = 0; i < strides.size(); ++i)
      EXPECT_EQ(map.strides[i], strides[i]) << i;
  }

  mla_prefill_desc_t desc = prefillDesc();
  PackageHandle package;
};

TEST_F(Prefill, Info) {
  mla_prefill_info_t info = MLA_PREFILL_INFO_INIT;
  ASSERT_EQ(mla_package_prefill_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.element, MLA_ELEMENT_BF16);
  EXPECT_EQ(info.causal, 1);
  EXPECT_EQ(info.h_q, 16);
  EXPECT_EQ(info.d_nope, 128);
  EXPECT_EQ(info.d_rope, 64);
  EXPECT_EQ(info.d_v, 128);
  EXPECT_EQ(info.softmax_scale, 0.125f);
  mla_decode_info_t decode = MLA_DECODE_INFO_INIT;
  expectFailure(mla_package_decode_info(package.get(), &decode), MLA_STATUS_UNSUPPORTED, "implements no decode op");
  PackageHandle other = loadPackage(decodePackage());
  expectFailure(mla_package_prefill_info(other.get(), &info), MLA_STATUS_UNSUPPORTED, "implements no prefill op");
  info.struct_size = 1;
  expectFailure(mla_package_prefill_info(package.get(), &info), MLA_STATUS_INVALID_ARGUMENT, "struct_size");
}

TEST_F(Prefill, CorruptPackages) {
  auto expect = [](const std::string &from, const std::string &to, const std::string &message) {
    std::string bytes = prefillPackage(from, to);
    mla_package_t *out = nullptr;
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &out), MLA_STATUS_CORRUPT_PACKAGE, message);
  };
  expect("\"mha\"", "\"paged\"", "prefill.form: expected a known name, but got 'paged'");
  expect("\"mha\"", "\"absorbed\"", "prefill.page_size: expected");
  expect("\"h_q\": 16", "\"h_q\": 0", "prefill.h_q: expected 1 to 4096, but got 0");
  expect("\"d_rope\": 64", "\"d_rope\": -1", "prefill.d_rope: expected 0 to 4096, but got -1");
  expect("\"softmax_scale\": 0.125", "\"softmax_scale\": 0", "prefill.softmax_scale: expected a positive f32");
  expect("{\"binding\": \"batch\"}", "{\"binding\": \"seq_lens\"}",
         "got 'seq_lens' in a package that implements prefill");
  expect("\"box\": [128, 64]", "\"box\": [1, 128, 64]", "expected 2 to 2 elements, but got 3");
  expect("\"step\": \"schedule\"", "\"step\": \"other\"", "expected one kernel of step schedule, but got 0");
  expect("\"grid\": [\"multiprocessors\"", "\"grid\": [\"parts\"", "got 'parts' in a package that implements prefill");
  expect("\"prefill\": {",
         "\"decode\": {\"element\": \"bf16\", \"causal\": true, \"h_q\": 1, \"s_q\": 1, "
         "\"d_latent\": 512, \"d_rope\": 64, \"page_size\": 64, \"softmax_scale\": 1.0}, \"prefill\": {",
         "expected one of decode, append, rope, prefill and merge, but got several");
}

TEST_F(Prefill, CanImplement) {
  desc.h_q = 8;
  expectRefused(MLA_STATUS_UNSUPPORTED, "package 'prefill' implements h_q = 16, but got 8");
  desc.h_q = 16;
  desc.causal = 0;
  expectRefused(MLA_STATUS_UNSUPPORTED, "implements causal = 1, but got 0");
  desc.causal = 1;
  desc.element = MLA_ELEMENT_F16;
  expectRefused(MLA_STATUS_UNSUPPORTED, "implements element type bf16");
  desc.element = MLA_ELEMENT_BF16;
  desc.max_b = 0;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "max_b: expected 1 to");
  desc.max_b = 10;
  desc.max_total_q = -1;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "max_total_q: expected 0 to");
  desc.max_total_q = INT32_MAX / 2;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "expected at most 134217728 tiles of 128 queries, times heads");
  desc.max_total_q = 1000;
  desc.k_head_stride = 255;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "k_head_stride: expected a multiple of 8 elements, but got 255");
  desc.k_head_stride = 64;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "k_head_stride: expected 128 to");
  for (int64_t stride : {INT64_MIN, INT64_MAX}) {
    desc.k_head_stride = stride;
    expectRefused(MLA_STATUS_INVALID_ARGUMENT, "k_head_stride: expected 128 to");
  }
  desc.k_head_stride = 0;
  desc.page_size = 64; // of the absorbed form
  expectRefused(MLA_STATUS_UNSUPPORTED, "package 'prefill' implements page_size = 0, but got 64");
  desc.page_size = 0;
  desc.softmax_scale = -1;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "softmax_scale: expected a finite number of at least 0");
}

TEST_F(Prefill, Workspace) {
  PrefillPlanHandle plan = createPlan();
  size_t size = 0;
  ASSERT_EQ(mla_prefill_plan_workspace_size(plan.get(), &size), MLA_STATUS_OK);
  // Counters, then a record for the number of items and one for each tile (7 and one more for each sequence) and head.
  EXPECT_EQ(size, 256u + (1 + 17 * 16) * 32u);
}

TEST_F(Prefill, ScheduleLaunches) {
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = prefillArgs(plan.get());
  args.q = args.k = args.k_rope = args.v = args.out = args.lse = nullptr;
  int stream = 0;
  ASSERT_EQ(mla_prefill_schedule(plan.get(), &args, &stream), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_STREQ(launch.kernel, "list");
  EXPECT_EQ(launch.grid[0], 132u);
  EXPECT_EQ(launch.block[0], 256u);
  EXPECT_EQ(launch.stream, &stream);
  EXPECT_EQ(parameter(launch, 0, kPointer), 0x50004u);
  EXPECT_EQ(parameter(launch, 1, kPointer), 0x60004u);
  EXPECT_EQ(parameter(launch, 2, kPointer), 0x90100u);
  EXPECT_EQ(parameter(launch, 3, kPointer), 0x90000u);
  EXPECT_EQ(parameter(launch, 4, kInt), 3u);
}

TEST_F(Prefill, RunDescribesDenseTensors) {
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = prefillArgs(plan.get());
  ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_EQ(launch.grid[0], 132u);
  EXPECT_EQ(launch.smem_bytes, 213160u);
  EXPECT_EQ(launch.cooperative, 0);
  EXPECT_EQ(parameter(launch, 8, kInt), 900u);
  float scale = 0;
  memcpy(&scale, launch.parameters[9], sizeof(scale));
  EXPECT_FLOAT_EQ(scale, 0.125f * 1.44269504f);
  // Fastest dimension first: columns, tokens, heads.
  ASSERT_EQ(fake().num_maps, 4u);
  expectMap(fake().maps[0], {192, 900, 16}, {16 * 192 * 2, 192 * 2}, {64, 64, 1});
  expectMap(fake().maps[1], {128, 5000, 16}, {16 * 128 * 2, 128 * 2}, {64, 128, 1});
  expectMap(fake().maps[2], {64, 5000}, {64 * 2}, {64, 128});
  expectMap(fake().maps[3], {128, 5000, 16}, {16 * 128 * 2, 128 * 2}, {64, 128, 1});
}

TEST_F(Prefill, RunDescribesHalvesOfAProjection) {
  desc.k_head_stride = desc.v_head_stride = 256;
  desc.q_token_stride = 16 * 192 + 8;
  desc.k_rope_token_stride = 576;
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = prefillArgs(plan.get());
  args.total_kv = 0; // one row for the map's sake
  ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  expectMap(fake().maps[0], {192, 900, 16}, {(16 * 192 + 8) * 2, 192 * 2}, {64, 64, 1});
  expectMap(fake().maps[1], {128, 1, 16}, {16 * 256 * 2, 256 * 2}, {64, 128, 1});
  expectMap(fake().maps[2], {64, 1}, {576 * 2}, {64, 128});
  expectMap(fake().maps[3], {128, 1, 16}, {16 * 256 * 2, 256 * 2}, {64, 128, 1});
}

TEST_F(Prefill, WrongArguments) {
  PrefillPlanHandle plan = createPlan();
  auto expect = [&](auto change, const std::string &message) {
    mla_prefill_args_t args = prefillArgs(plan.get());
    change(args);
    expectFailure(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, message);
  };
  expect([](auto &args) { args.struct_size = 8; }, "args: expected struct_size");
  expect([](auto &args) { args.b = 11; }, "args: b: expected 1 to 10, but got 11");
  expect([](auto &args) { args.total_q = 1001; }, "args: total_q: expected 0 to 1000, but got 1001");
  expect([](auto &args) { args.total_kv = -1; }, "args: total_kv: expected 0 to");
  expect([](auto &args) { args.k = nullptr; }, "k: expected a device pointer, but got null");
  expect([](auto &args) { args.v = reinterpret_cast<void *>(0x40008); }, "v: expected an address aligned to 16 bytes");
  expect([](auto &args) { --args.workspace_size; }, "workspace: expected at least");
  expect([](auto &args) { args.workspace = reinterpret_cast<void *>(0x90010); },
         "workspace: expected an address aligned");
  mla_prefill_args_t args = prefillArgs(plan.get());
  expectFailure(mla_prefill_run(nullptr, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle");
  expectFailure(mla_prefill_run(plan.get(), nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer");
  EXPECT_EQ(fake().num_launches, 0u);
}

//===----------------------------------------------------------------------------------------------------------===//
// The absorbed form
//===----------------------------------------------------------------------------------------------------------===//

/// The absorbed form over a tensor of latent vectors, or over pages, with every binding.
std::string absorbedMetadata(bool paged) {
  std::string lengths = paged ? "seq_lens" : "cu_seqlens_kv";
  std::string places =
      paged ? R"({"binding": "block_table"}, {"binding": "block_table_stride"}, {"binding": "num_pages"})"
            : R"({"binding": "total_kv"})";
  return R"({
 "name": "absorbed", "target": "sm_90a",
 "prefill": {"form": "absorbed", "element": "bf16", "causal": true, "h_q": 16, "d_nope": 512, "d_rope": 64, "d_v": 512,
             "page_size": )" +
         std::string(paged ? "64" : "0") + R"(, "softmax_scale": 0.125},
 "kernels": [
  {"name": "list", "step": "schedule", "grid": ["multiprocessors", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [{"binding": "cu_seqlens_q"}, {"binding": ")" +
         lengths + R"("},
     {"binding": "work"}, {"binding": "counters"}, {"binding": "batch"}]},
  {"name": "attend", "step": "attend", "grid": ["multiprocessors", "one"], "threads": 384, "smem_bytes": 222392,
   "pdl": false, "cooperative": false, "arguments": [
    {"binding": "q_map", "element": "bf16", "swizzle": "sw128", "box": [64, 64]},
    {"binding": "cache_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]},
    {"binding": "out_map", "element": "bf16", "swizzle": "sw128", "box": [64, 64]},
    {"binding": "work"}, {"binding": "counters"}, {"binding": "out"}, {"binding": "lse"}, {"binding": "scale_log2"},
    )" + places +
         R"(]}],
 "images": [{"kind": "cubin", @0}]
})";
}

class PrefillAbsorbed : public Prefill, public testing::WithParamInterface<bool> {
protected:
  void SetUp() override {
    Prefill::SetUp();
    bool paged = GetParam();
    std::vector<size_t> sizes = {kMap, kMap, kMap, kPointer, kPointer, kPointer, kPointer, kInt};
    for (size_t size : paged ? std::vector<size_t>{kPointer, kInt, kInt} : std::vector<size_t>{kInt})
      sizes.push_back(size);
    fake().kernels[1].num_parameters = sizes.size();
    std::copy(sizes.begin(), sizes.end(), fake().kernels[1].parameter_sizes);
    package = loadPackage(buildPackage(absorbedMetadata(paged), {emptyCubin()}));
    desc.form = MLA_PREFILL_FORM_ABSORBED;
    desc.d_nope = desc.d_v = 512;
    if (paged) {
      desc.page_size = 64;
      desc.num_pages = 700;
      desc.block_table_stride = 90;
    }
  }

  mla_prefill_args_t absorbedArgs(const mla_prefill_plan_t *plan) {
    mla_prefill_args_t args = prefillArgs(plan);
    args.k = args.k_rope = args.v = nullptr;
    args.keys = reinterpret_cast<void *>(0x20000);
    if (GetParam()) {
      args.cu_seqlens_kv = nullptr;
      args.total_kv = 0;
      args.block_table = reinterpret_cast<void *>(0xa0004);
      args.seq_lens = reinterpret_cast<void *>(0xb0004);
    }
    return args;
  }
};

TEST_P(PrefillAbsorbed, Info) {
  mla_prefill_info_t info = MLA_PREFILL_INFO_INIT;
  ASSERT_EQ(mla_package_prefill_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.form, MLA_PREFILL_FORM_ABSORBED);
  EXPECT_EQ(info.page_size, GetParam() ? 64 : 0);
  EXPECT_EQ(info.format, MLA_CACHE_FORMAT_BF16);
  EXPECT_EQ(info.d_nope, 512);
  EXPECT_EQ(info.d_v, 512);
}

TEST_P(PrefillAbsorbed, CorruptPackages) {
  auto expect = [](const std::string &from, const std::string &to, const std::string &message) {
    std::string metadata = absorbedMetadata(GetParam());
    size_t at = metadata.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    metadata.replace(at, from.size(), to);
    std::string bytes = buildPackage(metadata, {emptyCubin()});
    mla_package_t *out = nullptr;
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &out), MLA_STATUS_CORRUPT_PACKAGE, message);
  };
  expect("\"d_v\": 512", "\"d_v\": 128", "prefill.d_v: expected d_nope, 512, in the absorbed form, but got 128");
  expect(GetParam() ? "\"page_size\": 64" : "\"page_size\": 0", "\"page_size\": -1",
         "prefill.page_size: expected 0 to 65536, but got -1");
  expect("{\"binding\": \"lse\"}", "{\"binding\": \"total_q\"}", "got 'total_q' in a package that implements prefill");
  expect("\"box\": [64, 64]", "\"box\": [1, 64, 64]", "expected 2 to 2 elements, but got 3");
  if (GetParam())
    expect("seq_lens", "cu_seqlens_kv", "got 'cu_seqlens_kv' in a package that implements prefill");
  else
    expect("total_kv", "num_pages", "got 'num_pages' in a package that implements prefill");
}

TEST_P(PrefillAbsorbed, CanImplement) {
  desc.form = MLA_PREFILL_FORM_MHA;
  expectRefused(MLA_STATUS_UNSUPPORTED, "package 'absorbed' implements form absorbed, but got mha");
  desc.form = static_cast<mla_prefill_form_t>(7);
  expectRefused(MLA_STATUS_UNSUPPORTED, "implements form absorbed, but got an unknown one");
  desc.form = MLA_PREFILL_FORM_ABSORBED;
  desc.page_size = GetParam() ? 0 : 64;
  expectRefused(MLA_STATUS_UNSUPPORTED, "implements page_size = ");
  desc.page_size = GetParam() ? 64 : 0;
  desc.q_token_stride = 16 * 576 + 8;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "q_token_stride: expected h_q times q_head_stride in the absorbed form");
  desc.q_token_stride = 0;
  desc.max_total_q = INT32_MAX / 16;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "max_total_q: expected 0 to 134217723");
  desc.max_total_q = 1000;
  desc.max_b = INT32_MAX / 2;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "expected at most 134217728 tiles of 64 (query, head) pairs, but got 10");
  desc.max_b = 10;
  if (GetParam()) {
    desc.num_pages = 0;
    expectRefused(MLA_STATUS_INVALID_ARGUMENT, "num_pages: expected 1 to");
    desc.num_pages = 700;
    desc.block_table_stride = 0;
    expectRefused(MLA_STATUS_INVALID_ARGUMENT, "block_table_stride: expected 1 to");
    desc.format = MLA_CACHE_FORMAT_E4M3;
    expectRefused(MLA_STATUS_UNSUPPORTED, "implements a cache of format bf16, but got e4m3");
  } else {
    desc.key_stride = 577;
    expectRefused(MLA_STATUS_INVALID_ARGUMENT, "key_stride: expected a multiple of 8 elements, but got 577");
    desc.key_stride = 512;
    expectRefused(MLA_STATUS_INVALID_ARGUMENT, "key_stride: expected 576 to");
  }
}

TEST_P(PrefillAbsorbed, Workspace) {
  PrefillPlanHandle plan = createPlan();
  size_t size = 0;
  ASSERT_EQ(mla_prefill_plan_workspace_size(plan.get(), &size), MLA_STATUS_OK);
  // Tiles of 64 (query, head) pairs, and one more for each sequence.
  EXPECT_EQ(size, 256u + (1 + 250 + 10) * 32u);
}

TEST_P(PrefillAbsorbed, Schedule) {
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = absorbedArgs(plan.get());
  ASSERT_EQ(mla_prefill_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_EQ(parameter(launch, 0, kPointer), 0x50004u);
  EXPECT_EQ(parameter(launch, 1, kPointer), GetParam() ? 0xb0004u : 0x60004u);
}

TEST_P(PrefillAbsorbed, Run) {
  desc.q_head_stride = 584;
  if (!GetParam())
    desc.key_stride = 640;
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = absorbedArgs(plan.get());
  ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_EQ(launch.grid[0], 132u);
  ASSERT_EQ(fake().num_maps, 3u);
  expectMap(fake().maps[0], {576, 900 * 16}, {584 * 2}, {64, 64});
  expectMap(fake().maps[2], {512, 900 * 16}, {512 * 2}, {64, 64});
  if (GetParam()) {
    expectMap(fake().maps[1], {576, 64, 700}, {576 * 2, 64 * 576 * 2}, {64, 64, 1});
    EXPECT_EQ(parameter(launch, 8, kPointer), 0xa0004u);
    EXPECT_EQ(parameter(launch, 9, kInt), 90u);
    EXPECT_EQ(parameter(launch, 10, kInt), 700u);
  } else {
    // One page of all tokens.
    expectMap(fake().maps[1], {576, 5000, 1}, {640 * 2}, {64, 64, 1});
    EXPECT_EQ(parameter(launch, 8, kInt), 5000u);
  }
}

TEST_P(PrefillAbsorbed, WrongArguments) {
  PrefillPlanHandle plan = createPlan();
  auto expect = [&](auto change, const std::string &message) {
    mla_prefill_args_t args = absorbedArgs(plan.get());
    change(args);
    expectFailure(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, message);
  };
  expect([](auto &args) { args.keys = nullptr; }, "expected a device pointer, but got null");
  expect([](auto &args) { args.total_q = 1001; }, "args: total_q: expected 0 to 1000, but got 1001");
  if (GetParam())
    expect([](auto &args) { args.block_table = nullptr; }, "block_table: expected a device pointer, but got null");
}

/// The absorbed form over pages of a format of e4m3, with all bindings of such a cache.
std::string e4m3Metadata(const std::string &format) {
  std::string metadata = absorbedMetadata(/*paged=*/true);
  auto replace = [&](const std::string &from, const std::string &to) {
    size_t at = metadata.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    metadata.replace(at, from.size(), to);
  };
  replace("\"page_size\": 64", "\"page_size\": 64, \"format\": \"" + format + "\"");
  replace(R"({"binding": "cache_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]})",
          R"({"binding": "cache"}, {"binding": ")" + std::string(format == "e4m3" ? "cache_scale" : "cache_scales") +
              R"("})");
  return metadata;
}

class PrefillE4M3 : public Prefill, public testing::WithParamInterface<mla_cache_format_t> {
protected:
  void SetUp() override {
    Prefill::SetUp();
    std::vector<size_t> sizes = {kMap,     kPointer, kPointer, kMap,     kPointer, kPointer,
                                 kPointer, kPointer, kInt,     kPointer, kInt,     kInt};
    fake().kernels[1].num_parameters = sizes.size();
    std::copy(sizes.begin(), sizes.end(), fake().kernels[1].parameter_sizes);
    package = loadPackage(buildPackage(e4m3Metadata(name()), {emptyCubin()}));
    desc.form = MLA_PREFILL_FORM_ABSORBED;
    desc.d_nope = desc.d_v = 512;
    desc.page_size = 64;
    desc.num_pages = 700;
    desc.block_table_stride = 90;
    desc.format = GetParam();
  }

  static const char *name() {
    return GetParam() == MLA_CACHE_FORMAT_E4M3         ? "e4m3"
           : GetParam() == MLA_CACHE_FORMAT_E4M3_TOKEN ? "e4m3_token"
                                                       : "e4m3_group";
  }

  mla_prefill_args_t pagedArgs(const mla_prefill_plan_t *plan) {
    mla_prefill_args_t args = prefillArgs(plan);
    args.k = args.k_rope = args.v = args.cu_seqlens_kv = nullptr;
    args.total_kv = 0;
    args.keys = at(0x20000);
    args.block_table = at(0xa0004);
    args.seq_lens = at(0xb0004);
    if (GetParam() == MLA_CACHE_FORMAT_E4M3)
      args.cache_scale = at(0xc0004);
    return args;
  }
};

TEST_P(PrefillE4M3, Info) {
  mla_prefill_info_t info = MLA_PREFILL_INFO_INIT;
  ASSERT_EQ(mla_package_prefill_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.format, GetParam());
}

TEST_P(PrefillE4M3, CanImplement) {
  desc.format = MLA_CACHE_FORMAT_BF16;
  expectRefused(MLA_STATUS_UNSUPPORTED,
                std::string("package 'absorbed' implements a cache of format ") + name() + ", but got bf16");
  desc.format = static_cast<mla_cache_format_t>(-1);
  expectRefused(MLA_STATUS_UNSUPPORTED, std::string("of format ") + name() + ", but got an unknown one");
}

TEST_P(PrefillE4M3, Run) {
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = pagedArgs(plan.get());
  ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_EQ(fake().num_maps, 2u); // of queries and results
  EXPECT_EQ(parameter(launch, 1, kPointer), 0x20000u);
  // Scales of groups lie behind a token's latent columns, those of tokens behind the tokens of a page.
  EXPECT_EQ(parameter(launch, 2, kPointer), GetParam() == MLA_CACHE_FORMAT_E4M3         ? 0xc0004u
                                            : GetParam() == MLA_CACHE_FORMAT_E4M3_TOKEN ? 0x20000u + 64 * (512 + 128)
                                                                                        : 0x20000u + 512);
}

TEST_P(PrefillE4M3, WrongArguments) {
  PrefillPlanHandle plan = createPlan();
  mla_prefill_args_t args = pagedArgs(plan.get());
  args.keys = nullptr;
  expectFailure(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "expected a device pointer, but got null");
  args = pagedArgs(plan.get());
  args.cache_scale = nullptr;
  if (GetParam() == MLA_CACHE_FORMAT_E4M3)
    expectFailure(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                  "cache_scale: expected a device pointer, but got null");
  else
    EXPECT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
}

TEST_P(PrefillE4M3, CorruptPackages) {
  auto expect = [](const std::string &from, const std::string &to, const std::string &message) {
    std::string metadata = e4m3Metadata(name());
    for (size_t at = metadata.find(from); at != std::string::npos; at = metadata.find(from, at + to.size()))
      metadata.replace(at, from.size(), to);
    std::string bytes = buildPackage(metadata, {emptyCubin()});
    mla_package_t *out = nullptr;
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &out), MLA_STATUS_CORRUPT_PACKAGE, message);
  };
  std::string format = std::string("\"format\": \"") + name() + "\"";
  expect(format, "\"format\": \"e5m2\"", "prefill.format: expected a known name, but got 'e5m2'");
  expect(format, "\"format\": 3", "prefill.format: expected a name, but got a number");
  expect(format, "\"format\": \"f16\"", "prefill.format: got 'f16' with elements of bf16");
  // A package of before, with a kernel of now.
  expect(", " + format, "",
         std::string("binding: got 'cache_scale") + (GetParam() == MLA_CACHE_FORMAT_E4M3 ? "" : "s") +
             "' with a cache of format bf16");
  expect("\"absorbed\", \"element\"", "\"mha\", \"element\"",
         "prefill.format: expected none without a paged cache, but got one");
  expect("\"page_size\": 64", "\"page_size\": 0", "prefill.format: expected none without a paged cache, but got one");
  expect("\"cache\"", "\"k_map\"", "got 'k_map' in a package that implements prefill");
  if (GetParam() == MLA_CACHE_FORMAT_E4M3)
    expect("\"cache_scale\"", "\"cache_scales\"", "got 'cache_scales' with a cache of format e4m3");
  else
    expect("\"element\": \"bf16\"", "\"element\": \"f16\"",
           std::string("prefill.format: got '") + name() + "' with elements of f16");
  if (GetParam() == MLA_CACHE_FORMAT_E4M3_TOKEN)
    expect("\"page_size\": 64", "\"page_size\": 2", "prefill.format: expected parts of multiples of 16 bytes");
}

INSTANTIATE_TEST_SUITE_P(Formats, PrefillE4M3,
                         testing::Values(MLA_CACHE_FORMAT_E4M3, MLA_CACHE_FORMAT_E4M3_TOKEN,
                                         MLA_CACHE_FORMAT_E4M3_GROUP),
                         [](const auto &info) {
                           return std::string(info.param == MLA_CACHE_FORMAT_E4M3         ? "E4M3"
                                              : info.param == MLA_CACHE_FORMAT_E4M3_TOKEN ? "Token"
                                                                                          : "Group");
                         });

INSTANTIATE_TEST_SUITE_P(Keys, PrefillAbsorbed, testing::Bool(),
                         [](const auto &info) { return info.param ? "Paged" : "Tensor"; });

//===----------------------------------------------------------------------------------------------------------===//
// Merge
//===----------------------------------------------------------------------------------------------------------===//

const char *const kMergeMetadata = R"({
 "name": "merge", "target": "sm_90a",
 "merge": {"element": "f32", "heads": 16, "d_v": 512, "heads_first": true},
 "kernels": [
  {"name": "merge", "step": "merge", "grid": ["twice_per_multiprocessor", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [{"binding": "out_a"}, {"binding": "lse_a"}, {"binding": "out_b"},
     {"binding": "lse_b"}, {"binding": "out"}, {"binding": "lse"}, {"binding": "tokens"}]}],
 "images": [{"kind": "cubin", @0}]
})";

class Merge : public Prefill {
protected:
  void SetUp() override {
    Prefill::SetUp();
    fake().num_kernels = 1;
    fake().kernels[0] = {"merge", 7, {kPointer, kPointer, kPointer, kPointer, kPointer, kPointer, kInt}, 1024, 0, 0};
    package = loadPackage(build());
    desc.element = MLA_ELEMENT_F32;
    desc.heads = 16;
    desc.d_v = 512;
    desc.heads_first = 1;
  }

  static std::string build(const std::string &from = "", const std::string &to = "") {
    std::string metadata = kMergeMetadata;
    if (!from.empty())
      metadata.replace(metadata.find(from), from.size(), to);
    return buildPackage(metadata, {emptyCubin()});
  }

  mla_merge_args_t mergeArgs() {
    mla_merge_args_t args = MLA_MERGE_ARGS_INIT;
    auto at = [](uintptr_t address) { return reinterpret_cast<void *>(address); };
    args.tokens = 900;
    args.out_a = at(0x10000);
    args.lse_a = at(0x20004);
    args.out_b = at(0x30000);
    args.lse_b = at(0x40004);
    args.out = at(0x10000); // in place
    args.lse = at(0x20004);
    return args;
  }

  mla_merge_desc_t desc = MLA_MERGE_DESC_INIT;
};

TEST_F(Merge, Packages) {
  mla_merge_info_t info = MLA_MERGE_INFO_INIT;
  ASSERT_EQ(mla_package_merge_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.element, MLA_ELEMENT_F32);
  EXPECT_EQ(info.heads, 16);
  EXPECT_EQ(info.d_v, 512);
  EXPECT_EQ(info.heads_first, 1);
  auto expect = [](const std::string &from, const std::string &to, const std::string &message) {
    std::string bytes = build(from, to);
    mla_package_t *out = nullptr;
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &out), MLA_STATUS_CORRUPT_PACKAGE, message);
  };
  expect("\"f32\"", "\"f64\"", "merge.element: expected a known name, but got 'f64'");
  expect("\"heads\": 16", "\"heads\": 0", "merge.heads: expected 1 to 65536, but got 0");
  expect("\"d_v\": 512", "\"d_v\": 70000", "merge.d_v: expected 1 to 65536, but got 70000");
  expect("\"tokens\"", "\"rows\"", "got 'rows' in a package that implements merge");
  expect("\"step\": \"merge\"", "\"step\": \"other\"", "expected one kernel of step merge, but got 0");
}

TEST_F(Merge, CanImplement) {
  auto expect = [&](mla_status_t status, const std::string &message) {
    expectFailure(mla_merge_can_implement(package.get(), &desc), status, message);
  };
  desc.element = MLA_ELEMENT_BF16;
  expect(MLA_STATUS_UNSUPPORTED, "package 'merge' implements element type f32, but got bf16");
  desc.element = static_cast<mla_element_t>(2);
  expect(MLA_STATUS_UNSUPPORTED, "implements element type f32, but got an unknown one");
  desc.element = MLA_ELEMENT_F32;
  desc.heads = 8;
  expect(MLA_STATUS_UNSUPPORTED, "implements heads = 16, but got 8");
  desc.heads = 16;
  desc.d_v = 128;
  expect(MLA_STATUS_UNSUPPORTED, "implements d_v = 512, but got 128");
  desc.d_v = 512;
  desc.heads_first = 0;
  expect(MLA_STATUS_UNSUPPORTED, "implements heads_first = 1, but got 0");
  desc.struct_size = 1;
  expect(MLA_STATUS_INVALID_ARGUMENT, "desc: expected struct_size");
  PackageHandle other = loadPackage(prefillPackage());
  desc = MLA_MERGE_DESC_INIT;
  expectFailure(mla_merge_can_implement(other.get(), &desc), MLA_STATUS_UNSUPPORTED, "implements no merge op");
}

TEST_F(Merge, Run) {
  mla_merge_plan_t *plan = nullptr;
  ASSERT_EQ(mla_merge_plan_create(package.get(), &desc, &plan), MLA_STATUS_OK) << mla_last_error_message();
  mla_merge_args_t args = mergeArgs();
  ASSERT_EQ(mla_merge_run(plan, &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_EQ(launch.grid[0], 264u);
  EXPECT_EQ(parameter(launch, 0, kPointer), 0x10000u);
  EXPECT_EQ(parameter(launch, 1, kPointer), 0x20004u);
  EXPECT_EQ(parameter(launch, 2, kPointer), 0x30000u);
  EXPECT_EQ(parameter(launch, 3, kPointer), 0x40004u);
  EXPECT_EQ(parameter(launch, 4, kPointer), 0x10000u);
  EXPECT_EQ(parameter(launch, 5, kPointer), 0x20004u);
  EXPECT_EQ(parameter(launch, 6, kInt), 900u);
  args.tokens = 0; // nothing to do, whatever the pointers
  args.out_a = nullptr;
  EXPECT_EQ(mla_merge_run(plan, &args, nullptr), MLA_STATUS_OK);
  EXPECT_EQ(fake().num_launches, 1u);
  args.tokens = (1 << 26) + 1;
  expectFailure(mla_merge_run(plan, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "tokens: expected 0 to 67108864");
  args.tokens = 5;
  expectFailure(mla_merge_run(plan, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_a: expected a device pointer, but got null");
  args = mergeArgs();
  args.out_b = reinterpret_cast<void *>(0x30008);
  expectFailure(mla_merge_run(plan, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_b: expected an address aligned to 16 bytes");
  expectFailure(mla_merge_run(nullptr, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle");
  expectFailure(mla_merge_run(plan, nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer");
  mla_merge_plan_destroy(plan);
}

} // namespace
