// RUN: split-file %s %t
// RUN: mla-interpreter-test %t/numbers.mlir --interleaving=all | FileCheck %s
// RUN: mla-interpreter-test %t/findings.mlir --verify-diagnostics
// RUN: mla-interpreter-test %t/findings.mlir --verify-diagnostics --timing
// RUN: mla-interpreter-test %t/findings.mlir --verify-diagnostics --protocol-only
// RUN: mla-interpreter-test %t/races.mlir --verify-diagnostics
// RUN: mla-interpreter-test %t/races.mlir --verify-diagnostics --timing
// RUN: mla-interpreter-test %t/races.mlir --verify-diagnostics --protocol-only
// RUN: mla-interpreter-test %t/races.mlir --verify-diagnostics --interleaving=memory

//--- numbers.mlir

// Chunks: from global memory through registers into tiles. Element i of a buffer of e4m3 is (7·i mod 31 − 15) / 8, of
// 16-bit numbers 7·i mod 61, unless it is given. The numbers expected come from a calculation by itself, in double.

#chunk = #mla_gpu.layout<chunk>
!map_f16 = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!map_bf16 = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile_f16 = !mla_gpu.smem<64x64xf16, sw128>
!tile_bf16 = !mla_gpu.smem<64x64xbf16, sw128>
!pair_f16 = !mla_gpu.smem<64x128xf16, sw128>
!k_8 = tensor<64x64xf8E4M3FN, #chunk>
!k_f16 = tensor<64x64xf16, #chunk>
!k_bf16 = tensor<64x64xbf16, #chunk>
!wide_8 = tensor<64x128xf8E4M3FN, #chunk>
!wide_f16 = tensor<64x128xf16, #chunk>
!scales = tensor<64xf32, #mla_gpu.layout<chunk_row>>

