// RUN: not mla-opt %s --convert-mla-gpu-to-nvvm=target=sm_1 2>&1 | FileCheck %s
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm=target=sm_90a | FileCheck %s --check-prefix=KNOWN

// CHECK: error: expected a target out of sm_90a, but got 'sm_1'
// KNOWN: llvm.func @k
mla_gpu.program @program {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}
