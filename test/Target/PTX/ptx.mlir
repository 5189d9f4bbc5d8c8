// RUN: mla-opt %s --convert-mla-gpu-to-nvvm -o %t.mlir
// RUN: mla-compile --emit=llvm %t.mlir -o - | FileCheck %s --check-prefix=LLVM
// RUN: mla-compile --emit=ptx %t.mlir -o %t.ptx
// RUN: FileCheck %s --input-file=%t.ptx
// RUN: FileCheck %s --input-file=%t.ptx --check-prefix=CONSUMER

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>

// LLVM:     target datalayout = "e-
// LLVM:     target triple = "nvptx64-nvidia-cuda"
// LLVM:     @smem_k = external addrspace(3) global [0 x i8], align 1024
// LLVM:     define ptx_kernel void @k(ptr byval([128 x i8]) align 64 "nvvm.grid_constant" %0
// Asm such as wgmma needs all threads of a warp.
// LLVM:     call {{.*}} asm sideeffect "{\0A.reg .pred zero{{.*}}) #[[ATTRIBUTES:[0-9]+]]
// LLVM:     attributes #[[ATTRIBUTES]] = { convergent }

// CHECK:       .version 8.8
// CHECK-NEXT:  .target sm_90a
// CHECK:       .extern .shared .align 1024 .b8 smem_k[];
// CHECK:       .visible .entry k(
// CHECK:       .param .align 64 .b8 k_param_0[128]
// CHECK:       .reqntid 256
// CHECK-NEXT:  .minnctapersm 1
// CHECK:       mbarrier.init.shared.b64
// CHECK:       fence.mbarrier_init.release.cluster;
// CHECK:       bar.sync 0;
// The roles follow in an order of LLVM's own.
// CHECK:       setmaxnreg.dec.sync.aligned.u32 40;
// CHECK:       elect.sync
// CHECK:       cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes
mla_gpu.program @program {
  mla_gpu.kernel @k(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
                    %out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>})
      step(other) grid(one, one) threads(256) smem(8200) {
    %a = mla_gpu.smem.alloc "a" at 0 : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1) at 8192
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    %c0_64 = arith.constant 0 : i64
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      // CONSUMER:    mbarrier.try_wait.parity.shared::cta.b64
      mla_gpu.mbar.wait %bar parity(%c0)
      // CONSUMER:       wgmma.fence.sync.aligned;
      // CONSUMER-COUNT-4: wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16
      // CONSUMER:       wgmma.commit_group.sync.aligned;
      %s = mla_gpu.wgmma %a, %a transpose_b : !tile, !tile -> !mla_gpu.pending<!s>
      mla_gpu.wgmma.commit
      // CONSUMER:       wgmma.wait_group.sync.aligned 0;
      %t = mla_gpu.wgmma.wait pending(0) %s : !mla_gpu.pending<!s> -> !s
      // CONSUMER:       cvt.rn.bf16x2.f32
      // CONSUMER:       shfl.sync.bfly.b32
      // CONSUMER:       st.global.v4.b32
      mla_gpu.global.store_tile %t, %out[%c0_64] row_stride 64 valid %c64 : !s, !mla_gpu.ptr<bf16>
    }
    mla_gpu.role "producer" warps(4 to 8) team(warp) registers(40) {
      mla_gpu.mbar.arm %bar bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %a signal %bar : !map -> !tile
    }
  }
}