mla_gpu.program @chunks {
  // Three rows of 80 elements from 16 on, to the buffer's end: rows past them are 0, and are not there to be read. Of a
  // negative number of rows there are none, though the index is nowhere; of a hundred there are 64.
  // CHECK-LABEL: @rows
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25{{$}}
  // CHECK-NEXT: {{^}}  0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0{{$}}
  // CHECK-NEXT: {{^}}  1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25{{$}}
  // CHECK-COUNT-61: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-COUNT-64: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  0, 7, 14, 21, 28, 35, 42, 49, 56{{$}}
  // CHECK-COUNT-62: {{^}}  {{[0-9]}}
  // CHECK-NEXT: {{^}}  42, 49, 56, 2, 9, 16, 23, 30, 37{{$}}
  // CHECK-NOT: ,
  mla_gpu.kernel @rows(
      %bytes: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<240xf8E4M3FN>},
      %halves: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<64x64xf16>},
      %out: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<3x64x64xf16>, test.print = 9})
      step(other) grid(one, one) threads(128) {
    %tiles = mla_gpu.smem.alloc "tiles" : !mla_gpu.smem<64x192xf16, sw128>
    %tile0 = mla_gpu.smem.view %tiles tiles(0 to 1) : !mla_gpu.smem<64x192xf16, sw128> -> !tile_f16
    %tile1 = mla_gpu.smem.view %tiles tiles(1 to 2) : !mla_gpu.smem<64x192xf16, sw128> -> !tile_f16
    %tile2 = mla_gpu.smem.view %tiles tiles(2 to 3) : !mla_gpu.smem<64x192xf16, sw128> -> !tile_f16
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %i16 = arith.constant 16 : i64
      %nowhere = arith.constant -9223372036854775807 : i64
      %three = arith.constant 3 : i32
      %negative = arith.constant -2147483648 : i32
      %hundred = arith.constant 100 : i32
      mla_gpu.global.prefetch %bytes[%i16] bytes 224 : !mla_gpu.ptr<f8E4M3FN>
      %x = mla_gpu.global.load_tile %bytes[%i16] row_stride 80 valid %three : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      %x_16 = mla_gpu.convert_chunks %x : !k_8 -> !k_f16
      %y = mla_gpu.global.load_tile %bytes[%nowhere] row_stride 80 valid %negative : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      %y_16 = mla_gpu.convert_chunks %y : !k_8 -> !k_f16
      %z = mla_gpu.global.load_tile %halves[%i0] row_stride 64 valid %hundred : !mla_gpu.ptr<f16> -> !k_f16
      mla_gpu.smem.store_tile %x_16, %tile0 : !k_f16, !tile_f16
      mla_gpu.smem.store_tile %y_16, %tile1 : !k_f16, !tile_f16
      mla_gpu.smem.store_tile %z, %tile2 : !k_f16, !tile_f16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      mla_gpu.tma.store %tile0 to %out[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %tile1 to %out[%c1, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %tile2 to %out[%c2, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store_wait
    }
  }

  // 128 columns, of rows that overlap, in two tiles: all of them are at their places.
  // CHECK-LABEL: @columns
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75{{$}}
  // CHECK-NEXT: {{^}}  0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75{{$}}
  // CHECK-COUNT-61: {{^}}  {{[-0-9]}}
  // CHECK-NEXT: {{^}}  0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75, 0.125, 1, 1.875, -1.125, -0.25, 0.625, 1.5, -1.5, -0.625, 0.25, 1.125, -1.875, -1, -0.125, 0.75, 1.625, -1.375, -0.5, 0.375, 1.25, -1.75, -0.875, 0, 0.875, 1.75, -1.25, -0.375, 0.5, 1.375, -1.625, -0.75{{$}}
  mla_gpu.kernel @columns(
      %bytes: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<1152xf8E4M3FN>},
      %out: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x64x128xf16>, test.print = 128})
      step(other) grid(one, one) threads(128) {
    %pair = mla_gpu.smem.alloc "pair" : !pair_f16
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %x = mla_gpu.global.load_tile %bytes[%i0] row_stride 16 valid %c64 : !mla_gpu.ptr<f8E4M3FN> -> !wide_8
      %x_16 = mla_gpu.convert_chunks %x : !wide_8 -> !wide_f16
      mla_gpu.smem.store_tile %x_16, %pair : !wide_f16, !pair_f16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      mla_gpu.tma.store %pair to %out[%c0, %c0, %c0] : !pair_f16 -> !map_f16
      mla_gpu.tma.store_wait
    }
  }

  // The same row times many scales: 1, 0, 2^-24 and what rounds to no power of two of f16, a small one, two that are no f16,
  // such that overflow, 2^15 and 2^16, which is infinity in f16, and a negative one. Rows past the last scale are 0 times 0.
  // In f16, then in f32 for a result of bf16.
  // CHECK-LABEL: @scales
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  0, -0, 1, -1.125, 448, -448, 0.00195312, -0.00195312, 0.0136719, 240, nan, 3.5, 18, 0.101562, 0.5, 1.875{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 0, -0, 0, -0, 0, -0, 0, 0, nan, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 5.96046e-08, -5.96046e-08, 2.67029e-05, -2.67029e-05, 0, -0, 0, 1.43051e-05, nan, 2.38419e-07, 1.07288e-06, 0, 0, 1.19209e-07{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 0, -0, 0, -0, 0, -0, 0, 0, nan, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  0, 0, 1.60933e-06, -1.84774e-06, 0.000726223, -0.000726223, 0, -0, 0, 0.000389099, nan, 5.66244e-06, 2.92063e-05, 1.78814e-07, 8.34465e-07, 3.03984e-06{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 1.23438, -1.38867, 553, -553, 0.00241089, -0.00241089, 0.0168762, 296.25, nan, 4.32031, 22.2188, 0.125366, 0.617188, 2.31445{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 146.75, -165.125, inf, -inf, 0.286621, -0.286621, 2.00586, 35232, nan, 513.5, 2642, 14.9062, 73.375, 275.25{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 200, -225, inf, -inf, 0.390625, -0.390625, 2.73438, 48000, nan, 700, 3600, 20.3125, 100, 375{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 32768, -36864, inf, -inf, 64, -64, 448, inf, nan, inf, inf, 3328, 16384, 61440{{$}}
  // CHECK-NEXT: {{^}}  nan, nan, inf, -inf, inf, -inf, inf, -inf, inf, inf, nan, inf, inf, inf, inf, inf{{$}}
  // CHECK-NEXT: {{^}}  0, 0, -0.0100021, 0.0112534, -4.48047, 4.48047, -1.95503e-05, 1.95503e-05, -0.000136733, -2.40039, nan, -0.0350037, -0.180054, -0.00101566, -0.00500107, -0.0187531{{$}}
  // CHECK-COUNT-53: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: partial_map:
  // CHECK-NEXT: {{^}}  0, -0, 1, -1.125, 448, -448, 0.00195312, -0.00195312, 0.0136719, 240, nan, 3.5, 18, 0.101562, 0.5, 1.875{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 0, -0, 0, -0, 0, -0, 0, 0, nan, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 5.96046e-08, -6.70552e-08, 2.67029e-05, -2.67029e-05, 1.16415e-10, -1.16415e-10, 8.14907e-10, 1.43051e-05, nan, 2.08616e-07, 1.07288e-06, 6.0536e-09, 2.98023e-08, 1.11759e-07{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 4.47035e-08, -5.02914e-08, 2.00272e-05, -2.00272e-05, 8.73115e-11, -8.73115e-11, 6.1118e-10, 1.07288e-05, nan, 1.56462e-07, 8.04663e-07, 4.5402e-09, 2.23517e-08, 8.3819e-08{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 1.62423e-06, -1.82539e-06, 0.000724792, -0.000724792, 3.17232e-09, -3.17232e-09, 2.21189e-08, 0.000389099, nan, 5.66244e-06, 2.92063e-05, 1.64844e-07, 8.12113e-07, 3.03984e-06{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 1.23438, -1.39062, 552, -552, 0.00241089, -0.00241089, 0.0168457, 296, nan, 4.3125, 22.25, 0.125, 0.617188, 2.3125{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 147, -165, 65536, -65536, 0.287109, -0.287109, 2, 35328, nan, 512, 2640, 14.875, 73.5, 276{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 200, -225, 89600, -89600, 0.390625, -0.390625, 2.73438, 48128, nan, 700, 3600, 20.25, 100, 376{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 32768, -36864, 1.46801e+07, -1.46801e+07, 64, -64, 448, 7.86432e+06, nan, 114688, 589824, 3328, 16384, 61440{{$}}
  // CHECK-NEXT: {{^}}  0, -0, 65536, -73728, 2.93601e+07, -2.93601e+07, 128, -128, 896, 1.57286e+07, nan, 229376, 1.17965e+06, 6656, 32768, 122880{{$}}
  // CHECK-NEXT: {{^}}  -0, 0, -0.0100098, 0.0112305, -4.46875, 4.46875, -1.95503e-05, 1.95503e-05, -0.000136375, -2.40625, nan, -0.0349121, -0.179688, -0.00101471, -0.00500488, -0.0187988{{$}}
  // CHECK-COUNT-53: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  mla_gpu.kernel @scales(
      %bytes: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<[
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875],
          [0.0, -0.0, 1.0, -1.125, 448.0, -448.0, 0.001953125, -0.001953125, 0.013671875, 240.0, 0x7F, 3.5, 18.0, 0.1015625, 0.5, 1.875]]> : tensor<14x16xf8E4M3FN>},
      %scales: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<[
          -7.0, 1.0, -7.0, 0.0, -7.0, 5.960464477539063e-08, -7.0, 4.470348358154297e-08, -7.0, 1.62124638336536e-06, -7.0, 1.2345677614212036, -7.0, 146.75, -7.0, 200.0, -7.0, 32768.0, -7.0, 65536.0, -7.0, -0.009999999776482582]> : tensor<22xf32>},
      %out: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x64x64xf16>, test.print = 16},
      %brain: !map_bf16 {mla_gpu.bind = #mla_gpu.binding<partial_map>, test.buffer = dense<-1.0> : tensor<1x64x64xbf16>, test.print = 16})
      step(other) grid(one, one) threads(128) {
    %tile0 = mla_gpu.smem.alloc "tile0" : !tile_f16
    %tile1 = mla_gpu.smem.alloc "tile1" : !tile_bf16
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 1 : i64
      %given = arith.constant 11 : i32
      %x = mla_gpu.global.load_tile %bytes[%i0] row_stride 16 valid %given : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      // Every second element, from the second on.
      %scale = mla_gpu.global.load_rows %scales[%i1] row_stride 2 valid %given : !mla_gpu.ptr<f32> -> !scales
      %x_f16 = mla_gpu.convert_chunks %x by %scale : !k_8 by !scales -> !k_f16
      %x_bf16 = mla_gpu.convert_chunks %x by %scale : !k_8 by !scales -> !k_bf16
      mla_gpu.smem.store_tile %x_f16, %tile0 : !k_f16, !tile_f16
      mla_gpu.smem.store_tile %x_bf16, %tile1 : !k_bf16, !tile_bf16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      mla_gpu.tma.store %tile0 to %out[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %tile1 to %brain[%c0, %c0, %c0] : !tile_bf16 -> !map_bf16
      mla_gpu.tma.store_wait
    }
  }

  // 16-bit numbers of one type become the other's: f16 overflows and has subnormals, bf16 has 8 bits. By a splat, and to themselves.
  // CHECK-LABEL: @halves
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  inf, 65280, inf, -inf, inf, -inf, nan, 5.96046e-08, 0, 5.96046e-08, 6.10352e-05, -0, 256, 0, 0.332031, -2.5{{$}}
  // CHECK-COUNT-63: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  21840, 21760, 21840, -33280, inf, -inf, nan, 0, 0, 0, 2.03252e-05, -0, 85.3125, 0, 0.110657, -0.833496{{$}}
  // CHECK-COUNT-63: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: partial_map:
  // CHECK-NEXT: {{^}}  21888, 21760, 21888, -33280, inf, -inf, nan, 0, 0, 0, 2.02656e-05, -0, 85.5, 0, 0.11084, -0.832031{{$}}
  // CHECK-COUNT-63: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0{{$}}
  // CHECK-NEXT: {{^}}  65536, 65280, 65536, -99840, 3.00406e+38, -inf, nan, 5.96046e-08, 2.98023e-08, 4.47035e-08, 6.10352e-05, -0, 256, 9.98402e-31, 0.332031, -2.5{{$}}
  mla_gpu.kernel @halves(
      %halves: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<[
          65536.0, 65280.0, 65536.0, -99840.0, 3.00405527047391e+38, 0xFF80, 0x7FC0, 5.960464477539063e-08, 2.9802322387695312e-08, 4.470348358154297e-08, 6.103515625e-05, -0.0, 256.0, 9.98402083170343e-31, 0.33203125, -2.5,
          65536.0, 65280.0, 65536.0, -99840.0, 3.00405527047391e+38, 0xFF80, 0x7FC0, 5.960464477539063e-08, 2.9802322387695312e-08, 4.470348358154297e-08, 6.103515625e-05, -0.0, 256.0, 9.98402083170343e-31, 0.33203125, -2.5,
          65536.0, 65280.0, 65536.0, -99840.0, 3.00405527047391e+38, 0xFF80, 0x7FC0, 5.960464477539063e-08, 2.9802322387695312e-08, 4.470348358154297e-08, 6.103515625e-05, -0.0, 256.0, 9.98402083170343e-31, 0.33203125, -2.5,
          65536.0, 65280.0, 65536.0, -99840.0, 3.00405527047391e+38, 0xFF80, 0x7FC0, 5.960464477539063e-08, 2.9802322387695312e-08, 4.470348358154297e-08, 6.103515625e-05, -0.0, 256.0, 9.98402083170343e-31, 0.33203125, -2.5]> : tensor<64xbf16>},
      %out: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<2x64x64xf16>, test.print = 16},
      %brain: !map_bf16 {mla_gpu.bind = #mla_gpu.binding<partial_map>, test.buffer = dense<-1.0> : tensor<2x64x64xbf16>, test.print = 16})
      step(other) grid(one, one) threads(128) {
    %tile0 = mla_gpu.smem.alloc "tile0" : !tile_f16
    %tile1 = mla_gpu.smem.alloc "tile1" : !tile_f16
    %tile2 = mla_gpu.smem.alloc "tile2" : !tile_bf16
    %tile3 = mla_gpu.smem.alloc "tile3" : !tile_bf16
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %third = arith.constant 0.33333334 : f32
      %x = mla_gpu.global.load_tile %halves[%i0] row_stride 64 valid %c1 : !mla_gpu.ptr<bf16> -> !k_bf16
      %scale = mla_gpu.splat %third : f32 -> !scales
      %x_f16 = mla_gpu.convert_chunks %x : !k_bf16 -> !k_f16
      %x_scaled = mla_gpu.convert_chunks %x by %scale : !k_bf16 by !scales -> !k_f16
      %x_back = mla_gpu.convert_chunks %x_scaled : !k_f16 -> !k_bf16
      %x_same = mla_gpu.convert_chunks %x : !k_bf16 -> !k_bf16
      mla_gpu.smem.store_tile %x_f16, %tile0 : !k_f16, !tile_f16
      mla_gpu.smem.store_tile %x_scaled, %tile1 : !k_f16, !tile_f16
      mla_gpu.smem.store_tile %x_back, %tile2 : !k_bf16, !tile_bf16
      mla_gpu.smem.store_tile %x_same, %tile3 : !k_bf16, !tile_bf16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      mla_gpu.tma.store %tile0 to %out[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %tile1 to %out[%c1, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %tile2 to %brain[%c0, %c0, %c0] : !tile_bf16 -> !map_bf16
      mla_gpu.tma.store %tile3 to %brain[%c1, %c0, %c0] : !tile_bf16 -> !map_bf16
      mla_gpu.tma.store_wait
    }
  }
}

//--- findings.mlir
#chunk = #mla_gpu.layout<chunk>
!k_8 = tensor<64x64xf8E4M3FN, #chunk>
!wide_8 = tensor<64x128xf8E4M3FN, #chunk>
!k_bf16 = tensor<64x64xbf16, #chunk>
!scales = tensor<64xf32, #mla_gpu.layout<chunk_row>>
!e4m3 = !mla_gpu.ptr<f8E4M3FN>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @bounds {
  // Two rows of 64 elements, 80 apart, end at element 144.
  mla_gpu.kernel @tile_past_the_end(
      %x: !e4m3 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<144xf8E4M3FN>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %v = mla_gpu.global.load_tile %x[%c0] row_stride 80 valid %c2 : !e4m3 -> !k_8
      // expected-error @+1 {{out of bounds: 64 elements from 160 on, of a buffer of 144 elements}}
      %w = mla_gpu.global.load_tile %x[%c0] row_stride 80 valid %c3 : !e4m3 -> !k_8
    }
  }

  // Of the columns it is the last that lies outside.
  mla_gpu.kernel @wide_tile(
      %x: !e4m3 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<143xf8E4M3FN>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c16 = arith.constant 16 : i64
      %c1 = arith.constant 1 : i32
      %v = mla_gpu.global.load_tile %x[%c0] row_stride 128 valid %c1 : !e4m3 -> !wide_8
      // expected-error @+1 {{out of bounds: 128 elements from 16 on, of a buffer of 143 elements}}
      %w = mla_gpu.global.load_tile %x[%c16] row_stride 128 valid %c1 : !e4m3 -> !wide_8
    }
  }

  mla_gpu.kernel @tile_before_the_begin(
      %x: !e4m3 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<144xf8E4M3FN>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c = arith.constant -16 : i64
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %v = mla_gpu.global.load_tile %x[%c] row_stride 64 valid %c0 : !e4m3 -> !k_8
      // expected-error @+1 {{out of bounds: 64 elements from -16 on, of a buffer of 144 elements}}
      %w = mla_gpu.global.load_tile %x[%c] row_stride 64 valid %c1 : !e4m3 -> !k_8
    }
  }

  // Row 1 is at the end of what can be numbered.
  mla_gpu.kernel @tile_far_away(
      %x: !e4m3 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<144xf8E4M3FN>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c3 = arith.constant 3 : i32
      // expected-error @+1 {{out of bounds: 64 elements from 16777216 on, of a buffer of 144 elements}}
      %v = mla_gpu.global.load_tile %x[%c0] row_stride 16777216 valid %c3 : !e4m3 -> !k_8
    }
  }

  mla_gpu.kernel @misaligned_tile(
      %x: !e4m3 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<144xf8E4M3FN>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c8 = arith.constant 8 : i64
      %c16 = arith.constant 16 : i64
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %u = mla_gpu.global.load_tile %x[%c8] row_stride 64 valid %c0 : !e4m3 -> !k_8
      %v = mla_gpu.global.load_tile %x[%c16] row_stride 64 valid %c1 : !e4m3 -> !k_8
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 16, but got 8}}
      %w = mla_gpu.global.load_tile %x[%c8] row_stride 64 valid %c1 : !e4m3 -> !k_8
    }
  }

  mla_gpu.kernel @misaligned_tile_of_16_bits(
      %x: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<144xbf16>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c4 = arith.constant 4 : i64
      %c8 = arith.constant 8 : i64
      %c1 = arith.constant 1 : i32
      %v = mla_gpu.global.load_tile %x[%c8] row_stride 64 valid %c1 : !mla_gpu.ptr<bf16> -> !k_bf16
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 8, but got 4}}
      %w = mla_gpu.global.load_tile %x[%c4] row_stride 64 valid %c1 : !mla_gpu.ptr<bf16> -> !k_bf16
    }
  }

  mla_gpu.kernel @rows_past_the_end(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<190xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c1 = arith.constant 1 : i64
      %c63 = arith.constant 63 : i32
      %c64 = arith.constant 64 : i32
      %v = mla_gpu.global.load_rows %x[%c1] row_stride 3 valid %c63 : !mla_gpu.ptr<f32> -> !scales
      // expected-error @+1 {{out of bounds: element 190, of a buffer of 190 elements}}
      %w = mla_gpu.global.load_rows %x[%c1] row_stride 3 valid %c64 : !mla_gpu.ptr<f32> -> !scales
    }
  }

  mla_gpu.kernel @rows_before_the_begin(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<190xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c = arith.constant -1 : i64
      %none = arith.constant -1 : i32
      %c1 = arith.constant 1 : i32
      %v = mla_gpu.global.load_rows %x[%c] row_stride 3 valid %none : !mla_gpu.ptr<f32> -> !scales
      // expected-error @+1 {{out of bounds: element -1, of a buffer of 190 elements}}
      %w = mla_gpu.global.load_rows %x[%c] row_stride 3 valid %c1 : !mla_gpu.ptr<f32> -> !scales
    }
  }

  mla_gpu.kernel @prefetch_past_the_end(
      %x: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<63xi8>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c16 = arith.constant 16 : i64
      mla_gpu.global.prefetch %x[%c16] bytes 32 : !mla_gpu.ptr<i8>
      // expected-error @+1 {{out of bounds: 48 elements from 16 on, of a buffer of 63 elements}}
      mla_gpu.global.prefetch %x[%c16] bytes 48 : !mla_gpu.ptr<i8>
    }
  }

  mla_gpu.kernel @prefetch_before_the_begin(
      %x: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xi8>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant -16 : i64
      // expected-error @+1 {{out of bounds: 16 elements from -16 on, of a buffer of 64 elements}}
      mla_gpu.global.prefetch %x[%c] bytes 16 : !mla_gpu.ptr<i8>
    }
  }

  mla_gpu.kernel @misaligned_prefetch(
      %x: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xi8>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c8 = arith.constant 8 : i64
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 16, but got 8}}
      mla_gpu.global.prefetch %x[%c8] bytes 16 : !mla_gpu.ptr<i8>
    }
  }

  // Four elements are 16 bytes.
  mla_gpu.kernel @misaligned_prefetch_of_32_bits(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<16xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c4 = arith.constant 4 : i64
      %c2 = arith.constant 2 : i64
      mla_gpu.global.prefetch %x[%c4] bytes 48 : !mla_gpu.ptr<f32>
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4, but got 2}}
      mla_gpu.global.prefetch %x[%c2] bytes 16 : !mla_gpu.ptr<f32>
    }
  }

  // The first three of four arrivals complete a phase.
  mla_gpu.kernel @arrivals_into_the_next_phase() step(other) grid(one, one) threads(128) {
    // expected-error @+1 {{bad arrival: the kernel ends in the middle of phase 1 of mbarrier 'x' (arrivals 1 of 3, bytes 0 of 0)}}
    %x = mla_gpu.mbar.alloc "x" count(3)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.arrive %x each_warp
    }
  }

  mla_gpu.kernel @one_arrival_too_many() step(other) grid(one, one) threads(160) {
    %x = mla_gpu.mbar.alloc "x" count(4)
    %armed = mla_gpu.nbar.alloc "armed" threads(160)
    mla_gpu.role "b" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %x bytes(128)
      mla_gpu.nbar.arrive %armed
    }
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.nbar.sync %armed
      // expected-error @+1 {{bad arrival: mbarrier 'x' expects 4 arrivals per phase, but got one more (arrivals 4 of 4, bytes 0 of 128)}}
      mla_gpu.mbar.arrive %x each_warp
    }
  }

  // The first 32 of 33 arrivals missed one, and a warp group's lanes are 128.
  mla_gpu.kernel @arrivals_of_lanes() step(other) grid(one, one) threads(160) {
    // expected-error @+1 {{bad arrival: the kernel ends in the middle of phase 0 of mbarrier 'x' (arrivals 32 of 33, bytes 0 of 0)}}
    %x = mla_gpu.mbar.alloc "x" count(33)
    %y = mla_gpu.mbar.alloc "y" count(128)
    mla_gpu.role "b" warps(4 to 5) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.mbar.wait %y parity(%c0)
      mla_gpu.mbar.arrive %x each_lane
    }
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.arrive %y each_lane
    }
  }

  // A single warp arrives once, a warp group without each_warp too.
  mla_gpu.kernel @arrivals_missing() step(other) grid(one, one) threads(160) {
    // expected-error @+1 {{bad arrival: the kernel ends in the middle of phase 0 of mbarrier 'x' (arrivals 2 of 5, bytes 0 of 0)}}
    %x = mla_gpu.mbar.alloc "x" count(5)
    mla_gpu.role "b" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arrive %x each_warp
    }
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.arrive %x
    }
  }
}

