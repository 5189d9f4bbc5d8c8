//===- module.c - Loading and launching kernels ---------------------------------------------------------------===//
#include "module.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mla_module_t {
  /// Retained.
  mla_package_t *package;
  const mla_driver_t *driver;
  mla_cu_context_t context;
  int multiprocessors;
  mla_cu_module_t module;
  mla_cu_function_t functions[MLA_MAX_KERNELS];
};

//===----------------------------------------------------------------------------------------------------------===//
// Bindings
//===----------------------------------------------------------------------------------------------------------===//

typedef enum value_kind_t { VALUE_MAP, VALUE_POINTER, VALUE_I32, VALUE_I64, VALUE_F32 } value_kind_t;

typedef struct binding_info_t {
  value_kind_t kind;
  /// Of pointers, in bytes.
  unsigned alignment;
  /// What the caller calls it.
  const char *name;
} binding_info_t;

/// Vector accesses of the kernels and TMA want 16 bytes; indices and log-sum-exps are accessed one by one.
static const binding_info_t bindings[MLA_BINDING_COUNT] = {
    [MLA_BINDING_Q_MAP] = {VALUE_MAP, 16, "q"},
    [MLA_BINDING_CACHE_MAP] = {VALUE_MAP, 16, "cache"},
    [MLA_BINDING_BLOCK_TABLE] = {VALUE_POINTER, 4, "block_table"},
    [MLA_BINDING_SEQ_LENS] = {VALUE_POINTER, 4, "seq_lens"},
    [MLA_BINDING_OUT] = {VALUE_POINTER, 16, "out"},
    [MLA_BINDING_LSE] = {VALUE_POINTER, 4, "lse"},
    [MLA_BINDING_PARTS] = {VALUE_POINTER, 16, "workspace"},
    [MLA_BINDING_COUNTERS] = {VALUE_POINTER, 16, "workspace"},
    [MLA_BINDING_PARTIAL_OUT] = {VALUE_POINTER, 16, "workspace"},
    [MLA_BINDING_PARTIAL_LSE] = {VALUE_POINTER, 16, "workspace"},
    [MLA_BINDING_BATCH] = {VALUE_I32, 0, "batch"},
    [MLA_BINDING_ROWS] = {VALUE_I32, 0, "rows"},
    [MLA_BINDING_HEADS] = {VALUE_I32, 0, "heads"},
    [MLA_BINDING_QUERIES] = {VALUE_I32, 0, "queries"},
    [MLA_BINDING_BLOCK_TABLE_STRIDE] = {VALUE_I32, 0, "block_table_stride"},
    [MLA_BINDING_NUM_PAGES] = {VALUE_I32, 0, "num_pages"},
    [MLA_BINDING_NUM_PARTS] = {VALUE_I32, 0, "num_parts"},
    [MLA_BINDING_SCALE_LOG2] = {VALUE_F32, 0, "scale_log2"},
    [MLA_BINDING_SCRATCH] = {VALUE_POINTER, 16, "scratch"},
    [MLA_BINDING_SCRATCH_ELEMENTS] = {VALUE_I64, 0, "scratch_elements"},
    [MLA_BINDING_OUT_MAP] = {VALUE_MAP, 16, "out"},
    [MLA_BINDING_PARTIAL_MAP] = {VALUE_MAP, 16, "workspace"},
    [MLA_BINDING_CACHE_LATENT_MAP] = {VALUE_MAP, 16, "cache"},
    [MLA_BINDING_CACHE_ROPE_MAP] = {VALUE_MAP, 16, "cache"},
    [MLA_BINDING_CACHE] = {VALUE_POINTER, 16, "cache"},
    [MLA_BINDING_CACHE_PAGE_STRIDE] = {VALUE_I32, 0, "cache_page_stride"},
    [MLA_BINDING_CACHE_SCALE] = {VALUE_POINTER, 4, "cache_scale"},
    [MLA_BINDING_CACHE_SCALES] = {VALUE_POINTER, 16, "cache"},
    [MLA_BINDING_CACHE_SCALE_PAGE_STRIDE] = {VALUE_I32, 0, "cache_scale_page_stride"},
    [MLA_BINDING_CACHE_SCALE_TOKEN_STRIDE] = {VALUE_I32, 0, "cache_scale_token_stride"},
    [MLA_BINDING_LATENT] = {VALUE_POINTER, 8, "latent"},
    [MLA_BINDING_K_ROPE] = {VALUE_POINTER, 4, "k_rope"},
    [MLA_BINDING_NORM_WEIGHT] = {VALUE_POINTER, 8, "weight"},
    [MLA_BINDING_POSITIONS] = {VALUE_POINTER, 4, "positions"},
    [MLA_BINDING_SLOTS] = {VALUE_POINTER, 4, "slots"},
    [MLA_BINDING_TOKENS] = {VALUE_I32, 0, "tokens"},
    [MLA_BINDING_ROPE_X] = {VALUE_POINTER, 4, "x"},
    [MLA_BINDING_LATENT_STRIDE] = {VALUE_I32, 0, "latent_stride"},
    [MLA_BINDING_K_ROPE_STRIDE] = {VALUE_I32, 0, "k_rope_stride"},
    [MLA_BINDING_K_MAP] = {VALUE_MAP, 16, "k"},
    [MLA_BINDING_K_ROPE_MAP] = {VALUE_MAP, 16, "k_rope"},
    [MLA_BINDING_V_MAP] = {VALUE_MAP, 16, "v"},
    [MLA_BINDING_CU_SEQLENS_Q] = {VALUE_POINTER, 4, "cu_seqlens_q"},
    [MLA_BINDING_CU_SEQLENS_KV] = {VALUE_POINTER, 4, "cu_seqlens_kv"},
    [MLA_BINDING_WORK] = {VALUE_POINTER, 16, "workspace"},
    [MLA_BINDING_TOTAL_Q] = {VALUE_I32, 0, "total_q"},
    [MLA_BINDING_TOTAL_KV] = {VALUE_I32, 0, "total_kv"},
    [MLA_BINDING_OUT_A] = {VALUE_POINTER, 16, "out_a"},
    [MLA_BINDING_LSE_A] = {VALUE_POINTER, 4, "lse_a"},
    [MLA_BINDING_OUT_B] = {VALUE_POINTER, 16, "out_b"},
    [MLA_BINDING_LSE_B] = {VALUE_POINTER, 4, "lse_b"},
    [MLA_BINDING_Q_ROPE_MAP] = {VALUE_MAP, 16, "q"},
    [MLA_BINDING_Q_SCALE] = {VALUE_POINTER, 4, "q_scale"},
    [MLA_BINDING_MOST_PIECES] = {VALUE_I32, 0, "most_pieces"},
    [MLA_BINDING_MARKS] = {VALUE_POINTER, 16, "workspace"},
};

