//===- mla_runtime.h - Load and launch kernel packages ------------------------------------------------*- C -*-===//
//
// The one header of the runtime. Plain C11; includes neither CUDA nor LLVM headers; libcuda.so.1 is opened at run time.
//
// Life of a decode call:
//
//   mla_package_load          read and check the file; needs no GPU
//   (or mla_package_jit_decode, which compiles it on first use and then takes it from a cache)
//   mla_decode_can_implement  does the package implement this problem? needs no GPU
//   mla_decode_plan_create    load the kernels into the current CUDA context; allocates
//   mla_decode_plan_workspace_size
//   mla_decode_schedule       once per change of the sequence lengths: divides the work, on the device
//   mla_decode_run            once per layer; neither allocates nor synchronises
//   mla_decode_plan_destroy, mla_package_destroy
//
// `schedule` and `run` only enqueue kernels on the caller's stream, so both can be captured into a CUDA graph. A
// captured pair stays valid when the lengths in device memory change.
//
// Every function returns a status. The sentence for the last failure in a thread is `mla_last_error_message()`. Output
// parameters come last and are set to null or zero on failure. Structs begin with `struct_size`, which the caller sets
// to the size that it was compiled with; the initialisers below do so.
//
// Handles may be used from several threads at once, except that destroying one must be the last use of it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef MLA_RUNTIME_H
#define MLA_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What happened, as far as it decides what to do next.
typedef enum mla_status_t {
  MLA_STATUS_OK = 0,
  /// The call is wrong: a null pointer, a struct of unknown size, an argument outside its range.
  MLA_STATUS_INVALID_ARGUMENT = 1,
  /// The package does not implement this problem, or is of a version that this library does not know.
  MLA_STATUS_UNSUPPORTED = 2,
  /// The package was truncated or altered, or says something impossible. Get it again.
  MLA_STATUS_CORRUPT_PACKAGE = 3,
  /// The file could not be read.
  MLA_STATUS_IO_ERROR = 4,
  /// Host or device memory is exhausted.
  MLA_STATUS_OUT_OF_MEMORY = 5,
  /// There is no NVIDIA driver on this machine, or it is too old.
  MLA_STATUS_NO_DRIVER = 6,
  /// There is no GPU, or the package is for another one.
  MLA_STATUS_NO_DEVICE = 7,
  /// No CUDA context is current, or not the one of the plan.
  MLA_STATUS_WRONG_CONTEXT = 8,
  /// The driver refused a call; its name, number and text are in the message.
  MLA_STATUS_DRIVER_ERROR = 9,
  /// The compiler library cannot be loaded, or is of another release.
  MLA_STATUS_NO_COMPILER = 10,
  /// The compiler cannot compile this; what it said is in the message.
  MLA_STATUS_COMPILE_ERROR = 11
} mla_status_t;

/// The status's name, e.g. "invalid argument"; never null.
const char *mla_status_string(mla_status_t status);

/// The sentence for the last failed call of this thread, "" if there was none. Valid until the thread's next failure.
const char *mla_last_error_message(void);

/// Element type of queries and output.
typedef enum mla_element_t {
  MLA_ELEMENT_BF16 = 0,
  MLA_ELEMENT_F16 = 1,
  MLA_ELEMENT_F32 = 3 ///< of merge only
} mla_element_t;

/// How the tokens of a cache are stored. With L = d_latent and R = d_rope, a token is, in this order:
typedef enum mla_cache_format_t {
  MLA_CACHE_FORMAT_BF16 = 0, ///< L + R bf16; the element type is bf16
  MLA_CACHE_FORMAT_F16 = 1,  ///< L + R f16; the element type is f16
  /// L + R e4m3, with one scale for the whole cache (mla_decode_args_t.cache_scale).
  MLA_CACHE_FORMAT_E4M3 = 2,
  /// L e4m3, R bf16; behind the tokens of each page one f32 scale per token.
  MLA_CACHE_FORMAT_E4M3_TOKEN = 3,
  /// L e4m3, L / 128 f32 scales, R bf16: 656 bytes where L is 512 and R is 64.
  MLA_CACHE_FORMAT_E4M3_GROUP = 4
} mla_cache_format_t;

