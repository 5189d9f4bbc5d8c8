// RUN: mla-interpreter-test %s --verify-diagnostics

// What the caller of a kernel can get wrong.

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  // expected-error @+1 {{expected a buffer for argument 0}}
  mla_gpu.kernel @no_buffer(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.missing})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  // expected-error @+1 {{expected extents of a tensor map for argument 0}}
  mla_gpu.kernel @no_extents(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<64x64xbf16>, test.extents = array<i64>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  // expected-error @+1 {{extents of argument 0 overflow}}
  mla_gpu.kernel @huge_extents(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<64x64xbf16>,
        test.extents = array<i64: 4294967296, 4294967296, 64>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  // expected-error @+1 {{expected a buffer of at least 16384 bytes for argument 0, but got 8192}}
  mla_gpu.kernel @small_buffer(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<64x64xbf16>, test.extents = array<i64: 2, 64, 64>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @other_rank(
      %q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>, test.iota = tensor<64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @+1 {{unsupported: expected a tensor of 3 dimensions, but got one of 2}}
      mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
    }
  }

  // expected-error @+1 {{expected a grid of 0 to 2147483647 blocks a side, but got -1 x 1}}
  mla_gpu.kernel @negative_grid() step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: -1, 1>} {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}
