// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
!e4m3 = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
!group = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

// The example of the op's description.
// CHECK-LABEL: func @append_slots
func.func @append_slots(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi64>,
                        %positions: tensor<?xi64>, %weight: tensor<512xbf16>) -> !cache {
  // CHECK: mla.append %{{.*}}, %{{.*}} to %{{.*}} slots(%{{.*}}) positions(%{{.*}}) norm(%{{.*}}) eps 9.99999997E-7
  // CHECK-SAME: rope(#mla.rope<base = 1.000000e+04 : f64, pairing = interleaved>) :
  %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions) norm(%weight) eps 1.0e-06
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
         tensor<?xi64>, tensor<?xi64>, tensor<512xbf16>)
      -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return %after : !cache
}

// CHECK-LABEL: func @append_block_table
func.func @append_block_table(%latent: tensor<4x2x512xbf16>, %k_rope: tensor<4x2x64xbf16>, %cache: !cache,
                              %block_table: tensor<4x?xi32>, %seq_lens: tensor<4xi32>) -> !cache {
  // CHECK: mla.append %{{.*}}, %{{.*}} to %{{.*}} block_table(%{{.*}}) seq_lens(%{{.*}}) rope(#mla.rope<
  // CHECK-SAME: pairing = half_split, yarn = <factor = 4.000000e+01 : f64, original_length = 4096,
  // CHECK-SAME: mscale_all_dim = 7.070000e-01 : f64>>)
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      rope(#mla.rope<base = 10000.0, pairing = half_split,
                     yarn = <factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 0.707,
                             mscale_all_dim = 0.707>>)
      : (tensor<4x2x512xbf16>, tensor<4x2x64xbf16>, !cache, tensor<4x?xi32>, tensor<4xi32>) -> !cache
  return %after : !cache
}

// CHECK-LABEL: func @append_plain
func.func @append_plain(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !group,
                        %slots: tensor<?xi32>) -> !group {
  // CHECK: mla.append %{{.*}}, %{{.*}} to %{{.*}} slots(%{{.*}}) :
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !group, tensor<?xi32>) -> !group
  return %after : !group
}

// CHECK-LABEL: func @append_cache_scale
func.func @append_cache_scale(%latent: tensor<?x512xf16>, %k_rope: tensor<?x64xf16>, %cache: !e4m3,
                              %slots: tensor<?xi32>, %cache_scale: tensor<f32>) -> !e4m3 {
  // CHECK: mla.append %{{.*}}, %{{.*}} to %{{.*}} slots(%{{.*}}) cache_scale(%{{.*}}) :
  %after = mla.append %latent, %k_rope to %cache slots(%slots) cache_scale(%cache_scale)
      : (tensor<?x512xf16>, tensor<?x64xf16>, !e4m3, tensor<?xi32>, tensor<f32>) -> !e4m3
  return %after : !e4m3
}

// Factors keep all their bits.
// CHECK-LABEL: func @rope_factors
func.func @rope_factors(%x: tensor<?x4x4xf16>, %positions: tensor<?xi32>) -> tensor<?x4x4xf16> {
  // CHECK: mla.rope %{{.*}}, %{{.*}} by(#mla.rope<base = 1.000000e+04 : f64, pairing = half_split,
  // CHECK-SAME: factors = [1.0591234137867171, 1.600000e+01]>) :
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split, factors = [1.0591234137867171, 16.0]>)
      : (tensor<?x4x4xf16>, tensor<?xi32>) -> tensor<?x4x4xf16>
  return %out : tensor<?x4x4xf16>
}

// The example of the op's description.
// CHECK-LABEL: func @rope
func.func @rope(%x: tensor<?x16x64xbf16>, %positions: tensor<?xi32>) -> tensor<?x16x64xbf16> {
  // CHECK: mla.rope
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x16x64xbf16>, tensor<?xi32>) -> tensor<?x16x64xbf16>
  return %out : tensor<?x16x64xbf16>
}
