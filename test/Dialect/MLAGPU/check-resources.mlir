// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-resources)))'
// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-resources{target=sm_90a})))'

#acc = #mla_gpu.layout<acc>
!o = tensor<64x256xf32, #acc>

mla_gpu.program @fits {
  // All that an H200's block has: 232448 bytes, 15 named barriers, 65536 registers.
  mla_gpu.kernel @largest() step(other) grid(one, one) threads(384) smem(232448) {
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
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(240) {
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) registers(240) {
    }
    mla_gpu.role "c" warps(8 to 12) team(warp) registers(32) {
    }
  }

  // Constants cost nothing, elementwise work is in place, branches exclude each other.
  mla_gpu.kernel @negative_shared_registers(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>},
                                            %n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %b = arith.cmpi eq, %n, %c0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(168) {
      %zero = arith.constant dense<0.0> : !o
      %one = arith.constant dense<1.0> : !o
      %y = scf.for %i = %c0 to %n step %c1 iter_args(%o = %zero) -> (!o) : i32 {
        %scaled = arith.mulf %o, %one : !o
        %next = scf.if %b -> (!o) {
          %left = math.exp2 %scaled : !o
          scf.yield %left : !o
        } else {
          %right = math.log2 %scaled : !o
          scf.yield %right : !o
        }
        scf.yield %next : !o
      }
      %row = mla_gpu.row.max %y : !o -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected at most 232448 bytes of shared memory on sm_90a, but got 232456}}
  mla_gpu.kernel @shared_memory() step(other) grid(one, one) threads(32) smem(232456) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // Without offsets, the sum of all.
  // expected-error @below {{expected at most 232448 bytes of shared memory on sm_90a, but got 262152}}
  mla_gpu.kernel @shared_memory_unassigned() step(other) grid(one, one) threads(32) {
    %a = mla_gpu.smem.alloc "a" : !mla_gpu.smem<64x2048xbf16, sw128>
    %b = mla_gpu.mbar.alloc "b" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @shared_memory_outside() step(other) grid(one, one) threads(32) smem(256) {
    // expected-error @below {{expected to end within the kernel's 256 bytes of shared memory, but got 264}}
    %b = mla_gpu.mbar.alloc "b" count(1) at 256
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @shared_memory_buffer_outside() step(other) grid(one, one) threads(32) smem(256) {
    // expected-error @below {{expected to end within the kernel's 256 bytes of shared memory, but got 272}}
    %b = mla_gpu.smem.alloc "b" at 16 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected at most 15 named barriers on sm_90a, but got 16}}
  mla_gpu.kernel @barriers() step(other) grid(one, one) threads(32) {
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
    %15 = mla_gpu.nbar.alloc "15" threads(64)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!o = tensor<64x256xf32, #acc>

mla_gpu.program @p {
  mla_gpu.kernel @registers() step(other) grid(one, one) threads(128) {
    // expected-note @below {{in role "wg"}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) registers(240) {
      %zero = arith.constant dense<0.0> : !o
      // expected-note @below {{128 registers: 'tensor<64x256xf32, #mla_gpu.layout<acc>>'}}
      %a = math.exp2 %zero : !o
      // expected-note @below {{128 registers: 'tensor<64x256xf32, #mla_gpu.layout<acc>>'}}
      %b = math.log2 %zero : !o
      // expected-error @below {{expected tensors in at most 224 registers per thread (240 in the budget, less 16 for all else), but got 256}}
      %c = arith.addf %a, %b : !o
      %row = mla_gpu.row.max %c : !o -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!o = tensor<64x256xf32, #acc>

mla_gpu.program @p {
  // Without a budget, what all threads have at the entry of a kernel of this size: 65536 / 480, in eights.
  mla_gpu.kernel @registers_entry() step(other) grid(one, one) threads(480) {
    // expected-note @below {{in role "wg"}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !o
      // expected-note @below {{128 registers: 'tensor<64x256xf32, #mla_gpu.layout<acc>>'}}
      %a = math.exp2 %zero : !o
      // expected-error @below {{expected tensors in at most 120 registers per thread (136 in the budget, less 16 for all else), but got 128}}
      %row = mla_gpu.row.max %a : !o -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!o = tensor<64x256xf32, #acc>

mla_gpu.program @p {
  // A value from outside a loop is live in all of it, also after its last use there.
  mla_gpu.kernel @registers_loop(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-note @below {{in role "wg"}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) registers(200) {
      %zero = arith.constant dense<0.0> : !o
      // expected-note @below {{128 registers: 'tensor<64x256xf32, #mla_gpu.layout<acc>>'}}
      %a = math.exp2 %zero : !o
      scf.for %i = %c0 to %n step %c1 : i32 {
        %max = mla_gpu.row.max %a : !o -> tensor<64xf32, #mla_gpu.layout<row>>
        // expected-note @below {{128 registers: 'tensor<64x256xf32, #mla_gpu.layout<acc>>'}}
        %b = math.log2 %zero : !o
        // expected-error @below {{expected tensors in at most 184 registers per thread (200 in the budget, less 16 for all else), but got 256}}
        %row = mla_gpu.row.max %b : !o -> tensor<64xf32, #mla_gpu.layout<row>>
      }
    }
  }
}

// -----

#acc = #mla_gpu.layout<acc>
!s = tensor<64x64xf32, #acc>
!o = tensor<64x256xf32, #acc>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!v = !mla_gpu.smem<64x256xbf16, sw128>

mla_gpu.program @p {
  // The A fragment belongs to the tensor cores until the wait: 128 + 16 + 32, not 128 + 32.
  mla_gpu.kernel @registers_in_flight() step(other) grid(one, one) threads(128) {
    %v = mla_gpu.smem.alloc "v" : !v
    // expected-note @below {{in role "wg"}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) registers(184) {
      %zero = arith.constant dense<0.0> : !s
      %e = math.exp2 %zero : !s
      // expected-note @below {{16 registers: 'tensor<64x64xbf16, #mla_gpu.layout<a_operand>>'}}
      %p = mla_gpu.to_a_operand %e : !s -> !p
      // expected-note @below {{128 registers: '!mla_gpu.pending<tensor<64x256xf32, #mla_gpu.layout<acc>>>'}}
      %w = mla_gpu.wgmma %p, %v : !p, !v -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      // expected-note @below {{32 registers: 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
      %f = math.log2 %zero : !s
      // expected-error @below {{expected tensors in at most 168 registers per thread (184 in the budget, less 16 for all else), but got 176}}
      %max = mla_gpu.row.max %f : !s -> tensor<64xf32, #mla_gpu.layout<row>>
      %o = mla_gpu.wgmma.wait pending(0) %w : !mla_gpu.pending<!o> -> !o
      %omax = mla_gpu.row.max %o : !o -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected at most 65536 registers in all warps, but got 67584}}
  mla_gpu.kernel @all_registers() step(other) grid(one, one) threads(384) {
    // expected-note @below {{role "a": 240 for each of 128 threads}}
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(240) {
    }
    // expected-note @below {{role "b": 168 for each of 128 threads}}
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
    }
    // expected-note @below {{role "c": 120 for each of 128 threads}}
    mla_gpu.role "c" warps(8 to 12) team(warp) registers(120) {
    }
  }
}

// -----

// Two roles of one warp group count once, with its warps of no role: 3 · 128 · 160 + 128 · 32 = 65536.
mla_gpu.program @p {
  mla_gpu.kernel @shared_group() step(other) grid(one, one) threads(512) {
    mla_gpu.role "a" warps(0 to 12) team(each_warp) registers(160) {
    }
    mla_gpu.role "b" warps(12 to 13) team(warp) registers(32) {
    }
    mla_gpu.role "c" warps(13 to 14) team(warp) registers(32) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected at most 65536 registers in all warps, but got 66560}}
  // expected-note @below {{no role: 40 for each of 64 threads}}
  mla_gpu.kernel @shared_group_registers() step(other) grid(one, one) threads(512) {
    // expected-note @below {{role "a": 160 for each of 384 threads}}
    mla_gpu.role "a" warps(0 to 12) team(each_warp) registers(160) {
    }
    // expected-note @below {{role "b": 40 for each of 32 threads}}
    mla_gpu.role "b" warps(12 to 13) team(warp) registers(40) {
    }
    // expected-note @below {{role "c": 40 for each of 32 threads}}
    mla_gpu.role "c" warps(14 to 15) team(warp) registers(40) {
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!pair = !mla_gpu.smem<64x128xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @bytes(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(other) grid(one, one) threads(32) {
    %a = mla_gpu.smem.alloc "a" : !tile
    %b = mla_gpu.smem.alloc "b" : !pair
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 24576 bytes, as copies signal, but got 16384}}
      mla_gpu.mbar.arm %full bytes(16384)
      // expected-note @below {{8192 bytes are copied here}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %a signal %full : !map -> !tile
      // expected-note @below {{16384 bytes are copied here}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %b signal %full : !map -> !pair
    }
  }

  // Bytes are not compared where arming and copies stand in different blocks.
  mla_gpu.kernel @negative_bytes_spread(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(other) grid(one, one) threads(32) {
    %a = mla_gpu.smem.alloc "a" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %b = arith.constant true
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %a signal %full : !map -> !tile
      scf.if %b {
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %a signal %full : !map -> !tile
      }
    }
  }
}