/// Bytes of a kernel parameter.
static size_t parameter_size(value_kind_t kind) {
  size_t size = 4;
  if (kind == VALUE_MAP)
    size = sizeof(mla_cu_tensor_map_t);
  else if (kind == VALUE_POINTER || kind == VALUE_I64)
    size = 8;
  return size;
}

/// One kernel parameter in memory; the driver copies as many bytes as the parameter has.
typedef union parameter_t {
  mla_cu_tensor_map_t map;
  mla_cu_pointer_t pointer;
  int32_t i32;
  int64_t i64;
  float f32;
} parameter_t;

//===----------------------------------------------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------------------------------------------===//

static mla_status_t get_attribute(const mla_driver_t *driver, mla_cu_device_t device, int attribute, int *out) {
  return MLA_DRIVER(driver, cuDeviceGetAttribute, out, attribute, device);
}

/// Whether code for `target` runs on a device of compute capability major.minor. PTX is assembled for the device, so it
/// may be older; machine code stays within a major version.
static int target_suits(const mla_target_t *target, mla_image_kind_t kind, int major, int minor) {
  int same_major = major == target->major;
  int suits = 0;
  if (target->exact)
    suits = same_major && minor == target->minor;
  else if (kind == MLA_IMAGE_PTX)
    suits = major > target->major || (same_major && minor >= target->minor);
  else
    suits = same_major && minor >= target->minor;
  return suits;
}

