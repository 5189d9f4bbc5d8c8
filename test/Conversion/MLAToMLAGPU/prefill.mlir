// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu | FileCheck %s
// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu -verify-roundtrip -o /dev/null

// CHECK-LABEL: mla_gpu.program @shared_rope implements
// CHECK-SAME:    #mla_gpu.prefill<form = "mha", element = bf16, heads = 128, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.352000e-01 : f32>
// CHECK-SAME:    mla_gpu.chosen_by = "default", mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 8.000000e+00 : f32
// CHECK:         mla_gpu.kernel @schedule(
// CHECK-SAME:    step(schedule) grid(multiprocessors, one) threads(256)
// Half of the L2 in keys and values: 24 MiB of 512 bytes each.
// CHECK:         arith.constant 49152 : i32
// CHECK:         mla_gpu.kernel @attend(
// CHECK-SAME:    !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<q_map>}
// CHECK-SAME:    !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<k_map>}
// CHECK-SAME:    !mla_gpu.tensor_map<64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<k_rope_map>}
// CHECK-SAME:    step(attend) grid(multiprocessors, one) threads(384) cluster(2)
// CHECK:         mla_gpu.smem.alloc "q0" : !mla_gpu.smem<64x192xbf16, sw128>
// CHECK:         mla_gpu.smem.alloc "k0" : !mla_gpu.smem<128x192xbf16, sw128>
// CHECK:         mla_gpu.smem.alloc "v1" : !mla_gpu.smem<128x128xbf16, sw128>
// CHECK:         mla_gpu.role "wg0"
// The first block, those with a mask, those without, and the last product.
// CHECK-COUNT-2: mla_gpu.mask
// CHECK-NOT:     mla_gpu.mask
// CHECK:         mla_gpu.global.store_tile %{{.*}} row_stride 16384 valid
// CHECK:         mla_gpu.role "wg1"
// CHECK:         mla_gpu.role "producer"
// CHECK:         mla_gpu.grid.take
// CHECK-NOT:     mla_gpu.kernel
// CHECK-NOT:     func.func
func.func @shared_rope(%q: tensor<?x128x192xbf16>, %k: tensor<?x128x128xbf16>, %k_rope: tensor<?x64xbf16>,
                       %v: tensor<?x128x128xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
    -> (tensor<?x128x128xbf16>, tensor<128x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_q, %cu_kv scale 0.1352 causal
      : (tensor<?x128x192xbf16>, tensor<?x128x128xbf16>, tensor<?x64xbf16>, tensor<?x128x128xbf16>, tensor<?xi32>,
         tensor<?xi32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
  return %out, %lse : tensor<?x128x128xbf16>, tensor<128x?xf32>
}

// -----

// Whole keys: no map for a shared part. Wide ones: blocks of 64. Without the mask only the first block has one.
// CHECK-LABEL: mla_gpu.program @whole_keys implements
// CHECK-SAME:    element = f16, heads = 2, d_nope = 256, d_rope = 0, d_v = 256, causal = false
// CHECK:         mla_gpu.kernel @attend(
// CHECK-NOT:     k_rope_map
// CHECK:         mla_gpu.smem.alloc "k0" : !mla_gpu.smem<64x256xf16, sw128>
// CHECK:         mla_gpu.role "wg0"
// CHECK:         mla_gpu.mask
// CHECK-NOT:     mla_gpu.mask
// CHECK:         mla_gpu.role "wg1"
func.func @whole_keys(%q: tensor<?x2x256xf16>, %k: tensor<?x2x256xf16>, %v: tensor<?x2x256xf16>, %cu_q: tensor<?xi32>,
                      %cu_kv: tensor<?xi32>) -> (tensor<?x2x256xf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0
      : (tensor<?x2x256xf16>, tensor<?x2x256xf16>, tensor<?x2x256xf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x256xf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x256xf16>, tensor<2x?xf32>
}

// -----

// 96 columns take two tiles; the second one's copy brings zeros for the missing ones.
// CHECK-LABEL: mla_gpu.program @narrow_keys implements
// CHECK-SAME:    d_nope = 64, d_rope = 32, d_v = 64
// CHECK:         mla_gpu.smem.alloc "q0" : !mla_gpu.smem<64x128xbf16, sw128>
// CHECK:         mla_gpu.mbar.arm %{{.*}} bytes(32768)
func.func @narrow_keys(%q: tensor<?x2x96xbf16>, %k: tensor<?x2x64xbf16>, %k_rope: tensor<?x32xbf16>,
                       %v: tensor<?x2x64xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
    -> (tensor<?x2x64xbf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_q, %cu_kv scale 1.0 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 0.0 : f32>}
      : (tensor<?x2x96xbf16>, tensor<?x2x64xbf16>, tensor<?x32xbf16>, tensor<?x2x64xbf16>, tensor<?xi32>,
         tensor<?xi32>) -> (tensor<?x2x64xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x64xbf16>, tensor<2x?xf32>
}
