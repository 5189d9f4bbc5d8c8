// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

// Copies and products. Element i of a map is 7·i mod 61, so that neither tiles nor transposition can be confused.

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!block = !mla_gpu.smem<64x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!wide = tensor<64x128xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>
!wide_pending = !mla_gpu.pending<!wide>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // S = Q·Kᵀ over two tiles; P = S / 4096, rounded; O = P·K + 1 with P from registers, and again from shared memory.
  // CHECK-LABEL: @products
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  137859, 108141, 96357, 126419
  // CHECK-NEXT: {{^}}  98291, 139974, 112849, 96399
  // CHECK-NEXT: {{^}}  103985, 99156, 143432, 111397
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  50941.1, 50356.6, 49894.1, 52077.5
  // CHECK-NEXT: {{^}}  57938.2, 58235.2, 54186, 51661.8
  // CHECK-NEXT: {{^}}  53440.6, 56170.5, 57009.4, 58244.8
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  50944, 50432, 49920, 51968
  // CHECK-NEXT: {{^}}  57856, 58112, 54272, 51712
  // CHECK-NEXT: {{^}}  53504, 56064, 57088, 58368
  mla_gpu.kernel @products(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<2x64x128xbf16>},
      %k: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<3x64x128xbf16>},
      %s_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<3x64xf32>, test.print = 4},
      %o_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<0.0> : tensor<3x128xf32>, test.print = 4},
      %o16_out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<0.0> : tensor<3x128xbf16>, test.print = 4})
      step(other) grid(one, one) threads(256) {
    %sq = mla_gpu.smem.alloc "q" : !block
    %sk = mla_gpu.smem.alloc "k" : !block
    %sp = mla_gpu.smem.alloc "p" : !tile
    %q0 = mla_gpu.smem.view %sq tiles(0 to 1) : !block -> !tile
    %q1 = mla_gpu.smem.view %sq tiles(1 to 2) : !block -> !tile
    %k0 = mla_gpu.smem.view %sk tiles(0 to 1) : !block -> !tile
    %k1 = mla_gpu.smem.view %sk tiles(1 to 2) : !block -> !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      // Bytes may land before they are announced.
      mla_gpu.tma.load %q[%c1, %c0, %c0] to %sq signal %full : !map -> !block
      mla_gpu.tma.load %k[%c2, %c0, %c0] to %sk signal %full : !map -> !block
      mla_gpu.mbar.arm %full bytes(32768)
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %c3 = arith.constant 3 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      %d0 = mla_gpu.wgmma %q0, %k0 transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %d1 = mla_gpu.wgmma %q1, %k1 transpose_b plus %d0 : !tile, !tile plus !pending -> !pending
      mla_gpu.wgmma.commit
      %s = mla_gpu.wgmma.wait pending(0) %d1 : !pending -> !acc
      mla_gpu.global.store_tile %s, %s_out[%i0] row_stride 64 valid %c3 : !acc, !mla_gpu.ptr<f32>
      %factor = arith.constant dense<0.000244140625> : !rowf
      %p = mla_gpu.row.scale %s by %factor : !acc, !rowf -> !acc
      %p16 = mla_gpu.to_a_operand %p : !acc -> !a
      %one = arith.constant dense<1.0> : !wide
      %o = mla_gpu.wgmma %p16, %sk plus %one : !a, !block plus !wide -> !wide_pending
      mla_gpu.wgmma.commit
      mla_gpu.smem.store_tile %p16, %sp : !a, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %o2 = mla_gpu.wgmma %sp, %sk plus %one : !tile, !block plus !wide -> !wide_pending
      mla_gpu.wgmma.commit
      %o_done = mla_gpu.wgmma.wait pending(1) %o : !wide_pending -> !wide
      mla_gpu.global.store_tile %o_done, %o_out[%i0] row_stride 128 valid %c3 : !wide, !mla_gpu.ptr<f32>
      %o2_done = mla_gpu.wgmma.wait pending(0) %o2 : !wide_pending -> !wide
      mla_gpu.global.store_tile %o2_done, %o16_out[%i0] row_stride 128 valid %c3 : !wide, !mla_gpu.ptr<bf16>
    }
  }

  // What lies outside the tensor is 0: rows past the end, columns past the end, a slice that does not exist, rows before
  // the begin. A product with the identity shows the tile.
  // CHECK-LABEL: @outside
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  44, 51, 58, 4
  // CHECK-NEXT: {{^}}  18, 25, 32, 39
  // CHECK-NEXT: {{^}}  53, 60, 6, 13
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  53, 60, 6, 13
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  4, 11, 0, 0
  // CHECK-NEXT: {{^}}  39, 46, 0, 0
  // CHECK-NEXT: {{^}}  13, 20, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  // CHECK-NEXT: {{^}}  0, 0, 0, 0
  mla_gpu.kernel @outside(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<2x3x66xbf16>},
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<20x128xf32>, test.print = 4})
      step(other) grid(one, one) threads(256) {
    %tiles = mla_gpu.smem.alloc "tiles" : !block
    %identity = mla_gpu.smem.alloc "identity" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c5 = arith.constant 5 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      scf.for %i = %c0 to %c5 step %c1 : i32 {
        %parity = arith.andi %i, %c1 : i32
        %free_parity = arith.xori %parity, %c1 : i32
        // Slice 1, 1, 2, 1, −1; row 0, 2, 0, −1, 0; column 0, 0, 0, 64, 0.
        %c2 = arith.constant 2 : i32
        %c3 = arith.constant 3 : i32
        %c4 = arith.constant 4 : i32
        %m1 = arith.constant -1 : i32
        %c64 = arith.constant 64 : i32
        %is1 = arith.cmpi eq, %i, %c1 : i32
        %is2 = arith.cmpi eq, %i, %c2 : i32
        %is3 = arith.cmpi eq, %i, %c3 : i32
        %is4 = arith.cmpi eq, %i, %c4 : i32
        %slice0 = arith.select %is2, %c2, %c1 : i32
        %slice = arith.select %is4, %m1, %slice0 : i32
        %row0 = arith.select %is1, %c2, %c0 : i32
        %row = arith.select %is3, %m1, %row0 : i32
        %column = arith.select %is3, %c64, %c0 : i32
        mla_gpu.mbar.wait %free parity(%free_parity)
        mla_gpu.mbar.arm %full bytes(16384)
        mla_gpu.tma.load %q[%slice, %row, %column] to %tiles signal %full : !map -> !block
      }
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %lanes = mla_gpu.row.index : tensor<64xi32, #mla_gpu.layout<row>>
      // Row r of the identity: 1 in column r, made of two masks.
      %ones = arith.constant dense<1.0> : !acc
      %true = arith.constant true
      %next = arith.constant dense<1> : tensor<64xi32, #mla_gpu.layout<row>>
      %border = arith.addi %lanes, %next : tensor<64xi32, #mla_gpu.layout<row>>
      %low = mla_gpu.mask %ones from %c0 border %lanes if %true : !acc, tensor<64xi32, #mla_gpu.layout<row>> -> !acc
      %low_next = mla_gpu.mask %ones from %c0 border %border if %true : !acc, tensor<64xi32, #mla_gpu.layout<row>> -> !acc
      %zero = arith.constant dense<0.0> : !rowf
      %unit = arith.constant 1.0 : f32
      %e = mla_gpu.exp2_fma %low times %unit minus %zero : !acc, !rowf -> !acc
      %e_next = mla_gpu.exp2_fma %low_next times %unit minus %zero : !acc, !rowf -> !acc
      %diagonal2 = arith.subf %e_next, %e : !acc
      %half = arith.constant dense<0.5> : !rowf
      %diagonal = mla_gpu.row.scale %diagonal2 by %half : !acc, !rowf -> !acc
      %a = mla_gpu.to_a_operand %diagonal : !acc -> !a
      %c512 = arith.constant 512 : i32
      scf.for %i = %c0 to %c5 step %c1 : i32 {
        %parity = arith.andi %i, %c1 : i32
        mla_gpu.mbar.wait %full parity(%parity)
        %d = mla_gpu.wgmma %a, %tiles : !a, !block -> !wide_pending
        mla_gpu.wgmma.commit
        %tile = mla_gpu.wgmma.wait pending(0) %d : !wide_pending -> !wide
        mla_gpu.mbar.arrive %free
        %c4 = arith.constant 4 : i32
        %begin = arith.muli %i, %c512 : i32
        %index = arith.extsi %begin : i32 to i64
        mla_gpu.global.store_tile %tile, %out[%index] row_stride 128 valid %c4 : !wide, !mla_gpu.ptr<f32>
      }
    }
  }

  // Slice 5 of a pool that repeats two stored slices is slice 1, slice 4 is slice 0; slice 6 is outside.
  // CHECK-LABEL: @repeated
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  74151
  // CHECK-NEXT: {{^}}  74055
  // CHECK-NEXT: {{^}}  0
  mla_gpu.kernel @repeated(
      %k: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<2x64x64xbf16>,
               test.extents = array<i64: 6, 64, 64>, test.stored_slices = 2},
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<3x64xf32>, test.print = 1})
      step(other) grid(one, one) threads(256) {
    %slices = mla_gpu.smem.alloc "slices" : !mla_gpu.smem<64x192xbf16, sw128>
    %s0 = mla_gpu.smem.view %slices tiles(0 to 1) : !mla_gpu.smem<64x192xbf16, sw128> -> !tile
    %s1 = mla_gpu.smem.view %slices tiles(1 to 2) : !mla_gpu.smem<64x192xbf16, sw128> -> !tile
    %s2 = mla_gpu.smem.view %slices tiles(2 to 3) : !mla_gpu.smem<64x192xbf16, sw128> -> !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %c4 = arith.constant 4 : i32
      %c5 = arith.constant 5 : i32
      %c6 = arith.constant 6 : i32
      mla_gpu.mbar.arm %full bytes(24576)
      mla_gpu.tma.load %k[%c5, %c0, %c0] to %s0 signal %full : !map -> !tile
      mla_gpu.tma.load %k[%c4, %c0, %c0] to %s1 signal %full : !map -> !tile
      mla_gpu.tma.load %k[%c6, %c0, %c0] to %s2 signal %full : !map -> !tile
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 64 : i64
      %i2 = arith.constant 128 : i64
      %c1 = arith.constant 1 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      %d0 = mla_gpu.wgmma %s0, %s0 transpose_b : !tile, !tile -> !pending
      %d1 = mla_gpu.wgmma %s1, %s1 transpose_b : !tile, !tile -> !pending
      %d2 = mla_gpu.wgmma %s2, %s2 transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e:3 = mla_gpu.wgmma.wait pending(0) %d0, %d1, %d2 : !pending, !pending, !pending -> !acc, !acc, !acc
      mla_gpu.global.store_tile %e#0, %out[%i0] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      mla_gpu.global.store_tile %e#1, %out[%i1] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
      mla_gpu.global.store_tile %e#2, %out[%i2] row_stride 64 valid %c1 : !acc, !mla_gpu.ptr<f32>
    }
  }
}