/// Loads the first image that suits the device and that the driver takes; the failure is that of the last one.
static mla_status_t load_image(mla_module_t *module, int major, int minor) {
  mla_status_t status = MLA_STATUS_OK;
  const mla_package_t *package = module->package;
  int loaded = 0, suitable = 0;
  for (size_t i = 0; i < package->num_images && !loaded; ++i) {
    const mla_image_t *image = &package->images[i];
    if (!target_suits(&package->target, image->kind, major, minor))
      continue;
    suitable = 1;
    char log[4096] = "";
    int options[] = {MLA_CU_JIT_ERROR_LOG_BUFFER, MLA_CU_JIT_ERROR_LOG_BUFFER_SIZE};
    void *values[] = {log, (void *)(uintptr_t)sizeof(log)};
    mla_cu_result_t result = module->driver->cuModuleLoadDataEx(&module->module, image->bytes, 2, options, values);
    log[sizeof(log) - 1] = '\0';
    status = mla_driver_status(
        module->driver, result,
        image->kind == MLA_IMAGE_PTX ? "cuModuleLoadDataEx of PTX" : "cuModuleLoadDataEx of a cubin", log);
    loaded = status == MLA_STATUS_OK;
  }
  MLA_CHECK(suitable, MLA_STATUS_NO_DEVICE,
            "package '%s' is for %s, but the current device has compute capability %d.%d; compile for this device or "
            "select another",
            package->name, package->target_name, major, minor);
done:
  if (!loaded)
    module->module = NULL;
  return status;
}

/// The kernel's parameters must be those that its contract names: the driver copies whatever lies behind the pointers.
static mla_status_t check_parameters(const mla_module_t *module, const mla_kernel_t *kernel,
                                     mla_cu_function_t function) {
  mla_status_t status = MLA_STATUS_OK;
  const mla_driver_t *driver = module->driver;
  size_t offset = 0, size = 0;
  if (!driver->cuFuncGetParamInfo)
    goto done;
  for (size_t i = 0; i < kernel->num_arguments; ++i) {
    mla_binding_t binding = kernel->arguments[i].binding;
    size_t expected = parameter_size(bindings[binding].kind);
    MLA_CHECK(
        driver->cuFuncGetParamInfo(function, i, &offset, &size) == MLA_CUDA_SUCCESS && size == expected,
        MLA_STATUS_CORRUPT_PACKAGE,
        "package '%s': kernel %s: expected argument %zu (%s) to be a parameter of %zu bytes, but the image differs",
        module->package->name, kernel->name, i, mla_binding_name(binding), expected);
  }
  MLA_CHECK(driver->cuFuncGetParamInfo(function, kernel->num_arguments, &offset, &size) != MLA_CUDA_SUCCESS,
            MLA_STATUS_CORRUPT_PACKAGE, "package '%s': kernel %s: expected %zu parameters, but the image has more",
            module->package->name, kernel->name, kernel->num_arguments);
done:
  return status;
}

/// Looks up one kernel and makes it ready to launch.
static mla_status_t load_kernel(mla_module_t *module, size_t index, int max_threads, int max_smem_bytes) {
  mla_status_t status = MLA_STATUS_OK;
  const mla_kernel_t *kernel = &module->package->kernels[index];
  const mla_driver_t *driver = module->driver;
  mla_cu_function_t function = NULL;
  int static_smem_bytes = 0, function_threads = 0;
  MLA_TRY(MLA_DRIVER(driver, cuModuleGetFunction, &function, module->module, kernel->name));
  // Lazy loading would otherwise happen in the first launch, perhaps during the capture of a graph.
  if (driver->cuFuncLoad)
    MLA_TRY(MLA_DRIVER(driver, cuFuncLoad, function));
  MLA_TRY(check_parameters(module, kernel, function));
  MLA_TRY(MLA_DRIVER(driver, cuFuncGetAttribute, &function_threads, MLA_CU_FUNC_MAX_THREADS_PER_BLOCK, function));
  int thread_limit = function_threads < max_threads ? function_threads : max_threads;
  MLA_CHECK((int64_t)kernel->threads <= thread_limit, MLA_STATUS_CORRUPT_PACKAGE,
            "package '%s': kernel %s: expected at most %d threads as its image says, but got %" PRIu32,
            module->package->name, kernel->name, thread_limit, kernel->threads);
  MLA_TRY(MLA_DRIVER(driver, cuFuncGetAttribute, &static_smem_bytes, MLA_CU_FUNC_SHARED_SIZE, function));
  MLA_CHECK((int64_t)kernel->smem_bytes + static_smem_bytes <= max_smem_bytes, MLA_STATUS_NO_DEVICE,
            "package '%s': kernel %s: expected at most %d bytes of shared memory on this device, but got %" PRIu32
            " + %d",
            module->package->name, kernel->name, max_smem_bytes, kernel->smem_bytes, static_smem_bytes);
  MLA_TRY(
      MLA_DRIVER(driver, cuFuncSetAttribute, function, MLA_CU_FUNC_MAX_DYNAMIC_SHARED_SIZE, (int)kernel->smem_bytes));
  module->functions[index] = function;
done:
  return status;
}

