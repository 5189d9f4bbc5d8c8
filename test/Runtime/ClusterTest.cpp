//===- ClusterTest.cpp - Packages whose blocks come in clusters, on a driver that only records -----------------===//
#include "PackageBuilder.h"
#include "RecordingDriver.h"

namespace {

/// A prefill package; the first kernel has no cluster, the second one has what stands for "%".
std::string clusterPackage(const std::string &attend) {
  std::string metadata = R"({
 "name": "prefill", "target": "sm_90a",
 "prefill": {"form": "mha", "element": "bf16", "causal": true, "h_q": 16, "d_nope": 128, "d_rope": 0, "d_v": 128,
             "softmax_scale": 0.125},
 "kernels": [
  {"name": "list", "step": "schedule", "grid": ["multiprocessors", "one"], "threads": 256, "smem_bytes": 0,
   "pdl": false, "cooperative": false, "arguments": [{"binding": "work"}]},
  {"name": "attend", "step": "attend", %, "threads": 384, "smem_bytes": 213160, "pdl": false, "cooperative": false,
   "arguments": [{"binding": "out"}]}],
 "images": [{"kind": "cubin", @0}]
})";
  metadata.replace(metadata.find('%'), 1, attend);
  return buildPackage(metadata, {emptyCubin()});
}

class Cluster : public RecordingDriver {
protected:
  void SetUp() override {
    RecordingDriver::SetUp();
    fake().num_kernels = 2;
    fake().kernels[0] = {"list", 1, {kPointer}, 1024, 0, 0};
    fake().kernels[1] = {"attend", 1, {kPointer}, 384, 0, 0};
  }

  /// Extents of the grids that both steps are launched with on so many multiprocessors.
  static void expectGrids(const std::string &attend, int multiprocessors, unsigned list, unsigned blocks) {
    SCOPED_TRACE(attend + " on " + std::to_string(multiprocessors));
    fake().multiprocessors = multiprocessors;
    fake().num_launches = 0;
    PackageHandle package = loadPackage(clusterPackage(attend));
    PrefillPlanHandle plan;
    ASSERT_EQ(createPrefill(package.get(), prefillDesc(), plan), MLA_STATUS_OK) << mla_last_error_message();
    mla_prefill_args_t args = MLA_PREFILL_ARGS_INIT;
    args.b = 3;
    args.total_q = args.total_kv = 900;
    args.q = at(0x10000);
    args.k = at(0x20000);
    args.v = at(0x40000);
    args.cu_seqlens_q = at(0x50000);
    args.cu_seqlens_kv = at(0x60000);
    args.out = at(0x70000);
    args.lse = at(0x80000);
    args.workspace = at(0x90000);
    ASSERT_EQ(mla_prefill_plan_workspace_size(plan.get(), &args.workspace_size), MLA_STATUS_OK);
    ASSERT_EQ(mla_prefill_schedule(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    ASSERT_EQ(mla_prefill_run(plan.get(), &args, nullptr), MLA_STATUS_OK) << mla_last_error_message();
    ASSERT_EQ(fake().num_launches, 2u);
    EXPECT_EQ(fake().launches[0].grid[0], list);
    EXPECT_STREQ(fake().launches[1].kernel, "attend");
    EXPECT_EQ(fake().launches[1].grid[0], blocks);
    EXPECT_EQ(fake().launches[1].grid[1], 1u);
  }
};

/// The driver refuses a grid that is no multiple of the cluster.
TEST_F(Cluster, RoundsTheGridDown) {
  const std::string one = R"("grid": ["multiprocessors", "one"])",
                    two = R"("grid": ["twice_per_multiprocessor", "one"])";
  expectGrids(one, 133, 133, 133);
  expectGrids(one + ", \"cluster\": 1", 133, 133, 133);
  expectGrids(one + ", \"cluster\": 2", 132, 132, 132);
  expectGrids(one + ", \"cluster\": 2", 133, 133, 132);
  expectGrids(one + ", \"cluster\": 8", 133, 133, 128);
  expectGrids(one + ", \"cluster\": 2", 2, 2, 2);
  expectGrids(two + ", \"cluster\": 4", 133, 133, 264);
}

TEST_F(Cluster, NeedsAsManyMultiprocessors) {
  PackageHandle package = loadPackage(clusterPackage(R"("grid": ["multiprocessors", "one"], "cluster": 2)"));
  fake().multiprocessors = 1;
  PrefillPlanHandle plan;
  expectFailure(createPrefill(package.get(), prefillDesc(), plan), MLA_STATUS_NO_DEVICE,
                "package 'prefill': kernel attend: expected clusters of at most 1 blocks on this device, but got 2");
  EXPECT_EQ(plan, nullptr);
  EXPECT_EQ(fake().modules, 0);
}

TEST_F(Cluster, CorruptPackages) {
  auto expect = [](const std::string &attend, const std::string &message) {
    std::string bytes = clusterPackage(attend);
    mla_package_t *out = nullptr;
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &out), MLA_STATUS_CORRUPT_PACKAGE, message);
    EXPECT_EQ(out, nullptr);
  };
  const std::string grid = R"("grid": ["multiprocessors", "one"], "cluster": )";
  expect(grid + "0", "package: kernels[1].cluster: expected 1 to 8, but got 0");
  expect(grid + "9", "package: kernels[1].cluster: expected 1 to 8, but got 9");
  expect(grid + "-2", "package: kernels[1].cluster: expected 1 to 8, but got -2");
  expect(grid + "4294967297", "package: kernels[1].cluster: expected 1 to 8, but got 4294967297");
  expect(grid + "\"2\"", "package: kernels[1].cluster: expected");
  expect(grid + "null", "package: kernels[1].cluster: expected");
  // Other grids cannot be rounded.
  expect(R"("grid": ["one", "multiprocessors"], "cluster": 2)",
         "package: kernels[1].cluster: expected 1 with grid 'one', but got 2");
}

} // namespace
