//===- Device.h - A GPU, through the runtime's driver table ----------------------------------------*- C++ -*-===//
#ifndef TOOLS_COMMON_DEVICE_H
#define TOOLS_COMMON_DEVICE_H

#include "runtime/src/driver.h"
#include "runtime/src/module.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace mlir::mla::run {

/// The runtime's status as an error with its sentence.
llvm::Error toError(mla_status_t status);

/// Leaves a function that returns Error or Expected with the error of `expression`, if there is one.
#define MLA_RUN_TRY(expression)                                                                                        \
  do {                                                                                                                 \
    if (llvm::Error error = (expression))                                                                              \
      return error;                                                                                                    \
  } while (false)

/// Now, as in "2026-01-31T23:59:59Z".
std::string currentDate();

/// What the machine says about its GPUs, one line for each.
struct GPUInfo {
  int ordinal = 0;
  std::string name;
  int major = 0, minor = 0;
  int multiprocessors = 0;
};
llvm::Expected<std::vector<GPUInfo>> listGPUs();

/// One GPU with its primary context, current in this thread, and a stream.
class Device {
public:
  static llvm::Expected<std::unique_ptr<Device>> open(int ordinal);
  ~Device();

  const GPUInfo &getInfo() const { return info; }
  /// As in "580.159.04" where the kernel module says so, else the CUDA version that the driver supports.
  const std::string &getDriverVersion() const { return driverVersion; }
  const mla_driver_t &getDriver() const { return *driver; }
  mla_cu_stream_t getStream() const { return stream; }
  /// Waits for the stream, and reports what went wrong on it.
  llvm::Error synchronize();
  /// Clock of the multiprocessors now, in MHz, by NVML; 0 where there is none.
  double readClock() const;
  /// The highest clock that the device has, in MHz.
  double getMaxClock() const { return maxClockMHz; }

private:
  Device() = default;

  const mla_driver_t *driver = nullptr;
  GPUInfo info;
  std::string driverVersion, busId;
  double maxClockMHz = 0;
  mla_cu_device_t device = 0;
  mla_cu_context_t context = nullptr;
  mla_cu_stream_t stream = nullptr;
};

/// Device memory.
class DeviceBuffer {
public:
  static llvm::Expected<DeviceBuffer> allocate(Device &device, size_t size);
  DeviceBuffer() = default;
  DeviceBuffer(DeviceBuffer &&other) { *this = std::move(other); }
  DeviceBuffer &operator=(DeviceBuffer &&other);
  ~DeviceBuffer();

  void *getAddress() const { return reinterpret_cast<void *>(static_cast<uintptr_t>(pointer)); }
  size_t getSize() const { return size; }
  llvm::Error fill(uint8_t value);
  /// Copies `bytes` to the beginning and then what was written to the rest, again and again. Synchronous.
  llvm::Error upload(llvm::ArrayRef<uint8_t> bytes);
  /// Synchronous; waits for the device's stream first.
  llvm::Error download(llvm::MutableArrayRef<uint8_t> bytes);

private:
  Device *device = nullptr;
  mla_cu_pointer_t pointer = 0;
  size_t size = 0;
};

/// A point in a stream, with its time.
class Event {
public:
  static llvm::Expected<Event> create(Device &device);
  Event() = default;
  Event(Event &&other) { *this = std::move(other); }
  Event &operator=(Event &&other);
  ~Event();

  llvm::Error record();
  /// Milliseconds from `begin` to this event; both must have happened.
  llvm::Expected<double> since(const Event &begin) const;

private:
  Device *device = nullptr;
  mla_cu_event_t event = nullptr;
};

} // namespace mlir::mla::run

#endif // TOOLS_COMMON_DEVICE_H
