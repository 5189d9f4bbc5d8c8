// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!lanes = tensor<32xi32, #lane>
!weights = tensor<32xf32, #lane>
!columns = tensor<256xf32, #lane>
!rows = tensor<2x256xf16, #lane_rows>
!narrow = tensor<128xf32, #lane>
!narrow_rows = tensor<2x128xbf16, #lane_rows>
!exchange = !mla_gpu.smem<2048xf32>
!block = !mla_gpu.smem<64x128xbf16, sw128>

mla_gpu.program @program {
  // A row's number comes from its lane. Of a row of 256 a lane has columns 4·l on, two times, in two registers each.
  // CHECK-LABEL: llvm.func @gather_rows
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[INTS:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[COLUMN:.*]]: i32)
  mla_gpu.kernel @gather_rows(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
                              %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                              %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                              %column: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[INDEX:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
      %index = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      %[[STRIDE:.*]] = llvm.mlir.constant(512 : i64) : i64
      // CHECK:      %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK-NEXT: %[[OWN:.*]] = llvm.shl %{{.*}}, %[[C2]] : i32
      // CHECK-NEXT: %[[AT:.*]] = llvm.add %[[COLUMN]], %[[OWN]] : i32
      // CHECK-NEXT: %[[COLUMNS:.*]] = llvm.getelementptr %[[P]][%[[AT]]] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f16
      // CHECK-NEXT: %[[ROW_0:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK:      %[[NUMBER_0:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[INDEX]], %[[ROW_0]], %{{.*}} : i32 -> i32
      // CHECK-NEXT: %[[LONG_0:.*]] = llvm.sext %[[NUMBER_0]] : i32 to i64
      // CHECK-NEXT: %[[OFFSET_0:.*]] = llvm.mul %[[LONG_0]], %[[STRIDE]] : i64
      // CHECK-NEXT: %[[BASE_0:.*]] = llvm.getelementptr %[[COLUMNS]][%[[OFFSET_0]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f16
      // CHECK-NEXT: %[[LEFT_0:.*]] = llvm.load %[[BASE_0]] {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      llvm.extractelement %[[LEFT_0]]
      // CHECK:      llvm.extractelement %[[LEFT_0]]
      // CHECK-NEXT: %[[NEXT_0:.*]] = llvm.getelementptr %[[BASE_0]][256] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[NEXT_0]] {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK-COUNT-2: llvm.extractelement
      // CHECK-NEXT: %[[ROW_1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK:      %[[NUMBER_1:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[INDEX]], %[[ROW_1]], %{{.*}} : i32 -> i32
      // CHECK:      %[[BASE_1:.*]] = llvm.getelementptr %[[COLUMNS]][%{{.*}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f16
      // CHECK-NEXT: llvm.load %[[BASE_1]] {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      %[[NEXT_1:.*]] = llvm.getelementptr %[[BASE_1]][256] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[NEXT_1]] {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK-NOT:  nvvm.shfl.sync
      // CHECK-NOT:  llvm.load
      // CHECK:      llvm.return
      %rows = mla_gpu.global.gather_rows %p[%index, %column] row_stride(512) : !mla_gpu.ptr<f16>, !lanes -> !rows
    }
  }

  // Of some rows, their lanes' weights and their registers alone.
  // CHECK-LABEL: llvm.func @weigh_some
  mla_gpu.kernel @weigh_some(%p: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                             %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                             %floats: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                             %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                             %column: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[WEIGHTS:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %weights = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !weights
      %before = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !narrow
      %index = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      %[[ROW_1:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      %[[PAIR_10:.*]] = llvm.extractelement %[[ROW_1]]
      // CHECK:      %[[PAIR_11:.*]] = llvm.extractelement %[[ROW_1]]
      %rows = mla_gpu.global.gather_rows %p[%index, %column] row_stride(128) : !mla_gpu.ptr<bf16>, !lanes -> !narrow_rows
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK:      nvvm.shfl.sync idx %{{.*}}, %[[WEIGHTS]], %[[C1]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.bitcast %[[PAIR_10]]
      // CHECK:      llvm.bitcast %[[PAIR_11]]
      // CHECK-COUNT-2: llvm.intr.fma
      // CHECK-NOT:  llvm.intr.fma
      // CHECK-NOT:  nvvm.shfl.sync
      // CHECK:      llvm.return
      %sum = mla_gpu.lane.weigh_rows %rows rows(1 to 2) by %weights plus %before : !narrow_rows, !weights, !narrow
    }
  }

  // A weight comes from its row's lane; row after row, four columns are four sums.
  // CHECK-LABEL: llvm.func @weigh_rows
  mla_gpu.kernel @weigh_rows(%p: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                             %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                             %floats: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                             %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                             %column: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[WEIGHTS:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %weights = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !weights
      // CHECK:      %[[ADDENDS:.*]] = llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xf32>
      // CHECK:      %[[ADDEND_0:.*]] = llvm.extractelement %[[ADDENDS]]
      // CHECK:      %[[ADDEND_1:.*]] = llvm.extractelement %[[ADDENDS]]
      // CHECK:      %[[ADDEND_2:.*]] = llvm.extractelement %[[ADDENDS]]
      // CHECK:      %[[ADDEND_3:.*]] = llvm.extractelement %[[ADDENDS]]
      %before = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !narrow
      %index = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      %[[ROW_0:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      %[[PAIR_00:.*]] = llvm.extractelement %[[ROW_0]]
      // CHECK:      %[[PAIR_01:.*]] = llvm.extractelement %[[ROW_0]]
      // CHECK:      %[[ROW_1:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
      // CHECK:      %[[PAIR_10:.*]] = llvm.extractelement %[[ROW_1]]
      // CHECK:      %[[PAIR_11:.*]] = llvm.extractelement %[[ROW_1]]
      %rows = mla_gpu.global.gather_rows %p[%index, %column] row_stride(128) : !mla_gpu.ptr<bf16>, !lanes -> !narrow_rows
      // CHECK:      %[[C0:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: llvm.mlir.constant(-1 : i32)
      // CHECK:      %[[WEIGHT_0:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[WEIGHTS]], %[[C0]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[BF16:.*]] = llvm.bitcast %[[PAIR_00]] : i32 to vector<2xbf16>
      // CHECK-NEXT: %[[FIRST:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: %[[LOW:.*]] = llvm.extractelement %[[BF16]][%[[FIRST]] : i32] : vector<2xbf16>
      // CHECK-NEXT: %[[X_0:.*]] = llvm.fpext %[[LOW]] : bf16 to f32
      // CHECK-NEXT: %[[SECOND:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.extractelement %[[BF16]][%[[SECOND]] : i32] : vector<2xbf16>
      // CHECK-NEXT: %[[X_1:.*]] = llvm.fpext %[[HIGH]] : bf16 to f32
      // CHECK-NEXT: %[[SUM_0:.*]] = llvm.intr.fma(%[[X_0]], %[[WEIGHT_0]], %[[ADDEND_0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: %[[SUM_1:.*]] = llvm.intr.fma(%[[X_1]], %[[WEIGHT_0]], %[[ADDEND_1]])
      // CHECK-NEXT: llvm.bitcast %[[PAIR_01]]
      // CHECK-COUNT-2: llvm.fpext
      // CHECK:      %[[SUM_2:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_0]], %[[ADDEND_2]])
      // CHECK-NEXT: %[[SUM_3:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_0]], %[[ADDEND_3]])
      // CHECK-NEXT: %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK:      %[[WEIGHT_1:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[WEIGHTS]], %[[C1]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.bitcast %[[PAIR_10]]
      // CHECK-COUNT-2: llvm.fpext
      // CHECK:      %[[RESULT_0:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_1]], %[[SUM_0]])
      // CHECK-NEXT: %[[RESULT_1:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_1]], %[[SUM_1]])
      // CHECK-NEXT: llvm.bitcast %[[PAIR_11]]
      // CHECK:      %[[RESULT_2:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_1]], %[[SUM_2]])
      // CHECK-NEXT: %[[RESULT_3:.*]] = llvm.intr.fma(%{{.*}}, %[[WEIGHT_1]], %[[SUM_3]])
      // CHECK-NOT:  llvm.intr.fma
      %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before : !narrow_rows, !weights, !narrow
      // CHECK:      llvm.insertelement %[[RESULT_0]]
      // CHECK:      llvm.insertelement %[[RESULT_1]]
      // CHECK:      llvm.insertelement %[[RESULT_2]]
      // CHECK:      llvm.insertelement %[[RESULT_3]]
      mla_gpu.global.store_lanes %sum, %floats[%i] : !narrow, !mla_gpu.ptr<f32>
    }
  }

  // Of rows of 256 the first two registers of a lane are of the left half; of rows of 128 lanes 16 to 31 have the right one.
  // CHECK-LABEL: llvm.func @weigh_halves
  mla_gpu.kernel @weigh_halves(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
                               %q: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                               %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                               %floats: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                               %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                               %column: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[LEFT:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %left = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !weights
      // CHECK:      %[[RIGHT:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %right = mla_gpu.global.load_lanes %floats[%i] : !mla_gpu.ptr<f32> -> !weights
      %before = arith.constant dense<0.0> : !columns
      %narrow_before = arith.constant dense<0.0> : !narrow
      %index = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      %rows = mla_gpu.global.gather_rows %p[%index, %column] row_stride(256) : !mla_gpu.ptr<f16>, !lanes -> !rows
      %narrow_rows = mla_gpu.global.gather_rows %q[%index, %column] row_stride(128) : !mla_gpu.ptr<bf16>, !lanes -> !narrow_rows
      // CHECK:      %[[LEFT_1:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[LEFT]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK:      %[[RIGHT_1:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[RIGHT]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-COUNT-4: llvm.intr.fma(%{{.*}}, %[[LEFT_1]], %{{.*}})
      // CHECK-COUNT-4: llvm.intr.fma(%{{.*}}, %[[RIGHT_1]], %{{.*}})
      %sum = mla_gpu.lane.weigh_rows %rows rows(1 to 2) by %left, %right plus %before : !rows, !weights, !columns
      // CHECK:      %[[C16:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK-NEXT: %[[IS_RIGHT:.*]] = llvm.icmp "uge" %{{.*}}, %[[C16]] : i32
      // CHECK:      %[[LEFT_0:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[LEFT]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK:      %[[RIGHT_0:.*]] = nvvm.shfl.sync idx %{{.*}}, %[[RIGHT]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[WEIGHT:.*]] = llvm.select %[[IS_RIGHT]], %[[RIGHT_0]], %[[LEFT_0]]
      // CHECK-COUNT-4: llvm.intr.fma(%{{.*}}, %[[WEIGHT]], %{{.*}})
      // CHECK-NOT:  llvm.intr.fma
      %narrow_sum = mla_gpu.lane.weigh_rows %narrow_rows rows(0 to 1) by %left, %right plus %narrow_before : !narrow_rows, !weights, !narrow
      mla_gpu.global.store_lanes %sum, %floats[%i] : !columns, !mla_gpu.ptr<f32>
      mla_gpu.global.store_lanes %narrow_sum, %floats[%i] : !narrow, !mla_gpu.ptr<f32>
    }
  }

  // A lane's register of any type goes through an asm without text, which what makes it does not pass.
  // CHECK-LABEL: llvm.func @materialize_lanes
  mla_gpu.kernel @materialize_lanes(%n: i32 {mla_gpu.bind = #mla_gpu.binding<rows>}) step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %lane = mla_gpu.lane.index : !lanes
      %n_lanes = mla_gpu.splat %n : i32 -> !lanes
      // CHECK:      %[[PLACE:.*]] = llvm.add
      // CHECK:      llvm.inline_asm has_side_effects "", "=r,0,~{memory}" %[[PLACE]] : (i32) -> i32
      %place = arith.addi %lane, %n_lanes : !lanes
      %place_here = mla_gpu.materialize %place : !lanes
      // CHECK:      %[[WIDE:.*]] = llvm.sext
      // CHECK:      llvm.inline_asm has_side_effects "", "=l,0,~{memory}" %[[WIDE]] : (i64) -> i64
      %wide = arith.extsi %place : !lanes to tensor<32xi64, #lane>
      %wide_here = mla_gpu.materialize %wide : tensor<32xi64, #lane>
      // CHECK:      %[[IS_LESS:.*]] = llvm.icmp "slt"
      // CHECK:      llvm.inline_asm has_side_effects "", "=b,0,~{memory}" %[[IS_LESS]] : (i1) -> i1
      %is_less = arith.cmpi slt, %lane, %n_lanes : !lanes
      %is_less_here = mla_gpu.materialize %is_less : tensor<32xi1, #lane>
      // CHECK:      %[[REAL:.*]] = llvm.sitofp
      // CHECK:      llvm.inline_asm has_side_effects "", "=f,0,~{memory}" %[[REAL]] : (f32) -> f32
      %real = arith.sitofp %place : !lanes to !weights
      %real_here = mla_gpu.materialize %real : !weights
    }
  }

  // Of 256 elements a lane has four at 16·l bytes from the index and four 512 bytes further on; of 32 it has one.
  // CHECK-LABEL: llvm.func @shared_lanes
  // CHECK-SAME:  (%[[I:.*]]: i32)
  mla_gpu.kernel @shared_lanes(%i: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) smem(8192) {
    // CHECK:      %[[B:.*]] = llvm.mlir.addressof @smem_shared_lanes : !llvm.ptr<3>
    %b = mla_gpu.smem.alloc "b" at 0 : !exchange
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[B]][%[[I]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK:      %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
        // CHECK-NEXT: %[[LANE:.*]] = llvm.and %{{.*}}, %[[C31]] : i32
        // CHECK-NEXT: %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
        // CHECK-NEXT: %[[OWN:.*]] = llvm.shl %[[LANE]], %[[C2]] : i32
        // CHECK-NEXT: %[[FROM:.*]] = llvm.getelementptr %[[AT]][%[[OWN]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK-NEXT: %[[LEFT:.*]] = llvm.load %[[FROM]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
        // CHECK:      %[[X_0:.*]] = llvm.extractelement %[[LEFT]]
        // CHECK-COUNT-2: llvm.extractelement %[[LEFT]]
        // CHECK:      %[[X_3:.*]] = llvm.extractelement %[[LEFT]]
        // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[FROM]][512] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
        // CHECK-NEXT: %[[RIGHT:.*]] = llvm.load %[[NEXT]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
        // CHECK:      %[[X_4:.*]] = llvm.extractelement %[[RIGHT]]
        // CHECK-COUNT-2: llvm.extractelement %[[RIGHT]]
        // CHECK:      %[[X_7:.*]] = llvm.extractelement %[[RIGHT]]
        // CHECK-NOT:  llvm.load
        %x = mla_gpu.smem.load_lanes %b[%i] : !exchange -> !columns
        // CHECK:      %[[OWN:.*]] = llvm.shl
        // CHECK-NEXT: %[[TO:.*]] = llvm.getelementptr %{{.*}}[%[[OWN]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK:      llvm.insertelement %[[X_0]]
        // CHECK:      %[[VECTOR:.*]] = llvm.insertelement %[[X_3]]
        // CHECK-NEXT: llvm.store %[[VECTOR]], %[[TO]] {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<3>
        // CHECK:      llvm.insertelement %[[X_4]]
        // CHECK:      %[[VECTOR:.*]] = llvm.insertelement %[[X_7]]
        // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[TO]][512] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
        // CHECK-NEXT: llvm.store %[[VECTOR]], %[[NEXT]] {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<3>
        // CHECK-NOT:  llvm.store
        mla_gpu.smem.store_lanes %x, %b[%i] : !columns, !exchange
        // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[B]][%[[I]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK:      %[[LANE:.*]] = llvm.and
        // CHECK-NEXT: %[[FROM:.*]] = llvm.getelementptr %[[AT]][%[[LANE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK-NEXT: %[[LOADED:.*]] = llvm.load %[[FROM]] {alignment = 4 : i64} : !llvm.ptr<3> -> vector<1xf32>
        // CHECK:      %[[X:.*]] = llvm.extractelement %[[LOADED]]
        // CHECK-NOT:  llvm.load
        %y = mla_gpu.smem.load_lanes %b[%i] : !exchange -> !weights
        // CHECK:      %[[LANE:.*]] = llvm.and
        // CHECK-NEXT: %[[TO:.*]] = llvm.getelementptr %{{.*}}[%[[LANE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
        // CHECK:      %[[ONE:.*]] = llvm.insertelement %[[X]]
        // CHECK-NEXT: llvm.store %[[ONE]], %[[TO]] {alignment = 4 : i64} : vector<1xf32>, !llvm.ptr<3>
        // CHECK-NOT:  llvm.store
        // CHECK:      llvm.return
        mla_gpu.smem.store_lanes %y, %b[%i] : !weights, !exchange
      }
    }
  }

  // Without swizzle a view is an address, too.
  // CHECK-LABEL: llvm.func @view
  // CHECK-SAME:  (%[[I:.*]]: i32)
  mla_gpu.kernel @view(%i: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) smem(16384) {
    %b = mla_gpu.smem.alloc "b" at 0 : !block
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[VIEW:.*]] = llvm.getelementptr %{{.*}}[8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.getelementptr %[[VIEW]][%[[I]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      %view = mla_gpu.smem.view %b tiles(1 to 2) : !block -> !exchange
      %x = mla_gpu.smem.load_lanes %view[%i] : !exchange -> !weights
    }
  }

  // Two roles with one tail: its code is there once, and each branches to it with what is its own.
  // CHECK-LABEL: llvm.func @tail
  // CHECK-SAME:  (%[[OUT:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64)
  mla_gpu.kernel @tail(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                       %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(64) {
    // CHECK:      %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
    // CHECK-NEXT: %[[TRUE:.*]] = llvm.mlir.constant(true) : i1
    // CHECK-NEXT: llvm.br ^[[TAIL:bb[0-9]+]](%[[C7]], %[[TRUE]] : i32, i1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %seven = arith.constant 7 : i32
      %true = arith.constant true
      mla_gpu.tail "meet" (%x = %seven : i32, %stores = %true : i1) {
        scf.if %stores {
          mla_gpu.global.store %x, %out[%i] : i32, !mla_gpu.ptr<i32>
        }
        mla_gpu.pdl.trigger
      }
    }
    // CHECK:      %[[C9:.*]] = llvm.mlir.constant(9 : i32) : i32
    // CHECK-NEXT: %[[FALSE:.*]] = llvm.mlir.constant(false) : i1
    // CHECK-NEXT: llvm.br ^[[TAIL]](%[[C9]], %[[FALSE]] : i32, i1)
    // CHECK-NEXT: ^[[TAIL]](%[[X:.*]]: i32, %[[STORES:.*]]: i1):
    // CHECK-NEXT: llvm.cond_br %[[STORES]], ^[[THEN:bb[0-9]+]], ^[[JOIN:bb[0-9]+]]
    // CHECK:      ^[[THEN]]:
    // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[OUT]][%[[I]]]
    // CHECK:      llvm.store %[[X]], %[[AT]]
    // CHECK:      ^[[JOIN]]:
    // CHECK-NEXT: nvvm.griddepcontrol launch_dependents
    // CHECK-NEXT: llvm.return
    // CHECK-NOT:  llvm.store
    // CHECK-NOT:  nvvm.griddepcontrol
    // CHECK:      llvm.return
    // CHECK-NEXT: }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %nine = arith.constant 9 : i32
      %false = arith.constant false
      mla_gpu.tail "meet" (%x = %nine : i32, %stores = %false : i1) {
        scf.if %stores {
          mla_gpu.global.store %x, %out[%i] : i32, !mla_gpu.ptr<i32>
        }
        mla_gpu.pdl.trigger
      }
    }
  }

  // Tails of two names in turn, without operands, one after control flow of its role, which goes on in its last block.
  // CHECK-LABEL: llvm.func @tails
  mla_gpu.kernel @tails(%valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(96) {
    // CHECK:      llvm.br ^[[MEET:bb[0-9]+]]{{$}}
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.tail "meet" () {
        mla_gpu.pdl.trigger
      }
    }
    // CHECK:      llvm.cond_br %{{.*}}, ^[[THEN:bb[0-9]+]], ^[[JOIN:bb[0-9]+]]
    // CHECK:      ^[[THEN]]:
    // CHECK-NEXT: nvvm.fence.proxy
    // CHECK-NEXT: llvm.br ^[[JOIN]]
    // CHECK:      ^[[JOIN]]:
    // CHECK-NEXT: llvm.br ^[[PART:bb[0-9]+]]{{$}}
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %zero = arith.constant 0 : i32
      %is = arith.cmpi sgt, %valid, %zero : i32
      scf.if %is {
        mla_gpu.fence.async
      }
      mla_gpu.tail "part" () {
        mla_gpu.pdl.wait
      }
    }
    // CHECK:      llvm.br ^[[MEET]]{{$}}
    // CHECK:      ^[[MEET]]:
    // CHECK-NEXT: nvvm.griddepcontrol launch_dependents
    // CHECK-NEXT: llvm.return
    // CHECK:      ^[[PART]]:
    // CHECK-NEXT: nvvm.griddepcontrol wait
    // CHECK-NEXT: llvm.return
    // CHECK-NOT:  nvvm.griddepcontrol
    // CHECK:      llvm.return
    mla_gpu.role "c" warps(2 to 3) team(warp) {
      mla_gpu.tail "meet" () {
        mla_gpu.pdl.trigger
      }
    }
  }

  // An empty tail is the end of its roles.
  // CHECK-LABEL: llvm.func @empty
  // CHECK:      llvm.br ^[[TAIL:bb[0-9]+]](%{{.*}} : i32)
  // CHECK:      llvm.br ^[[TAIL]](%{{.*}} : i32)
  // CHECK-NEXT: ^[[TAIL]](%{{.*}}: i32):
  // CHECK-NEXT: llvm.return
  mla_gpu.kernel @empty(%valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>}) step(other) grid(one, one) threads(64) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.tail "meet" (%x = %valid : i32) {
      }
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.tail "meet" (%x = %valid : i32) {
      }
    }
  }

  // In a cluster all wait for the others at the end of a tail, as at that of a role.
  // CHECK-LABEL: llvm.func @cluster
  // CHECK:      nvvm.griddepcontrol launch_dependents
  // CHECK-NEXT: nvvm.cluster.arrive
  // CHECK-NEXT: nvvm.cluster.wait
  // CHECK-NEXT: llvm.return
  mla_gpu.kernel @cluster() step(other) grid(multiprocessors, one) threads(64) cluster(2) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.tail "meet" () {
        mla_gpu.pdl.trigger
      }
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      mla_gpu.tail "meet" () {
        mla_gpu.pdl.trigger
      }
    }
  }
}
