//===- module.h - Kernels of a package on a device ----------------------------------------------------*- C -*-===//
//
// Shared with the project's own tools; not part of the public interface.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_MODULE_H
#define RUNTIME_SRC_MODULE_H

#include "contract.h"
#include "driver.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The kernels of a package, loaded into one CUDA context. Immutable.
typedef struct mla_module_t mla_module_t;

/// Loads the kernels into the current context after checking that its device can run them. Keeps the package.
mla_status_t mla_module_create(const mla_package_t *package, mla_module_t **out_module);

/// Unloads them. Does nothing for null.
void mla_module_destroy(mla_module_t *module);

/// Multiprocessors of the module's device.
int64_t mla_module_multiprocessors(const mla_module_t *module);

/// What one kernel argument is bound to. Which member counts follows from the binding.
typedef struct mla_launch_value_t {
  /// For pointers and tensor maps. Null is refused.
  const void *address;
  /// For tensor maps, in elements, slowest dimension first.
  uint64_t extents[3];
  /// For tensor maps, in bytes: from one index of the first dimension, and of the second, to the next; 0 where the
  /// tensor is dense.
  uint64_t strides[2];
  int64_t integer;
  float real;
} mla_launch_value_t;

typedef struct mla_launch_t {
  mla_launch_value_t values[MLA_BINDING_COUNT];
  int64_t row_tiles, num_parts;
} mla_launch_t;

/// A paged cache: its format and extents, and where it lies.
typedef struct mla_launch_cache_t {
  mla_cache_format_t format;
  int64_t num_pages, page_size, d_latent, d_rope;
  const void *pages, *scale;
} mla_launch_cache_t;

/// Fills in the values of a cache, as each binding shows it.
void mla_launch_bind_cache(const mla_launch_cache_t *cache, mla_launch_t *out);

/// Checks the values that the kernels use that `mla_module_launch` launches: pointers not null and aligned.
mla_status_t mla_module_check(const mla_module_t *module, mla_step_t step, const mla_launch_t *launch);

/// Enqueues the kernels of `step` that are for the rows of `launch` (its value of the binding rows), in the package's
/// order. The module's context must be current. Neither allocates nor synchronises. Values must have passed
/// `mla_module_check`.
mla_status_t mla_module_launch(const mla_module_t *module, mla_step_t step, const mla_launch_t *launch,
                               mla_cu_stream_t stream);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_MODULE_H
