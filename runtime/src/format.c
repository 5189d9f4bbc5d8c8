//===- format.c - How a token's vector lies in a page -----------------------------------------------------------===//
#include "format.h"

#include <string.h>

/// In the order of the enum.
static const mla_cache_format_info_t formats[MLA_CACHE_FORMAT_COUNT] = {
    [MLA_CACHE_FORMAT_BF16] = {"bf16", MLA_STORAGE_BF16, MLA_STORAGE_BF16, MLA_SCALE_NONE},
    [MLA_CACHE_FORMAT_F16] = {"f16", MLA_STORAGE_F16, MLA_STORAGE_F16, MLA_SCALE_NONE},
    [MLA_CACHE_FORMAT_E4M3] = {"e4m3", MLA_STORAGE_E4M3, MLA_STORAGE_E4M3, MLA_SCALE_TENSOR},
    [MLA_CACHE_FORMAT_E4M3_TOKEN] = {"e4m3_token", MLA_STORAGE_E4M3, MLA_STORAGE_BF16, MLA_SCALE_TOKEN},
    [MLA_CACHE_FORMAT_E4M3_GROUP] = {"e4m3_group", MLA_STORAGE_E4M3, MLA_STORAGE_BF16, MLA_SCALE_GROUP},
};
static const char *const precisions[MLA_PRECISION_COUNT] = {"bf16", "e4m3", "e4m3_queries"};
static const char *const storages[MLA_STORAGE_COUNT] = {"bf16", "f16", "e4m3"};

const mla_cache_format_info_t *mla_cache_format_info(mla_cache_format_t format) {
  return (unsigned)format < MLA_CACHE_FORMAT_COUNT ? &formats[format] : NULL;
}

const char *mla_precision_name(mla_precision_t precision) {
  return (unsigned)precision < MLA_PRECISION_COUNT ? precisions[precision] : NULL;
}

const char *mla_storage_name(mla_storage_t storage) { return storages[storage]; }

uint32_t mla_storage_bytes(mla_storage_t storage) { return storage == MLA_STORAGE_E4M3 ? 1 : 2; }

mla_cache_layout_t mla_cache_layout(mla_cache_format_t format, int64_t page_size, int64_t d_latent, int64_t d_rope) {
  const mla_cache_format_info_t *info = &formats[format];
  mla_cache_layout_t layout;
  memset(&layout, 0, sizeof(layout));
  layout.rope_offset = d_latent * mla_storage_bytes(info->latent);
  if (info->scales == MLA_SCALE_GROUP) {
    layout.scales_per_token = (d_latent + MLA_SCALE_GROUP_COLUMNS - 1) / MLA_SCALE_GROUP_COLUMNS;
    layout.scale_offset = layout.rope_offset;
    layout.rope_offset += layout.scales_per_token * MLA_SCALE_BYTES;
  }
  layout.token_stride = layout.rope_offset + d_rope * mla_storage_bytes(info->rope);
  layout.page_stride = page_size * layout.token_stride;
  if (info->scales == MLA_SCALE_GROUP) {
    layout.scale_stride = layout.token_stride;
  } else if (info->scales == MLA_SCALE_TOKEN) {
    // Behind the tokens of the page.
    layout.scales_per_token = 1;
    layout.scale_offset = layout.page_stride;
    layout.scale_stride = MLA_SCALE_BYTES;
    layout.page_stride += page_size * MLA_SCALE_BYTES;
  }
  return layout;
}
