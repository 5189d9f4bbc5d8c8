// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!i32 = !mla_gpu.ptr<i32>

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @each_warp
  // CHECK-SAME:  (%[[OUT:.*]]: !llvm.ptr<1>, %[[AT:.*]]: i64)
  mla_gpu.kernel @each_warp(%out: !i32 {mla_gpu.bind = #mla_gpu.binding<scratch>},
                            %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(256) {
    mla_gpu.role "r" warps(4 to 8) team(warp_group) {
      // The body in place, with the number of the warp in its group, by a shuffle the same in all lanes.
      // CHECK:      llvm.cond_br
      // CHECK:      %[[WARPS:.*]] = llvm.lshr %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[IN_GROUP:.*]] = llvm.and %[[WARPS]], %{{.*}} : i32
      // CHECK:      %[[WARP:.*]] = nvvm.shfl.sync {{.*}}idx %{{.*}}, %[[IN_GROUP]], %{{.*}}, %{{.*}} : i32 -> i32
      mla_gpu.each_warp (%warp) {
        %lanes = mla_gpu.splat %warp : i32 -> tensor<32xi32, #mla_gpu.layout<lane>>
        // CHECK:      llvm.store %[[WARP]], %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
        mla_gpu.global.store_lanes %lanes, %out[%at] : tensor<32xi32, #mla_gpu.layout<lane>>, !i32
        // One lane of each warp stores …
        // CHECK:      %[[LANE:.*]] = nvvm.elect.sync -> i1
        // CHECK-NEXT: llvm.cond_br %[[LANE]]
        // CHECK:      llvm.store %[[WARP]], %{{.*}}
        mla_gpu.global.store %warp, %out[%at] : i32, !i32
      }
      // … and outside one thread of the group.
      // CHECK:      %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NOT:  nvvm.elect.sync
      // CHECK:      %[[THREAD_0:.*]] = llvm.icmp "eq"
      // CHECK-NEXT: llvm.cond_br %[[THREAD_0]]
      // CHECK:      llvm.store %[[C7]], %{{.*}}
      // CHECK-NOT:  mla_gpu.by_warp
      %c7 = arith.constant 7 : i32
      mla_gpu.global.store %c7, %out[%at] : i32, !i32
    }
  }
}
