// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only

#lane = #mla_gpu.layout<lane>
!i = tensor<32xi32, #lane>
!l = tensor<32xi64, #lane>
!b = tensor<32xi1, #lane>
!f = tensor<128xf32, #lane>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  mla_gpu.kernel @load_past_the_end(
      %x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c4 = arith.constant 4 : i64
      // expected-error @+1 {{out of bounds: element 4, of a buffer of 4 elements}}
      %v = mla_gpu.global.load %x[%c4] : !mla_gpu.ptr<i32> -> i32
    }
  }

  mla_gpu.kernel @store_before_the_begin(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant -1 : i64
      %v = arith.constant 1.0 : f32
      // expected-error @+1 {{out of bounds: element -1, of a buffer of 4 elements}}
      mla_gpu.global.store %v, %x[%c] : f32, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @lanes(
      %x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<40xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant 9 : i64
      %c31 = arith.constant 31 : i32
      %c32 = arith.constant 32 : i32
      %v = mla_gpu.global.load_lanes %x[%c] valid %c31 : !mla_gpu.ptr<i32> -> !i
      // expected-error @+1 {{out of bounds: 32 elements from 9 on, of a buffer of 40 elements}}
      %w = mla_gpu.global.load_lanes %x[%c] valid %c32 : !mla_gpu.ptr<i32> -> !i
    }
  }

  mla_gpu.kernel @store_lanes(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<256xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant 132 : i64
      %v = arith.constant dense<1.0> : !f
      // expected-error @+1 {{out of bounds: 128 elements from 132 on, of a buffer of 256 elements}}
      mla_gpu.global.store_lanes %v, %x[%c] : !f, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @misaligned_lanes(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<256xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant 2 : i64
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4, but got 2}}
      %v = mla_gpu.global.load_lanes %x[%c] : !mla_gpu.ptr<f32> -> !f
    }
  }

  mla_gpu.kernel @scatter(
      %x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<31xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : !i
      %index = arith.extsi %lane : !i to !l
      %all = arith.constant dense<true> : !b
      // expected-error @+1 {{out of bounds: element 31, of a buffer of 31 elements}}
      mla_gpu.global.scatter_lanes %lane, %x[%index] where %all : !i, !mla_gpu.ptr<i32>, !l, !b
    }
  }

  // A lane whose mask is not set may point anywhere.
  mla_gpu.kernel @gather(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<31xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : !i
      %c31 = arith.constant dense<31> : !i
      %inside = arith.cmpi slt, %lane, %c31 : !i
      %v = mla_gpu.global.gather_lanes %x[%lane] where %inside : !mla_gpu.ptr<f32>, !i, !b -> tensor<32xf32, #lane>
      %all = arith.constant dense<true> : !b
      // expected-error @+1 {{out of bounds: element 31, of a buffer of 31 elements}}
      %w = mla_gpu.global.gather_lanes %x[%lane] where %all : !mla_gpu.ptr<f32>, !i, !b -> tensor<32xf32, #lane>
    }
  }

  mla_gpu.kernel @gather_before_the_begin(
      %x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<31xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %index = arith.constant dense<-1> : !l
      %all = arith.constant dense<true> : !b
      // expected-error @+1 {{out of bounds: element -1, of a buffer of 31 elements}}
      %v = mla_gpu.global.gather_lanes %x[%index] where %all : !mla_gpu.ptr<i32>, !l, !b -> !i
    }
  }

  mla_gpu.kernel @rows(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<32xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c32 = arith.constant 32 : i32
      %c33 = arith.constant 33 : i32
      %v = arith.constant dense<1.0> : !rowf
      mla_gpu.global.store_rows %v, %x[%c0] valid %c32 : !rowf, !mla_gpu.ptr<f32>
      // expected-error @+1 {{out of bounds: 33 elements from 0 on, of a buffer of 32 elements}}
      mla_gpu.global.store_rows %v, %x[%c0] valid %c33 : !rowf, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @tile(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<164xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i64
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %v = arith.constant dense<1.0> : !acc
      mla_gpu.global.store_tile %v, %x[%c0] row_stride 100 valid %c2 : !acc, !mla_gpu.ptr<f32>
      // expected-error @+1 {{out of bounds: 64 elements from 200 on, of a buffer of 164 elements}}
      mla_gpu.global.store_tile %v, %x[%c0] row_stride 100 valid %c3 : !acc, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @tile_far_away(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<164xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c = arith.constant 0 : i64
      %c2 = arith.constant 4 : i32
      %v = arith.constant dense<1.0> : !acc
      // expected-error @+1 {{out of bounds: 64 elements from 9223372036854775806 on, of a buffer of 164 elements}}
      mla_gpu.global.store_tile %v, %x[%c] row_stride 9223372036854775806 valid %c2 : !acc, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @odd_tile(
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<164xf32>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c = arith.constant 1 : i64
      %c2 = arith.constant 2 : i32
      %v = arith.constant dense<1.0> : !acc
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 2, but got 1}}
      mla_gpu.global.store_tile %v, %x[%c] row_stride 64 valid %c2 : !acc, !mla_gpu.ptr<f32>
    }
  }

  mla_gpu.kernel @tile_of_16_bits(
      %x: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<164xbf16>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c2 = arith.constant 2 : i64
      %c8 = arith.constant 8 : i64
      %rows = arith.constant 2 : i32
      %v = arith.constant dense<1.0> : !acc
      // Pairs are stored where the rows are not all aligned to 16 bytes.
      mla_gpu.global.store_tile %v, %x[%c2] row_stride 66 valid %rows : !acc, !mla_gpu.ptr<bf16>
      mla_gpu.global.store_tile %v, %x[%c8] row_stride 64 valid %rows : !acc, !mla_gpu.ptr<bf16>
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 8, but got 2}}
      mla_gpu.global.store_tile %v, %x[%c2] row_stride 64 valid %rows : !acc, !mla_gpu.ptr<bf16>
    }
  }

  mla_gpu.kernel @zero_rows() step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c64 = arith.constant 64 : i32
      %c65 = arith.constant 65 : i32
      mla_gpu.smem.zero_rows %tile from %c64 : !tile
      // expected-error @+1 {{out of bounds: expected a first row from 0 to 64, but got 65}}
      mla_gpu.smem.zero_rows %tile from %c65 : !tile
    }
  }
}
