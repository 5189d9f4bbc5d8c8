//===- append.c - Plans for append and rope ---------------------------------------------------------------------===//
#include "check.h"
#include "module.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/// A kernel's numbers of tokens go past their end by up to two rounds of all warps, in 32 bits.
enum { MAX_TOKENS = 1 << 30 };

struct mla_append_plan_t {
  mla_module_t *module;
  mla_append_info_t info;
  mla_append_desc_t desc;
};

struct mla_rope_plan_t {
  mla_module_t *module;
  mla_rope_info_t info;
  int64_t heads;
};

/// What both ops ask of a package and of the struct that describes a problem.
static mla_status_t check_handles(const mla_package_t *package, mla_op_t op, const void *desc, size_t struct_size,
                                  size_t expected_size) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(package, MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle, but got null");
  MLA_CHECK(desc, MLA_STATUS_INVALID_ARGUMENT, "desc: expected a pointer, but got null");
  MLA_CHECK(struct_size == expected_size, MLA_STATUS_INVALID_ARGUMENT, "desc: expected struct_size %zu, but got %zu",
            expected_size, struct_size);
  MLA_CHECK(package->op == op, MLA_STATUS_UNSUPPORTED, "package '%s' implements no %s op", package->name,
            mla_op_name(op));
done:
  return status;
}

static mla_status_t check_element(const mla_package_t *package, mla_element_t expected, mla_element_t value) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(expected == value, MLA_STATUS_UNSUPPORTED, "package '%s' implements element type %s, but got %s",
            package->name, expected == MLA_ELEMENT_BF16 ? "bf16" : "f16",
            value == MLA_ELEMENT_BF16  ? "bf16"
            : value == MLA_ELEMENT_F16 ? "f16"
                                       : "an unknown one");
done:
  return status;
}

