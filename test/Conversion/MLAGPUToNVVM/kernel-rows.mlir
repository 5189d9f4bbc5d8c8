// The numbers of rows that a kernel is for stand in its contract.
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

mla_gpu.program @program {
  // CHECK:      llvm.func @few()
  // CHECK-SAME: pdl = false, rows = #mla_gpu.rows<1 to 17>, smem_bytes = 0 : i32
  mla_gpu.kernel @few() step(attend) grid(row_tiles, parts) threads(32) rows(1 to 17) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
  // CHECK:      llvm.func @other()
  // CHECK-SAME: pdl = false, rows = #mla_gpu.rows<from 17>, smem_bytes = 0 : i32
  mla_gpu.kernel @other() step(attend) grid(row_tiles, parts) threads(32) rows(from 17) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
