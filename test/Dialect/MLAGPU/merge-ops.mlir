// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!lanes = tensor<32xi32, #lane>
!weights = tensor<32xf32, #lane>
!columns = tensor<256xf32, #lane>
!rows = tensor<16x256xf16, #lane_rows>
!exchange = !mla_gpu.smem<2048xf32>
!block = !mla_gpu.smem<64x128xbf16, sw128>

// CHECK-LABEL: func private @layout_lane_rows(tensor<1x128xf16, #lane_rows>, tensor<32x512xbf16, #lane_rows>, tensor<3x384xbf16, #lane_rows>)
func.func private @layout_lane_rows(tensor<1x128xf16, #lane_rows>, tensor<32x512xbf16, #lane_rows>, tensor<3x384xbf16, #lane_rows>)

// CHECK-LABEL: func @rows
// CHECK-SAME: (%[[PARTIAL:.*]]: !mla_gpu.ptr<f16>, %[[CACHE:.*]]: !mla_gpu.ptr<bf16>, %[[INDEX:.*]]: tensor<32xi32, #lane>, %[[COLUMN:.*]]: i32, %[[WEIGHTS:.*]]: tensor<32xf32, #lane>, %[[BEFORE:.*]]: tensor<256xf32, #lane>, %[[RIGHT:.*]]: tensor<32xf32, #lane>)
func.func @rows(%partial: !mla_gpu.ptr<f16>, %cache: !mla_gpu.ptr<bf16>, %index: !lanes, %column: i32, %weights: !weights,
                %before: !columns, %right: !weights) {
  // CHECK: %[[ROWS:.*]] = mla_gpu.global.gather_rows %[[PARTIAL]][%[[INDEX]], %[[COLUMN]]] row_stride(512) : !mla_gpu.ptr<f16>, tensor<32xi32, #lane> -> tensor<16x256xf16, #lane_rows>
  %rows = mla_gpu.global.gather_rows %partial[%index, %column] row_stride(512) : !mla_gpu.ptr<f16>, !lanes -> !rows
  // CHECK: mla_gpu.global.gather_rows %[[CACHE]][%[[INDEX]], %[[COLUMN]]] row_stride(4) : !mla_gpu.ptr<bf16>, tensor<32xi32, #lane> -> tensor<1x128xbf16, #lane_rows>
  %overlapping = mla_gpu.global.gather_rows %cache[%index, %column] row_stride(4) : !mla_gpu.ptr<bf16>, !lanes -> tensor<1x128xbf16, #lane_rows>
  // CHECK: mla_gpu.global.gather_rows %[[CACHE]][%[[INDEX]], %[[COLUMN]]] row_stride(16777216) {test.note} : !mla_gpu.ptr<bf16>, tensor<32xi32, #lane> -> tensor<32x512xbf16, #lane_rows>
  %most = mla_gpu.global.gather_rows %cache[%index, %column] row_stride(16777216) {test.note} : !mla_gpu.ptr<bf16>, !lanes -> tensor<32x512xbf16, #lane_rows>
  // CHECK: mla_gpu.lane.weigh_rows %[[ROWS]] by %[[WEIGHTS]] plus %[[BEFORE]] : tensor<16x256xf16, #lane_rows>, tensor<32xf32, #lane>, tensor<256xf32, #lane>
  %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before : !rows, !weights, !columns
  // CHECK: mla_gpu.lane.weigh_rows %[[ROWS]] rows(4 to 16) by %[[WEIGHTS]] plus %[[BEFORE]] : tensor<16x256xf16, #lane_rows>, tensor<32xf32, #lane>, tensor<256xf32, #lane>
  %sum_of_12 = mla_gpu.lane.weigh_rows %rows rows(4 to 16) by %weights plus %before : !rows, !weights, !columns
  // CHECK: mla_gpu.lane.weigh_rows %[[ROWS]] rows(4 to 16) by %[[WEIGHTS]], %[[RIGHT]] plus %[[BEFORE]] : tensor<16x256xf16, #lane_rows>, tensor<32xf32, #lane>, tensor<256xf32, #lane>
  %sum_of_halves = mla_gpu.lane.weigh_rows %rows rows(4 to 16) by %weights, %right plus %before : !rows, !weights, !columns
  return
}

// CHECK-LABEL: func @shared_lanes
// CHECK-SAME: (%[[EXCHANGE:.*]]: !mla_gpu.smem<2048xf32>, %[[I:.*]]: i32)
func.func @shared_lanes(%exchange: !exchange, %i: i32) {
  // CHECK: %[[COLUMNS:.*]] = mla_gpu.smem.load_lanes %[[EXCHANGE]][%[[I]]] : !mla_gpu.smem<2048xf32> -> tensor<256xf32, #lane>
  %columns = mla_gpu.smem.load_lanes %exchange[%i] : !exchange -> !columns
  // CHECK: %[[LANES:.*]] = mla_gpu.smem.load_lanes %[[EXCHANGE]][%[[I]]] {test.note} : !mla_gpu.smem<2048xf32> -> tensor<32xf32, #lane>
  %lanes = mla_gpu.smem.load_lanes %exchange[%i] {test.note} : !exchange -> !weights
  // CHECK: mla_gpu.smem.store_lanes %[[COLUMNS]], %[[EXCHANGE]][%[[I]]] : tensor<256xf32, #lane>, !mla_gpu.smem<2048xf32>
  mla_gpu.smem.store_lanes %columns, %exchange[%i] : !columns, !exchange
  // CHECK: mla_gpu.smem.store_lanes %[[LANES]], %[[EXCHANGE]][%[[I]]] {test.note} : tensor<32xf32, #lane>, !mla_gpu.smem<2048xf32>
  mla_gpu.smem.store_lanes %lanes, %exchange[%i] {test.note} : !weights, !exchange
  return
}

// CHECK-LABEL: func @view
// CHECK-SAME: (%[[BLOCK:.*]]: !mla_gpu.smem<64x128xbf16, sw128>)
func.func @view(%block: !block) {
  // CHECK: mla_gpu.smem.view %[[BLOCK]] tiles(1 to 2) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<2048xf32>
  %exchange = mla_gpu.smem.view %block tiles(1 to 2) : !block -> !exchange
  // CHECK: mla_gpu.smem.view %[[BLOCK]] tiles(0 to 2) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<16384xi8>
  %bytes = mla_gpu.smem.view %block tiles(0 to 2) : !block -> !mla_gpu.smem<16384xi8>
  return
}

mla_gpu.program @program {
  // CHECK-LABEL: mla_gpu.kernel @tail
  // CHECK-SAME: (%scratch: !mla_gpu.ptr<i32>
  mla_gpu.kernel @tail(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(160) {
    %ready = mla_gpu.nbar.alloc "ready" threads(64)
    // CHECK-LABEL: mla_gpu.role "a"
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // CHECK: %[[INT:.*]] = arith.constant 7 : i32
      // CHECK: %[[LONG:.*]] = arith.constant 8 : i64
      // CHECK: %[[BIT:.*]] = arith.constant true
      // CHECK: %[[REAL:.*]] = arith.constant 1.000000e+00 : f32
      %int = arith.constant 7 : i32
      %long = arith.constant 8 : i64
      %bit = arith.constant true
      %real = arith.constant 1.0 : f32
      // Values of the kernel may be used as they are.
      // CHECK:      mla_gpu.tail "meet" (%[[X:.*]] = %[[INT]] : i32, %[[AT:.*]] = %[[LONG]] : i64, %[[STORES:.*]] = %[[BIT]] : i1, %{{.*}} = %[[REAL]] : f32) {
      // CHECK-NEXT:   mla_gpu.nbar.sync %ready
      // CHECK-NEXT:   scf.if %[[STORES]] {
      // CHECK-NEXT:     mla_gpu.global.store %[[X]], %scratch[%[[AT]]] : i32, !mla_gpu.ptr<i32>
      // CHECK-NEXT:   }
      // CHECK-NEXT: }
      mla_gpu.tail "meet" (%x = %int : i32, %at = %long : i64, %stores = %bit : i1, %y = %real : f32) {
        mla_gpu.nbar.sync %ready
        scf.if %stores {
          mla_gpu.global.store %x, %out[%at] : i32, !mla_gpu.ptr<i32>
        }
      }
    }
    // CHECK-LABEL: mla_gpu.role "b"
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %int = arith.constant 9 : i32
      %long = arith.constant 0 : i64
      %bit = arith.constant false
      %real = arith.constant 2.0 : f32
      // CHECK: mla_gpu.tail "meet" (
      mla_gpu.tail "meet" (%value = %int : i32, %place = %long : i64, %is = %bit : i1, %unused = %real : f32) {
        mla_gpu.nbar.sync %ready
        scf.if %is {
          mla_gpu.global.store %value, %out[%place] : i32, !mla_gpu.ptr<i32>
        }
      }
    }
    // CHECK-LABEL: mla_gpu.role "c"
    mla_gpu.role "c" warps(2 to 3) team(warp) {
      // CHECK-NEXT: mla_gpu.tail "no operands" () attributes {test.note} {
      // CHECK-NEXT:   mla_gpu.pdl.trigger
      // CHECK-NEXT: }
      mla_gpu.tail "no operands" () attributes {test.note} {
        mla_gpu.pdl.trigger
      }
    }
    // CHECK-LABEL: mla_gpu.role "d"
    mla_gpu.role "d" warps(3 to 4) team(warp) {
      // CHECK-NEXT: mla_gpu.tail "empty" () {
      // CHECK-NEXT: }
      mla_gpu.tail "empty" () {
      }
    }
    // CHECK-LABEL: mla_gpu.role "e"
    mla_gpu.role "e" warps(4 to 5) team(warp) {
      // CHECK: mla_gpu.tail "empty but for operands" (%{{.*}} = %{{.*}} : i32) {
      // CHECK-NEXT: }
      %int = arith.constant 7 : i32
      mla_gpu.tail "empty but for operands" (%x = %int : i32) {
      }
    }
  }

  // Names tell the tails of a kernel apart, and kernels have their own.
  // CHECK-LABEL: mla_gpu.kernel @tail_names
  // CHECK:       mla_gpu.tail "meet" () {
  // CHECK-NEXT:    mla_gpu.pdl.wait
  // CHECK:       mla_gpu.tail "part" () {
  // CHECK-NEXT:    mla_gpu.pdl.trigger
  mla_gpu.kernel @tail_names() step(other) grid(one, one) threads(64) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.tail "meet" () {
        mla_gpu.pdl.wait
      }
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.tail "part" () {
        mla_gpu.pdl.trigger
      }
    }
  }
}