//--- races.mlir
// What a group stores is handed on by the arrival of each of its warps, ...
!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @each_warp(
      %x: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64x64xf16>})
      step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(4)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
      %f = mla_gpu.smem.load_tile %tile : !tile -> !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %c64 = arith.constant 64 : i32
      %i0 = arith.constant 0 : i64
      %k = mla_gpu.global.load_tile %x[%i0] row_stride 64 valid %c64 : !mla_gpu.ptr<f16> -> !k
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %full each_warp
    }
  }
}

// -----

// or of each of its threads, ...
!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @each_lane(
      %x: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64x64xf16>})
      step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
      %f = mla_gpu.smem.load_tile %tile : !tile -> !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %c64 = arith.constant 64 : i32
      %i0 = arith.constant 0 : i64
      %k = mla_gpu.global.load_tile %x[%i0] row_stride 64 valid %c64 : !mla_gpu.ptr<f16> -> !k
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %full each_lane
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // ... or after a barrier of the group by that of one thread, ...
  mla_gpu.kernel @one_thread_after_a_barrier() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<1.0> : !k
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.mbar.arrive %full
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // ... but not by that alone: other threads may not have stored yet.
  mla_gpu.kernel @one_thread() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error @+1 {{race: wgmma read of 'tile' by role 'second' is not ordered after the store by role 'first'}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<1.0> : !k
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %full
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @no_fence() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(4)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error @+1 {{missing fence: wgmma read of 'tile' by role 'second' is not ordered after the store by role 'first' as the asynchronous proxy sees it}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<1.0> : !k
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.mbar.arrive %full each_warp
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // The arrivals release what came before them.
  mla_gpu.kernel @stored_afterwards() step(other) grid(one, one) threads(256) {
    %tiles = mla_gpu.smem.alloc "tiles" : !mla_gpu.smem<64x128xf16, sw128>
    %left = mla_gpu.smem.view %tiles tiles(0 to 1) : !mla_gpu.smem<64x128xf16, sw128> -> !tile
    %right = mla_gpu.smem.view %tiles tiles(1 to 2) : !mla_gpu.smem<64x128xf16, sw128> -> !tile
    %full = mla_gpu.mbar.alloc "full" count(4)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %d = mla_gpu.wgmma %left, %left transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      // expected-error @+1 {{race: wgmma read of tile 1 of 'tiles' by role 'second' is not ordered after the store by role 'first'}}
      %e = mla_gpu.wgmma %right, %right transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %f:2 = mla_gpu.wgmma.wait pending(0) %d, %e : !pending, !pending -> !acc, !acc
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<1.0> : !k
      mla_gpu.smem.store_tile %k, %left : !k, !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %full each_warp
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %k, %right : !k, !tile
      mla_gpu.fence.async
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xf16, sw128>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!map = !mla_gpu.tensor_map<1x64x64xf16, sw128>

mla_gpu.program @p {
  // A thread that frees what the others of its group still read.
  mla_gpu.kernel @freed_by_one_thread() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(4)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "first" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @+1 {{the other op is here}}
      %d = mla_gpu.smem.load_tile %tile : !tile -> !acc
      mla_gpu.mbar.arrive %free
    }
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<1.0> : !k
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
      mla_gpu.mbar.arrive %full each_warp
      mla_gpu.mbar.wait %free parity(%c0)
      // expected-error @+1 {{race: store of 'tile' by role 'second' is not ordered after the load by role 'first'}}
      mla_gpu.smem.store_tile %k, %tile : !k, !tile
    }
  }
}

