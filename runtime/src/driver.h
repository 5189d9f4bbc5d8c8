//===- driver.h - The part of the CUDA driver API that we use -----------------------------------------*- C -*-===//
//
// Types, constants and one table of entry points of libcuda.so.1, declared here so that building needs no CUDA. The
// values are those of cuda.h (test/Runtime/driver-abi.c compares them where cuda.h is installed); entry points carry
// the suffix of the version that we call (`cuMemAlloc_v2`), because cuda.h's unsuffixed names are macros.
//
// Shared with the project's own tools; not part of the public interface.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_DRIVER_H
#define RUNTIME_SRC_DRIVER_H

#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef int mla_cu_result_t;
typedef int mla_cu_device_t;
typedef unsigned long long mla_cu_pointer_t;
typedef struct CUctx_st *mla_cu_context_t;
typedef struct CUmod_st *mla_cu_module_t;
typedef struct CUfunc_st *mla_cu_function_t;
typedef struct CUstream_st *mla_cu_stream_t;
typedef struct CUevent_st *mla_cu_event_t;
typedef struct CUgraph_st *mla_cu_graph_t;
typedef struct CUgraphExec_st *mla_cu_graph_exec_t;

enum {
  MLA_CUDA_SUCCESS = 0,
  MLA_CUDA_ERROR_OUT_OF_MEMORY = 2,
  MLA_CUDA_ERROR_NO_DEVICE = 100,
  MLA_CUDA_ERROR_INVALID_DEVICE = 101,
  MLA_CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
  MLA_CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222
};

/// CUdevice_attribute
enum {
  MLA_CU_MAX_THREADS_PER_BLOCK = 1,
  MLA_CU_CLOCK_RATE = 13,
  MLA_CU_MULTIPROCESSOR_COUNT = 16,
  MLA_CU_COMPUTE_CAPABILITY_MAJOR = 75,
  MLA_CU_COMPUTE_CAPABILITY_MINOR = 76,
  MLA_CU_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97
};

/// CUfunction_attribute
enum { MLA_CU_FUNC_MAX_THREADS_PER_BLOCK = 0, MLA_CU_FUNC_SHARED_SIZE = 1, MLA_CU_FUNC_MAX_DYNAMIC_SHARED_SIZE = 8 };

/// CUjit_option
enum { MLA_CU_JIT_ERROR_LOG_BUFFER = 5, MLA_CU_JIT_ERROR_LOG_BUFFER_SIZE = 6 };

/// CUtensorMapDataType, -Interleave, -Swizzle, -L2promotion, -FloatOOBfill
enum {
  MLA_CU_TENSOR_MAP_UINT8 = 0,
  MLA_CU_TENSOR_MAP_FLOAT16 = 6,
  MLA_CU_TENSOR_MAP_BFLOAT16 = 9,
  MLA_CU_TENSOR_MAP_INTERLEAVE_NONE = 0,
  MLA_CU_TENSOR_MAP_SWIZZLE_NONE = 0,
  MLA_CU_TENSOR_MAP_SWIZZLE_64B = 2,
  MLA_CU_TENSOR_MAP_SWIZZLE_128B = 3,
  MLA_CU_TENSOR_MAP_L2_PROMOTION_128B = 2,
  MLA_CU_TENSOR_MAP_OOB_FILL_ZERO = 0
};

/// CUtensorMap; CUDA 12 aligns it to 64 bytes, CUDA 13 to 128.
typedef struct mla_cu_tensor_map_t {
#ifdef __cplusplus
  alignas(128) uint64_t opaque[16];
#else
  _Alignas(128) uint64_t opaque[16];
#endif
} mla_cu_tensor_map_t;

/// CUlaunchAttributeID
enum { MLA_CU_LAUNCH_COOPERATIVE = 2, MLA_CU_LAUNCH_PROGRAMMATIC_STREAM_SERIALIZATION = 6 };

/// CUlaunchAttribute; the value is a union of 64 bytes.
typedef struct mla_cu_launch_attribute_t {
  int id;
  char padding[4];
  union {
    char bytes[64];
    uint64_t alignment;
    int cooperative;
    int programmatic_stream_serialization_allowed;
  } value;
} mla_cu_launch_attribute_t;

/// CUlaunchConfig
typedef struct mla_cu_launch_config_t {
  unsigned grid_x, grid_y, grid_z;
  unsigned block_x, block_y, block_z;
  unsigned shared_bytes;
  mla_cu_stream_t stream;
  mla_cu_launch_attribute_t *attributes;
  unsigned num_attributes;
} mla_cu_launch_config_t;

enum { MLA_CU_STREAM_NON_BLOCKING = 1, MLA_CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1 };

