//===- package.c - Reading kernel packages ----------------------------------------------------------------------===//
//
// The reader trusts nothing: sizes and offsets are compared before they are used, the checksum is verified before the
// metadata is parsed, and every key of the metadata is checked for kind and range. JSON is parsed by jansson (bounded
// depth, exact 64-bit integers), the checksum is zlib's CRC-32.
//
//===----------------------------------------------------------------------------------------------------------===//
#define _POSIX_C_SOURCE 200809L // stat
#include "package.h"
#include "status.h"

#include <elf.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

//===----------------------------------------------------------------------------------------------------------===//
// Header
//===----------------------------------------------------------------------------------------------------------===//

enum {
  HEADER_SIZE = 40,
  VERSION_OFFSET = 8,
  CHECKSUM_OFFSET = 12,
  /// The checksum covers everything from here on.
  TOTAL_SIZE_OFFSET = 16,
  METADATA_OFFSET_OFFSET = 24,
  METADATA_SIZE_OFFSET = 32,
  FORMAT_VERSION = 4
};
/// The last bytes show a transfer in text mode, as in PNG.
static const unsigned char magic[8] = {'M', 'L', 'A', 'P', 'K', 'G', '\r', '\n'};
/// Far above any package; keeps a wrong file from being read into memory.
static const uint64_t max_package_size = UINT64_C(1) << 30;

static uint64_t read_little_endian(const unsigned char *bytes, int count) {
  uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
    value = value << 8 | bytes[i];
  return value;
}

/// Whether [offset, offset + size) lies behind the header of a package of `total` bytes.
static int in_package(uint64_t offset, uint64_t size, uint64_t total) {
  return offset >= HEADER_SIZE && offset <= total && size <= total - offset;
}

