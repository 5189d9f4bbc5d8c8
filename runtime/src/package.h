//===- package.h - A kernel package in memory ---------------------------------------------------------*- C -*-===//
//
// The format is described in docs/runtime.md and written by lib/Target/Package.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_PACKAGE_H
#define RUNTIME_SRC_PACKAGE_H

#include "contract.h"
#include "format.h"

#include <stdatomic.h>

typedef enum mla_image_kind_t { MLA_IMAGE_CUBIN, MLA_IMAGE_PTX, MLA_IMAGE_KIND_COUNT } mla_image_kind_t;

enum { MLA_MAX_KERNELS = 16, MLA_MAX_ARGUMENTS = 32, MLA_MAX_IMAGES = 16, MLA_MAX_BOX_RANK = 5 };

/// How rows of a box lie in shared memory.
typedef enum mla_swizzle_t { MLA_SWIZZLE_NONE, MLA_SWIZZLE_128, MLA_SWIZZLE_64, MLA_SWIZZLE_COUNT } mla_swizzle_t;

typedef struct mla_kernel_argument_t {
  mla_binding_t binding;
  /// For tensor maps: extents of a box, slowest dimension first, and what lies in it.
  uint32_t box_rank;
  uint32_t box[MLA_MAX_BOX_RANK];
  mla_storage_t element;
  mla_swizzle_t swizzle;
} mla_kernel_argument_t;

typedef struct mla_kernel_t {
  const char *name;
  mla_step_t step;
  mla_grid_t grid_x, grid_y;
  uint32_t threads, smem_bytes;
  int pdl;
  /// Its blocks wait for one another.
  int cooperative;
  /// Blocks that are launched together, 1 or more; the grid is rounded down to a multiple of it.
  uint32_t cluster;
  /// It is launched where the rows of a request are from `first_rows` to below `end_rows`, INT64_MAX without an end. An
  /// op whose requests have no rows has 0.
  int64_t first_rows, end_rows;
  size_t num_arguments;
  mla_kernel_argument_t arguments[MLA_MAX_ARGUMENTS];
} mla_kernel_t;

typedef struct mla_image_t {
  mla_image_kind_t kind;
  const unsigned char *bytes;
  size_t size;
} mla_image_t;

/// The chip that the images were made for: "sm_90a" is {9, 0, 1}.
typedef struct mla_target_t {
  int major, minor;
  /// The code uses features of exactly this architecture.
  int exact;
} mla_target_t;

/// What the kernels of a package implement.
typedef enum mla_op_t {
  MLA_OP_NONE,
  MLA_OP_DECODE,
  MLA_OP_APPEND,
  MLA_OP_ROPE,
  MLA_OP_PREFILL,
  MLA_OP_MERGE,
  MLA_OP_COUNT
} mla_op_t;

/// "decode", …; "no op" for MLA_OP_NONE.
const char *mla_op_name(mla_op_t op);

enum { MLA_MAX_PAIRS = 2048 };

struct mla_package_t {
  /// Handles that keep this package: the user's and each plan's.
  atomic_int references;
  unsigned char *bytes;
  /// Owns the strings below.
  void *metadata;
  const char *name, *target_name;
  mla_target_t target;
  /// What the kernels implement; each step of a call of it has one kernel, for each number of rows.
  mla_op_t op;
  /// Of the op that it is.
  mla_decode_info_t decode;
  /// Of decode: steps of 128 tokens in each piece of a request; 0 where the parts decide how requests are split.
  int64_t split_steps;
  mla_append_info_t append;
  mla_rope_info_t rope;
  mla_prefill_info_t prefill;
  mla_merge_info_t merge;
  /// Of the rotation of the op.
  uint64_t turns[MLA_MAX_PAIRS];
  size_t num_kernels, num_images;
  mla_kernel_t kernels[MLA_MAX_KERNELS];
  mla_image_t images[MLA_MAX_IMAGES];
};

void mla_package_retain(mla_package_t *package);

/// Whether the kernel is the one of `step` for requests of so many rows; 0 where the op's have none.
int mla_kernel_runs(const mla_kernel_t *kernel, mla_step_t step, int64_t rows);

#endif // RUNTIME_SRC_PACKAGE_H
