// RUN: mla-interpreter-test %s --interleaving=first --verify-diagnostics
// RUN: not mla-interpreter-test %s --interleaving=second 2>&1 | FileCheck %s
// RUN: not mla-interpreter-test %s --interleaving=memory 2>&1 | FileCheck %s
// RUN: not mla-interpreter-test %s --interleaving=random --seed=1 2>&1 | FileCheck %s
// RUN: not mla-interpreter-test %s --interleaving=random --seed=2 --protocol-only 2>&1 | FileCheck %s

// That two accesses race follows from the barriers, not from when things happen to run: every interleaving finds it. The
// later of the two in execution reports it; in the first RUN line that is role "second".

// CHECK-COUNT-11: error: race
// CHECK-NOT: error

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @wgmma_does_not_wait_for_the_copy(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(160) {
    %a = mla_gpu.smem.alloc "a" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "first" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-note @+1 {{the other op is here}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %a signal %full : !map -> !tile
    }
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      // expected-error @+1 {{race: wgmma read of 'a' by role 'second' is not ordered after the copy by role 'first'}}
      %d = mla_gpu.wgmma %a, %a transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!block = !mla_gpu.smem<64x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // The arrival that frees the tile comes before the wait that retires its reader.
  mla_gpu.kernel @freed_too_early(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x128xbf16>})
      step(other) grid(one, one) threads(160) {
    %a = mla_gpu.smem.alloc "a" : !block
    %right = mla_gpu.smem.view %a tiles(1 to 2) : !block -> !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %a signal %full : !map -> !block
      mla_gpu.mbar.wait %free parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-error @+1 {{race: copy of tile 1 of 'a' by role 'second' is not ordered after the wgmma by role 'first'}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %right signal %full : !map -> !tile
    }
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @+1 {{the other op is here}}
      %d = mla_gpu.wgmma %right, %right transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      mla_gpu.mbar.arrive %free
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @copy_over_a_copy(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(64) {
    %a = mla_gpu.smem.alloc "a" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "second" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      // expected-note @+1 {{the other op is here}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %a signal %full : !map -> !tile
      // expected-error @+1 {{race: copy of 'a' by role 'second' is not ordered after its own copy}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %a signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
    mla_gpu.role "first" warps(1 to 2) team(warp) {
    }
  }
}

// -----

!stat = !mla_gpu.smem<64xi32>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  mla_gpu.kernel @rows_without_barrier() step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
    }
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      // expected-error @+1 {{race: load of 'stat' by role 'second' is not ordered after the store by role 'first'}}
      %row = mla_gpu.smem.load_rows %stat : !stat -> !rowi
    }
  }
}

// -----

!stat = !mla_gpu.smem<64xi32>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // One lane arrives at an mbarrier; what the other threads stored is not released by that.
  mla_gpu.kernel @store_released_by_one_lane() step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      mla_gpu.mbar.arrive %full
    }
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error @+1 {{race: load of 'stat' by role 'second' is not ordered after the store by role 'first'}}
      %row = mla_gpu.smem.load_rows %stat : !stat -> !rowi
    }
  }

  // With a barrier of the whole group before the arrival it is.
  mla_gpu.kernel @store_released_after_sync() step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      mla_gpu.nbar.sync %group
      mla_gpu.mbar.arrive %full
    }
    mla_gpu.role "second" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %row = mla_gpu.smem.load_rows %stat : !stat -> !rowi
    }
  }
}

// -----