/// In what products are formed.
typedef enum mla_precision_t {
  MLA_PRECISION_BF16 = 0, ///< 16-bit floats
  MLA_PRECISION_E4M3 = 1, ///< e4m3 on both sides, which is faster and coarser
  /// The same, and the queries are e4m3 already, with one scale for all (mla_decode_args_t.q_scale): faster still, for
  /// 16-bit queries are made of two e4m3 each. The cache is of any format of e4m3.
  MLA_PRECISION_E4M3_QUERIES = 2
} mla_precision_t;

//===----------------------------------------------------------------------------------------------------------===//
// Packages
//===----------------------------------------------------------------------------------------------------------===//

/// A kernel package in memory. Plans keep what they need of it, so it may be destroyed before them.
typedef struct mla_package_t mla_package_t;

/// Reads and checks the file at `path`.
mla_status_t mla_package_load(const char *path, mla_package_t **out_package);

/// The same for a file in memory; `bytes` is copied.
mla_status_t mla_package_load_from_memory(const void *bytes, size_t size, mla_package_t **out_package);

/// Does nothing for null.
void mla_package_destroy(mla_package_t *package);

/// A rotary position embedding: pair i of d_rope elements turns by position · turns[i] · 2^-64 turns, and cos and sin
/// are multiplied by `magnitude`.
typedef struct mla_rotation_t {
  /// 1: pair i is elements 2i and 2i + 1; 0: it is i and i + d_rope / 2.
  int32_t interleaved;
  double magnitude;
  /// d_rope / 2; 0 where nothing is turned.
  int64_t pairs;
  /// Belongs to the package.
  const uint64_t *turns;
} mla_rotation_t;

/// What a package implements. Extents that were left open at compile time are 0.
typedef struct mla_decode_info_t {
  size_t struct_size;
  mla_element_t element;
  int32_t causal;
  int64_t h_q, s_q, d_latent, d_rope, page_size;
  float softmax_scale;
  mla_cache_format_t format;
  mla_precision_t precision;
  /// How the kernels turn the last columns of the queries; no pairs: they take them as they are.
  mla_rotation_t rotation;
} mla_decode_info_t;
#define MLA_DECODE_INFO_INIT                                                                                           \
  {                                                                                                                    \
    sizeof(mla_decode_info_t), MLA_ELEMENT_BF16, 0, 0, 0, 0, 0, 0, 0.0f, MLA_CACHE_FORMAT_BF16, MLA_PRECISION_BF16, {  \
      0, 0.0, 0, NULL                                                                                                  \
    }                                                                                                                  \
  }

/// Fills `*out_info`, whose `struct_size` the caller has set. MLA_STATUS_UNSUPPORTED if the package holds no decode op.
mla_status_t mla_package_decode_info(const mla_package_t *package, mla_decode_info_t *out_info);

//===----------------------------------------------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------------------------------------------===//

/// A decode problem: everything but the pointers. Extents in elements:
///   q [b, s_q, h_q, d_latent + d_rope]   cache [num_pages, page_size] tokens of `format`
///   block_table [b, block_table_stride]  seq_lens [b]
///   out [b, s_q, h_q, d_latent]          lse [b, s_q, h_q]
typedef struct mla_decode_desc_t {
  size_t struct_size;
  mla_element_t element;
  /// 1: query token i sees only the first seq_len − s_q + i + 1 tokens.
  int32_t causal;
  int64_t b, s_q, h_q, d_latent, d_rope;
  int64_t page_size, num_pages;
  /// Elements from one request's row of the block table to the next: the most pages that a request can have.
  int64_t block_table_stride;
  /// Factor on q·k before the softmax; 0 takes the package's.
  float softmax_scale;
  /// With `element` f16 and a cache of f16 this is MLA_CACHE_FORMAT_F16.
  mla_cache_format_t format;
  mla_precision_t precision;
  /// 1: the last d_rope columns of q are as the projection left them, and the package's kernels turn each query token's
  /// by its place in its sequence, seq_len − s_q + i. 0: they have been turned, or have no positions.
  int32_t rope;
} mla_decode_desc_t;
#define MLA_DECODE_DESC_INIT                                                                                           \
  {sizeof(mla_decode_desc_t), MLA_ELEMENT_BF16,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0f,                                     \
   MLA_CACHE_FORMAT_BF16,     MLA_PRECISION_BF16, 0}

