// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
!floats = tensor<32xf32, #mla_gpu.layout<lane>>

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @lanes
  // CHECK-SAME:  (%[[OUT:.*]]: !llvm.ptr<1>)
  mla_gpu.kernel @lanes(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      // CHECK: %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
      // CHECK: %[[LANE:.*]] = llvm.and %[[TID]], %{{.*}} : i32
      %lane = mla_gpu.lane.index : !lanes
      // CHECK:      %[[ALL:.*]] = llvm.mlir.constant(-1 : i32) : i32
      // CHECK-NEXT: %[[SUM:.*]] = nvvm.redux.sync add %[[LANE]], %[[ALL]] : i32 -> i32
      %sum = mla_gpu.lane.reduce add %lane : !lanes -> i32
      // CHECK:      nvvm.redux.sync max %[[LANE]], %{{.*}} : i32 -> i32
      // CHECK-NOT:  nvvm.shfl.sync bfly
      %max = mla_gpu.lane.reduce max %lane : !lanes -> i32
      // CHECK:      %[[FLOAT:.*]] = llvm.sitofp
      %float = arith.sitofp %lane : !lanes to !floats
      // Bits as integers in the order of the numbers, NaN below all.
      // CHECK:      %[[IS_NAN:.*]] = llvm.fcmp "uno" %[[FLOAT]], %[[FLOAT]] : f32
      // CHECK-NEXT: %[[BITS:.*]] = llvm.bitcast %[[FLOAT]] : f32 to i32
      // CHECK:      %[[SIGN:.*]] = llvm.ashr %[[BITS]], %{{.*}} : i32
      // CHECK:      %[[TURN:.*]] = llvm.and %[[SIGN]], %{{.*}} : i32
      // CHECK-NEXT: %[[TURNED:.*]] = llvm.xor %[[BITS]], %[[TURN]] : i32
      // CHECK-NEXT: %[[LEAST:.*]] = llvm.mlir.constant(-2147483648 : i32) : i32
      // CHECK-NEXT: %[[KEY:.*]] = llvm.select %[[IS_NAN]], %[[LEAST]], %[[TURNED]] : i1, i32
      // CHECK:      %[[MOST:.*]] = nvvm.redux.sync max %[[KEY]], %{{.*}} : i32 -> i32
      // CHECK:      %[[BACK:.*]] = llvm.xor %[[MOST]], %{{.*}} : i32
      // CHECK-NEXT: llvm.bitcast %[[BACK]] : i32 to f32
      // CHECK-NOT:  nvvm.shfl.sync bfly
      %fmax = mla_gpu.lane.reduce max %float : !floats -> f32
      // CHECK:      %[[OTHER:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[FLOAT]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.fadd %[[FLOAT]], %[[OTHER]] : f32
      %fsum = mla_gpu.lane.reduce add %float : !floats -> f32
      // Lanes that have none below add 0; in the end the lane's own value goes.
      // CHECK:      %[[BELOW:.*]] = nvvm.shfl.sync up %{{.*}}, %[[OWN:.*]], %{{.*}}, %{{.*}} : i32 -> i32
      // CHECK:      %[[EXISTS:.*]] = llvm.icmp "uge" %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[ADDEND:.*]] = llvm.select %[[EXISTS]], %[[BELOW]], %{{.*}} : i1, i32
      // CHECK-NEXT: llvm.add %[[OWN]], %[[ADDEND]] : i32
      // CHECK-COUNT-4: nvvm.shfl.sync up
      // CHECK:      %[[SCAN:.*]] = llvm.sub %{{.*}}, %[[OWN]] : i32
      %scan = mla_gpu.lane.scan %lane : !lanes -> !lanes
      // CHECK:      nvvm.shfl.sync idx %{{.*}}, %[[SCAN]], %[[SUM]], %{{.*}} : i32 -> i32
      %one = mla_gpu.lane.extract %scan[%sum] : !lanes -> i32
      mla_gpu.global.store %one, %out[%c0] : i32, !mla_gpu.ptr<i32>
    }
  }

  // Within four lanes: those at distance 2 and 1, and each lane keeps what it has.
  // CHECK-LABEL: llvm.func @clusters
  mla_gpu.kernel @clusters(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      // CHECK:      %[[OWN:.*]] = llvm.load %{{.*}} : !llvm.ptr<1> -> f32
      %own = mla_gpu.global.load_lanes %p[%c0] : !mla_gpu.ptr<f32> -> !floats
      // CHECK:      %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK:      %[[OTHER:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[OWN]], %[[C2]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[TWO:.*]] = llvm.fadd %[[OWN]], %[[OTHER]] : f32
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK:      %[[THIRD:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[TWO]], %[[C1]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[FOUR:.*]] = llvm.fadd %[[TWO]], %[[THIRD]] : f32
      // CHECK-NOT:  nvvm.shfl.sync
      // CHECK:      llvm.store %[[FOUR]]
      %sums = mla_gpu.lane.reduce add %own cluster(4) : !floats -> !floats
      mla_gpu.global.store_lanes %sums, %p[%c0] : !floats, !mla_gpu.ptr<f32>
    }
  }
}
