// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol)))'

!q = !mla_gpu.smem<64x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!latent = !mla_gpu.smem<64x128xf8E4M3FN, sw128>
!pair = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!column = tensor<64xf32, #mla_gpu.layout<column>>

mla_gpu.program @p {
  // Written as one kind of tiles and read as another.
  mla_gpu.kernel @negative_views() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !q
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !s_8
      %o = arith.constant dense<0.0> : !o
      %rows = arith.constant dense<0.0> : tensor<64xf32, #mla_gpu.layout<row>>
      %pair = mla_gpu.smem.view %x tiles(1 to 2) : !q -> !pair
      %left = mla_gpu.smem.view %pair tiles(0 to 1) : !pair -> !half
      %right = mla_gpu.smem.view %pair tiles(1 to 2) : !pair -> !p_smem
      mla_gpu.smem.store_tile %zero, %left : !s_8, !half
      mla_gpu.smem.store_tile %zero, %right : !s_8, !p_smem
      mla_gpu.smem.store_rows %rows, %stat : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %whole = mla_gpu.smem.view %x tiles(1 to 2) : !q -> !latent
      // The first tile is written by nobody, and not read.
      %all = mla_gpu.smem.view %x tiles(0 to 2) : !q -> !mla_gpu.smem<64x256xf8E4M3FN, sw128>
      %v = mla_gpu.smem.load_transposed %all from 128 : !mla_gpu.smem<64x256xf8E4M3FN, sw128> -> !v
      %c = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> !column
      %pending = mla_gpu.wgmma %v, %right transpose_b : !v, !p_smem -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !mla_gpu.pending<!o> -> !o
    }
  }
}

// -----

!q = !mla_gpu.smem<64x128xbf16, sw128>
!pair = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!latent = !mla_gpu.smem<64x128xf8E4M3FN, sw128>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>

mla_gpu.program @p {
  // Half of the tile is written.
  mla_gpu.kernel @r7_half() step(other) grid(one, one) threads(128) {
    // expected-note @below {{buffer is here}}
    %x = mla_gpu.smem.alloc "x" : !q
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !s_8
      %pair = mla_gpu.smem.view %x tiles(1 to 2) : !q -> !pair
      %left = mla_gpu.smem.view %pair tiles(0 to 1) : !pair -> !half
      mla_gpu.smem.store_tile %zero, %left : !s_8, !half
      mla_gpu.nbar.sync %group
      %whole = mla_gpu.smem.view %x tiles(1 to 2) : !q -> !latent
      // expected-error @below {{expected tile 1 of buffer "x" to be written, but nothing does [R7]}}
      %v = mla_gpu.smem.load_transposed %whole from 0 : !latent -> !v
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @r7_load_tile() step(other) grid(one, one) threads(128) {
    // expected-note @below {{buffer is here}}
    %x = mla_gpu.smem.alloc "x" : !tile
    // expected-note @below {{buffer is here}}
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected tile 0 of buffer "x" to be written, but nothing does [R7]}}
      %s = mla_gpu.smem.load_tile %x : !tile -> tensor<64x64xf32, #mla_gpu.layout<acc>>
      // expected-error @below {{expected buffer "stat" to be written, but nothing does [R7]}}
      %c = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>

mla_gpu.program @p {
  mla_gpu.kernel @r8_store_transposed() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !o
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.store_transposed %zero, %x : !o, !tile
      // expected-note @below {{next arrival is here}}
      mla_gpu.nbar.sync %group
      // expected-note @below {{read by a wgmma here}}
      %pending = mla_gpu.wgmma %x, %x transpose_b : !tile, !tile -> !mla_gpu.pending<!s>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !mla_gpu.pending<!s> -> !s
    }
  }
}

// -----

!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!tile = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>

