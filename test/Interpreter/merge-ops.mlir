// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!f16 = !mla_gpu.ptr<f16>
!bf16 = !mla_gpu.ptr<bf16>
!f32 = !mla_gpu.ptr<f32>
!i32 = !mla_gpu.ptr<i32>
!lanes = tensor<32xi32, #lane>
!weights = tensor<32xf32, #lane>
!columns = tensor<256xf32, #lane>
!narrow = tensor<128xf32, #lane>
!rows = tensor<3x256xf16, #lane_rows>
!narrow_rows = tensor<3x128xf16, #lane_rows>
!exchange = !mla_gpu.smem<512xf32>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!block = !mla_gpu.smem<64x128xbf16, sw128>
!half = !mla_gpu.smem<2048xf32>

mla_gpu.program @p {
  // Rows 5, 4 and 3 of a matrix of 260 columns from column 4 on, with weights 0, 1 and 2, and 0.5. Element i of the matrix is
  // 7·i mod 61.
  // CHECK-LABEL: @weigh
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  167.5, 66.5, 26.5, 47.5, 68.5, 89.5
  // CHECK-NEXT:  {{^}}  110.5, 131.5, 152.5, 51.5, 72.5, 32.5
  mla_gpu.kernel @weigh(
      %in: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<1560xf16>},
      %w: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<32xf32>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2x128xf32>, test.print = 6})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %column = arith.constant 4 : i32
      %last = arith.constant dense<5> : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %index = arith.subi %last, %lane : !lanes
      %weights = mla_gpu.global.load_lanes %w[%c0] : !f32 -> !weights
      %before = arith.constant dense<0.5> : !columns
      %rows = mla_gpu.global.gather_rows %in[%index, %column] row_stride(260) : !f16, !lanes -> !rows
      %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before : !rows, !weights, !columns
      mla_gpu.global.store_lanes %sum, %out[%c0] : !columns, !f32
    }
  }

  // Of those rows the last two, so the sum is the same, for the first has weight 0; and the last alone, twice row 3 and 0.5.
  // CHECK-LABEL: @weigh_some
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  167.5, 66.5, 26.5, 47.5, 68.5, 89.5
  // CHECK-NEXT:  {{^}}  110.5, 131.5, 152.5, 51.5, 72.5, 32.5
  // CHECK-NEXT:  {{^}}  118.5, 10.5, 24.5, 38.5, 52.5, 66.5
  // CHECK-NEXT:  {{^}}  80.5, 94.5, 108.5, 0.5, 14.5, 28.5
  mla_gpu.kernel @weigh_some(
      %in: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<1560xf16>},
      %w: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<32xf32>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<4x128xf32>, test.print = 6})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c256 = arith.constant 256 : i64
      %column = arith.constant 4 : i32
      %last = arith.constant dense<5> : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %index = arith.subi %last, %lane : !lanes
      %weights = mla_gpu.global.load_lanes %w[%c0] : !f32 -> !weights
      %before = arith.constant dense<0.5> : !columns
      %rows = mla_gpu.global.gather_rows %in[%index, %column] row_stride(260) : !f16, !lanes -> !rows
      %two = mla_gpu.lane.weigh_rows %rows rows(1 to 3) by %weights plus %before : !rows, !weights, !columns
      %one = mla_gpu.lane.weigh_rows %rows rows(2 to 3) by %weights plus %before : !rows, !weights, !columns
      mla_gpu.global.store_lanes %one, %out[%c256] : !columns, !f32
      mla_gpu.global.store_lanes %two, %out[%c0] : !columns, !f32
    }
  }

  // Rows of ones by weights 0, 1 and 2, their right halves by twice those: 3 and 6 and what was there before, 0.5. Halves begin at columns
  // 128 and 64.
  // CHECK-LABEL: @weigh_halves
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  3.5, 3.5, {{(3.5, ){126}6.5(, 6.5){127}$}}
  // CHECK-NEXT:  {{^}}  {{(3.5, ){64}6.5(, 6.5){63}, -1(, -1){127}$}}
  mla_gpu.kernel @weigh_halves(
      %in: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.buffer = dense<1.0> : tensor<768xf16>},
      %w: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<32xf32>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2x256xf32>, test.print = 256})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c256 = arith.constant 256 : i64
      %column = arith.constant 0 : i32
      %lane = mla_gpu.lane.index : !lanes
      %left = mla_gpu.global.load_lanes %w[%c0] : !f32 -> !weights
      %right = arith.addf %left, %left : !weights
      %before = arith.constant dense<0.5> : !columns
      %narrow_before = arith.constant dense<0.5> : !narrow
      %rows = mla_gpu.global.gather_rows %in[%lane, %column] row_stride(256) : !f16, !lanes -> !rows
      %narrow_rows = mla_gpu.global.gather_rows %in[%lane, %column] row_stride(256) : !f16, !lanes -> !narrow_rows
      %sum = mla_gpu.lane.weigh_rows %rows by %left, %right plus %before : !rows, !weights, !columns
      %narrow_sum = mla_gpu.lane.weigh_rows %narrow_rows by %left, %right plus %narrow_before : !narrow_rows, !weights, !narrow
      mla_gpu.global.store_lanes %sum, %out[%c0] : !columns, !f32
      mla_gpu.global.store_lanes %narrow_sum, %out[%c256] : !narrow, !f32
    }
  }

  // Rows overlap, and one is there twice; the elements are bf16.
  // CHECK-LABEL: @overlapping
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  140, 46, 74, 102, 130, 97
  mla_gpu.kernel @overlapping(
      %in: !bf16 {mla_gpu.bind = #mla_gpu.binding<out>, test.iota = tensor<136xbf16>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<128xf32>, test.print = 6})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %column = arith.constant 0 : i32
      %twos = arith.constant dense<2> : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %index = arith.minsi %lane, %twos : !lanes
      %weights = arith.constant dense<1.0> : !weights
      %before = arith.constant dense<0.0> : !narrow
      %rows = mla_gpu.global.gather_rows %in[%index, %column] row_stride(4) : !bf16, !lanes -> tensor<4x128xbf16, #lane_rows>
      %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before : tensor<4x128xbf16, #lane_rows>, !weights, !narrow
      mla_gpu.global.store_lanes %sum, %out[%c0] : !narrow, !f32
    }
  }

  // One after the other: 2^24 leaves nothing of the addend, −2^24 leaves 0, and 1 is left. Fused: of (1 + 2^−10)·(1 + 2^−23) −
  // (1 + 2^−10) the last bits are there.
  // CHECK-LABEL: @order_of_sums
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  1, 1, 1
  // CHECK-NEXT:  {{^}}  1.19326e-07, 1.19326e-07, 1.19326e-07
  mla_gpu.kernel @order_of_sums(
      %in: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.buffer = dense<1.0> : tensor<3x128xf16>},
      %fine: !f16 {mla_gpu.bind = #mla_gpu.binding<out>, test.buffer = dense<1.0009765625> : tensor<128xf16>},
      %w: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.buffer = dense<[1.6777216e7, -1.6777216e7, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0,
          0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<32xf32>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2x128xf32>, test.print = 3})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c128 = arith.constant 128 : i64
      %column = arith.constant 0 : i32
      %lane = mla_gpu.lane.index : !lanes
      %weights = mla_gpu.global.load_lanes %w[%c0] : !f32 -> !weights
      %before = arith.constant dense<1.0> : !narrow
      %rows = mla_gpu.global.gather_rows %in[%lane, %column] row_stride(128) : !f16, !lanes -> !narrow_rows
      %sum = mla_gpu.lane.weigh_rows %rows by %weights plus %before : !narrow_rows, !weights, !narrow
      mla_gpu.global.store_lanes %sum, %out[%c0] : !narrow, !f32
      %fine_weights = arith.constant dense<1.00000011920928955078125> : !weights
      %fine_before = arith.constant dense<-1.0009765625> : !narrow
      %fine_row = mla_gpu.global.gather_rows %fine[%lane, %column] row_stride(128) : !f16, !lanes -> tensor<1x128xf16, #lane_rows>
      %fine_sum = mla_gpu.lane.weigh_rows %fine_row by %fine_weights plus %fine_before : tensor<1x128xf16, #lane_rows>, !weights, !narrow
      mla_gpu.global.store_lanes %fine_sum, %out[%c128] : !narrow, !f32
    }
  }

  // Each warp reads what the next one stored, 128 elements …
  // CHECK-LABEL: @exchange
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  128, 129, 130
  // CHECK-NEXT:  {{^}}  256, 257, 258
  // CHECK-NEXT:  {{^}}  384, 385, 386
  // CHECK-NEXT:  {{^}}  0, 1, 2
  // … and 32, wherever they begin.
  // CHECK-NEXT:  lse:
  // CHECK-NEXT:  {{^}}  32, 33, 34
  // CHECK-NEXT:  {{^}}  64, 65, 66
  // CHECK-NEXT:  {{^}}  96, 97, 98
  // CHECK-NEXT:  {{^}}  0, 1, 2
  mla_gpu.kernel @exchange(
      %in: !f32 {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<512xf32>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<4x128xf32>, test.print = 3},
      %few: !f32 {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<4x32xf32>, test.print = 3})
      step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !exchange
    %small = mla_gpu.smem.alloc "small" : !mla_gpu.smem<132xf32>
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c1 = arith.constant 1 : i32
      %c3 = arith.constant 3 : i32
      %c32 = arith.constant 32 : i32
      %c33 = arith.constant 33 : i32
      %c128 = arith.constant 128 : i32
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        %at64 = arith.extsi %at : i32 to i64
        %x = mla_gpu.global.load_lanes %in[%at64] : !f32 -> !narrow
        mla_gpu.smem.store_lanes %x, %b[%at] : !narrow, !exchange
        %from = arith.muli %warp, %c32 : i32
        %from64 = arith.extsi %from : i32 to i64
        %y = mla_gpu.global.load_lanes %in[%from64] : !f32 -> !weights
        %odd = arith.muli %warp, %c33 : i32
        %to = arith.addi %odd, %c1 : i32
        mla_gpu.smem.store_lanes %y, %small[%to] : !weights, !mla_gpu.smem<132xf32>
      }
      mla_gpu.nbar.sync %all
      mla_gpu.each_warp (%warp) {
        %after = arith.addi %warp, %c1 : i32
        %next = arith.andi %after, %c3 : i32
        %at = arith.muli %next, %c128 : i32
        %x = mla_gpu.smem.load_lanes %b[%at] : !exchange -> !narrow
        %to = arith.muli %warp, %c128 : i32
        %to64 = arith.extsi %to : i32 to i64
        mla_gpu.global.store_lanes %x, %out[%to64] : !narrow, !f32
        %odd = arith.muli %next, %c33 : i32
        %from = arith.addi %odd, %c1 : i32
        %y = mla_gpu.smem.load_lanes %small[%from] : !mla_gpu.smem<132xf32> -> !weights
        %few_to = arith.muli %warp, %c32 : i32
        %few_to64 = arith.extsi %few_to : i32 to i64
        mla_gpu.global.store_lanes %y, %few[%few_to64] : !weights, !f32
      }
    }
  }

  // The second tile of a block, bytes as they lie there: elements 64 and 65 of a row of 128 are an f32. Row 1's first 16 bytes
  // come second.
  // CHECK-LABEL: @view
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  28.0321, 42.0645, 56.0647, 9.01562, 23.032, 37.0644, 51.0646, 4.00811
  // CHECK-NEXT:  {{^}}  4.00811, 18.0318, 32.0642, 46.0646, 9.01562, 23.032, 37.0644, 51.0646
  mla_gpu.kernel @view(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<1x64x128xbf16>},
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2x32xf32>, test.print = 8})
      step(other) grid(one, one) threads(64) {
    %block = mla_gpu.smem.alloc "block" : !block
    %full = mla_gpu.mbar.alloc "full" count(1)
    %zero = arith.constant 0 : i32
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(16384)
      mla_gpu.tma.load %q[%zero, %zero, %zero] to %block signal %full : !map -> !block
    }
    mla_gpu.role "consumer" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i64
      %c32 = arith.constant 32 : i64
      %second = arith.constant 32 : i32
      mla_gpu.mbar.wait %full parity(%zero)
      %view = mla_gpu.smem.view %block tiles(1 to 2) : !block -> !half
      %x = mla_gpu.smem.load_lanes %view[%zero] : !half -> !weights
      %y = mla_gpu.smem.load_lanes %view[%second] : !half -> !weights
      mla_gpu.global.store_lanes %x, %out[%c0] : !weights, !f32
      mla_gpu.global.store_lanes %y, %out[%c32] : !weights, !f32
    }
  }

  // Single elements go through such views, too, each at its place in the buffer.
  // CHECK-LABEL: @elements_of_views
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  3, 4
  mla_gpu.kernel @elements_of_views(
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<2xf32>, test.print = 2})
      step(other) grid(one, one) threads(128) {
    %block = mla_gpu.smem.alloc "block" : !block
    %own = mla_gpu.nbar.alloc "own" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i64
      %three = arith.constant 3.0 : f32
      %four = arith.constant 4.0 : f32
      %left = mla_gpu.smem.view %block tiles(0 to 1) : !block -> !half
      %right = mla_gpu.smem.view %block tiles(1 to 2) : !block -> !half
      mla_gpu.smem.store %three, %left[5] : f32, !half
      mla_gpu.smem.store %four, %right[5] : f32, !half
      mla_gpu.nbar.sync %own
      %a = mla_gpu.smem.load %left[5] : !half -> f32
      %b = mla_gpu.smem.load %right[5] : !half -> f32
      mla_gpu.global.store %a, %out[%c0] : f32, !f32
      mla_gpu.global.store %b, %out[%c1] : f32, !f32
    }
  }

  // Two roles in one tail, each with what is its own. Its code branches, and reads what the kernel has.
  // CHECK-LABEL: @tail
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  7, 7, 7, -1, 9, 9, -1, -1
  mla_gpu.kernel @tail(
      %out: !i32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<8xi32>, test.print = 8})
      step(other) grid(one, one) threads(64) {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %value = arith.constant 7 : i32
      %first = arith.constant 0 : i32
      %count = arith.constant 3 : i32
      mla_gpu.tail "fill" (%x = %value : i32, %at = %first : i32, %n = %count : i32) {
        scf.for %i = %zero to %n step %one : i32 {
          %place = arith.addi %at, %i : i32
          %place64 = arith.extsi %place : i32 to i64
          mla_gpu.global.store %x, %out[%place64] : i32, !i32
        }
      }
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %value = arith.constant 9 : i32
      %first = arith.constant 4 : i32
      %count = arith.constant 2 : i32
      mla_gpu.tail "fill" (%x = %value : i32, %at = %first : i32, %n = %count : i32) {
        scf.for %i = %zero to %n step %one : i32 {
          %place = arith.addi %at, %i : i32
          %place64 = arith.extsi %place : i32 to i64
          mla_gpu.global.store %x, %out[%place64] : i32, !i32
        }
      }
    }
  }

  // Warp groups in one tail, with each_warp in it; the operands are of all types.
  // CHECK-LABEL: @tail_of_warp_groups
  // CHECK:       scratch:
  // CHECK-NEXT:  {{^}}  0.5, 1.5, 2.5, 3.5, -1, -1, -1, -1
  mla_gpu.kernel @tail_of_warp_groups(
      %out: !f32 {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<8xf32>, test.print = 8})
      step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %half = arith.constant 0.5 : f32
      %first = arith.constant 0 : i64
      %true = arith.constant true
      mla_gpu.tail "t" (%x = %half : f32, %at = %first : i64, %stores = %true : i1) {
        scf.if %stores {
          mla_gpu.each_warp (%warp) {
            %real = arith.sitofp %warp : i32 to f32
            %sum = arith.addf %x, %real : f32
            %warp64 = arith.extsi %warp : i32 to i64
            %place = arith.addi %at, %warp64 : i64
            mla_gpu.global.store %sum, %out[%place] : f32, !f32
          }
        }
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %two = arith.constant 2.0 : f32
      %first = arith.constant 4 : i64
      %false = arith.constant false
      mla_gpu.tail "t" (%x = %two : f32, %at = %first : i64, %stores = %false : i1) {
        scf.if %stores {
          mla_gpu.each_warp (%warp) {
            %real = arith.sitofp %warp : i32 to f32
            %sum = arith.addf %x, %real : f32
            %warp64 = arith.extsi %warp : i32 to i64
            %place = arith.addi %at, %warp64 : i64
            mla_gpu.global.store %sum, %out[%place] : f32, !f32
          }
        }
      }
    }
  }
}
