//===- ir.c - Problems as text for the compiler ---------------------------------------------------------------===//
//
// Floats are written as the hexadecimal digits of their bits: they read back as they are, NaN and infinities too, which
// the op's verifier then refuses by name. The ops have no location, for nobody has seen the text that one would be in;
// only what the parser itself refuses, types and attributes among it, is said with a place in that text.
//
//===----------------------------------------------------------------------------------------------------------===//
#define _POSIX_C_SOURCE 200809L // open_memstream
#include "ir.h"
#include "check.h"
#include "format.h"
#include "status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Append has the most operands: positions, a block table, a scale and a weight beside its first three. The compiler
/// refuses them together.
enum { MAX_OPERANDS = 8, MAX_TYPE = 128, MAX_FACTORS = 1 << 16 };

/// A function in the making. Between `open_function` and `end_function`, which closes the stream, nothing can fail.
typedef struct function_t {
  /// Operands of the op, which are the arguments of the function.
  size_t num_operands;
  const char *names[MAX_OPERANDS];
  char types[MAX_OPERANDS][MAX_TYPE];
  /// Of both.
  const char *results;
  char result_types[2 * MAX_TYPE];
  FILE *stream;
  char *text;
  size_t size;
} function_t;

static void add_operand(function_t *function, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_operand(function_t *function, const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(function->types[function->num_operands], MAX_TYPE, format, arguments);
  va_end(arguments);
  function->names[function->num_operands++] = name;
}

/// An extent, "?" where it is 0.
typedef struct extent_t {
  char text[24];
} extent_t;
static extent_t extent(int64_t value) {
  extent_t result = {"?"};
  if (value != 0)
    snprintf(result.text, sizeof(result.text), "%" PRId64, value);
  return result;
}

//===----------------------------------------------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------------------------------------------===//

/// `info` begins with its size.
static mla_status_t check_struct(const char *name, const void *info, size_t size) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(info, MLA_STATUS_INVALID_ARGUMENT, "%s: expected a pointer, but got null", name);
  size_t struct_size;
  memcpy(&struct_size, info, sizeof(struct_size));
  MLA_CHECK(struct_size == size, MLA_STATUS_INVALID_ARGUMENT, "%s: expected struct_size %zu, but got %zu", name, size,
            struct_size);
done:
  return status;
}

static mla_status_t check_flag(const char *name, int32_t value) { return mla_check_range(name, value, 0, 1); }
static mla_status_t check_extent(const char *name, int64_t value) { return mla_check_range(name, value, 0, INT32_MAX); }
static mla_status_t check_bits(const char *name, int32_t bits, int32_t least) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(bits == 32 || bits == 64 || bits == least, MLA_STATUS_INVALID_ARGUMENT,
            "%s: expected %s32 or 64, but got %" PRId32, name, least == 0 ? "0, " : "", bits);
done:
  return status;
}

/// bf16 or f16.
static mla_status_t check_element(mla_element_t element) {
  return mla_check_range("problem: element", (int64_t)element, MLA_ELEMENT_BF16, MLA_ELEMENT_F16);
}
static mla_status_t check_format(mla_cache_format_t format) {
  return mla_check_range("problem: format", (int64_t)format, 0, MLA_CACHE_FORMAT_COUNT - 1);
}

/// What a problem says about RoPE, and what `rope` does.
static mla_status_t check_rope(const mla_rotation_t *rotation, const mla_rope_parameters_t *rope) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(rotation->pairs == 0, MLA_STATUS_INVALID_ARGUMENT,
            "problem: rotation: expected none, as the compiler makes it from the parameters of RoPE, but got %" PRId64
            " pairs",
            rotation->pairs);
  if (rope) {
    MLA_TRY(check_struct("rope", rope, sizeof(*rope)));
    MLA_TRY(check_flag("rope: interleaved", rope->interleaved));
    MLA_TRY(check_flag("rope: yarn", rope->yarn));
    MLA_TRY(mla_check_range("rope: num_factors", rope->num_factors, 0, MAX_FACTORS));
    MLA_CHECK(rope->factors || rope->num_factors == 0, MLA_STATUS_INVALID_ARGUMENT,
              "rope: factors: expected a pointer, but got null");
  }
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------------------------------------------===//