/// What can be said about the device before the driver sees the image.
static mla_status_t check_limits(const mla_package_t *package, int max_threads, int max_smem_bytes,
                                 int multiprocessors) {
  mla_status_t status = MLA_STATUS_OK;
  for (size_t i = 0; i < package->num_kernels; ++i) {
    const mla_kernel_t *kernel = &package->kernels[i];
    MLA_CHECK((int64_t)kernel->threads <= max_threads, MLA_STATUS_NO_DEVICE,
              "package '%s': kernel %s: expected at most %d threads on this device, but got %" PRIu32, package->name,
              kernel->name, max_threads, kernel->threads);
    MLA_CHECK((int64_t)kernel->smem_bytes <= max_smem_bytes, MLA_STATUS_NO_DEVICE,
              "package '%s': kernel %s: expected at most %d bytes of shared memory on this device, but got %" PRIu32,
              package->name, kernel->name, max_smem_bytes, kernel->smem_bytes);
    MLA_CHECK((int64_t)kernel->cluster <= multiprocessors, MLA_STATUS_NO_DEVICE,
              "package '%s': kernel %s: expected clusters of at most %d blocks on this device, but got %" PRIu32,
              package->name, kernel->name, multiprocessors, kernel->cluster);
  }
done:
  return status;
}

mla_status_t mla_module_create(const mla_package_t *package, mla_module_t **out_module) {
  mla_status_t status = MLA_STATUS_OK;
  mla_module_t *module = NULL;
  mla_cu_device_t device = 0;
  int major = 0, minor = 0, max_threads = 0, max_smem_bytes = 0;
  *out_module = NULL;
  module = calloc(1, sizeof(*module));
  MLA_CHECK(module, MLA_STATUS_OUT_OF_MEMORY, "no memory for a module");
  module->package = (mla_package_t *)package;
  mla_package_retain(module->package);
  MLA_TRY(mla_driver_get(&module->driver));
  const mla_driver_t *driver = module->driver;
  MLA_TRY(MLA_DRIVER(driver, cuCtxGetCurrent, &module->context));
  MLA_CHECK(module->context, MLA_STATUS_WRONG_CONTEXT,
            "no CUDA context is current in this thread; call cudaSetDevice or cuCtxSetCurrent first");
  MLA_TRY(MLA_DRIVER(driver, cuCtxGetDevice, &device));
  MLA_TRY(get_attribute(driver, device, MLA_CU_COMPUTE_CAPABILITY_MAJOR, &major));
  MLA_TRY(get_attribute(driver, device, MLA_CU_COMPUTE_CAPABILITY_MINOR, &minor));
  MLA_TRY(get_attribute(driver, device, MLA_CU_MAX_THREADS_PER_BLOCK, &max_threads));
  MLA_TRY(get_attribute(driver, device, MLA_CU_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, &max_smem_bytes));
  MLA_TRY(get_attribute(driver, device, MLA_CU_MULTIPROCESSOR_COUNT, &module->multiprocessors));
  MLA_TRY(check_limits(package, max_threads, max_smem_bytes, module->multiprocessors));
  MLA_TRY(load_image(module, major, minor));
  for (size_t i = 0; i < package->num_kernels; ++i)
    MLA_TRY(load_kernel(module, i, max_threads, max_smem_bytes));
  *out_module = module;
  module = NULL;
done:
  mla_module_destroy(module);
  return status;
}

void mla_module_destroy(mla_module_t *module) {
  if (module) {
    mla_cu_context_t previous = NULL;
    // cuModuleUnload unloads from the current context, which may be another one by now.
    if (module->module && module->driver->cuCtxPushCurrent_v2(module->context) == MLA_CUDA_SUCCESS) {
      module->driver->cuModuleUnload(module->module);
      module->driver->cuCtxPopCurrent_v2(&previous);
    }
    mla_package_destroy(module->package);
    free(module);
  }
}

int64_t mla_module_multiprocessors(const mla_module_t *module) { return module->multiprocessors; }

//===----------------------------------------------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------------------------------------------===//

