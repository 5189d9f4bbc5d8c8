// RUN: mla-opt %s --verify-roundtrip | FileCheck %s

!row = tensor<256xf32, #mla_gpu.layout<lane>>
!half = tensor<128xf32, #mla_gpu.layout<lane>>
!pairs = tensor<32xf32, #mla_gpu.layout<lane>>

// CHECK: mla_gpu.program @append implements #mla_gpu.append<element = bf16, format = e4m3_token, page_size = 64,
// CHECK-SAME: slot_bits = 64, position_bits = 32, queries = 0, norm = true, eps = 1.000000e-03 : f32,
// CHECK-SAME: rotation = <interleaved = true, magnitude = 1.000000e+00 : f64, turns = [1, -9223372036854775808]>>
mla_gpu.program @append implements #mla_gpu.append<
    element = bf16, format = e4m3_token, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 64,
    position_bits = 32, queries = 0, norm = true, eps = 1.0e-3 : f32,
    rotation = <interleaved = true, magnitude = 1.0, turns = [1, -9223372036854775808]>> {
  // CHECK: step(append)
  mla_gpu.kernel @append(%cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
                         %latent: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<latent>},
                         %slots: !mla_gpu.ptr<i64> {mla_gpu.bind = #mla_gpu.binding<slots>},
                         %positions: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<positions>},
                         %latent_stride: i32 {mla_gpu.bind = #mla_gpu.binding<latent_stride>})
      step(append) grid(twice_per_multiprocessor, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %i = arith.constant 0 : i64
      %some = arith.constant 16 : i32
      // CHECK: mla_gpu.global.view %{{.*}} : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<f8E4M3FN>
      %e4m3 = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<f8E4M3FN>
      // CHECK: mla_gpu.global.load %{{.*}}[%{{.*}}] : !mla_gpu.ptr<i64> -> i64
      %slot = mla_gpu.global.load %slots[%i] : !mla_gpu.ptr<i64> -> i64
      %x = mla_gpu.global.load_lanes %latent[%i] : !mla_gpu.ptr<bf16> -> !row
      // CHECK: mla_gpu.lane.reduce add %{{.*}} : tensor<256xf32, #lane> -> f32
      %sum = mla_gpu.lane.reduce add %x : !row -> f32
      // CHECK: mla_gpu.lane.slice %{{.*}} from 128 : tensor<256xf32, #lane> -> tensor<128xf32, #lane>
      %half = mla_gpu.lane.slice %x from 128 : !row -> !half
      // CHECK: mla_gpu.global.store_lanes %{{.*}}, %{{.*}}[%{{.*}}] : tensor<128xf32, #lane>, !mla_gpu.ptr<f8E4M3FN>
      mla_gpu.global.store_lanes %half, %e4m3[%slot] : !half, !mla_gpu.ptr<f8E4M3FN>
      // CHECK: %[[EVEN:.*]], %[[ODD:.*]] = mla_gpu.global.load_pairs %{{.*}}[%{{.*}}] : !mla_gpu.ptr<bf16> -> tensor<32xf32, #lane>
      %even, %odd = mla_gpu.global.load_pairs %latent[%i] : !mla_gpu.ptr<bf16> -> !pairs
      // CHECK: mla_gpu.global.load_pairs %{{.*}}[%{{.*}}] valid %{{.*}} : !mla_gpu.ptr<bf16> -> tensor<32xf32, #lane>
      %some_even, %some_odd = mla_gpu.global.load_pairs %latent[%i] valid %some : !mla_gpu.ptr<bf16> -> !pairs
      // CHECK: mla_gpu.global.store_lanes %{{.*}}, %{{.*}}[%{{.*}}] valid %{{.*}} : tensor<32xf32, #lane>, !mla_gpu.ptr<f8E4M3FN>
      mla_gpu.global.store_lanes %some_even, %e4m3[%i] valid %some : !pairs, !mla_gpu.ptr<f8E4M3FN>
      // CHECK: mla_gpu.global.store_pairs %{{.*}}, %{{.*}}, %{{.*}}[%{{.*}}] valid %{{.*}} : tensor<32xf32, #lane>, !mla_gpu.ptr<f8E4M3FN>
      mla_gpu.global.store_pairs %some_even, %some_odd, %e4m3[%i] valid %some : !pairs, !mla_gpu.ptr<f8E4M3FN>
      // CHECK: mla_gpu.global.store_pairs %[[EVEN]], %[[ODD]], %{{.*}}[%{{.*}}] : tensor<32xf32, #lane>, !mla_gpu.ptr<f8E4M3FN>
      mla_gpu.global.store_pairs %even, %odd, %e4m3[%i] : !pairs, !mla_gpu.ptr<f8E4M3FN>
    }
  }
}

// CHECK: mla_gpu.program @rope implements #mla_gpu.rope<element = f16, d_rope = 4, heads = 16, position_bits = 64,
mla_gpu.program @rope implements #mla_gpu.rope<
    element = f16, d_rope = 4, heads = 16, position_bits = 64,
    rotation = <interleaved = false, magnitude = 1.5, turns = [1, 2]>> {
}