static void write_f32(FILE *stream, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  fprintf(stream, "0x%08" PRIX32, bits);
}

static void write_f64(FILE *stream, const char *before, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof(bits));
  fprintf(stream, "%s0x%016" PRIX64 " : f64", before, bits);
}

static void write_rope(FILE *stream, const mla_rope_parameters_t *rope) {
  write_f64(stream, "#mla.rope<base = ", rope->base);
  fprintf(stream, ", pairing = %s", rope->interleaved ? "interleaved" : "half_split");
  if (rope->yarn) {
    write_f64(stream, ", yarn = <factor = ", rope->yarn_factor);
    fprintf(stream, ", original_length = %" PRId64, rope->yarn_original_length);
    write_f64(stream, ", beta_fast = ", rope->yarn_beta_fast);
    write_f64(stream, ", beta_slow = ", rope->yarn_beta_slow);
    write_f64(stream, ", mscale = ", rope->yarn_mscale);
    write_f64(stream, ", mscale_all_dim = ", rope->yarn_mscale_all_dim);
    fprintf(stream, ">");
  }
  for (int64_t i = 0; i < rope->num_factors; ++i)
    write_f64(stream, i ? ", " : ", factors = [", rope->factors[i]);
  fprintf(stream, rope->num_factors ? "]>" : ">");
}

static mla_status_t open_function(function_t *function) {
  mla_status_t status = MLA_STATUS_OK;
  function->stream = open_memstream(&function->text, &function->size);
  MLA_CHECK(function->stream, MLA_STATUS_OUT_OF_MEMORY, "no memory for the IR of a problem");
done:
  return status;
}

/// Up to the op's name.
static void begin_function(function_t *function, const char *name) {
  fprintf(function->stream, "func.func @%s(", name);
  for (size_t i = 0; i < function->num_operands; ++i)
    fprintf(function->stream, "%s%%%s: %s", i ? ", " : "", function->names[i], function->types[i]);
  fprintf(function->stream, ") -> (%s) {\n  %s = mla.%s ", function->result_types, function->results, name);
}

/// From the op's types on.
static mla_status_t end_function(function_t *function, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  fprintf(function->stream, "\n      : (");
  for (size_t i = 0; i < function->num_operands; ++i)
    fprintf(function->stream, "%s%s", i ? ", " : "", function->types[i]);
  fprintf(function->stream, ") -> (%s) loc(unknown)\n  return %s : %s\n}\n", function->result_types, function->results,
          function->result_types);
  int failed = ferror(function->stream);
  failed |= fclose(function->stream) != 0;
  MLA_CHECK(!failed, MLA_STATUS_OUT_OF_MEMORY, "no memory for the IR of a problem");
  *out_text = function->text;
  function->text = NULL;
done:
  free(function->text);
  return status;
}

static void write_cache(FILE *stream, const char *format, int64_t page_size, int64_t d_latent, int64_t d_rope) {
  fprintf(stream,
          "!cache = !mla.paged_cache<%s, page_size = %" PRId64 ", d_latent = %" PRId64 ", d_rope = %" PRId64 ">\n",
          format, page_size, d_latent, d_rope);
}

//===----------------------------------------------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------------------------------------------===//

