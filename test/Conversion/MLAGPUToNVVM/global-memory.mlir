// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#lane = #mla_gpu.layout<lane>
!lanes = tensor<32xi32, #lane>
!longs = tensor<32xi64, #lane>
!mask = tensor<32xi1, #lane>
!floats = tensor<32xf32, #lane>
!wide = tensor<256xf32, #lane>
!wide_long = tensor<128xi64, #lane>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>
!acc = tensor<64x16xf32, #mla_gpu.layout<acc>>

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @scalars
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64)
  mla_gpu.kernel @scalars(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                          %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[ADDRESS:.*]] = llvm.getelementptr %[[P]][%[[I]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK-NEXT: %[[X:.*]] = llvm.load %[[ADDRESS]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %x = mla_gpu.global.load %p[%i] : !mla_gpu.ptr<f32> -> f32
      // Thread 0 of the team stores.
      // CHECK:      llvm.cond_br %{{.*}}, ^[[STORE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[STORE]]:
      // CHECK-NEXT: llvm.store %[[X]], %{{.*}} {alignment = 4 : i64}
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.global.store %x, %p[%i] : f32, !mla_gpu.ptr<f32>
    }
  }

// The set-up is one block, so what it loads into lanes it loads under a predicate.
  // CHECK-LABEL: llvm.func @setup_lanes
  mla_gpu.kernel @setup_lanes(%p: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                              %valid: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                              %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(32) {
    // CHECK: %[[INSIDE:.*]] = llvm.icmp "slt" %{{.*}}, %{{.*}} : i32
    // CHECK-NOT: llvm.cond_br
    // CHECK: %[[X:.*]] = llvm.inline_asm has_side_effects "mov.b32 $0, 0;\0A@$1 ld.global.b32 $0, [$2];", "=r,b,l,~{memory}" %[[INSIDE]], %{{.*}} : (i1, !llvm.ptr<1>) -> i32
    %x = mla_gpu.global.load_lanes %p[%i] valid %valid : !mla_gpu.ptr<i32> -> !lanes
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: nvvm.shfl.sync {{.*}}, %[[X]]
      %c3 = arith.constant 3 : i32
      %word = mla_gpu.lane.extract %x[%c3] : !lanes -> i32
      mla_gpu.global.store %word, %p[%i] : i32, !mla_gpu.ptr<i32>
    }
  }

  // CHECK-LABEL: llvm.func @lanes
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[VALID:.*]]: i32, %[[I:.*]]: i64)
  mla_gpu.kernel @lanes(%p: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                        %valid: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                        %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // Lanes at or past `valid` touch nothing and get 0.
      // CHECK:      %[[INSIDE:.*]] = llvm.icmp "slt" %{{.*}}, %[[VALID]] : i32
      // CHECK:      llvm.cond_br %[[INSIDE]], ^[[LOAD:bb[0-9]+]], ^[[JOIN:bb[0-9]+]](%[[ZERO:.*]] : i32)
      // CHECK:    ^[[LOAD]]:
      // CHECK-NEXT: %[[LOADED:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
      // CHECK-NEXT: llvm.br ^[[JOIN]](%[[LOADED]] : i32)
      // CHECK:    ^[[JOIN]](%[[X:.*]]: i32):
      %x = mla_gpu.global.load_lanes %p[%i] valid %valid : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      %[[Y:.*]] = llvm.load
      %y = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      llvm.store %[[Y]], %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
      mla_gpu.global.store_lanes %y, %p[%i] : !lanes, !mla_gpu.ptr<i32>
      // CHECK:      %[[MASK:.*]] = llvm.icmp "slt" %[[X]], %[[Y]] : i32
      %mask = arith.cmpi slt, %x, %y : !lanes
      // CHECK:      llvm.cond_br %[[MASK]], ^[[SCATTER:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[SCATTER]]:
      // CHECK-NEXT: %[[INDEX:.*]] = llvm.sext %[[Y]] : i32 to i64
      // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[P]][%[[INDEX]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
      // CHECK-NEXT: llvm.store %[[X]], %[[AT]]
      mla_gpu.global.scatter_lanes %x, %p[%y] where %mask : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      // An index of 64 bits is taken as it is.
      // CHECK:      %[[LONG:.*]] = llvm.sext %[[X]] : i32 to i64
      // CHECK:      llvm.getelementptr %[[P]][%[[LONG]]]
      %long = arith.extsi %x : !lanes to !longs
      mla_gpu.global.scatter_lanes %x, %p[%long] where %mask : !lanes, !mla_gpu.ptr<i32>, !longs, !mask
    }
  }

  // Lanes whose mask is not set touch nothing and get 0.
  // CHECK-LABEL: llvm.func @gather
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[INTS:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64)
  mla_gpu.kernel @gather(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                         %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                         %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[X:.*]] = llvm.load
      // CHECK:      %[[Y:.*]] = llvm.load
      %x = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      %y = mla_gpu.global.load_lanes %ints[%i] : !mla_gpu.ptr<i32> -> !lanes
      // CHECK:      %[[MASK:.*]] = llvm.icmp "slt" %[[X]], %[[Y]] : i32
      %mask = arith.cmpi slt, %x, %y : !lanes
      // CHECK:      %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32) : f32
      // CHECK:      llvm.cond_br %[[MASK]], ^[[LOAD:bb[0-9]+]], ^[[JOIN:bb[0-9]+]](%[[ZERO]] : f32)
      // CHECK:    ^[[LOAD]]:
      // CHECK-NEXT: %[[INDEX:.*]] = llvm.sext %[[X]] : i32 to i64
      // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[P]][%[[INDEX]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK-NEXT: %[[LOADED:.*]] = llvm.load %[[AT]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      // CHECK-NEXT: llvm.br ^[[JOIN]](%[[LOADED]] : f32)
      // CHECK:    ^[[JOIN]](%[[GATHERED:.*]]: f32):
      %gathered = mla_gpu.global.gather_lanes %p[%x] where %mask : !mla_gpu.ptr<f32>, !lanes, !mask -> !floats
      // CHECK:      llvm.store %[[GATHERED]]
      mla_gpu.global.store_lanes %gathered, %p[%i] : !floats, !mla_gpu.ptr<f32>
      // An index of 64 bits is taken as it is.
      // CHECK:      %[[LONG:.*]] = llvm.sext %[[X]] : i32 to i64
      // CHECK:      llvm.getelementptr %[[INTS]][%[[LONG]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
      // CHECK-NEXT: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> i32
      %long = arith.extsi %x : !lanes to !longs
      %integers = mla_gpu.global.gather_lanes %ints[%long] where %mask : !mla_gpu.ptr<i32>, !longs, !mask -> !lanes
    }
  }

  // Multiples of 128 elements: a lane takes four in a row, 16 bytes at a time.
  // CHECK-LABEL: llvm.func @wide
  mla_gpu.kernel @wide(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                       %out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>},
                       %longs: !mla_gpu.ptr<i64> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                       %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[BASE:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
      // CHECK-NEXT: llvm.load %[[BASE]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xf32>
      // CHECK-COUNT-4: llvm.extractelement
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %[[BASE]][512] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[NEXT]] {alignment = 16 : i64}
      %x = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<f32> -> !wide
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<1>
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<1>
      mla_gpu.global.store_lanes %x, %p[%i] : !wide, !mla_gpu.ptr<f32>
      // Rounded: 8 bytes a lane.
      // CHECK-COUNT-2: llvm.nvvm.ff2bf16x2.rn
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 8 : i64} : vector<2xi32>, !llvm.ptr<1>
      // CHECK:      llvm.getelementptr %{{.*}}[256] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      mla_gpu.global.store_lanes %x, %out[%i] : !wide, !mla_gpu.ptr<bf16>
      // Elements of 8 bytes: two accesses.
      // CHECK-COUNT-2: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<2xi64>
      %y = mla_gpu.global.load_lanes %longs[%i] : !mla_gpu.ptr<i64> -> !wide_long
      // CHECK:      llvm.store {{.*}} {alignment = 16 : i64} : vector<2xi64>, !llvm.ptr<1>
      // CHECK:      llvm.getelementptr %{{.*}}[16] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.store {{.*}} {alignment = 16 : i64} : vector<2xi64>, !llvm.ptr<1>
      mla_gpu.global.store_lanes %y, %longs[%i] : !wide_long, !mla_gpu.ptr<i64>
      // One element a lane, rounded.
      // CHECK:      %[[HALF:.*]] = llvm.fptrunc %{{.*}} : f32 to bf16
      // CHECK:      llvm.store %[[HALF]], %{{.*}} {alignment = 2 : i64} : bf16, !llvm.ptr<1>
      %z = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<f32> -> !floats
      mla_gpu.global.store_lanes %z, %out[%i] : !floats, !mla_gpu.ptr<bf16>
    }
  }

  // CHECK-LABEL: llvm.func @tiles
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[OUT:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[VALID:.*]]: i32, %[[X:.*]]: f32)
  mla_gpu.kernel @tiles(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                        %out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
                        %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                        %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
                        %x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %acc = mla_gpu.splat %x : f32 -> !acc
      %row = mla_gpu.splat %x : f32 -> !rowf
      // A branch for each of the thread's two rows, in it a store per pair of columns.
      // CHECK:      %[[INSIDE:.*]] = llvm.icmp "slt" %[[ROW:.*]], %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %[[INSIDE]], ^[[STORE:bb[0-9]+]], ^[[NEXT:bb[0-9]+]]
      // CHECK:      %[[INSIDE_8:.*]] = llvm.icmp "slt" %{{.*}}, %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %[[INSIDE_8]]
      // CHECK:      llvm.sext %{{.*}} : i32 to i64
      // CHECK:      llvm.mlir.constant(512 : i64) : i64
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 8 : i64} : vector<2xf32>, !llvm.ptr<1>
      // CHECK:      llvm.getelementptr %{{.*}}[32] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 8 : i64} : vector<2xf32>, !llvm.ptr<1>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.br
      mla_gpu.global.store_tile %acc, %p[%i] row_stride 512 valid %valid : !acc, !mla_gpu.ptr<f32>
      // CHECK:      %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"
      // CHECK-NEXT: %[[BITS:.*]] = llvm.bitcast %[[PAIR]]
      // CHECK:      llvm.store %[[BITS]], %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
      // CHECK:      llvm.getelementptr %{{.*}}[16] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      mla_gpu.global.store_tile %acc, %out[%i] row_stride 512 valid %valid : !acc, !mla_gpu.ptr<f16>
      // The first lane of each quad, if the row is valid.
      // CHECK:      %[[IS_FIRST:.*]] = llvm.icmp "eq"
      // CHECK:      llvm.and %{{.*}}, %[[IS_FIRST]] : i1
      // CHECK:      llvm.store %[[X]], %{{.*}} {alignment = 4 : i64} : f32, !llvm.ptr<1>
      // CHECK:      llvm.and %{{.*}}, %[[IS_FIRST]] : i1
      // CHECK:      llvm.store %[[X]]
      mla_gpu.global.store_rows %row, %p[%i] valid %valid : !rowf, !mla_gpu.ptr<f32>
    }
  }

  // 16-bit numbers become f32 one by one.
  // CHECK-LABEL: llvm.func @widen
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[VALID:.*]]: i32)
  mla_gpu.kernel @widen(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
                        %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                        %valid: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // Two times four elements, 8 bytes each.
      // CHECK-COUNT-2: llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<4xf16>
      %wide = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<f16> -> !wide
      // CHECK:      llvm.cond_br
      // CHECK:      %[[HALF:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr<1> -> f16
      // CHECK-NEXT: llvm.fpext %[[HALF]] : f16 to f32
      %few = mla_gpu.global.load_lanes %p[%i] valid %valid : !mla_gpu.ptr<f16> -> !floats
      // CHECK:      %[[HALF:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr<1> -> f16
      // CHECK-NEXT: llvm.fpext %[[HALF]] : f16 to f32
      %one = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<f16> -> !floats
    }
  }
}
