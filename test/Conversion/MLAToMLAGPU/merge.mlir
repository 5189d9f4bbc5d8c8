// RUN: mla-opt %s -split-input-file -convert-mla-to-mla-gpu | FileCheck %s
// RUN: mla-opt %s -split-input-file -convert-mla-to-mla-gpu -verify-roundtrip -o /dev/null

// CHECK-LABEL: mla_gpu.program @wide implements #mla_gpu.merge<element = bf16, heads = 128, d_v = 512, heads_first = false>
// CHECK:         mla_gpu.kernel @merge(
// CHECK-SAME:    binding<out_a>
// CHECK-SAME:    binding<lse_b>
// CHECK-SAME:    step(merge) grid(twice_per_multiprocessor, one) threads(256)
// Two whole rows at a time, and both parts of each before anything is stored.
// CHECK-COUNT-4: mla_gpu.global.load %{{.*}} : !mla_gpu.ptr<f32> -> f32
// CHECK-COUNT-4: mla_gpu.global.load_lanes %{{.*}} : !mla_gpu.ptr<bf16> -> tensor<512xf32
// CHECK-NOT:     mla_gpu.global.load
// CHECK-COUNT-2: mla_gpu.global.store_lanes
// CHECK-COUNT-2: mla_gpu.global.store %
// CHECK-NOT:     mla_gpu.global.store
func.func @wide(%a: tensor<?x128x512xbf16>, %la: tensor<?x128xf32>, %b: tensor<?x128x512xbf16>, %lb: tensor<?x128xf32>)
    -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  %out, %lse = mla.merge %a, %la, %b, %lb
      : (tensor<?x128x512xbf16>, tensor<?x128xf32>, tensor<?x128x512xbf16>, tensor<?x128xf32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}

// -----

// CHECK-LABEL: mla_gpu.program @narrow implements #mla_gpu.merge<element = f32, heads = 3, d_v = 96, heads_first = true>
// CHECK-COUNT-8: mla_gpu.global.load_lanes %{{.*}} : !mla_gpu.ptr<f32> -> tensor<32xf32
func.func @narrow(%a: tensor<?x3x96xf32>, %la: tensor<3x?xf32>, %b: tensor<?x3x96xf32>, %lb: tensor<3x?xf32>)
    -> (tensor<?x3x96xf32>, tensor<3x?xf32>) {
  %out, %lse = mla.merge %a, %la, %b, %lb heads_first
      : (tensor<?x3x96xf32>, tensor<3x?xf32>, tensor<?x3x96xf32>, tensor<3x?xf32>) -> (tensor<?x3x96xf32>, tensor<3x?xf32>)
  return %out, %lse : tensor<?x3x96xf32>, tensor<3x?xf32>
}