void mla_launch_bind_cache(const mla_launch_cache_t *cache, mla_launch_t *out) {
  const mla_cache_layout_t layout = mla_cache_layout(cache->format, cache->page_size, cache->d_latent, cache->d_rope);
  const char *pages = cache->pages;
  uint64_t d_latent = (uint64_t)cache->d_latent, d_rope = (uint64_t)cache->d_rope;
  mla_launch_value_t map = {.address = pages,
                            .extents = {(uint64_t)cache->num_pages, (uint64_t)cache->page_size, d_latent + d_rope},
                            .strides = {(uint64_t)layout.page_stride, (uint64_t)layout.token_stride}};
  out->values[MLA_BINDING_CACHE_MAP] = map;
  map.extents[2] = d_latent;
  out->values[MLA_BINDING_CACHE_LATENT_MAP] = map;
  map.extents[2] = d_rope;
  map.address = pages ? pages + layout.rope_offset : NULL;
  out->values[MLA_BINDING_CACHE_ROPE_MAP] = map;
  out->values[MLA_BINDING_CACHE].address = pages;
  out->values[MLA_BINDING_CACHE_PAGE_STRIDE].integer = layout.page_stride;
  out->values[MLA_BINDING_CACHE_SCALE].address = cache->scale;
  out->values[MLA_BINDING_CACHE_SCALES].address = pages ? pages + layout.scale_offset : NULL;
  out->values[MLA_BINDING_CACHE_SCALE_PAGE_STRIDE].integer = layout.page_stride / MLA_SCALE_BYTES;
  out->values[MLA_BINDING_CACHE_SCALE_TOKEN_STRIDE].integer = layout.scale_stride / MLA_SCALE_BYTES;
}

static int runs(const mla_kernel_t *kernel, mla_step_t step, const mla_launch_t *launch) {
  return mla_kernel_runs(kernel, step, launch->values[MLA_BINDING_ROWS].integer);
}

mla_status_t mla_module_check(const mla_module_t *module, mla_step_t step, const mla_launch_t *launch) {
  mla_status_t status = MLA_STATUS_OK;
  for (size_t i = 0; i < module->package->num_kernels; ++i) {
    const mla_kernel_t *kernel = &module->package->kernels[i];
    for (size_t j = 0; runs(kernel, step, launch) && j < kernel->num_arguments; ++j) {
      mla_binding_t binding = kernel->arguments[j].binding;
      const binding_info_t *info = &bindings[binding];
      uintptr_t address = (uintptr_t)launch->values[binding].address;
      if (info->kind != VALUE_MAP && info->kind != VALUE_POINTER)
        continue;
      MLA_CHECK(address, MLA_STATUS_INVALID_ARGUMENT, "%s: expected a device pointer, but got null", info->name);
      MLA_CHECK(address % info->alignment == 0, MLA_STATUS_INVALID_ARGUMENT,
                "%s: expected an address aligned to %u bytes, but got 0x%" PRIxPTR, info->name, info->alignment,
                address);
    }
  }
done:
  return status;
}

/// The descriptor of a tensor with dense rows, by which TMA loads boxes of it into shared memory. L2 promotion is 128
/// bytes: 256 costs a tenth of the bandwidth on an H200.
static mla_status_t encode_map(const mla_module_t *module, const mla_kernel_argument_t *argument,
                               const mla_launch_value_t *value, mla_cu_tensor_map_t *out) {
  enum { MAX_RANK = 3 };
  // The driver wants the fastest dimension first, and no stride for it.
  uint64_t extents[MAX_RANK], strides[MAX_RANK - 1];
  uint32_t box[MAX_RANK], element_strides[MAX_RANK];
  static const int types[MLA_STORAGE_COUNT] = {MLA_CU_TENSOR_MAP_BFLOAT16, MLA_CU_TENSOR_MAP_FLOAT16,
                                               MLA_CU_TENSOR_MAP_UINT8};
  static const int swizzles[MLA_SWIZZLE_COUNT] = {MLA_CU_TENSOR_MAP_SWIZZLE_NONE, MLA_CU_TENSOR_MAP_SWIZZLE_128B,
                                                  MLA_CU_TENSOR_MAP_SWIZZLE_64B};
  uint64_t stride = mla_storage_bytes(argument->element);
  uint32_t rank = argument->box_rank;
  for (uint32_t i = 0; i < rank; ++i) {
    extents[i] = value->extents[rank - 1 - i];
    box[i] = argument->box[rank - 1 - i];
    element_strides[i] = 1;
    stride *= extents[i];
    if (i < rank - 1) {
      if (value->strides[rank - 2 - i])
        stride = value->strides[rank - 2 - i];
      strides[i] = stride;
    }
  }
  return MLA_DRIVER(module->driver, cuTensorMapEncodeTiled, out, types[argument->element], rank, (void *)value->address,
                    extents, strides, box, element_strides, MLA_CU_TENSOR_MAP_INTERLEAVE_NONE,
                    swizzles[argument->swizzle], MLA_CU_TENSOR_MAP_L2_PROMOTION_128B, MLA_CU_TENSOR_MAP_OOB_FILL_ZERO);
}

