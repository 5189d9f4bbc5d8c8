//===- prefill.c - Plans for prefill ----------------------------------------------------------------------------===//
#include "check.h"
#include "module.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  /// Queries of a work item, in the absorbed form its (query, head) pairs; and bytes of its record.
  TILE_QUERIES = 128,
  TILE_ROWS = 64,
  RECORD_BYTES = 32,
  /// Tickets and departures, each on a line of its own.
  COUNTER_BYTES = 256,
  WORKSPACE_ALIGNMENT = 256,
  ELEMENT_BYTES = 2,
  /// TMA wants strides in these units.
  STRIDE_ELEMENTS = 8
};

/// Kernels count words of the work list in 32 bits.
static const int64_t max_items = INT64_C(1) << 27;
/// Of the absorbed form: (query, head) pairs, so that a tile beyond the last still has a number.
static const int64_t max_rows = INT32_MAX - TILE_ROWS;
/// Elements from one row of a tensor to another; TMA takes up to 2^40 bytes.
static const int64_t max_stride = INT64_C(1) << 38;

struct mla_prefill_plan_t {
  mla_module_t *module;
  mla_prefill_desc_t desc;
  /// Records, the first of which holds their number.
  int64_t max_items;
  size_t workspace_size;
  float scale_log2;
};

//===----------------------------------------------------------------------------------------------------------===//
// Can-implement
//===----------------------------------------------------------------------------------------------------------===//

static mla_status_t check_stride(const char *name, int64_t stride, int64_t least) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_TRY(mla_check_range(name, stride, least, max_stride));
  MLA_CHECK(stride % STRIDE_ELEMENTS == 0, MLA_STATUS_INVALID_ARGUMENT,
            "%s: expected a multiple of %d elements, but got %" PRId64, name, STRIDE_ELEMENTS, stride);
done:
  return status;
}

/// `given`, or `dense` where it is 0.
static int64_t stride_or(int64_t given, int64_t dense) { return given ? given : dense; }

/// `heads` times `head_stride`, or the largest number where that is none: both are checked later.
static int64_t dense_tokens(int64_t heads, int64_t head_stride) {
  int64_t stride;
  return __builtin_mul_overflow(heads, head_stride, &stride) ? INT64_MAX : stride;
}

/// Replaces strides of 0 by those of dense tensors. The widths are the package's, the strides may be any numbers.
static void complete_strides(mla_prefill_desc_t *desc) {
  desc->q_head_stride = stride_or(desc->q_head_stride, desc->d_nope + desc->d_rope);
  desc->q_token_stride = stride_or(desc->q_token_stride, dense_tokens(desc->h_q, desc->q_head_stride));
  desc->k_head_stride = stride_or(desc->k_head_stride, desc->d_nope);
  desc->k_token_stride = stride_or(desc->k_token_stride, dense_tokens(desc->h_q, desc->k_head_stride));
  desc->k_rope_token_stride = stride_or(desc->k_rope_token_stride, desc->d_rope);
  desc->v_head_stride = stride_or(desc->v_head_stride, desc->d_v);
  desc->v_token_stride = stride_or(desc->v_token_stride, dense_tokens(desc->h_q, desc->v_head_stride));
  desc->key_stride = stride_or(desc->key_stride, desc->d_nope + desc->d_rope);
}

static int is_absorbed(const mla_prefill_desc_t *desc) { return desc->form == MLA_PREFILL_FORM_ABSORBED; }

/// Checks what only the MHA form has; strides are complete.
static mla_status_t check_mha(const mla_prefill_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  int64_t tiles = desc->max_total_q / TILE_QUERIES + desc->max_b;
  MLA_CHECK(tiles <= max_items / desc->h_q, MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected at most %" PRId64 " tiles of %d queries, times heads, but got %" PRId64 " · %" PRId64,
            max_items, TILE_QUERIES, tiles, desc->h_q);
  MLA_TRY(check_stride("desc: q_token_stride", desc->q_token_stride, desc->d_nope + desc->d_rope));
  MLA_TRY(check_stride("desc: k_head_stride", desc->k_head_stride, desc->d_nope));
  MLA_TRY(check_stride("desc: k_token_stride", desc->k_token_stride, desc->d_nope));
  if (desc->d_rope)
    MLA_TRY(check_stride("desc: k_rope_token_stride", desc->k_rope_token_stride, desc->d_rope));
  MLA_TRY(check_stride("desc: v_head_stride", desc->v_head_stride, desc->d_v));
  MLA_TRY(check_stride("desc: v_token_stride", desc->v_token_stride, desc->d_v));
done:
  return status;
}

