//===- DecodeTest.cpp - Plans and launches, on a driver that only records --------------------------------------===//
#include "PackageBuilder.h"
#include "RecordingDriver.h"
#include "runtime/src/format.h"
#include <algorithm>
#include <thread>

namespace {

struct PlanDeleter {
  void operator()(mla_decode_plan_t *plan) const { mla_decode_plan_destroy(plan); }
};
using PlanHandle = std::unique_ptr<mla_decode_plan_t, PlanDeleter>;

class Decode : public RecordingDriver {
protected:
  void SetUp() override {
    RecordingDriver::SetUp();
    fake().num_kernels = 2;
    fake().kernels[0] = {"plan_work", 5, {kPointer, kPointer, kPointer, kInt, kInt}, 1024, 0, 0};
    fake().kernels[1] = {"attend",
                         18,
                         {kMap, kMap, kPointer, kPointer, kPointer, kPointer, kPointer, kPointer, kPointer, kInt, kInt,
                          kInt, kInt, kInt, kInt, kPointer, kMap, kMap},
                         384,
                         0,
                         0};
    package = loadPackage(decodePackage());
  }

  mla_status_t create(const mla_decode_desc_t &desc, PlanHandle &out) {
    mla_decode_plan_t *plan = reinterpret_cast<mla_decode_plan_t *>(1);
    mla_status_t status = mla_decode_plan_create(package.get(), &desc, &plan);
    EXPECT_EQ(plan == nullptr, status != MLA_STATUS_OK);
    out.reset(plan);
    return status;
  }

  PlanHandle createPlan() {
    PlanHandle plan;
    EXPECT_EQ(create(decodeDesc(), plan), MLA_STATUS_OK) << mla_last_error_message();
    return plan;
  }

  /// A failing creation leaves nothing loaded.
  void expectCreationFailure(mla_status_t status, const std::string &message) {
    PlanHandle plan;
    expectFailure(create(decodeDesc(), plan), status, message);
    EXPECT_EQ(fake().modules, 0);
  }

  mla_decode_args_t decodeArgs(const mla_decode_plan_t *plan) {
    mla_decode_args_t args = MLA_DECODE_ARGS_INIT;
    args.q = at(0x10000);
    args.cache = at(0x20000);
    args.block_table = at(0x30004);
    args.seq_lens = at(0x40004);
    args.out = at(0x50000);
    args.lse = at(0x60004);
    args.workspace = at(0x70000);
    EXPECT_EQ(mla_decode_plan_workspace_size(plan, &args.workspace_size), MLA_STATUS_OK);
    return args;
  }

  static uint64_t parameter(const fake_launch_t &launch, size_t index, size_t size) {
    uint64_t value = 0;
    memcpy(&value, launch.parameters[index], size);
    return value;
  }

