// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol)))'

// Loops of `scf.while`, of which a region runs before the condition; that region runs once more than the other. What
// must not fire is @negative_….

#acc = #mla_gpu.layout<acc>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  // The next arrival is in the next iteration.
  mla_gpu.kernel @r8_next_iteration(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %other = mla_gpu.smem.alloc "other" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      %end = scf.while (%i = %c0) : (i32) -> i32 {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i : i32
      } do {
      ^body(%i: i32):
        // expected-note @below {{next arrival is here}}
        mla_gpu.nbar.arrive %ready
        // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
        mla_gpu.smem.store_tile %p, %t : !p, !tile
        %next = arith.addi %i, %c1 : i32
        scf.yield %next : i32
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
  // Written before the condition, and the loop may end there.
  mla_gpu.kernel @r8_leaving(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %other = mla_gpu.smem.alloc "other" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      %end = scf.while (%i = %c0) : (i32) -> i32 {
        // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
        mla_gpu.smem.store_tile %p, %t : !p, !tile
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i : i32
      } do {
      ^body(%i: i32):
        mla_gpu.fence.async
        %next = arith.addi %i, %c1 : i32
        scf.yield %next : i32
      }
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
  // The second iteration writes the tile that a wgmma reads.
  mla_gpu.kernel @r8_carried_tile(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %other = mla_gpu.smem.alloc "other" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      %end, %last, %before_last = scf.while (%i = %c0, %x = %other, %y = %t) : (i32, !tile, !tile) -> (i32, !tile, !tile) {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i, %x, %y : i32, !tile, !tile
      } do {
      ^body(%i: i32, %x: !tile, %y: !tile):
        // expected-error @below {{expected 'mla_gpu.fence.async' between this write and the next arrival at a barrier [R8]}}
        mla_gpu.smem.store_tile %p, %x : !p, !tile
        // expected-note @below {{next arrival is here}}
        mla_gpu.nbar.arrive %ready
        %next = arith.addi %i, %c1 : i32
        scf.yield %next, %y, %x : i32, !tile, !tile
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
  // The first region runs after every iteration.
  mla_gpu.kernel @negative_r8_fence_in_condition(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(256) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %other = mla_gpu.smem.alloc "other" : !tile
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "writer" warps(0 to 4) team(warp_group) {
      %p = arith.constant dense<0.0> : !p
      %end = scf.while (%i = %c0) : (i32) -> i32 {
        mla_gpu.fence.async
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i : i32
      } do {
      ^body(%i: i32):
        mla_gpu.nbar.arrive %ready
        mla_gpu.smem.store_tile %p, %t : !p, !tile
        %next = arith.addi %i, %c1 : i32
        scf.yield %next : i32
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
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #acc>
!w = !mla_gpu.pending<!s>

mla_gpu.program @p {
  // The first iteration has nothing in flight; the second does.
  mla_gpu.kernel @r9_pending(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      %end, %acc = scf.while (%i = %c0, %before = %start) : (i32, !w) -> (i32, !w) {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i, %before : i32, !w
      } do {
      // expected-note @below {{pending value is here}}
      ^body(%i: i32, %before: !w):
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        // expected-error @below {{expected pending of at most 1, as groups were committed after that of the accumulator, but got 2 [R9]}}
        %b = mla_gpu.wgmma.wait pending(2) %before : !w -> !s
        %next = arith.addi %i, %c1 : i32
        scf.yield %next, %a : i32, !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %acc : !w -> !s
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
  mla_gpu.kernel @r11(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      // expected-error @below {{expected a pending value to be waited for, but nothing does [R11]}}
      %end, %acc = scf.while (%i = %c0, %before = %start) : (i32, !w) -> (i32, !w) {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i, %before : i32, !w
      } do {
      ^body(%i: i32, %before: !w):
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        %next = arith.addi %i, %c1 : i32
        scf.yield %next, %a : i32, !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %acc : !w -> !s
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
  mla_gpu.kernel @r10(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      // expected-note @below {{pending value is here}}
      %first = mla_gpu.wgmma %t, %t transpose_b plus %start : !tile, !tile plus !w -> !w
      mla_gpu.wgmma.commit
      %end = scf.while (%i = %c0) : (i32) -> i32 {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i : i32
      } do {
      ^body(%i: i32):
        // expected-error @below {{expected a pending value to be used once, but got it used before on some path [R10]}}
        %b = mla_gpu.wgmma.wait pending(0) %first : !w -> !s
        %next = arith.addi %i, %c1 : i32
        scf.yield %next : i32
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
  // In flight across an iteration's end, with another product behind it.
  mla_gpu.kernel @r12(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      %end, %acc = scf.while (%i = %c0, %before = %start) : (i32, !w) -> (i32, !w) {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i, %before : i32, !w
      } do {
      // expected-note @below {{pending value is here}}
      ^body(%i: i32, %before: !w):
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        // expected-error @below {{expected pending of 0 for a group that is in flight from one iteration of a loop to the next, but got 1, for which the assembler serialises all wgmma [R12]}}
        %b = mla_gpu.wgmma.wait pending(1) %before : !w -> !s
        %next = arith.addi %i, %c1 : i32
        scf.yield %next, %a : i32, !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %acc : !w -> !s
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
  // Every product is waited for once, the last one outside.
  mla_gpu.kernel @negative_pipeline(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>}, %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(160) {
    %t = mla_gpu.smem.alloc "t" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      mla_gpu.mbar.wait %full parity(%c0)
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !w
      %end, %acc = scf.while (%i = %c0, %before = %start) : (i32, !w) -> (i32, !w) {
        %more = arith.cmpi slt, %i, %n : i32
        scf.condition(%more) %i, %before : i32, !w
      } do {
      ^body(%i: i32, %before: !w):
        %a = mla_gpu.wgmma %t, %t transpose_b : !tile, !tile -> !w
        mla_gpu.wgmma.commit
        %b = mla_gpu.wgmma.wait pending(0) %before : !w -> !s
        %next = arith.addi %i, %c1 : i32
        scf.yield %next, %a : i32, !w
      }
      %done = mla_gpu.wgmma.wait pending(0) %acc : !w -> !s
    }
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %full : !map -> !tile
    }
  }
}