/// The same of the absorbed form.
static mla_status_t check_absorbed(const mla_prefill_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  // Kernels count rows in 32 bits.
  MLA_TRY(mla_check_range("desc: max_total_q", desc->max_total_q, 0, max_rows / desc->h_q));
  int64_t items = desc->max_total_q * desc->h_q / TILE_ROWS + desc->max_b;
  MLA_CHECK(items <= max_items, MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected at most %" PRId64 " tiles of %d (query, head) pairs, but got %" PRId64, max_items,
            TILE_ROWS, items);
  MLA_CHECK(desc->q_head_stride <= max_stride / desc->h_q && desc->q_token_stride == desc->h_q * desc->q_head_stride,
            MLA_STATUS_INVALID_ARGUMENT,
            "desc: q_token_stride: expected h_q times q_head_stride in the absorbed form, but got %" PRId64
            " with a q_head_stride of %" PRId64,
            desc->q_token_stride, desc->q_head_stride);
  if (desc->page_size) {
    MLA_TRY(mla_check_range("desc: num_pages", desc->num_pages, 1, INT32_MAX));
    MLA_TRY(mla_check_range("desc: block_table_stride", desc->block_table_stride, 1, INT32_MAX));
  } else {
    MLA_TRY(check_stride("desc: key_stride", desc->key_stride, desc->d_nope + desc->d_rope));
  }
done:
  return status;
}

