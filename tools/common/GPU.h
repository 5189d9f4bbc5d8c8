//===- GPU.h - Decode problems on a GPU --------------------------------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_GPU_H
#define TOOLS_COMMON_GPU_H

#include "Device.h"
#include "Problem.h"

namespace mlir::mla::run {

struct PackageDeleter {
  void operator()(mla_package_t *package) const { mla_package_destroy(package); }
};
using PackageHandle = std::unique_ptr<mla_package_t, PackageDeleter>;

/// What a package implements, as the runtime says it.
llvm::Expected<Signature> getSignature(const mla_package_t *package);

/// Displaces everything from the L2 cache by reading a large buffer.
class CacheFlush {
public:
  /// `package` holds the kernel of flush.mlir.
  static llvm::Expected<std::unique_ptr<CacheFlush>> create(Device &device, const mla_package_t *package);
  ~CacheFlush();
  llvm::Error enqueue();

private:
  CacheFlush() = default;

  Device *device = nullptr;
  mla_module_t *module = nullptr;
  DeviceBuffer buffer;
  mla_launch_t launch = {};
};

/// Milliseconds of runs of `enqueue` after a few others, sorted, with the L2 cache flushed before each.
llvm::Expected<std::vector<double>> sampleTimes(Device &device, CacheFlush &flush, Sampling sampling,
                                                llvm::function_ref<llvm::Error()> enqueue);

/// Times calls of both steps after a few others, with the L2 cache flushed before each, and reads the clock.
llvm::Expected<Timing> timeCalls(Device &device, CacheFlush &flush, Sampling sampling,
                                 llvm::function_ref<llvm::Error()> schedule, llvm::function_ref<llvm::Error()> attend);

/// One problem, loaded onto the device.
class GPUDecode {
public:
  static llvm::Expected<std::unique_ptr<GPUDecode>> create(Device &device, const mla_package_t *package,
                                                           const reference::DecodeInputs &inputs);
  ~GPUDecode();

  /// One call, with outputs and workspace poisoned before.
  llvm::Expected<reference::DecodeOutputs> run();
  /// The same through a CUDA graph that is captured once and launched first for other lengths: its result must not
  /// depend on what the device memory held when it was captured.
  llvm::Expected<reference::DecodeOutputs> replay();
  /// Times calls after a few others, with the L2 cache flushed before each.
  llvm::Expected<Timing> time(CacheFlush &flush, Sampling sampling);

private:
  GPUDecode(Device &device, const reference::DecodeInputs &inputs) : device(device), inputs(inputs) {}
  llvm::Error poison();
  llvm::Expected<reference::DecodeOutputs> fetch();
  llvm::Error schedule() { return toError(mla_decode_schedule(plan, &args, device.getStream())); }
  llvm::Error attend() { return toError(mla_decode_run(plan, &args, device.getStream())); }

  Device &device;
  const reference::DecodeInputs &inputs;
  mla_decode_plan_t *plan = nullptr;
  mla_decode_args_t args = MLA_DECODE_ARGS_INIT;
  DeviceBuffer q, qScale, cache, cacheScale, blockTable, seqLens, out, lse, workspace;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_GPU_H
