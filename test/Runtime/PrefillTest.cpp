//===- PrefillTest.cpp - Plans and launches of prefill, on a driver that only records --------------------------===//
#include "FakeDriver.h"
#include "PackageBuilder.h"
#include <dlfcn.h>

namespace {

constexpr size_t kMap = 128, kPointer = 8, kInt = 4;

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

fake_state_t &fake() {
  static fake_state_t *state = [] {
    void *library = dlopen(MLA_FAKE_CUDA, RTLD_NOW);
    auto get = reinterpret_cast<fake_state_t *(*)()>(dlsym(library, "fake_state"));
    return get();
  }();
  return *state;
}

struct PlanDeleter {
  void operator()(mla_prefill_plan_t *plan) const { mla_prefill_plan_destroy(plan); }
};
using PlanHandle = std::unique_ptr<mla_prefill_plan_t, PlanDeleter>;

class Prefill : public testing::Test {
protected:
  void SetUp() override {
    setenv("MLA_CUDA_DRIVER", MLA_FAKE_CUDA, 1);
    fake() = {};
    fake().major = 9;
    fake().multiprocessors = 132;
    fake().max_threads = 1024;
    fake().max_smem_bytes = 232448;
    fake().num_kernels = 2;
    fake().kernels[0] = {"list", 5, {kPointer, kPointer, kPointer, kPointer, kInt}, 1024, 0, 0};
    fake().kernels[1] = {"attend", 10, {kMap, kMap, kMap, kMap, kPointer, kPointer, kPointer, kPointer, kInt, kInt},
                         384,      0,  0};
    fake().current_context = &fake();
    package = loadPackage(prefillPackage());
    desc.element = MLA_ELEMENT_BF16;
    desc.causal = 1;
    desc.h_q = 16;
    desc.d_nope = 128;
    desc.d_rope = 64;
    desc.d_v = 128;
    desc.max_b = 10;
    desc.max_total_q = 1000;
  }

  mla_status_t create(PlanHandle &out) {
    mla_prefill_plan_t *plan = reinterpret_cast<mla_prefill_plan_t *>(1);
    mla_status_t status = mla_prefill_plan_create(package.get(), &desc, &plan);
    EXPECT_EQ(plan == nullptr, status != MLA_STATUS_OK);
    out.reset(plan);
    return status;
  }

  PlanHandle createPlan() {
    PlanHandle plan;
    EXPECT_EQ(create(plan), MLA_STATUS_OK) << mla_last_error_message();
    return plan;
  }

  void expectRefused(mla_status_t status, const std::string &message) {
    PlanHandle plan;
    expectFailure(create(plan), status, message);
    EXPECT_EQ(fake().modules, 0);
  }

  mla_prefill_args_t prefillArgs(const mla_prefill_plan_t *plan) {
    mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
    auto at = [](uintptr_t address) { return reinterpret_cast<void *>(address); };
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

  mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
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
  expect("\"mha\"", "\"absorbed\"", "prefill.form: expected a known name, but got 'absorbed'");
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
         "expected one of decode, append, rope and prefill, but got several");
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
  desc.k_head_stride = 0;
  desc.softmax_scale = -1;
  expectRefused(MLA_STATUS_INVALID_ARGUMENT, "softmax_scale: expected a finite number of at least 0");
}

TEST_F(Prefill, Workspace) {
  PlanHandle plan = createPlan();
  size_t size = 0;
  ASSERT_EQ(mla_prefill_plan_workspace_size(plan.get(), &size), MLA_STATUS_OK);
  // Counters, then a record for the number of items and one for each tile (7 and one more for each sequence) and head.
  EXPECT_EQ(size, 256u + (1 + 17 * 16) * 32u);
}

TEST_F(Prefill, ScheduleLaunches) {
  PlanHandle plan = createPlan();
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
  PlanHandle plan = createPlan();
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
  PlanHandle plan = createPlan();
  mla_prefill_args_t args = prefillArgs(plan.get());
  args.total_kv = 0; // one row for the map's sake
  ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  expectMap(fake().maps[0], {192, 900, 16}, {(16 * 192 + 8) * 2, 192 * 2}, {64, 64, 1});
  expectMap(fake().maps[1], {128, 1, 16}, {16 * 256 * 2, 256 * 2}, {64, 128, 1});
  expectMap(fake().maps[2], {64, 1}, {576 * 2}, {64, 128});
  expectMap(fake().maps[3], {128, 1, 16}, {16 * 256 * 2, 256 * 2}, {64, 128, 1});
}

TEST_F(Prefill, WrongArguments) {
  PlanHandle plan = createPlan();
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

} // namespace
