//===- format.h - How a token's vector lies in a page -------------------------------------------------*- C -*-===//
//
// The runtime's twin of lib/Support/CacheFormat.h: the one table of cache formats here. test/Runtime/FormatTest.cpp
// holds the two together.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_FORMAT_H
#define RUNTIME_SRC_FORMAT_H

#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Types of stored elements; those of `mla_element_t` come first, with their values.
typedef enum mla_storage_t { MLA_STORAGE_BF16, MLA_STORAGE_F16, MLA_STORAGE_E4M3, MLA_STORAGE_COUNT } mla_storage_t;

/// What one scale belongs to.
typedef enum mla_scale_kind_t { MLA_SCALE_NONE, MLA_SCALE_TENSOR, MLA_SCALE_TOKEN, MLA_SCALE_GROUP } mla_scale_kind_t;

enum { MLA_CACHE_FORMAT_COUNT = 5, MLA_PRECISION_COUNT = 3, MLA_SCALE_GROUP_COLUMNS = 128, MLA_SCALE_BYTES = 4 };

typedef struct mla_cache_format_info_t {
  const char *name;
  mla_storage_t latent, rope;
  mla_scale_kind_t scales;
} mla_cache_format_info_t;

/// Null for a value that is none of the enum.
const mla_cache_format_info_t *mla_cache_format_info(mla_cache_format_t format);

/// Null for a value that is none of the enum.
const char *mla_precision_name(mla_precision_t precision);

const char *mla_storage_name(mla_storage_t storage);
uint32_t mla_storage_bytes(mla_storage_t storage);

/// Where the parts of a page lie: offsets and strides in bytes, those without a meaning 0.
typedef struct mla_cache_layout_t {
  int64_t page_stride, token_stride;
  int64_t rope_offset;
  int64_t scale_offset, scale_stride, scales_per_token;
} mla_cache_layout_t;

/// Of a known format, with extents whose products fit into 64 bits.
mla_cache_layout_t mla_cache_layout(mla_cache_format_t format, int64_t page_size, int64_t d_latent, int64_t d_rope);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_FORMAT_H
