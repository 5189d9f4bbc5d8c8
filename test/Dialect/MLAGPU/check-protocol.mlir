// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol)))'

// Kernels are named by the rule that they break; what must not fire is @negative_….

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!stat = !mla_gpu.smem<64xf32>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // A producer and a consumer, with everything that the rules look at.
  mla_gpu.kernel @negative_pipeline(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %k = mla_gpu.smem.alloc "k" : !tile
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %full = mla_gpu.mbar.alloc "full" count(1)
    %tail = mla_gpu.mbar.alloc "tail" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %ready = mla_gpu.nbar.alloc "ready" threads(160)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%before = %start) -> (!w) : i32 {
        %parity = arith.andi %i, %c1 : i32
        mla_gpu.mbar.wait %full parity(%parity)
        %a = mla_gpu.wgmma %k, %k transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        %b = mla_gpu.wgmma %k, %k plus %before : !tile, !tile plus !w -> !w
        mla_gpu.wgmma.commit
        %done = mla_gpu.wgmma.wait pending(1) %a : !w -> !s
        mla_gpu.mbar.arrive %free
        scf.yield %b : !w
      }
      %o_end = mla_gpu.wgmma.wait pending(0) %end : !w -> !s
      %max = mla_gpu.row.max %o_end : !s -> !rowf
      mla_gpu.smem.store_rows %max, %stat : !rowf, !stat
      mla_gpu.nbar.sync %ready
      %again = mla_gpu.smem.load_rows %stat : !stat -> !rowf
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      scf.for %i = %c0 to %n step %c1 : i32 {
        %parity = arith.andi %i, %c1 : i32
        %free_parity = arith.xori %parity, %c1 : i32
        %ragged = arith.cmpi eq, %i, %n : i32
        %signal = arith.select %ragged, %tail, %full : !mla_gpu.mbar
        mla_gpu.mbar.wait %free parity(%free_parity)
        mla_gpu.mbar.arm %signal bytes(8192)
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %k signal %signal : !map -> !tile
        scf.if %ragged {
          mla_gpu.mbar.wait %tail parity(%c0)
          mla_gpu.smem.zero_rows %k from %c1 : !tile
          mla_gpu.fence.async
          mla_gpu.mbar.arrive %full
        }
      }
      mla_gpu.nbar.arrive %ready
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r1() step(other) grid(one, one) threads(64) {
    %a = mla_gpu.mbar.alloc "a" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected mbarrier "a" to be armed or arrived at, but nothing does [R1]}}
      mla_gpu.mbar.wait %a parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r2_arrive() step(other) grid(one, one) threads(64) {
    %a = mla_gpu.mbar.alloc "a" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected mbarrier "a" to be waited for, but nothing does [R2]}}
      mla_gpu.mbar.arrive %a
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @r2_arm(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}) step(other) grid(one, one) threads(64) {
    %k = mla_gpu.smem.alloc "k" : !tile
    %a = mla_gpu.mbar.alloc "a" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected mbarrier "a" to be waited for, but nothing does [R2]}}
      mla_gpu.mbar.arm %a bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %k signal %a : !map -> !tile
    }
  }
}

// -----

