// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

!i32 = !mla_gpu.ptr<i32>
!f16 = !mla_gpu.ptr<f16>
!f32 = !mla_gpu.ptr<f32>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!block = !mla_gpu.smem<64x128xbf16, sw128>
!a = tensor<64x128xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!row = tensor<64xf32, #mla_gpu.layout<row>>
!lanes = tensor<32xf32, #mla_gpu.layout<lane>>
!four = tensor<128xf32, #mla_gpu.layout<lane>>

mla_gpu.program @p {
  // Each warp with its own number, in a loop of its own, and twice.
  // CHECK-LABEL: @numbers
  // CHECK:       scratch:
  // CHECK-NEXT:  0, 11, 22, 33, 100, 101, 102, 103
  mla_gpu.kernel @numbers(%out: !i32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0> : tensor<8xi32>, test.print = 8})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c4 = arith.constant 4 : i32
      %c11 = arith.constant 11 : i32
      %c100 = arith.constant 100 : i32
      mla_gpu.each_warp (%warp) {
        %product = scf.for %i = %c0 to %warp step %c1 iter_args(%sum = %c0) -> (i32) : i32 {
          %next = arith.addi %sum, %c11 : i32
          scf.yield %next : i32
        }
        %at = arith.extsi %warp : i32 to i64
        mla_gpu.global.store %product, %out[%at] : i32, !i32
      }
      mla_gpu.each_warp (%warp) {
        %value = arith.addi %warp, %c100 : i32
        %place = arith.addi %warp, %c4 : i32
        %at = arith.extsi %place : i32 to i64
        mla_gpu.global.store %value, %out[%at] : i32, !i32
      }
    }
  }

  // Lanes that are computed beside the warps are the same in all; each stores them to a place of its own.
  // CHECK-LABEL: @lanes_of_all
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  0, 3, 6
  // CHECK-NEXT:  {{^}}  0, 3, 6
  // CHECK-NEXT:  {{^}}  0, 3, 6
  // CHECK-NEXT:  {{^}}  0, 3, 6
  mla_gpu.kernel @lanes_of_all(%out: !i32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<4x32xi32>, test.print = 3})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c32 = arith.constant 32 : i32
      %threes = arith.constant dense<3> : tensor<32xi32, #mla_gpu.layout<lane>>
      %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      %product = arith.muli %lane, %threes : tensor<32xi32, #mla_gpu.layout<lane>>
      %here = mla_gpu.materialize %product : tensor<32xi32, #mla_gpu.layout<lane>>
      mla_gpu.each_warp (%warp) {
        %place = arith.muli %warp, %c32 : i32
        %at = arith.extsi %place : i32 to i64
        mla_gpu.global.store_lanes %here, %out[%at] : tensor<32xi32, #mla_gpu.layout<lane>>, !i32
      }
    }
  }

  // CHECK-LABEL: @in_a_loop
  // CHECK:       scratch:
  // CHECK-NEXT:  0, 1, 2, 3, 10, 11, 12, 13
  mla_gpu.kernel @in_a_loop(%out: !i32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0> : tensor<8xi32>, test.print = 8})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c4 = arith.constant 4 : i32
      %c10 = arith.constant 10 : i32
      scf.for %i = %c0 to %c2 step %c1 : i32 {
        %base = arith.muli %i, %c4 : i32
        %tens = arith.muli %i, %c10 : i32
        mla_gpu.each_warp (%warp) {
          %place = arith.addi %base, %warp : i32
          %value = arith.addi %tens, %warp : i32
          %at = arith.extsi %place : i32 to i64
          mla_gpu.global.store %value, %out[%at] : i32, !i32
        }
      }
    }
  }

  // 16-bit numbers on their way to f32, 32 and 128 at a time.
  // CHECK-LABEL: @widen
  // CHECK:       scratch:
  // CHECK-NEXT:  0, 7, 14, 21, 28, 35, 42, 49, 56, 2
  // CHECK:       partial_lse:
  // CHECK-NEXT:  0, 7, 14, 0
  mla_gpu.kernel @widen(%in: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<128xf16>},
                        %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<128xf32>, test.print = 10},
                        %few: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<1.0> : tensor<32xf32>, test.print = 4})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c3 = arith.constant 3 : i32
      %x = mla_gpu.global.load_lanes %in[%c0] : !f16 -> !four
      mla_gpu.global.store_lanes %x, %out[%c0] : !four, !f32
      %y = mla_gpu.global.load_lanes %in[%c0] valid %c3 : !f16 -> !lanes
      mla_gpu.global.store_lanes %y, %few[%c0] : !lanes, !f32
    }
  }

  // CHECK-LABEL: @magnitude
  // CHECK:       scratch:
  // CHECK-NEXT:  3, 3, 3
  // CHECK:       partial_lse:
  // CHECK-NEXT:  -3, -3, -3
  mla_gpu.kernel @magnitude(%out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<64xf32>, test.print = 3},
                            %plain: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<0.0> : tensor<64xf32>, test.print = 3})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c64 = arith.constant 64 : i32
      %x = arith.constant dense<-3.0> : !acc
      %m = mla_gpu.row.max %x magnitude : !acc -> !row
      %p = mla_gpu.row.max %x : !acc -> !row
      mla_gpu.global.store_rows %m, %out[%c0] valid %c64 : !row, !f32
      mla_gpu.global.store_rows %p, %plain[%c0] valid %c64 : !row, !f32
    }
  }

  // Two tiles at column 64 of slice 1: the second lies outside, as do all rows but the first two.
  // CHECK-LABEL: @store_box
  // CHECK:       out_map:
  // CHECK:       , 46, 53, 60, 6{{$}}
  // CHECK-NEXT:  , 27, 1, 1, 1, 1{{$}}
  // CHECK-NEXT:  , 15, 1, 1, 1, 1{{$}}
  // CHECK-NOT:   ,
  mla_gpu.kernel @store_box(
      %out: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<2x3x68xbf16>, test.print = 68})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !block
    %all = mla_gpu.nbar.alloc "all" threads(128)
    %row = arith.constant 1 : i32
    %slice = arith.constant 1 : i32
    %column = arith.constant 64 : i32
    %outside = arith.constant 2 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !a
      mla_gpu.smem.store_tile %x, %tile : !a, !block
      mla_gpu.fence.async
      mla_gpu.nbar.sync %all
      mla_gpu.tma.store %tile to %out[%slice, %row, %column] : !block -> !map
      mla_gpu.tma.store %tile to %out[%outside, %row, %column] : !block -> !map
      mla_gpu.tma.store_wait
    }
  }
}
