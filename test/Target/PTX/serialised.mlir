// ptxas serialises the tensor cores if a wait that lets groups pass retires a group of an earlier iteration. That is an
// error with ptxas' own words.
// REQUIRES: ptxas
// RUN: rm -rf %t && mkdir %t
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm -o %t.mlir
// RUN: not env TMPDIR=%t mla-compile --emit=cubin %t.mlir -o %t/out 2>&1 | FileCheck %s
// RUN: ls %t | count 1
// RUN: ls %t | FileCheck %s --check-prefix=KEPT

// CHECK:      error: ptxas serialises wgmma
// CHECK:      note: ptxas says:
// CHECK:      (C75{{[0-9]+}}) Potential Performance Loss: wgmma.mma_async instructions are serialized
// CHECK-SAME: 'k'
// CHECK:      Used {{[0-9]+}} registers
// CHECK:      note: the PTX is kept; repeat with: {{.*}}ptxas -arch=sm_90a -v -o /dev/null {{.*}}mla-{{.*}}.ptx

// KEPT: mla-{{.*}}.ptx

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!s>

mla_gpu.program @program {
  mla_gpu.kernel @k(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                    %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(128) smem(8192) {
    %a = mla_gpu.smem.alloc "a" at 0 : !tile
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c64 = arith.constant 64 : i32
      %c0_64 = arith.constant 0 : i64
      %zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !s -> !pending
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%x = %start) -> (!pending) : i32 {
        %s = mla_gpu.wgmma %a, %a transpose_b : !tile, !tile -> !pending
        mla_gpu.wgmma.commit
        %y = mla_gpu.wgmma.wait pending(1) %x : !pending -> !s
        %t = mla_gpu.wgmma.wait pending(0) %s : !pending -> !s
        %sum = arith.addf %y, %t : !s
        %next = mla_gpu.wgmma %a, %a transpose_b plus %sum : !tile, !tile plus !s -> !pending
        mla_gpu.wgmma.commit
        scf.yield %next : !pending
      }
      %o = mla_gpu.wgmma.wait pending(0) %end : !pending -> !s
      mla_gpu.global.store_tile %o, %out[%c0_64] row_stride 64 valid %c64 : !s, !mla_gpu.ptr<f32>
    }
  }
}