/// Pointers into the memory of the plan's device. All are dense and row-major.
typedef struct mla_decode_args_t {
  size_t struct_size;
  const void *q;     ///< element, or e4m3 with MLA_PRECISION_E4M3_QUERIES, aligned to 16 bytes
  const void *cache; ///< as the format says, aligned to 16 bytes
  /// i32, aligned to 4 bytes: page numbers. Entries past a request's last page are not used.
  const void *block_table;
  /// i32, aligned to 4 bytes: tokens of each request; 0 gives out 0 and lse −infinity.
  const void *seq_lens;
  void *out; ///< element, aligned to 16 bytes
  void *lse; ///< f32, aligned to 4 bytes: natural logarithm
  /// Aligned to 256 bytes. What `schedule` writes, `run` reads: use the same workspace for both, and not for two calls
  /// that may run at the same time. It need not be cleared.
  void *workspace;
  size_t workspace_size;
  /// One f32, aligned to 4 bytes, that every e4m3 of a cache of MLA_CACHE_FORMAT_E4M3 is to be multiplied by; `run`
  /// reads it on the device. Other formats take none.
  const void *cache_scale;
  /// One f32, aligned to 4 bytes, that every query of MLA_PRECISION_E4M3_QUERIES is to be multiplied by; `run` reads it
  /// on the device. The other precisions take none.
  const void *q_scale;
} mla_decode_args_t;
#define MLA_DECODE_ARGS_INIT {sizeof(mla_decode_args_t), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL}

/// MLA_STATUS_OK if `package` implements the problem. Looks at neither driver nor device.
mla_status_t mla_decode_can_implement(const mla_package_t *package, const mla_decode_desc_t *desc);

/// Kernels loaded into one CUDA context, with their launch parameters for one problem. Immutable: several threads may
/// run one plan, each with a workspace of its own.
typedef struct mla_decode_plan_t mla_decode_plan_t;

/// Loads the kernels into the current CUDA context, for its device. Assembles PTX if the package has no code for the
/// device, which may take seconds. MLA_STATUS_INVALID_ARGUMENT if partial results would need more workspace than any
/// GPU has.
mla_status_t mla_decode_plan_create(const mla_package_t *package, const mla_decode_desc_t *desc,
                                    mla_decode_plan_t **out_plan);

/// Bytes of workspace that `schedule` and `run` need. They do not depend on b, unless the package was compiled with
/// split_steps: then they grow with b and block_table_stride (docs/runtime.md).
mla_status_t mla_decode_plan_workspace_size(const mla_decode_plan_t *plan, size_t *out_size);

/// Work division, as the plan chose it.
typedef struct mla_decode_plan_info_t {
  size_t struct_size;
  /// Blocks of 64 rows, and parts that the work of each is divided into.
  int64_t row_tiles, num_parts;
  int64_t multiprocessors;
} mla_decode_plan_info_t;
#define MLA_DECODE_PLAN_INFO_INIT {sizeof(mla_decode_plan_info_t), 0, 0, 0}
mla_status_t mla_decode_plan_info(const mla_decode_plan_t *plan, mla_decode_plan_info_t *out_info);

/// Enqueues the work scheduling for `args->seq_lens` on `stream` (a CUstream or cudaStream_t, null is the default
/// stream). Uses seq_lens and workspace only. To be called before the first `run` and after each change of the lengths;
/// all layers share it. A `run` whose lengths have changed since gives wrong results, and nothing notices.
mla_status_t mla_decode_schedule(const mla_decode_plan_t *plan, const mla_decode_args_t *args, void *stream);

/// Enqueues attention on `stream`; pieces of split requests are put together in the same kernel.
mla_status_t mla_decode_run(const mla_decode_plan_t *plan, const mla_decode_args_t *args, void *stream);

/// Unloads the kernels; no call on the plan may be in flight. To be called before the plan's context is destroyed. Does
/// nothing for null.
void mla_decode_plan_destroy(mla_decode_plan_t *plan);

//===----------------------------------------------------------------------------------------------------------===//
// Append and RoPE
//===----------------------------------------------------------------------------------------------------------===//
//
//   mla_append_can_implement, mla_append_plan_create, mla_append_run …, mla_append_plan_destroy
//   mla_rope_can_implement, mla_rope_plan_create, mla_rope_run …, mla_rope_plan_destroy
//
// Neither needs a workspace. `run` enqueues one kernel, neither allocates nor synchronises, and can be captured; the
// number of tokens is one of its arguments, so one plan serves all batches.

