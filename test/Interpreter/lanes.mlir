// RUN: mla-interpreter-test %s | FileCheck %s

#lane = #mla_gpu.layout<lane>
!i = tensor<32xi32, #lane>
!l = tensor<32xi64, #lane>
!b = tensor<32xi1, #lane>
!f = tensor<32xf32, #lane>
!wide = tensor<128xf32, #lane>
!widei = tensor<128xi32, #lane>

mla_gpu.program @p {
  // CHECK-LABEL: @integers
  mla_gpu.kernel @integers(
      %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<6x32xi32>, test.print = 10},
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<5xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c3 = arith.constant 3 : i64
      %lane = mla_gpu.lane.index : !i
      // CHECK: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9
      mla_gpu.global.store_lanes %lane, %out[%c0] : !i, !mla_gpu.ptr<i32>
      // CHECK-NEXT: {{^}}  0, 0, 1, 3, 6, 10, 15, 21, 28, 36
      %scan = mla_gpu.lane.scan %lane : !i -> !i
      %r1 = arith.constant 32 : i64
      mla_gpu.global.store_lanes %scan, %out[%r1] : !i, !mla_gpu.ptr<i32>
      // Sum, maximum, lane 33 modulo 32, lane −1 modulo 32.
      // CHECK-NEXT: {{^}}  496, 31, 1, 465, -1
      %sum = mla_gpu.lane.reduce add %lane : !i -> i32
      %max = mla_gpu.lane.reduce max %lane : !i -> i32
      %c33 = arith.constant 33 : i32
      %m1 = arith.constant -1 : i32
      %one = mla_gpu.lane.extract %lane[%c33] : !i -> i32
      %last = mla_gpu.lane.extract %scan[%m1] : !i -> i32
      %i64 = arith.constant 64 : i64
      %i65 = arith.constant 65 : i64
      %i66 = arith.constant 66 : i64
      %i67 = arith.constant 67 : i64
      mla_gpu.global.store %sum, %out[%i64] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %max, %out[%i65] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %one, %out[%i66] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %last, %out[%i67] : i32, !mla_gpu.ptr<i32>
      // Two elements are there, the others are 0; none is there.
      // CHECK-NEXT: {{^}}  3, 4, 0, 0, 0, 0, 0, 0, 0, 0
      // CHECK-NEXT: {{^}}  0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      %c2 = arith.constant 2 : i32
      %two = mla_gpu.global.load_lanes %lens[%c3] valid %c2 : !mla_gpu.ptr<i32> -> !i
      %none = mla_gpu.global.load_lanes %lens[%i64] valid %m1 : !mla_gpu.ptr<i32> -> !i
      %r3 = arith.constant 96 : i64
      %r4 = arith.constant 128 : i64
      mla_gpu.global.store_lanes %two, %out[%r3] : !i, !mla_gpu.ptr<i32>
      mla_gpu.global.store_lanes %none, %out[%r4] : !i, !mla_gpu.ptr<i32>
      // Every second lane, in reverse order.
      // CHECK-NEXT: {{^}}  -1, 30, -1, 28, -1, 26, -1, 24, -1, 22
      %thirty_one = arith.constant dense<191> : !i
      %reverse = arith.subi %thirty_one, %lane : !i
      %index = arith.extsi %reverse : !i to !l
      %ones = arith.constant dense<1> : !i
      %zeros = arith.constant dense<0> : !i
      %low = arith.andi %lane, %ones : !i
      %even = arith.cmpi eq, %low, %zeros : !i
      mla_gpu.global.scatter_lanes %lane, %out[%index] where %even : !i, !mla_gpu.ptr<i32>, !l, !b
    }
  }

  // Of every four lanes the sum, of every eight the maximum, of one itself.
  // CHECK-LABEL: @clusters
  // CHECK:      {{^}}  6, 6, 6, 6, 22, 22, 22, 22, 38, 38
  // CHECK-NEXT: {{^}}  7, 7, 7, 7, 7, 7, 7, 7, 15, 15
  // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4, 5, 6, 7, 8, 9
  mla_gpu.kernel @clusters(
      %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<3x32xi32>, test.print = 10})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c32 = arith.constant 32 : i64
      %c64 = arith.constant 64 : i64
      %lane = mla_gpu.lane.index : !i
      %sums = mla_gpu.lane.reduce add %lane cluster(4) : !i -> !i
      %most = mla_gpu.lane.reduce max %lane cluster(8) : !i -> !i
      %same = mla_gpu.lane.reduce max %lane cluster(1) : !i -> !i
      mla_gpu.global.store_lanes %sums, %out[%c0] : !i, !mla_gpu.ptr<i32>
      mla_gpu.global.store_lanes %most, %out[%c32] : !i, !mla_gpu.ptr<i32>
      mla_gpu.global.store_lanes %same, %out[%c64] : !i, !mla_gpu.ptr<i32>
    }
  }

  // Every second lane, in reverse order; the others get 0.
  // CHECK-LABEL: @gather
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  31, 0, 29, 0, 27, 0, 25, 0, 23, 0
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  31, 0, 29, 0, 27, 0, 25, 0, 23, 0
  mla_gpu.kernel @gather(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<32xf32>},
      %n: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<32xi32>},
      %floats: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<32xf32>, test.print = 10},
      %ints: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<32xi32>, test.print = 10})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %lane = mla_gpu.lane.index : !i
      %ones = arith.constant dense<1> : !i
      %zeros = arith.constant dense<0> : !i
      %low = arith.andi %lane, %ones : !i
      %even = arith.cmpi eq, %low, %zeros : !i
      %thirty_one = arith.constant dense<31> : !i
      %reverse = arith.subi %thirty_one, %lane : !i
      %index = arith.extsi %reverse : !i to !l
      %a = mla_gpu.global.gather_lanes %x[%index] where %even : !mla_gpu.ptr<f32>, !l, !b -> !f
      %b = mla_gpu.global.gather_lanes %n[%reverse] where %even : !mla_gpu.ptr<i32>, !i, !b -> !i
      mla_gpu.global.store_lanes %a, %floats[%c0] : !f, !mla_gpu.ptr<f32>
      mla_gpu.global.store_lanes %b, %ints[%c0] : !i, !mla_gpu.ptr<i32>
    }
  }

  // CHECK-LABEL: @reals
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  496, 31, 7
  // CHECK-NEXT: out:
  // CHECK-NEXT: {{^}}  0.5, 1.5, 2.5
  mla_gpu.kernel @reals(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<128xf32>},
      %y: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<0.0> : tensor<4xf32>, test.print = 3},
      %out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<0.0> : tensor<128xbf16>, test.print = 3})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i64
      %c2 = arith.constant 2 : i64
      %c7 = arith.constant 7 : i32
      %a = mla_gpu.global.load_lanes %x[%c0] : !mla_gpu.ptr<f32> -> !f
      %sum = mla_gpu.lane.reduce add %a : !f -> f32
      // NaN loses.
      %zero = arith.constant dense<0.0> : !f
      %nan = arith.divf %zero, %a : !f
      %with_nan = arith.addf %a, %nan : !f
      %max = mla_gpu.lane.reduce max %with_nan : !f -> f32
      %seven = mla_gpu.lane.extract %a[%c7] : !f -> f32
      mla_gpu.global.store %sum, %y[%c0] : f32, !mla_gpu.ptr<f32>
      mla_gpu.global.store %max, %y[%c1] : f32, !mla_gpu.ptr<f32>
      mla_gpu.global.store %seven, %y[%c2] : f32, !mla_gpu.ptr<f32>
      %wide = mla_gpu.global.load_lanes %x[%c0] : !mla_gpu.ptr<f32> -> !wide
      %half = arith.constant 0.501 : f32
      %halves = mla_gpu.splat %half : f32 -> !wide
      %shifted = arith.addf %wide, %halves : !wide
      // 0.501, 1.501, 2.501 rounded to bf16.
      mla_gpu.global.store_lanes %shifted, %out[%c0] : !wide, !mla_gpu.ptr<bf16>
    }
  }

  // The same sums have the same bits as on the device: partners at distance 16, 8, 4, 2, 1.
  // CHECK-LABEL: @order_of_sums
  // CHECK-NEXT: lse:
  // CHECK-NEXT: {{^}}  2
  mla_gpu.kernel @order_of_sums(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<[1.0e8, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0e8, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<32xf32>},
      %y: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<0.0> : tensor<1xf32>, test.print = 1})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %a = mla_gpu.global.load_lanes %x[%c0] : !mla_gpu.ptr<f32> -> !f
      %sum = mla_gpu.lane.reduce add %a : !f -> f32
      mla_gpu.global.store %sum, %y[%c0] : f32, !mla_gpu.ptr<f32>
    }
  }
}
