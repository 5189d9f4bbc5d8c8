//===- FakeDriver.c - A libcuda for machines without a GPU -----------------------------------------------------===//
#define _POSIX_C_SOURCE 200809L // strdup
#include "FakeDriver.h"
#include "runtime/src/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef FAKE_CUDA_VERSION
#define FAKE_CUDA_VERSION 13000
#endif

static fake_state_t state = {
    .major = 9, .minor = 0, .multiprocessors = 132, .max_threads = 1024, .max_smem_bytes = 232448};

fake_state_t *fake_state(void) { return &state; }

/// Records the call; its result, unless the test asks for another.
static int call(const char *name) {
  if (state.num_calls < FAKE_MAX_CALLS)
    state.calls[state.num_calls++] = name;
  return state.failing_call && strcmp(state.failing_call, name) == 0 ? state.failure : 0;
}

/// Defines an entry point that does nothing but be recorded.
#define QUIET(name, parameters)                                                                                        \
  mla_cu_result_t name parameters { return call(#name); }
#define UNUSED __attribute__((unused))

mla_cu_result_t cuInit(unsigned flags UNUSED) {
  const char *text = getenv("MLA_FAKE_CUDA_INIT");
  return text ? atoi(text) : call("cuInit");
}

mla_cu_result_t cuDriverGetVersion(int *version) {
  *version = FAKE_CUDA_VERSION;
  return call("cuDriverGetVersion");
}

mla_cu_result_t cuGetErrorName(mla_cu_result_t result, const char **text) {
  *text = result == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_FAKE";
  return result == 12345;
}

mla_cu_result_t cuGetErrorString(mla_cu_result_t result, const char **text) {
  *text = "as the test wanted";
  return result == 12345;
}

mla_cu_result_t cuDeviceGetCount(int *count) {
  *count = 1;
  return call("cuDeviceGetCount");
}

mla_cu_result_t cuDeviceGet(mla_cu_device_t *device, int ordinal) {
  *device = ordinal;
  return call("cuDeviceGet");
}

mla_cu_result_t cuDeviceGetName(char *name, int size, mla_cu_device_t device UNUSED) {
  snprintf(name, (size_t)size, "Fake GPU");
  return call("cuDeviceGetName");
}

mla_cu_result_t cuDeviceGetPCIBusId(char *text, int size, mla_cu_device_t device UNUSED) {
  snprintf(text, (size_t)size, "0000:00:00.0");
  return call("cuDeviceGetPCIBusId");
}

mla_cu_result_t cuDeviceGetAttribute(int *value, int attribute, mla_cu_device_t device UNUSED) {
  switch (attribute) {
  case MLA_CU_MAX_THREADS_PER_BLOCK:
    *value = state.max_threads;
    break;
  case MLA_CU_CLOCK_RATE:
    *value = 1980000;
    break;
  case MLA_CU_MULTIPROCESSOR_COUNT:
    *value = state.multiprocessors;
    break;
  case MLA_CU_COMPUTE_CAPABILITY_MAJOR:
    *value = state.major;
    break;
  case MLA_CU_COMPUTE_CAPABILITY_MINOR:
    *value = state.minor;
    break;
  case MLA_CU_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    *value = state.max_smem_bytes;
    break;
  }
  return call("cuDeviceGetAttribute");
}

mla_cu_result_t cuDevicePrimaryCtxRetain(mla_cu_context_t *context, mla_cu_device_t device UNUSED) {
  *context = (mla_cu_context_t)&state;
  return call("cuDevicePrimaryCtxRetain");
}

QUIET(cuDevicePrimaryCtxRelease_v2, (mla_cu_device_t device UNUSED))

mla_cu_result_t cuCtxGetCurrent(mla_cu_context_t *context) {
  *context = state.current_context;
  return call("cuCtxGetCurrent");
}

mla_cu_result_t cuCtxSetCurrent(mla_cu_context_t context) {
  state.current_context = context;
  return call("cuCtxSetCurrent");
}

QUIET(cuCtxPushCurrent_v2, (mla_cu_context_t context UNUSED))
QUIET(cuCtxPopCurrent_v2, (mla_cu_context_t * context UNUSED))

mla_cu_result_t cuCtxGetDevice(mla_cu_device_t *device) {
  *device = 0;
  return call("cuCtxGetDevice");
}

mla_cu_result_t cuModuleLoadDataEx(mla_cu_module_t *module, const void *image, unsigned num_options, int *options,
                                   void **values) {
  int result = call("cuModuleLoadDataEx");
  if (state.refused_image && strncmp(image, state.refused_image, strlen(state.refused_image)) == 0)
    result = 218; // CUDA_ERROR_INVALID_PTX
  if (result) {
    char *log = NULL;
    size_t size = 0;
    for (unsigned i = 0; i < num_options; ++i) {
      if (options[i] == MLA_CU_JIT_ERROR_LOG_BUFFER)
        log = values[i];
      if (options[i] == MLA_CU_JIT_ERROR_LOG_BUFFER_SIZE)
        size = (size_t)values[i];
    }
    if (log)
      snprintf(log, size, "ptxas application ptx input, line 1; fatal: not what it was");
  } else {
    *module = (mla_cu_module_t)&state;
    ++state.modules;
  }
  return result;
}

mla_cu_result_t cuModuleUnload(mla_cu_module_t module UNUSED) {
  --state.modules;
  return call("cuModuleUnload");
}

mla_cu_result_t cuModuleGetFunction(mla_cu_function_t *function, mla_cu_module_t module UNUSED, const char *name) {
  int result = call("cuModuleGetFunction");
  fake_kernel_t *kernel = NULL;
  for (size_t i = 0; i < state.num_kernels; ++i)
    if (strcmp(state.kernels[i].name, name) == 0)
      kernel = &state.kernels[i];
  // A driver of which no test says what it has, has everything.
  if (!kernel && FAKE_CUDA_VERSION < 12040 && state.num_kernels < FAKE_MAX_KERNELS) {
    kernel = &state.kernels[state.num_kernels++];
    *kernel = (fake_kernel_t){.name = strdup(name), .max_threads = 1024};
  }
  *function = (mla_cu_function_t)kernel;
  return result ? result : kernel ? 0 : 500; // CUDA_ERROR_NOT_FOUND
}

mla_cu_result_t cuFuncGetAttribute(int *value, int attribute, mla_cu_function_t function) {
  const fake_kernel_t *kernel = (const fake_kernel_t *)function;
  *value = attribute == MLA_CU_FUNC_MAX_THREADS_PER_BLOCK ? kernel->max_threads : kernel->static_smem_bytes;
  return call("cuFuncGetAttribute");
}

mla_cu_result_t cuFuncSetAttribute(mla_cu_function_t function, int attribute UNUSED, int value) {
  ((fake_kernel_t *)function)->max_dynamic_smem_bytes = value;
  return call("cuFuncSetAttribute");
}

#if FAKE_CUDA_VERSION >= 12040
mla_cu_result_t cuFuncGetParamInfo(mla_cu_function_t function, size_t index, size_t *offset, size_t *size) {
  const fake_kernel_t *kernel = (const fake_kernel_t *)function;
  int result = call("cuFuncGetParamInfo");
  *offset = 0;
  *size = index < kernel->num_parameters ? kernel->parameter_sizes[index] : 0;
  return result ? result : index < kernel->num_parameters ? 0 : 1;
}

QUIET(cuFuncLoad, (mla_cu_function_t function UNUSED))
#endif

#if FAKE_CUDA_VERSION >= 12000
mla_cu_result_t cuTensorMapEncodeTiled(mla_cu_tensor_map_t *map, int type, unsigned rank, void *address,
                                       const uint64_t *extents, const uint64_t *strides, const uint32_t *box,
                                       const uint32_t *element_strides, int interleave, int swizzle, int promotion,
                                       int fill) {
  if (state.num_maps < FAKE_MAX_MAPS) {
    fake_map_t *out = &state.maps[state.num_maps++];
    *out = (fake_map_t){type, (int)rank, interleave, swizzle, promotion, fill, address, {0}, {0}, {0}, {0}};
    memcpy(out->extents, extents, rank * sizeof(*extents));
    memcpy(out->strides, strides, (rank - 1) * sizeof(*strides));
    memcpy(out->box, box, rank * sizeof(*box));
    memcpy(out->element_strides, element_strides, rank * sizeof(*element_strides));
  }
  memset(map, 0xab, sizeof(*map));
  memcpy(map, &address, sizeof(address));
  return call("cuTensorMapEncodeTiled");
}
#endif

mla_cu_result_t cuLaunchKernelEx(const mla_cu_launch_config_t *config, mla_cu_function_t function, void **parameters,
                                 void **extra UNUSED) {
  const fake_kernel_t *kernel = (const fake_kernel_t *)function;
  if (state.num_launches < FAKE_MAX_LAUNCHES) {
    fake_launch_t *out = &state.launches[state.num_launches++];
    *out = (fake_launch_t){.kernel = kernel->name,
                           .grid = {config->grid_x, config->grid_y, config->grid_z},
                           .block = {config->block_x, config->block_y, config->block_z},
                           .smem_bytes = config->shared_bytes,
                           .stream = config->stream};
    for (unsigned i = 0; i < config->num_attributes; ++i) {
      const mla_cu_launch_attribute_t *attribute = &config->attributes[i];
      if (attribute->id == MLA_CU_LAUNCH_PROGRAMMATIC_STREAM_SERIALIZATION)
        out->pdl = attribute->value.programmatic_stream_serialization_allowed;
      else if (attribute->id == MLA_CU_LAUNCH_COOPERATIVE)
        out->cooperative = attribute->value.cooperative;
    }
    for (size_t i = 0; i < kernel->num_parameters; ++i)
      memcpy(out->parameters[i], parameters[i], kernel->parameter_sizes[i]);
  }
  return call("cuLaunchKernelEx");
}

mla_cu_result_t cuMemGetInfo_v2(size_t *free_bytes, size_t *total_bytes) {
  *free_bytes = *total_bytes = (size_t)1 << 34;
  return call("cuMemGetInfo_v2");
}

mla_cu_result_t cuMemAlloc_v2(mla_cu_pointer_t *pointer, size_t size) {
  *pointer = (mla_cu_pointer_t)(uintptr_t)aligned_alloc(256, (size + 255) / 256 * 256);
  return call("cuMemAlloc_v2");
}

mla_cu_result_t cuMemFree_v2(mla_cu_pointer_t pointer) {
  free((void *)(uintptr_t)pointer);
  return call("cuMemFree_v2");
}

mla_cu_result_t cuMemcpyHtoDAsync_v2(mla_cu_pointer_t target, const void *source, size_t size,
                                     mla_cu_stream_t stream UNUSED) {
  memcpy((void *)(uintptr_t)target, source, size);
  return call("cuMemcpyHtoDAsync_v2");
}

mla_cu_result_t cuMemcpyDtoH_v2(void *target, mla_cu_pointer_t source, size_t size) {
  memcpy(target, (const void *)(uintptr_t)source, size);
  return call("cuMemcpyDtoH_v2");
}

mla_cu_result_t cuMemcpyDtoDAsync_v2(mla_cu_pointer_t target, mla_cu_pointer_t source, size_t size,
                                     mla_cu_stream_t stream UNUSED) {
  memcpy((void *)(uintptr_t)target, (const void *)(uintptr_t)source, size);
  return call("cuMemcpyDtoDAsync_v2");
}

mla_cu_result_t cuMemsetD8Async(mla_cu_pointer_t target, unsigned char value, size_t size,
                                mla_cu_stream_t stream UNUSED) {
  memset((void *)(uintptr_t)target, value, size);
  return call("cuMemsetD8Async");
}

mla_cu_result_t cuStreamCreate(mla_cu_stream_t *stream, unsigned flags UNUSED) {
  *stream = (mla_cu_stream_t)&state;
  return call("cuStreamCreate");
}

QUIET(cuStreamDestroy_v2, (mla_cu_stream_t stream UNUSED))
QUIET(cuStreamSynchronize, (mla_cu_stream_t stream UNUSED))
QUIET(cuStreamBeginCapture_v2, (mla_cu_stream_t stream UNUSED, int mode UNUSED))
QUIET(cuStreamEndCapture, (mla_cu_stream_t stream UNUSED, mla_cu_graph_t *graph UNUSED))
QUIET(cuGraphInstantiateWithFlags,
      (mla_cu_graph_exec_t * executable UNUSED, mla_cu_graph_t graph UNUSED, unsigned long long flags UNUSED))
QUIET(cuGraphLaunch, (mla_cu_graph_exec_t executable UNUSED, mla_cu_stream_t stream UNUSED))
QUIET(cuGraphExecDestroy, (mla_cu_graph_exec_t executable UNUSED))
QUIET(cuGraphDestroy, (mla_cu_graph_t graph UNUSED))
QUIET(cuEventCreate, (mla_cu_event_t * event UNUSED, unsigned flags UNUSED))
QUIET(cuEventDestroy_v2, (mla_cu_event_t event UNUSED))
QUIET(cuEventRecord, (mla_cu_event_t event UNUSED, mla_cu_stream_t stream UNUSED))
QUIET(cuEventSynchronize, (mla_cu_event_t event UNUSED))

mla_cu_result_t cuEventElapsedTime(float *milliseconds, mla_cu_event_t start UNUSED, mla_cu_event_t end UNUSED) {
  *milliseconds = 1;
  return call("cuEventElapsedTime");
}