mla_status_t mla_prefill_can_implement(const mla_package_t *package, const mla_prefill_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(package, MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle, but got null");
  MLA_CHECK(desc, MLA_STATUS_INVALID_ARGUMENT, "desc: expected a pointer, but got null");
  MLA_CHECK(desc->struct_size == sizeof(*desc), MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected struct_size %zu, but got %zu", sizeof(*desc), desc->struct_size);
  MLA_CHECK(package->op == MLA_OP_PREFILL, MLA_STATUS_UNSUPPORTED, "package '%s' implements no prefill op",
            package->name);
  const mla_prefill_info_t *info = &package->prefill;
  MLA_CHECK(desc->element == info->element, MLA_STATUS_UNSUPPORTED, "package '%s' implements element type %s only",
            package->name, info->element == MLA_ELEMENT_BF16 ? "bf16" : "f16");
  MLA_CHECK(desc->causal == info->causal, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements causal = %" PRId32 ", but got %" PRId32, package->name, info->causal,
            desc->causal);
  static const char *const form_names[] = {"mha", "absorbed"};
  MLA_CHECK(desc->form == info->form, MLA_STATUS_UNSUPPORTED, "package '%s' implements form %s, but got %s",
            package->name, form_names[info->form],
            desc->form == MLA_PREFILL_FORM_MHA || is_absorbed(desc) ? form_names[desc->form] : "an unknown one");
  MLA_TRY(mla_check_same(package, "page_size", info->page_size, desc->page_size));
  const mla_cache_format_info_t *format = mla_cache_format_info(desc->format);
  MLA_CHECK(info->page_size == 0 || desc->format == info->format, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements a cache of format %s, but got %s", package->name,
            mla_cache_format_info(info->format)->name, format ? format->name : "an unknown one");
  MLA_TRY(mla_check_same(package, "h_q", info->h_q, desc->h_q));
  MLA_TRY(mla_check_same(package, "d_nope", info->d_nope, desc->d_nope));
  MLA_TRY(mla_check_same(package, "d_rope", info->d_rope, desc->d_rope));
  MLA_TRY(mla_check_same(package, "d_v", info->d_v, desc->d_v));
  MLA_TRY(mla_check_range("desc: max_b", desc->max_b, 1, INT32_MAX / 2));
  MLA_TRY(mla_check_range("desc: max_total_q", desc->max_total_q, 0, INT32_MAX - TILE_QUERIES));
  mla_prefill_desc_t complete = *desc;
  complete_strides(&complete);
  MLA_TRY(check_stride("desc: q_head_stride", complete.q_head_stride, complete.d_nope + complete.d_rope));
  MLA_TRY(is_absorbed(desc) ? check_absorbed(&complete) : check_mha(&complete));
  MLA_CHECK(isfinite(desc->softmax_scale) && desc->softmax_scale >= 0, MLA_STATUS_INVALID_ARGUMENT,
            "desc: softmax_scale: expected a finite number of at least 0, but got %g", (double)desc->softmax_scale);
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Plans
//===----------------------------------------------------------------------------------------------------------===//

mla_status_t mla_prefill_plan_create(const mla_package_t *package, const mla_prefill_desc_t *desc,
                                     mla_prefill_plan_t **out_plan) {
  mla_status_t status = MLA_STATUS_OK;
  mla_prefill_plan_t *plan = NULL;
  MLA_CHECK(out_plan, MLA_STATUS_INVALID_ARGUMENT, "out_plan: expected a pointer, but got null");
  *out_plan = NULL;
  MLA_TRY(mla_prefill_can_implement(package, desc));
  plan = calloc(1, sizeof(*plan));
  MLA_CHECK(plan, MLA_STATUS_OUT_OF_MEMORY, "no memory for a plan");
  MLA_TRY(mla_module_create(package, &plan->module));
  plan->desc = *desc;
  complete_strides(&plan->desc);
  plan->max_items = is_absorbed(desc) ? desc->max_total_q * desc->h_q / TILE_ROWS + desc->max_b
                                      : (desc->max_total_q / TILE_QUERIES + desc->max_b) * desc->h_q;
  // At most 2^27 records of 32 bytes.
  plan->workspace_size = COUNTER_BYTES + (size_t)(1 + plan->max_items) * RECORD_BYTES;
  float scale = desc->softmax_scale != 0 ? desc->softmax_scale : package->prefill.softmax_scale;
  plan->scale_log2 = (float)(scale * 1.4426950408889634); // log2(e)
  *out_plan = plan;
  plan = NULL;
done:
  mla_prefill_plan_destroy(plan);
  return status;
}

void mla_prefill_plan_destroy(mla_prefill_plan_t *plan) {
  if (plan) {
    mla_module_destroy(plan->module);
    free(plan);
  }
}

mla_status_t mla_prefill_plan_workspace_size(const mla_prefill_plan_t *plan, size_t *out_size) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(out_size, MLA_STATUS_INVALID_ARGUMENT, "out_size: expected a pointer, but got null");
  *out_size = 0;
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  *out_size = plan->workspace_size;
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Schedule and run
//===----------------------------------------------------------------------------------------------------------===//

/// A map over [heads, tokens, width]. A tensor of no tokens has one for the map's sake: it is not read, because no
/// sequence has any.
static mla_launch_value_t make_map(const void *address, int64_t heads, int64_t tokens, int64_t width,
                                   int64_t head_stride, int64_t token_stride) {
  return (mla_launch_value_t){
      .address = address,
      .extents = {(uint64_t)heads, (uint64_t)(tokens ? tokens : 1), (uint64_t)width},
      .strides = {(uint64_t)head_stride * ELEMENT_BYTES, (uint64_t)token_stride * ELEMENT_BYTES}};
}

/// A map over rows that lie `stride` elements apart; of none as above.
static mla_launch_value_t make_row_map(const void *address, int64_t rows, int64_t width, int64_t stride) {
  return (mla_launch_value_t){.address = address,
                              .extents = {(uint64_t)(rows ? rows : 1), (uint64_t)width},
                              .strides = {(uint64_t)stride * ELEMENT_BYTES}};
}

/// What only the MHA form has.
static void bind_mha(const mla_prefill_desc_t *desc, const mla_prefill_args_t *args, mla_launch_t *out) {
  out->values[MLA_BINDING_Q_MAP] = make_map(args->q, desc->h_q, args->total_q, desc->d_nope + desc->d_rope,
                                            desc->q_head_stride, desc->q_token_stride);
  out->values[MLA_BINDING_K_MAP] =
      make_map(args->k, desc->h_q, args->total_kv, desc->d_nope, desc->k_head_stride, desc->k_token_stride);
  out->values[MLA_BINDING_K_ROPE_MAP] =
      make_row_map(args->k_rope, args->total_kv, desc->d_rope, desc->k_rope_token_stride);
  out->values[MLA_BINDING_V_MAP] =
      make_map(args->v, desc->h_q, args->total_kv, desc->d_v, desc->v_head_stride, desc->v_token_stride);
  out->values[MLA_BINDING_CU_SEQLENS_KV].address = args->cu_seqlens_kv;
  out->values[MLA_BINDING_TOTAL_Q].integer = args->total_q;
}

/// What only the absorbed form has.
static void bind_absorbed(const mla_prefill_desc_t *desc, const mla_prefill_args_t *args, mla_launch_t *out) {
  int64_t rows = args->total_q * desc->h_q, d_qk = desc->d_nope + desc->d_rope;
  out->values[MLA_BINDING_Q_MAP] = make_row_map(args->q, rows, d_qk, desc->q_head_stride);
  out->values[MLA_BINDING_OUT_MAP] = make_row_map(args->out, rows, desc->d_v, desc->d_v);
  if (desc->page_size) {
    const mla_launch_cache_t cache = {.format = desc->format,
                                      .num_pages = desc->num_pages,
                                      .page_size = desc->page_size,
                                      .d_latent = desc->d_v,
                                      .d_rope = desc->d_rope,
                                      .pages = args->keys,
                                      .scale = args->cache_scale};
    mla_launch_bind_cache(&cache, out);
    out->values[MLA_BINDING_BLOCK_TABLE].address = args->block_table;
    out->values[MLA_BINDING_SEQ_LENS].address = args->seq_lens;
    out->values[MLA_BINDING_BLOCK_TABLE_STRIDE].integer = desc->block_table_stride;
    out->values[MLA_BINDING_NUM_PAGES].integer = desc->num_pages;
  } else {
    // One page, whose stride does not count.
    out->values[MLA_BINDING_CACHE_MAP] =
        make_map(args->keys, 1, args->total_kv, d_qk, desc->key_stride, desc->key_stride);
    out->values[MLA_BINDING_CU_SEQLENS_KV].address = args->cu_seqlens_kv;
    out->values[MLA_BINDING_TOTAL_KV].integer = args->total_kv;
  }
}

/// Checks the arguments that all steps share and turns them into launch values.
static mla_status_t bind_arguments(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, mla_launch_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  MLA_CHECK(args, MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer, but got null");
  MLA_CHECK(args->struct_size == sizeof(*args), MLA_STATUS_INVALID_ARGUMENT,
            "args: expected struct_size %zu, but got %zu", sizeof(*args), args->struct_size);
  const mla_prefill_desc_t *desc = &plan->desc;
  MLA_TRY(mla_check_range("args: b", args->b, 1, desc->max_b));
  MLA_TRY(mla_check_range("args: total_q", args->total_q, 0, desc->max_total_q));
  MLA_TRY(mla_check_range("args: total_kv", args->total_kv, 0, INT32_MAX - TILE_QUERIES));
  MLA_CHECK(args->workspace, MLA_STATUS_INVALID_ARGUMENT, "workspace: expected a device pointer, but got null");
  MLA_CHECK((uintptr_t)args->workspace % WORKSPACE_ALIGNMENT == 0, MLA_STATUS_INVALID_ARGUMENT,
            "workspace: expected an address aligned to %d bytes, but got 0x%" PRIxPTR, WORKSPACE_ALIGNMENT,
            (uintptr_t)args->workspace);
  MLA_CHECK(args->workspace_size >= plan->workspace_size, MLA_STATUS_INVALID_ARGUMENT,
            "workspace: expected at least %zu bytes, but got %zu", plan->workspace_size, args->workspace_size);
  const char *workspace = args->workspace;
  memset(out, 0, sizeof(*out));
  out->row_tiles = 1;
  out->num_parts = 1;
  if (is_absorbed(desc))
    bind_absorbed(desc, args, out);
  else
    bind_mha(desc, args, out);
  out->values[MLA_BINDING_CU_SEQLENS_Q].address = args->cu_seqlens_q;
  out->values[MLA_BINDING_OUT].address = args->out;
  out->values[MLA_BINDING_LSE].address = args->lse;
  out->values[MLA_BINDING_COUNTERS].address = workspace;
  out->values[MLA_BINDING_WORK].address = workspace + COUNTER_BYTES;
  out->values[MLA_BINDING_BATCH].integer = args->b;
  out->values[MLA_BINDING_SCALE_LOG2].real = plan->scale_log2;
done:
  return status;
}

static mla_status_t launch_step(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, mla_step_t step,
                                void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  MLA_TRY(bind_arguments(plan, args, &launch));
  MLA_TRY(mla_module_check(plan->module, step, &launch));
  MLA_TRY(mla_module_launch(plan->module, step, &launch, stream));
done:
  return status;
}

mla_status_t mla_prefill_schedule(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, void *stream) {
  return launch_step(plan, args, MLA_STEP_SCHEDULE, stream);
}

mla_status_t mla_prefill_run(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, void *stream) {
  return launch_step(plan, args, MLA_STEP_ATTEND, stream);
}