!stat = !mla_gpu.smem<64xi32>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // An arrival releases; it does not acquire.
  mla_gpu.kernel @overwritten_before_it_is_read() step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.nbar.alloc "full" threads(256)
    %read = mla_gpu.nbar.alloc "read" threads(256)
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      mla_gpu.nbar.sync %full
      mla_gpu.nbar.arrive %read
      // expected-error @+1 {{race: store of 'stat' by role 'second' is not ordered after the load by role 'first'}}
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
    }
    mla_gpu.role "first" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %full
      // expected-note @+1 {{the other op is here}}
      %row = mla_gpu.smem.load_rows %stat : !stat -> !rowi
      mla_gpu.nbar.sync %read
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // wgmma of one warp reads what the other three stored: a fence is not enough, even in the same team.
  mla_gpu.kernel @own_store_without_barrier() step(other) grid(one, one) threads(160) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %a, %tile : !a, !tile
      mla_gpu.fence.async
      // expected-error @+1 {{race: wgmma read of 'tile' by role 'second' is not ordered after its own store}}
      %d = mla_gpu.wgmma %a, %tile transpose_b : !a, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "first" warps(4 to 5) team(warp) {
    }
  }

  mla_gpu.kernel @own_store_with_barrier() step(other) grid(one, one) threads(160) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %group = mla_gpu.nbar.alloc "group" threads(128)
    mla_gpu.role "second" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      mla_gpu.smem.store_tile %a, %tile : !a, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %group
      %d = mla_gpu.wgmma %a, %tile transpose_b : !a, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "first" warps(4 to 5) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @overtakes_the_kernel_before(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>, test.after_wait})
      step(other) grid(one, one) threads(64) {
    %flag = mla_gpu.mbar.alloc "flag" count(1)
    mla_gpu.role "first" warps(0 to 1) team(warp) {
    }
    mla_gpu.role "second" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i64
      // expected-error @+1 {{race: role 'second' accesses what the kernel before writes, but is not ordered after a pdl.wait}}
      %x = mla_gpu.global.load %lens[%c0] : !mla_gpu.ptr<i32> -> i32
    }
  }

  // The wait of one role orders the others through barriers.
  mla_gpu.kernel @waits_for_the_kernel_before(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>, test.after_wait})
      step(other) grid(one, one) threads(64) {
    %flag = mla_gpu.mbar.alloc "flag" count(1)
    mla_gpu.role "first" warps(0 to 1) team(warp) {
      mla_gpu.pdl.wait
      mla_gpu.mbar.arrive %flag
    }
    mla_gpu.role "second" warps(1 to 2) team(warp) {
      %parity = arith.constant 0 : i32
      %c0 = arith.constant 0 : i64
      mla_gpu.mbar.wait %flag parity(%parity)
      %x = mla_gpu.global.load %lens[%c0] : !mla_gpu.ptr<i32> -> i32
    }
  }

  mla_gpu.kernel @waits_in_the_set_up(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>, test.after_wait})
      step(other) grid(one, one) threads(64) {
    mla_gpu.pdl.wait
    mla_gpu.pdl.trigger
    mla_gpu.role "first" warps(1 to 2) team(warp) {
    }
    mla_gpu.role "second" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %x = mla_gpu.global.load %lens[%c0] : !mla_gpu.ptr<i32> -> i32
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @waits_for_too_little(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>, test.never})
      step(other) grid(one, one) threads(64) {
    mla_gpu.role "first" warps(1 to 2) team(warp) {
    }
    mla_gpu.role "second" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      mla_gpu.pdl.wait
      // expected-error @+1 {{race: role 'second' accesses what an earlier kernel writes, but the kernel in between never executes pdl.wait}}
      %x = mla_gpu.global.load %lens[%c0] : !mla_gpu.ptr<i32> -> i32
    }
  }
}

// -----

!stat = !mla_gpu.smem<64xi32>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>

// The first lane of a quad stores a row and all four load it, so a warp group needs a barrier between the two.
mla_gpu.program @p {
  mla_gpu.kernel @loads_what_it_stored() step(other) grid(one, one) threads(160) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      // expected-error @+1 {{race: load of 'stat' by role 'first' is not ordered after its own store}}
      %back = mla_gpu.smem.load_rows %stat : !stat -> !rowi
    }
    mla_gpu.role "second" warps(4 to 5) team(warp) {
    }
  }

  mla_gpu.kernel @stores_what_it_loaded() step(other) grid(one, one) threads(160) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %own = mla_gpu.nbar.alloc "own" threads(128)
    mla_gpu.role "first" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      mla_gpu.smem.store_rows %row, %stat : !rowi, !stat
      mla_gpu.nbar.sync %own
      // expected-note @+1 {{the other op is here}}
      %back = mla_gpu.smem.load_rows %stat : !stat -> !rowi
      // expected-error @+1 {{race: store of 'stat' by role 'first' is not ordered after its own load}}
      mla_gpu.smem.store_rows %back, %stat : !rowi, !stat
    }
    mla_gpu.role "second" warps(4 to 5) team(warp) {
    }
  }
}
