//===- decode.c - Plans for decode ------------------------------------------------------------------------------===//
#include "check.h"
#include "module.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  ROWS_PER_TILE = 64,
  WORKSPACE_ALIGNMENT = 256,
  /// A split request leaves at most two partial results in each part: one that ends in it, one that begins.
  SLOTS_PER_PART = 2,
  /// Where the package cuts requests into pieces of a fixed size, each piece has a slot.
  STEP_TOKENS = 128,
  MAX_PIECES = 64
};

static const uint64_t max_workspace_size = UINT64_C(1) << 40;
/// The device sums the costs of all requests in 32 bits; a request, or each piece of it, costs up to 64 steps beside
/// its own.
static const int64_t max_requests = INT64_C(1) << 24;
enum {
  /// What partial_lse has of each row of a slot: its log-sum-exp, and the units of its four quarters.
  LSE_ARRAYS = 5
};
/// The device numbers the rows of partial_lse in 32 bits.
static const int64_t max_slot_rows = INT32_MAX / LSE_ARRAYS;

/// Where the pieces of the workspace begin; the meaning of each is that of the binding with its name.
typedef struct workspace_t {
  size_t parts, counters, marks, partial_out, partial_lse, size;
} workspace_t;

struct mla_decode_plan_t {
  mla_module_t *module;
  mla_decode_desc_t desc;
  int64_t rows, row_tiles, num_parts;
  /// Slots of partial results: of each request, 0 where they are of parts; and of all.
  int64_t most_pieces, num_slots;
  workspace_t workspace;
  float scale_log2;
};

//===----------------------------------------------------------------------------------------------------------===//
// Can-implement
//===----------------------------------------------------------------------------------------------------------===//

