// RUN: mla-interpreter-test %s | FileCheck %s

// A word sent to a view of another buffer in all blocks lands where the view begins.
// CHECK: 7, 7

!block = !mla_gpu.smem<64x128xbf16, sw128>
!slot = !mla_gpu.smem<2048xi32>
mla_gpu.program @p {
  mla_gpu.kernel @mc(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<2xi32>, test.print = 2}) step(other) grid(multiprocessors, one) threads(32) cluster(2)
      attributes {test.grid = array<i64: 2, 1>} {
    %b = mla_gpu.smem.alloc "b" : !block
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %slot = mla_gpu.smem.view %b tiles(1 to 2) : !block -> !slot
      %rank = mla_gpu.cluster_rank
      %l = arith.extsi %rank : i32 to i64
      %c7 = arith.constant 7 : i32
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      mla_gpu.mbar.arm %full bytes(4)
      scf.if %is_first {
        mla_gpu.smem.store %c7, %slot[0] signal %full multicast : i32, !slot
      }
      mla_gpu.mbar.wait %full parity(%c0)
      %x = mla_gpu.smem.load %slot[0] : !slot -> i32
      mla_gpu.global.store %x, %out[%l] : i32, !mla_gpu.ptr<i32>
    }
  }
}
