// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!latent = !mla_gpu.smem<64x128xf8E4M3FN, sw128>
!pair = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!acc_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!latent_8 = tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!few = tensor<64x16xf32, #mla_gpu.layout<acc>>
!few_columns = tensor<16xf32, #mla_gpu.layout<column>>
!row = tensor<64xf32, #mla_gpu.layout<row>>
!stat = !mla_gpu.smem<64xf32>

mla_gpu.program @p {
  // The halves of an 8 KiB tile are watched apart, so no barrier is needed between them.
  mla_gpu.kernel @halves() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %pair = mla_gpu.smem.view %x tiles(0 to 1) : !tile -> !pair
      %left = mla_gpu.smem.view %pair tiles(0 to 1) : !pair -> !half
      %right = mla_gpu.smem.view %pair tiles(1 to 2) : !pair -> !half
      %zero = arith.constant dense<0.0> : !acc_8
      mla_gpu.smem.store_tile %zero, %left : !acc_8, !half
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %s = mla_gpu.wgmma %left, %left transpose_b : !half, !half -> !mla_gpu.pending<!acc>
      mla_gpu.wgmma.commit
      mla_gpu.smem.store_tile %zero, %right : !acc_8, !half
      %done = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!acc> -> !acc
    }
  }

  // They are found to be halves of the whole, whatever they are seen as.
  mla_gpu.kernel @half_of_whole() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !mla_gpu.smem<64x128xbf16, sw128>
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %tile = mla_gpu.smem.view %x tiles(1 to 2) : !mla_gpu.smem<64x128xbf16, sw128> -> !latent
      %pair = mla_gpu.smem.view %tile tiles(0 to 1) : !latent -> !pair
      %right = mla_gpu.smem.view %pair tiles(1 to 2) : !pair -> !p_smem
      %zero = arith.constant dense<0.0> : !acc_8
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_tile %zero, %right : !acc_8, !p_smem
      // expected-error @below {{load of tile 1 of 'x' by role 'a' is not ordered after its own store}}
      %v = mla_gpu.smem.load_transposed %tile from 64 : !latent -> !v
    }
  }

  mla_gpu.kernel @load_before_store() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !latent
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the other op is here}}
      %v = mla_gpu.smem.load_transposed %x from 0 : !latent -> !v
      %zero = arith.constant dense<0.0> : !latent_8
      // expected-error @below {{store of 'x' by role 'a' is not ordered after its own load}}
      mla_gpu.smem.store_tile %zero, %x : !latent_8, !latent
    }
  }

  // Other columns' tiles are not touched.
  mla_gpu.kernel @load_of_another_tile() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !mla_gpu.smem<64x256xf8E4M3FN, sw128>
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %v = mla_gpu.smem.load_transposed %x from 128 : !mla_gpu.smem<64x256xf8E4M3FN, sw128> -> !v
      %first = mla_gpu.smem.view %x tiles(0 to 1) : !mla_gpu.smem<64x256xf8E4M3FN, sw128> -> !latent
      %zero = arith.constant dense<0.0> : !latent_8
      mla_gpu.smem.store_tile %zero, %first : !latent_8, !latent
    }
  }

  // The same team, but other threads: rows of the one are columns of the other.
  mla_gpu.kernel @two_patterns() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !a
      %o = arith.constant dense<0.0> : !o
      mla_gpu.smem.store_tile %zero, %x : !a, !tile
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_tile %zero, %x : !a, !tile
      // expected-error @below {{store of 'x' by role 'a' is not ordered after its own store}}
      mla_gpu.smem.store_transposed %o, %x : !o, !tile
    }
  }

  // Rows in the order of sw64_paired lie in other places.
  mla_gpu.kernel @two_orders() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : tensor<64xf32, #mla_gpu.layout<row>>
      mla_gpu.smem.store_rows %zero, %stat paired : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_rows %zero, %stat paired : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
      // expected-error @below {{store of 'stat' by role 'a' is not ordered after its own store}}
      mla_gpu.smem.store_rows %zero, %stat : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
    }
  }

  mla_gpu.kernel @load_columns() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : tensor<64xf32, #mla_gpu.layout<row>>
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_rows %zero, %stat : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
      // expected-error @below {{load of 'stat' by role 'a' is not ordered after its own store}}
      %c = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
    }
  }

  mla_gpu.kernel @missing_fence() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !half
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !acc_8
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_tile %zero, %x : !acc_8, !half
      mla_gpu.nbar.sync %group
      // expected-error @below {{wgmma read of 'x' by role 'a' is not ordered after its own store as the asynchronous proxy sees it}}
      %s = mla_gpu.wgmma %x, %x transpose_b : !half, !half -> !mla_gpu.pending<!acc>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!acc> -> !acc
    }
  }

  // What a warp stores of a column all warps load.
  mla_gpu.kernel @load_parts() step(other) grid(one, one) threads(128) {
    %parts = mla_gpu.smem.alloc "parts" : !stat
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<0.0> : !few
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_parts max %x, %parts : !few, !stat
      // expected-error @below {{load of 'parts' by role 'a' is not ordered after its own store}}
      %max = mla_gpu.smem.load_parts max %parts : !stat -> !few_columns
    }
  }

  mla_gpu.kernel @parts_again() step(other) grid(one, one) threads(128) {
    %parts = mla_gpu.smem.alloc "parts" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<0.0> : !few
      mla_gpu.smem.store_parts max %x, %parts : !few, !stat
      mla_gpu.nbar.sync %group
      // expected-note @below {{the other op is here}}
      %max = mla_gpu.smem.load_parts max %parts : !stat -> !few_columns
      // expected-error @below {{store of 'parts' by role 'a' is not ordered after its own load}}
      mla_gpu.smem.store_parts add %x, %parts : !few, !stat
    }
  }

  // With barriers between, and of two stores by the same threads none.
  mla_gpu.kernel @negative_parts() step(other) grid(one, one) threads(128) {
    %parts = mla_gpu.smem.alloc "parts" : !stat
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<0.0> : !few
      mla_gpu.smem.store_parts max %x, %parts : !few, !stat
      mla_gpu.smem.store_parts add %x, %parts : !few, !stat
      mla_gpu.nbar.sync %group
      %sum = mla_gpu.smem.load_parts add %parts : !stat -> !few_columns
      mla_gpu.smem.store_columns %sum, %stat : !few_columns, !stat
      mla_gpu.smem.store_columns %sum, %stat : !few_columns, !stat
      mla_gpu.nbar.sync %group
      %rows = mla_gpu.smem.load_rows %stat : !stat -> !row
      mla_gpu.smem.store_parts max %x, %parts : !few, !stat
    }
  }

  // The first quad stores what all lanes load.
  mla_gpu.kernel @load_rows_of_columns() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<0.0> : !few_columns
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_columns %x, %stat : !few_columns, !stat
      // expected-error @below {{load of 'stat' by role 'a' is not ordered after its own store}}
      %rows = mla_gpu.smem.load_rows %stat : !stat -> !row
    }
  }

  mla_gpu.kernel @columns_over_rows() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %rows = arith.constant dense<0.0> : !row
      %x = arith.constant dense<0.0> : !few_columns
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_rows %rows, %stat : !row, !stat
      // expected-error @below {{store of 'stat' by role 'a' is not ordered after its own store}}
      mla_gpu.smem.store_columns %x, %stat : !few_columns, !stat
    }
  }

  // A store of few columns leaves rows to the store before, which has no fence; one of as many as the tile has rows leaves none.
  mla_gpu.kernel @rows_past_columns() step(other) grid(one, one) threads(256) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %stored = mla_gpu.nbar.alloc "stored" threads(256)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %few = arith.constant dense<0.0> : !few
      mla_gpu.nbar.sync %stored
      mla_gpu.smem.store_transposed %few, %x : !few, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      // expected-error @below {{wgmma read of 'x' by role 'a' is not ordered after the store by role 'b' as the asynchronous proxy sees it}}
      %s = mla_gpu.wgmma %x, %x transpose_b : !tile, !tile -> !mla_gpu.pending<!few>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!few> -> !few
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %zero = arith.constant dense<0.0> : !a
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_tile %zero, %x : !a, !tile
      mla_gpu.nbar.arrive %stored
    }
  }

  mla_gpu.kernel @negative_no_rows_past_columns() step(other) grid(one, one) threads(256) {
    %x = mla_gpu.smem.alloc "x" : !tile
    %stored = mla_gpu.nbar.alloc "stored" threads(256)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %all = arith.constant dense<0.0> : !acc
      mla_gpu.nbar.sync %stored
      mla_gpu.smem.store_transposed %all, %x : !acc, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %s = mla_gpu.wgmma %x, %x transpose_b : !tile, !tile -> !mla_gpu.pending<!few>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!few> -> !few
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %zero = arith.constant dense<0.0> : !a
      mla_gpu.smem.store_tile %zero, %x : !a, !tile
      mla_gpu.nbar.arrive %stored
    }
  }

  // Accumulators of the two layouts leave by other threads, byte for byte.
  mla_gpu.kernel @two_layouts() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.smem.alloc "x" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %paired = arith.constant dense<0.0> : !o
      %plain = arith.constant dense<0.0> : !acc
      // expected-note @below {{the other op is here}}
      mla_gpu.smem.store_transposed %paired, %x : !o, !tile
      // expected-error @below {{store of 'x' by role 'a' is not ordered after its own store}}
      mla_gpu.smem.store_transposed %plain, %x : !acc, !tile
    }
  }

  // A wgmma that takes the first rows of a tile reads the tile.
  mla_gpu.kernel @store_while_few_are_read() step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !tile
    %q = mla_gpu.smem.alloc "q" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !few
      // expected-note @below {{the other op is here}}
      %s = mla_gpu.wgmma %k, %q transpose_b : !tile, !tile -> !mla_gpu.pending<!few>
      mla_gpu.wgmma.commit
      // expected-error @below {{store of 'q' by role 'a' is not ordered after its own wgmma}}
      mla_gpu.smem.store_transposed %zero, %q : !few, !tile
      %done = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!few> -> !few
    }
  }
}
