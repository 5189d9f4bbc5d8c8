// The format of the cache, the precision and RoPE decide which kind of schedule is chosen.
// RUN: mla-opt %s --mla-choose-schedule="table=none" | FileCheck %s

!bf16 = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
!e4m3 = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
!token = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>
!group = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

// CHECK-LABEL: func @e4m3
// CHECK: kind = "decode_e4m3"
func.func @e4m3(%q: tensor<?x1x16x576xbf16>, %cache: !e4m3, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // The precision is the template's matter.
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0 precision <e4m3>
      : (tensor<?x1x16x576xbf16>, !e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// With 16-bit products either can.
// CHECK-LABEL: func @e4m3_16
// CHECK: kind = "decode_e4m3"
func.func @e4m3_16(%q: tensor<?x1x16x576xbf16>, %cache: !e4m3, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                   %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0
      : (tensor<?x1x16x576xbf16>, !e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// But the accumulators of e4m3 products keep too few bits for what queries of f16 are held to.
// CHECK-LABEL: func @e4m3_f16
// CHECK: kind = "decode_seesaw"
func.func @e4m3_f16(%q: tensor<?x1x16x576xf16>, %cache: !e4m3, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                    %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0
      : (tensor<?x1x16x576xf16>, !e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @e4m3_f16_asked
// CHECK: kind = "decode_e4m3"
func.func @e4m3_f16_asked(%q: tensor<?x1x16x576xf16>, %cache: !e4m3, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                          %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3">}
      : (tensor<?x1x16x576xf16>, !e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @e4m3_rope
// CHECK: kind = "decode_seesaw"
func.func @e4m3_rope(%q: tensor<?x1x16x576xbf16>, %cache: !e4m3, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                     %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x1x16x576xbf16>, !e4m3, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// Weights of f16, whose maximum may lag.
// CHECK-LABEL: func @e4m3_token
// CHECK: kind = "decode_e4m3"
// CHECK-SAME: rescale_threshold = 8
func.func @e4m3_token(%q: tensor<?x1x16x576xbf16>, %cache: !token, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !token, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @e4m3_token_native
// CHECK: kind = "decode_e4m3"
func.func @e4m3_token_native(%q: tensor<?x1x16x576xbf16>, %cache: !token, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 precision <e4m3>
      : (tensor<?x1x16x576xbf16>, !token, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @e4m3_group
// CHECK: kind = "decode_seesaw"
func.func @e4m3_group(%q: tensor<?x1x16x576xbf16>, %cache: !group, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !group, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @e4m3_group_native
// CHECK: kind = "decode_e4m3"
func.func @e4m3_group_native(%q: tensor<?x1x16x576xbf16>, %cache: !group, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 precision <e4m3>
      : (tensor<?x1x16x576xbf16>, !group, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// CHECK-LABEL: func @bf16
// CHECK: kind = "decode_seesaw"
func.func @bf16(%q: tensor<?x1x16x576xbf16>, %cache: !bf16, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !bf16, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}
