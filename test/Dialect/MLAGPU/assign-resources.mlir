// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-assign-resources)))' | FileCheck %s
// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-assign-resources,mla-gpu-assign-resources)))' | FileCheck %s

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!row = !mla_gpu.smem<64xf32>

mla_gpu.program @p {
  // Swizzled buffers first, then rows at multiples of 16, then mbarriers in what is left, whatever their order in the IR.
  // CHECK-LABEL: mla_gpu.kernel @order()
  // CHECK-SAME: smem(16672)
  mla_gpu.kernel @order() step(other) grid(one, one) threads(256) {
    // CHECK: mla_gpu.mbar.alloc "full" count(1) at 16648
    %full = mla_gpu.mbar.alloc "full" count(1)
    // CHECK: mla_gpu.smem.alloc "row" at 16384
    %row = mla_gpu.smem.alloc "row" : !row
    // CHECK: mla_gpu.smem.alloc "tiny" at 16640
    %tiny = mla_gpu.smem.alloc "tiny" : !mla_gpu.smem<1xf32>
    // CHECK: mla_gpu.smem.alloc "tiny2" at 16656
    %tiny2 = mla_gpu.smem.alloc "tiny2" : !mla_gpu.smem<1xf32>
    // CHECK: mla_gpu.smem.alloc "tile" at 0
    %tile = mla_gpu.smem.alloc "tile" : !tile
    // CHECK: mla_gpu.smem.alloc "tile2" at 8192
    %tile2 = mla_gpu.smem.alloc "tile2" : !tile
    // CHECK: mla_gpu.mbar.alloc "free" count(1) at 16664
    %free = mla_gpu.mbar.alloc "free" count(1)
    // CHECK: mla_gpu.nbar.alloc "a" threads(256) id 1
    %a = mla_gpu.nbar.alloc "a" threads(256)
    // CHECK: mla_gpu.nbar.alloc "b" threads(256) id 2
    %b = mla_gpu.nbar.alloc "b" threads(256)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }

  // What is written already stays, and the rest fills the gaps.
  // CHECK-LABEL: mla_gpu.kernel @kept()
  // CHECK-SAME: smem(100000)
  mla_gpu.kernel @kept() step(other) grid(one, one) threads(256) smem(100000) {
    // CHECK: mla_gpu.smem.alloc "a" at 9216
    %a = mla_gpu.smem.alloc "a" : !tile
    // CHECK: mla_gpu.smem.alloc "b" at 1024
    %b = mla_gpu.smem.alloc "b" at 1024 : !tile
    // CHECK: mla_gpu.smem.alloc "c" at 0
    %c = mla_gpu.smem.alloc "c" : !row
    // CHECK: mla_gpu.smem.alloc "d" at 512
    %d = mla_gpu.smem.alloc "d" at 512 : !row
    // CHECK: mla_gpu.mbar.alloc "e" count(1) at 264
    %e = mla_gpu.mbar.alloc "e" count(1)
    // CHECK: mla_gpu.mbar.alloc "f" count(1) at 256
    %f = mla_gpu.mbar.alloc "f" count(1) at 256
    // CHECK: mla_gpu.nbar.alloc "g" threads(256) id 2
    %g = mla_gpu.nbar.alloc "g" threads(256)
    // CHECK: mla_gpu.nbar.alloc "h" threads(256) id 1
    %h = mla_gpu.nbar.alloc "h" threads(256) id 1
    // CHECK: mla_gpu.nbar.alloc "i" threads(256) id 15
    %i = mla_gpu.nbar.alloc "i" threads(256) id 15
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }

  // CHECK-LABEL: mla_gpu.kernel @nothing()
  // CHECK-SAME: smem(0)
  mla_gpu.kernel @nothing() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @alignment_swizzled() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected the offset of "a" to be a multiple of 1024, but got 512}}
    %a = mla_gpu.smem.alloc "a" at 512 : !mla_gpu.smem<64x64xbf16, sw128>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @alignment_row() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected the offset of "a" to be a multiple of 16, but got 8}}
    %a = mla_gpu.smem.alloc "a" at 8 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @alignment_mbarrier() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected the offset of "a" to be a multiple of 8, but got 4}}
    %a = mla_gpu.mbar.alloc "a" count(1) at 4
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @overlap() step(other) grid(one, one) threads(32) {
    // expected-note @below {{"a" lies at 1024 to 9216}}
    %a = mla_gpu.smem.alloc "a" at 1024 : !mla_gpu.smem<64x64xbf16, sw128>
    // expected-error @below {{expected pieces of shared memory not to overlap, but "b" at 9208 to 9216 overlaps "a"}}
    %b = mla_gpu.mbar.alloc "b" count(1) at 9208
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected smem of at least 264 bytes, but got 256}}
  mla_gpu.kernel @too_small() step(other) grid(one, one) threads(32) smem(256) {
    %a = mla_gpu.smem.alloc "a" : !mla_gpu.smem<64xf32>
    %b = mla_gpu.mbar.alloc "b" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected less than 2^31 bytes of shared memory, but got 2147483888}}
  mla_gpu.kernel @too_large() step(other) grid(one, one) threads(32) {
    %a = mla_gpu.smem.alloc "a" at 2147483632 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @same_id() step(other) grid(one, one) threads(64) {
    // expected-note @below {{"a" has it}}
    %a = mla_gpu.nbar.alloc "a" threads(64) id 3
    // expected-error @below {{expected ids of named barriers to differ, but got 3 again}}
    %b = mla_gpu.nbar.alloc "b" threads(64) id 3
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @too_many_ids() step(other) grid(one, one) threads(64) {
    %0 = mla_gpu.nbar.alloc "0" threads(64)
    %1 = mla_gpu.nbar.alloc "1" threads(64)
    %2 = mla_gpu.nbar.alloc "2" threads(64)
    %3 = mla_gpu.nbar.alloc "3" threads(64)
    %4 = mla_gpu.nbar.alloc "4" threads(64)
    %5 = mla_gpu.nbar.alloc "5" threads(64)
    %6 = mla_gpu.nbar.alloc "6" threads(64)
    %7 = mla_gpu.nbar.alloc "7" threads(64)
    %8 = mla_gpu.nbar.alloc "8" threads(64)
    %9 = mla_gpu.nbar.alloc "9" threads(64)
    %10 = mla_gpu.nbar.alloc "10" threads(64)
    %11 = mla_gpu.nbar.alloc "11" threads(64)
    %12 = mla_gpu.nbar.alloc "12" threads(64)
    %13 = mla_gpu.nbar.alloc "13" threads(64)
    %14 = mla_gpu.nbar.alloc "14" threads(64)
    // expected-error @below {{expected at most 15 named barriers, but got 16}}
    %15 = mla_gpu.nbar.alloc "15" threads(64)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
