//===- Device.cpp - A GPU, through the runtime's driver table --------------------------------------------------===//
#include "Device.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include <dlfcn.h>

using namespace mlir::mla::run;
using llvm::Error;
using llvm::Expected;

#define DRIVER_TRY(driver, name, ...) MLA_RUN_TRY(toError(MLA_DRIVER(driver, name, __VA_ARGS__)))

Error mlir::mla::run::toError(mla_status_t status) {
  if (status == MLA_STATUS_OK)
    return Error::success();
  return llvm::createStringError(mla_last_error_message());
}

std::string mlir::mla::run::currentDate() {
  auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return llvm::formatv("{0:%Y-%m-%dT%H:%M:%SZ}", llvm::sys::toUtcTime(now));
}

//===----------------------------------------------------------------------------------------------------------===//
// Facts about GPUs
//===----------------------------------------------------------------------------------------------------------===//

static Error describe(const mla_driver_t *driver, int ordinal, mla_cu_device_t &device, GPUInfo &info) {
  char name[256] = "";
  info.ordinal = ordinal;
  DRIVER_TRY(driver, cuDeviceGet, &device, ordinal);
  DRIVER_TRY(driver, cuDeviceGetName, name, sizeof(name) - 1, device);
  info.name = name;
  DRIVER_TRY(driver, cuDeviceGetAttribute, &info.major, MLA_CU_COMPUTE_CAPABILITY_MAJOR, device);
  DRIVER_TRY(driver, cuDeviceGetAttribute, &info.minor, MLA_CU_COMPUTE_CAPABILITY_MINOR, device);
  DRIVER_TRY(driver, cuDeviceGetAttribute, &info.multiprocessors, MLA_CU_MULTIPROCESSOR_COUNT, device);
  return Error::success();
}

Expected<std::vector<GPUInfo>> mlir::mla::run::listGPUs() {
  const mla_driver_t *driver = nullptr;
  MLA_RUN_TRY(toError(mla_driver_get(&driver)));
  int count = 0;
  DRIVER_TRY(driver, cuDeviceGetCount, &count);
  std::vector<GPUInfo> gpus(count);
  for (int i = 0; i < count; ++i) {
    mla_cu_device_t device = 0;
    if (Error error = describe(driver, i, device, gpus[i]))
      return error;
  }
  return gpus;
}

/// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.159.04  …": the word after "Module".
static std::string readDriverVersion(int cudaVersion) {
  if (auto file = llvm::MemoryBuffer::getFileAsStream("/proc/driver/nvidia/version")) {
    llvm::StringRef text = (*file)->getBuffer().split('\n').first;
    while (!text.empty()) {
      auto [word, rest] = llvm::getToken(text);
      if (!word.empty() && llvm::isDigit(word.front()) && word.contains('.'))
        return word.str();
      text = rest;
    }
  }
  return llvm::formatv("CUDA {0}.{1}", cudaVersion / 1000, cudaVersion % 1000 / 10).str();
}

namespace {
/// The two questions that NVML answers and the driver does not. The library is part of the driver; where it is missing
/// nothing is known.
struct NVML {
  int (*nvmlInit_v2)() = nullptr;
  int (*nvmlDeviceGetHandleByPciBusId_v2)(const char *, void **) = nullptr;
  int (*nvmlDeviceGetClockInfo)(void *, int, unsigned *) = nullptr;
  bool ready = false;

  static const NVML &get() {
    static const NVML nvml = [] {
      NVML result;
      if (void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL)) {
        auto load = [&](auto &function, const char *name) {
          function = reinterpret_cast<std::decay_t<decltype(function)>>(dlsym(library, name));
          return function != nullptr;
        };
        result.ready = load(result.nvmlInit_v2, "nvmlInit_v2") &&
                       load(result.nvmlDeviceGetHandleByPciBusId_v2, "nvmlDeviceGetHandleByPciBusId_v2") &&
                       load(result.nvmlDeviceGetClockInfo, "nvmlDeviceGetClockInfo") && result.nvmlInit_v2() == 0;
      }
      return result;
    }();
    return nvml;
  }
};
} // namespace

//===----------------------------------------------------------------------------------------------------------===//
// Device
//===----------------------------------------------------------------------------------------------------------===//

