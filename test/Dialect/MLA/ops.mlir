// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
!cache_f16 = !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
!cache_small = !mla.paged_cache<bf16, page_size = 16, d_latent = 24, d_rope = 8>

// The example of the op's description.
// CHECK-LABEL: func @decode_bf16_causal
// CHECK-SAME:  (%[[Q:.*]]: tensor<?x1x128x576xbf16>, %[[CACHE:.*]]: !mla.paged_cache<{{[^>]*}}>,
// CHECK-SAME:   %[[TABLE:.*]]: tensor<?x?xi32>, %[[LENS:.*]]: tensor<?xi32>)
func.func @decode_bf16_causal(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                              %seq_lens: tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>) {
  // CHECK: mla.decode %[[Q]], %[[CACHE]], %[[TABLE]], %[[LENS]] scale 1.352000e-01 causal :
  // CHECK-SAME: (tensor<?x1x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
  // CHECK-SAME:  tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x1x128x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return %out, %lse : tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>
}

// CHECK-LABEL: func @decode_f16_full
func.func @decode_f16_full(%q: tensor<4x2x16x576xf16>, %cache: !cache_f16, %block_table: tensor<4x32xi32>,
                           %seq_lens: tensor<4xi32>) -> (tensor<4x2x16x512xf16>, tensor<4x2x16xf32>) {
  // CHECK: mla.decode
  // CHECK-SAME: scale 5.000000e-01 :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.5
      : (tensor<4x2x16x576xf16>, !cache_f16, tensor<4x32xi32>, tensor<4xi32>)
      -> (tensor<4x2x16x512xf16>, tensor<4x2x16xf32>)
  return %out, %lse : tensor<4x2x16x512xf16>, tensor<4x2x16xf32>
}

// CHECK-LABEL: func @decode_all_dynamic
func.func @decode_all_dynamic(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                              %seq_lens: tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  // CHECK: mla.decode
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}

// b need not be static everywhere, and may be 0; h_q and s_q are the least; the scale is the least f32.
// CHECK-LABEL: func @decode_edges
func.func @decode_edges(%q: tensor<?x1x1x32xbf16>, %cache: !cache_small, %block_table: tensor<0x0xi32>,
                        %seq_lens: tensor<0xi32>) -> (tensor<?x1x1x24xbf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode
  // CHECK-SAME: scale 1.401300e-45
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.4013e-45
      : (tensor<?x1x1x32xbf16>, !cache_small, tensor<0x0xi32>, tensor<0xi32>)
      -> (tensor<?x1x1x24xbf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x24xbf16>, tensor<?x1x1xf32>
}

// CHECK-LABEL: func @decode_schedule
func.func @decode_schedule(%q: tensor<?x1x1x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                           %seq_lens: tensor<?xi32>) -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode
  // CHECK-SAME: causal {mla_gpu.schedule = #mla_gpu.schedule<{{.*}}>} :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 0.0 : f32, item_cost = 0,
                                            min_steps = 1>}
      : (tensor<?x1x1x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>
}

!cache_e4m3 = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
!cache_token = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>
!cache_group = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