static mla_status_t check_header(const unsigned char *bytes, size_t size) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(size >= HEADER_SIZE, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected a header of %d bytes, but got a file of %zu", HEADER_SIZE, size);
  MLA_CHECK(memcmp(bytes, magic, sizeof(magic)) == 0, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected a file that begins with MLAPKG, but got something else");
  uint64_t version = read_little_endian(bytes + VERSION_OFFSET, 4);
  MLA_CHECK(version == FORMAT_VERSION, MLA_STATUS_UNSUPPORTED,
            "package: expected format version %d, but got %" PRIu64
            "; use a compiler and a runtime of the same release",
            FORMAT_VERSION, version);
  uint64_t total = read_little_endian(bytes + TOTAL_SIZE_OFFSET, 8);
  MLA_CHECK(total == size, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected %" PRIu64 " bytes, but got %zu; the file was truncated or altered", total, size);
  uint32_t checksum = (uint32_t)read_little_endian(bytes + CHECKSUM_OFFSET, 4);
  uint32_t actual = (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes + TOTAL_SIZE_OFFSET, size - TOTAL_SIZE_OFFSET);
  MLA_CHECK(checksum == actual, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected checksum %08" PRIx32 ", but got %08" PRIx32 "; the file was altered", checksum, actual);
  uint64_t metadata_offset = read_little_endian(bytes + METADATA_OFFSET_OFFSET, 8);
  uint64_t metadata_size = read_little_endian(bytes + METADATA_SIZE_OFFSET, 8);
  MLA_CHECK(in_package(metadata_offset, metadata_size, total), MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected metadata inside the file, but got %" PRIu64 " bytes at %" PRIu64 " of %" PRIu64,
            metadata_size, metadata_offset, total);
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Typed access to the metadata. `where` is the path of the object, for messages: "kernels[0]."
//===----------------------------------------------------------------------------------------------------------===//

static const char *kind_name(const json_t *value) {
  const char *name = "nothing";
  if (value)
    switch (json_typeof(value)) {
    case JSON_OBJECT:
      name = "an object";
      break;
    case JSON_ARRAY:
      name = "an array";
      break;
    case JSON_STRING:
      name = "a string";
      break;
    case JSON_INTEGER:
    case JSON_REAL:
      name = "a number";
      break;
    case JSON_TRUE:
    case JSON_FALSE:
      name = "a boolean";
      break;
    case JSON_NULL:
      name = "null";
      break;
    }
  return name;
}

static mla_status_t get_integer(const json_t *object, const char *where, const char *key, int64_t min, int64_t max,
                                int64_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *value = json_object_get(object, key);
  MLA_CHECK(json_is_integer(value), MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected an integer, but got %s", where,
            key, kind_name(value));
  *out = json_integer_value(value);
  MLA_CHECK(*out >= min && *out <= max, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s%s: expected %" PRId64 " to %" PRId64 ", but got %" PRId64, where, key, min, max, *out);
done:
  return status;
}

static mla_status_t get_boolean(const json_t *object, const char *where, const char *key, int *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *value = json_object_get(object, key);
  MLA_CHECK(json_is_boolean(value), MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected a boolean, but got %s", where,
            key, kind_name(value));
  *out = json_boolean_value(value);
done:
  return status;
}

static mla_status_t get_string(const json_t *object, const char *where, const char *key, const char **out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *value = json_object_get(object, key);
  MLA_CHECK(json_is_string(value) && json_string_length(value) > 0, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s%s: expected a name, but got %s", where, key,
            json_is_string(value) ? "an empty string" : kind_name(value));
  *out = json_string_value(value);
done:
  return status;
}

/// The index of `text` among `names`.
static mla_status_t find_name(const char *text, const char *where, const char *key, const char *const *names, int count,
                              int *out) {
  mla_status_t status = MLA_STATUS_OK;
  int index = 0;
  while (index < count && strcmp(text, names[index]) != 0)
    ++index;
  MLA_CHECK(index < count, MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected a known name, but got '%.64s'", where,
            key, text);
  *out = index;
done:
  return status;
}

static mla_status_t get_enum(const json_t *object, const char *where, const char *key, const char *const *names,
                             int count, int *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *text = NULL;
  MLA_TRY(get_string(object, where, key, &text));
  MLA_TRY(find_name(text, where, key, names, count, out));
done:
  return status;
}

/// An array of `min` to `max` elements.
static mla_status_t get_array(const json_t *object, const char *where, const char *key, size_t min, size_t max,
                              const json_t **out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *value = json_object_get(object, key);
  MLA_CHECK(json_is_array(value), MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected an array, but got %s", where,
            key, kind_name(value));
  size_t size = json_array_size(value);
  MLA_CHECK(size >= min && size <= max, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s%s: expected %zu to %zu elements, but got %zu", where, key, min, max, size);
  *out = value;
done:
  return status;
}

static mla_status_t check_object(const json_t *value, const char *where) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(json_is_object(value), MLA_STATUS_CORRUPT_PACKAGE, "package: %s: expected an object, but got %s", where,
            kind_name(value));
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Metadata
//===----------------------------------------------------------------------------------------------------------===//

static const char *const binding_names[MLA_BINDING_COUNT] = {
#define MLA_BINDING_TEXT(name, text) text,
    MLA_BINDINGS(MLA_BINDING_TEXT)
#undef MLA_BINDING_TEXT
};
static const char *const grid_names[MLA_GRID_COUNT] = {"one", "row_tiles", "parts", "multiprocessors",
                                                       "twice_per_multiprocessor"};
static const char *const step_names[MLA_STEP_COUNT] = {"schedule", "attend", "other", "append", "rope", "merge"};
static const char *const op_names[MLA_OP_COUNT] = {"no op", "decode", "append", "rope", "prefill", "merge"};
static const char *const image_kind_names[MLA_IMAGE_KIND_COUNT] = {"cubin", "ptx"};
static const char *const element_names[] = {"bf16", "f16"};
static const char *const swizzle_names[MLA_SWIZZLE_COUNT] = {"none", "sw128", "sw64"};
/// Bytes that a row of a box has at most.
static const int64_t swizzle_bytes[MLA_SWIZZLE_COUNT] = {INT64_MAX, 128, 64};
/// Far above what there is, low enough for the sizes of pages and workspaces to be numbers.
enum {
  COPY_BYTES = 16,
  MAX_EXTENT = INT32_MAX,
  MAX_WIDTH = 4096,
  MAX_PAGE_SIZE = 65536,
  MAX_CLUSTER = 8,
  MAX_HEADS = 4096,
  MAX_MERGE_EXTENT = 65536,
  MAX_SPLIT_STEPS = 1024
};

const char *mla_binding_name(mla_binding_t binding) { return binding_names[binding]; }

const char *mla_op_name(mla_op_t op) { return op_names[op]; }

/// "sm_90a": digits, the last of which is the minor version; `a` ties the code to exactly this architecture.
static mla_status_t parse_target(const char *text, mla_target_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  int number = 0, digits = 0;
  if (strncmp(text, "sm_", 3) == 0)
    while (digits < 4 && text[3 + digits] >= '0' && text[3 + digits] <= '9')
      number = number * 10 + (text[3 + digits++] - '0');
  const char *suffix = digits ? text + 3 + digits : "?";
  MLA_CHECK(digits >= 2 && digits <= 3 && (*suffix == '\0' || strcmp(suffix, "a") == 0), MLA_STATUS_CORRUPT_PACKAGE,
            "package: target: expected a name such as sm_90a, but got '%.64s'", text);
  out->major = number / 10;
  out->minor = number % 10;
  out->exact = *suffix == 'a';
done:
  return status;
}

/// "format" of an op whose queries are of `element`.
static mla_status_t get_format(const json_t *object, const char *where, mla_element_t element,
                               mla_cache_format_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *names[MLA_CACHE_FORMAT_COUNT];
  int format = 0;
  for (int i = 0; i < MLA_CACHE_FORMAT_COUNT; ++i)
    names[i] = mla_cache_format_info((mla_cache_format_t)i)->name;
  MLA_TRY(get_enum(object, where, "format", names, MLA_CACHE_FORMAT_COUNT, &format));
  const mla_cache_format_info_t *info = mla_cache_format_info((mla_cache_format_t)format);
  MLA_CHECK(info->rope == MLA_STORAGE_E4M3 || (int)info->rope == (int)element, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %sformat: got '%s' with elements of %s", where, info->name, element_names[element]);
  *out = (mla_cache_format_t)format;
done:
  return status;
}

/// TMA, and whole warps, want as much of the address and the strides of the parts of a cache of e4m3.
static mla_status_t check_parts(const char *where, mla_cache_format_t format, int64_t page_size, int64_t d_latent,
                                int64_t d_rope) {
  mla_status_t status = MLA_STATUS_OK;
  mla_cache_layout_t layout = mla_cache_layout(format, page_size, d_latent, d_rope);
  MLA_CHECK(mla_cache_format_info(format)->latent != MLA_STORAGE_E4M3 ||
                (layout.rope_offset % COPY_BYTES == 0 && layout.token_stride % COPY_BYTES == 0 &&
                 layout.page_stride % COPY_BYTES == 0),
            MLA_STATUS_CORRUPT_PACKAGE,
            "package: %sformat: expected parts of multiples of %d bytes, but got RoPE columns at %" PRId64
            ", tokens of %" PRId64 " and pages of %" PRId64 " bytes",
            where, COPY_BYTES, layout.rope_offset, layout.token_stride, layout.page_stride);
done:
  return status;
}

/// The cache's format and the precision, which hang together with each other, the element type and the extents.
static mla_status_t parse_format(const json_t *object, mla_decode_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "decode.";
  const char *precision_names[MLA_PRECISION_COUNT];
  int precision = 0;
  for (int i = 0; i < MLA_PRECISION_COUNT; ++i)
    precision_names[i] = mla_precision_name((mla_precision_t)i);
  MLA_TRY(get_format(object, where, out->element, &out->format));
  MLA_TRY(get_enum(object, where, "precision", precision_names, MLA_PRECISION_COUNT, &precision));
  out->precision = (mla_precision_t)precision;
  const mla_cache_format_info_t *info = mla_cache_format_info(out->format);
  MLA_CHECK(out->precision == MLA_PRECISION_BF16 || info->latent == MLA_STORAGE_E4M3, MLA_STATUS_CORRUPT_PACKAGE,
            "package: decode.precision: got '%s' with a cache of format %s", precision_names[precision], info->name);
  MLA_TRY(check_parts(where, out->format, out->page_size, out->d_latent, out->d_rope));
done:
  return status;
}

static mla_status_t get_scale(const json_t *object, const char *where, float *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *scale = json_object_get(object, "softmax_scale");
  MLA_CHECK(json_is_number(scale) && fabs(json_number_value(scale)) <= FLT_MAX, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s.softmax_scale: expected a number, but got %s", where,
            json_is_number(scale) ? "one that is no f32" : kind_name(scale));
  MLA_CHECK((float)json_number_value(scale) > 0, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s.softmax_scale: expected a positive f32, but got %g", where, json_number_value(scale));
  *out = (float)json_number_value(scale);
done:
  return status;
}

static mla_status_t parse_prefill(const json_t *object, mla_prefill_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "prefill.";
  static const char *const form_names[] = {"mha", "absorbed"};
  int element = 0, causal = 0, form = 0;
  MLA_TRY(check_object(object, "prefill"));
  MLA_TRY(get_enum(object, where, "form", form_names, 2, &form));
  MLA_TRY(get_enum(object, where, "element", element_names, 2, &element));
  MLA_TRY(get_boolean(object, where, "causal", &causal));
  MLA_TRY(get_integer(object, where, "h_q", 1, MAX_HEADS, &out->h_q));
  MLA_TRY(get_integer(object, where, "d_nope", 1, MAX_WIDTH, &out->d_nope));
  MLA_TRY(get_integer(object, where, "d_rope", 0, MAX_WIDTH, &out->d_rope));
  MLA_TRY(get_integer(object, where, "d_v", 1, MAX_WIDTH, &out->d_v));
  MLA_TRY(get_scale(object, "prefill", &out->softmax_scale));
  out->element = (mla_element_t)element;
  out->causal = causal;
  out->form = (mla_prefill_form_t)form;
  out->struct_size = sizeof(*out);
  if (out->form == MLA_PREFILL_FORM_ABSORBED) {
    MLA_TRY(get_integer(object, where, "page_size", 0, MAX_PAGE_SIZE, &out->page_size));
    MLA_CHECK(out->d_nope == out->d_v, MLA_STATUS_CORRUPT_PACKAGE,
              "package: prefill.d_v: expected d_nope, %" PRId64 ", in the absorbed form, but got %" PRId64, out->d_nope,
              out->d_v);
  }
  out->format = out->element == MLA_ELEMENT_BF16 ? MLA_CACHE_FORMAT_BF16 : MLA_CACHE_FORMAT_F16;
  if (json_object_get(object, "format")) {
    MLA_CHECK(out->page_size > 0, MLA_STATUS_CORRUPT_PACKAGE,
              "package: prefill.format: expected none without a paged cache, but got one");
    MLA_TRY(get_format(object, where, out->element, &out->format));
    MLA_TRY(check_parts(where, out->format, out->page_size, out->d_nope, out->d_rope));
  }
done:
  return status;
}

static mla_status_t parse_merge(const json_t *object, mla_merge_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "merge.";
  static const char *const names[] = {"bf16", "f16", "f32"};
  static const mla_element_t elements[] = {MLA_ELEMENT_BF16, MLA_ELEMENT_F16, MLA_ELEMENT_F32};
  int element = 0, heads_first = 0;
  MLA_TRY(check_object(object, "merge"));
  MLA_TRY(get_enum(object, where, "element", names, 3, &element));
  MLA_TRY(get_integer(object, where, "heads", 1, MAX_MERGE_EXTENT, &out->heads));
  MLA_TRY(get_integer(object, where, "d_v", 1, MAX_MERGE_EXTENT, &out->d_v));
  MLA_TRY(get_boolean(object, where, "heads_first", &heads_first));
  out->element = elements[element];
  out->heads_first = heads_first;
  out->struct_size = sizeof(*out);
done:
  return status;
}

/// A number, whether it was written with a point or not.
static mla_status_t get_real(const json_t *object, const char *where, const char *key, double min, double max,
                             double *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *value = json_object_get(object, key);
  MLA_CHECK(json_is_number(value), MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected a number, but got %s", where,
            key, kind_name(value));
  *out = json_number_value(value);
  MLA_CHECK(*out >= min && *out <= max, MLA_STATUS_CORRUPT_PACKAGE, "package: %s%s: expected %g to %g, but got %g",
            where, key, min, max, *out);
done:
  return status;
}

/// "rope" of an op; its turns go into the package.
static mla_status_t parse_rotation(mla_package_t *package, const json_t *object, const char *where, int64_t d_rope,
                                   mla_rotation_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *array = NULL;
  MLA_TRY(check_object(object, where));
  char prefix[32];
  snprintf(prefix, sizeof(prefix), "%s.", where);
  int interleaved = 0;
  MLA_CHECK(d_rope % 2 == 0, MLA_STATUS_CORRUPT_PACKAGE, "package: %s: expected an even d_rope, but got %" PRId64,
            where, d_rope);
  MLA_TRY(get_boolean(object, prefix, "interleaved", &interleaved));
  MLA_TRY(get_real(object, prefix, "magnitude", DBL_MIN, FLT_MAX, &out->magnitude));
  MLA_TRY(get_array(object, prefix, "turns", (size_t)(d_rope / 2), (size_t)(d_rope / 2), &array));
  for (size_t i = 0; i < json_array_size(array); ++i) {
    const json_t *turns = json_array_get(array, i);
    MLA_CHECK(json_is_integer(turns), MLA_STATUS_CORRUPT_PACKAGE, "package: %sturns[%zu]: expected an integer", prefix,
              i);
    package->turns[i] = (uint64_t)json_integer_value(turns);
  }
  out->interleaved = interleaved;
  out->pairs = d_rope / 2;
  out->turns = package->turns;
done:
  return status;
}

static mla_status_t parse_decode(mla_package_t *package, const json_t *object, mla_decode_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "decode.";
  int element = 0, causal = 0;
  MLA_TRY(check_object(object, "decode"));
  MLA_TRY(get_enum(object, where, "element", element_names, 2, &element));
  MLA_TRY(get_boolean(object, where, "causal", &causal));
  MLA_TRY(get_integer(object, where, "h_q", 0, MAX_EXTENT, &out->h_q));
  MLA_TRY(get_integer(object, where, "s_q", 0, MAX_EXTENT, &out->s_q));
  MLA_TRY(get_integer(object, where, "d_latent", 1, MAX_WIDTH, &out->d_latent));
  MLA_TRY(get_integer(object, where, "d_rope", 0, MAX_WIDTH, &out->d_rope));
  MLA_TRY(get_integer(object, where, "page_size", 1, MAX_PAGE_SIZE, &out->page_size));
  MLA_TRY(get_scale(object, "decode", &out->softmax_scale));
  const json_t *rope = json_object_get(object, "rope");
  if (rope)
    MLA_TRY(parse_rotation(package, rope, "decode.rope", out->d_rope, &out->rotation));
  if (json_object_get(object, "split_steps"))
    MLA_TRY(get_integer(object, where, "split_steps", 0, MAX_SPLIT_STEPS, &package->split_steps));
  out->element = (mla_element_t)element;
  out->causal = causal;
  out->struct_size = sizeof(*out);
  MLA_TRY(parse_format(object, out));
done:
  return status;
}

static mla_status_t get_index_bits(const json_t *object, const char *where, const char *key, int32_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  int64_t bits = 0;
  MLA_TRY(get_integer(object, where, key, 0, 64, &bits));
  MLA_CHECK(bits == 0 || bits == 32 || bits == 64, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %s%s: expected 0, 32 or 64, but got %" PRId64, where, key, bits);
  *out = (int32_t)bits;
done:
  return status;
}

static mla_status_t parse_append(mla_package_t *package, const json_t *object, mla_append_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "append.";
  int element = 0, norm = 0;
  double eps = 0;
  MLA_TRY(check_object(object, "append"));
  MLA_TRY(get_enum(object, where, "element", element_names, 2, &element));
  MLA_TRY(get_format(object, where, (mla_element_t)element, &out->format));
  MLA_TRY(get_integer(object, where, "d_latent", 1, MAX_WIDTH, &out->d_latent));
  MLA_TRY(get_integer(object, where, "d_rope", 2, MAX_WIDTH, &out->d_rope));
  MLA_TRY(get_integer(object, where, "page_size", 1, MAX_EXTENT, &out->page_size));
  MLA_TRY(get_integer(object, where, "s_q", 0, MAX_EXTENT, &out->s_q));
  MLA_TRY(get_index_bits(object, where, "slot_bits", &out->slot_bits));
  MLA_TRY(get_index_bits(object, where, "position_bits", &out->position_bits));
  MLA_TRY(get_boolean(object, where, "norm", &norm));
  MLA_TRY(get_real(object, where, "eps", 0, FLT_MAX, &eps));
  const json_t *rope = json_object_get(object, "rope");
  if (rope)
    MLA_TRY(parse_rotation(package, rope, "append.rope", out->d_rope, &out->rotation));
  out->element = (mla_element_t)element;
  out->norm = norm;
  out->eps = (float)eps;
  out->struct_size = sizeof(*out);
done:
  return status;
}

static mla_status_t parse_rope(mla_package_t *package, const json_t *object, mla_rope_info_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const char *where = "rope.";
  int element = 0;
  MLA_TRY(check_object(object, "rope"));
  MLA_TRY(get_enum(object, where, "element", element_names, 2, &element));
  MLA_TRY(get_integer(object, where, "d_rope", 2, MAX_WIDTH, &out->d_rope));
  MLA_TRY(get_integer(object, where, "heads", 0, MAX_EXTENT, &out->heads));
  MLA_TRY(get_index_bits(object, where, "position_bits", &out->position_bits));
  MLA_CHECK(out->position_bits != 0, MLA_STATUS_CORRUPT_PACKAGE,
            "package: rope.position_bits: expected 32 or 64, but got 0");
  MLA_TRY(parse_rotation(package, json_object_get(object, "rope"), "rope.rope", out->d_rope, &out->rotation));
  out->element = (mla_element_t)element;
  out->struct_size = sizeof(*out);
done:
  return status;
}

/// Whether a call of prefill has a value for the binding: what both forms have, and what one of them has.
static int prefill_has(const mla_prefill_info_t *info, mla_binding_t binding) {
  int has = binding == MLA_BINDING_Q_MAP || binding == MLA_BINDING_OUT || binding == MLA_BINDING_LSE ||
            binding == MLA_BINDING_COUNTERS || binding == MLA_BINDING_BATCH || binding == MLA_BINDING_SCALE_LOG2 ||
            binding == MLA_BINDING_CU_SEQLENS_Q || binding == MLA_BINDING_WORK;
  if (info->page_size == 0)
    has = has || binding == MLA_BINDING_CU_SEQLENS_KV;
  else
    has = has || binding == MLA_BINDING_BLOCK_TABLE || binding == MLA_BINDING_SEQ_LENS ||
          binding == MLA_BINDING_BLOCK_TABLE_STRIDE || binding == MLA_BINDING_NUM_PAGES ||
          (binding >= MLA_BINDING_CACHE_LATENT_MAP && binding <= MLA_BINDING_CACHE_SCALE_TOKEN_STRIDE);
  if (info->form == MLA_PREFILL_FORM_ABSORBED)
    has = has || binding == MLA_BINDING_CACHE_MAP || binding == MLA_BINDING_OUT_MAP ||
          (binding == MLA_BINDING_TOTAL_KV && info->page_size == 0);
  else
    has = has || binding == MLA_BINDING_K_MAP || binding == MLA_BINDING_K_ROPE_MAP || binding == MLA_BINDING_V_MAP ||
          binding == MLA_BINDING_TOTAL_Q;
  return has;
}

/// Dimensions of a map's tensor. Most have three, e.g. q [b, rows, d_qk] or [h_q, total_q, d_qk]; k_rope [total_kv,
/// d_rope] has two, and so have q and out of absorbed prefill, [total_q * h_q, width].
static size_t map_rank(const mla_package_t *package, mla_binding_t binding) {
  int is_absorbed = package->op == MLA_OP_PREFILL && package->prefill.form == MLA_PREFILL_FORM_ABSORBED;
  int is_flat = binding == MLA_BINDING_K_ROPE_MAP ||
                (is_absorbed && (binding == MLA_BINDING_Q_MAP || binding == MLA_BINDING_OUT_MAP));
  return is_flat ? 2 : 3;
}

/// Whether a call of the package's op has a value for the binding.
static int op_has(const mla_package_t *package, mla_binding_t binding) {
  int has = 0;
  switch (package->op) {
  case MLA_OP_NONE:
  case MLA_OP_COUNT:
    has = binding == MLA_BINDING_SCRATCH || binding == MLA_BINDING_SCRATCH_ELEMENTS;
    break;
  case MLA_OP_DECODE:
    has = binding <= MLA_BINDING_SCALE_LOG2 ||
          (binding >= MLA_BINDING_OUT_MAP && binding <= MLA_BINDING_CACHE_SCALE_TOKEN_STRIDE);
    if (binding == MLA_BINDING_Q_ROPE_MAP || binding == MLA_BINDING_Q_SCALE)
      has = package->decode.precision == MLA_PRECISION_E4M3_QUERIES;
    if (binding == MLA_BINDING_MOST_PIECES)
      has = package->split_steps > 0;
    if (binding == MLA_BINDING_MARKS)
      has = 1;
    break;
  case MLA_OP_APPEND:
    if (binding == MLA_BINDING_SLOTS)
      has = package->append.slot_bits != 0;
    else if (binding == MLA_BINDING_POSITIONS)
      has = package->append.position_bits != 0;
    else if (binding == MLA_BINDING_BLOCK_TABLE || binding == MLA_BINDING_SEQ_LENS ||
             binding == MLA_BINDING_BLOCK_TABLE_STRIDE || binding == MLA_BINDING_QUERIES)
      has = package->append.slot_bits == 0;
    else if (binding == MLA_BINDING_NORM_WEIGHT)
      has = package->append.norm;
    else
      has = binding == MLA_BINDING_LATENT || binding == MLA_BINDING_K_ROPE || binding == MLA_BINDING_LATENT_STRIDE ||
            binding == MLA_BINDING_K_ROPE_STRIDE || binding == MLA_BINDING_CACHE || binding == MLA_BINDING_TOKENS ||
            binding == MLA_BINDING_CACHE_SCALE;
    break;
  case MLA_OP_ROPE:
    has = binding == MLA_BINDING_ROPE_X || binding == MLA_BINDING_POSITIONS || binding == MLA_BINDING_OUT ||
          binding == MLA_BINDING_TOKENS || binding == MLA_BINDING_HEADS;
    break;
  case MLA_OP_PREFILL:
    has = prefill_has(&package->prefill, binding);
    break;
  case MLA_OP_MERGE:
    has = binding == MLA_BINDING_OUT || binding == MLA_BINDING_LSE || binding == MLA_BINDING_TOKENS ||
          (binding >= MLA_BINDING_OUT_A && binding <= MLA_BINDING_LSE_B);
    break;
  }
  return has;
}

static int is_map(mla_binding_t binding) {
  return binding == MLA_BINDING_Q_MAP || binding == MLA_BINDING_Q_ROPE_MAP || binding == MLA_BINDING_CACHE_MAP ||
         binding == MLA_BINDING_OUT_MAP || binding == MLA_BINDING_PARTIAL_MAP ||
         binding == MLA_BINDING_CACHE_LATENT_MAP || binding == MLA_BINDING_CACHE_ROPE_MAP ||
         binding == MLA_BINDING_K_MAP || binding == MLA_BINDING_K_ROPE_MAP || binding == MLA_BINDING_V_MAP;
}

/// Whether the cache's format has what the binding stands for.
static int format_has(const mla_cache_format_info_t *info, mla_binding_t binding) {
  int has = 1;
  if (binding == MLA_BINDING_CACHE_MAP)
    has = info->latent == info->rope && info->scales == MLA_SCALE_NONE;
  else if (binding == MLA_BINDING_CACHE_SCALE)
    has = info->scales == MLA_SCALE_TENSOR;
  else if (binding == MLA_BINDING_CACHE_SCALES || binding == MLA_BINDING_CACHE_SCALE_PAGE_STRIDE ||
           binding == MLA_BINDING_CACHE_SCALE_TOKEN_STRIDE)
    has = info->scales == MLA_SCALE_TOKEN || info->scales == MLA_SCALE_GROUP;
  return has;
}

/// What lies in the tensor of a map.
static mla_storage_t map_element(const mla_package_t *package, mla_binding_t binding) {
  int is_prefill = package->op == MLA_OP_PREFILL;
  const mla_decode_info_t *decode = &package->decode;
  const mla_cache_format_info_t *info = mla_cache_format_info(is_prefill ? package->prefill.format : decode->format);
  mla_storage_t element = (mla_storage_t)(is_prefill ? package->prefill.element : decode->element);
  // Partial results are f16 whatever the op's element type.
  if (binding == MLA_BINDING_PARTIAL_MAP)
    element = MLA_STORAGE_F16;
  else if ((binding == MLA_BINDING_Q_MAP || binding == MLA_BINDING_Q_ROPE_MAP) && !is_prefill &&
           decode->precision == MLA_PRECISION_E4M3_QUERIES)
    element = MLA_STORAGE_E4M3;
  else if (binding == MLA_BINDING_CACHE_MAP || binding == MLA_BINDING_CACHE_LATENT_MAP)
    element = info->latent;
  else if (binding == MLA_BINDING_CACHE_ROPE_MAP)
    element = info->rope;
  return element;
}

static mla_status_t parse_argument(const mla_package_t *package, const json_t *object, const char *where,
                                   mla_kernel_argument_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  int binding = 0, element = 0, swizzle = 0;
  MLA_TRY(check_object(object, where));
  char prefix[96];
  snprintf(prefix, sizeof(prefix), "%s.", where);
  MLA_TRY(get_enum(object, prefix, "binding", binding_names, MLA_BINDING_COUNT, &binding));
  out->binding = (mla_binding_t)binding;
  MLA_CHECK(op_has(package, out->binding), MLA_STATUS_CORRUPT_PACKAGE,
            "package: %sbinding: got '%s' in a package that implements %s", prefix, binding_names[binding],
            op_names[package->op]);
  const mla_cache_format_info_t *format = NULL;
  if (package->op == MLA_OP_DECODE)
    format = mla_cache_format_info(package->decode.format);
  else if (package->op == MLA_OP_APPEND)
    format = mla_cache_format_info(package->append.format);
  else if (package->op == MLA_OP_PREFILL)
    format = mla_cache_format_info(package->prefill.format);
  MLA_CHECK(!format || format_has(format, out->binding), MLA_STATUS_CORRUPT_PACKAGE,
            "package: %sbinding: got '%s' with a cache of format %s", prefix, binding_names[binding], format->name);
  if (is_map(out->binding)) {
    const json_t *box = NULL;
    const char *storage_names[MLA_STORAGE_COUNT];
    for (int i = 0; i < MLA_STORAGE_COUNT; ++i)
      storage_names[i] = mla_storage_name((mla_storage_t)i);
    MLA_TRY(get_enum(object, prefix, "element", storage_names, MLA_STORAGE_COUNT, &element));
    out->element = (mla_storage_t)element;
    mla_storage_t expected = map_element(package, out->binding);
    MLA_CHECK(out->element == expected, MLA_STATUS_CORRUPT_PACKAGE, "package: %selement: expected %s, but got %s",
              prefix, storage_names[expected], storage_names[element]);
    MLA_TRY(get_enum(object, prefix, "swizzle", swizzle_names, MLA_SWIZZLE_COUNT, &swizzle));
    out->swizzle = (mla_swizzle_t)swizzle;
    int64_t box_bytes = 0;
    size_t rank = map_rank(package, out->binding);
    MLA_TRY(get_array(object, prefix, "box", rank, rank, &box));
    out->box_rank = (uint32_t)json_array_size(box);
    for (uint32_t i = 0; i < out->box_rank; ++i) {
      const json_t *extent = json_array_get(box, i);
      MLA_CHECK(json_is_integer(extent) && json_integer_value(extent) >= 1 && json_integer_value(extent) <= 256,
                MLA_STATUS_CORRUPT_PACKAGE, "package: %sbox[%u]: expected an integer from 1 to 256", prefix, i);
      out->box[i] = (uint32_t)json_integer_value(extent);
      box_bytes = (int64_t)out->box[i] * mla_storage_bytes(out->element);
    }
    MLA_CHECK(box_bytes % COPY_BYTES == 0, MLA_STATUS_CORRUPT_PACKAGE,
              "package: %sbox: expected rows of a multiple of %d bytes, but got %" PRId64, prefix, COPY_BYTES,
              box_bytes);
    MLA_CHECK(box_bytes <= swizzle_bytes[swizzle], MLA_STATUS_CORRUPT_PACKAGE,
              "package: %sbox: expected rows of at most %" PRId64 " bytes with %s, but got %" PRId64, prefix,
              swizzle_bytes[swizzle], swizzle_names[swizzle], box_bytes);
  }
done:
  return status;
}

/// "rows" of a kernel: [first, end], [first] without an end, or nothing for every number of rows.
static mla_status_t parse_rows(const mla_package_t *package, const json_t *object, const char *where,
                               mla_kernel_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  const json_t *array = NULL;
  out->first_rows = 0;
  out->end_rows = INT64_MAX;
  if (!json_object_get(object, "rows"))
    goto done;
  MLA_CHECK(package->op == MLA_OP_DECODE && out->step == MLA_STEP_ATTEND, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %srows: expected none at step %s in a package that implements %s", where, step_names[out->step],
            op_names[package->op]);
  MLA_TRY(get_array(object, where, "rows", 1, 2, &array));
  int64_t *const ends[] = {&out->first_rows, &out->end_rows};
  for (size_t i = 0; i < json_array_size(array); ++i) {
    const json_t *value = json_array_get(array, i);
    MLA_CHECK(json_is_integer(value) && json_integer_value(value) >= 1 && json_integer_value(value) <= INT32_MAX,
              MLA_STATUS_CORRUPT_PACKAGE, "package: %srows[%zu]: expected an integer from 1 to %d", where, i,
              INT32_MAX);
    *ends[i] = json_integer_value(value);
  }
  MLA_CHECK(out->first_rows < out->end_rows, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %srows: expected an end above %" PRId64 ", but got %" PRId64, where, out->first_rows,
            out->end_rows);
done:
  return status;
}

static mla_status_t parse_kernel(const mla_package_t *package, const json_t *object, size_t index, mla_kernel_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  int step = 0, grid[2] = {0, 0};
  int64_t threads = 0, smem_bytes = 0, cluster = 1;
  const json_t *array = NULL;
  char where[32];
  snprintf(where, sizeof(where), "kernels[%zu]", index);
  MLA_TRY(check_object(object, where));
  snprintf(where, sizeof(where), "kernels[%zu].", index);
  MLA_TRY(get_string(object, where, "name", &out->name));
  MLA_TRY(get_enum(object, where, "step", step_names, MLA_STEP_COUNT, &step));
  out->step = (mla_step_t)step;
  MLA_TRY(get_array(object, where, "grid", 2, 2, &array));
  for (int i = 0; i < 2; ++i) {
    const char *text = json_string_value(json_array_get(array, (size_t)i));
    MLA_TRY(find_name(text ? text : "", where, "grid", grid_names, MLA_GRID_COUNT, &grid[i]));
    MLA_CHECK(package->op == MLA_OP_DECODE || (grid[i] != MLA_GRID_ROW_TILES && grid[i] != MLA_GRID_PARTS),
              MLA_STATUS_CORRUPT_PACKAGE, "package: %sgrid: got '%s' in a package that implements %s", where, text,
              op_names[package->op]);
  }
  out->grid_x = (mla_grid_t)grid[0];
  out->grid_y = (mla_grid_t)grid[1];
  MLA_TRY(get_integer(object, where, "threads", 32, 1024, &threads));
  MLA_CHECK(threads % 32 == 0, MLA_STATUS_CORRUPT_PACKAGE,
            "package: %sthreads: expected a multiple of 32, but got %" PRId64, where, threads);
  out->threads = (uint32_t)threads;
  MLA_TRY(get_integer(object, where, "smem_bytes", 0, INT32_MAX, &smem_bytes));
  out->smem_bytes = (uint32_t)smem_bytes;
  MLA_TRY(get_boolean(object, where, "pdl", &out->pdl));
  MLA_TRY(get_boolean(object, where, "cooperative", &out->cooperative));
  if (json_object_get(object, "cluster"))
    MLA_TRY(get_integer(object, where, "cluster", 1, MAX_CLUSTER, &cluster));
  out->cluster = (uint32_t)cluster;
  MLA_CHECK(cluster == 1 || out->grid_x == MLA_GRID_MULTIPROCESSORS || out->grid_x == MLA_GRID_TWICE_PER_MULTIPROCESSOR,
            MLA_STATUS_CORRUPT_PACKAGE, "package: %scluster: expected 1 with grid '%s', but got %" PRId64, where,
            grid_names[out->grid_x], cluster);
  MLA_TRY(parse_rows(package, object, where, out));
  MLA_TRY(get_array(object, where, "arguments", 0, MLA_MAX_ARGUMENTS, &array));
  out->num_arguments = json_array_size(array);
  for (size_t i = 0; i < out->num_arguments; ++i) {
    char argument[64];
    snprintf(argument, sizeof(argument), "%sarguments[%zu]", where, i);
    MLA_TRY(parse_argument(package, json_array_get(array, i), argument, &out->arguments[i]));
  }
done:
  return status;
}

/// The driver takes a cubin without a length and believes its ELF header, so the tables and sections that the header
/// names must lie inside the image.
static int is_whole_elf(const unsigned char *bytes, size_t size) {
  Elf64_Ehdr header;
  int whole = size >= sizeof(header) && memcmp(bytes, ELFMAG, SELFMAG) == 0;
  if (whole) {
    memcpy(&header, bytes, sizeof(header));
    whole = header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
            header.e_shoff <= size && (size - header.e_shoff) / sizeof(Elf64_Shdr) >= header.e_shnum &&
            header.e_phoff <= size && (size - header.e_phoff) / sizeof(Elf64_Phdr) >= header.e_phnum &&
            (header.e_shnum == 0 || header.e_shentsize == sizeof(Elf64_Shdr)) &&
            (header.e_phnum == 0 || header.e_phentsize == sizeof(Elf64_Phdr));
  }
  for (size_t i = 0; whole && i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    memcpy(&section, bytes + header.e_shoff + i * sizeof(section), sizeof(section));
    whole = section.sh_type == SHT_NOBITS || (section.sh_offset <= size && section.sh_size <= size - section.sh_offset);
  }
  for (size_t i = 0; whole && i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    memcpy(&segment, bytes + header.e_phoff + i * sizeof(segment), sizeof(segment));
    whole = segment.p_offset <= size && segment.p_filesz <= size - segment.p_offset;
  }
  return whole;
}

static mla_status_t parse_image(const json_t *object, size_t index, const unsigned char *bytes, uint64_t total,
                                mla_image_t *out) {
  mla_status_t status = MLA_STATUS_OK;
  int kind = 0;
  int64_t offset = 0, size = 0;
  char where[32];
  snprintf(where, sizeof(where), "images[%zu]", index);
  MLA_TRY(check_object(object, where));
  snprintf(where, sizeof(where), "images[%zu].", index);
  MLA_TRY(get_enum(object, where, "kind", image_kind_names, MLA_IMAGE_KIND_COUNT, &kind));
  MLA_TRY(get_integer(object, where, "offset", 0, INT64_MAX, &offset));
  MLA_TRY(get_integer(object, where, "size", 1, INT64_MAX, &size));
  MLA_CHECK(in_package((uint64_t)offset, (uint64_t)size, total), MLA_STATUS_CORRUPT_PACKAGE,
            "package: %ssize: expected an image inside the file, but got %" PRId64 " bytes at %" PRId64 " of %" PRIu64,
            where, size, offset, total);
  out->kind = (mla_image_kind_t)kind;
  out->bytes = bytes + offset;
  out->size = (size_t)size;
  // PTX goes to the driver without a length, too: it ends with a zero.
  if (out->kind == MLA_IMAGE_PTX)
    MLA_CHECK(out->bytes[out->size - 1] == 0, MLA_STATUS_CORRUPT_PACKAGE,
              "package: images[%zu]: expected PTX that ends with a zero byte", index);
  else
    MLA_CHECK(is_whole_elf(out->bytes, out->size), MLA_STATUS_CORRUPT_PACKAGE,
              "package: images[%zu]: expected a cubin, a whole 64-bit ELF file", index);
done:
  return status;
}

int mla_kernel_runs(const mla_kernel_t *kernel, mla_step_t step, int64_t rows) {
  return kernel->step == step && kernel->first_rows <= rows && rows < kernel->end_rows;
}

/// One kernel of `step` is for each number of rows, or for the one that the op fixes.
static mla_status_t check_step(const mla_package_t *package, mla_step_t step) {
  mla_status_t status = MLA_STATUS_OK;
  int64_t fixed = package->op == MLA_OP_DECODE ? package->decode.s_q * package->decode.h_q : 0;
  // Which kernels a number of rows has changes only where ranges begin and end.
  for (int64_t rows = fixed ? fixed : 1, next = rows; next < INT64_MAX; rows = next) {
    int count = 0, has_ranges = 0;
    next = INT64_MAX;
    for (size_t i = 0; i < package->num_kernels; ++i) {
      const mla_kernel_t *kernel = &package->kernels[i];
      const int64_t places[] = {kernel->first_rows, kernel->end_rows};
      count += mla_kernel_runs(kernel, step, rows);
      has_ranges |= kernel->step == step && kernel->first_rows > 0;
      for (int j = 0; !fixed && kernel->step == step && j < 2; ++j)
        if (places[j] > rows && places[j] < next)
          next = places[j];
    }
    char at[48] = "";
    if (has_ranges)
      snprintf(at, sizeof(at), " for %" PRId64 " rows", rows);
    MLA_CHECK(count == 1, MLA_STATUS_CORRUPT_PACKAGE, "package: kernels: expected one kernel of step %s%s, but got %d",
              step_names[step], at, count);
  }
done:
  return status;
}

/// A package has one kernel for each step of a call of its op, whatever the number of rows.
static mla_status_t check_steps(const mla_package_t *package) {
  /// Of each op, by bits: 1 << step.
  static const unsigned steps[MLA_OP_COUNT] = {[MLA_OP_DECODE] = 1u << MLA_STEP_SCHEDULE | 1u << MLA_STEP_ATTEND,
                                               [MLA_OP_APPEND] = 1u << MLA_STEP_APPEND,
                                               [MLA_OP_ROPE] = 1u << MLA_STEP_ROPE,
                                               [MLA_OP_PREFILL] = 1u << MLA_STEP_SCHEDULE | 1u << MLA_STEP_ATTEND,
                                               [MLA_OP_MERGE] = 1u << MLA_STEP_MERGE};
  mla_status_t status = MLA_STATUS_OK;
  for (int step = 0; step < MLA_STEP_COUNT; ++step)
    if (steps[package->op] >> step & 1)
      MLA_TRY(check_step(package, (mla_step_t)step));
done:
  return status;
}

/// Pieces of a fixed size have slots of their own, which the kernel that deals work must count.
static mla_status_t check_pieces(const mla_package_t *package) {
  mla_status_t status = MLA_STATUS_OK;
  for (size_t i = 0; package->split_steps > 0 && i < package->num_kernels; ++i) {
    const mla_kernel_t *kernel = &package->kernels[i];
    int binds = kernel->step != MLA_STEP_SCHEDULE;
    for (size_t j = 0; j < kernel->num_arguments; ++j)
      binds |= kernel->arguments[j].binding == MLA_BINDING_MOST_PIECES;
    MLA_CHECK(binds, MLA_STATUS_CORRUPT_PACKAGE,
              "package: kernels[%zu].arguments: expected 'most_pieces', for decode.split_steps is %" PRId64, i,
              package->split_steps);
  }
done:
  return status;
}

static mla_status_t parse_package(mla_package_t *package, size_t total) {
  mla_status_t status = MLA_STATUS_OK;
  uint64_t offset = read_little_endian(package->bytes + METADATA_OFFSET_OFFSET, 8);
  uint64_t size = read_little_endian(package->bytes + METADATA_SIZE_OFFSET, 8);
  const json_t *array = NULL;
  json_error_t error;
  json_t *root = json_loadb((const char *)package->bytes + offset, (size_t)size, JSON_REJECT_DUPLICATES, &error);
  MLA_CHECK(root, MLA_STATUS_CORRUPT_PACKAGE, "package: expected metadata in JSON, but got: %s (line %d, column %d)",
            error.text, error.line, error.column);
  package->metadata = root;
  MLA_TRY(check_object(root, "metadata"));
  MLA_TRY(get_string(root, "", "name", &package->name));
  MLA_TRY(get_string(root, "", "target", &package->target_name));
  MLA_TRY(parse_target(package->target_name, &package->target));
  const json_t *decode = json_object_get(root, "decode"), *append = json_object_get(root, "append");
  const json_t *rope = json_object_get(root, "rope"), *prefill = json_object_get(root, "prefill");
  const json_t *merge = json_object_get(root, "merge");
  MLA_CHECK(!!decode + !!append + !!rope + !!prefill + !!merge <= 1, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected one of decode, append, rope, prefill and merge, but got several");
  if (decode) {
    MLA_TRY(parse_decode(package, decode, &package->decode));
    package->op = MLA_OP_DECODE;
  } else if (append) {
    MLA_TRY(parse_append(package, append, &package->append));
    package->op = MLA_OP_APPEND;
  } else if (rope) {
    MLA_TRY(parse_rope(package, rope, &package->rope));
    package->op = MLA_OP_ROPE;
  } else if (prefill) {
    MLA_TRY(parse_prefill(prefill, &package->prefill));
    package->op = MLA_OP_PREFILL;
  } else if (merge) {
    MLA_TRY(parse_merge(merge, &package->merge));
    package->op = MLA_OP_MERGE;
  }
  MLA_TRY(get_array(root, "", "kernels", 1, MLA_MAX_KERNELS, &array));
  package->num_kernels = json_array_size(array);
  for (size_t i = 0; i < package->num_kernels; ++i)
    MLA_TRY(parse_kernel(package, json_array_get(array, i), i, &package->kernels[i]));
  MLA_TRY(check_steps(package));
  MLA_TRY(check_pieces(package));
  MLA_TRY(get_array(root, "", "images", 1, MLA_MAX_IMAGES, &array));
  package->num_images = json_array_size(array);
  for (size_t i = 0; i < package->num_images; ++i)
    MLA_TRY(parse_image(json_array_get(array, i), i, package->bytes, total, &package->images[i]));
done:
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Handles
//===----------------------------------------------------------------------------------------------------------===//

void mla_package_retain(mla_package_t *package) { atomic_fetch_add(&package->references, 1); }

void mla_package_destroy(mla_package_t *package) {
  if (package && atomic_fetch_sub(&package->references, 1) == 1) {
    json_decref(package->metadata);
    free(package->bytes);
    free(package);
  }
}

/// Makes a package of `bytes`, which it takes over also on failure.
static mla_status_t create_package(unsigned char *bytes, size_t size, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  mla_package_t *package = calloc(1, sizeof(*package));
  if (!package) {
    free(bytes);
    status = mla_fail(MLA_STATUS_OUT_OF_MEMORY, "no memory for a package");
    goto done;
  }
  atomic_init(&package->references, 1);
  package->bytes = bytes;
  MLA_TRY(check_header(bytes, size));
  MLA_TRY(parse_package(package, size));
  *out_package = package;
  package = NULL;
done:
  mla_package_destroy(package);
  return status;
}

mla_status_t mla_package_load_from_memory(const void *bytes, size_t size, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(out_package, MLA_STATUS_INVALID_ARGUMENT, "out_package: expected a pointer, but got null");
  *out_package = NULL;
  MLA_CHECK(bytes, MLA_STATUS_INVALID_ARGUMENT, "bytes: expected a pointer, but got null");
  MLA_CHECK(size <= max_package_size, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected at most %" PRIu64 " bytes, but got %zu", max_package_size, size);
  unsigned char *copy = malloc(size ? size : 1);
  MLA_CHECK(copy, MLA_STATUS_OUT_OF_MEMORY, "no memory for a package of %zu bytes", size);
  memcpy(copy, bytes, size);
  MLA_TRY(create_package(copy, size, out_package));
done:
  return status;
}

mla_status_t mla_package_load(const char *path, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  FILE *file = NULL;
  unsigned char *bytes = NULL;
  struct stat info;
  MLA_CHECK(out_package, MLA_STATUS_INVALID_ARGUMENT, "out_package: expected a pointer, but got null");
  *out_package = NULL;
  MLA_CHECK(path, MLA_STATUS_INVALID_ARGUMENT, "path: expected a string, but got null");
  MLA_CHECK(stat(path, &info) == 0, MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
  MLA_CHECK(S_ISREG(info.st_mode), MLA_STATUS_IO_ERROR, "%s: expected a regular file", path);
  MLA_CHECK((uint64_t)info.st_size <= max_package_size, MLA_STATUS_CORRUPT_PACKAGE,
            "package: expected at most %" PRIu64 " bytes, but got %" PRIu64, max_package_size, (uint64_t)info.st_size);
  size_t size = (size_t)info.st_size;
  file = fopen(path, "rb");
  MLA_CHECK(file, MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
  bytes = malloc(size ? size : 1);
  MLA_CHECK(bytes, MLA_STATUS_OUT_OF_MEMORY, "no memory for a package of %zu bytes", size);
  // A file that shrinks meanwhile is caught by its size in the header.
  size = fread(bytes, 1, size, file);
  MLA_CHECK(!ferror(file), MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
  status = create_package(bytes, size, out_package);
  bytes = NULL;
done:
  free(bytes);
  if (file)
    fclose(file);
  return status;
}

/// A function that fills a caller's info struct for the package's op.
#define DEFINE_INFO(kind, value)                                                                                       \
  mla_status_t mla_package_##kind##_info(const mla_package_t *package, mla_##kind##_info_t *out_info) {                \
    mla_status_t status = MLA_STATUS_OK;                                                                               \
    MLA_CHECK(out_info, MLA_STATUS_INVALID_ARGUMENT, "out_info: expected a pointer, but got null");                    \
    MLA_CHECK(out_info->struct_size == sizeof(*out_info), MLA_STATUS_INVALID_ARGUMENT,                                 \
              "out_info: expected struct_size %zu, but got %zu", sizeof(*out_info), out_info->struct_size);            \
    memset(out_info, 0, sizeof(*out_info));                                                                            \
    out_info->struct_size = sizeof(*out_info);                                                                         \
    MLA_CHECK(package, MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle, but got null");                       \
    MLA_CHECK(package->op == value, MLA_STATUS_UNSUPPORTED, "package '%s' implements no %s op", package->name, #kind); \
    *out_info = package->kind;                                                                                         \
  done:                                                                                                                \
    return status;                                                                                                     \
  }
DEFINE_INFO(decode, MLA_OP_DECODE)
DEFINE_INFO(append, MLA_OP_APPEND)
DEFINE_INFO(rope, MLA_OP_ROPE)
DEFINE_INFO(prefill, MLA_OP_PREFILL)
DEFINE_INFO(merge, MLA_OP_MERGE)
