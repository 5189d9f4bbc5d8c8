// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=memory

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // The first arrival is counted already, its bytes are outstanding: the phase is still the same.
  mla_gpu.kernel @one_arrival_too_many() step(other) grid(one, one) threads(32) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %x bytes(128)
      // expected-error @+1 {{bad arrival: mbarrier 'x' expects 1 arrivals per phase, but got one more (arrivals 1 of 1, bytes 0 of 128)}}
      mla_gpu.mbar.arrive %x
    }
  }

  mla_gpu.kernel @more_bytes_than_announced(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %x = mla_gpu.mbar.alloc "x" count(2)
    %never = mla_gpu.mbar.alloc "never" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.mbar.arm %x bytes(4096)
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %x : !map -> !tile
      // expected-error @+1 {{bad arrival: mbarrier 'x' got more bytes than were announced (arrivals 2 of 2, bytes 8192 of 4096)}}
      mla_gpu.mbar.arrive %x
    }
  }

  mla_gpu.kernel @too_many_outstanding_bytes() step(other) grid(one, one) threads(32) {
    %x = mla_gpu.mbar.alloc "x" count(3)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %x bytes(1048560)
      // expected-error @+1 {{bad arrival: expected at most 1048575 outstanding bytes on mbarrier 'x', but got 1048576}}
      mla_gpu.mbar.arm %x bytes(16)
    }
  }

  mla_gpu.kernel @same_team_twice() step(other) grid(one, one) threads(64) {
    %z = mla_gpu.nbar.alloc "z" threads(64)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.nbar.arrive %z
      // expected-error @+1 {{bad arrival: a team comes twice to named barrier 'z' before it completed (threads 32 of 64)}}
      mla_gpu.nbar.arrive %z
    }
  }

  mla_gpu.kernel @too_many_threads() step(other) grid(one, one) threads(160) {
    %z = mla_gpu.nbar.alloc "z" threads(96)
    mla_gpu.role "a" warps(4 to 5) team(warp) {
      mla_gpu.nbar.arrive %z
    }
    mla_gpu.role "b" warps(0 to 4) team(warp_group) {
      // expected-error @+1 {{bad arrival: named barrier 'z' is for 96 threads, but 160 came}}
      mla_gpu.nbar.sync %z
    }
  }

  mla_gpu.kernel @ends_in_a_phase() step(other) grid(one, one) threads(32) {
    // expected-error @+1 {{bad arrival: the kernel ends in the middle of phase 1 of mbarrier 'x' (arrivals 1 of 2, bytes 0 of 0)}}
    %x = mla_gpu.mbar.alloc "x" count(2)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arrive %x
      mla_gpu.mbar.arrive %x
      mla_gpu.mbar.arrive %x
    }
  }

  mla_gpu.kernel @ends_with_a_named_barrier() step(other) grid(one, one) threads(32) {
    // expected-error @+1 {{bad arrival: the kernel ends while named barrier 'z' is half full (threads 32 of 64)}}
    %z = mla_gpu.nbar.alloc "z" threads(64)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.nbar.arrive %z
    }
  }

  mla_gpu.kernel @ends_before_its_copy(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.mbar.arm %x bytes(8192)
      // expected-error @+1 {{bad arrival: the kernel ends before anyone waited for this copy into 'tile'}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %x : !map -> !tile
    }
  }

  mla_gpu.kernel @ends_before_its_wgmma() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-error @+1 {{bad arrival: role 'a' ends before this wgmma retires}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
    }
  }

  mla_gpu.kernel @ends_before_its_commit() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-error @+1 {{bad arrival: role 'a' ends before this wgmma retires}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
    }
  }
}