mla_gpu.program @p {
  // A barrier is known through what selects it.
  mla_gpu.kernel @r2_select(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(64) {
    %a = mla_gpu.mbar.alloc "a" count(1)
    %b = mla_gpu.mbar.alloc "b" count(1)
    %c0 = arith.constant 0 : i32
    %odd = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %either = arith.select %odd, %a, %b : !mla_gpu.mbar
      // expected-error @below {{expected mbarrier "b" to be waited for, but nothing does [R2]}}
      mla_gpu.mbar.arrive %either
      mla_gpu.mbar.wait %a parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  // Barriers that a loop swaps and a branch gives.
  mla_gpu.kernel @negative_r1_carried(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(64) {
    %a = mla_gpu.mbar.alloc "a" count(1)
    %b = mla_gpu.mbar.alloc "b" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %odd = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %either = scf.if %odd -> (!mla_gpu.mbar) {
        scf.yield %a : !mla_gpu.mbar
      } else {
        scf.yield %b : !mla_gpu.mbar
      }
      %x, %y = scf.for %i = %c0 to %n step %c1 iter_args(%p = %either, %q = %b)
          -> (!mla_gpu.mbar, !mla_gpu.mbar) : i32 {
        mla_gpu.mbar.arrive %p
        scf.yield %q, %p : !mla_gpu.mbar, !mla_gpu.mbar
      }
      mla_gpu.mbar.wait %x parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  // Each warp of an each_warp role arrives.
  mla_gpu.kernel @r3() step(other) grid(one, one) threads(96) {
    // expected-error @below {{expected at least 5 arrivals at mbarrier "a", but got 4 [R3]}}
    %a = mla_gpu.mbar.alloc "a" count(5)
    %b = mla_gpu.mbar.alloc "b" count(4)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "one" warps(0 to 1) team(warp) {
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %a
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %a
      mla_gpu.mbar.arrive %b
      mla_gpu.mbar.arrive %b
      mla_gpu.mbar.wait %a parity(%c0)
      mla_gpu.mbar.wait %b parity(%c0)
    }
    mla_gpu.role "two" warps(1 to 3) team(each_warp) {
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %a
      mla_gpu.mbar.arrive %b
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @negative_r3_loop(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(96) {
    %a = mla_gpu.mbar.alloc "a" count(5)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "one" warps(0 to 1) team(warp) {
      scf.for %i = %c0 to %n step %c1 : i32 {
        mla_gpu.mbar.arrive %a
      }
      mla_gpu.mbar.wait %a parity(%c0)
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @r4_copy(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}) step(other) grid(one, one) threads(64) {
    %k = mla_gpu.smem.alloc "k" : !tile
    %a = mla_gpu.mbar.alloc "a" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arrive %a
      // expected-error @below {{expected mbarrier "a" to be armed, but nothing does [R4]}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %k signal %a : !map -> !tile
      mla_gpu.mbar.wait %a parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r4_arm() step(other) grid(one, one) threads(64) {
    %a = mla_gpu.mbar.alloc "a" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected copies to signal mbarrier "a", but nothing does [R4]}}
      mla_gpu.mbar.arm %a bytes(8192)
      mla_gpu.mbar.wait %a parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r5() step(other) grid(one, one) threads(288) {
    // expected-error @below {{expected named barrier "a" for the 192 threads of the roles that use it, but got 256 [R5]}}
    %a = mla_gpu.nbar.alloc "a" threads(256)
    // expected-note @below {{role "wg": 128 threads}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.nbar.sync %a
      mla_gpu.nbar.sync %a
    }
    // expected-note @below {{role "two": 64 threads}}
    mla_gpu.role "two" warps(4 to 6) team(each_warp) {
      mla_gpu.nbar.arrive %a
    }
    mla_gpu.role "other" warps(6 to 9) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r6() step(other) grid(one, one) threads(256) {
    %a = mla_gpu.nbar.alloc "a" threads(256)
    mla_gpu.role "x" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected named barrier "a" to be synchronised with, but nothing does [R6]}}
      mla_gpu.nbar.arrive %a
    }
    mla_gpu.role "y" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.arrive %a
    }
  }
}

// -----

!stat = !mla_gpu.smem<64xf32>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  mla_gpu.kernel @r7_rows() step(other) grid(one, one) threads(128) {
    // expected-note @below {{buffer is here}}
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected buffer "stat" to be written, but nothing does [R7]}}
      %x = mla_gpu.smem.load_rows %stat : !stat -> !rowf
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!pair = !mla_gpu.smem<64x128xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r7_tile(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}) step(other) grid(one, one) threads(160) {
    // expected-note @below {{buffer is here}}
    %k = mla_gpu.smem.alloc "k" : !pair
    %left = mla_gpu.smem.view %k tiles(0 to 1) : !pair -> !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error @below {{expected tile 1 of buffer "k" to be written, but nothing does [R7]}}
      %a = mla_gpu.wgmma %k, %k transpose_b : !pair, !pair -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %left signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  mla_gpu.kernel @r8(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.store_tile %p, %t : !p, !tile
      // expected-note @below {{next arrival is here}}
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      // expected-note @below {{read by a wgmma here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  // The fence lies on one path only.
  mla_gpu.kernel @r8_some_path(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.store_tile %p, %t : !p, !tile
      scf.if %some {
        mla_gpu.fence.async
      }
      // expected-note @below {{next arrival is here}}
      mla_gpu.nbar.sync %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      // expected-note @below {{read by a wgmma here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  // The next arrival is in the next iteration.
  mla_gpu.kernel @r8_loop(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-note @below {{next arrival is here}}
        mla_gpu.nbar.arrive %ready
        // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
        mla_gpu.smem.store_tile %p, %t : !p, !tile
      }
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      // expected-note @below {{read by a wgmma here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  mla_gpu.kernel @negative_r8_all_paths(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      mla_gpu.smem.store_tile %p, %t : !p, !tile
      scf.if %some {
        mla_gpu.fence.async
      } else {
        mla_gpu.fence.async
      }
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r8_zero_rows() step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{read by a wgmma here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "writer" warps(4 to 5) team(warp) {
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.zero_rows %t from %c0 : !tile
      // expected-note @below {{next arrival is here}}
      mla_gpu.mbar.arrive %full
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!pair = !mla_gpu.smem<64x128xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // Another tile of the same buffer.
  mla_gpu.kernel @negative_r8_not_read() step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !pair
    %left = mla_gpu.smem.view %t tiles(0 to 1) : !pair -> !tile
    %right = mla_gpu.smem.view %t tiles(1 to 2) : !pair -> !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %a = mla_gpu.wgmma %right, %right transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "writer" warps(4 to 5) team(warp) {
      mla_gpu.smem.zero_rows %right from %c0 : !tile
      mla_gpu.fence.async
      mla_gpu.smem.zero_rows %left from %c0 : !tile
      mla_gpu.mbar.arrive %full
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r9_commit(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      // expected-error @below {{expected 'mla_gpu.wgmma.commit' between a wgmma and the wait for it [R9]}}
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r9_commit_some_path(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      scf.if %some {
        mla_gpu.wgmma.commit
      }
      // expected-error @below {{expected 'mla_gpu.wgmma.commit' between a wgmma and the wait for it [R9]}}
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r9_pending(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      // expected-error @below {{expected pending of at most 0, as groups were committed after that of the accumulator, but got 1 [R9]}}
      %b = mla_gpu.wgmma.wait pending(1) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // The first iteration has nothing in flight; the second does.
  mla_gpu.kernel @r9_pending_loop(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      // expected-note @below {{pending value is here}}
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%before = %start) -> (!w) : i32 {
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        // expected-error @below {{expected pending of at most 1, as groups were committed after that of the accumulator, but got 2 [R9]}}
        %b = mla_gpu.wgmma.wait pending(2) %before : !w -> !s
        scf.yield %a : !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %end : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r12(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      // expected-note @below {{pending value is here}}
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%before = %start) -> (!w) : i32 {
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        // expected-error @below {{expected pending of 0 for a group that is in flight from one iteration of a loop to the next, but got 1, for which the assembler serialises all wgmma [R12]}}
        %b = mla_gpu.wgmma.wait pending(1) %before : !w -> !s
        scf.yield %a : !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %end : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // Carried as pending, but with nothing in flight.
  mla_gpu.kernel @negative_r12_retired(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%before = %start) -> (!w) : i32 {
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        %b = mla_gpu.wgmma.wait pending(1) %before : !w -> !s
        %a_done = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
        %next = mla_gpu.as_pending %a_done : !s -> !w
        scf.yield %next : !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %end : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // A group may be retired by the wait for another.
  mla_gpu.kernel @negative_r9_retired_before(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b_done = mla_gpu.wgmma.wait pending(0) %b : !w -> !s
      %a_done = mla_gpu.wgmma.wait pending(7) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r10_twice(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
      // expected-error @below {{expected a pending value to be used once, but got it used before on some path [R10]}}
      %c = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r10_chained(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      %b = mla_gpu.wgmma %t, %t plus %a : !tile, !tile plus !w -> !w
      mla_gpu.wgmma.commit
      %c = mla_gpu.wgmma.wait pending(0) %b : !w -> !s
      // expected-error @below {{expected a pending value to be used once, but got it used before on some path [R10]}}
      %d = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // A use in a loop is a use in every iteration.
  mla_gpu.kernel @r10_loop(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-note @below {{pending value is here}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      scf.for %i = %c0 to %n step %c1 : i32 {
        // expected-error @below {{expected a pending value to be used once, but got it used before on some path [R10]}}
        %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
      }
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // Paths that exclude each other.
  mla_gpu.kernel @negative_r10_branches(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      scf.if %some {
        %b = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
      } else {
        %c = mla_gpu.wgmma.wait pending(0) %a : !w -> !s
      }
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  mla_gpu.kernel @r11_result(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      // expected-error @below {{expected a pending value to be waited for, but nothing does [R11]}}
      %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // What an iteration is handed, and does not wait for, is lost.
  mla_gpu.kernel @r11_loop(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %some = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      // expected-error @below {{expected a pending value to be waited for, but nothing does [R11]}}
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%before = %start) -> (!w) : i32 {
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        scf.yield %a : !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %end : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}

// -----

mla_gpu.program @p {
  // Each of a warp group's four warps arrives, and a warp by itself; or each of their lanes.
  mla_gpu.kernel @r3_each_warp() step(other) grid(one, one) threads(224) {
    %f = mla_gpu.mbar.alloc "f" count(160)
    // expected-error @below {{expected at least 33 arrivals at mbarrier "g", but got 32 [R3]}}
    %g = mla_gpu.mbar.alloc "g" count(33)
    %a = mla_gpu.mbar.alloc "a" count(4)
    // expected-error @below {{expected at least 5 arrivals at mbarrier "b", but got 4 [R3]}}
    %b = mla_gpu.mbar.alloc "b" count(5)
    %c = mla_gpu.mbar.alloc "c" count(5)
    // expected-error @below {{expected at least 2 arrivals at mbarrier "d", but got 1 [R3]}}
    %d = mla_gpu.mbar.alloc "d" count(2)
    %e = mla_gpu.mbar.alloc "e" count(2)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "group" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.arrive %a each_warp
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %b each_warp
      mla_gpu.mbar.arrive %c each_warp
      mla_gpu.mbar.arrive %c
      mla_gpu.mbar.arrive %f each_lane
    }
    mla_gpu.role "warp" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arrive %f each_lane
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %g each_lane
      mla_gpu.mbar.wait %f parity(%c0)
      mla_gpu.mbar.wait %g parity(%c0)
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %d each_warp
      mla_gpu.mbar.wait %a parity(%c0)
      mla_gpu.mbar.wait %b parity(%c0)
      mla_gpu.mbar.wait %c parity(%c0)
      mla_gpu.mbar.wait %d parity(%c0)
      mla_gpu.mbar.wait %e parity(%c0)
    }
    mla_gpu.role "others" warps(5 to 7) team(each_warp) {
      mla_gpu.mbar.arrive %e each_warp
    }
  }
}

// -----

#chunk = #mla_gpu.layout<chunk>
!tile = !mla_gpu.smem<64x64xf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!w = !mla_gpu.pending<!s>
!k = tensor<64x64xf16, #chunk>

mla_gpu.program @p {
  // Chunks are written by the generic proxy, like other tiles; the arrivals of warps hand them on.
  mla_gpu.kernel @r8_each_warp() step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %u = mla_gpu.smem.alloc "u" : !tile
    %full = mla_gpu.mbar.alloc "full" count(4)
    %full_u = mla_gpu.mbar.alloc "full_u" count(4)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<0.0> : !k
      mla_gpu.smem.store_tile %k, %u : !k, !tile
      mla_gpu.fence.async
      mla_gpu.mbar.arrive %full_u each_warp
      // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
      mla_gpu.smem.store_tile %k, %t : !k, !tile
      // expected-note @below {{next arrival is here}}
      mla_gpu.mbar.arrive %full each_warp
    }
    mla_gpu.role "reader" warps(4 to 8) team(warp_group) {
      mla_gpu.mbar.wait %full_u parity(%c0)
      mla_gpu.mbar.wait %full parity(%c0)
      %a = mla_gpu.wgmma %u, %u transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      // expected-note @below {{read by a wgmma here}}
      %b = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
      mla_gpu.wgmma.commit
      %c:2 = mla_gpu.wgmma.wait pending(0) %a, %b : !w, !w -> !s, !s
    }
  }
}
