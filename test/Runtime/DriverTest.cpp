//===- DriverTest.cpp - Machines without a usable driver ------------------------------------------------------===//
//
// A program of its own: a driver that was opened stays open.
//
//===----------------------------------------------------------------------------------------------------------===//
#include "PackageBuilder.h"

namespace {

mla_status_t createPlan(const char *driver) {
  setenv("MLA_CUDA_DRIVER", driver, 1);
  PackageHandle package = loadPackage(decodePackage());
  mla_decode_desc_t desc = decodeDesc();
  mla_decode_plan_t *plan = nullptr;
  mla_status_t status = mla_decode_plan_create(package.get(), &desc, &plan);
  EXPECT_EQ(plan, nullptr);
  return status;
}

TEST(Driver, Missing) {
  expectFailure(createPlan("libcuda-that-is-not-there.so.1"), MLA_STATUS_NO_DRIVER,
                "cannot open the NVIDIA driver library: libcuda-that-is-not-there.so.1");
  expectFailure(createPlan("libcuda-that-is-not-there.so.1"), MLA_STATUS_NO_DRIVER, "; install the NVIDIA driver, or");
}

TEST(Driver, TooOld) {
  expectFailure(createPlan(MLA_FAKE_CUDA_11_8), MLA_STATUS_NO_DRIVER,
                "has no cuTensorMapEncodeTiled; install a driver for CUDA 12.0 or newer");
}

TEST(Driver, NoGPU) {
  setenv("MLA_FAKE_CUDA_INIT", "100", 1);
  expectFailure(createPlan(MLA_FAKE_CUDA), MLA_STATUS_NO_DEVICE,
                "the NVIDIA driver finds no GPU; check nvidia-smi and CUDA_VISIBLE_DEVICES");
  setenv("MLA_FAKE_CUDA_INIT", "999", 1);
  expectFailure(createPlan(MLA_FAKE_CUDA), MLA_STATUS_DRIVER_ERROR, "cuInit failed: ");
}

// What needs no GPU works without a driver.
TEST(Driver, NotNeededForPackages) {
  setenv("MLA_CUDA_DRIVER", "libcuda-that-is-not-there.so.1", 1);
  PackageHandle package = loadPackage(decodePackage());
  mla_decode_desc_t desc = decodeDesc();
  EXPECT_EQ(mla_decode_can_implement(package.get(), &desc), MLA_STATUS_OK);
}

} // namespace
