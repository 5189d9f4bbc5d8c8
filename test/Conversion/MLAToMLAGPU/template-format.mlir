// What a template is told about the types of products, and a template for another format, which the program's verifier refuses.
// RUN: split-file %s %t
// RUN: mla-opt %t/e4m3.mlir -convert-mla-to-mla-gpu=template-dir=%t/own | FileCheck %s --check-prefix=E4M3
// RUN: mla-opt %t/token.mlir -convert-mla-to-mla-gpu=template-dir=%t/own | FileCheck %s --check-prefix=TOKEN
// RUN: not mla-opt %t/wrong.mlir -convert-mla-to-mla-gpu=template-dir=%t/own 2>&1 | FileCheck %s --check-prefix=WRONG

// E4M3: mla_gpu.program @decode implements #mla_gpu.decode<element = f16, format = e4m3, page_size = 64,
// E4M3: mla_gpu.role "bf16 split f16 0"
// TOKEN: mla_gpu.program @decode implements #mla_gpu.decode<element = bf16, format = e4m3_token, precision = e4m3, page_size = 64,
// TOKEN: mla_gpu.role "e4m3 split f16 1"
// WRONG: error: 'mla_gpu.kernel' op expected a cache of bf16 or f16 for argument {{[0-9]+}}, bound to cache_map, but got format e4m3_group

//--- e4m3.mlir
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x16x576xf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                  %cache_scale: tensor<f32>) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens, %cache_scale scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3_own">}
      : (tensor<?x1x16x576xf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xf16>, tensor<?x1x16xf32>
}
//--- token.mlir
!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 precision <e4m3>
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3_own">}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}
//--- wrong.mlir
!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "wrong">}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}
//--- own/decode_schedule.mlir
//--- own/decode_e4m3_own.mlir
mla_gpu.program @program {
  mla_gpu.kernel @own() step(attend) grid(one, one) threads(32) {
    mla_gpu.role "${precision} ${queries} ${product} ${convert}" warps(0 to 1) team(warp) {
    }
  }
}
//--- own/wrong.mlir
mla_gpu.program @program {
  mla_gpu.kernel @wrong(%map: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