/// What a package implements.
typedef struct mla_append_info_t {
  size_t struct_size;
  /// Of new vectors and the norm's weight.
  mla_element_t element;
  mla_cache_format_t format;
  /// s_q is 0 where any is taken, or where tokens have slots.
  int64_t d_latent, d_rope, page_size, s_q;
  /// Width of the integers of `slots` and `positions`. slot_bits 0: places follow from block_table and seq_lens;
  /// position_bits 0: positions do, or none is needed.
  int32_t slot_bits, position_bits;
  /// 1: latents are normed, with a weight and eps.
  int32_t norm;
  float eps;
  mla_rotation_t rotation;
} mla_append_info_t;
#define MLA_APPEND_INFO_INIT                                                                                           \
  {                                                                                                                    \
    sizeof(mla_append_info_t), MLA_ELEMENT_BF16, MLA_CACHE_FORMAT_BF16, 0, 0, 0, 0, 0, 0, 0, 0.0f, { 0, 0.0, 0, NULL } \
  }

/// Fills `*out_info`, whose `struct_size` the caller has set. MLA_STATUS_UNSUPPORTED if the package holds no append op.
mla_status_t mla_package_append_info(const mla_package_t *package, mla_append_info_t *out_info);

/// What does not change from call to call.
typedef struct mla_append_desc_t {
  size_t struct_size;
  mla_element_t element;
  mla_cache_format_t format;
  int64_t d_latent, d_rope, page_size, num_pages;
  /// Elements from one request's row of the block table to the next; not used where tokens have slots.
  int64_t block_table_stride;
} mla_append_desc_t;
#define MLA_APPEND_DESC_INIT {sizeof(mla_append_desc_t), MLA_ELEMENT_BF16, MLA_CACHE_FORMAT_BF16, 0, 0, 0, 0, 0}

/// Pointers into the memory of the plan's device.
typedef struct mla_append_args_t {
  size_t struct_size;
  /// New tokens; 0 does nothing. Where places follow from a block table these are the s_q last of each request, request
  /// by request, and `tokens` is a multiple of s_q.
  int64_t tokens, s_q;
  const void *latent; ///< element, d_latent for each token, aligned to 8 bytes
  const void *k_rope; ///< element, d_rope for each token, aligned to 4 bytes
  /// Elements from one token to the next; 0: the tokens lie densely. Multiples of 4 (latent) and of 2 (k_rope).
  int64_t latent_stride, k_rope_stride;
  /// [tokens], aligned to their size: page · page_size + offset, below 0 to skip the token. Slots differ.
  const void *slots;
  /// [tokens], aligned to their size.
  const void *positions;
  /// i32 [b, block_table_stride] and [b], aligned to 4 bytes, as for decode: lengths include the new tokens.
  const void *block_table, *seq_lens;
  const void *weight; ///< element [d_latent], aligned to 8 bytes
  /// One f32, aligned to 4 bytes, that e4m3 of a cache of MLA_CACHE_FORMAT_E4M3 are to be multiplied by.
  const void *cache_scale;
  void *cache; ///< as the format says, aligned to 16 bytes
} mla_append_args_t;
#define MLA_APPEND_ARGS_INIT                                                                                           \
  {sizeof(mla_append_args_t), 0, 1, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL}

/// MLA_STATUS_OK if `package` implements the problem. Looks at neither driver nor device.
mla_status_t mla_append_can_implement(const mla_package_t *package, const mla_append_desc_t *desc);

/// Kernels loaded into one CUDA context. Immutable: several threads may run one plan.
typedef struct mla_append_plan_t mla_append_plan_t;

/// Loads the kernel into the current CUDA context, for its device.
mla_status_t mla_append_plan_create(const mla_package_t *package, const mla_append_desc_t *desc,
                                    mla_append_plan_t **out_plan);

/// Enqueues the kernel on `stream`. Pointers that the package does not need (see mla_append_info_t) are not looked at.
mla_status_t mla_append_run(const mla_append_plan_t *plan, const mla_append_args_t *args, void *stream);

/// As mla_decode_plan_destroy.
void mla_append_plan_destroy(mla_append_plan_t *plan);

/// What a package implements; `heads` is 0 where any number is taken.
typedef struct mla_rope_info_t {
  size_t struct_size;
  mla_element_t element;
  int64_t d_rope, heads;
  /// Width of the integers of `positions`.
  int32_t position_bits;
  mla_rotation_t rotation;
} mla_rope_info_t;
#define MLA_ROPE_INFO_INIT                                                                                             \
  {                                                                                                                    \
    sizeof(mla_rope_info_t), MLA_ELEMENT_BF16, 0, 0, 0, { 0, 0.0, 0, NULL }                                            \
  }

