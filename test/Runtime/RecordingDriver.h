//===- RecordingDriver.h - A fixture with a driver that only records ----------------------------------*- C++ -*-===//
#ifndef TEST_RUNTIME_RECORDINGDRIVER_H
#define TEST_RUNTIME_RECORDINGDRIVER_H

#include "FakeDriver.h"
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>

/// Sizes of parameters.
constexpr size_t kMap = 128, kPointer = 8, kInt = 4;

/// The state of the fake driver that the runtime has loaded.
inline fake_state_t &fake() {
  static fake_state_t *state = [] {
    void *library = dlopen(MLA_FAKE_CUDA, RTLD_NOW);
    auto get = reinterpret_cast<fake_state_t *(*)()>(dlsym(library, "fake_state"));
    return get();
  }();
  return *state;
}

/// A device like an H100, with a current context and no kernels yet.
class RecordingDriver : public testing::Test {
protected:
  void SetUp() override {
    setenv("MLA_CUDA_DRIVER", MLA_FAKE_CUDA, 1);
    fake() = {};
    fake().major = 9;
    fake().multiprocessors = 132;
    fake().max_threads = 1024;
    fake().max_smem_bytes = 232448;
    fake().current_context = &fake();
  }

  static void *at(uintptr_t address) { return reinterpret_cast<void *>(address); }

  /// A parameter of a launch, as it was recorded.
  template <typename T> static T parameter(const fake_launch_t &launch, size_t index) {
    T value;
    memcpy(&value, launch.parameters[index], sizeof(value));
    return value;
  }
};

#endif // TEST_RUNTIME_RECORDINGDRIVER_H
