// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=random --seed=5

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  mla_gpu.kernel @missing_fence(%out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !a
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %x, %tile : !a, !tile
      mla_gpu.nbar.sync %all
      // expected-error @+1 {{missing fence: asynchronous store of 'tile' by role 'a' is not ordered after its own store as the asynchronous proxy sees it}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.tma.store_wait
    }
  }

  // One lane issues the store; it must know that the others have written and fenced.
  mla_gpu.kernel @missing_barrier(%out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !a
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %x, %tile : !a, !tile
      mla_gpu.fence.async
      // expected-error @+1 {{race: asynchronous store of 'tile' by role 'a' is not ordered after its own store}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.tma.store_wait
    }
  }

  mla_gpu.kernel @overwritten_before_the_wait(%out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !a
      mla_gpu.smem.store_tile %x, %tile : !a, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      // expected-note @+1 {{the other op is here}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.nbar.sync %all
      // expected-error @+1 {{race: store of 'tile' by role 'a' is not ordered after its own asynchronous store}}
      mla_gpu.smem.store_tile %x, %tile : !a, !tile
      mla_gpu.tma.store_wait
    }
  }

  // Another role refills the tile after it was told too early.
  mla_gpu.kernel @freed_before_the_wait(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>},
      %out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(64) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @+1 {{the other op is here}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.mbar.arrive %free
      mla_gpu.tma.store_wait
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %free parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-error @+1 {{race: copy of 'tile' by role 'b' is not ordered after the asynchronous store by role 'a'}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
    }
  }

  mla_gpu.kernel @freed_after_the_wait(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>},
      %out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(64) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.wait %full parity(%c0)
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.tma.store_wait
      mla_gpu.mbar.arrive %free
      mla_gpu.mbar.wait %full parity(%c1)
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %free parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
    }
  }

  mla_gpu.kernel @ends_before_the_wait(%out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.fence.async
      // expected-error @+1 {{bad arrival: role 'a' ends before it waited for this store}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
    }
  }

  mla_gpu.kernel @rank(%out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{unsupported: expected a tensor of 3 dimensions, but got one of 2}}
      mla_gpu.tma.store %tile to %out[%c0, %c0, %c0] : !tile -> !map
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!counters = !mla_gpu.ptr<i32>

mla_gpu.program @p {
  // That the source was read says nothing of what was written.
  mla_gpu.kernel @read_is_not_written(
      %counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %block = mla_gpu.block_id 0
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.fence.async
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        // expected-error @+1 {{race: store of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
        mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait
      }
    }
  }

  mla_gpu.kernel @written(
      %counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %block = mla_gpu.block_id 0
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.fence.async
      scf.if %is_first {
        mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait written
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait
      }
    }
  }
}