mla_gpu.program @p {
  // Of the two halves of 8 KiB only one is read by the tensor cores.
  mla_gpu.kernel @r8_half() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %left = mla_gpu.smem.view %x tiles(0 to 1) : !tile -> !half
      %right = mla_gpu.smem.view %x tiles(1 to 2) : !tile -> !half
      %zero = arith.constant dense<0.0> : !s_8
      mla_gpu.smem.store_tile %zero, %right : !s_8, !half
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.store_tile %zero, %left : !s_8, !half
      // expected-note @below {{next arrival is here}}
      mla_gpu.nbar.sync %group
      // expected-note @below {{read by a wgmma here}}
      %pending = mla_gpu.wgmma %left, %left transpose_b : !half, !half -> !mla_gpu.pending<!s>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !mla_gpu.pending<!s> -> !s
    }
  }
}

// -----

!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!row = tensor<64xf32, #mla_gpu.layout<row>>
!lanes = tensor<32xf32, #mla_gpu.layout<lane>>

mla_gpu.program @p {
  // No wgmma reads an unswizzled buffer; one that rows or lanes are stored in is written.
  mla_gpu.kernel @negative_unswizzled() step(other) grid(one, one) threads(160) {
    %x = mla_gpu.smem.alloc "x" : !half
    %by_row = mla_gpu.smem.alloc "by_row" : !mla_gpu.smem<64xf32>
    %by_lane = mla_gpu.smem.alloc "by_lane" : !mla_gpu.smem<32xf32>
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %stored = mla_gpu.nbar.alloc "stored" threads(160)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !s_8
      %rows = arith.constant dense<0.0> : !row
      mla_gpu.smem.store_tile %zero, %x : !s_8, !half
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %pending = mla_gpu.wgmma %x, %x transpose_b : !half, !half -> !mla_gpu.pending<!s>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !mla_gpu.pending<!s> -> !s
      mla_gpu.smem.store_rows %rows, %by_row paired : !row, !mla_gpu.smem<64xf32>
      mla_gpu.nbar.sync %stored
      %f = mla_gpu.smem.load_columns %by_row paired : !mla_gpu.smem<64xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
      %g = mla_gpu.smem.load_columns %by_lane paired : !mla_gpu.smem<32xf32> -> tensor<32xf32, #mla_gpu.layout<column>>
    }
    mla_gpu.role "lanes" warps(4 to 5) team(warp) {
      %lanes = arith.constant dense<0.0> : !lanes
      mla_gpu.smem.store_lanes %lanes, %by_lane[%c0] paired : !lanes, !mla_gpu.smem<32xf32>
      mla_gpu.nbar.arrive %stored
    }
  }
}

// -----

!few = tensor<64x16xf32, #mla_gpu.layout<acc>>
!column = tensor<16xf32, #mla_gpu.layout<column>>
!parts = !mla_gpu.smem<64xf32>

mla_gpu.program @p {
  // What warps and columns store in is written.
  mla_gpu.kernel @negative_parts() step(other) grid(one, one) threads(128) {
    %parts = mla_gpu.smem.alloc "parts" : !parts
    %stat = mla_gpu.smem.alloc "stat" : !parts
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<0.0> : !few
      mla_gpu.smem.store_parts max %x, %parts : !few, !parts
      mla_gpu.nbar.sync %group
      %max = mla_gpu.smem.load_parts max %parts : !parts -> !column
      mla_gpu.smem.store_columns %max, %stat : !column, !parts
      mla_gpu.nbar.sync %group
      %rows = mla_gpu.smem.load_rows %stat : !parts -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r7_load_parts() step(other) grid(one, one) threads(128) {
    // expected-note @below {{buffer is here}}
    %parts = mla_gpu.smem.alloc "parts" : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected buffer "parts" to be written, but nothing does [R7]}}
      %max = mla_gpu.smem.load_parts max %parts : !mla_gpu.smem<64xf32> -> tensor<16xf32, #mla_gpu.layout<column>>
    }
  }
}
