// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#row = #mla_gpu.layout<row>
!rowf = tensor<64xf32, #row>
!stat = !mla_gpu.smem<64xf32>

// CHECK: #[[$UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[$ROLLED:.*]] = #llvm.loop_annotation<unroll = #[[$UNROLL]]>

mla_gpu.program @program {
  // A loop that is to stay one says so to the backend.
  // CHECK-LABEL: llvm.func @rolled
  // CHECK: llvm.br {{.*}} {loop_annotation = #[[$ROLLED]]}
  mla_gpu.kernel @rolled(%p: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c4 = arith.constant 4 : i32
      scf.for %i = %c0 to %c4 step %c1 : i32 {
        %at = arith.extsi %i : i32 to i64
        mla_gpu.global.store %i, %p[%at] : i32, !mla_gpu.ptr<i32>
      } {mla_gpu.rolled}
    }
  }

  // A loop that carries a distributed tensor carries what the thread holds of it: two values.
  // CHECK-LABEL: llvm.func @loop
  // CHECK:       llvm.br ^[[HEAD:bb[0-9]+]](%{{.*}}, %[[A:.*]], %[[B:.*]] : i32, f32, f32)
  // CHECK:     ^[[HEAD]](%[[I:.*]]: i32, %[[X:.*]]: f32, %[[Y:.*]]: f32):
  // CHECK:       llvm.cond_br %{{.*}}, ^[[BODY:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
  // CHECK:     ^[[BODY]]:
  // CHECK:       %[[X2:.*]] = llvm.fadd %[[X]], %[[X]] : f32
  // CHECK:       %[[Y2:.*]] = llvm.fadd %[[Y]], %[[Y]] : f32
  // CHECK:       llvm.br ^[[HEAD]](%{{.*}}, %[[X2]], %[[Y2]] : i32, f32, f32)
  // CHECK:     ^[[DONE]]:
  // CHECK:       llvm.store %[[X]]
  mla_gpu.kernel @loop(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %one = arith.constant dense<1.0> : !rowf
      %sum = scf.for %i = %c0 to %n step %c1 iter_args(%x = %one) -> (!rowf) : i32 {
        %twice = arith.addf %x, %x : !rowf
        scf.yield %twice : !rowf
      }
      mla_gpu.smem.store_rows %sum, %stat : !rowf, !stat
    }
  }

  // Handles of barriers and buffers can be chosen; a named barrier is its id and its threads.
  // CHECK-LABEL: llvm.func @choice
  // CHECK-SAME:  (%[[COND:.*]]: i32)
  // CHECK:       %[[PICK:.*]] = llvm.icmp "ne"
  // CHECK:       llvm.cond_br %[[PICK]], ^[[THEN:bb[0-9]+]], ^[[ELSE:bb[0-9]+]]
  // CHECK:     ^[[THEN]]:
  // CHECK:       llvm.br ^[[JOIN:bb[0-9]+]](%[[ID_1:.*]], %[[THREADS_1:.*]], %[[PTR_1:.*]] : i32, i32, !llvm.ptr<3>)
  // CHECK:     ^[[JOIN]](%[[ID:.*]]: i32, %[[THREADS:.*]]: i32, %[[PTR:.*]]: !llvm.ptr<3>):
  // CHECK:       nvvm.barrier id = %[[ID]] number_of_threads = %[[THREADS]]
  // CHECK:       llvm.ptrtoint %[[PTR]] : !llvm.ptr<3> to i32
  // CHECK:       llvm.select %[[PICK]], %{{.*}}, %{{.*}} : i1, !llvm.ptr<3>
  mla_gpu.kernel @choice(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) smem(16) {
    %m0 = mla_gpu.mbar.alloc "m0" count(1) at 0
    %m1 = mla_gpu.mbar.alloc "m1" count(1) at 8
    %b0 = mla_gpu.nbar.alloc "b0" threads(128) id 1
    %b1 = mla_gpu.nbar.alloc "b1" threads(128) id 2
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %pick = arith.cmpi ne, %n, %c0 : i32
      %b, %m = scf.if %pick -> (!mla_gpu.nbar, !mla_gpu.mbar) {
        scf.yield %b0, %m0 : !mla_gpu.nbar, !mla_gpu.mbar
      } else {
        scf.yield %b1, %m1 : !mla_gpu.nbar, !mla_gpu.mbar
      }
      mla_gpu.nbar.sync %b
      mla_gpu.mbar.wait %m parity(%c0)
      %other = arith.select %pick, %m0, %m1 : !mla_gpu.mbar
      mla_gpu.mbar.arrive %other
    }
  }
}