/// X(entry point, parameters): everything that we call. All exist since CUDA 12.0.
#define MLA_DRIVER_SYMBOLS(X)                                                                                          \
  X(cuInit, (unsigned flags))                                                                                          \
  X(cuDriverGetVersion, (int *version))                                                                                \
  X(cuGetErrorName, (mla_cu_result_t result, const char **text))                                                       \
  X(cuGetErrorString, (mla_cu_result_t result, const char **text))                                                     \
  X(cuDeviceGetCount, (int *count))                                                                                    \
  X(cuDeviceGet, (mla_cu_device_t * device, int ordinal))                                                              \
  X(cuDeviceGetName, (char *name, int size, mla_cu_device_t device))                                                   \
  X(cuDeviceGetPCIBusId, (char *text, int size, mla_cu_device_t device))                                               \
  X(cuDeviceGetAttribute, (int *value, int attribute, mla_cu_device_t device))                                         \
  X(cuDevicePrimaryCtxRetain, (mla_cu_context_t * context, mla_cu_device_t device))                                    \
  X(cuDevicePrimaryCtxRelease_v2, (mla_cu_device_t device))                                                            \
  X(cuCtxGetCurrent, (mla_cu_context_t * context))                                                                     \
  X(cuCtxSetCurrent, (mla_cu_context_t context))                                                                       \
  X(cuCtxPushCurrent_v2, (mla_cu_context_t context))                                                                   \
  X(cuCtxPopCurrent_v2, (mla_cu_context_t * context))                                                                  \
  X(cuCtxGetDevice, (mla_cu_device_t * device))                                                                        \
  X(cuModuleLoadDataEx,                                                                                                \
    (mla_cu_module_t * module, const void *image, unsigned num_options, int *options, void **values))                  \
  X(cuModuleUnload, (mla_cu_module_t module))                                                                          \
  X(cuModuleGetFunction, (mla_cu_function_t * function, mla_cu_module_t module, const char *name))                     \
  X(cuFuncGetAttribute, (int *value, int attribute, mla_cu_function_t function))                                       \
  X(cuFuncSetAttribute, (mla_cu_function_t function, int attribute, int value))                                        \
  X(cuTensorMapEncodeTiled, (mla_cu_tensor_map_t * map, int type, unsigned rank, void *address,                        \
                             const uint64_t *extents, const uint64_t *strides, const uint32_t *box,                    \
                             const uint32_t *element_strides, int interleave, int swizzle, int promotion, int fill))   \
  X(cuLaunchKernelEx,                                                                                                  \
    (const mla_cu_launch_config_t *config, mla_cu_function_t function, void **parameters, void **extra))               \
  X(cuMemGetInfo_v2, (size_t *free_bytes, size_t *total_bytes))                                                        \
  X(cuMemAlloc_v2, (mla_cu_pointer_t * pointer, size_t size))                                                          \
  X(cuMemFree_v2, (mla_cu_pointer_t pointer))                                                                          \
  X(cuMemcpyHtoDAsync_v2, (mla_cu_pointer_t target, const void *source, size_t size, mla_cu_stream_t stream))          \
  X(cuMemcpyDtoH_v2, (void *target, mla_cu_pointer_t source, size_t size))                                             \
  X(cuMemcpyDtoDAsync_v2, (mla_cu_pointer_t target, mla_cu_pointer_t source, size_t size, mla_cu_stream_t stream))     \
  X(cuMemsetD8Async, (mla_cu_pointer_t target, unsigned char value, size_t size, mla_cu_stream_t stream))              \
  X(cuStreamCreate, (mla_cu_stream_t * stream, unsigned flags))                                                        \
  X(cuStreamDestroy_v2, (mla_cu_stream_t stream))                                                                      \
  X(cuStreamSynchronize, (mla_cu_stream_t stream))                                                                     \
  X(cuStreamBeginCapture_v2, (mla_cu_stream_t stream, int mode))                                                       \
  X(cuStreamEndCapture, (mla_cu_stream_t stream, mla_cu_graph_t * graph))                                              \
  X(cuGraphInstantiateWithFlags, (mla_cu_graph_exec_t * executable, mla_cu_graph_t graph, unsigned long long flags))   \
  X(cuGraphLaunch, (mla_cu_graph_exec_t executable, mla_cu_stream_t stream))                                           \
  X(cuGraphExecDestroy, (mla_cu_graph_exec_t executable))                                                              \
  X(cuGraphDestroy, (mla_cu_graph_t graph))                                                                            \
  X(cuEventCreate, (mla_cu_event_t * event, unsigned flags))                                                           \
  X(cuEventDestroy_v2, (mla_cu_event_t event))                                                                         \
  X(cuEventRecord, (mla_cu_event_t event, mla_cu_stream_t stream))                                                     \
  X(cuEventSynchronize, (mla_cu_event_t event))                                                                        \
  X(cuEventElapsedTime, (float *milliseconds, mla_cu_event_t start, mla_cu_event_t end))

/// The same for entry points that newer drivers have; null where the driver lacks them.
#define MLA_DRIVER_OPTIONAL_SYMBOLS(X)                                                                                 \
  /* CUDA 12.4 */                                                                                                      \
  X(cuFuncGetParamInfo, (mla_cu_function_t function, size_t index, size_t *offset, size_t *size))                      \
  X(cuFuncLoad, (mla_cu_function_t function))

typedef struct mla_driver_t {
#define MLA_DRIVER_FIELD(name, parameters) mla_cu_result_t(*name) parameters;
  MLA_DRIVER_SYMBOLS(MLA_DRIVER_FIELD)
  MLA_DRIVER_OPTIONAL_SYMBOLS(MLA_DRIVER_FIELD)
#undef MLA_DRIVER_FIELD
} mla_driver_t;

/// The driver, opened and initialised on the first call that succeeds; never closed. The environment variable
/// MLA_CUDA_DRIVER names another library than libcuda.so.1 (ignored in set-user-id programs).
mla_status_t mla_driver_get(const mla_driver_t **out_driver);

/// MLA_STATUS_OK, or the failure of `call` with the driver's name, number and text for `result`, and `detail` (may be
/// null) behind it.
mla_status_t mla_driver_status(const mla_driver_t *driver, mla_cu_result_t result, const char *call,
                               const char *detail);

/// A call through the table, as an expression of type mla_status_t.
#define MLA_DRIVER(driver, name, ...) mla_driver_status((driver), (driver)->name(__VA_ARGS__), #name, NULL)

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_DRIVER_H