static unsigned grid_extent(const mla_module_t *module, mla_grid_t grid, const mla_launch_t *launch) {
  int64_t extent = 1;
  switch (grid) {
  case MLA_GRID_ONE:
  case MLA_GRID_COUNT:
    break;
  case MLA_GRID_ROW_TILES:
    extent = launch->row_tiles;
    break;
  case MLA_GRID_PARTS:
    extent = launch->num_parts;
    break;
  case MLA_GRID_MULTIPROCESSORS:
    extent = module->multiprocessors;
    break;
  case MLA_GRID_TWICE_PER_MULTIPROCESSOR:
    extent = 2 * (int64_t)module->multiprocessors;
    break;
  }
  return (unsigned)extent;
}

static mla_status_t launch_kernel(const mla_module_t *module, size_t index, const mla_launch_t *launch,
                                  mla_cu_stream_t stream) {
  mla_status_t status = MLA_STATUS_OK;
  const mla_kernel_t *kernel = &module->package->kernels[index];
  parameter_t parameters[MLA_MAX_ARGUMENTS];
  void *addresses[MLA_MAX_ARGUMENTS];
  for (size_t i = 0; i < kernel->num_arguments; ++i) {
    const mla_kernel_argument_t *argument = &kernel->arguments[i];
    const mla_launch_value_t *value = &launch->values[argument->binding];
    switch (bindings[argument->binding].kind) {
    case VALUE_MAP:
      MLA_TRY(encode_map(module, argument, value, &parameters[i].map));
      break;
    case VALUE_POINTER:
      parameters[i].pointer = (mla_cu_pointer_t)(uintptr_t)value->address;
      break;
    case VALUE_I32:
      parameters[i].i32 = (int32_t)value->integer;
      break;
    case VALUE_I64:
      parameters[i].i64 = value->integer;
      break;
    case VALUE_F32:
      parameters[i].f32 = value->real;
      break;
    }
    addresses[i] = &parameters[i];
  }
  mla_cu_launch_attribute_t attributes[2];
  unsigned num_attributes = 0;
  memset(attributes, 0, sizeof(attributes));
  if (kernel->pdl) {
    attributes[num_attributes].id = MLA_CU_LAUNCH_PROGRAMMATIC_STREAM_SERIALIZATION;
    attributes[num_attributes++].value.programmatic_stream_serialization_allowed = 1;
  }
  // Blocks wait only for other parts. A single part may have more row tiles than the device can hold at once.
  if (kernel->cooperative && launch->num_parts > 1) {
    attributes[num_attributes].id = MLA_CU_LAUNCH_COOPERATIVE;
    attributes[num_attributes++].value.cooperative = 1;
  }
  mla_cu_launch_config_t config = {
      // The image says how many blocks a cluster has.
      .grid_x = grid_extent(module, kernel->grid_x, launch) / kernel->cluster * kernel->cluster,
      .grid_y = grid_extent(module, kernel->grid_y, launch),
      .grid_z = 1,
      .block_x = kernel->threads,
      .block_y = 1,
      .block_z = 1,
      .shared_bytes = kernel->smem_bytes,
      .stream = stream,
      .attributes = attributes,
      .num_attributes = num_attributes,
  };
  mla_cu_result_t result = module->driver->cuLaunchKernelEx(&config, module->functions[index],
                                                            kernel->num_arguments ? addresses : NULL, NULL);
  MLA_TRY(mla_driver_status(module->driver, result, "cuLaunchKernelEx", kernel->name));
done:
  return status;
}

mla_status_t mla_module_launch(const mla_module_t *module, mla_step_t step, const mla_launch_t *launch,
                               mla_cu_stream_t stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_cu_context_t context = NULL;
  MLA_TRY(MLA_DRIVER(module->driver, cuCtxGetCurrent, &context));
  MLA_CHECK(
      context == module->context, MLA_STATUS_WRONG_CONTEXT,
      "the current CUDA context is not the one that the kernels were loaded into; make a plan for each device and "
      "select the device before the call");
  for (size_t i = 0; i < module->package->num_kernels; ++i)
    if (runs(&module->package->kernels[i], step, launch))
      MLA_TRY(launch_kernel(module, i, launch, stream));
done:
  return status;
}
