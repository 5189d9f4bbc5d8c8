// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=random --protocol-only

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @store_without_fence() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %a, %tile : !a, !tile
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      // expected-error @+1 {{missing fence: wgmma read of 'tile' by role 'reader' is not ordered after the store by role 'writer' as the asynchronous proxy sees it: expected fence.async after that store and before the barrier}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }
}

// -----

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // A fence of the reader does not help, nor one before the store.
  mla_gpu.kernel @fence_in_the_wrong_place() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      mla_gpu.fence.async
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store_tile %a, %tile : !a, !tile
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      mla_gpu.fence.async
      // expected-error @+1 {{missing fence: wgmma read of 'tile'}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }

  mla_gpu.kernel @fence_between_store_and_barrier() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      mla_gpu.smem.store_tile %a, %tile : !a, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  // Zeros written by one warp, then a copy over them: two proxies write.
  mla_gpu.kernel @copy_over_a_store(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-error @+1 {{missing fence: copy of 'tile' by role 'producer' is not ordered after its own store as the asynchronous proxy sees it}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  mla_gpu.kernel @copy_over_a_fenced_store(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}