mla_status_t mla_ir_decode(const mla_decode_info_t *problem, const mla_rope_parameters_t *rope, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  function_t function = {.results = "%out, %lse"};
  MLA_TRY(check_struct("problem", problem, sizeof(*problem)));
  MLA_TRY(check_element(problem->element));
  MLA_TRY(check_format(problem->format));
  MLA_TRY(mla_check_range("problem: precision", (int64_t)problem->precision, 0, MLA_PRECISION_COUNT - 1));
  MLA_TRY(check_flag("problem: causal", problem->causal));
  MLA_TRY(check_extent("problem: h_q", problem->h_q));
  MLA_TRY(check_extent("problem: s_q", problem->s_q));
  MLA_TRY(check_extent("problem: d_latent", problem->d_latent));
  MLA_TRY(check_extent("problem: d_rope", problem->d_rope));
  MLA_TRY(check_extent("problem: page_size", problem->page_size));
  MLA_TRY(check_rope(&problem->rotation, rope));
  MLA_TRY(open_function(&function));

  const mla_cache_format_info_t *format = mla_cache_format_info(problem->format);
  const char *element = mla_storage_name((mla_storage_t)problem->element);
  int has_scale = format->scales == MLA_SCALE_TENSOR, has_q_scale = problem->precision == MLA_PRECISION_E4M3_QUERIES;
  extent_t queries = extent(problem->s_q), heads = extent(problem->h_q);
  add_operand(&function, "q", "tensor<?x%sx%sx%" PRId64 "x%s>", queries.text, heads.text,
              problem->d_latent + problem->d_rope, has_q_scale ? "f8E4M3FN" : element);
  add_operand(&function, "cache", "!cache");
  add_operand(&function, "block_table", "tensor<?x?xi32>");
  add_operand(&function, "seq_lens", "tensor<?xi32>");
  if (has_scale)
    add_operand(&function, "cache_scale", "tensor<f32>");
  if (has_q_scale)
    add_operand(&function, "q_scale", "tensor<f32>");
  snprintf(function.result_types, sizeof(function.result_types), "tensor<?x%sx%sx%" PRId64 "x%s>, tensor<?x%sx%sxf32>",
           queries.text, heads.text, problem->d_latent, element, queries.text, heads.text);

  write_cache(function.stream, format->name, problem->page_size, problem->d_latent, problem->d_rope);
  begin_function(&function, "decode");
  fprintf(function.stream, "%%q, %%cache, %%block_table, %%seq_lens%s%s scale ", has_scale ? ", %cache_scale" : "",
          has_q_scale ? " q_scale(%q_scale)" : "");
  write_f32(function.stream, problem->softmax_scale);
  fprintf(function.stream, "%s precision <%s>", problem->causal ? " causal" : "",
          mla_precision_name(problem->precision));
  if (rope) {
    fprintf(function.stream, " rope(");
    write_rope(function.stream, rope);
    fprintf(function.stream, ")");
  }
  MLA_TRY(end_function(&function, out_text));
done:
  return status;
}

mla_status_t mla_ir_prefill(const mla_prefill_info_t *problem, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  function_t function = {.results = "%out, %lse"};
  MLA_TRY(check_struct("problem", problem, sizeof(*problem)));
  MLA_TRY(check_element(problem->element));
  MLA_TRY(mla_check_range("problem: form", (int64_t)problem->form, MLA_PREFILL_FORM_MHA, MLA_PREFILL_FORM_ABSORBED));
  MLA_TRY(check_flag("problem: causal", problem->causal));
  MLA_TRY(check_extent("problem: h_q", problem->h_q));
  MLA_TRY(check_extent("problem: d_nope", problem->d_nope));
  MLA_TRY(check_extent("problem: d_rope", problem->d_rope));
  MLA_TRY(check_extent("problem: d_v", problem->d_v));
  int is_absorbed = problem->form == MLA_PREFILL_FORM_ABSORBED, is_paged = problem->page_size != 0;
  MLA_TRY(mla_check_range("problem: page_size", problem->page_size, 0, is_absorbed ? INT32_MAX : 0));
  MLA_CHECK(!is_absorbed || problem->d_nope == problem->d_v, MLA_STATUS_INVALID_ARGUMENT,
            "problem: d_v: expected d_nope, %" PRId64 ", in the absorbed form, but got %" PRId64, problem->d_nope,
            problem->d_v);
  MLA_TRY(check_format(problem->format));
  MLA_TRY(open_function(&function));

  const mla_cache_format_info_t *format = mla_cache_format_info(problem->format);
  int has_scale = is_paged && format->scales == MLA_SCALE_TENSOR;
  const char *element = mla_storage_name((mla_storage_t)problem->element);
  int64_t d_qk = problem->d_nope + problem->d_rope;
  extent_t heads = extent(problem->h_q);
  add_operand(&function, "q", "tensor<?x%sx%" PRId64 "x%s>", heads.text, d_qk, element);
  if (!is_absorbed) {
    add_operand(&function, "k", "tensor<?x%sx%" PRId64 "x%s>", heads.text, problem->d_nope, element);
    if (problem->d_rope)
      add_operand(&function, "k_rope", "tensor<?x%" PRId64 "x%s>", problem->d_rope, element);
    add_operand(&function, "v", "tensor<?x%sx%" PRId64 "x%s>", heads.text, problem->d_v, element);
  } else if (is_paged) {
    add_operand(&function, "keys", "!cache");
  } else {
    add_operand(&function, "keys", "tensor<?x%" PRId64 "x%s>", d_qk, element);
  }
  add_operand(&function, "cu_seqlens_q", "tensor<?xi32>");
  if (is_paged) {
    add_operand(&function, "block_table", "tensor<?x?xi32>");
    add_operand(&function, "seq_lens", "tensor<?xi32>");
    if (has_scale)
      add_operand(&function, "cache_scale", "tensor<f32>");
  } else {
    add_operand(&function, "cu_seqlens_kv", "tensor<?xi32>");
  }
  snprintf(function.result_types, sizeof(function.result_types), "tensor<?x%sx%" PRId64 "x%s>, tensor<%s%s%sxf32>",
           heads.text, problem->d_v, element, is_absorbed ? "?x" : "", heads.text, is_absorbed ? "" : "x?");

  if (is_paged)
    write_cache(function.stream, format->name, problem->page_size, problem->d_nope, problem->d_rope);
  begin_function(&function, is_absorbed ? "prefill_absorbed" : "prefill");
  if (!is_absorbed)
    fprintf(function.stream, "%%q, %%k%s, %%v, %%cu_seqlens_q, %%cu_seqlens_kv",
            problem->d_rope ? " rope %k_rope" : "");
  else
    fprintf(function.stream, "%%q, %%keys cu_seqlens_q(%%cu_seqlens_q) %s%s",
            is_paged ? "block_table(%block_table) seq_lens(%seq_lens)" : "cu_seqlens_kv(%cu_seqlens_kv)",
            has_scale ? " cache_scale(%cache_scale)" : "");
  fprintf(function.stream, " scale ");
  write_f32(function.stream, problem->softmax_scale);
  fprintf(function.stream, "%s", problem->causal ? " causal" : "");
  MLA_TRY(end_function(&function, out_text));
done:
  return status;
}

