// RUN: mla-opt %s --canonicalize --cse | FileCheck %s

// Constants stay in the role that uses them, also where another role has the same.

// CHECK: mla_gpu.kernel @k()
// CHECK-NEXT: mla_gpu.role "a"
// CHECK-DAG: arith.constant 7 : i32
// CHECK-DAG: %[[TWO_A:.*]] = arith.constant dense<2> : tensor<32xi32, #lane>
// CHECK: %[[LANE_A:.*]] = mla_gpu.lane.index
// CHECK: arith.muli %[[LANE_A]], %[[TWO_A]]
// CHECK: mla_gpu.role "b"
// CHECK-DAG: arith.constant 7 : i32
// CHECK-DAG: %[[TWO_B:.*]] = arith.constant dense<2> : tensor<32xi32, #lane>
// CHECK: %[[LANE_B:.*]] = mla_gpu.lane.index
// CHECK: arith.muli %[[LANE_B]], %[[TWO_B]]
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
mla_gpu.program @p {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(64) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : !lanes
      %two = arith.constant dense<2> : !lanes
      %twice = arith.muli %lane, %two : !lanes
      %sum = mla_gpu.lane.reduce add %twice : !lanes -> i32
      %out = arith.constant 7 : i32
      scf.for %i = %sum to %out step %out : i32 {
        mla_gpu.pdl.wait
      }
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %lane = mla_gpu.lane.index : !lanes
      %two = arith.constant dense<2> : !lanes
      %twice = arith.muli %lane, %two : !lanes
      %sum = mla_gpu.lane.reduce add %twice : !lanes -> i32
      %out = arith.constant 7 : i32
      scf.for %i = %sum to %out step %out : i32 {
        mla_gpu.pdl.trigger
      }
    }
  }

  // What folds in a tail stays in it, though its role has the same.
  // CHECK-LABEL: mla_gpu.kernel @tail
  // CHECK:       mla_gpu.role "a"
  // CHECK-NEXT:    %[[ROLE_7:.*]] = arith.constant 7 : i32
  // CHECK-NEXT:    mla_gpu.tail "t" (%{{.*}} = %[[ROLE_7]] : i32) {
  // CHECK-NEXT:      %[[TAIL_8:.*]] = arith.constant 8 : i32
  // CHECK-NEXT:      mla_gpu.global.store %[[TAIL_8]]
  mla_gpu.kernel @tail(%p: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                       %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %seven = arith.constant 7 : i32
      mla_gpu.tail "t" (%x = %seven : i32) {
        %three = arith.constant 3 : i32
        %five = arith.constant 5 : i32
        %eight = arith.addi %three, %five : i32
        mla_gpu.global.store %eight, %p[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }
}