// The second example of the op's description; the attribute is the enum's keyword in angle brackets.
// CHECK-LABEL: func @decode_e4m3
func.func @decode_e4m3(%q: tensor<?x1x128x576xbf16>, %cache: !cache_e4m3, %block_table: tensor<?x?xi32>,
                       %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>)
    -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>) {
  // CHECK: mla.decode %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} scale 1.352000e-01 causal precision <e4m3> :
  // CHECK-SAME: (tensor<?x1x128x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
  // CHECK-SAME:  tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 0.1352 causal precision <e4m3>
      : (tensor<?x1x128x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
         tensor<?x?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return %out, %lse : tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>
}

// The default precision is not printed. Queries may be f16 where no part of the cache is bf16.
// CHECK-LABEL: func @decode_e4m3_f16
func.func @decode_e4m3_f16(%q: tensor<?x1x1x576xf16>, %cache: !cache_e4m3, %block_table: tensor<?x?xi32>,
                           %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>)
    -> (tensor<?x1x1x512xf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode
  // CHECK-SAME: scale 1.000000e+00 :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 1.0 precision <bf16>
      : (tensor<?x1x1x576xf16>, !cache_e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x1x512xf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x512xf16>, tensor<?x1x1xf32>
}

// CHECK-LABEL: func @decode_e4m3_queries
func.func @decode_e4m3_queries(%q: tensor<?x1x1x576xf8E4M3FN>, %cache: !cache_e4m3, %block_table: tensor<?x?xi32>,
                               %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>, %q_scale: tensor<f32>)
    -> (tensor<?x1x1x512xf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} q_scale(%{{.*}}) scale 1.000000e+00 precision <e4m3_queries> :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale q_scale(%q_scale) scale 1.0
      precision <e4m3_queries>
      : (tensor<?x1x1x576xf8E4M3FN>, !cache_e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>, tensor<f32>)
      -> (tensor<?x1x1x512xf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x512xf16>, tensor<?x1x1xf32>
}

// CHECK-LABEL: func @decode_e4m3_token
func.func @decode_e4m3_token(%q: tensor<?x1x1x576xbf16>, %cache: !cache_token, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>) -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} scale 1.000000e+00 precision <e4m3> :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 precision <e4m3>
      : (tensor<?x1x1x576xbf16>, !cache_token, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>
}

// CHECK-LABEL: func @decode_e4m3_group
func.func @decode_e4m3_group(%q: tensor<?x1x1x576xbf16>, %cache: !cache_group, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>) -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>) {
  // CHECK: mla.decode
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x1x576xbf16>, !cache_group, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>)
  return %out, %lse : tensor<?x1x1x512xbf16>, tensor<?x1x1xf32>
}