/// Fills `*out_info`, whose `struct_size` the caller has set. MLA_STATUS_UNSUPPORTED if the package holds no rope op.
mla_status_t mla_package_rope_info(const mla_package_t *package, mla_rope_info_t *out_info);

typedef struct mla_rope_desc_t {
  size_t struct_size;
  mla_element_t element;
  int64_t d_rope, heads;
} mla_rope_desc_t;
#define MLA_ROPE_DESC_INIT {sizeof(mla_rope_desc_t), MLA_ELEMENT_BF16, 0, 0}

/// Pointers into the memory of the plan's device. All are dense and row-major.
typedef struct mla_rope_args_t {
  size_t struct_size;
  int64_t tokens;
  const void *x;         ///< element [tokens, heads, d_rope], aligned to 4 bytes
  const void *positions; ///< [tokens], aligned to their size
  void *out;             ///< as x, aligned to 16 bytes; may be x itself
} mla_rope_args_t;
#define MLA_ROPE_ARGS_INIT {sizeof(mla_rope_args_t), 0, NULL, NULL, NULL}

mla_status_t mla_rope_can_implement(const mla_package_t *package, const mla_rope_desc_t *desc);
typedef struct mla_rope_plan_t mla_rope_plan_t;
mla_status_t mla_rope_plan_create(const mla_package_t *package, const mla_rope_desc_t *desc,
                                  mla_rope_plan_t **out_plan);
mla_status_t mla_rope_run(const mla_rope_plan_t *plan, const mla_rope_args_t *args, void *stream);
void mla_rope_plan_destroy(mla_rope_plan_t *plan);

//===----------------------------------------------------------------------------------------------------------===//
// Prefill
//===----------------------------------------------------------------------------------------------------------===//

/// Which of the two prefill ops: keys and values for each head, or latent vectors that all heads share, as in decode.
typedef enum mla_prefill_form_t { MLA_PREFILL_FORM_MHA = 0, MLA_PREFILL_FORM_ABSORBED = 1 } mla_prefill_form_t;

/// What a prefill package implements.
typedef struct mla_prefill_info_t {
  size_t struct_size;
  mla_element_t element;
  int32_t causal;
  /// Widths: a key is d_nope elements of its head, then d_rope that all heads share. In the absorbed form d_nope and
  /// d_v are d_latent.
  int64_t h_q, d_nope, d_rope, d_v;
  float softmax_scale;
  mla_prefill_form_t form;
  /// Absorbed form: tokens of a page, or 0 where latent vectors lie one after the other.
  int64_t page_size;
  /// Of the paged cache; without pages that of the element type.
  mla_cache_format_t format;
} mla_prefill_info_t;
#define MLA_PREFILL_INFO_INIT                                                                                          \
  {sizeof(mla_prefill_info_t), MLA_ELEMENT_BF16, 0, 0, 0, 0, 0, 0.0f, MLA_PREFILL_FORM_MHA, 0, MLA_CACHE_FORMAT_BF16}

/// Fills `*out_info`, whose `struct_size` the caller has set. MLA_STATUS_UNSUPPORTED if the package holds no prefill
/// op.
mla_status_t mla_package_prefill_info(const mla_package_t *package, mla_prefill_info_t *out_info);

