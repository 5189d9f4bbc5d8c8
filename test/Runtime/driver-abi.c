// Compares the declarations of runtime/src/driver.h with those of cuda.h. Built only where cuda.h is installed; it
// holds if it compiles.
#include "runtime/src/driver.h"

#include <assert.h>
#include <cuda.h>
#include <stddef.h>

#define SAME(ours, theirs) static_assert((long long)(ours) == (long long)(theirs), #ours " and " #theirs " differ")
/// Our alignment may be stricter: cuda.h changed that of CUtensorMap once.
#define SAME_SIZE(ours, theirs)                                                                                        \
  SAME(sizeof(ours), sizeof(theirs));                                                                                  \
  SAME(_Alignof(ours) % _Alignof(theirs), 0)
#define SAME_FIELD(ours, our_field, theirs, their_field)                                                               \
  SAME(offsetof(ours, our_field), offsetof(theirs, their_field));                                                      \
  SAME(sizeof(((ours *)0)->our_field), sizeof(((theirs *)0)->their_field))

SAME_SIZE(mla_cu_result_t, CUresult);
SAME_SIZE(mla_cu_device_t, CUdevice);
SAME_SIZE(mla_cu_pointer_t, CUdeviceptr);
SAME_SIZE(mla_cu_context_t, CUcontext);
SAME_SIZE(mla_cu_tensor_map_t, CUtensorMap);
SAME_SIZE(mla_cu_launch_attribute_t, CUlaunchAttribute);
SAME_FIELD(mla_cu_launch_attribute_t, id, CUlaunchAttribute, id);
SAME_FIELD(mla_cu_launch_attribute_t, value, CUlaunchAttribute, value);
SAME_FIELD(mla_cu_launch_attribute_t, value.programmatic_stream_serialization_allowed, CUlaunchAttribute,
           value.programmaticStreamSerializationAllowed);
SAME_SIZE(mla_cu_launch_config_t, CUlaunchConfig);
SAME_FIELD(mla_cu_launch_config_t, grid_x, CUlaunchConfig, gridDimX);
SAME_FIELD(mla_cu_launch_config_t, grid_y, CUlaunchConfig, gridDimY);
SAME_FIELD(mla_cu_launch_config_t, grid_z, CUlaunchConfig, gridDimZ);
SAME_FIELD(mla_cu_launch_config_t, block_x, CUlaunchConfig, blockDimX);
SAME_FIELD(mla_cu_launch_config_t, block_y, CUlaunchConfig, blockDimY);
SAME_FIELD(mla_cu_launch_config_t, block_z, CUlaunchConfig, blockDimZ);
SAME_FIELD(mla_cu_launch_config_t, shared_bytes, CUlaunchConfig, sharedMemBytes);
SAME_FIELD(mla_cu_launch_config_t, stream, CUlaunchConfig, hStream);
SAME_FIELD(mla_cu_launch_config_t, attributes, CUlaunchConfig, attrs);
SAME_FIELD(mla_cu_launch_config_t, num_attributes, CUlaunchConfig, numAttrs);

SAME(MLA_CUDA_SUCCESS, CUDA_SUCCESS);
SAME(MLA_CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_OUT_OF_MEMORY);
SAME(MLA_CUDA_ERROR_NO_DEVICE, CUDA_ERROR_NO_DEVICE);
SAME(MLA_CUDA_ERROR_INVALID_DEVICE, CUDA_ERROR_INVALID_DEVICE);
SAME(MLA_CUDA_ERROR_NO_BINARY_FOR_GPU, CUDA_ERROR_NO_BINARY_FOR_GPU);
SAME(MLA_CUDA_ERROR_UNSUPPORTED_PTX_VERSION, CUDA_ERROR_UNSUPPORTED_PTX_VERSION);
SAME(MLA_CU_MAX_THREADS_PER_BLOCK, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
SAME(MLA_CU_CLOCK_RATE, CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
SAME(MLA_CU_MULTIPROCESSOR_COUNT, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
SAME(MLA_CU_COMPUTE_CAPABILITY_MAJOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
SAME(MLA_CU_COMPUTE_CAPABILITY_MINOR, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
SAME(MLA_CU_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
SAME(MLA_CU_FUNC_MAX_THREADS_PER_BLOCK, CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
SAME(MLA_CU_FUNC_SHARED_SIZE, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
SAME(MLA_CU_FUNC_MAX_DYNAMIC_SHARED_SIZE, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
SAME(MLA_CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER);
SAME(MLA_CU_JIT_ERROR_LOG_BUFFER_SIZE, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
SAME(MLA_CU_TENSOR_MAP_FLOAT16, CU_TENSOR_MAP_DATA_TYPE_FLOAT16);
SAME(MLA_CU_TENSOR_MAP_BFLOAT16, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16);
SAME(MLA_CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_INTERLEAVE_NONE);
SAME(MLA_CU_TENSOR_MAP_SWIZZLE_NONE, CU_TENSOR_MAP_SWIZZLE_NONE);
SAME(MLA_CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_SWIZZLE_128B);
SAME(MLA_CU_TENSOR_MAP_L2_PROMOTION_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_128B);
SAME(MLA_CU_TENSOR_MAP_OOB_FILL_ZERO, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
SAME(MLA_CU_LAUNCH_PROGRAMMATIC_STREAM_SERIALIZATION, CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION);
SAME(MLA_CU_STREAM_NON_BLOCKING, CU_STREAM_NON_BLOCKING);
SAME(MLA_CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