// CHECK-LABEL: func @prefill
func.func @prefill(%q: tensor<?x128x192xbf16>, %k: tensor<?x128x128xbf16>, %k_rope: tensor<?x64xbf16>,
                   %v: tensor<?x128x128xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x128x128xbf16>, tensor<128x?xf32>) {
  // CHECK: mla.prefill %{{.*}}, %{{.*}} rope %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} scale 0.0721687824 causal :
  // CHECK-SAME: (tensor<?x128x192xbf16>, tensor<?x128x128xbf16>, tensor<?x64xbf16>, tensor<?x128x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687824 causal
      : (tensor<?x128x192xbf16>, tensor<?x128x128xbf16>, tensor<?x64xbf16>, tensor<?x128x128xbf16>, tensor<?xi32>,
         tensor<?xi32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
  return %out, %lse : tensor<?x128x128xbf16>, tensor<128x?xf32>
}

// Whole keys, no mask, static extents; the narrowest widths and one head.
// CHECK-LABEL: func @prefill_whole_keys
func.func @prefill_whole_keys(%q: tensor<10x1x8xf16>, %k: tensor<0x1x8xf16>, %v: tensor<0x1x8xf16>,
                              %cu_seqlens_q: tensor<3xi32>, %cu_seqlens_kv: tensor<3xi32>)
    -> (tensor<10x1x8xf16>, tensor<1x10xf32>) {
  // CHECK: mla.prefill %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}} scale 1.000000e+00 :
  %out, %lse = mla.prefill %q, %k, %v, %cu_seqlens_q, %cu_seqlens_kv scale 1.0
      : (tensor<10x1x8xf16>, tensor<0x1x8xf16>, tensor<0x1x8xf16>, tensor<3xi32>, tensor<3xi32>)
      -> (tensor<10x1x8xf16>, tensor<1x10xf32>)
  return %out, %lse : tensor<10x1x8xf16>, tensor<1x10xf32>
}

// CHECK-LABEL: func @prefill_absorbed
func.func @prefill_absorbed(%q: tensor<?x128x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>,
                            %cu_seqlens_kv: tensor<?xi32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  // CHECK: mla.prefill_absorbed %{{[^ ]*}}, %{{[^ ]*}} cu_seqlens_q(%{{[^ ]*}}) cu_seqlens_kv(%{{[^ ]*}}) scale 1.352000e-01 causal :
  // CHECK-SAME: (tensor<?x128x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 0.1352 causal
      : (tensor<?x128x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// Static extents, no mask, one head, the narrowest widths.
// CHECK-LABEL: func @prefill_absorbed_static
func.func @prefill_absorbed_static(%q: tensor<10x1x16xf16>, %keys: tensor<0x16xf16>, %cu_seqlens_q: tensor<3xi32>,
                                   %cu_seqlens_kv: tensor<3xi32>) -> (tensor<10x1x8xf16>, tensor<10x1xf32>) {
  // CHECK: mla.prefill_absorbed {{.*}} scale 1.000000e+00 :
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<10x1x16xf16>, tensor<0x16xf16>, tensor<3xi32>, tensor<3xi32>) -> (tensor<10x1x8xf16>, tensor<10x1xf32>)
  return %out, %lse : tensor<10x1x8xf16>, tensor<10x1xf32>
}

// CHECK-LABEL: func @prefill_absorbed_paged
func.func @prefill_absorbed_paged(%q: tensor<?x128x576xbf16>, %cache: !cache, %cu_seqlens_q: tensor<?xi32>,
                                  %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  // CHECK: mla.prefill_absorbed %{{[^ ]*}}, %{{[^ ]*}} cu_seqlens_q(%{{[^ ]*}}) block_table(%{{[^ ]*}}) seq_lens(%{{[^ ]*}}) scale 1.000000e+00 causal :
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
      scale 1.0 causal
      : (tensor<?x128x576xbf16>, !cache, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// CHECK-LABEL: func @prefill_absorbed_e4m3
func.func @prefill_absorbed_e4m3(%q: tensor<?x128x576xbf16>, %cache: !cache_e4m3, %cu_seqlens_q: tensor<?xi32>,
                                 %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>)
    -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  // CHECK: mla.prefill_absorbed {{.*}} seq_lens(%{{[^ ]*}}) cache_scale(%{{[^ ]*}}) scale
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
      cache_scale(%cache_scale) scale 1.0
      : (tensor<?x128x576xbf16>, !cache_e4m3, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// CHECK-LABEL: func @merge
func.func @merge(%out_a: tensor<?x128x512xbf16>, %lse_a: tensor<?x128xf32>, %out_b: tensor<?x128x512xbf16>,
                 %lse_b: tensor<?x128xf32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  // CHECK: mla.merge %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}}, %{{[^ ]*}} : (tensor<?x128x512xbf16>, tensor<?x128xf32>, tensor<?x128x512xbf16>, tensor<?x128xf32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x128x512xbf16>, tensor<?x128xf32>, tensor<?x128x512xbf16>, tensor<?x128xf32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// CHECK-LABEL: func @merge_heads_first
func.func @merge_heads_first(%out_a: tensor<7x2x8xf32>, %lse_a: tensor<2x7xf32>) -> (tensor<7x2x8xf32>, tensor<2x7xf32>) {
  // CHECK: mla.merge {{.*}} heads_first :
  %out, %lse = mla.merge %out_a, %lse_a, %out_a, %lse_a heads_first
      : (tensor<7x2x8xf32>, tensor<2x7xf32>, tensor<7x2x8xf32>, tensor<2x7xf32>) -> (tensor<7x2x8xf32>, tensor<2x7xf32>)
  return %out, %lse : tensor<7x2x8xf32>, tensor<2x7xf32>
}

// CHECK-LABEL: func @decode_rope
func.func @decode_rope(%q: tensor<?x2x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>) {
  // CHECK: mla.decode {{.*}} scale 1.000000e+00 causal rope(#mla.rope<base = 1.000000e+04 : f64, pairing = half_split>) :
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 causal
      rope(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x2x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>)
  return %out, %lse : tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>
}
