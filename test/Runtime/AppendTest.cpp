//===- AppendTest.cpp - Plans and launches of append and rope, on a driver that only records -------------------===//
#include "PackageBuilder.h"
#include "RecordingDriver.h"

namespace {

const char *const kAppend = R"({
 "name": "append", "target": "sm_90a",
 "append": {"element": "bf16", "format": "e4m3", "d_latent": 512, "d_rope": 4, "page_size": 64, "slot_bits": 64,
            "position_bits": 32, "s_q": 0, "norm": true, "eps": 1e-6,
            "rope": {"interleaved": true, "magnitude": 1, "turns": [5, -1]}},
 "kernels": [
  {"name": "append", "step": "append", "grid": ["twice_per_multiprocessor", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [
    {"binding": "latent"}, {"binding": "k_rope"}, {"binding": "slots"}, {"binding": "positions"},
    {"binding": "cache_scale"}, {"binding": "norm_weight"}, {"binding": "latent_stride"}, {"binding": "k_rope_stride"},
    {"binding": "cache"}, {"binding": "tokens"}]}],
 "images": [{"kind": "cubin", @0}, {"kind": "ptx", @1}]
})";

const char *const kPages = R"({
 "name": "append", "target": "sm_90a",
 "append": {"element": "f16", "format": "f16", "d_latent": 512, "d_rope": 4, "page_size": 64, "slot_bits": 0,
            "position_bits": 0, "s_q": 2, "norm": false, "eps": 0},
 "kernels": [
  {"name": "append", "step": "append", "grid": ["twice_per_multiprocessor", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [
    {"binding": "latent"}, {"binding": "k_rope"}, {"binding": "block_table"}, {"binding": "seq_lens"},
    {"binding": "block_table_stride"}, {"binding": "queries"}, {"binding": "cache"}, {"binding": "tokens"}]}],
 "images": [{"kind": "cubin", @0}, {"kind": "ptx", @1}]
})";

const char *const kRope = R"({
 "name": "rope", "target": "sm_90a",
 "rope": {"element": "bf16", "d_rope": 4, "heads": 0, "position_bits": 64,
          "rope": {"interleaved": false, "magnitude": 1.25, "turns": [5, 7]}},
 "kernels": [
  {"name": "rope", "step": "rope", "grid": ["twice_per_multiprocessor", "one"], "threads": 512, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [
    {"binding": "rope_x"}, {"binding": "positions"}, {"binding": "out"}, {"binding": "tokens"}, {"binding": "heads"}]}],
 "images": [{"kind": "cubin", @0}, {"kind": "ptx", @1}]
})";

std::string build(std::string metadata, const std::string &from = "", const std::string &to = "") {
  if (size_t at = metadata.find(from); !from.empty() && at != std::string::npos)
    metadata.replace(at, from.size(), to);
  return buildPackage(metadata, {emptyCubin(), kPTX});
}

void expectCorrupt(const std::string &bytes, const std::string &message) {
  mla_package_t *package = nullptr;
  expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &package), MLA_STATUS_CORRUPT_PACKAGE,
                message);
  EXPECT_EQ(package, nullptr);
}

struct PlanDeleter {
  void operator()(mla_append_plan_t *plan) const { mla_append_plan_destroy(plan); }
  void operator()(mla_rope_plan_t *plan) const { mla_rope_plan_destroy(plan); }
};
using AppendPlan = std::unique_ptr<mla_append_plan_t, PlanDeleter>;
using RopePlan = std::unique_ptr<mla_rope_plan_t, PlanDeleter>;

class Append : public RecordingDriver {
protected:
  void SetUp() override {
    RecordingDriver::SetUp();
    fake().num_kernels = 2;
    fake().kernels[0] = {
        "append", 10, {kPointer, kPointer, kPointer, kPointer, kPointer, kPointer, kInt, kInt, kPointer, kInt},
        1024,     0,  0};
    fake().kernels[1] = {"rope", 5, {kPointer, kPointer, kPointer, kInt, kInt}, 1024, 0, 0};
    package = loadPackage(build(kAppend));
  }

  static mla_append_desc_t makeDesc() {
    mla_append_desc_t desc = MLA_APPEND_DESC_INIT;
    desc.element = MLA_ELEMENT_BF16;
    desc.format = MLA_CACHE_FORMAT_E4M3;
    desc.d_latent = 512;
    desc.d_rope = 4;
    desc.page_size = 64;
    desc.num_pages = 100;
    return desc;
  }

  static mla_append_args_t makeArgs() {
    mla_append_args_t args = MLA_APPEND_ARGS_INIT;
    args.tokens = 7;
    args.latent = at(0x10000);
    args.k_rope = at(0x20004);
    args.slots = at(0x30008);
    args.positions = at(0x40004);
    args.cache_scale = at(0x50004);
    args.weight = at(0x60008);
    args.cache = at(0x70000);
    args.latent_stride = 516;
    return args;
  }

