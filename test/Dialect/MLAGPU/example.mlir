// The example of docs/Dialects/MLAGPU.md: largest score of every row over n blocks of 64 tokens.

// RUN: mla-opt %s --verify-roundtrip --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-expand-items,mla-gpu-assign-resources,mla-gpu-check-resources,mla-gpu-check-protocol)))' | FileCheck %s

// CHECK: mla_gpu.kernel @largest_score
// CHECK-SAME: smem(16408)

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!scores = tensor<64x64xf32, #mla_gpu.layout<acc>>
!row = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @example {
  mla_gpu.kernel @largest_score(%q_map: !map {mla_gpu.bind = #mla_gpu.binding<q_map>},
                                %k_map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
                                %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
                                %n: i32 {mla_gpu.bind = #mla_gpu.binding<num_pages>})
      step(other) grid(one, one) threads(160) {
    %q = mla_gpu.smem.alloc "q" : !tile
    %k = mla_gpu.smem.alloc "k" : !tile
    %q_full = mla_gpu.mbar.alloc "q_full" count(1)
    %k_full = mla_gpu.mbar.alloc "k_full" count(1)
    %k_free = mla_gpu.mbar.alloc "k_free" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32

    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %lowest = arith.constant dense<-1.0e30> : !row
      mla_gpu.mbar.wait %q_full parity(%c0)
      %max = scf.for %i = %c0 to %n step %c1 iter_args(%m = %lowest) -> (!row) : i32 {
        %parity = arith.andi %i, %c1 : i32
        mla_gpu.mbar.wait %k_full parity(%parity)
        %pending = mla_gpu.wgmma %q, %k transpose_b : !tile, !tile -> !mla_gpu.pending<!scores>
        mla_gpu.wgmma.commit
        %s = mla_gpu.wgmma.wait pending(0) %pending : !mla_gpu.pending<!scores> -> !scores
        mla_gpu.mbar.arrive %k_free
        %s_max = mla_gpu.row.max %s : !scores -> !row
        %next = arith.maxnumf %m, %s_max : !row
        scf.yield %next : !row
      }
      %c0_64 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      mla_gpu.global.store_rows %max, %out[%c0_64] valid %c64 : !row, !mla_gpu.ptr<f32>
    }

    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      mla_gpu.mbar.arm %q_full bytes(8192)
      mla_gpu.tma.load %q_map[%c0, %c0, %c0] to %q signal %q_full : !map -> !tile
      scf.for %i = %c0 to %n step %c1 : i32 {
        %parity = arith.andi %i, %c1 : i32
        %free_parity = arith.xori %parity, %c1 : i32
        mla_gpu.mbar.wait %k_free parity(%free_parity)
        mla_gpu.mbar.arm %k_full bytes(8192)
        mla_gpu.tma.load %k_map[%i, %c0, %c0] to %k signal %k_full : !map -> !tile
      }
    }
  }
}