/// What all calls of a plan have in common. Extents in elements:
///   q [total_q, h_q, d_nope + d_rope]   k [total_kv, h_q, d_nope]   k_rope [total_kv, d_rope]   v [total_kv, h_q, d_v]
///   cu_seqlens_q [b + 1]   cu_seqlens_kv [b + 1]   out [total_q, h_q, d_v]   lse [h_q, total_q]
/// and in the absorbed form, with d_nope = d_v = d_latent:
///   q [total_q, h_q, d_latent + d_rope]   out [total_q, h_q, d_latent]   lse [total_q, h_q]
///   keys [total_kv, d_latent + d_rope] with cu_seqlens_kv, or with page_size
///   keys [num_pages, page_size, d_latent + d_rope]   block_table [b, block_table_stride]   seq_lens [b]
typedef struct mla_prefill_desc_t {
  size_t struct_size;
  mla_element_t element;
  /// 1: query t of a sequence sees only its first n_kv − n_q + t + 1 keys.
  int32_t causal;
  int64_t h_q, d_nope, d_rope, d_v;
  /// The most sequences, and queries of all, that a call has: they set the size of the workspace.
  int64_t max_b, max_total_q;
  /// Elements from one token to the next and from one head to the next, multiples of 8; 0: dense. So keys and values
  /// may be halves of one projection. out and lse are dense. In the absorbed form q has no gaps between tokens.
  int64_t q_token_stride, q_head_stride, k_token_stride, k_head_stride, k_rope_token_stride, v_token_stride,
      v_head_stride;
  /// Factor on q·k before the softmax; 0 takes the package's.
  float softmax_scale;
  mla_prefill_form_t form;
  /// Of the absorbed form. Without pages (page_size 0): elements from one latent vector to the next, as the strides
  /// above.
  int64_t page_size, num_pages, block_table_stride, key_stride;
  /// Of the pages. Without pages it does not count.
  mla_cache_format_t format;
} mla_prefill_desc_t;
#define MLA_PREFILL_DESC_INIT                                                                                          \
  {sizeof(mla_prefill_desc_t),                                                                                         \
   MLA_ELEMENT_BF16,                                                                                                   \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0.0f,                                                                                                               \
   MLA_PREFILL_FORM_MHA,                                                                                               \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   0,                                                                                                                  \
   MLA_CACHE_FORMAT_BF16}

/// Extents of one call, and pointers into the memory of the plan's device.
typedef struct mla_prefill_args_t {
  size_t struct_size;
  int64_t b, total_q, total_kv;
  const void *q;      ///< element, aligned to 16 bytes
  const void *k;      ///< element, aligned to 16 bytes
  const void *k_rope; ///< element, aligned to 16 bytes; not used if d_rope is 0
  const void *v;      ///< element, aligned to 16 bytes
  /// i32, aligned to 4 bytes: where each sequence begins, then the end; ascending, at most total_q and total_kv.
  const void *cu_seqlens_q, *cu_seqlens_kv;
  void *out; ///< element, aligned to 16 bytes
  void *lse; ///< f32, aligned to 4 bytes: natural logarithm
  /// Aligned to 256 bytes. What `schedule` writes, `run` reads: use the same workspace for both, and not for two calls
  /// that may run at the same time. It need not be cleared.
  void *workspace;
  size_t workspace_size;
  /// Absorbed form, instead of k, k_rope and v: element, of pages as their format says; aligned to 16 bytes.
  const void *keys;
  /// Absorbed form with pages, instead of cu_seqlens_kv and total_kv, as for decode: i32, aligned to 4 bytes.
  const void *block_table, *seq_lens;
  /// As for decode: one f32, with pages of MLA_CACHE_FORMAT_E4M3; others take none.
  const void *cache_scale;
} mla_prefill_args_t;
#define MLA_PREFILL_ARGS_INIT                                                                                          \
  {sizeof(mla_prefill_args_t), 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL}

/// MLA_STATUS_OK if `package` implements the problem. Looks at neither driver nor device.
mla_status_t mla_prefill_can_implement(const mla_package_t *package, const mla_prefill_desc_t *desc);

/// As a plan of decode, for calls of any extents up to those of the description.
typedef struct mla_prefill_plan_t mla_prefill_plan_t;

mla_status_t mla_prefill_plan_create(const mla_package_t *package, const mla_prefill_desc_t *desc,
                                     mla_prefill_plan_t **out_plan);

/// Bytes of workspace that `schedule` and `run` need.
mla_status_t mla_prefill_plan_workspace_size(const mla_prefill_plan_t *plan, size_t *out_size);

/// Enqueues the work scheduling for `args->cu_seqlens_q` and `args->cu_seqlens_kv` (or `args->seq_lens`) on `stream`.
/// Uses them, b and the workspace only, but checks all. To be called before the first `run` and after each change of
/// the lengths; all layers share it.
mla_status_t mla_prefill_schedule(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, void *stream);

/// Enqueues attention on `stream`.
mla_status_t mla_prefill_run(const mla_prefill_plan_t *plan, const mla_prefill_args_t *args, void *stream);

/// Unloads the kernels; no call on the plan may be in flight. To be called before the plan's context is destroyed. Does
/// nothing for null.
void mla_prefill_plan_destroy(mla_prefill_plan_t *plan);