  PackageHandle package;
};

TEST_F(Decode, PlanDividesTheDevice) {
  PlanHandle plan = createPlan();
  mla_decode_plan_info_t info = MLA_DECODE_PLAN_INFO_INIT;
  ASSERT_EQ(mla_decode_plan_info(plan.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.row_tiles, 4); // 2 · 128 rows
  EXPECT_EQ(info.num_parts, 33);
  EXPECT_EQ(info.multiprocessors, 132);

  size_t size = 0;
  ASSERT_EQ(mla_decode_plan_workspace_size(plan.get(), &size), MLA_STATUS_OK);
  auto piece = [](size_t bytes) { return (bytes + 255) / 256 * 256; };
  EXPECT_EQ(size,
            piece(34 * 4 * 4) + 2 * piece(33 * 4 * 4) + piece(size_t(66) * 256 * 512 * 2) + piece(5 * 66 * 256 * 4));
}

TEST_F(Decode, PlanHasAtLeastOnePart) {
  mla_decode_desc_t desc = decodeDesc();
  desc.s_q = 100; // 200 row tiles
  PlanHandle plan;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK);
  mla_decode_plan_info_t info = MLA_DECODE_PLAN_INFO_INIT;
  ASSERT_EQ(mla_decode_plan_info(plan.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.row_tiles, 200);
  EXPECT_EQ(info.num_parts, 1);
}

TEST_F(Decode, PlanPreparesKernels) {
  PlanHandle plan = createPlan();
  EXPECT_EQ(fake().kernels[1].max_dynamic_smem_bytes, 230000);
  EXPECT_EQ(fake().modules, 1);
  plan.reset();
  EXPECT_EQ(fake().modules, 0);
}

TEST_F(Decode, PlanKeepsThePackage) {
  PlanHandle plan = createPlan();
  package.reset();
  mla_decode_args_t args = decodeArgs(plan.get());
  EXPECT_EQ(mla_decode_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK);
  EXPECT_STREQ(fake().launches[0].kernel, "plan_work");
}

TEST_F(Decode, ScheduleLaunches) {
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  // The lengths are all it needs.
  args.q = args.cache = args.block_table = nullptr;
  args.out = args.lse = nullptr;
  int stream = 0;
  ASSERT_EQ(mla_decode_schedule(plan.get(), &args, &stream), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &launch = fake().launches[0];
  EXPECT_STREQ(launch.kernel, "plan_work");
  EXPECT_EQ(launch.grid[0], 1u);
  EXPECT_EQ(launch.grid[1], 1u);
  EXPECT_EQ(launch.grid[2], 1u);
  EXPECT_EQ(launch.block[0], 32u);
  EXPECT_EQ(launch.block[1], 1u);
  EXPECT_EQ(launch.block[2], 1u);
  EXPECT_EQ(launch.stream, &stream);
  EXPECT_EQ(launch.pdl, 0);
  EXPECT_EQ(launch.cooperative, 0);
  EXPECT_EQ(parameter(launch, 0, kPointer), 0x40004u);
  EXPECT_EQ(parameter(launch, 1, kPointer), 0x70000u);       // parts: 34 · 4 · 4 bytes
  EXPECT_EQ(parameter(launch, 2, kPointer), 0x70000u + 768); // counters
  EXPECT_EQ(parameter(launch, 3, kInt), 3u);
  EXPECT_EQ(parameter(launch, 4, kInt), 33u);
}

/// Two kernels for the step, with other arguments; which one runs is the plan's number of rows.
TEST_F(Decode, RowsChooseTheKernel) {
  fake().num_kernels = 3;
  fake().kernels[2] = {"attend_few", 1, {kPointer}, 384, 0, 0};
  std::string metadata = kDecodeMetadata;
  auto replace = [&](const std::string &from, const std::string &to) {
    metadata.replace(metadata.find(from), from.size(), to);
  };
  replace("\"pdl\": true", "\"rows\": [17], \"pdl\": true");
  replace("\"h_q\": 128", "\"h_q\": 0");
  replace("\"kernels\": [", R"("kernels": [
    {"name": "attend_few", "step": "attend", "grid": ["row_tiles", "parts"], "threads": 128, "smem_bytes": 9000,
     "pdl": false, "cooperative": false, "rows": [1, 17], "arguments": [{"binding": "lse"}]},)");
  package = loadPackage(buildPackage(metadata, {emptyCubin(), kPTX}));
  for (auto [heads, queries] : {std::pair<int64_t, int64_t>(1, 1), {16, 1}, {4, 4}, {17, 1}, {6, 3}, {128, 2}}) {
    SCOPED_TRACE(heads * queries);
    bool isFew = heads * queries <= 16;
    mla_decode_desc_t desc = decodeDesc();
    desc.h_q = heads;
    desc.s_q = queries;
    PlanHandle plan;
    ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
    // Both are made ready, whatever the plan.
    EXPECT_EQ(fake().kernels[1].max_dynamic_smem_bytes, 230000);
    EXPECT_EQ(fake().kernels[2].max_dynamic_smem_bytes, 9000);
    mla_decode_args_t args = decodeArgs(plan.get());
    // Only what the kernel takes is looked at.
    args.q = isFew ? nullptr : args.q;
    fake().num_launches = 0;
    ASSERT_EQ(mla_decode_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    ASSERT_EQ(fake().num_launches, 2u);
    EXPECT_STREQ(fake().launches[0].kernel, "plan_work");
    EXPECT_STREQ(fake().launches[1].kernel, isFew ? "attend_few" : "attend");
    args.q = nullptr;
    if (!isFew)
      expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, "q: expected a device");
  }
}

TEST_F(Decode, RunIsOneCooperativeLaunch) {
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  int stream = 0;
  ASSERT_EQ(mla_decode_run(plan.get(), &args, &stream), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  const fake_launch_t &attend = fake().launches[0];
  // 33 · 4 counters take 528 bytes, and as many marks.
  const uint64_t counters = 0x70000 + 768, marks = counters + 768, partialOut = marks + 768,
                 partialLse = partialOut + 66ull * 256 * 512 * 2;
  EXPECT_STREQ(attend.kernel, "attend");
  EXPECT_EQ(attend.grid[0], 4u);
  EXPECT_EQ(attend.grid[1], 33u);
  EXPECT_EQ(attend.block[0], 384u);
  EXPECT_EQ(attend.smem_bytes, 230000u);
  EXPECT_EQ(attend.stream, &stream);
  EXPECT_EQ(attend.pdl, 1);
  EXPECT_EQ(attend.cooperative, 1);
  // The fake's tensor maps begin with the tensor's address; all 128 bytes arrive.
  EXPECT_EQ(parameter(attend, 0, kPointer), 0x10000u);
  EXPECT_EQ(parameter(attend, 1, kPointer), 0x20000u);
  EXPECT_EQ(attend.parameters[0][127], 0xab);
  uint64_t pointers[] = {0x30004, 0x40004, 0x50000, 0x60004, 0x70000, partialOut, partialLse};
  for (size_t i = 0; i < std::size(pointers); ++i)
    EXPECT_EQ(parameter(attend, 2 + i, kPointer), pointers[i]) << i;
  uint64_t integers[] = {256, 128, 2, 20, 1000};
  for (size_t i = 0; i < std::size(integers); ++i)
    EXPECT_EQ(parameter(attend, 9 + i, kInt), integers[i]) << i;
  float scale = 0;
  memcpy(&scale, attend.parameters[14], sizeof(scale));
  EXPECT_FLOAT_EQ(scale, 0.125f * 1.44269504f);
  EXPECT_EQ(parameter(attend, 15, kPointer), counters);
  EXPECT_EQ(parameter(attend, 16, kPointer), 0x50000u);
  EXPECT_EQ(parameter(attend, 17, kPointer), partialOut);
}

// Blocks that keep step have a word each, behind the counters.
TEST_F(Decode, MarksAreInTheWorkspace) {
  std::string metadata = kDecodeMetadata;
  const std::string from = "{\"binding\": \"counters\"}, {\"binding\": \"out_map\"";
  ASSERT_NE(metadata.find(from), std::string::npos);
  metadata.replace(metadata.find(from), from.size(), "{\"binding\": \"marks\"}, {\"binding\": \"out_map\"");
  package = loadPackage(buildPackage(metadata, {emptyCubin(), kPTX}));
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  int stream = 0;
  ASSERT_EQ(mla_decode_run(plan.get(), &args, &stream), MLA_STATUS_OK) << mla_last_error_message();
  EXPECT_EQ(parameter(fake().launches[0], 15, kPointer), 0x70000u + 768 + 768);
}

// Its blocks wait for nobody, and there may be more of them than the device can hold at once.
TEST_F(Decode, OnePartIsNoCooperativeLaunch) {
  mla_decode_desc_t desc = decodeDesc();
  for (auto [queries, parts] : {std::pair(33, 2), {34, 1}, {100, 1}}) {
    SCOPED_TRACE(queries);
    desc.s_q = queries;
    PlanHandle plan;
    ASSERT_EQ(create(desc, plan), MLA_STATUS_OK);
    mla_decode_args_t args = decodeArgs(plan.get());
    fake().num_launches = 0;
    fake().num_maps = 0;
    ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    ASSERT_EQ(fake().num_launches, 1u);
    EXPECT_EQ(fake().launches[0].grid[1], static_cast<unsigned>(parts));
    EXPECT_EQ(fake().launches[0].cooperative, parts > 1);
    EXPECT_EQ(fake().launches[0].pdl, 1);
  }
}

TEST_F(Decode, OnlyKernelsThatSaySoAreLaunchedCooperatively) {
  package =
      loadPackage(alteredPackage("\"pdl\": true, \"cooperative\": true", "\"pdl\": false, \"cooperative\": false"));
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_launches, 1u);
  EXPECT_EQ(fake().launches[0].cooperative, 0);
  EXPECT_EQ(fake().launches[0].pdl, 0);
}

TEST_F(Decode, RunDescribesTensors) {
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  ASSERT_EQ(fake().num_maps, 4u);
  // q, the cache, out and the partial results: two for each of 33 parts.
  const uint64_t extents[4][3] = {{576, 256, 3}, {576, 64, 1000}, {512, 256, 3}, {512, 256, 66}};
  for (size_t i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    const fake_map_t &map = fake().maps[i];
    EXPECT_EQ(map.type, i == 3 ? 6 : 9); // f16, bf16
    EXPECT_EQ(map.rank, 3);
    EXPECT_EQ(map.interleave, 0);
    EXPECT_EQ(map.swizzle, 3);   // 128 bytes
    EXPECT_EQ(map.promotion, 2); // 128 bytes
    EXPECT_EQ(map.fill, 0);      // zeros
    EXPECT_TRUE(std::equal(extents[i], extents[i] + 3, map.extents));
    EXPECT_EQ(map.strides[0], extents[i][0] * 2);
    EXPECT_EQ(map.strides[1], extents[i][0] * 2 * extents[i][1]);
    EXPECT_EQ(map.box[0], 64u);
    EXPECT_EQ(map.box[1], 64u);
    EXPECT_EQ(map.box[2], 1u);
    EXPECT_EQ(map.element_strides[2], 1u);
  }
}

/// A cache of e4m3: the maps of latents and RoPE columns, and what leads to the scales.
class DecodeE4M3 : public Decode {
protected:
  /// What the driver says of the parameters of `attend`: behind those of every format the maps of latents and RoPE
  /// columns, and these.
  static void setParameters(std::initializer_list<size_t> sizes) {
    fake_kernel_t &kernel = fake().kernels[1];
    // Without cache_map, which was the second.
    std::copy(kernel.parameter_sizes + 2, kernel.parameter_sizes + 18, kernel.parameter_sizes + 1);
    kernel.num_parameters = 17;
    for (size_t size : {kMap, kMap})
      kernel.parameter_sizes[kernel.num_parameters++] = size;
    for (size_t size : sizes)
      kernel.parameter_sizes[kernel.num_parameters++] = size;
  }

  void run(mla_cache_format_t format, mla_precision_t precision, const std::string &ropeMap,
           const std::string &bindings, std::initializer_list<size_t> sizes) {
    package = loadPackage(formatPackage(mla_cache_format_info(format)->name, mla_precision_name(precision),
                                        std::string(kLatentMap) + ", " + ropeMap + ", " + bindings));
    setParameters(sizes);
    mla_decode_desc_t desc = decodeDesc();
    desc.format = format;
    desc.precision = precision;
    ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
    args = decodeArgs(plan.get());
    args.cache_scale = reinterpret_cast<void *>(0x80004);
    ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  }
  /// The maps of latents and RoPE columns are the last two of five.
  void expectMap(size_t index, int type, int swizzle, uintptr_t address, uint64_t width, uint64_t tokenStride,
                 uint64_t pageStride, uint32_t box) {
    SCOPED_TRACE(index);
    ASSERT_EQ(fake().num_maps, 5u);
    const fake_map_t &map = fake().maps[index];
    EXPECT_EQ(map.type, type);
    EXPECT_EQ(map.swizzle, swizzle);
    EXPECT_EQ(map.address, reinterpret_cast<void *>(address));
    EXPECT_EQ(map.extents[0], width);
    EXPECT_EQ(map.extents[1], 64u);
    EXPECT_EQ(map.extents[2], 1000u);
    EXPECT_EQ(map.strides[0], tokenStride);
    EXPECT_EQ(map.strides[1], pageStride);
    EXPECT_EQ(map.box[0], box);
    EXPECT_EQ(map.box[1], 64u);
  }
  uint64_t last(size_t index, size_t size) { return parameter(fake().launches[0], 19 + index, size); }

  static constexpr int kBytes = 0, kBF16 = 9, kSwizzle64 = 2, kSwizzle128 = 3;
  PlanHandle plan;
  mla_decode_args_t args;
};

/// Queries of e4m3: two maps of one tensor, and their scale.
TEST_F(DecodeE4M3, Queries) {
  package = loadPackage(formatPackage("e4m3", "e4m3_queries",
                                      std::string(kLatentMap) + ", " + kRopeMapE4M3 +
                                          R"(, {"binding": "cache_scale"}, )" + kQueryBindings));
  setParameters({kPointer, kMap, kPointer});
  mla_decode_desc_t desc = decodeDesc();
  desc.format = MLA_CACHE_FORMAT_E4M3;
  desc.precision = MLA_PRECISION_E4M3;
  expectFailure(create(desc, plan), MLA_STATUS_UNSUPPORTED,
                "package 'decode' implements precision e4m3_queries, but got e4m3");
  desc.precision = MLA_PRECISION_E4M3_QUERIES;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
  args = decodeArgs(plan.get());
  args.cache_scale = reinterpret_cast<void *>(0x80004);
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "q_scale: expected a device pointer, but got null");
  args.q_scale = reinterpret_cast<void *>(0x80008);
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  // Of all of q, in bytes: the maps differ in their boxes.
  for (auto [index, swizzle, box] : {std::tuple<size_t, int, uint32_t>(0, kSwizzle128, 128), {5, kSwizzle64, 64}}) {
    SCOPED_TRACE(index);
    const fake_map_t &map = fake().maps[index];
    EXPECT_EQ(map.type, kBytes);
    EXPECT_EQ(map.swizzle, swizzle);
    EXPECT_EQ(map.address, args.q);
    EXPECT_EQ(map.extents[0], 576u);
    EXPECT_EQ(map.strides[0], 576u);
    EXPECT_EQ(map.box[0], box);
  }
  EXPECT_EQ(last(2, kPointer), 0x80008u);
}

TEST_F(DecodeE4M3, OneScale) {
  run(MLA_CACHE_FORMAT_E4M3, MLA_PRECISION_BF16, kRopeMapE4M3, R"({"binding": "cache_scale"})", {kPointer});
  expectMap(3, kBytes, kSwizzle128, 0x20000, 512, 576, 36864, 128);
  expectMap(4, kBytes, kSwizzle64, 0x20000 + 512, 64, 576, 36864, 64);
  EXPECT_EQ(last(0, kPointer), 0x80004u);
  args.cache_scale = nullptr;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "cache_scale: expected a device pointer, but got null");
  args.cache_scale = reinterpret_cast<void *>(0x80002);
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "cache_scale: expected an address aligned to 4 bytes");
  args.cache_scale = reinterpret_cast<void *>(0x80004);
  args.cache = nullptr;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "cache: expected a device pointer, but got null");
}

