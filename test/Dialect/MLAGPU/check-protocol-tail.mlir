// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol)))'

// Lanes in shared memory, and what stands in a tail.

#lane = #mla_gpu.layout<lane>
!w = tensor<32xf32, #lane>
!b = !mla_gpu.smem<64xf32>
mla_gpu.program @p {
  mla_gpu.kernel @silent(%out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(32) {
    // expected-note @below {{buffer is here}}
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %l0 = arith.constant 0 : i64
      // expected-error @below {{expected buffer "b" to be written, but nothing does [R7]}}
      %x = mla_gpu.smem.load_lanes %b[%c0] : !b -> !w
      mla_gpu.global.store_lanes %x, %out[%l0] : !w, !mla_gpu.ptr<f32>
    }
  }
}

// -----

// Written by lanes.
#lane = #mla_gpu.layout<lane>
!w = tensor<32xf32, #lane>
!b = !mla_gpu.smem<64xf32>
mla_gpu.program @p {
  mla_gpu.kernel @falsely(%out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(64) {
    %b = mla_gpu.smem.alloc "b" : !b
    %n = mla_gpu.nbar.alloc "n" threads(64)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %v = arith.constant dense<1.0> : !w
      mla_gpu.smem.store_lanes %v, %b[%c0] : !w, !b
      mla_gpu.nbar.sync %n
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %l0 = arith.constant 0 : i64
      mla_gpu.nbar.sync %n
      %x = mla_gpu.smem.load %b[0] : !b -> f32
      mla_gpu.global.store %x, %out[%l0] : f32, !mla_gpu.ptr<f32>
    }
  }
}

// -----

// A tail runs once, after all that stands before it.
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>
mla_gpu.program @p {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !tile
    %n = mla_gpu.nbar.alloc "n" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %v = arith.constant dense<1.0> : !a
      mla_gpu.smem.store_tile %v, %b : !a, !tile
      mla_gpu.fence.async
      mla_gpu.nbar.sync %n
      %d = mla_gpu.wgmma %b, %b transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
      mla_gpu.tail "t" () {
        %w = arith.constant dense<2.0> : !a
        mla_gpu.nbar.sync %n
        mla_gpu.smem.store_tile %w, %b : !a, !tile
      }
    }
  }
}
