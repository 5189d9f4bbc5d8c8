//===- FakeDriver.h - A libcuda for machines without a GPU ---------------------------------------------*- C -*-===//
//
// A shared library with the entry points that the runtime calls. Memory is host memory and copies copy; kernels do
// nothing but are recorded with their parameters. Tests reach the state by dlopen-ing the same file.
//
// FAKE_CUDA_VERSION (at build time) says which driver it is like: 11080 has no tensor maps, 12000 no
// cuFuncGetParamInfo. The environment variable MLA_FAKE_CUDA_INIT is the result of cuInit.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef TEST_RUNTIME_FAKEDRIVER_H
#define TEST_RUNTIME_FAKEDRIVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  FAKE_MAX_CALLS = 256,
  FAKE_MAX_KERNELS = 8,
  FAKE_MAX_PARAMETERS = 32,
  FAKE_MAX_LAUNCHES = 16,
  FAKE_MAX_MAPS = 8
};

/// A kernel that modules have; the names are the tests' to choose.
typedef struct fake_kernel_t {
  const char *name;
  size_t num_parameters;
  size_t parameter_sizes[FAKE_MAX_PARAMETERS];
  int max_threads, static_smem_bytes;
  /// Set through cuFuncSetAttribute.
  int max_dynamic_smem_bytes;
} fake_kernel_t;

typedef struct fake_launch_t {
  const char *kernel;
  unsigned grid[3], block[3], smem_bytes;
  void *stream;
  int pdl, cooperative;
  /// The bytes of each parameter, as many as the kernel's parameter has.
  unsigned char parameters[FAKE_MAX_PARAMETERS][128];
} fake_launch_t;

typedef struct fake_map_t {
  int type, rank, interleave, swizzle, promotion, fill;
  const void *address;
  uint64_t extents[5], strides[4];
  uint32_t box[5], element_strides[5];
} fake_map_t;

typedef struct fake_state_t {
  /// Of the one device.
  int major, minor, multiprocessors, max_threads, max_smem_bytes;
  fake_kernel_t kernels[FAKE_MAX_KERNELS];
  size_t num_kernels;

  /// The call named so returns this; null for none.
  const char *failing_call;
  int failure;
  /// Modules of this kind of image fail: "\177ELF" or the beginning of PTX. Null for none.
  const char *refused_image;

  /// Every call since the last reset, by name.
  const char *calls[FAKE_MAX_CALLS];
  size_t num_calls;
  fake_launch_t launches[FAKE_MAX_LAUNCHES];
  size_t num_launches;
  fake_map_t maps[FAKE_MAX_MAPS];
  size_t num_maps;
  /// Loaded and not unloaded.
  int modules;
  void *current_context;
} fake_state_t;

/// The only symbol that libcuda does not have.
fake_state_t *fake_state(void);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // TEST_RUNTIME_FAKEDRIVER_H
