// RUN: mla-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: @paged_cache_bf16
// CHECK-SAME: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func private @paged_cache_bf16(!mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>)

// CHECK-LABEL: @paged_cache_f16
// CHECK-SAME: !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
func.func private @paged_cache_f16(!mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>)

// CHECK-LABEL: @paged_cache_least
// CHECK-SAME: !mla.paged_cache<bf16, page_size = 1, d_latent = 8, d_rope = 8>
func.func private @paged_cache_least(!mla.paged_cache<bf16, page_size = 1, d_latent = 8, d_rope = 8>)

// CHECK-LABEL: @paged_cache_greatest
// CHECK-SAME: !mla.paged_cache<bf16, page_size = 65536, d_latent = 65536, d_rope = 65536>
func.func private @paged_cache_greatest(!mla.paged_cache<bf16, page_size = 65536, d_latent = 65536, d_rope = 65536>)

// The parameters may come in any order.
// CHECK-LABEL: @paged_cache_any_order
// CHECK-SAME: !mla.paged_cache<f16, page_size = 16, d_latent = 448, d_rope = 64>
func.func private @paged_cache_any_order(!mla.paged_cache<f16, d_rope = 64, page_size = 16, d_latent = 448>)

// CHECK-LABEL: @paged_cache_e4m3
// CHECK-SAME: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func private @paged_cache_e4m3(!mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>)

// CHECK-LABEL: @paged_cache_e4m3_token
// CHECK-SAME: !mla.paged_cache<e4m3_token, page_size = 4, d_latent = 16, d_rope = 8>
func.func private @paged_cache_e4m3_token(!mla.paged_cache<e4m3_token, page_size = 4, d_latent = 16, d_rope = 8>)

// CHECK-LABEL: @paged_cache_e4m3_group
// CHECK-SAME: !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
func.func private @paged_cache_e4m3_group(!mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>)