mla_status_t mla_ir_append(const mla_append_info_t *problem, const mla_rope_parameters_t *rope, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  function_t function = {.results = "%after"};
  MLA_TRY(check_struct("problem", problem, sizeof(*problem)));
  MLA_TRY(check_element(problem->element));
  MLA_TRY(check_format(problem->format));
  MLA_TRY(check_extent("problem: d_latent", problem->d_latent));
  MLA_TRY(check_extent("problem: d_rope", problem->d_rope));
  MLA_TRY(check_extent("problem: page_size", problem->page_size));
  MLA_TRY(check_extent("problem: s_q", problem->s_q));
  MLA_TRY(check_bits("problem: slot_bits", problem->slot_bits, 0));
  MLA_TRY(check_bits("problem: position_bits", problem->position_bits, 0));
  MLA_TRY(check_flag("problem: norm", problem->norm));
  MLA_TRY(check_rope(&problem->rotation, rope));
  MLA_TRY(open_function(&function));

  const mla_cache_format_info_t *format = mla_cache_format_info(problem->format);
  const char *element = mla_storage_name((mla_storage_t)problem->element);
  int has_scale = format->scales == MLA_SCALE_TENSOR;
  extent_t queries = extent(problem->s_q);
  const char *separator = problem->slot_bits ? "" : "x", *lead = problem->slot_bits ? "" : queries.text;
  add_operand(&function, "latent", "tensor<?%s%sx%" PRId64 "x%s>", separator, lead, problem->d_latent, element);
  add_operand(&function, "k_rope", "tensor<?%s%sx%" PRId64 "x%s>", separator, lead, problem->d_rope, element);
  add_operand(&function, "cache", "!cache");
  if (problem->slot_bits)
    add_operand(&function, "slots", "tensor<?xi%" PRId32 ">", problem->slot_bits);
  if (problem->position_bits)
    add_operand(&function, "positions", "tensor<?xi%" PRId32 ">", problem->position_bits);
  if (!problem->slot_bits) {
    add_operand(&function, "block_table", "tensor<?x?xi32>");
    add_operand(&function, "seq_lens", "tensor<?xi32>");
  }
  if (has_scale)
    add_operand(&function, "cache_scale", "tensor<f32>");
  if (problem->norm)
    add_operand(&function, "weight", "tensor<%" PRId64 "x%s>", problem->d_latent, element);
  snprintf(function.result_types, sizeof(function.result_types), "!cache");

  write_cache(function.stream, format->name, problem->page_size, problem->d_latent, problem->d_rope);
  begin_function(&function, "append");
  fprintf(function.stream, "%%latent, %%k_rope to %%cache%s%s%s%s", problem->slot_bits ? " slots(%slots)" : "",
          problem->position_bits ? " positions(%positions)" : "",
          problem->slot_bits ? "" : " block_table(%block_table) seq_lens(%seq_lens)",
          has_scale ? " cache_scale(%cache_scale)" : "");
  if (problem->norm) {
    fprintf(function.stream, " norm(%%weight) eps ");
    write_f32(function.stream, problem->eps);
  }
  if (rope) {
    fprintf(function.stream, " rope(");
    write_rope(function.stream, rope);
    fprintf(function.stream, ")");
  }
  MLA_TRY(end_function(&function, out_text));
done:
  return status;
}

