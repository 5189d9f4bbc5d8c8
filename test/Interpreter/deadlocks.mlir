// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=b
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=random --protocol-only

mla_gpu.program @p {
  // Every role that cannot go on is named, with what it waits for.
  mla_gpu.kernel @each_waits_for_the_other() step(other) grid(one, one) threads(64) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    %y = mla_gpu.mbar.alloc "y" count(2)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.mbar.arrive %y
      // expected-error @+1 {{deadlock: role 'a' waits for phase 0 of mbarrier 'x' (arrivals 0 of 1, bytes 0 of 0)}}
      mla_gpu.mbar.wait %x parity(%c0)
      mla_gpu.mbar.arrive %y
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @+1 {{deadlock: role 'b' waits for phase 0 of mbarrier 'y' (arrivals 1 of 2, bytes 0 of 0)}}
      mla_gpu.mbar.wait %y parity(%c0)
      mla_gpu.mbar.arrive %x
    }
  }

  mla_gpu.kernel @too_few_threads() step(other) grid(one, one) threads(64) {
    %z = mla_gpu.nbar.alloc "z" threads(96)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{deadlock: role 'a' waits for named barrier 'z' (threads 64 of 96)}}
      mla_gpu.nbar.sync %z
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.nbar.arrive %z
    }
  }

  mla_gpu.kernel @one_warp_of_many_stays_away() step(other) grid(one, one) threads(96) {
    %z = mla_gpu.nbar.alloc "z" threads(64)
    mla_gpu.role "b" warps(0 to 3) team(each_warp) {
      %warp = mla_gpu.warp_id
      %c2 = arith.constant 2 : i32
      %is_last = arith.cmpi eq, %warp, %c2 : i32
      scf.if %is_last {
        // expected-error @+1 {{deadlock: role 'b' (warp 2) waits for named barrier 'z' (threads 32 of 64)}}
        mla_gpu.nbar.sync %z
      }
    }
  }

  mla_gpu.kernel @bytes_never_come() step(other) grid(one, one) threads(64) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %x bytes(128)
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @+1 {{deadlock: role 'b' waits for phase 0 of mbarrier 'x' (arrivals 1 of 1, bytes 0 of 128)}}
      mla_gpu.mbar.wait %x parity(%c0)
    }
  }

  // A counter that the other blocks never bring to what it should reach.
  mla_gpu.kernel @too_few_arrivals(%counters: !mla_gpu.ptr<i32>
                                   {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<2xi32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    mla_gpu.role "b" warps(0 to 1) team(warp) {
      %i0 = arith.constant 0 : i64
      %c0 = arith.constant 0 : i32
      %c2 = arith.constant 2 : i32
      %block = mla_gpu.block_id 0
      %is_first = arith.cmpi eq, %block, %c0 : i32
      scf.if %is_first {
        mla_gpu.grid.arrive %counters[%i0] of %c2
        // expected-error @+1 {{deadlock: role 'b' of block (0, 0) waits for a counter to reach 2}}
        mla_gpu.grid.wait %counters[%i0] reaches %c2
      }
    }
  }
}