//===----------------------------------------------------------------------------------------------------------===//
// Merge
//===----------------------------------------------------------------------------------------------------------===//
//
// Results of attention of the same queries over two parts of the keys become one. `run` enqueues one kernel, needs no
// workspace, neither allocates nor synchronises, and can be captured.

/// What a package implements: out of `element` [tokens, heads, d_v], and log-sum-exps [tokens, heads], as of decode and
/// of prefill in the absorbed form, or with heads_first [heads, tokens], as of prefill in the MHA form.
typedef struct mla_merge_info_t {
  size_t struct_size;
  mla_element_t element;
  int64_t heads, d_v;
  int32_t heads_first;
} mla_merge_info_t;
#define MLA_MERGE_INFO_INIT {sizeof(mla_merge_info_t), MLA_ELEMENT_BF16, 0, 0, 0}

/// Fills `*out_info`, whose `struct_size` the caller has set. MLA_STATUS_UNSUPPORTED if the package holds no merge op.
mla_status_t mla_package_merge_info(const mla_package_t *package, mla_merge_info_t *out_info);

typedef struct mla_merge_desc_t {
  size_t struct_size;
  mla_element_t element;
  int64_t heads, d_v;
  int32_t heads_first;
} mla_merge_desc_t;
#define MLA_MERGE_DESC_INIT {sizeof(mla_merge_desc_t), MLA_ELEMENT_BF16, 0, 0, 0}

/// Pointers into the memory of the plan's device. All are dense and row-major.
typedef struct mla_merge_args_t {
  size_t struct_size;
  int64_t tokens;
  const void *out_a; ///< element [tokens, heads, d_v], aligned to 16 bytes
  const void *lse_a; ///< f32, aligned to 4 bytes: natural logarithm; −infinity where the part saw nothing
  const void *out_b, *lse_b;
  /// As out_a and lse_a; may be those of one of the parts.
  void *out, *lse;
} mla_merge_args_t;
#define MLA_MERGE_ARGS_INIT {sizeof(mla_merge_args_t), 0, NULL, NULL, NULL, NULL, NULL, NULL}

/// MLA_STATUS_OK if `package` implements the problem. Looks at neither driver nor device.
mla_status_t mla_merge_can_implement(const mla_package_t *package, const mla_merge_desc_t *desc);

/// Kernels loaded into one CUDA context. Immutable: several threads may run one plan.
typedef struct mla_merge_plan_t mla_merge_plan_t;

/// Loads the kernel into the current CUDA context, for its device.
mla_status_t mla_merge_plan_create(const mla_package_t *package, const mla_merge_desc_t *desc,
                                   mla_merge_plan_t **out_plan);

/// Enqueues the kernel on `stream`; nothing without tokens.
mla_status_t mla_merge_run(const mla_merge_plan_t *plan, const mla_merge_args_t *args, void *stream);

/// As mla_decode_plan_destroy.
void mla_merge_plan_destroy(mla_merge_plan_t *plan);

//===----------------------------------------------------------------------------------------------------------===//
// Compiling on first use
//===----------------------------------------------------------------------------------------------------------===//
//
// In the place of mla_package_load: a package from a cache on disk, or else compiled by the compiler library, which
// takes about a second, and put into the cache. What is wanted is said by the struct that mla_package_decode_info and
// its like fill, or as IR.
//
// An entry that was truncated or altered, or that others than the user and root can write, is compiled again and
// replaced. A cache that cannot be read or written costs time but is no failure; `out_info`, which may be null, says
// so. Any number of threads and processes may share a folder. None of these calls looks at driver or device.
//
// What the compiler cannot do is MLA_STATUS_COMPILE_ERROR, with its own words; an enum or an extent outside its range
// is MLA_STATUS_INVALID_ARGUMENT.

