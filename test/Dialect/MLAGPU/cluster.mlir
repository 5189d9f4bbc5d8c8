// What blocks of a cluster do for one another.
// RUN: mla-opt %s | mla-opt | FileCheck %s
// RUN: mla-opt %s --mla-gpu-check-protocol --mla-gpu-check-resources -o /dev/null

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!slot = !mla_gpu.smem<4xi32>

mla_gpu.program @program {
  // CHECK-LABEL: mla_gpu.kernel @attend
  // CHECK-SAME: step(attend) grid(multiprocessors, one) threads(64) cluster(2)
  mla_gpu.kernel @attend(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>}) step(attend) grid(multiprocessors, one) threads(64) cluster(2) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %slot = mla_gpu.smem.alloc "slot" : !slot
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(2)
    %word_full = mla_gpu.mbar.alloc "word_full" count(1)
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c32 = arith.constant 32 : i32
      // CHECK: %[[RANK:.*]] = mla_gpu.cluster_rank
      %rank = mla_gpu.cluster_rank
      %row = arith.muli %rank, %c32 : i32
      mla_gpu.mbar.wait %free parity(%c1)
      mla_gpu.mbar.arm %full bytes(8192)
      // CHECK: mla_gpu.tma.load %{{.*}}[%{{.*}}, %[[ROW:.*]], %{{.*}}] to %{{.*}} rows_from %[[ROW]] signal %{{.*}} multicast :
      mla_gpu.tma.load %map[%c0, %row, %c0] to %tile rows_from %row signal %full multicast : !map -> !tile
      mla_gpu.mbar.arm %word_full bytes(4)
      %is_first = arith.cmpi eq, %rank, %c0 : i32
      scf.if %is_first {
        // CHECK: mla_gpu.smem.store %{{.*}}, %{{.*}}[0] signal %{{.*}} multicast : i32, !mla_gpu.smem<4xi32>
        mla_gpu.smem.store %c32, %slot[0] signal %word_full multicast : i32, !slot
      }
    }
    mla_gpu.role "consumer" warps(1 to 2) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.mbar.wait %full parity(%c0)
      // CHECK: mla_gpu.mbar.arrive %{{.*}} multicast
      mla_gpu.mbar.arrive %free multicast
      mla_gpu.mbar.wait %word_full parity(%c0)
      %word = mla_gpu.smem.load %slot[0] : !slot -> i32
    }
  }
}