// -----

!rowf = tensor<64xf32, #mla_gpu.layout<row>>
!scales = tensor<64xf32, #mla_gpu.layout<chunk_row>>

mla_gpu.program @p {
  // A row is stored by a lane and read by another warp's.
  mla_gpu.kernel @rows_of_other_threads(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xf32>})
      step(other) grid(one, one) threads(128) {
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %row = arith.constant dense<1.0> : !rowf
      mla_gpu.global.store_rows %row, %x[%c0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.nbar.sync %group
      %y = mla_gpu.global.load_rows %x[%c0] row_stride 1 valid %c64 : !mla_gpu.ptr<f32> -> !scales
      mla_gpu.nbar.sync %group
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store_rows %row, %x[%c0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // expected-error @+1 {{race: load of global memory by role 'a' of block 0 is not ordered after the store by block 0}}
      %z = mla_gpu.global.load_rows %x[%c0] row_stride 1 valid %c64 : !mla_gpu.ptr<f32> -> !scales
    }
  }
}

// -----

!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>

mla_gpu.program @p {
  mla_gpu.kernel @tile_of_another_team(
      %x: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64x64xf16>})
      step(other) grid(one, one) threads(256) {
    %stored = mla_gpu.mbar.alloc "stored" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      mla_gpu.mbar.wait %stored parity(%c0)
      // expected-error @+1 {{race: load of global memory by role 'second' of block 0 is not ordered after the store by block 0}}
      %k = mla_gpu.global.load_tile %x[%i0] row_stride 64 valid %c64 : !mla_gpu.ptr<f16> -> !k
    }
    mla_gpu.role "first" warps(4 to 8) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %x_acc = arith.constant dense<1.0> : !acc
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store_tile %x_acc, %x[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f16>
      mla_gpu.mbar.arrive %stored
    }
  }
}

// -----

!k = tensor<64x64xf16, #mla_gpu.layout<chunk>>
!scales = tensor<64xf32, #mla_gpu.layout<chunk_row>>

mla_gpu.program @p {
  mla_gpu.kernel @tile_before_pdl_wait(
      %x: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64x64xf16>, test.after_wait})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c0 = arith.constant 0 : i32
      %c64 = arith.constant 64 : i32
      // No row, no access.
      %none = mla_gpu.global.load_tile %x[%i0] row_stride 64 valid %c0 : !mla_gpu.ptr<f16> -> !k
      // expected-error @+1 {{race: role 'a' accesses what the kernel before writes, but is not ordered after a pdl.wait}}
      %k = mla_gpu.global.load_tile %x[%i0] row_stride 64 valid %c64 : !mla_gpu.ptr<f16> -> !k
    }
  }
}