TEST_F(DecodeE4M3, ScalesOfTokens) {
  run(MLA_CACHE_FORMAT_E4M3_TOKEN, MLA_PRECISION_E4M3, kRopeMapBF16, kScalesBindings, {kPointer, kInt, kInt});
  expectMap(3, kBytes, kSwizzle128, 0x20000, 512, 640, 41216, 128);
  expectMap(4, kBF16, kSwizzle128, 0x20000 + 512, 64, 640, 41216, 64);
  EXPECT_EQ(last(0, kPointer), 0x20000u + 40960);
  EXPECT_EQ(last(1, kInt), 41216u / 4);
  EXPECT_EQ(last(2, kInt), 1u);
}

/// Queries of e4m3, a cache whose RoPE columns are bf16.
TEST_F(DecodeE4M3, QueriesAndScalesOfTokens) {
  package = loadPackage(formatPackage("e4m3_token", "e4m3_queries",
                                      std::string(kLatentMap) + ", " + kRopeMapBF16 + ", " + kScalesBindings + ", " +
                                          kQueryBindings));
  setParameters({kPointer, kInt, kInt, kMap, kPointer});
  mla_decode_desc_t desc = decodeDesc();
  desc.format = MLA_CACHE_FORMAT_E4M3_TOKEN;
  desc.precision = MLA_PRECISION_E4M3_QUERIES;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
  args = decodeArgs(plan.get());
  args.q_scale = reinterpret_cast<void *>(0x80008);
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
  ASSERT_EQ(fake().num_maps, 6u);
  const fake_map_t &cached = fake().maps[4], &given = fake().maps[5];
  EXPECT_EQ(cached.type, kBF16);
  EXPECT_EQ(cached.swizzle, kSwizzle128);
  EXPECT_EQ(cached.strides[0], 640u);
  EXPECT_EQ(given.type, kBytes);
  EXPECT_EQ(given.swizzle, kSwizzle64);
  EXPECT_EQ(given.address, args.q);
  EXPECT_EQ(given.extents[0], 576u);
  EXPECT_EQ(last(4, kPointer), 0x80008u);
}