Expected<std::unique_ptr<Device>> Device::open(int ordinal) {
  std::unique_ptr<Device> result(new Device());
  MLA_RUN_TRY(toError(mla_driver_get(&result->driver)));
  const mla_driver_t *driver = result->driver;
  int count = 0, cudaVersion = 0, clockKHz = 0;
  DRIVER_TRY(driver, cuDeviceGetCount, &count);
  if (ordinal < 0 || ordinal >= count)
    return llvm::createStringError(
        llvm::formatv("expected a device from 0 to {0}, but got {1}", count - 1, ordinal).str());
  MLA_RUN_TRY(describe(driver, ordinal, result->device, result->info));
  DRIVER_TRY(driver, cuDriverGetVersion, &cudaVersion);
  result->driverVersion = readDriverVersion(cudaVersion);
  DRIVER_TRY(driver, cuDeviceGetAttribute, &clockKHz, MLA_CU_CLOCK_RATE, result->device);
  result->maxClockMHz = clockKHz / 1000.0;
  NVML::get(); // takes a while the first time
  char busId[64] = "";
  DRIVER_TRY(driver, cuDeviceGetPCIBusId, busId, sizeof(busId), result->device);
  result->busId = busId;
  DRIVER_TRY(driver, cuDevicePrimaryCtxRetain, &result->context, result->device);
  DRIVER_TRY(driver, cuCtxSetCurrent, result->context);
  DRIVER_TRY(driver, cuStreamCreate, &result->stream, MLA_CU_STREAM_NON_BLOCKING);
  return std::move(result);
}

Device::~Device() {
  if (stream)
    driver->cuStreamDestroy_v2(stream);
  if (context)
    driver->cuDevicePrimaryCtxRelease_v2(device);
}

Error Device::synchronize() { return toError(MLA_DRIVER(driver, cuStreamSynchronize, stream)); }

double Device::readClock() const {
  constexpr int kSMClock = 1; // NVML_CLOCK_SM
  const NVML &nvml = NVML::get();
  void *handle = nullptr;
  unsigned megahertz = 0;
  bool known = nvml.ready && nvml.nvmlDeviceGetHandleByPciBusId_v2(busId.c_str(), &handle) == 0 &&
               nvml.nvmlDeviceGetClockInfo(handle, kSMClock, &megahertz) == 0;
  return known ? megahertz : 0;
}

//===----------------------------------------------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------------------------------------------===//

Expected<DeviceBuffer> DeviceBuffer::allocate(Device &device, size_t size) {
  DeviceBuffer buffer;
  buffer.device = &device;
  buffer.size = size;
  mla_cu_pointer_t pointer = 0;
  // The driver refuses empty allocations.
  mla_cu_result_t result = device.getDriver().cuMemAlloc_v2(&pointer, size ? size : 1);
  std::string wanted = std::to_string(size) + " bytes";
  MLA_RUN_TRY(toError(mla_driver_status(&device.getDriver(), result, "cuMemAlloc", wanted.c_str())));
  buffer.pointer = pointer;
  return std::move(buffer);
}

DeviceBuffer &DeviceBuffer::operator=(DeviceBuffer &&other) {
  std::swap(device, other.device);
  std::swap(pointer, other.pointer);
  std::swap(size, other.size);
  return *this;
}

DeviceBuffer::~DeviceBuffer() {
  if (pointer)
    device->getDriver().cuMemFree_v2(pointer);
}

Error DeviceBuffer::fill(uint8_t value) {
  if (size)
    DRIVER_TRY(&device->getDriver(), cuMemsetD8Async, pointer, value, size, device->getStream());
  return Error::success();
}

Error DeviceBuffer::upload(llvm::ArrayRef<uint8_t> bytes) {
  const mla_driver_t *driver = &device->getDriver();
  size_t filled = std::min(bytes.size(), size);
  if (filled == 0)
    return Error::success();
  // In the stream: a plain copy of pageable memory may return before the device has it, and nothing orders this stream
  // behind.
  DRIVER_TRY(driver, cuMemcpyHtoDAsync_v2, pointer, bytes.data(), filled, device->getStream());
  // Every copy begins at a multiple of the whole of `bytes`, so the content stays periodic.
  while (filled < size) {
    size_t count = std::min(filled, size - filled);
    DRIVER_TRY(driver, cuMemcpyDtoDAsync_v2, pointer + filled, pointer, count, device->getStream());
    filled += count;
  }
  return device->synchronize();
}

Error DeviceBuffer::download(llvm::MutableArrayRef<uint8_t> bytes) {
  MLA_RUN_TRY(device->synchronize());
  if (!bytes.empty())
    DRIVER_TRY(&device->getDriver(), cuMemcpyDtoH_v2, bytes.data(), pointer, std::min(bytes.size(), size));
  return Error::success();
}

//===----------------------------------------------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------------------------------------------===//

Expected<Event> Event::create(Device &device) {
  Event event;
  event.device = &device;
  DRIVER_TRY(&device.getDriver(), cuEventCreate, &event.event, 0);
  return std::move(event);
}

Event &Event::operator=(Event &&other) {
  std::swap(device, other.device);
  std::swap(event, other.event);
  return *this;
}

Event::~Event() {
  if (event)
    device->getDriver().cuEventDestroy_v2(event);
}

Error Event::record() { return toError(MLA_DRIVER(&device->getDriver(), cuEventRecord, event, device->getStream())); }

Expected<double> Event::since(const Event &begin) const {
  float milliseconds = 0;
  DRIVER_TRY(&device->getDriver(), cuEventElapsedTime, &milliseconds, begin.event, event);
  return milliseconds;
}
