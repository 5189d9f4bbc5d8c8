// Every form of what clusters have, in clusters of one, two and eight blocks.
// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s
// RUN: mla-opt %s -o /dev/null --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol,mla-gpu-check-resources)))'

!half_map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!rope_map = !mla_gpu.tensor_map<64x64xbf16, sw128>
!eighth_map = !mla_gpu.tensor_map<1x8x64xbf16, sw128>
!block = !mla_gpu.smem<128x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

// CHECK-LABEL: mla_gpu.program @p
mla_gpu.program @p {
  // Every form; what races is the interpreter's to say.
  // CHECK: mla_gpu.kernel @pair(
  // CHECK-SAME: step(other) grid(multiprocessors, one) threads(64) cluster(2) smem(49216) {
  mla_gpu.kernel @pair(%k: !half_map {mla_gpu.bind = #mla_gpu.binding<k_map>},
                       %rope: !rope_map {mla_gpu.bind = #mla_gpu.binding<k_rope_map>},
                       %q: !half_map {mla_gpu.bind = #mla_gpu.binding<q_map>},
                       %few: !eighth_map {mla_gpu.bind = #mla_gpu.binding<v_map>})
      step(other) grid(multiprocessors, one) threads(64) cluster(2) smem(49216) {
    %block = mla_gpu.smem.alloc "block" at 0 : !block
    %tile = mla_gpu.smem.alloc "tile" at 32768 : !tile
    %few_rows = mla_gpu.smem.alloc "few_rows" at 40960 : !tile
    %slot = mla_gpu.smem.alloc "slot" at 49152 : !mla_gpu.smem<4xi32>
    // CHECK: %[[FULL:.*]] = mla_gpu.mbar.alloc "full" count(1)
    // CHECK: %[[SLOT_FULL:.*]] = mla_gpu.mbar.alloc "slot_full" count(1)
    // CHECK: %[[FREE:.*]] = mla_gpu.mbar.alloc "free" count(2)
    %full = mla_gpu.mbar.alloc "full" count(1) at 49168
    %slot_full = mla_gpu.mbar.alloc "slot_full" count(1) at 49176
    %free = mla_gpu.mbar.alloc "free" count(2) at 49184
    %own = mla_gpu.mbar.alloc "own" count(1) at 49192
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      // CHECK: %[[RANK:.*]] = mla_gpu.cluster_rank
      %rank = mla_gpu.cluster_rank
      // CHECK: %[[ROW:.*]] = arith.muli %[[RANK]]
      %row = arith.muli %rank, %c64 : i32
      // Of all that both blocks bring.
      // CHECK: mla_gpu.mbar.arm %[[FULL]] bytes(49152)
      mla_gpu.mbar.arm %full bytes(49152)
      // CHECK: mla_gpu.tma.load %{{.*}}[%{{.*}}, %[[ROW]], %{{.*}}] to %{{.*}} rows_from %[[ROW]] signal %[[FULL]] multicast :
      // CHECK-SAME: !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<128x128xbf16, sw128>
      mla_gpu.tma.load %k[%c0, %row, %c0] to %block rows_from %row signal %full multicast : !half_map -> !block
      // CHECK: mla_gpu.tma.load %{{.*}} to %{{.*}} signal %[[FULL]] multicast {test.note} : !mla_gpu.tensor_map<64x64xbf16, sw128>
      mla_gpu.tma.load %rope[%row, %c0] to %tile signal %full multicast {test.note} : !rope_map -> !tile
      // CHECK: mla_gpu.mbar.arm %[[OWN:.*]] bytes(17408)
      mla_gpu.mbar.arm %own bytes(17408)
      // Without multicast, for this block alone.
      // CHECK: mla_gpu.tma.load %{{.*}} rows_from %[[ROW]] signal %[[OWN]] : !mla_gpu.tensor_map<1x64x64xbf16, sw128>
      mla_gpu.tma.load %q[%c0, %row, %c0] to %block rows_from %row signal %own : !half_map -> !block
      // CHECK: mla_gpu.tma.load %{{.*}} rows_from %{{.*}} signal %[[OWN]] : !mla_gpu.tensor_map<1x8x64xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
      mla_gpu.tma.load %few[%c0, %row, %c0] to %few_rows rows_from %c0 signal %own : !eighth_map -> !tile
      mla_gpu.mbar.wait %own parity(%c0)
      // CHECK: mla_gpu.smem.store %[[RANK]], %[[SLOT:.*]][0] signal %[[SLOT_FULL]] multicast : i32, !mla_gpu.smem<4xi32>
      mla_gpu.smem.store %rank, %slot[0] signal %slot_full multicast : i32, !mla_gpu.smem<4xi32>
      // CHECK: mla_gpu.smem.store %{{.*}}, %[[SLOT]][3] : i32, !mla_gpu.smem<4xi32>
      mla_gpu.smem.store %c0, %slot[3] : i32, !mla_gpu.smem<4xi32>
      mla_gpu.mbar.wait %free parity(%c0)
    }
    mla_gpu.role "consumer" warps(1 to 2) team(warp) {
      // The least that a barrier can be armed with.
      // CHECK: mla_gpu.mbar.arm %[[SLOT_FULL]] bytes(4)
      mla_gpu.mbar.arm %slot_full bytes(4)
      mla_gpu.mbar.wait %slot_full parity(%c0)
      mla_gpu.mbar.wait %full parity(%c0)
      // One arrival of each of two blocks.
      // CHECK: mla_gpu.mbar.arrive %[[FREE]] multicast
      mla_gpu.mbar.arrive %free multicast
    }
  }

  // CHECK: mla_gpu.kernel @of_reals() step(other) grid(twice_per_multiprocessor, one) threads(32) cluster(8) attributes {test.note} {
  mla_gpu.kernel @of_reals() step(other) grid(twice_per_multiprocessor, one) threads(32) cluster(8) attributes {test.note} {
    %slot = mla_gpu.smem.alloc "slot" : !mla_gpu.smem<4xf32>
    %full = mla_gpu.mbar.alloc "full" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %real = arith.constant 1.0 : f32
      mla_gpu.mbar.arm %full bytes(32)
      // CHECK: mla_gpu.smem.store %{{.*}}, %{{.*}}[1] signal %{{.*}} multicast : f32, !mla_gpu.smem<4xf32>
      mla_gpu.smem.store %real, %slot[1] signal %full multicast : f32, !mla_gpu.smem<4xf32>
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  // One block is a cluster too, with any grid; without the clause it has a rank as well.
  // CHECK: mla_gpu.kernel @alone() step(other) grid(row_tiles, parts) threads(32) cluster(1) {
  mla_gpu.kernel @alone() step(other) grid(row_tiles, parts) threads(32) cluster(1) {
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: mla_gpu.mbar.arrive %{{.*}} multicast
      mla_gpu.mbar.arrive %bar multicast
      mla_gpu.mbar.wait %bar parity(%c0)
    }
  }
  // CHECK: mla_gpu.kernel @none() step(other) grid(one, one) threads(32) {
  mla_gpu.kernel @none() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %rank = mla_gpu.cluster_rank
    }
  }
}
