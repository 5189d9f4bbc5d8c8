// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  mla_gpu.kernel @wait_before_commit() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @+1 {{the other op is here}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      // expected-error @+1 {{wait mismatch: this wait leaves 0 groups in flight, but the wgmma of operand 0 is not committed}}
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }

  mla_gpu.kernel @wait_for_too_little() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d0 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      // expected-note @+1 {{the other op is here}}
      %d1 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %d2 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      // expected-error @+1 {{wait mismatch: this wait leaves 2 groups in flight, but the wgmma of operand 1 is followed by 1 more committed groups}}
      %e:2 = mla_gpu.wgmma.wait pending(2) %d0, %d1 : !pending, !pending -> !acc, !acc
    }
  }

  mla_gpu.kernel @accumulator_used_twice() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d0 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      // expected-note @+1 {{the other op is here}}
      %d1 = mla_gpu.wgmma %tile, %tile transpose_b plus %d0 : !tile, !tile plus !pending -> !pending
      // expected-error @+1 {{wait mismatch: the registers of this accumulator are already in use by another wgmma}}
      %d2 = mla_gpu.wgmma %tile, %tile transpose_b plus %d0 : !tile, !tile plus !pending -> !pending
    }
  }

  mla_gpu.kernel @accumulator_goes_on() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d0 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      // expected-note @+1 {{the other op is here}}
      %d1 = mla_gpu.wgmma %tile, %tile transpose_b plus %d0 : !tile, !tile plus !pending -> !pending
      mla_gpu.wgmma.commit
      // expected-error @+1 {{wait mismatch: the registers of operand 0 are in use by another wgmma}}
      %e = mla_gpu.wgmma.wait pending(1) %d0 : !pending -> !acc
    }
  }

  // A wait that names no accumulator of a retired group; an empty group; a pending that never was in flight.
  mla_gpu.kernel @waits_in_order() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !acc
      %p = mla_gpu.as_pending %zero : !acc -> !pending
      %d0 = mla_gpu.wgmma %tile, %tile transpose_b plus %p : !tile, !tile plus !pending -> !pending
      mla_gpu.wgmma.commit
      %d1 = mla_gpu.wgmma %tile, %tile transpose_b plus %p : !tile, !tile plus !pending -> !pending
      mla_gpu.wgmma.commit
      mla_gpu.wgmma.commit
      %e1 = mla_gpu.wgmma.wait pending(1) %d1 : !pending -> !acc
      %e0, %z = mla_gpu.wgmma.wait pending(1) %d0, %p : !pending, !pending -> !acc, !acc
    }
  }
}