TEST_F(DecodeE4M3, ScalesOfGroups) {
  std::string bindings = std::string(kScalesBindings) + R"(, {"binding": "cache"}, {"binding": "cache_page_stride"})";
  run(MLA_CACHE_FORMAT_E4M3_GROUP, MLA_PRECISION_BF16, kRopeMapBF16, bindings, {kPointer, kInt, kInt, kPointer, kInt});
  expectMap(3, kBytes, kSwizzle128, 0x20000, 512, 656, 41984, 128);
  expectMap(4, kBF16, kSwizzle128, 0x20000 + 528, 64, 656, 41984, 64);
  EXPECT_EQ(last(0, kPointer), 0x20000u + 512);
  EXPECT_EQ(last(1, kInt), 41984u / 4);
  EXPECT_EQ(last(2, kInt), 164u);
  EXPECT_EQ(last(3, kPointer), 0x20000u);
  EXPECT_EQ(last(4, kInt), 41984u);
}

TEST_F(Decode, CacheBeyond32BitOffsets) {
  mla_decode_desc_t desc = decodeDesc();
  desc.num_pages = 1 << 20; // 36 G elements
  PlanHandle plan;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK);
  mla_decode_args_t args = decodeArgs(plan.get());
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  EXPECT_EQ(fake().maps[1].extents[2], 1u << 20);
}