mla_status_t mla_decode_can_implement(const mla_package_t *package, const mla_decode_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(package, MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle, but got null");
  MLA_CHECK(desc, MLA_STATUS_INVALID_ARGUMENT, "desc: expected a pointer, but got null");
  MLA_CHECK(desc->struct_size == sizeof(*desc), MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected struct_size %zu, but got %zu", sizeof(*desc), desc->struct_size);
  MLA_CHECK(package->op == MLA_OP_DECODE, MLA_STATUS_UNSUPPORTED, "package '%s' implements no decode op",
            package->name);
  MLA_TRY(mla_check_range("desc: b", desc->b, 1, max_requests));
  MLA_TRY(mla_check_range("desc: s_q", desc->s_q, 1, INT32_MAX));
  MLA_TRY(mla_check_range("desc: h_q", desc->h_q, 1, INT32_MAX));
  MLA_CHECK(desc->h_q <= INT32_MAX / desc->s_q, MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected at most %d rows (s_q · h_q), but got %" PRId64 " · %" PRId64, INT32_MAX, desc->s_q,
            desc->h_q);
  MLA_TRY(mla_check_range("desc: num_pages", desc->num_pages, 1, INT32_MAX));
  MLA_TRY(mla_check_range("desc: block_table_stride", desc->block_table_stride, 1, INT32_MAX));
  MLA_CHECK(desc->causal == 0 || desc->causal == 1, MLA_STATUS_INVALID_ARGUMENT,
            "desc: causal: expected 0 or 1, but got %" PRId32, desc->causal);
  MLA_CHECK(isfinite(desc->softmax_scale) && desc->softmax_scale >= 0, MLA_STATUS_INVALID_ARGUMENT,
            "desc: softmax_scale: expected a finite number of at least 0, but got %g", (double)desc->softmax_scale);
  const mla_decode_info_t *info = &package->decode;
  MLA_CHECK(desc->element == info->element, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements element type %s, but got %s", package->name,
            info->element == MLA_ELEMENT_BF16 ? "bf16" : "f16",
            desc->element == MLA_ELEMENT_BF16  ? "bf16"
            : desc->element == MLA_ELEMENT_F16 ? "f16"
                                               : "an unknown one");
  const mla_cache_format_info_t *format = mla_cache_format_info(desc->format);
  MLA_CHECK(desc->format == info->format, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements a cache of format %s, but got %s", package->name,
            mla_cache_format_info(info->format)->name, format ? format->name : "an unknown one");
  const char *precision = mla_precision_name(desc->precision);
  MLA_CHECK(desc->precision == info->precision, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements precision %s, but got %s", package->name, mla_precision_name(info->precision),
            precision ? precision : "an unknown one");
  MLA_CHECK(desc->causal == info->causal, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements causal = %" PRId32 ", but got %" PRId32, package->name, info->causal,
            desc->causal);
  MLA_TRY(mla_check_fixed(package, "s_q", info->s_q, desc->s_q));
  MLA_TRY(mla_check_fixed(package, "h_q", info->h_q, desc->h_q));
  MLA_TRY(mla_check_fixed(package, "d_latent", info->d_latent, desc->d_latent));
  MLA_CHECK(desc->d_rope == info->d_rope, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements d_rope = %" PRId64 ", but got %" PRId64, package->name, info->d_rope,
            desc->d_rope);
  MLA_TRY(mla_check_fixed(package, "page_size", info->page_size, desc->page_size));
  MLA_CHECK(desc->rope == 0 || desc->rope == 1, MLA_STATUS_INVALID_ARGUMENT,
            "desc: rope: expected 0 or 1, but got %" PRId32, desc->rope);
  MLA_CHECK(desc->rope == (info->rotation.pairs > 0), MLA_STATUS_UNSUPPORTED,
            "package '%s' implements rope = %d, but got %" PRId32, package->name, info->rotation.pairs > 0, desc->rope);
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------------------------------------------===//

/// Appends a piece of a · b · c · `element_size` bytes at an aligned offset; false on overflow, or if the whole would
/// not fit into any GPU.
static int append_piece(size_t *end, size_t *out_offset, uint64_t a, uint64_t b, uint64_t c, uint64_t element_size) {
  uint64_t size = 0, aligned = 0, total = 0;
  int fits = !__builtin_mul_overflow(a, b, &size) && !__builtin_mul_overflow(size, c, &size) &&
             !__builtin_mul_overflow(size, element_size, &size) &&
             !__builtin_add_overflow(size, (uint64_t)(WORKSPACE_ALIGNMENT - 1), &aligned);
  aligned &= ~(uint64_t)(WORKSPACE_ALIGNMENT - 1);
  fits = fits && !__builtin_add_overflow((uint64_t)*end, aligned, &total) && total <= max_workspace_size;
  if (fits) {
    *out_offset = *end;
    *end = (size_t)total;
  }
  return fits;
}

/// How many slots partial results have: two for each part, or as many for each request as the pieces of the longest
/// that the block table can hold.
static mla_status_t count_slots(mla_decode_plan_t *plan, int64_t split_steps) {
  mla_status_t status = MLA_STATUS_OK;
  const mla_decode_desc_t *desc = &plan->desc;
  plan->num_slots = SLOTS_PER_PART * plan->num_parts;
  if (split_steps > 0) {
    int64_t steps = (desc->block_table_stride * desc->page_size + STEP_TOKENS - 1) / STEP_TOKENS;
    int64_t pieces = (steps + split_steps - 1) / split_steps;
    plan->most_pieces = pieces < MAX_PIECES ? pieces : MAX_PIECES;
    plan->num_slots = desc->b * plan->most_pieces;
    MLA_CHECK(plan->num_slots <= max_requests && plan->num_slots <= max_slot_rows / plan->rows,
              MLA_STATUS_INVALID_ARGUMENT,
              "desc: expected b · pieces of at most %" PRId64 " for %" PRId64 " rows, but got %" PRId64 " · %" PRId64,
              max_slot_rows / plan->rows < max_requests ? max_slot_rows / plan->rows : max_requests, plan->rows,
              desc->b, plan->most_pieces);
  }
done:
  return status;
}

static mla_status_t lay_out_workspace(mla_decode_plan_t *plan) {
  mla_status_t status = MLA_STATUS_OK;
  workspace_t *out = &plan->workspace;
  uint64_t parts = (uint64_t)plan->num_parts, slots = (uint64_t)plan->num_slots, rows = (uint64_t)plan->rows;
  memset(out, 0, sizeof(*out));
  MLA_CHECK(
      append_piece(&out->size, &out->parts, parts + 1, 4, 1, sizeof(int32_t)) &&
          append_piece(&out->size, &out->counters, parts, (uint64_t)plan->row_tiles, 1, sizeof(int32_t)) &&
          append_piece(&out->size, &out->marks, parts, (uint64_t)plan->row_tiles, 1, sizeof(int32_t)) &&
          append_piece(&out->size, &out->partial_out, slots, rows, (uint64_t)plan->desc.d_latent, sizeof(uint16_t)) &&
          append_piece(&out->size, &out->partial_lse, LSE_ARRAYS, slots, rows, sizeof(float)),
      MLA_STATUS_INVALID_ARGUMENT,
      "desc: expected a workspace of at most 2^40 bytes, but got more for %" PRId64 " rows", plan->rows);
done:
  return status;
}

mla_status_t mla_decode_plan_create(const mla_package_t *package, const mla_decode_desc_t *desc,
                                    mla_decode_plan_t **out_plan) {
  mla_status_t status = MLA_STATUS_OK;
  mla_decode_plan_t *plan = NULL;
  MLA_CHECK(out_plan, MLA_STATUS_INVALID_ARGUMENT, "out_plan: expected a pointer, but got null");
  *out_plan = NULL;
  MLA_TRY(mla_decode_can_implement(package, desc));
  plan = calloc(1, sizeof(*plan));
  MLA_CHECK(plan, MLA_STATUS_OUT_OF_MEMORY, "no memory for a plan");
  MLA_TRY(mla_module_create(package, &plan->module));
  plan->desc = *desc;
  plan->rows = desc->s_q * desc->h_q;
  plan->row_tiles = (plan->rows + ROWS_PER_TILE - 1) / ROWS_PER_TILE;
  // One block per multiprocessor, if there are enough of them for the row tiles.
  plan->num_parts = mla_module_multiprocessors(plan->module) / plan->row_tiles;
  if (plan->num_parts < 1)
    plan->num_parts = 1;
  float scale = desc->softmax_scale != 0 ? desc->softmax_scale : package->decode.softmax_scale;
  plan->scale_log2 = (float)(scale * 1.4426950408889634); // log2(e)
  MLA_TRY(count_slots(plan, package->split_steps));
  MLA_TRY(lay_out_workspace(plan));
  *out_plan = plan;
  plan = NULL;
done:
  mla_decode_plan_destroy(plan);
  return status;
}

void mla_decode_plan_destroy(mla_decode_plan_t *plan) {
  if (plan) {
    mla_module_destroy(plan->module);
    free(plan);
  }
}

mla_status_t mla_decode_plan_workspace_size(const mla_decode_plan_t *plan, size_t *out_size) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(out_size, MLA_STATUS_INVALID_ARGUMENT, "out_size: expected a pointer, but got null");
  *out_size = 0;
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  *out_size = plan->workspace.size;
done:
  return status;
}

mla_status_t mla_decode_plan_info(const mla_decode_plan_t *plan, mla_decode_plan_info_t *out_info) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(out_info, MLA_STATUS_INVALID_ARGUMENT, "out_info: expected a pointer, but got null");
  MLA_CHECK(out_info->struct_size == sizeof(*out_info), MLA_STATUS_INVALID_ARGUMENT,
            "out_info: expected struct_size %zu, but got %zu", sizeof(*out_info), out_info->struct_size);
  memset(out_info, 0, sizeof(*out_info));
  out_info->struct_size = sizeof(*out_info);
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  out_info->row_tiles = plan->row_tiles;
  out_info->num_parts = plan->num_parts;
  out_info->multiprocessors = mla_module_multiprocessors(plan->module);
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Schedule and run
//===----------------------------------------------------------------------------------------------------------===//

/// Checks the arguments that all steps share and turns them into launch values.
static mla_status_t bind_arguments(const mla_decode_plan_t *plan, const mla_decode_args_t *args, mla_launch_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  MLA_CHECK(args, MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer, but got null");
  MLA_CHECK(args->struct_size == sizeof(*args), MLA_STATUS_INVALID_ARGUMENT,
            "args: expected struct_size %zu, but got %zu", sizeof(*args), args->struct_size);
  MLA_CHECK(args->workspace, MLA_STATUS_INVALID_ARGUMENT, "workspace: expected a device pointer, but got null");
  MLA_CHECK((uintptr_t)args->workspace % WORKSPACE_ALIGNMENT == 0, MLA_STATUS_INVALID_ARGUMENT,
            "workspace: expected an address aligned to %d bytes, but got 0x%" PRIxPTR, WORKSPACE_ALIGNMENT,
            (uintptr_t)args->workspace);
  MLA_CHECK(args->workspace_size >= plan->workspace.size, MLA_STATUS_INVALID_ARGUMENT,
            "workspace: expected at least %zu bytes, but got %zu", plan->workspace.size, args->workspace_size);
  const mla_decode_desc_t *desc = &plan->desc;
  const char *workspace = args->workspace;
  uint64_t d_qk = (uint64_t)(desc->d_latent + desc->d_rope);
  memset(out, 0, sizeof(*out));
  out->row_tiles = plan->row_tiles;
  out->num_parts = plan->num_parts;
  out->values[MLA_BINDING_Q_MAP] =
      (mla_launch_value_t){.address = args->q, .extents = {(uint64_t)desc->b, (uint64_t)plan->rows, d_qk}};
  // The same tensor: columns keep their numbers.
  out->values[MLA_BINDING_Q_ROPE_MAP] = out->values[MLA_BINDING_Q_MAP];
  out->values[MLA_BINDING_Q_SCALE].address = args->q_scale;
  const mla_launch_cache_t cache = {.format = desc->format,
                                    .num_pages = desc->num_pages,
                                    .page_size = desc->page_size,
                                    .d_latent = desc->d_latent,
                                    .d_rope = desc->d_rope,
                                    .pages = args->cache,
                                    .scale = args->cache_scale};
  mla_launch_bind_cache(&cache, out);
  out->values[MLA_BINDING_OUT_MAP] = (mla_launch_value_t){
      .address = args->out, .extents = {(uint64_t)desc->b, (uint64_t)plan->rows, (uint64_t)desc->d_latent}};
  out->values[MLA_BINDING_PARTIAL_MAP] =
      (mla_launch_value_t){.address = workspace + plan->workspace.partial_out,
                           .extents = {(uint64_t)plan->num_slots, (uint64_t)plan->rows, (uint64_t)desc->d_latent}};
  out->values[MLA_BINDING_BLOCK_TABLE].address = args->block_table;
  out->values[MLA_BINDING_SEQ_LENS].address = args->seq_lens;
  out->values[MLA_BINDING_OUT].address = args->out;
  out->values[MLA_BINDING_LSE].address = args->lse;
  out->values[MLA_BINDING_PARTS].address = workspace + plan->workspace.parts;
  out->values[MLA_BINDING_COUNTERS].address = workspace + plan->workspace.counters;
  out->values[MLA_BINDING_MARKS].address = workspace + plan->workspace.marks;
  out->values[MLA_BINDING_PARTIAL_OUT].address = workspace + plan->workspace.partial_out;
  out->values[MLA_BINDING_PARTIAL_LSE].address = workspace + plan->workspace.partial_lse;
  out->values[MLA_BINDING_BATCH].integer = desc->b;
  out->values[MLA_BINDING_ROWS].integer = plan->rows;
  out->values[MLA_BINDING_HEADS].integer = desc->h_q;
  out->values[MLA_BINDING_QUERIES].integer = desc->s_q;
  out->values[MLA_BINDING_BLOCK_TABLE_STRIDE].integer = desc->block_table_stride;
  out->values[MLA_BINDING_NUM_PAGES].integer = desc->num_pages;
  out->values[MLA_BINDING_NUM_PARTS].integer = plan->num_parts;
  out->values[MLA_BINDING_SCALE_LOG2].real = plan->scale_log2;
  out->values[MLA_BINDING_MOST_PIECES].integer = plan->most_pieces;
done:
  return status;
}

mla_status_t mla_decode_schedule(const mla_decode_plan_t *plan, const mla_decode_args_t *args, void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  MLA_TRY(bind_arguments(plan, args, &launch));
  MLA_TRY(mla_module_check(plan->module, MLA_STEP_SCHEDULE, &launch));
  MLA_TRY(mla_module_launch(plan->module, MLA_STEP_SCHEDULE, &launch, stream));
done:
  return status;
}

mla_status_t mla_decode_run(const mla_decode_plan_t *plan, const mla_decode_args_t *args, void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  MLA_TRY(bind_arguments(plan, args, &launch));
  MLA_TRY(mla_module_check(plan->module, MLA_STEP_ATTEND, &launch));
  MLA_TRY(mla_module_launch(plan->module, MLA_STEP_ATTEND, &launch, stream));
done:
  return status;
}
