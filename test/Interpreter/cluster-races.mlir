// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only
// RUN: not mla-interpreter-test %s --interleaving=memory 2>&1 | FileCheck %s
// RUN: not mla-interpreter-test %s --interleaving=random --seed=1 2>&1 | FileCheck %s
// RUN: not mla-interpreter-test %s --interleaving=random --seed=2 2>&1 | FileCheck %s

// What blocks of a cluster do wrong to one another. Every interleaving finds it.

// CHECK-COUNT-11: error:
// CHECK-NOT: error:

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!slot = !mla_gpu.smem<4xi32>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // A block waits for its own group only, and does not know whether the other block has even received the first copy.
  mla_gpu.kernel @frees_for_itself(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(160) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    %c32 = arith.constant 32 : i32
    %rank = mla_gpu.cluster_rank
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %half = arith.muli %rank, %c32 : i32
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-note @+1 {{the other op is here}}
      mla_gpu.tma.load %map[%c0, %half, %c0] to %tile rows_from %half signal %full multicast : !map -> !tile
      mla_gpu.mbar.wait %free parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-error @+1 {{race: copy of 'tile' of block 1 by role 'producer' of block 0 is not ordered after its own copy}}
      mla_gpu.tma.load %map[%c0, %half, %c0] to %tile rows_from %half signal %full multicast : !map -> !tile
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
      mla_gpu.mbar.arrive %free
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // A block knows that both have received the first copy, and loads over what the other block's group still reads.
  mla_gpu.kernel @does_not_wait_for_readers(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(160) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %landed = mla_gpu.mbar.alloc "landed" count(2)
    %c0 = arith.constant 0 : i32
    %c32 = arith.constant 32 : i32
    %rank = mla_gpu.cluster_rank
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %half = arith.muli %rank, %c32 : i32
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %half, %c0] to %tile rows_from %half signal %full multicast : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
      mla_gpu.mbar.arrive %landed multicast
      mla_gpu.mbar.wait %landed parity(%c0)
      mla_gpu.mbar.wait %free parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-error @+1 {{race: copy of 'tile' of block 1 by role 'producer' of block 0 is not ordered after the wgmma by role 'consumer' of block 1}}
      mla_gpu.tma.load %map[%c0, %half, %c0] to %tile rows_from %half signal %full multicast : !map -> !tile
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @+1 {{the other op is here}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
      mla_gpu.mbar.arrive %free
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // The half that the other block loads is not waited for.
  mla_gpu.kernel @forgets_the_other_half(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(160) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %other = mla_gpu.mbar.alloc "other" count(1)
    %c0 = arith.constant 0 : i32
    %c32 = arith.constant 32 : i32
    %rank = mla_gpu.cluster_rank
    %is_first = arith.cmpi eq, %rank, %c0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(4096)
      mla_gpu.mbar.arm %other bytes(4096)
      scf.if %is_first {
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile rows_from %c0 signal %full multicast : !map -> !tile
      } else {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.tma.load %map[%c0, %c32, %c0] to %tile rows_from %c32 signal %other multicast : !map -> !tile
      }
      mla_gpu.mbar.wait %other parity(%c0)
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error-re @+1 {{race: wgmma read of {{.*}}'tile' of block {{[01]}} by role 'consumer' of block {{[01]}} is not ordered after the copy by role 'producer' of block 1}}
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }
}

// -----

!slot = !mla_gpu.smem<4xi32>

mla_gpu.program @p {
  // Both blocks send to the same word.
  mla_gpu.kernel @words_collide() step(other) grid(multiprocessors, one) threads(32) cluster(2)
      attributes {test.grid = array<i64: 2, 1>} {
    %slot = mla_gpu.smem.alloc "slot" : !slot
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
      mla_gpu.mbar.arm %full bytes(8)
      // expected-error-re @+2 {{race: store of 'slot' of block {{[01]}} by role 'r' of block {{[01]}} is not ordered after the copy by role 'r' of block {{[01]}}}}
      // expected-note @+1 {{the other op is here}}
      mla_gpu.smem.store %rank, %slot[0] signal %full multicast : i32, !mla_gpu.smem<4xi32>
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

!slot = !mla_gpu.smem<4xi32>

mla_gpu.program @p {
  // Having a word itself says nothing of the other block, which may not have read the one before.
  mla_gpu.kernel @word_over_a_word() step(other) grid(multiprocessors, one) threads(32) cluster(2)
      attributes {test.grid = array<i64: 2, 1>} {
    %slot = mla_gpu.smem.alloc "slot" : !slot
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      mla_gpu.mbar.arm %full bytes(4)
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store %c0, %slot[0] signal %full multicast : i32, !slot
      }
      mla_gpu.mbar.wait %full parity(%c0)
      %word = mla_gpu.smem.load %slot[0] : !slot -> i32
      mla_gpu.mbar.arm %full bytes(4)
      scf.if %is_first {
        // expected-error @+1 {{race: store of 'slot' of block 1 by role 'r' of block 0 is not ordered after its own copy}}
        mla_gpu.smem.store %c1, %slot[0] signal %full multicast : i32, !slot
      }
      mla_gpu.mbar.wait %full parity(%c1)
    }
  }
}

// -----

mla_gpu.program @p {
  // The other block's arrival is missing. Which block waits, and for what, is said.
  mla_gpu.kernel @other_does_not_arrive() step(other) grid(multiprocessors, one) threads(32) cluster(2)
      attributes {test.grid = array<i64: 2, 1>} {
    %free = mla_gpu.mbar.alloc "free" count(2)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      scf.if %is_first {
        mla_gpu.mbar.arrive %free multicast
      } else {
        mla_gpu.mbar.arrive %free
      }
      // expected-error @+1 {{deadlock: role 'r' of block 0 waits for phase 0 of mbarrier 'free' (arrivals 1 of 2, bytes 0 of 0)}}
      mla_gpu.mbar.wait %free parity(%c0)
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  // Only one of two halves is multicast.
  mla_gpu.kernel @half_stays_at_home(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c32 = arith.constant 32 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      mla_gpu.mbar.arm %full bytes(8192)
      scf.if %is_first {
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile rows_from %c0 signal %full multicast : !map -> !tile
      } else {
        mla_gpu.tma.load %map[%c0, %c32, %c0] to %tile rows_from %c32 signal %full : !map -> !tile
      }
      // expected-error @+1 {{deadlock: role 'r' of block 0 waits for phase 0 of mbarrier 'full' (arrivals 1 of 1, bytes 4096 of 8192)}}
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @rows_past_the_end(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c64 = arith.constant 64 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(4096)
      // expected-error @+1 {{expected a first row that is a multiple of 32 below 64, but got 64}}
      mla_gpu.tma.load %map[%c64, %c64, %c64] to %tile rows_from %c64 signal %full : !map -> !tile
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @rows_askew(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c8 = arith.constant 8 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(4096)
      // expected-error @+1 {{expected a first row that is a multiple of 32 below 64, but got 8}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile rows_from %c8 signal %full : !map -> !tile
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a grid of at least 4 blocks along dimension 0, but got 3}}
  mla_gpu.kernel @no_room() step(other) grid(multiprocessors, one) threads(32) cluster(4)
      attributes {test.grid = array<i64: 3, 1>} {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

!slot = !mla_gpu.smem<4xi32>

mla_gpu.program @p {
  // The other block has a barrier of the same name, for which it does not wait.
  mla_gpu.kernel @not_waited_for() step(other) grid(multiprocessors, one) threads(32) cluster(2)
      attributes {test.grid = array<i64: 2, 1>} {
    %slot = mla_gpu.smem.alloc "slot" : !slot
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      scf.if %is_first {
        mla_gpu.mbar.arm %full bytes(4)
        // expected-error @+1 {{bad arrival: the kernel ends before anyone waited for this copy into 'slot' of block 1}}
        mla_gpu.smem.store %rank, %slot[0] signal %full multicast : i32, !slot
        mla_gpu.mbar.wait %full parity(%c0)
      }
    }
  }
}
