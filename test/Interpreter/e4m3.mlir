// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

// Attention on e4m3, in miniature. Element i of a map of e4m3 is (7·i mod 31 − 15) / 8, of bf16 7·i mod 61. The numbers
// expected come from a calculation by itself, in double and without layouts; no sum needs more bits than f32 has.

!q_map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!latent_map = !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>
!rope_map = !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>
!q = !mla_gpu.smem<64x192xbf16, sw128>
!q_latent = !mla_gpu.smem<64x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!latent = !mla_gpu.smem<64x128xf8E4M3FN, sw128>
!pair = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!rope = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!stat = !mla_gpu.smem<64xf32>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!acc_wide = tensor<64x128xf32, #mla_gpu.layout<acc>>
!acc_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!acc_wide_8 = tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!o_mask = tensor<64x64xi1, #mla_gpu.layout<acc_paired>>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>
!column = tensor<64xf32, #mla_gpu.layout<column>>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!quad = tensor<64x4xf32, #mla_gpu.layout<row_quad>>

mla_gpu.program @e4m3 {
  // S = Q₈·Kᵀ over 128 columns of sw128 and 64 of sw64, where Q₈ = e4m3((Q − 30) / 8) takes the place of Q. P = e4m3(S / 4).
  // With c[h] = (h + 1) / 64: out[0:64] = O₀·c, out[64:128] = max(O₁·c + O₀, 0), where (O₀, O₁) = P·V.
  // CHECK-LABEL: @attend
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  -31, 28.3594, -89.5625, -36.9844, -71.5938, -21.4375
  // CHECK-NEXT: {{^}}  -55.1094, -9.57812, -84.1719, -46.875, -37.6719, -0.859375
  // CHECK-NEXT: {{^}}  -73.5938, -41.3125, -72.9688, -50.375, 2.25, 22.9062
  // CHECK: {{^}}  11, -45.25, 121.312, 21.4688, 94.0625, 21.8281
  // CHECK: {{^}}  -73.5938, -41.3125, -72.9688, -50.375, 2.25, 22.9062
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  -8, 7, -22, -9, -18, -5.5
  // CHECK-NEXT: {{^}}  -14, -2.5, -22, -12, -9, -0.21875
  // CHECK-NEXT: {{^}}  -18, -10, -18, -13, 0.5625, 5.5
  // CHECK: {{^}}  2.75, -11, 30, 5.5, 24, 5.5
  // CHECK: {{^}}  -18, -10, -18, -13, 0.5625, 5.5
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  -8.375, -3.40625, 8.8125, 5.65625, -7.8125, -6.53125
  // CHECK-NEXT: {{^}}  -15.375, 2.3125, 19.25, 3.65625, -20, -6.65625
  // CHECK-NEXT: {{^}}  -19.5, 17.125, 28.25, -7.6875, -33.25, 1.90625
  // CHECK: {{^}}  -416, 364, 600, -164, -708, 40.5
  // CHECK: {{^}}  0, 0, 556, 354, 0, 0
  // CHECK: {{^}}  0, 78, 596, 110, 0, 0
  // CHECK: {{^}}  194, 92.5, 0, 0, 298, 229
  // CHECK: {{^}}  186, 201, 0, 0, 0, 250
  mla_gpu.kernel @attend(
      %q_map: !q_map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x192xbf16>},
      %latent_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x128xf8E4M3FN>},
      %rope_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<partial_map>, test.iota = tensor<1x64x64xf8E4M3FN>},
      %s_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 6},
      %p_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 6},
      %out_map: !q_map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x128x64xbf16>, test.print = 6})
      step(other) grid(one, one) threads(160) {
    %q = mla_gpu.smem.alloc "q" : !q
    %k = mla_gpu.smem.alloc "k" : !latent
    %k_rope = mla_gpu.smem.alloc "k_rope" : !rope
    %stage = mla_gpu.smem.alloc "stage" : !q_latent
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(36864)
      mla_gpu.tma.load %q_map[%c0, %c0, %c0] to %q signal %full : !q_map -> !q
      mla_gpu.tma.load %latent_map[%c0, %c0, %c0] to %k signal %full : !latent_map -> !latent
      mla_gpu.tma.load %rope_map[%c0, %c0, %c0] to %k_rope signal %full : !rope_map -> !rope
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      mla_gpu.mbar.wait %full parity(%c0)

      // Q in the first life of its buffer, Q₈ in the second: latent in the first tile, RoPE in half of the second, P in
      // the other half.
      %q_latent = mla_gpu.smem.view %q tiles(0 to 2) : !q -> !q_latent
      %q_rope = mla_gpu.smem.view %q tiles(2 to 3) : !q -> !tile
      %q_latent_f32 = mla_gpu.smem.load_tile %q_latent : !q_latent -> !acc_wide
      %q_rope_f32 = mla_gpu.smem.load_tile %q_rope : !tile -> !acc
      mla_gpu.nbar.sync %group
      %thirty_wide = arith.constant dense<30.0> : !acc_wide
      %thirty = arith.constant dense<30.0> : !acc
      %eighth_wide = arith.constant dense<0.125> : !acc_wide
      %eighth = arith.constant dense<0.125> : !acc
      %q_latent_centred = arith.subf %q_latent_f32, %thirty_wide : !acc_wide
      %q_rope_centred = arith.subf %q_rope_f32, %thirty : !acc
      %q_latent_scaled = arith.mulf %q_latent_centred, %eighth_wide : !acc_wide
      %q_rope_scaled = arith.mulf %q_rope_centred, %eighth : !acc
      %q_latent_8 = mla_gpu.quantize %q_latent_scaled : !acc_wide -> !acc_wide_8
      %q_rope_8 = mla_gpu.quantize %q_rope_scaled : !acc -> !acc_8
      %q8 = mla_gpu.smem.view %q tiles(0 to 1) : !q -> !latent
      %rest = mla_gpu.smem.view %q tiles(1 to 2) : !q -> !pair
      %q8_rope = mla_gpu.smem.view %rest tiles(0 to 1) : !pair -> !rope
      %p_tile = mla_gpu.smem.view %rest tiles(1 to 2) : !pair -> !p_smem
      mla_gpu.smem.store_tile %q_latent_8, %q8 : !acc_wide_8, !latent
      mla_gpu.smem.store_tile %q_rope_8, %q8_rope : !acc_8, !rope
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group

      %s_latent = mla_gpu.wgmma %q8, %k transpose_b : !latent, !latent -> !mla_gpu.pending<!acc>
      %s_all = mla_gpu.wgmma %q8_rope, %k_rope transpose_b plus %s_latent
          : !rope, !rope plus !mla_gpu.pending<!acc> -> !mla_gpu.pending<!acc>
      mla_gpu.wgmma.commit
      %s = mla_gpu.wgmma.wait pending(0) %s_all : !mla_gpu.pending<!acc> -> !acc
      mla_gpu.global.store_tile %s, %s_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>

      %scale = arith.constant dense<0.25> : !acc
      %s_scaled = arith.mulf %s, %scale : !acc
      %p = mla_gpu.quantize %s_scaled : !acc -> !acc_8
      %p_f32 = mla_gpu.dequantize %p : !acc_8 -> !acc
      mla_gpu.global.store_tile %p_f32, %p_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
      mla_gpu.smem.store_tile %p, %p_tile : !acc_8, !p_smem
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      %one = arith.constant dense<1.0> : !rowf
      %row_next = arith.addf %row_f32, %one : !rowf
      mla_gpu.smem.store_rows %row_next, %stat : !rowf, !stat
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group

      // Oᵀ, 64 columns of V at a time.
      %v0 = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %v1 = mla_gpu.smem.load_transposed %k from 64 : !latent -> !v
      %zero = arith.constant dense<0.0> : !o
      %o0_start = mla_gpu.as_pending %zero : !o -> !mla_gpu.pending<!o>
      %o0_all = mla_gpu.wgmma %v0, %p_tile transpose_b plus %o0_start
          : !v, !p_smem plus !mla_gpu.pending<!o> -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o1_all = mla_gpu.wgmma %v1, %p_tile transpose_b : !v, !p_smem -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o0, %o1 = mla_gpu.wgmma.wait pending(0) %o0_all, %o1_all : !mla_gpu.pending<!o>, !mla_gpu.pending<!o> -> !o, !o

      %count = mla_gpu.smem.load_columns %stat : !stat -> !column
      %sixty_four = arith.constant dense<64.0> : !column
      %c = arith.divf %count, %sixty_four : !column
      %o0_scaled = mla_gpu.column.scale %o0 by %c : !o, !column
      %sum = mla_gpu.column.fma %o1 times %c plus %o0 : !o, !column
      %is_positive = arith.cmpf ogt, %sum, %zero : !o
      %positive = arith.select %is_positive, %sum, %zero : !o_mask, !o
      %stage0 = mla_gpu.smem.view %stage tiles(0 to 1) : !q_latent -> !tile
      %stage1 = mla_gpu.smem.view %stage tiles(1 to 2) : !q_latent -> !tile
      mla_gpu.smem.store_transposed %o0_scaled, %stage0 : !o, !tile
      mla_gpu.smem.store_transposed %positive, %stage1 : !o, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.tma.store %stage0 to %out_map[%c0, %c0, %c0] : !tile -> !q_map
      mla_gpu.tma.store %stage1 to %out_map[%c0, %c64, %c0] : !tile -> !q_map
      mla_gpu.tma.store_wait
    }
  }

  // A number of each row, loaded with a stride, the first three only, becomes a factor of a column: s = 4 · f, then s · f + 4.
  // CHECK-LABEL: @columns_of_scores
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  2, -12, 24, 0, 0
  // CHECK-COUNT-63: {{^}}  2, -12, 24, 0, 0
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  5, 40, 148, 4, 4
  // CHECK-COUNT-63: {{^}}  5, 40, 148, 4, 4
  mla_gpu.kernel @columns_of_scores(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<[7.0, 0.5, 7.0, -3.0, 7.0, 6.0]> : tensor<6xf32>},
      %scaled_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 5},
      %sum_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 5})
      step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 1 : i64
      %c3 = arith.constant 3 : i32
      %c64 = arith.constant 64 : i32
      %four = arith.constant dense<4.0> : !acc
      %rows = mla_gpu.global.load_rows %x[%i1] row_stride 2 valid %c3 : !mla_gpu.ptr<f32> -> !rowf
      mla_gpu.smem.store_rows %rows, %stat : !rowf, !stat
      mla_gpu.nbar.sync %group
      %f = mla_gpu.smem.load_columns %stat : !stat -> !column
      %scaled = mla_gpu.column.scale %four by %f : !acc, !column
      %sum = mla_gpu.column.fma %scaled times %f plus %four : !acc, !column
      mla_gpu.global.store_tile %scaled, %scaled_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
      mla_gpu.global.store_tile %sum, %sum_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
    }
  }

  // Sums of a row with factors, four of them dealt to the lanes of a quad, scaled, added and picked: 64 · 4 · f for f = 1, 2, 3 and
  // nothing; then half of that and as much again.
  // CHECK-LABEL: @dealt_sums
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  384
  // CHECK-COUNT-63: {{^}}  384
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  1152
  // CHECK-COUNT-63: {{^}}  1152
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  0
  // CHECK-COUNT-63: {{^}}  0
  mla_gpu.kernel @dealt_sums(
      %a_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x1xf32>, test.print = 1},
      %b_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<64x1xf32>, test.print = 1},
      %c_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<64x1xf32>, test.print = 1})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %four = arith.constant dense<4.0> : !acc
      %half = arith.constant dense<0.5> : !rowf
      %f1 = arith.constant dense<1.0> : !column
      %f2 = arith.constant dense<2.0> : !column
      %f3 = arith.constant dense<3.0> : !column
      %sum1 = mla_gpu.row.sum %four by %f1 : !acc, !column -> !sum
      %sum2 = mla_gpu.row.sum %four by %f2 : !acc, !column -> !sum
      %sum3 = mla_gpu.row.sum %four by %f3 : !acc, !column -> !sum
      %most = mla_gpu.row.deal %sum3, %sum1 to [2, 0] : !sum, !sum -> !quad
      %rest = mla_gpu.row.deal %sum2 to [1] : !sum -> !quad
      %all = arith.addf %most, %rest : !quad
      %less = mla_gpu.row.scale %all by %half : !quad, !rowf -> !quad
      %more = arith.addf %less, %all : !quad
      %a = mla_gpu.row.pick %more[0] : !quad -> !rowf
      %c = mla_gpu.row.pick %more[2] : !quad -> !rowf
      %d = mla_gpu.row.pick %more[3] : !quad -> !rowf
      mla_gpu.global.store_rows %a, %a_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %c, %b_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %d, %c_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
    }
  }

  // Quantised: the range, halves, subnormals, what is no number. Through sw64_paired and back as plain sw64, bytes show
  // their places: 4c + 2h + i holds column 8h + 2c + i. Rows from 2 on are cleared.
  // CHECK-LABEL: @quantize
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0, 1, -1, 1, 1.25, 448, 448, 448, 448, -448, 0.015625, 0.00390625, 0.00195312, 0, 0.00195312, -0.00390625, 0
  // CHECK-NEXT: {{^}}  nan, nan, 448, -448, -0, 0.015625, 0.015625, 0.00390625, 16, 20, 20, 24, 0.101562, 0.203125, -0.3125, 240, 0
  // CHECK-NEXT: {{^}}  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  0, 1, 448, -448, -1, 1, 0.015625, 0.00390625, 1.25, 448, 0.00195312, 0, 448, 448, 0.00195312, -0.00390625, 0
  // CHECK-NEXT: {{^}}  nan, nan, 16, 20, 448, -448, 20, 24, -0, 0.015625, 0.101562, 0.203125, 0.015625, 0.00390625, -0.3125, 240, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  // CHECK-NEXT: partial_map:
  // CHECK-NEXT: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  mla_gpu.kernel @quantize(
      %x_map: !q_map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.buffer = dense<[[
          [0.0, 1.0, -1.0, 1.0625, 1.1875, 448.0, 460.0, 464.0, 480.0, -1.0e+10, 0.015625, 0.00390625, 0.001953125,
           0.0009765625, 0.001, -0.0029296875],
          [0x7FC0, 0xFFC0, 0x7F80, 0xFF80, 0x8000, 0.0146484375, 0.0151, 0.0048828125, 17.0, 19.0, 21.0, 23.0, 0.1, 0.2,
           -0.3, 240.0],
          [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]]]> : tensor<1x3x16xbf16>},
      %x_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<3x64xf32>, test.print = 17},
      %bytes_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x3x64xf8E4M3FN>, test.print = 17},
      %plain_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<partial_map>, test.buffer = dense<-1.0> : tensor<1x3x128xf8E4M3FN>, test.print = 17})
      step(other) grid(one, one) threads(160) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %pair = mla_gpu.smem.alloc "pair" : !pair
    %plain = mla_gpu.smem.alloc "plain" : !latent
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %stored = mla_gpu.nbar.alloc "stored" threads(160)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c3 = arith.constant 3 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      %x_f32 = mla_gpu.smem.load_tile %x : !tile -> !acc
      %x_8 = mla_gpu.quantize %x_f32 : !acc -> !acc_8
      %x_back = mla_gpu.dequantize %x_8 : !acc_8 -> !acc
      mla_gpu.global.store_tile %x_back, %x_out[%i0] row_stride 64 valid %c3 : !acc, !mla_gpu.ptr<f32>
      %paired = mla_gpu.smem.view %pair tiles(1 to 2) : !pair -> !p_smem
      mla_gpu.smem.store_tile %x_8, %paired : !acc_8, !p_smem
      %zeros = arith.constant dense<0.0> : !acc_wide_8
      mla_gpu.smem.store_tile %zeros, %plain : !acc_wide_8, !latent
      mla_gpu.fence.async
      mla_gpu.nbar.arrive %stored
    }
    mla_gpu.role "copies" warps(4 to 5) team(warp) {
      %c2 = arith.constant 2 : i32
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %x_map[%c0, %c0, %c0] to %x signal %full : !q_map -> !tile
      mla_gpu.nbar.sync %stored
      %bytes = mla_gpu.smem.view %pair tiles(1 to 2) : !pair -> !rope
      mla_gpu.smem.zero_rows %bytes from %c2 : !rope
      mla_gpu.fence.async
      mla_gpu.tma.store %bytes to %bytes_map[%c0, %c0, %c0] : !rope -> !rope_map
      mla_gpu.tma.store %plain to %plain_map[%c0, %c0, %c0] : !latent -> !latent_map
      mla_gpu.tma.store_wait
    }
  }
  // Tiles of both swizzles as an accumulator: what is stored, exactly.
  // CHECK-LABEL: @load_tile
  // CHECK:       out:
  // CHECK-NEXT:  {{^}}  -1.875, -1, -0.125, 0.75, 1.625, -1.375
  // CHECK-NEXT:  {{^}}  1.625, -1.375, -0.5, 0.375, 1.25, -1.75
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  -1.875, -1, -0.125, 0.75, 1.625, -1.375
  // CHECK-NEXT:  {{^}}  -0.125, 0.75, 1.625, -1.375, -0.5, 0.375
  mla_gpu.kernel @load_tile(
      %latent_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>, test.iota = tensor<1x2x128xf8E4M3FN>},
      %rope_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<q_rope_map>, test.iota = tensor<1x2x64xf8E4M3FN>},
      %latent_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<2x128xf32>, test.print = 6},
      %rope_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2x64xf32>, test.print = 6})
      step(other) grid(one, one) threads(160) {
    %latent = mla_gpu.smem.alloc "latent" : !latent
    %rope = mla_gpu.smem.alloc "rope" : !rope
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c2 = arith.constant 2 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      %latent_8 = mla_gpu.smem.load_tile %latent : !latent -> !acc_wide_8
      %latent_f32 = mla_gpu.dequantize %latent_8 : !acc_wide_8 -> !acc_wide
      mla_gpu.global.store_tile %latent_f32, %latent_out[%i0] row_stride 128 valid %c2 : !acc_wide, !mla_gpu.ptr<f32>
      %rope_8 = mla_gpu.smem.load_tile %rope : !rope -> !acc_8
      %rope_f32 = mla_gpu.dequantize %rope_8 : !acc_8 -> !acc
      mla_gpu.global.store_tile %rope_f32, %rope_out[%i0] row_stride 64 valid %c2 : !acc, !mla_gpu.ptr<f32>
    }
    mla_gpu.role "copies" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(12288)
      mla_gpu.tma.load %latent_map[%c0, %c0, %c0] to %latent signal %full : !latent_map -> !latent
      mla_gpu.tma.load %rope_map[%c0, %c0, %c0] to %rope signal %full : !rope_map -> !rope
    }
  }
}
