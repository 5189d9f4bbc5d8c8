// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu | FileCheck %s
// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu -verify-roundtrip -o /dev/null

// CHECK-LABEL: mla_gpu.program @tensor implements
// CHECK-SAME:    #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 128, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.352000e-01 : f32>
// CHECK-SAME:    mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_absorbed", rescale_threshold = 8.000000e+00 : f32
// CHECK:         mla_gpu.kernel @schedule(
// CHECK-SAME:    binding<cu_seqlens_kv>
// CHECK-SAME:    step(schedule) grid(multiprocessors, one) threads(256)
// CHECK:         mla_gpu.kernel @attend(
// CHECK-SAME:    !mla_gpu.tensor_map<64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<q_map>}
// CHECK-SAME:    !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}
// CHECK-SAME:    !mla_gpu.tensor_map<64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<out_map>}
// CHECK-SAME:    binding<total_kv>
// CHECK-SAME:    step(attend) grid(multiprocessors, one) threads(384)
// CHECK:         mla_gpu.smem.alloc "q" : !mla_gpu.smem<64x576xbf16, sw128>
// CHECK:         mla_gpu.role "wg0"
// Two tiles a query, all whole: results leave by TMA.
// CHECK-NOT:     mla_gpu.global.store_tile
// CHECK:         mla_gpu.tma.store
// CHECK:         mla_gpu.role "wg1"
// CHECK-NOT:     mla_gpu.global.store_tile
// CHECK:         mla_gpu.role "producer"
// CHECK:         mla_gpu.grid.take
// CHECK-NOT:     mla_gpu.kernel
// CHECK-NOT:     func.func
func.func @tensor(%q: tensor<?x128x576xbf16>, %keys: tensor<?x576xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
    -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) cu_seqlens_kv(%cu_kv) scale 0.1352 causal
      : (tensor<?x128x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// -----

// Pages instead of one tensor; 5 heads give tiles with fewer rows, which must not be stored over the next sequence's.
// CHECK-LABEL: mla_gpu.program @paged implements
// CHECK-SAME:    element = f16, heads = 5, d_nope = 256, d_rope = 64, d_v = 256, causal = false, softmax_scale = 1.000000e+00 : f32, page_size = 64>
// CHECK:         mla_gpu.kernel @schedule(
// CHECK-NOT:     cu_seqlens_kv
// CHECK-SAME:    binding<seq_lens>
// CHECK:         mla_gpu.kernel @attend(
// CHECK-SAME:    binding<block_table>
// CHECK-SAME:    binding<num_pages>
// CHECK:         mla_gpu.role "wg0"
// CHECK:         mla_gpu.tma.store
// CHECK:         mla_gpu.global.store_tile %{{.*}} row_stride 256 valid
// CHECK:         mla_gpu.role "wg1"
func.func @paged(%q: tensor<?x5x320xf16>, %cache: !mla.paged_cache<f16, page_size = 64, d_latent = 256, d_rope = 64>,
                 %cu_q: tensor<?xi32>, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x5x256xf16>, tensor<?x5xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_q) block_table(%table) seq_lens(%lens) scale 1.0
      : (tensor<?x5x320xf16>, !mla.paged_cache<f16, page_size = 64, d_latent = 256, d_rope = 64>, tensor<?xi32>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x5x256xf16>, tensor<?x5xf32>)
  return %out, %lse : tensor<?x5x256xf16>, tensor<?x5xf32>
}