/// Integers of `bits` bits; 0 where the package has none.
static mla_status_t check_integers(const char *name, const void *address, int32_t bits) {
  mla_status_t status = MLA_STATUS_OK;
  int size = bits / 8;
  MLA_CHECK(size == 0 || (uintptr_t)address % (unsigned)size == 0, MLA_STATUS_INVALID_ARGUMENT,
            "%s: expected an address aligned to %d bytes, but got 0x%" PRIxPTR, name, size, (uintptr_t)address);
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Append
//===----------------------------------------------------------------------------------------------------------===//

mla_status_t mla_append_can_implement(const mla_package_t *package, const mla_append_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_TRY(check_handles(package, MLA_OP_APPEND, desc, desc ? desc->struct_size : 0, sizeof(*desc)));
  const mla_append_info_t *info = &package->append;
  MLA_TRY(check_element(package, info->element, desc->element));
  const mla_cache_format_info_t *format = mla_cache_format_info(desc->format);
  MLA_CHECK(desc->format == info->format, MLA_STATUS_UNSUPPORTED, "package '%s' implements cache format %s, but got %s",
            package->name, mla_cache_format_info(info->format)->name, format ? format->name : "an unknown one");
  MLA_TRY(mla_check_same(package, "d_latent", info->d_latent, desc->d_latent));
  MLA_TRY(mla_check_same(package, "d_rope", info->d_rope, desc->d_rope));
  MLA_TRY(mla_check_same(package, "page_size", info->page_size, desc->page_size));
  MLA_TRY(mla_check_range("desc: num_pages", desc->num_pages, 1, INT32_MAX));
  if (info->slot_bits == 0)
    MLA_TRY(mla_check_range("desc: block_table_stride", desc->block_table_stride, 1, INT32_MAX));
done:
  return status;
}

mla_status_t mla_append_plan_create(const mla_package_t *package, const mla_append_desc_t *desc,
                                    mla_append_plan_t **out_plan) {
  mla_status_t status = MLA_STATUS_OK;
  mla_append_plan_t *plan = NULL;
  MLA_CHECK(out_plan, MLA_STATUS_INVALID_ARGUMENT, "out_plan: expected a pointer, but got null");
  *out_plan = NULL;
  MLA_TRY(mla_append_can_implement(package, desc));
  plan = calloc(1, sizeof(*plan));
  MLA_CHECK(plan, MLA_STATUS_OUT_OF_MEMORY, "no memory for a plan");
  MLA_TRY(mla_module_create(package, &plan->module));
  plan->info = package->append;
  plan->desc = *desc;
  *out_plan = plan;
  plan = NULL;
done:
  mla_append_plan_destroy(plan);
  return status;
}

void mla_append_plan_destroy(mla_append_plan_t *plan) {
  if (plan) {
    mla_module_destroy(plan->module);
    free(plan);
  }
}

/// The distance of tokens, in elements: what was given, or the width where they lie densely.
static mla_status_t check_stride(const char *name, int64_t value, int64_t width, int64_t grain, int64_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  *out = value ? value : width;
  MLA_CHECK(*out >= width && *out <= INT32_MAX && *out % grain == 0, MLA_STATUS_INVALID_ARGUMENT,
            "%s: expected 0 or a multiple of %" PRId64 " from %" PRId64 " to %d, but got %" PRId64, name, grain, width,
            INT32_MAX, value);
done:
  return status;
}

mla_status_t mla_append_run(const mla_append_plan_t *plan, const mla_append_args_t *args, void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  int64_t latent_stride = 0, k_rope_stride = 0;
  memset(&launch, 0, sizeof(launch));
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  MLA_CHECK(args, MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer, but got null");
  MLA_CHECK(args->struct_size == sizeof(*args), MLA_STATUS_INVALID_ARGUMENT,
            "args: expected struct_size %zu, but got %zu", sizeof(*args), args->struct_size);
  MLA_TRY(mla_check_range("tokens", args->tokens, 0, MAX_TOKENS));
  if (args->tokens == 0)
    goto done;
  const mla_append_info_t *info = &plan->info;
  MLA_TRY(check_stride("latent_stride", args->latent_stride, info->d_latent, 4, &latent_stride));
  MLA_TRY(check_stride("k_rope_stride", args->k_rope_stride, info->d_rope, 2, &k_rope_stride));
  MLA_TRY(check_integers("slots", args->slots, info->slot_bits));
  MLA_TRY(check_integers("positions", args->positions, info->position_bits));
  if (info->slot_bits == 0) {
    MLA_TRY(mla_check_range("s_q", args->s_q, 1, INT32_MAX));
    MLA_CHECK(info->s_q == 0 || info->s_q == args->s_q, MLA_STATUS_UNSUPPORTED,
              "the package implements s_q = %" PRId64 ", but got %" PRId64, info->s_q, args->s_q);
    MLA_CHECK(args->tokens % args->s_q == 0, MLA_STATUS_INVALID_ARGUMENT,
              "tokens: expected a multiple of s_q = %" PRId64 ", but got %" PRId64, args->s_q, args->tokens);
  }
  launch.num_parts = 1;
  launch.values[MLA_BINDING_LATENT].address = args->latent;
  launch.values[MLA_BINDING_K_ROPE].address = args->k_rope;
  launch.values[MLA_BINDING_LATENT_STRIDE].integer = latent_stride;
  launch.values[MLA_BINDING_K_ROPE_STRIDE].integer = k_rope_stride;
  launch.values[MLA_BINDING_NORM_WEIGHT].address = args->weight;
  launch.values[MLA_BINDING_SLOTS].address = args->slots;
  launch.values[MLA_BINDING_POSITIONS].address = args->positions;
  launch.values[MLA_BINDING_BLOCK_TABLE].address = args->block_table;
  launch.values[MLA_BINDING_SEQ_LENS].address = args->seq_lens;
  launch.values[MLA_BINDING_BLOCK_TABLE_STRIDE].integer = plan->desc.block_table_stride;
  launch.values[MLA_BINDING_QUERIES].integer = args->s_q;
  launch.values[MLA_BINDING_CACHE_SCALE].address = args->cache_scale;
  launch.values[MLA_BINDING_CACHE].address = args->cache;
  launch.values[MLA_BINDING_TOKENS].integer = args->tokens;
  MLA_TRY(mla_module_check(plan->module, MLA_STEP_APPEND, &launch));
  MLA_TRY(mla_module_launch(plan->module, MLA_STEP_APPEND, &launch, stream));
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// RoPE
//===----------------------------------------------------------------------------------------------------------===//

mla_status_t mla_rope_can_implement(const mla_package_t *package, const mla_rope_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_TRY(check_handles(package, MLA_OP_ROPE, desc, desc ? desc->struct_size : 0, sizeof(*desc)));
  MLA_TRY(check_element(package, package->rope.element, desc->element));
  MLA_TRY(mla_check_same(package, "d_rope", package->rope.d_rope, desc->d_rope));
  MLA_TRY(mla_check_range("desc: heads", desc->heads, 1, MAX_TOKENS));
  if (package->rope.heads != 0)
    MLA_TRY(mla_check_same(package, "heads", package->rope.heads, desc->heads));
done:
  return status;
}

mla_status_t mla_rope_plan_create(const mla_package_t *package, const mla_rope_desc_t *desc,
                                  mla_rope_plan_t **out_plan) {
  mla_status_t status = MLA_STATUS_OK;
  mla_rope_plan_t *plan = NULL;
  MLA_CHECK(out_plan, MLA_STATUS_INVALID_ARGUMENT, "out_plan: expected a pointer, but got null");
  *out_plan = NULL;
  MLA_TRY(mla_rope_can_implement(package, desc));
  plan = calloc(1, sizeof(*plan));
  MLA_CHECK(plan, MLA_STATUS_OUT_OF_MEMORY, "no memory for a plan");
  MLA_TRY(mla_module_create(package, &plan->module));
  plan->info = package->rope;
  plan->heads = desc->heads;
  *out_plan = plan;
  plan = NULL;
done:
  mla_rope_plan_destroy(plan);
  return status;
}

void mla_rope_plan_destroy(mla_rope_plan_t *plan) {
  if (plan) {
    mla_module_destroy(plan->module);
    free(plan);
  }
}

mla_status_t mla_rope_run(const mla_rope_plan_t *plan, const mla_rope_args_t *args, void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  memset(&launch, 0, sizeof(launch));
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  MLA_CHECK(args, MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer, but got null");
  MLA_CHECK(args->struct_size == sizeof(*args), MLA_STATUS_INVALID_ARGUMENT,
            "args: expected struct_size %zu, but got %zu", sizeof(*args), args->struct_size);
  MLA_TRY(mla_check_range("tokens", args->tokens, 0, MAX_TOKENS));
  MLA_CHECK(args->tokens <= MAX_TOKENS / plan->heads, MLA_STATUS_INVALID_ARGUMENT,
            "tokens: expected at most %" PRId64 " with %" PRId64 " heads, but got %" PRId64, MAX_TOKENS / plan->heads,
            plan->heads, args->tokens);
  if (args->tokens == 0)
    goto done;
  MLA_TRY(check_integers("positions", args->positions, plan->info.position_bits));
  launch.num_parts = 1;
  launch.values[MLA_BINDING_ROPE_X].address = args->x;
  launch.values[MLA_BINDING_POSITIONS].address = args->positions;
  launch.values[MLA_BINDING_OUT].address = args->out;
  launch.values[MLA_BINDING_TOKENS].integer = args->tokens;
  launch.values[MLA_BINDING_HEADS].integer = plan->heads;
  MLA_TRY(mla_module_check(plan->module, MLA_STEP_ROPE, &launch));
  MLA_TRY(mla_module_launch(plan->module, MLA_STEP_ROPE, &launch, stream));
done:
  return status;
}