/// How `mla_package_jit_…` compiles and where it keeps what it compiled. Null or zero stands for the default.
typedef struct mla_jit_options_t {
  size_t struct_size;
  /// Folder of the cache, made where it does not exist; null: $XDG_CACHE_HOME/mla, else $HOME/.cache/mla; "": no cache.
  const char *cache_folder;
  /// The compiler library; null: $MLA_COMPILER_LIBRARY, else libMLACompiler.so.1. With a slash it is a path, and a hit
  /// does without loading it; without one the loader looks for it.
  const char *compiler_library;
  /// Options of the compiler that steer the schedule, separated by spaces: "schedule=item_cost=2,min_steps=4". Those
  /// that name files (schedule-table, template-dir) are refused: a package in the cache says nothing of what was in
  /// them.
  const char *compile_options;
  /// The ptxas to run; null: $MLA_PTXAS, else the one on PATH, else the one in $CUDA_HOME or /usr/local/cuda; "none":
  /// do without, the driver assembles the PTX when it loads it.
  const char *ptxas;
} mla_jit_options_t;
#define MLA_JIT_OPTIONS_INIT {sizeof(mla_jit_options_t), NULL, NULL, NULL, NULL}

/// Where a package came from.
typedef struct mla_jit_info_t {
  size_t struct_size;
  /// 1: from the cache; 0: compiled.
  int32_t hit;
  /// MLA_STATUS_OK if the package is in the cache now; else why not.
  mla_status_t cache_status;
  /// The sentence for `cache_status`; or, with MLA_STATUS_OK, why an entry that was there could not be used; else "".
  char cache_message[512];
} mla_jit_info_t;
#define MLA_JIT_INFO_INIT {sizeof(mla_jit_info_t), 0, MLA_STATUS_OK, {0}}

/// A rotary position embedding, by the numbers of a model's files; the compiler makes a mla_rotation_t of it. Pair i of
/// d_rope elements turns by position · base^(−2i / d_rope), divided by factors[i] and changed by YaRN where they are
/// given.
typedef struct mla_rope_parameters_t {
  size_t struct_size;
  double base;
  /// 1: pair i is elements 2i and 2i + 1; 0: it is i and i + d_rope / 2.
  int32_t interleaved;
  /// 1: the context was extended by YaRN, with the numbers below; 0: they are not read. The softmax scale of a problem
  /// includes what YaRN adds to it.
  int32_t yarn;
  double yarn_factor;
  int64_t yarn_original_length;
  double yarn_beta_fast, yarn_beta_slow, yarn_mscale, yarn_mscale_all_dim;
  /// d_rope / 2 divisors of the frequencies (LongRoPE), or none.
  int64_t num_factors;
  const double *factors;
} mla_rope_parameters_t;
#define MLA_ROPE_PARAMETERS_INIT {sizeof(mla_rope_parameters_t), 10000.0, 1, 0, 1.0, 4096, 32.0, 1.0, 1.0, 0.0, 0, NULL}

/// s_q and h_q of `problem` may be 0, for a package that takes any; all else must be given, and `rotation` be empty.
/// With `rope` the kernels turn the queries (mla_decode_desc_t.rope); null: they take them as they are.
mla_status_t mla_package_jit_decode(const mla_decode_info_t *problem, const mla_rope_parameters_t *rope,
                                    const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                    mla_package_t **out_package);

/// All of `problem` must be given; page_size 0 stands for latent vectors one after the other, and for the MHA form.
mla_status_t mla_package_jit_prefill(const mla_prefill_info_t *problem, const mla_jit_options_t *options,
                                     mla_jit_info_t *out_info, mla_package_t **out_package);

/// Of `problem`, s_q is read where slot_bits is 0, and may be 0, for a package that takes any; eps is read where norm
/// is 1; `rotation` must be empty. Null `rope`: keys are not turned.
mla_status_t mla_package_jit_append(const mla_append_info_t *problem, const mla_rope_parameters_t *rope,
                                    const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                    mla_package_t **out_package);

/// `heads` of `problem` may be 0, for a package that takes any number; `rotation` must be empty, and `rope` be given.
mla_status_t mla_package_jit_rope(const mla_rope_info_t *problem, const mla_rope_parameters_t *rope,
                                  const mla_jit_options_t *options, mla_jit_info_t *out_info,
                                  mla_package_t **out_package);

/// All of `problem` must be given.
mla_status_t mla_package_jit_merge(const mla_merge_info_t *problem, const mla_jit_options_t *options,
                                   mla_jit_info_t *out_info, mla_package_t **out_package);

/// The same for `size` bytes of IR, MLIR's text of any stage; null `name` is "ir", else it stands for the text in what
/// the compiler says. That an entry holds this very op is known by its name in the cache alone.
mla_status_t mla_package_jit_ir(const char *text, size_t size, const char *name, const mla_jit_options_t *options,
                                mla_jit_info_t *out_info, mla_package_t **out_package);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // MLA_RUNTIME_H
