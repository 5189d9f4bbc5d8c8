// RUN: mla-opt %s --convert-mla-to-mla-gpu | FileCheck %s

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
!group = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

// CHECK-LABEL: mla_gpu.program @plain implements #mla_gpu.append<element = bf16, format = bf16, page_size = 64,
// CHECK-SAME: d_latent = 512, d_rope = 64, slot_bits = 32, position_bits = 0, queries = 0, norm = false,
// CHECK-SAME: eps = 0.000000e+00 : f32>
// CHECK: mla_gpu.kernel @append(
// CHECK-SAME: step(append) grid(twice_per_multiprocessor, one) threads(256)
// CHECK-NOT: lane.reduce
// CHECK-NOT: math.sin
func.func @plain(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi32>) -> !cache {
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !cache, tensor<?xi32>) -> !cache
  return %after : !cache
}

// Frequencies of RoPE in turns of 2^-64: the first is 1 / 2π.
// CHECK-LABEL: mla_gpu.program @full implements #mla_gpu.append<
// CHECK-SAME: slot_bits = 0, position_bits = 0, queries = 2, norm = true,
// CHECK-SAME: rotation = <interleaved = true, magnitude = 1.000000e+00 : f64, turns = [2935890503282001408,
// CHECK: mla_gpu.global.load %block_table
// CHECK: mla_gpu.lane.reduce add
// CHECK: math.rsqrt
// CHECK: math.cos
// CHECK: math.sin
// CHECK-COUNT-4: mla_gpu.lane.reduce max
// CHECK-COUNT-4: mla_gpu.global.store_lanes {{.*}} !mla_gpu.ptr<f8E4M3FN>
// CHECK: mla_gpu.global.store_pairs {{.*}} !mla_gpu.ptr<bf16>
func.func @full(%latent: tensor<?x2x512xbf16>, %k_rope: tensor<?x2x64xbf16>, %cache: !group,
                %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %weight: tensor<512xbf16>) -> !group {
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens) norm(%weight) eps 1.0e-6
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x2x512xbf16>, tensor<?x2x64xbf16>, !group, tensor<?x?xi32>, tensor<?xi32>, tensor<512xbf16>) -> !group
  return %after : !group
}

// CHECK-LABEL: mla_gpu.program @rope implements #mla_gpu.rope<element = f16, d_rope = 64, heads = 16, position_bits = 64,
// CHECK-SAME: rotation = <interleaved = false
// CHECK: mla_gpu.kernel @rope(
// CHECK-SAME: step(rope)
func.func @rope(%x: tensor<?x16x64xf16>, %positions: tensor<?xi64>) -> tensor<?x16x64xf16> {
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x16x64xf16>, tensor<?xi64>) -> tensor<?x16x64xf16>
  return %out : tensor<?x16x64xf16>
}
