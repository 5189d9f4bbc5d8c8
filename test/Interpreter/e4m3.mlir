// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

// Attention on e4m3, in miniature. Element i of a map of e4m3 is (7·i mod 31 − 15) / 8, of 16 bits 7·i mod 61. The numbers
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
!tile_f16 = !mla_gpu.smem<64x64xf16, sw128>
!map_f16 = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!stat = !mla_gpu.smem<64xf32>
!stat_16 = !mla_gpu.smem<64xf16>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!acc_wide = tensor<64x128xf32, #mla_gpu.layout<acc>>
!acc_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!acc_wide_8 = tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!a_16 = tensor<64x64xf16, #mla_gpu.layout<a_operand>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!o_mask = tensor<64x64xi1, #mla_gpu.layout<acc_paired>>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>
!column = tensor<64xf32, #mla_gpu.layout<column>>
!column_16 = tensor<64xf16, #mla_gpu.layout<column>>
!few = tensor<64x16xf32, #mla_gpu.layout<acc>>
!few_32 = tensor<64x32xf32, #mla_gpu.layout<acc>>
!few_paired = tensor<64x8xf32, #mla_gpu.layout<acc_paired>>
!few_columns = tensor<16xf32, #mla_gpu.layout<column>>
!few_borders = tensor<16xi32, #mla_gpu.layout<column>>
!few_mask = tensor<16xi1, #mla_gpu.layout<column>>
!parts = !mla_gpu.smem<256xf32>
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
!lanes_f32 = tensor<32xf32, #mla_gpu.layout<lane>>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>

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

  // Sums of a row with factors: 64 · 4 · f for f = 1 and 3.
  // CHECK-LABEL: @sums_by_factors
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  256
  // CHECK-COUNT-63: {{^}}  256
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  768
  // CHECK-COUNT-63: {{^}}  768
  mla_gpu.kernel @sums_by_factors(
      %a_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x1xf32>, test.print = 1},
      %b_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<64x1xf32>, test.print = 1})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %four = arith.constant dense<4.0> : !acc
      %f1 = arith.constant dense<1.0> : !column
      %f3 = arith.constant dense<3.0> : !column
      %sum1 = mla_gpu.row.sum %four by %f1 : !acc, !column -> !sum
      %sum3 = mla_gpu.row.sum %four by %f3 : !acc, !column -> !sum
      %a = mla_gpu.row.reduce %sum1 : !sum -> !rowf
      %b = mla_gpu.row.reduce %sum3 : !sum -> !rowf
      mla_gpu.global.store_rows %a, %a_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %b, %b_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
    }
  }

  // Rows by factors, and addends of columns, rounded once: 2 · r + c; and (1 + 2⁻¹²) · (1 + 2⁻¹²) − 1, which has 2⁻²⁴ left.
  // CHECK-LABEL: @row_fma
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9
  // CHECK-NEXT: {{^}}  2, 3, 4, 5, 6, 7, 8, 9, 10, 11
  // CHECK:      {{^}}  126, 127, 128, 129, 130, 131, 132, 133, 134, 135
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0.000488341
  // CHECK-COUNT-63: {{^}}  0.000488341
  mla_gpu.kernel @row_fma(
      %sums_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 10},
      %once_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<64x64xf32>, test.print = 1})
      step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      mla_gpu.smem.store_rows %row_f32, %stat paired : !rowf, !stat
      mla_gpu.nbar.sync %group
      %column = mla_gpu.smem.load_columns %stat paired : !stat -> !column
      %two = arith.constant dense<2.0> : !acc
      %sums = mla_gpu.row.fma %two times %row_f32 plus %column : !acc, !rowf, !column
      mla_gpu.global.store_tile %sums, %sums_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
      %near_one = arith.constant dense<1.000244140625> : !acc
      %factor = arith.constant dense<1.000244140625> : !rowf
      %minus_one = arith.constant dense<-1.0> : !column
      %once = mla_gpu.row.fma %near_one times %factor plus %minus_one : !acc, !rowf, !column
      mla_gpu.global.store_tile %once, %once_out[%i0] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
    }
  }

  // V of f16. With f[t] = 1 + t / 256: O₀[m, n] = Σ f16(V[t, m] · f[t]) · P[n, t], of whose products 700 are rounded, and O₁[m, n] =
  // Σ V[t, 64 + m] · P[t, n].
  // CHECK-LABEL: @convert_operand
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  87.375, -29.1875, 131.125, -77.25, 34.375, 26.8438
  // CHECK-NEXT: {{^}}  26.7656, -35.4375, -55.5938, 54, 30.7812, -4.21094
  // CHECK-NEXT: {{^}}  -25.5625, -371.25, -42.5, 221.875, 322.5, -332.5
  // CHECK: {{^}}  -25.5625, -371.25, -42.5, 221.875, 322.5, -332.5
  // CHECK-NEXT: {{^}}  94.125, 22.25, 74.375, 14.125, -69.375, 52.5
  // CHECK-NEXT: {{^}}  13.5, 53, -19.875, -23, 4.875, 1.75
  // CHECK-NEXT: {{^}}  131.125, 45.625, 84.125, -98.25, 41, -87.125
  // CHECK: {{^}}  131.125, 45.625, 84.125, -98.25, 41, -87.125
  mla_gpu.kernel @convert_operand(
      %latent_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>, test.iota = tensor<1x64x128xf8E4M3FN>},
      %p_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xf16>},
      %out_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x128x64xf16>, test.print = 6})
      step(other) grid(one, one) threads(160) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %p = mla_gpu.smem.alloc "p" : !tile_f16
    %stage = mla_gpu.smem.alloc "stage" : !mla_gpu.smem<64x128xf16, sw128>
    %stat = mla_gpu.smem.alloc "stat" : !stat_16
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      mla_gpu.tma.load %latent_map[%c0, %c0, %c0] to %k signal %full : !latent_map -> !latent
      mla_gpu.tma.load %p_map[%c0, %c0, %c0] to %p signal %full : !map_f16 -> !tile_f16
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      %part = arith.constant dense<0.00390625> : !rowf
      %one = arith.constant dense<1.0> : !rowf
      %parts = arith.mulf %row_f32, %part : !rowf
      %factors = arith.addf %parts, %one : !rowf
      mla_gpu.smem.store_rows %factors, %stat paired : !rowf, !stat_16
      mla_gpu.nbar.sync %group
      %f_16 = mla_gpu.smem.load_columns %stat paired : !stat_16 -> !column_16
      mla_gpu.mbar.wait %full parity(%c0)
      %v0 = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %v0_16 = mla_gpu.convert_operand %v0 by %f_16 : !v by !column_16 -> !v_16
      %o0_all = mla_gpu.wgmma %v0_16, %p transpose_b : !v_16, !tile_f16 -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %v1 = mla_gpu.smem.load_transposed %k from 64 : !latent -> !v
      %v1_16 = mla_gpu.convert_operand %v1 : !v -> !v_16
      %zero = arith.constant dense<0.0> : !o
      %o1_all = mla_gpu.wgmma %v1_16, %p plus %zero : !v_16, !tile_f16 plus !o -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o0, %o1 = mla_gpu.wgmma.wait pending(0) %o0_all, %o1_all : !mla_gpu.pending<!o>, !mla_gpu.pending<!o> -> !o, !o
      %stage0 = mla_gpu.smem.view %stage tiles(0 to 1) : !mla_gpu.smem<64x128xf16, sw128> -> !tile_f16
      %stage1 = mla_gpu.smem.view %stage tiles(1 to 2) : !mla_gpu.smem<64x128xf16, sw128> -> !tile_f16
      mla_gpu.smem.store_transposed %o0, %stage0 : !o, !tile_f16
      mla_gpu.smem.store_transposed %o1, %stage1 : !o, !tile_f16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.tma.store %stage0 to %out_map[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %stage1 to %out_map[%c0, %c64, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store_wait
    }
  }

  // Each column of V has one number, whose token's factor says what is tried; the products with ones, exact. By 1: NaN and 448. By 146.25:
  // ±448, half a step above the largest f16. By 146.125: 448. By 2⁻²³: 2.25, 2.5, 3.5, 0.5 and −0.5625 of the least f16. By 1 + 2⁻¹¹,
  // 1 + 3·2⁻¹¹, which are halves of steps themselves. By 1 + 2⁻¹⁰: 1.875. By 2⁻¹⁵: 1.875, and the least e4m3. By 65519: 1. By 2⁻²⁵ and
  // 1.5·2⁻²⁵, half of the least f16 and more: 256. Then by 1, but for one factor that overflows, which makes NaN of 0.
  // CHECK-LABEL: @convert_operand_edges
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  nan, 448, inf, -inf, 65472, 1.19209e-07, 1.19209e-07, 2.38419e-07, 0, -5.96046e-08, 1, 1.00195, 1.87695, 5.72205e-05, 5.96046e-08, 65504, 0, 1.52588e-05, 0
  // CHECK-NEXT: partial_map:
  // CHECK-NEXT: {{^}}  nan, nan, inf, -inf, nan
  mla_gpu.kernel @convert_operand_edges(
      %v_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>, test.buffer = dense<[[
          [0x7F, 448.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 448.0, -448.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 448.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 1.125, 1.25, 1.75, 0.25, -0.28125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.875, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.875, 0.001953125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 256.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
          [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 256.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]]>
          : tensor<1x11x32xf8E4M3FN>},
      %factors: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>, test.buffer = dense<[
          1.0, 146.25, 146.125, 1.1920928955078125e-07, 1.00048828125, 1.00146484375, 1.0009765625, 3.0517578125e-05, 65519.0,
          2.98023223876953125e-08, 4.470348358154296875e-08]> : tensor<11xf32>},
      %out_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x1x32xf16>, test.print = 19},
      %inf_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<partial_map>, test.buffer = dense<-1.0> : tensor<1x1x32xf16>, test.print = 5})
      step(other) grid(one, one) threads(160) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %ones = mla_gpu.smem.alloc "ones" : !tile_f16
    %stage = mla_gpu.smem.alloc "stage" : !mla_gpu.smem<64x128xf16, sw128>
    %stat = mla_gpu.smem.alloc "stat" : !stat_16
    %stat_inf = mla_gpu.smem.alloc "stat_inf" : !stat_16
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %stored = mla_gpu.nbar.alloc "stored" threads(160)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %i0 = arith.constant 0 : i64
      %c11 = arith.constant 11 : i32
      %c32 = arith.constant 32 : i32
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %v_map[%c0, %c0, %c0] to %k signal %full : !latent_map -> !latent
      %some = mla_gpu.global.load_lanes %factors[%i0] valid %c11 : !mla_gpu.ptr<f32> -> !lanes_f32
      %others = arith.constant dense<1.0> : !lanes_f32
      mla_gpu.smem.store_lanes %some, %stat[%c0] paired : !lanes_f32, !stat_16
      mla_gpu.smem.store_lanes %others, %stat[%c32] paired : !lanes_f32, !stat_16
      mla_gpu.nbar.arrive %stored
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<1.0> : !a_16
      mla_gpu.smem.store_tile %p, %ones : !a_16, !tile_f16
      %row = mla_gpu.row.index : !rowi
      %second = arith.constant dense<1> : !rowi
      %one = arith.constant dense<1.0> : !rowf
      %large = arith.constant dense<70000.0> : !rowf
      %is_second = arith.cmpi eq, %row, %second : !rowi
      %one_overflows = arith.select %is_second, %large, %one : tensor<64xi1, #mla_gpu.layout<row>>, !rowf
      mla_gpu.smem.store_rows %one_overflows, %stat_inf paired : !rowf, !stat_16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %stored
      mla_gpu.mbar.wait %full parity(%c0)
      %v = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %f_16 = mla_gpu.smem.load_columns %stat paired : !stat_16 -> !column_16
      %v_16 = mla_gpu.convert_operand %v by %f_16 : !v by !column_16 -> !v_16
      %f_inf_16 = mla_gpu.smem.load_columns %stat_inf paired : !stat_16 -> !column_16
      %v_inf_16 = mla_gpu.convert_operand %v by %f_inf_16 : !v by !column_16 -> !v_16
      %o_all = mla_gpu.wgmma %v_16, %ones transpose_b : !v_16, !tile_f16 -> !mla_gpu.pending<!o>
      %o_inf_all = mla_gpu.wgmma %v_inf_16, %ones transpose_b : !v_16, !tile_f16 -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o, %o_inf = mla_gpu.wgmma.wait pending(0) %o_all, %o_inf_all : !mla_gpu.pending<!o>, !mla_gpu.pending<!o> -> !o, !o
      %stage0 = mla_gpu.smem.view %stage tiles(0 to 1) : !mla_gpu.smem<64x128xf16, sw128> -> !tile_f16
      %stage1 = mla_gpu.smem.view %stage tiles(1 to 2) : !mla_gpu.smem<64x128xf16, sw128> -> !tile_f16
      mla_gpu.smem.store_transposed %o, %stage0 : !o, !tile_f16
      mla_gpu.smem.store_transposed %o_inf, %stage1 : !o, !tile_f16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.tma.store %stage0 to %out_map[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %stage1 to %inf_map[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store_wait
    }
  }

  // Stored paired and loaded paired, numbers of rows and of lanes are in order; loaded as they lie, value 8h + 2c + i is in place 4c + 2h + i.
  // CHECK-LABEL: @paired
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  // CHECK-NEXT: {{^}}  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  // CHECK-NEXT: {{^}}  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47
  // CHECK-NEXT: {{^}}  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15
  // CHECK-NEXT: {{^}}  16, 17, 24, 25, 18, 19, 26, 27, 20, 21, 28, 29, 22, 23, 30, 31
  // CHECK-NEXT: {{^}}  32, 33, 40, 41, 34, 35, 42, 43, 36, 37, 44, 45, 38, 39, 46, 47
  // CHECK-NEXT: {{^}}  48, 49, 56, 57, 50, 51, 58, 59, 52, 53, 60, 61, 54, 55, 62, 63
  // CHECK-NEXT: parts:
  // CHECK-NEXT: {{^}}  0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15
  // CHECK-NEXT: {{^}}  16, 17, 24, 25, 18, 19, 26, 27, 20, 21, 28, 29, 22, 23, 30, 31
  // CHECK-NEXT: {{^}}  32, 33, 40, 41, 34, 35, 42, 43, 36, 37, 44, 45, 38, 39, 46, 47
  // CHECK-NEXT: {{^}}  48, 49, 56, 57, 50, 51, 58, 59, 52, 53, 60, 61, 54, 55, 62, 63
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115
  // CHECK-NEXT: {{^}}  116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  // CHECK-NEXT: {{^}}  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  // CHECK-NEXT: partial_lse:
  // CHECK-NEXT: {{^}}  100, 101, 108, 109, 102, 103, 110, 111, 104, 105, 112, 113, 106, 107, 114, 115
  // CHECK-NEXT: {{^}}  116, 117, 124, 125, 118, 119, 126, 127, 120, 121, 128, 129, 122, 123, 130, 131
  // CHECK-NEXT: {{^}}  0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15
  // CHECK-NEXT: {{^}}  16, 17, 24, 25, 18, 19, 26, 27, 20, 21, 28, 29, 22, 23, 30, 31
  mla_gpu.kernel @paired(
      %rows_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16},
      %places_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16},
      %integers_out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>, test.buffer = dense<-1> : tensor<4x16xi32>, test.print = 16},
      %lanes_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16},
      %lane_places_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16})
      step(other) grid(one, one) threads(160) {
    %by_row = mla_gpu.smem.alloc "by_row" : !stat
    %by_integer = mla_gpu.smem.alloc "by_integer" : !mla_gpu.smem<64xi32>
    %by_lane = mla_gpu.smem.alloc "by_lane" : !stat
    %stored = mla_gpu.nbar.alloc "stored" threads(160)
    mla_gpu.role "rows" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i32
      %c64 = arith.constant 64 : i32
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      mla_gpu.smem.store_rows %row_f32, %by_row paired : !rowf, !stat
      mla_gpu.smem.store_rows %row, %by_integer paired : !rowi, !mla_gpu.smem<64xi32>
      mla_gpu.nbar.sync %stored
      %one = arith.constant dense<1.0> : !acc
      %rows = mla_gpu.smem.load_columns %by_row paired : !stat -> !column
      %rows_each = mla_gpu.column.scale %one by %rows : !acc, !column
      mla_gpu.global.store_tile %rows_each, %rows_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      %places = mla_gpu.smem.load_columns %by_row : !stat -> !column
      %places_each = mla_gpu.column.scale %one by %places : !acc, !column
      mla_gpu.global.store_tile %places_each, %places_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      %integers = mla_gpu.smem.load_rows %by_integer : !mla_gpu.smem<64xi32> -> !rowi
      mla_gpu.global.store_rows %integers, %integers_out[%i0] valid %c64 : !rowi, !mla_gpu.ptr<i32>
      %lanes = mla_gpu.smem.load_columns %by_lane paired : !stat -> !column
      %lanes_each = mla_gpu.column.scale %one by %lanes : !acc, !column
      mla_gpu.global.store_tile %lanes_each, %lanes_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      %lane_places = mla_gpu.smem.load_columns %by_lane : !stat -> !column
      %lane_places_each = mla_gpu.column.scale %one by %lane_places : !acc, !column
      mla_gpu.global.store_tile %lane_places_each, %lane_places_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
    }
    mla_gpu.role "lanes" warps(4 to 5) team(warp) {
      %c0 = arith.constant 0 : i32
      %c32 = arith.constant 32 : i32
      %hundred = arith.constant dense<100.0> : !lanes_f32
      %lane = mla_gpu.lane.index : !lanes
      %lane_f32 = arith.sitofp %lane : !lanes to !lanes_f32
      %more = arith.addf %lane_f32, %hundred : !lanes_f32
      mla_gpu.smem.store_lanes %more, %by_lane[%c0] paired : !lanes_f32, !stat
      mla_gpu.smem.store_lanes %lane_f32, %by_lane[%c32] paired : !lanes_f32, !stat
      mla_gpu.nbar.arrive %stored
    }
  }

  // Does it hold for all rows that they are 1: of ones, of ones but for the last row, the next number above 1, or NaN. Where it does, a row is its
  // number, else 0.
  // CHECK-LABEL: @all_rows
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3
  // CHECK:      {{^}}  60, 61, 62, 63
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-COUNT-15: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-COUNT-15: {{^}}  0, 0, 0, 0
  mla_gpu.kernel @all_rows(
      %ones_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4},
      %next_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4},
      %nan_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4})
      step(other) grid(one, one) threads(128) {
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      %zero = arith.constant dense<0.0> : !rowf
      %one = arith.constant dense<1.0> : !rowf
      %next = arith.constant dense<1.00000012> : !rowf
      %nan = arith.constant dense<0x7FC00000> : !rowf
      %last = arith.constant dense<63> : !rowi
      %is_last = arith.cmpi eq, %row, %last : !rowi
      %ones_but_next = arith.select %is_last, %next, %one : tensor<64xi1, #mla_gpu.layout<row>>, !rowf
      %ones_but_nan = arith.select %is_last, %nan, %one : tensor<64xi1, #mla_gpu.layout<row>>, !rowf
      %each_one = arith.cmpf oeq, %one, %one : !rowf
      %each_next = arith.cmpf oeq, %ones_but_next, %one : !rowf
      %each_nan = arith.cmpf oeq, %ones_but_nan, %one : !rowf
      %is_ones = mla_gpu.nbar.sync %group all %each_one : tensor<64xi1, #mla_gpu.layout<row>> -> i1
      %is_next = mla_gpu.nbar.sync %group all %each_next : tensor<64xi1, #mla_gpu.layout<row>> -> i1
      %is_nan = mla_gpu.nbar.sync %group all %each_nan : tensor<64xi1, #mla_gpu.layout<row>> -> i1
      %rows_ones = arith.select %is_ones, %row_f32, %zero : !rowf
      %rows_next = arith.select %is_next, %row_f32, %zero : !rowf
      %rows_nan = scf.if %is_nan -> !rowf {
        scf.yield %row_f32 : !rowf
      } else {
        scf.yield %zero : !rowf
      }
      mla_gpu.global.store_rows %rows_ones, %ones_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %rows_next, %next_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %rows_nan, %nan_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
    }
  }

  // Few rows of queries are the columns of what is transposed. Sᵀ[t, n] = Σ K[t, d] · Q[n, d] for the first 16 of 64 rows of Q, and O[m, n] =
  // Σ K[t, m] · P[n, t] for the first 8 of P, stored as the first 8 rows of a tile, whose other ones stay 7·i mod 61.
  // CHECK-LABEL: @few_scores
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  9.20312, -40.3281, -68.5469, -79.8125, -73.1562, -49.0625, -4.625, 54.3438, 130.75, 97.2031, 28.2969, -27.0469, -61.0781, -77.6719, -77.3125, -59.0312
  // CHECK-NEXT: {{^}}  78.5, 9.1875, -37.3594, -68.4062, -80.0781, -74.3125, -49.6562, -9.01562, 49.0625, 130.875, 103.703, 28.5781, -23.7812, -58.7031, -78.125, -78.1719
  // CHECK-NEXT: {{^}}  160.391, 72.75, 9.32812, -40.0469, -68.5938, -79.7031, -73.375, -49.6094, -8.40625, 55.0781, 131.156, 97.7656, 28.5312, -23.2656, -61.0156, -77.9375
  // CHECK:      {{^}}  9.20312, -40.3281, -68.5469, -79.8125, -73.1562, -49.0625, -4.625, 54.3438, 130.75, 97.2031, 28.2969, -27.0469, -61.0781, -77.6719, -77.3125, -59.0312
  // CHECK-NEXT: {{^}}  78.5, 9.1875, -37.3594, -68.4062, -80.0781, -74.3125, -49.6562, -9.01562, 49.0625, 130.875, 103.703, 28.5781, -23.7812, -58.7031, -78.125, -78.1719
  // CHECK:      {{^}}  9.20312, -40.3281, -68.5469, -79.8125, -73.1562, -49.0625, -4.625, 54.3438, 130.75, 97.2031, 28.2969, -27.0469, -61.0781, -77.6719, -77.3125, -59.0312
  // CHECK-NEXT: {{^}}  78.5, 9.1875, -37.3594, -68.4062, -80.0781, -74.3125, -49.6562, -9.01562, 49.0625, 130.875, 103.703, 28.5781, -23.7812, -58.7031, -78.125, -78.1719
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  25.125, 14.875, -9.9375, -15.375, -1.39062, 13.0625
  // CHECK-NEXT: {{^}}  4.375, -14.5, -11, 11.8125, 24, -6.9375
  // CHECK-NEXT: {{^}}  -14, 0.265625, -1.45312, 16.25, -6.8125, -11.4375
  // CHECK-NEXT: {{^}}  -10.0625, -7.75, 15.375, -2.17188, -0.34375, -8.6875
  // CHECK-NEXT: {{^}}  -11, 24.375, 12.375, -10.375, -13.75, 4.25
  // CHECK-NEXT: {{^}}  10.375, 3.78125, -13.4375, -11.3125, 10.1875, 24.5
  // CHECK-NEXT: {{^}}  3.14062, -12, -0.984375, -0.625, 19.125, -12
  // CHECK-NEXT: {{^}}  5.625, -9.875, -7.40625, 14.4375, -4.4375, 2.375
  // CHECK-NEXT: {{^}}  46, 53, 60, 6, 13, 20
  // CHECK-NEXT: {{^}}  6, 13, 20, 27, 34, 41
  // CHECK:      {{^}}  42, 49, 56, 2, 9, 16
  mla_gpu.kernel @few_scores(
      %latent_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>, test.iota = tensor<2x64x128xf8E4M3FN>},
      %rope_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<q_rope_map>, test.iota = tensor<1x64x64xf8E4M3FN>},
      %tile_map: !q_map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>},
      %s_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<64x16xf32>, test.print = 16},
      %out_map: !q_map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x64x64xbf16>, test.print = 6})
      step(other) grid(one, one) threads(160) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %q = mla_gpu.smem.alloc "q" : !latent
    %rope = mla_gpu.smem.alloc "rope" : !rope
    %p_tile = mla_gpu.smem.alloc "p" : !p_smem
    %stage = mla_gpu.smem.alloc "stage" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %c1 = arith.constant 1 : i32
      mla_gpu.mbar.arm %full bytes(28672)
      mla_gpu.tma.load %latent_map[%c0, %c0, %c0] to %k signal %full : !latent_map -> !latent
      mla_gpu.tma.load %latent_map[%c1, %c0, %c0] to %q signal %full : !latent_map -> !latent
      mla_gpu.tma.load %rope_map[%c0, %c0, %c0] to %rope signal %full : !rope_map -> !rope
      mla_gpu.tma.load %tile_map[%c0, %c0, %c0] to %stage signal %full : !q_map -> !tile
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      %p = mla_gpu.smem.load_tile %rope : !rope -> !acc_8
      mla_gpu.smem.store_tile %p, %p_tile : !acc_8, !p_smem
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %s_all = mla_gpu.wgmma %k, %q transpose_b : !latent, !latent -> !mla_gpu.pending<!few>
      %v = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %o_all = mla_gpu.wgmma %v, %p_tile transpose_b : !v, !p_smem -> !mla_gpu.pending<!few_paired>
      mla_gpu.wgmma.commit
      %s, %o = mla_gpu.wgmma.wait pending(0) %s_all, %o_all : !mla_gpu.pending<!few>, !mla_gpu.pending<!few_paired> -> !few, !few_paired
      mla_gpu.global.store_tile %s, %s_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>
      mla_gpu.smem.store_transposed %o, %stage : !few_paired, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.tma.store %stage to %out_map[%c0, %c0, %c0] : !tile -> !q_map
      mla_gpu.tma.store_wait
    }
  }

  // Element [r, c] is r + 64 · c of 16 columns, and half of that of 32: the first rows of two tiles, whose other ones stay 7·i mod 61. The factors of
  // columns are the first of 64.
  // CHECK-LABEL: @store_transposed_acc
  // CHECK-NEXT: out_map:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
  // CHECK-NEXT: {{^}}  64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81
  // CHECK-NEXT: {{^}}  128, 129, 130, 131
  // CHECK:      {{^}}  960, 961, 962, 963, 964, 965, 966, 967, 968, 969, 970, 971, 972, 973, 974, 975, 976, 977
  // CHECK-NEXT: {{^}}  31, 38, 45, 52, 59, 5, 12, 19, 26, 33, 40, 47, 54, 0, 7, 14, 21, 28
  // CHECK-NEXT: {{^}}  52, 59, 5, 12, 19, 26, 33, 40, 47, 54, 0, 7, 14, 21, 28, 35, 42, 49
  // CHECK:      {{^}}  42, 49, 56, 2, 9, 16, 23, 30, 37, 44, 51, 58, 4, 11, 18, 25, 32, 39
  // CHECK-NEXT: {{^}}  0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5
  // CHECK-NEXT: {{^}}  32, 32.5, 33, 33.5, 34, 34.5, 35, 35.5, 36, 36.5, 37, 37.5, 38, 38.5, 39, 39.5, 40, 40.5
  // CHECK:      {{^}}  480, 480.5, 481
  // CHECK-NEXT: {{^}}  512, 512.5, 513
  // CHECK:      {{^}}  992, 992.5, 993, 993.5, 994, 994.5, 995, 995.5, 996, 996.5, 997, 997.5, 998, 998.5, 999, 999.5, 1000, 1000.5
  // CHECK-NEXT: {{^}}  3, 10, 17, 24, 31, 38, 45, 52, 59, 5, 12, 19, 26, 33, 40, 47, 54, 0
  // CHECK-NEXT: {{^}}  24, 31, 38, 45, 52, 59, 5, 12, 19, 26, 33, 40, 47, 54, 0, 7, 14, 21
  // CHECK:      {{^}}  44, 51, 58, 4, 11, 18, 25, 32, 39, 46, 53, 60, 6, 13, 20, 27, 34, 41
  mla_gpu.kernel @store_transposed_acc(
      %tile_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x128x64xf16>},
      %out_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<out_map>, test.buffer = dense<-1.0> : tensor<1x128x64xf16>, test.print = 18})
      step(other) grid(one, one) threads(160) {
    %t16 = mla_gpu.smem.alloc "t16" : !tile_f16
    %t32 = mla_gpu.smem.alloc "t32" : !tile_f16
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      mla_gpu.tma.load %tile_map[%c0, %c0, %c0] to %t16 signal %full : !map_f16 -> !tile_f16
      mla_gpu.tma.load %tile_map[%c0, %c64, %c0] to %t32 signal %full : !map_f16 -> !tile_f16
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      mla_gpu.smem.store_rows %row_f32, %stat : !rowf, !stat
      mla_gpu.nbar.sync %group
      %sixty_four = arith.constant dense<64.0> : !few_columns
      %first_16 = mla_gpu.smem.load_columns %stat : !stat -> !few_columns
      %columns_16 = arith.mulf %first_16, %sixty_four : !few_columns
      %one = arith.constant dense<1.0> : !few
      %x16 = mla_gpu.row.fma %one times %columns_16 plus %row_f32 : !few, !few_columns, !rowf
      %thirty_two = arith.constant dense<32.0> : tensor<32xf32, #mla_gpu.layout<column>>
      %first_32 = mla_gpu.smem.load_columns %stat : !stat -> tensor<32xf32, #mla_gpu.layout<column>>
      %columns_32 = arith.mulf %first_32, %thirty_two : tensor<32xf32, #mla_gpu.layout<column>>
      %half = arith.constant dense<0.5> : !few_32
      %one_32 = arith.constant dense<1.0> : !few_32
      %half_rows = mla_gpu.row.scale %half by %row_f32 : !few_32, !rowf -> !few_32
      %x32 = mla_gpu.column.fma %one_32 times %columns_32 plus %half_rows : !few_32, tensor<32xf32, #mla_gpu.layout<column>>
      mla_gpu.mbar.wait %full parity(%c0)
      mla_gpu.smem.store_transposed %x16, %t16 : !few, !tile_f16
      mla_gpu.smem.store_transposed %x32, %t32 : !few_32, !tile_f16
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      mla_gpu.tma.store %t16 to %out_map[%c0, %c0, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store %t32 to %out_map[%c0, %c64, %c0] : !tile_f16 -> !map_f16
      mla_gpu.tma.store_wait
    }
  }

  // The four warps' parts of each column, side by side, and what they make together. x[r, c] = 7·(64r + c) mod 61, NaN where that exceeds 50, in
  // rows 16 to 31, and in column 5: the largest. y[r, c] = r + 16c of 16 columns: 256w + 120 + 256c, and 2016 + 1024c, which replaces the first 16 of 64
  // rows.
  // CHECK-LABEL: @parts
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  50, nan, 49, 42, 49, nan, 50, 49, 43, nan, 44, 50, 50, nan, 49, 42
  // CHECK-NEXT: {{^}}  49, nan, 50, 49, nan, nan, nan, nan, 50, nan, 49, 42, 49, nan, 50, 49
  // CHECK-NEXT: {{^}}  45, nan, 46, 50, 50, nan, 49, 44, 38, nan, 39, 49, 45, nan, 46, 50
  // CHECK:      {{^}}  49, nan, 50, 47, 43, nan, 44, 50, 50, nan, 49, 40, 49, nan, 50, 47
  // CHECK-NEXT: {{^}}  43, nan, 44, 50, 50, nan, 49, 42, 49, nan, 50, 49, 43, nan, 44, 50
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  120, 376, 632, 888, 376, 632, 888, 1144, 632
  // CHECK:      {{^}}  3192, 3448, 3704, 3960, 3448, 3704, 3960, 4216, 3704, 3960, 4216, 4472, 3960, 4216, 4472, 4728
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  50, 50, 50, 50, 50, nan, 50, 50, 50, 50, 49, 50, 50, 49, 50, 50
  // CHECK-NEXT: {{^}}  49, 50, 50, 49, 50, 50, 49, 50, 50, 49, 50, 50, 49, 50, 50, 49
  // CHECK-NEXT: {{^}}  50, 50, 49, 50, 50, 49, 50, 50, 49, 50, 50, 49, 50, 50, 49, 50
  // CHECK-NEXT: {{^}}  50, 49, 50, 50, 49, 50, 50, 49, 50, 50, 50, 50, 50, 50, 50, 50
  // CHECK-NEXT: partial_lse:
  // CHECK-NEXT: {{^}}  2016, 3040, 4064, 5088, 6112, 7136, 8160, 9184, 10208, 11232, 12256, 13280, 14304, 15328, 16352, 17376
  // CHECK-NEXT: {{^}}  16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
  // CHECK-NEXT: {{^}}  32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47
  // CHECK-NEXT: {{^}}  48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63
  mla_gpu.kernel @parts(
      %x_map: !q_map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>},
      %parts_max_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<16x16xf32>, test.print = 16},
      %parts_sum_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16},
      %max_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16},
      %sum_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<-1.0> : tensor<4x16xf32>, test.print = 16})
      step(other) grid(one, one) threads(160) {
    %x_tile = mla_gpu.smem.alloc "x" : !tile
    %parts = mla_gpu.smem.alloc "parts" : !parts
    %few_parts = mla_gpu.smem.alloc "few_parts" : !stat
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %sums = mla_gpu.smem.alloc "sums" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %x_map[%c0, %c0, %c0] to %x_tile signal %full : !q_map -> !tile
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i32
      %c64 = arith.constant 64 : i32
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      %row_one = arith.constant dense<1.0> : !rowf
      %row_nan = arith.constant dense<0x7FC00000> : !rowf
      mla_gpu.smem.store_rows %row_f32, %sums : !rowf, !stat
      %four = arith.constant dense<4> : !rowi
      %warp = arith.shrui %row, %four : !rowi
      %one_i32 = arith.constant dense<1> : !rowi
      %is_second_warp = arith.cmpi eq, %warp, %one_i32 : !rowi
      %row_factor = arith.select %is_second_warp, %row_nan, %row_one : tensor<64xi1, #mla_gpu.layout<row>>, !rowf
      %five = arith.constant dense<5> : !rowi
      %is_five = arith.cmpi eq, %row, %five : !rowi
      %five_nan = arith.select %is_five, %row_nan, %row_one : tensor<64xi1, #mla_gpu.layout<row>>, !rowf
      mla_gpu.smem.store_rows %five_nan, %stat : !rowf, !stat
      mla_gpu.nbar.sync %group
      %column_factor = mla_gpu.smem.load_columns %stat : !stat -> !column
      %column = mla_gpu.smem.load_columns %sums : !stat -> !few_columns

      mla_gpu.mbar.wait %full parity(%c0)
      %x_all = mla_gpu.smem.load_tile %x_tile : !tile -> !acc
      %fifty = arith.constant dense<50.0> : !acc
      %nan = arith.constant dense<0x7FC00000> : !acc
      %exceeds = arith.cmpf ogt, %x_all, %fifty : !acc
      %x_some = arith.select %exceeds, %nan, %x_all : tensor<64x64xi1, #mla_gpu.layout<acc>>, !acc
      %x_rows = mla_gpu.row.scale %x_some by %row_factor : !acc, !rowf -> !acc
      %x = mla_gpu.column.scale %x_rows by %column_factor : !acc, !column
      mla_gpu.smem.store_parts max %x, %parts : !acc, !parts
      %sixteen = arith.constant dense<16.0> : !few_columns
      %columns = arith.mulf %column, %sixteen : !few_columns
      %one = arith.constant dense<1.0> : !few
      %y = mla_gpu.row.fma %one times %row_f32 plus %columns : !few, !rowf, !few_columns
      mla_gpu.smem.store_parts add %y, %few_parts : !few, !stat
      mla_gpu.nbar.sync %group

      %one_64 = arith.constant dense<1.0> : !acc
      %one_256 = arith.constant dense<1.0> : tensor<64x256xf32, #mla_gpu.layout<acc>>
      %parts_max = mla_gpu.smem.load_columns %parts : !parts -> tensor<256xf32, #mla_gpu.layout<column>>
      %parts_max_each = mla_gpu.column.scale %one_256 by %parts_max : tensor<64x256xf32, #mla_gpu.layout<acc>>, tensor<256xf32, #mla_gpu.layout<column>>
      mla_gpu.global.store_tile %parts_max_each, %parts_max_out[%i0] row_stride 256 valid %c1 : tensor<64x256xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<f32>
      %parts_sum = mla_gpu.smem.load_columns %few_parts : !stat -> !column
      %parts_sum_each = mla_gpu.column.scale %one_64 by %parts_sum : !acc, !column
      mla_gpu.global.store_tile %parts_sum_each, %parts_sum_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      %max = mla_gpu.smem.load_parts max %parts : !parts -> !column
      %max_each = mla_gpu.column.scale %one_64 by %max : !acc, !column
      mla_gpu.global.store_tile %max_each, %max_out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      %sum = mla_gpu.smem.load_parts add %few_parts : !stat -> !few_columns
      mla_gpu.smem.store_columns %sum, %sums : !few_columns, !stat
      mla_gpu.nbar.sync %group
      %sum_rows = mla_gpu.smem.load_rows %sums : !stat -> !rowf
      mla_gpu.global.store_rows %sum_rows, %sum_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
    }
  }

  // Row r is token 1 + r; x[r, c] = c − r is kept in column c if 1 + r < 5c − 3, which no row is of column 0 and all are of column 15. Where it is not to be
  // masked it is as it was. 2^(x − 2c) = 2^(−r − c), or 0. The other way round than by rows: 2 · c + r; and (1 + 2⁻¹²) · (1 + 2⁻¹²) − 1, which has 2⁻²⁴ left.
  // A maximum of 1 that c raises if it exceeds it by more than 2, and not where it is NaN.
  // CHECK-LABEL: @columns_of_rows
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  -inf, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  // CHECK-NEXT: {{^}}  -inf, -inf, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
  // CHECK:      {{^}}  -inf, -inf, -inf, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7
  // CHECK-NEXT: {{^}}  -inf, -inf, -inf, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6
  // CHECK:      {{^}}  -inf, -inf, -inf, -inf, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0
  // CHECK-NEXT: {{^}}  -inf, -inf, -inf, -inf, -inf, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1
  // CHECK:      {{^}}  -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -49, -48
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  // CHECK-NEXT: {{^}}  -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
  // CHECK:      {{^}}  -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  0, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625, 0.00195312, 0.000976562, 0.000488281, 0.000244141, 0.00012207, 6.10352e-05, 3.05176e-05
  // CHECK-NEXT: {{^}}  0, 0, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625, 0.00195312, 0.000976562, 0.000488281, 0.000244141, 0.00012207, 6.10352e-05, 3.05176e-05, 1.52588e-05
  // CHECK:      {{^}}  0, 0, 0, 0.000488281, 0.000244141, 0.00012207, 6.10352e-05, 3.05176e-05, 1.52588e-05, 7.62939e-06, 3.8147e-06, 1.90735e-06, 9.53674e-07, 4.76837e-07, 2.38419e-07, 1.19209e-07
  // CHECK-NEXT: {{^}}  0, 0, 0, 0.000244141, 0.00012207, 6.10352e-05, 3.05176e-05, 1.52588e-05, 7.62939e-06, 3.8147e-06, 1.90735e-06, 9.53674e-07, 4.76837e-07, 2.38419e-07, 1.19209e-07, 5.96046e-08
  // CHECK:      {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6.61744e-24, 3.30872e-24
  // CHECK-NEXT: partial_lse:
  // CHECK-NEXT: {{^}}  0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
  // CHECK-NEXT: {{^}}  1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
  // CHECK:      {{^}}  63, 65, 67, 69, 71, 73, 75, 77, 79, 81, 83, 85, 87, 89, 91, 93
  // CHECK-NEXT: lse_a:
  // CHECK-NEXT: {{^}}  0.000488341
  // CHECK-COUNT-63: {{^}}  0.000488341
  // CHECK-NEXT: cache_scales:
  // CHECK-NEXT: {{^}}  1, 1, 1, 1, 4, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  mla_gpu.kernel @columns_of_rows(
      %masked_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<7.0> : tensor<64x16xf32>, test.print = 16},
      %plain_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<7.0> : tensor<64x16xf32>, test.print = 16},
      %exp_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<7.0> : tensor<64x16xf32>, test.print = 16},
      %sums_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<-1.0> : tensor<64x16xf32>, test.print = 16},
      %once_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse_a>, test.buffer = dense<-1.0> : tensor<64x16xf32>, test.print = 1},
      %raised_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>, test.buffer = dense<-1.0> : tensor<1x16xf32>, test.print = 16})
      step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i32
      %c64 = arith.constant 64 : i32
      %true = arith.constant true
      %false = arith.constant false
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      mla_gpu.smem.store_rows %row_f32, %stat : !rowf, !stat
      mla_gpu.nbar.sync %group
      %column = mla_gpu.smem.load_columns %stat : !stat -> !few_columns
      %minus_row = arith.negf %row_f32 : !rowf
      %one = arith.constant dense<1.0> : !few
      %x = mla_gpu.row.fma %one times %minus_row plus %column : !few, !rowf, !few_columns
      %column_i32 = arith.fptosi %column : !few_columns to !few_borders
      %five = arith.constant dense<5> : !few_borders
      %three = arith.constant dense<3> : !few_borders
      %times_five = arith.muli %column_i32, %five : !few_borders
      %border = arith.subi %times_five, %three : !few_borders
      %masked = mla_gpu.mask %x from %c1 border %border if %true : !few, !few_borders -> !few
      mla_gpu.global.store_tile %masked, %masked_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>
      %plain = mla_gpu.mask %x from %c1 border %border if %false : !few, !few_borders -> !few
      mla_gpu.global.store_tile %plain, %plain_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>
      %unit = arith.constant 1.0 : f32
      %shift = arith.addf %column, %column : !few_columns
      %exp = mla_gpu.exp2_fma %masked times %unit minus %shift : !few, !few_columns -> !few
      mla_gpu.global.store_tile %exp, %exp_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>
      %two = arith.constant dense<2.0> : !few
      %sums = mla_gpu.row.fma %two times %column plus %row_f32 : !few, !few_columns, !rowf
      mla_gpu.global.store_tile %sums, %sums_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>
      %near_one = arith.constant dense<1.000244140625> : !few
      %factor = arith.constant dense<1.000244140625> : !few_columns
      %minus_one = arith.constant dense<-1.0> : !rowf
      %once = mla_gpu.row.fma %near_one times %factor plus %minus_one : !few, !few_columns, !rowf
      mla_gpu.global.store_tile %once, %once_out[%i0] row_stride 16 valid %c64 : !few, !mla_gpu.ptr<f32>

      %ones = arith.constant dense<1.0> : !few_columns
      %twos = arith.constant dense<2.0> : !few_columns
      %five_f32 = arith.constant dense<5.0> : !few_columns
      %nan = arith.constant dense<0x7FC00000> : !few_columns
      %is_five = arith.cmpf oeq, %column, %five_f32 : !few_columns
      %candidate = arith.select %is_five, %nan, %column : !few_mask, !few_columns
      %raised = mla_gpu.row.raise_max %ones, %candidate by %twos : !few_columns
      %raised_each = mla_gpu.column.scale %one by %raised : !few, !few_columns
      mla_gpu.global.store_tile %raised_each, %raised_out[%i0] row_stride 16 valid %c1 : !few, !mla_gpu.ptr<f32>
    }
  }

  // Does it hold for all columns that they are 1: of ones, of ones but for the last column, the next number above 1, or but for the first, NaN. Where it
  // does, a row is its number, else 0.
  // CHECK-LABEL: @all_columns
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  0, 1, 2, 3
  // CHECK:      {{^}}  60, 61, 62, 63
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-COUNT-15: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-COUNT-15: {{^}}  0, 0, 0, 0
  mla_gpu.kernel @all_columns(
      %ones_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4},
      %next_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4},
      %nan_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<-1.0> : tensor<16x4xf32>, test.print = 4})
      step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %row = mla_gpu.row.index : !rowi
      %row_f32 = arith.sitofp %row : !rowi to !rowf
      mla_gpu.smem.store_rows %row_f32, %stat : !rowf, !stat
      mla_gpu.nbar.sync %group
      %column = mla_gpu.smem.load_columns %stat : !stat -> !few_columns
      %zero = arith.constant dense<0.0> : !rowf
      %one = arith.constant dense<1.0> : !few_columns
      %next = arith.constant dense<1.00000012> : !few_columns
      %nan = arith.constant dense<0x7FC00000> : !few_columns
      %first = arith.constant dense<0.0> : !few_columns
      %last = arith.constant dense<15.0> : !few_columns
      %is_first = arith.cmpf oeq, %column, %first : !few_columns
      %is_last = arith.cmpf oeq, %column, %last : !few_columns
      %ones_but_next = arith.select %is_last, %next, %one : !few_mask, !few_columns
      %ones_but_nan = arith.select %is_first, %nan, %one : !few_mask, !few_columns
      %each_one = arith.cmpf oeq, %one, %one : !few_columns
      %each_next = arith.cmpf oeq, %ones_but_next, %one : !few_columns
      %each_nan = arith.cmpf oeq, %ones_but_nan, %one : !few_columns
      %is_ones = mla_gpu.nbar.sync %group all %each_one : !few_mask -> i1
      %is_next = mla_gpu.nbar.sync %group all %each_next : !few_mask -> i1
      %is_nan = mla_gpu.nbar.sync %group all %each_nan : !few_mask -> i1
      %rows_ones = arith.select %is_ones, %row_f32, %zero : !rowf
      %rows_next = arith.select %is_next, %row_f32, %zero : !rowf
      %rows_nan = scf.if %is_nan -> !rowf {
        scf.yield %row_f32 : !rowf
      } else {
        scf.yield %zero : !rowf
      }
      mla_gpu.global.store_rows %rows_ones, %ones_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %rows_next, %next_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      mla_gpu.global.store_rows %rows_nan, %nan_out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
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