mla_status_t mla_ir_rope(const mla_rope_info_t *problem, const mla_rope_parameters_t *rope, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  function_t function = {.results = "%out"};
  MLA_TRY(check_struct("problem", problem, sizeof(*problem)));
  MLA_TRY(check_struct("rope", rope, sizeof(*rope)));
  MLA_TRY(check_element(problem->element));
  MLA_TRY(check_extent("problem: d_rope", problem->d_rope));
  MLA_TRY(check_extent("problem: heads", problem->heads));
  MLA_TRY(check_bits("problem: position_bits", problem->position_bits, 32));
  MLA_TRY(check_rope(&problem->rotation, rope));
  MLA_TRY(open_function(&function));

  extent_t heads = extent(problem->heads);
  add_operand(&function, "x", "tensor<?x%sx%" PRId64 "x%s>", heads.text, problem->d_rope,
              mla_storage_name((mla_storage_t)problem->element));
  add_operand(&function, "positions", "tensor<?xi%" PRId32 ">", problem->position_bits);
  snprintf(function.result_types, sizeof(function.result_types), "%s", function.types[0]);

  begin_function(&function, "rope");
  fprintf(function.stream, "%%x, %%positions by(");
  write_rope(function.stream, rope);
  fprintf(function.stream, ")");
  MLA_TRY(end_function(&function, out_text));
done:
  return status;
}

mla_status_t mla_ir_merge(const mla_merge_info_t *problem, char **out_text) {
  mla_status_t status = MLA_STATUS_OK;
  function_t function = {.results = "%out, %lse"};
  MLA_TRY(check_struct("problem", problem, sizeof(*problem)));
  MLA_CHECK(problem->element == MLA_ELEMENT_F32 || problem->element == MLA_ELEMENT_BF16 ||
                problem->element == MLA_ELEMENT_F16,
            MLA_STATUS_INVALID_ARGUMENT, "problem: element: expected 0, 1 or 3, but got %d", (int)problem->element);
  MLA_TRY(check_extent("problem: heads", problem->heads));
  MLA_TRY(check_extent("problem: d_v", problem->d_v));
  MLA_TRY(check_flag("problem: heads_first", problem->heads_first));
  MLA_TRY(open_function(&function));

  char out[MAX_TYPE], lse[MAX_TYPE];
  extent_t heads = extent(problem->heads);
  snprintf(out, sizeof(out), "tensor<?x%sx%" PRId64 "x%s>", heads.text, problem->d_v,
           problem->element == MLA_ELEMENT_F32 ? "f32" : mla_storage_name((mla_storage_t)problem->element));
  snprintf(lse, sizeof(lse), "tensor<%s%s%sxf32>", problem->heads_first ? "" : "?x", heads.text,
           problem->heads_first ? "x?" : "");
  add_operand(&function, "out_a", "%s", out);
  add_operand(&function, "lse_a", "%s", lse);
  add_operand(&function, "out_b", "%s", out);
  add_operand(&function, "lse_b", "%s", lse);
  snprintf(function.result_types, sizeof(function.result_types), "%s, %s", out, lse);

  begin_function(&function, "merge");
  fprintf(function.stream, "%%out_a, %%lse_a, %%out_b, %%lse_b%s", problem->heads_first ? " heads_first" : "");
  MLA_TRY(end_function(&function, out_text));
done:
  return status;
}