TEST_F(Decode, ScaleOfTheProblem) {
  mla_decode_desc_t desc = decodeDesc();
  desc.softmax_scale = 0.5f;
  PlanHandle plan;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK);
  mla_decode_args_t args = decodeArgs(plan.get());
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  float scale = 0;
  memcpy(&scale, fake().launches[0].parameters[14], sizeof(scale));
  EXPECT_FLOAT_EQ(scale, 0.5f * 1.44269504f);
}

// Neither may allocate or synchronise: these are all the driver calls there are.
TEST_F(Decode, RunOnlyEnqueues) {
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  fake().num_calls = 0;
  ASSERT_EQ(mla_decode_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK);
  ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK);
  for (size_t i = 0; i < fake().num_calls; ++i) {
    std::string name = fake().calls[i];
    EXPECT_TRUE(name == "cuCtxGetCurrent" || name == "cuTensorMapEncodeTiled" || name == "cuLaunchKernelEx") << name;
  }
}

TEST_F(Decode, RunMisuse) {
  PlanHandle plan = createPlan();
  mla_decode_args_t good = decodeArgs(plan.get());
  auto expect = [&](void (*change)(mla_decode_args_t &), const char *message) {
    mla_decode_args_t args = good;
    change(args);
    SCOPED_TRACE(message);
    expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_INVALID_ARGUMENT, message);
  };
  using Args = mla_decode_args_t;
  expect([](Args &args) { args.struct_size = 1; }, "args: expected struct_size ");
  expect([](Args &args) { args.q = nullptr; }, "q: expected a device pointer, but got null");
  expect([](Args &args) { args.cache = nullptr; }, "cache: expected a device pointer, but got null");
  expect([](Args &args) { args.block_table = nullptr; }, "block_table: expected a device pointer, but got null");
  expect([](Args &args) { args.seq_lens = nullptr; }, "seq_lens: expected a device pointer, but got null");
  expect([](Args &args) { args.out = nullptr; }, "out: expected a device pointer, but got null");
  expect([](Args &args) { args.lse = nullptr; }, "lse: expected a device pointer, but got null");
  expect([](Args &args) { args.workspace = nullptr; }, "workspace: expected a device pointer, but got null");
  expect([](Args &args) { args.workspace_size -= 1; }, "workspace: expected at least ");
  expect([](Args &args) { args.workspace = (void *)0x70010; },
         "workspace: expected an address aligned to 256 bytes, but got 0x70010");
  expect([](Args &args) { args.q = (void *)0x10008; }, "q: expected an address aligned to 16 bytes, but got 0x10008");
  expect([](Args &args) { args.cache = (void *)0x20002; }, "cache: expected an address aligned to 16 bytes");
  expect([](Args &args) { args.out = (void *)0x50002; }, "out: expected an address aligned to 16 bytes");
  expect([](Args &args) { args.lse = (void *)0x60002; }, "lse: expected an address aligned to 4 bytes");
  expect([](Args &args) { args.seq_lens = (void *)0x1; }, "seq_lens: expected an address aligned to 4 bytes");
  expectFailure(mla_decode_run(nullptr, &good, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "plan: expected a handle, but got null");
  expectFailure(mla_decode_run(plan.get(), nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "args: expected a pointer, but got null");
  expectFailure(mla_decode_schedule(nullptr, &good, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "plan: expected a handle, but got null");
  EXPECT_EQ(fake().num_launches, 0u) << "a call runs whole or not at all";
}

TEST_F(Decode, RopeIsThePackagesAndTheCallers) {
  mla_decode_desc_t desc = decodeDesc();
  desc.rope = 1;
  expectFailure(mla_decode_can_implement(package.get(), &desc), MLA_STATUS_UNSUPPORTED,
                "package 'decode' implements rope = 0, but got 1");
  desc.rope = 2;
  expectFailure(mla_decode_can_implement(package.get(), &desc), MLA_STATUS_INVALID_ARGUMENT,
                "desc: rope: expected 0 or 1, but got 2");

  std::string turns = "0";
  for (int i = 1; i < 32; ++i)
    turns += ", " + std::to_string(i);
  PackageHandle turning = loadPackage(
      alteredPackage("\"format\": \"bf16\"", R"("rope": {"interleaved": true, "magnitude": 1.5, "turns": [)" + turns +
                                                 "]}, \"format\": \"bf16\""));
  ASSERT_TRUE(turning);
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  ASSERT_EQ(mla_package_decode_info(turning.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.rotation.pairs, 32);
  EXPECT_EQ(info.rotation.interleaved, 1);
  EXPECT_EQ(info.rotation.magnitude, 1.5);
  EXPECT_EQ(info.rotation.turns[31], 31u);
  desc.rope = 1;
  EXPECT_EQ(mla_decode_can_implement(turning.get(), &desc), MLA_STATUS_OK) << mla_last_error_message();
  desc.rope = 0;
  expectFailure(mla_decode_can_implement(turning.get(), &desc), MLA_STATUS_UNSUPPORTED,
                "package 'decode' implements rope = 1, but got 0");
}

TEST_F(Decode, PlanMisuse) {
  mla_decode_desc_t desc = decodeDesc();
  mla_decode_plan_t *plan = nullptr;
  expectFailure(mla_decode_plan_create(package.get(), &desc, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_plan: expected a pointer, but got null");
  expectFailure(mla_decode_plan_create(nullptr, &desc, &plan), MLA_STATUS_INVALID_ARGUMENT,
                "package: expected a handle, but got null");
  expectFailure(mla_decode_plan_create(package.get(), nullptr, &plan), MLA_STATUS_INVALID_ARGUMENT,
                "desc: expected a pointer, but got null");
  desc.h_q = 20;
  expectFailure(mla_decode_plan_create(package.get(), &desc, &plan), MLA_STATUS_UNSUPPORTED, "h_q = 128, but got 20");
  mla_decode_plan_destroy(nullptr);

  PlanHandle good = createPlan();
  size_t size = 5;
  expectFailure(mla_decode_plan_workspace_size(nullptr, &size), MLA_STATUS_INVALID_ARGUMENT,
                "plan: expected a handle, but got null");
  EXPECT_EQ(size, 0u);
  expectFailure(mla_decode_plan_workspace_size(good.get(), nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_size: expected a pointer, but got null");
  mla_decode_plan_info_t info = MLA_DECODE_PLAN_INFO_INIT;
  expectFailure(mla_decode_plan_info(nullptr, &info), MLA_STATUS_INVALID_ARGUMENT,
                "plan: expected a handle, but got null");
  expectFailure(mla_decode_plan_info(good.get(), nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_info: expected a pointer, but got null");
  info.struct_size = 0;
  expectFailure(mla_decode_plan_info(good.get(), &info), MLA_STATUS_INVALID_ARGUMENT,
                "out_info: expected struct_size ");
}

TEST_F(Decode, WorkspaceBeyondAnyGPU) {
  std::string metadata = kDecodeMetadata;
  metadata.replace(metadata.find("\"h_q\": 128"), strlen("\"h_q\": 128"), "\"h_q\": 0");
  metadata.replace(metadata.find("\"d_latent\": 512"), strlen("\"d_latent\": 512"), "\"d_latent\": 4096");
  package = loadPackage(buildPackage(metadata, {emptyCubin(), kPTX}));
  mla_decode_desc_t desc = decodeDesc();
  desc.s_q = 1;
  desc.h_q = INT32_MAX;
  desc.d_latent = 4096;
  PlanHandle plan;
  expectFailure(create(desc, plan), MLA_STATUS_INVALID_ARGUMENT,
                "desc: expected a workspace of at most 2^40 bytes, but got more for 2147483647 rows");
}

/// With split_steps each piece of a request has a slot, as many as the block table's width allows; the parts stay as
/// they are.
class DecodeSplit : public Decode {
protected:
  void load(int64_t splitSteps) {
    std::string metadata = kDecodeMetadata;
    auto replace = [&](const std::string &from, const std::string &to) {
      metadata.replace(metadata.find(from), from.size(), to);
    };
    replace("\"precision\": \"bf16\"", "\"precision\": \"bf16\", \"split_steps\": " + std::to_string(splitSteps));
    replace("{\"binding\": \"num_parts\"}", "{\"binding\": \"num_parts\"}, {\"binding\": \"most_pieces\"}");
    fake_kernel_t &kernel = fake().kernels[0];
    kernel.parameter_sizes[kernel.num_parameters++] = kInt;
    package = loadPackage(buildPackage(metadata, {emptyCubin(), kPTX}));
  }
};

TEST_F(DecodeSplit, Workspace) {
  load(4);
  mla_decode_desc_t desc = decodeDesc();
  auto expect = [&](int64_t columns, int64_t pieces) {
    SCOPED_TRACE(columns);
    desc.block_table_stride = columns;
    PlanHandle plan;
    ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
    size_t size = 0, slots = desc.b * pieces;
    ASSERT_EQ(mla_decode_plan_workspace_size(plan.get(), &size), MLA_STATUS_OK);
    auto piece = [](size_t bytes) { return (bytes + 255) / 256 * 256; };
    EXPECT_EQ(size,
              piece(34 * 4 * 4) + 2 * piece(33 * 4 * 4) + piece(slots * 256 * 512 * 2) + piece(5 * slots * 256 * 4));
    mla_decode_args_t args = decodeArgs(plan.get());
    fake().num_launches = 0;
    fake().num_maps = 0;
    ASSERT_EQ(mla_decode_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(parameter(fake().launches[0], 5, kInt), static_cast<uint64_t>(pieces));
    ASSERT_EQ(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(fake().maps[3].extents[2], slots);
  };
  // A piece is 512 tokens, 8 columns.
  expect(1, 1);
  expect(8, 1);
  expect(9, 2);
  expect(20, 3);
  expect(8 * 64, 64);
  expect(8 * 64 + 1, 64);
  expect(INT32_MAX, 64);
}

TEST_F(DecodeSplit, MoreRowsOfSlotsThanAreNumbered) {
  load(1);
  mla_decode_desc_t desc = decodeDesc();
  desc.block_table_stride = 1000;
  PlanHandle plan;
  // 64 slots of 256 rows for each request: 2^31 / 5 rows hold 26214 of them.
  desc.b = 26214;
  ASSERT_EQ(create(desc, plan), MLA_STATUS_OK) << mla_last_error_message();
  plan.reset();
  desc.b = 26215;
  expectFailure(create(desc, plan), MLA_STATUS_INVALID_ARGUMENT,
                "desc: expected b · pieces of at most 1677721 for 256 rows, but got 26215 · 64");
  desc.b = 1;
  desc.s_q = 16777215;
  expectFailure(create(desc, plan), MLA_STATUS_INVALID_ARGUMENT,
                "desc: expected b · pieces of at most 0 for 2147483520 rows, but got 1 · 64");
}

TEST_F(Decode, Contexts) {
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  int other = 0;
  fake().current_context = &other;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_WRONG_CONTEXT,
                "the current CUDA context is not the one that the kernels were loaded into");
  fake().current_context = nullptr;
  expectFailure(mla_decode_schedule(plan.get(), &args, nullptr), MLA_STATUS_WRONG_CONTEXT,
                "make a plan for each device");
  plan.reset();
  expectCreationFailure(MLA_STATUS_WRONG_CONTEXT, "no CUDA context is current in this thread; call cudaSetDevice");
}

TEST_F(Decode, WrongDevice) {
  for (auto [major, minor] : {std::pair(8, 0), {9, 1}, {10, 0}, {12, 0}}) {
    fake().major = major;
    fake().minor = minor;
    expectCreationFailure(MLA_STATUS_NO_DEVICE, "package 'decode' is for sm_90a, but the current device has compute "
                                                "capability " +
                                                    std::to_string(major) + "." + std::to_string(minor));
  }
}

TEST_F(Decode, TargetsWithoutExactFeatures) {
  package = loadPackage(alteredPackage("sm_90a", "sm_80"));
  fake().major = 8;
  fake().minor = 6;
  createPlan(); // the cubin: same major version, newer minor
  EXPECT_EQ(std::count(fake().calls, fake().calls + fake().num_calls, std::string("cuModuleLoadDataEx")), 1);
  fake().major = 9;
  fake().minor = 0;
  createPlan(); // the PTX: any newer device
  fake().major = 7;
  expectCreationFailure(MLA_STATUS_NO_DEVICE, "compute capability 7.0");
  package = loadPackage(alteredPackage("sm_90a", "sm_86"));
  fake().major = 8;
  fake().minor = 0;
  expectCreationFailure(MLA_STATUS_NO_DEVICE, "compute capability 8.0");
}

TEST_F(Decode, SmallDevice) {
  fake().max_smem_bytes = 100 * 1024;
  expectCreationFailure(MLA_STATUS_NO_DEVICE,
                        "package 'decode': kernel attend: expected at most 102400 bytes of shared "
                        "memory on this device, but got 230000");
  fake().max_smem_bytes = 230010;
  fake().kernels[1].static_smem_bytes = 16;
  expectCreationFailure(MLA_STATUS_NO_DEVICE, "but got 230000 + 16");
  fake().max_threads = 256;
  expectCreationFailure(MLA_STATUS_NO_DEVICE,
                        "kernel attend: expected at most 256 threads on this device, but got 384");
}

TEST_F(Decode, ImageThatDiffersFromItsContract) {
  fake().kernels[1].max_threads = 128;
  expectCreationFailure(MLA_STATUS_CORRUPT_PACKAGE,
                        "kernel attend: expected at most 128 threads as its image says, but got 384");
  fake().kernels[1].max_threads = 384;
  fake().kernels[1].parameter_sizes[0] = 8;
  expectCreationFailure(MLA_STATUS_CORRUPT_PACKAGE,
                        "kernel attend: expected argument 0 (q_map) to be a parameter of 128 bytes");
  fake().kernels[1].parameter_sizes[0] = 128;
  fake().kernels[0].num_parameters = 4;
  expectCreationFailure(MLA_STATUS_CORRUPT_PACKAGE,
                        "kernel plan_work: expected argument 4 (num_parts) to be a parameter of 4");
  fake().kernels[0].num_parameters = 6;
  expectCreationFailure(MLA_STATUS_CORRUPT_PACKAGE, "kernel plan_work: expected 5 parameters, but the image has more");
  fake().kernels[0].name = "another";
  expectCreationFailure(MLA_STATUS_DRIVER_ERROR, "cuModuleGetFunction failed: CUDA_ERROR_FAKE (500)");
}

TEST_F(Decode, PTXWhereTheCubinIsRefused) {
  fake().refused_image = "\177ELF";
  PlanHandle plan = createPlan();
  EXPECT_EQ(fake().modules, 1);
}

TEST_F(Decode, AssemblerLog) {
  package = loadPackage(alteredPackage("{\"kind\": \"cubin\", @0}, ", ""));
  fake().refused_image = "// PTX";
  expectCreationFailure(MLA_STATUS_DRIVER_ERROR, "cuModuleLoadDataEx of PTX failed: CUDA_ERROR_FAKE (218): as the test "
                                                 "wanted; ptxas application ptx input, line 1; fatal");
}

TEST_F(Decode, DriverFailures) {
  for (const char *call : {"cuCtxGetCurrent", "cuCtxGetDevice", "cuDeviceGetAttribute", "cuModuleLoadDataEx",
                           "cuModuleGetFunction", "cuFuncLoad", "cuFuncGetAttribute", "cuFuncSetAttribute"}) {
    fake().failing_call = call;
    fake().failure = 719;
    expectCreationFailure(MLA_STATUS_DRIVER_ERROR, std::string(call));
  }
  for (auto [number, status] :
       {std::pair(2, MLA_STATUS_OUT_OF_MEMORY), {222, MLA_STATUS_NO_DRIVER}, {209, MLA_STATUS_NO_DEVICE}}) {
    fake().failing_call = "cuModuleLoadDataEx";
    fake().failure = number;
    expectCreationFailure(status, "(" + std::to_string(number) + ")");
  }
  fake().failing_call = nullptr;
  PlanHandle plan = createPlan();
  mla_decode_args_t args = decodeArgs(plan.get());
  fake().failing_call = "cuLaunchKernelEx";
  fake().failure = 1;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_DRIVER_ERROR,
                "cuLaunchKernelEx failed: CUDA_ERROR_FAKE (1): as the test wanted; attend");
  fake().failure = 12345;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_DRIVER_ERROR,
                "cuLaunchKernelEx failed: unknown error (12345): no description");
  fake().failing_call = "cuTensorMapEncodeTiled";
  fake().failure = 1;
  expectFailure(mla_decode_run(plan.get(), &args, nullptr), MLA_STATUS_DRIVER_ERROR, "cuTensorMapEncodeTiled failed: ");
}

TEST_F(Decode, MessagesBelongToTheirThread) {
  expectFailure(mla_decode_can_implement(nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT, "package: ");
  std::thread([] { EXPECT_STREQ(mla_last_error_message(), ""); }).join();
}

} // namespace
