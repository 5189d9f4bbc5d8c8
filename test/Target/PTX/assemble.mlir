// A cubin by the real assembler: what it says per kernel, and no complaint.
// REQUIRES: ptxas
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm -o %t.mlir
// RUN: mla-compile --emit=cubin --print-resources %t.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: od -A n -t x1 -N 4 %t.cubin | FileCheck %s --check-prefix=ELF

// ELF: 7f 45 4c 46
// CHECK-NOT: error
// CHECK-DAG: first: {{[0-9]+}} registers, 8192 bytes of shared memory, 0 of stack, 0 of spills
// CHECK-DAG: second: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>

mla_gpu.program @program {
  mla_gpu.kernel @first(%out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>})
      step(other) grid(one, one) threads(128) smem(8192) {
    %a = mla_gpu.smem.alloc "a" at 0 : !tile
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c64 = arith.constant 64 : i32
      %c0 = arith.constant 0 : i64
      %s = mla_gpu.wgmma %a, %a transpose_b : !tile, !tile -> !mla_gpu.pending<!s>
      mla_gpu.wgmma.commit
      %t = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!s> -> !s
      mla_gpu.global.store_tile %t, %out[%c0] row_stride 64 valid %c64 : !s, !mla_gpu.ptr<bf16>
    }
  }
  mla_gpu.kernel @second() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.pdl.trigger
    }
  }
}