  AppendPlan createPlan(const mla_append_desc_t &desc) {
    mla_append_plan_t *plan = nullptr;
    EXPECT_EQ(mla_append_plan_create(package.get(), &desc, &plan), MLA_STATUS_OK) << mla_last_error_message();
    return AppendPlan(plan);
  }

  PackageHandle package;
};

TEST_F(Append, Info) {
  mla_append_info_t info = MLA_APPEND_INFO_INIT;
  ASSERT_EQ(mla_package_append_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.format, MLA_CACHE_FORMAT_E4M3);
  EXPECT_EQ(info.slot_bits, 64);
  EXPECT_EQ(info.position_bits, 32);
  EXPECT_EQ(info.norm, 1);
  EXPECT_EQ(info.eps, 1e-6f);
  EXPECT_EQ(info.rotation.pairs, 2);
  EXPECT_EQ(info.rotation.interleaved, 1);
  EXPECT_EQ(info.rotation.turns[0], 5u);
  EXPECT_EQ(info.rotation.turns[1], UINT64_MAX);
  mla_rope_info_t rope = MLA_ROPE_INFO_INIT;
  expectFailure(mla_package_rope_info(package.get(), &rope), MLA_STATUS_UNSUPPORTED,
                "package 'append' implements no rope op");
  mla_decode_info_t decode = MLA_DECODE_INFO_INIT;
  expectFailure(mla_package_decode_info(package.get(), &decode), MLA_STATUS_UNSUPPORTED,
                "package 'append' implements no decode op");
  info.struct_size = 1;
  expectFailure(mla_package_append_info(package.get(), &info), MLA_STATUS_INVALID_ARGUMENT, "struct_size");
  expectFailure(mla_package_append_info(nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "out_info");
}

TEST_F(Append, Launch) {
  AppendPlan plan = createPlan(makeDesc());
  mla_append_args_t args = makeArgs();
  ASSERT_EQ(mla_append_run(plan.get(), &args, at(0x99)), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_STREQ(launch.kernel, "append");
  EXPECT_EQ(launch.grid[0], 264u);
  EXPECT_EQ(launch.block[0], 256u);
  EXPECT_EQ(launch.stream, at(0x99));
  for (auto [index, expected] : {std::pair<size_t, uint64_t>{0, 0x10000},
                                 {1, 0x20004},
                                 {2, 0x30008},
                                 {3, 0x40004},
                                 {4, 0x50004},
                                 {5, 0x60008},
                                 {8, 0x70000}})
    EXPECT_EQ(parameter<uint64_t>(launch, index), expected) << index;
  EXPECT_EQ(parameter<int32_t>(launch, 6), 516);
  EXPECT_EQ(parameter<int32_t>(launch, 7), 4); // dense
  EXPECT_EQ(parameter<int32_t>(launch, 9), 7);
}

TEST_F(Append, NoTokensNoLaunch) {
  AppendPlan plan = createPlan(makeDesc());
  mla_append_args_t args = MLA_APPEND_ARGS_INIT;
  EXPECT_EQ(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  EXPECT_EQ(fake().num_launches, 0u);
}

TEST_F(Append, CanImplement) {
  auto expect = [&](void (*change)(mla_append_desc_t &), mla_status_t status, const std::string &message) {
    mla_append_desc_t desc = makeDesc();
    change(desc);
    expectFailure(mla_append_can_implement(package.get(), &desc), status, message);
  };
  mla_append_desc_t desc = makeDesc();
  EXPECT_EQ(mla_append_can_implement(package.get(), &desc), MLA_STATUS_OK);
  expect([](mla_append_desc_t &d) { d.struct_size = 3; }, MLA_STATUS_INVALID_ARGUMENT, "desc: expected struct_size");
  expect([](mla_append_desc_t &d) { d.element = MLA_ELEMENT_F16; }, MLA_STATUS_UNSUPPORTED,
         "implements element type bf16, but got f16");
  expect([](mla_append_desc_t &d) { d.format = MLA_CACHE_FORMAT_BF16; }, MLA_STATUS_UNSUPPORTED,
         "implements cache format e4m3, but got bf16");
  expect([](mla_append_desc_t &d) { d.format = (mla_cache_format_t)99; }, MLA_STATUS_UNSUPPORTED,
         "implements cache format e4m3, but got an unknown one");
  expect([](mla_append_desc_t &d) { d.d_latent = 256; }, MLA_STATUS_UNSUPPORTED,
         "implements d_latent = 512, but got 256");
  expect([](mla_append_desc_t &d) { d.d_rope = 64; }, MLA_STATUS_UNSUPPORTED, "implements d_rope = 4, but got 64");
  expect([](mla_append_desc_t &d) { d.page_size = 1; }, MLA_STATUS_UNSUPPORTED, "implements page_size = 64, but got 1");
  expect([](mla_append_desc_t &d) { d.num_pages = 0; }, MLA_STATUS_INVALID_ARGUMENT,
         "desc: num_pages: expected 1 to 2147483647, but got 0");
  expectFailure(mla_append_can_implement(nullptr, &desc), MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle");
  expectFailure(mla_append_can_implement(package.get(), nullptr), MLA_STATUS_INVALID_ARGUMENT, "desc: expected a");
  expectFailure(mla_append_can_implement(loadPackage(decodePackage()).get(), &desc), MLA_STATUS_UNSUPPORTED,
                "implements no append op");
}

TEST_F(Append, Arguments) {
  AppendPlan plan = createPlan(makeDesc());
  auto expect = [&](void (*change)(mla_append_args_t &), const std::string &message) {
    mla_append_args_t args = makeArgs();
    change(args);
    expectFailure(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, message);
    EXPECT_EQ(fake().num_launches, 0u);
  };
  expect([](mla_append_args_t &a) { a.struct_size = 3; }, "args: expected struct_size");
  expect([](mla_append_args_t &a) { a.tokens = -1; }, "tokens: expected 0 to 1073741824, but got -1");
  expect([](mla_append_args_t &a) { a.latent = nullptr; }, "latent: expected a device pointer, but got null");
  expect([](mla_append_args_t &a) { a.cache = nullptr; }, "cache: expected a device pointer, but got null");
  expect([](mla_append_args_t &a) { a.cache_scale = nullptr; }, "cache_scale: expected a device pointer");
  expect([](mla_append_args_t &a) { a.latent = at(0x10002); }, "latent: expected an address aligned to 8 bytes");
  expect([](mla_append_args_t &a) { a.slots = at(0x30004); }, "slots: expected an address aligned to 8 bytes");
  expect([](mla_append_args_t &a) { a.positions = at(0x30002); }, "positions: expected an address aligned to 4 bytes");
  expect([](mla_append_args_t &a) { a.latent_stride = 511; },
         "latent_stride: expected 0 or a multiple of 4 from 512 to 2147483647, but got 511");
  expect([](mla_append_args_t &a) { a.latent_stride = 514; }, "latent_stride: expected 0 or a multiple of 4");
  expect([](mla_append_args_t &a) { a.k_rope_stride = 5; }, "k_rope_stride: expected 0 or a multiple of 2");
  expectFailure(mla_append_run(nullptr, nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle");
  expectFailure(mla_append_run(plan.get(), nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer");
}

TEST_F(Append, BlockTable) {
  package = loadPackage(build(kPages));
  fake().kernels[0] = {"append", 8, {kPointer, kPointer, kPointer, kPointer, kInt, kInt, kPointer, kInt}, 1024, 0, 0};
  mla_append_desc_t desc = makeDesc();
  desc.element = MLA_ELEMENT_F16;
  desc.format = MLA_CACHE_FORMAT_F16;
  expectFailure(mla_append_can_implement(package.get(), &desc), MLA_STATUS_INVALID_ARGUMENT,
                "desc: block_table_stride: expected 1 to 2147483647, but got 0");
  desc.block_table_stride = 9;
  AppendPlan plan = createPlan(desc);
  mla_append_args_t args = makeArgs();
  args.block_table = at(0x80004);
  args.seq_lens = at(0x90004);
  args.tokens = 6;
  expectFailure(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_UNSUPPORTED, "implements s_q = 2, but got 1");
  args.s_q = 0;
  expectFailure(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "s_q: expected 1 to");
  args.s_q = 2;
  args.tokens = 7;
  expectFailure(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "tokens: expected a multiple of s_q = 2, but got 7");
  args.tokens = 6;
  ASSERT_EQ(mla_append_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  EXPECT_EQ(parameter<int32_t>(fake().launches[0], 4), 9);
  EXPECT_EQ(parameter<int32_t>(fake().launches[0], 5), 2);
  EXPECT_EQ(parameter<int32_t>(fake().launches[0], 7), 6);
}

// As PackageTest does with packages of decode: any status will do, but no crash.
TEST_F(Append, PackagesAlteredAnywhereWithARightChecksum) {
  for (const char *metadata : {kAppend, kPages, kRope}) {
    std::string bytes = build(metadata);
    for (size_t i = 16; i < bytes.size(); ++i)
      for (unsigned char flip : {0x01, 0x04, 0x10, 0x80, 0xff}) {
        std::string altered = bytes;
        altered[i] ^= flip;
        sealPackage(altered);
        mla_package_t *loaded = nullptr;
        if (mla_package_load_from_memory(altered.data(), altered.size(), &loaded) != MLA_STATUS_OK)
          continue;
        mla_append_desc_t desc = makeDesc();
        mla_append_can_implement(loaded, &desc);
        mla_package_destroy(loaded);
      }
  }
}

TEST_F(Append, CorruptPackages) {
  expectCorrupt(build(kAppend, "\"slot_bits\": 64", "\"slot_bits\": 16"),
                "append.slot_bits: expected 0, 32 or 64, but got 16");
  expectCorrupt(build(kAppend, "\"turns\": [5, -1]", "\"turns\": [5]"),
                "append.rope.turns: expected 2 to 2 elements, but got 1");
  expectCorrupt(build(kAppend, "\"turns\": [5, -1]", "\"turns\": [5, 0.5]"),
                "append.rope.turns[1]: expected an integer");
  expectCorrupt(build(kAppend, "\"d_rope\": 4", "\"d_rope\": 5"), "append.rope: expected an even d_rope, but got 5");
  expectCorrupt(build(kRope, "\"d_rope\": 4", "\"d_rope\": 5"), "rope.rope: expected an even d_rope, but got 5");
  expectCorrupt(build(kAppend, "\"magnitude\": 1", "\"magnitude\": 0"), "append.rope.magnitude: expected");
  expectCorrupt(build(kAppend, "\"eps\": 1e-6", "\"eps\": -1"), "append.eps: expected");
  expectCorrupt(build(kAppend, "\"eps\": 1e-6", "\"eps\": \"x\""), "append.eps: expected a number, but got");
  expectCorrupt(build(kAppend, "\"format\": \"e4m3\"", "\"format\": \"f16\""),
                "append.format: got 'f16' with elements of bf16");
  expectCorrupt(build(kAppend, "\"format\": \"e4m3\"", "\"format\": \"bf16\""),
                "binding: got 'cache_scale' with a cache of format bf16");
  expectCorrupt(build(kAppend, "\"norm\": true", "\"norm\": false"),
                "binding: got 'norm_weight' in a package that implements append");
  expectCorrupt(build(kAppend, "{\"binding\": \"tokens\"}", "{\"binding\": \"parts\"}"),
                "binding: got 'parts' in a package that implements append");
  expectCorrupt(build(kAppend, "\"step\": \"append\"", "\"step\": \"other\""),
                "kernels: expected one kernel of step append, but got 0");
  expectCorrupt(build(kAppend, "[\"twice_per_multiprocessor\"", "[\"parts\""),
                "grid: got 'parts' in a package that implements append");
  expectCorrupt(build(kAppend, "\"kernels\"", "\"rope\": {}, \"kernels\""),
                "expected one of decode, append, rope, prefill and merge, but got several");
  expectCorrupt(build(kRope, "\"position_bits\": 64", "\"position_bits\": 0"),
                "rope.position_bits: expected 32 or 64, but got 0");
}

TEST_F(Append, Rope) {
  package = loadPackage(build(kRope));
  mla_rope_info_t info = MLA_ROPE_INFO_INIT;
  ASSERT_EQ(mla_package_rope_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.rotation.magnitude, 1.25);
  mla_rope_desc_t desc = MLA_ROPE_DESC_INIT;
  desc.d_rope = 4;
  expectFailure(mla_rope_can_implement(package.get(), &desc), MLA_STATUS_INVALID_ARGUMENT,
                "desc: heads: expected 1 to");
  desc.heads = 16;
  mla_rope_plan_t *created = nullptr;
  ASSERT_EQ(mla_rope_plan_create(package.get(), &desc, &created), MLA_STATUS_OK) << mla_last_error_message();
  RopePlan plan(created);
  mla_rope_args_t args = MLA_ROPE_ARGS_INIT;
  EXPECT_EQ(mla_rope_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  EXPECT_EQ(fake().num_launches, 0u);
  args.tokens = 5;
  args.x = at(0x10000);
  args.positions = at(0x20004);
  args.out = at(0x30000);
  expectFailure(mla_rope_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "positions: expected an address aligned to 8 bytes");
  args.positions = at(0x20008);
  args.tokens = 1 << 27;
  expectFailure(mla_rope_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "tokens: expected at most");
  args.tokens = 5;
  ASSERT_EQ(mla_rope_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_STREQ(launch.kernel, "rope");
  EXPECT_EQ(launch.block[0], 512u);
  EXPECT_EQ(parameter<int32_t>(launch, 3), 5);
  EXPECT_EQ(parameter<int32_t>(launch, 4), 16);
}

} // namespace
