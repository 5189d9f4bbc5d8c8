// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

#chunk = #mla_gpu.layout<chunk>
#chunk_row = #mla_gpu.layout<chunk_row>
!pair = !mla_gpu.smem<64x128xf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!e4m3 = tensor<64x128xf8E4M3FN, #chunk>
!f16 = tensor<64x128xf16, #chunk>
!bf16 = tensor<64x64xbf16, #chunk>
!scales = tensor<64xf32, #chunk_row>

// CHECK-LABEL: func private @widest(tensor<64x256xf8E4M3FN, #chunk>, tensor<64x256xbf16, #chunk>, tensor<64x256xf16, #chunk>, tensor<64x192xf16, #chunk>)
func.func private @widest(tensor<64x256xf8E4M3FN, #chunk>, tensor<64x256xbf16, #chunk>, tensor<64x256xf16, #chunk>,
                          tensor<64x192xf16, #chunk>)

// CHECK-LABEL: func @global
// CHECK-SAME: (%[[CACHE:.*]]: !mla_gpu.ptr<f8E4M3FN>, %[[ROPE:.*]]: !mla_gpu.ptr<bf16>, %[[HALF:.*]]: !mla_gpu.ptr<f16>, %[[SCALES:.*]]: !mla_gpu.ptr<f32>, %[[BYTES:.*]]: !mla_gpu.ptr<i8>,
// CHECK-SAME: %[[AT:.*]]: i64, %[[N:.*]]: i32)
func.func @global(%cache: !mla_gpu.ptr<f8E4M3FN>, %rope: !mla_gpu.ptr<bf16>, %half: !mla_gpu.ptr<f16>,
                  %scales: !mla_gpu.ptr<f32>, %bytes: !mla_gpu.ptr<i8>, %at: i64, %n: i32) {
  // CHECK: mla_gpu.global.load_tile %[[CACHE]][%[[AT]]] row_stride 656 valid %[[N]] : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x128xf8E4M3FN, #chunk>
  %0 = mla_gpu.global.load_tile %cache[%at] row_stride 656 valid %n : !mla_gpu.ptr<f8E4M3FN> -> !e4m3
  // CHECK: mla_gpu.global.load_tile %[[ROPE]][%[[AT]]] row_stride 328 valid %[[N]] {test.note} : !mla_gpu.ptr<bf16> -> tensor<64x64xbf16, #chunk>
  %1 = mla_gpu.global.load_tile %rope[%at] row_stride 328 valid %n {test.note} : !mla_gpu.ptr<bf16> -> !bf16
  // Rows may overlap.
  // CHECK: mla_gpu.global.load_tile %[[HALF]][%[[AT]]] row_stride 8 valid %[[N]] : !mla_gpu.ptr<f16> -> tensor<64x128xf16, #chunk>
  %2 = mla_gpu.global.load_tile %half[%at] row_stride 8 valid %n : !mla_gpu.ptr<f16> -> !f16
  // CHECK: mla_gpu.global.load_rows %[[SCALES]][%[[AT]]] row_stride 164 valid %[[N]] : !mla_gpu.ptr<f32> -> tensor<64xf32, #chunk_row>
  %3 = mla_gpu.global.load_rows %scales[%at] row_stride 164 valid %n : !mla_gpu.ptr<f32> -> !scales
  // CHECK: mla_gpu.global.load_rows %[[SCALES]][%[[AT]]] row_stride 1 valid %[[N]] : !mla_gpu.ptr<f32> -> tensor<64xf32, #chunk_row>
  %4 = mla_gpu.global.load_rows %scales[%at] row_stride 1 valid %n : !mla_gpu.ptr<f32> -> !scales
  // CHECK: mla_gpu.global.load_rows %[[SCALES]][%[[AT]]] row_stride 164 valid %[[N]] : !mla_gpu.ptr<f32> -> tensor<64xf32, #row>
  %5 = mla_gpu.global.load_rows %scales[%at] row_stride 164 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<row>>
  // CHECK: mla_gpu.global.prefetch %[[BYTES]][%[[AT]]] bytes 41984 : !mla_gpu.ptr<i8>
  mla_gpu.global.prefetch %bytes[%at] bytes 41984 : !mla_gpu.ptr<i8>
  // CHECK: mla_gpu.global.prefetch %[[SCALES]][%[[AT]]] bytes 16 : !mla_gpu.ptr<f32>
  mla_gpu.global.prefetch %scales[%at] bytes 16 : !mla_gpu.ptr<f32>
  return
}

// CHECK-LABEL: func @convert
// CHECK-SAME: (%[[K:.*]]: tensor<64x128xf8E4M3FN, #chunk>, %[[ROPE:.*]]: tensor<64x64xbf16, #chunk>, %[[X:.*]]: f32, %[[PAIR:.*]]: !mla_gpu.smem<64x128xf16, sw128>, %[[TILE:.*]]: !mla_gpu.smem<64x64xbf16, sw128>)
func.func @convert(%k_8: !e4m3, %rope: !bf16, %x: f32, %pair: !pair, %tile: !tile) {
  // CHECK: %[[SCALE:.*]] = mla_gpu.splat %[[X]] : f32 -> tensor<64xf32, #chunk_row>
  %scale = mla_gpu.splat %x : f32 -> !scales
  // CHECK: %[[SCALED:.*]] = mla_gpu.convert_chunks %[[K]] by %[[SCALE]] : tensor<64x128xf8E4M3FN, #chunk> by tensor<64xf32, #chunk_row> -> tensor<64x128xf16, #chunk>
  %scaled = mla_gpu.convert_chunks %k_8 by %scale : !e4m3 by !scales -> !f16
  // CHECK: mla_gpu.convert_chunks %[[K]] : tensor<64x128xf8E4M3FN, #chunk> -> tensor<64x128xbf16, #chunk>
  %exact = mla_gpu.convert_chunks %k_8 : !e4m3 -> tensor<64x128xbf16, #chunk>
  // CHECK: mla_gpu.convert_chunks %[[ROPE]] : tensor<64x64xbf16, #chunk> -> tensor<64x64xf16, #chunk>
  %half = mla_gpu.convert_chunks %rope : !bf16 -> tensor<64x64xf16, #chunk>
  // CHECK: mla_gpu.convert_chunks %[[ROPE]] by %[[SCALE]] : tensor<64x64xbf16, #chunk> by tensor<64xf32, #chunk_row> -> tensor<64x64xbf16, #chunk>
  %same = mla_gpu.convert_chunks %rope by %scale : !bf16 by !scales -> !bf16
  // CHECK: mla_gpu.smem.store_tile %[[SCALED]], %[[PAIR]] : tensor<64x128xf16, #chunk>, !mla_gpu.smem<64x128xf16, sw128>
  mla_gpu.smem.store_tile %scaled, %pair : !f16, !pair
  // CHECK: mla_gpu.smem.store_tile %[[ROPE]], %[[TILE]] : tensor<64x64xbf16, #chunk>, !mla_gpu.smem<64x64xbf16, sw128>
  mla_gpu.smem.store_tile %rope, %tile : !bf16, !tile
  return
}

// CHECK-LABEL: func @arrive
// CHECK-SAME: (%[[BAR:.*]]: !mla_gpu.mbar)
func.func @arrive(%bar: !mla_gpu.mbar) {
  // CHECK: mla_gpu.mbar.arrive %[[BAR]]{{$}}
  mla_gpu.mbar.arrive %bar
  // CHECK: mla_gpu.mbar.arrive %[[BAR]] each_warp{{$}}
  mla_gpu.mbar.arrive %bar each_warp
  // CHECK: mla_gpu.mbar.arrive %[[BAR]] each_warp {test.note}
  mla_gpu.mbar.arrive %bar each_warp {test.note}
  // CHECK: mla_gpu.mbar.arrive %[[BAR]] each_lane{{$}}
  mla_gpu.mbar.arrive %bar each_lane
  return
}
