// What a block does for the others of its cluster.
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!two = !mla_gpu.smem<128x64xbf16, sw128>
!slot = !mla_gpu.smem<4xi32>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @attend
  // CHECK-SAME:  nvvm.cluster_dim = array<i32: 2, 1, 1>
  mla_gpu.kernel @attend(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>})
      step(attend) grid(multiprocessors, one) threads(64) cluster(2) smem(16432) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !two
    %slot = mla_gpu.smem.alloc "slot" at 16384 : !slot
    %full = mla_gpu.mbar.alloc "full" count(1) at 16400
    %free = mla_gpu.mbar.alloc "free" count(2) at 16408
    // Nobody goes on before the barriers of all blocks exist.
    // CHECK: nvvm.fence.mbarrier.init
    // CHECK: nvvm.cluster.arrive {aligned}
    // CHECK: nvvm.cluster.wait {aligned}
    mla_gpu.role "producer" warps(0 to 1) team(warp) {
      // CHECK: "mov.u32 $0, %cluster_ctarank;"
      %rank = mla_gpu.cluster_rank
      %c64 = arith.constant 64 : i32
      %row = arith.muli %rank, %c64 : i32
      // To both blocks, at a row of the tile: 128 bytes each.
      // CHECK: llvm.mul %{{.*}}, %{{.*}} : i32
      // CHECK: "{\0A.reg .b16 blocks;\0Amov.b16 blocks, 3;\0Acp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [$0], [$1, {$3, $4, $5}], [$2], blocks;\0A}"
      mla_gpu.tma.load %map[%rank, %row, %rank] to %tile rows_from %row signal %full multicast : !map -> !two
      // CHECK: mapa.shared::cluster.u32 there, $1, $4;
      // CHECK-SAME: st.async.shared::cluster.mbarrier::complete_tx::bytes.b32 [there], $3, [signal];
      mla_gpu.smem.store %row, %slot[0] signal %full multicast : i32, !slot
      // Nobody leaves while others may write into its shared memory.
      // CHECK: nvvm.cluster.arrive
      // CHECK-NOT: aligned
      // CHECK: nvvm.cluster.wait
      // CHECK: llvm.return
    }
    mla_gpu.role "consumer" warps(1 to 2) team(warp) {
      // CHECK: mapa.shared::cluster.u32 there, $1, $2;
      // CHECK-SAME: mbarrier.arrive.shared::cluster.b64 _, [there];
      mla_gpu.mbar.arrive %free multicast
    }
  }

  // A descriptor takes 14 bits of an address, and in a cluster the block's rank stands above them.
  // CHECK-LABEL: llvm.func @products_of_cluster
  // CHECK: bfe.u32 a, ${{[0-9]+}}, 4, 14;
  // CHECK-SAME: bfe.u32 b, ${{[0-9]+}}, 4, 14;
  mla_gpu.kernel @products_of_cluster() step(other) grid(multiprocessors, one) threads(128) cluster(2) smem(16384) {
    %a = mla_gpu.smem.alloc "a" at 0 : !tile
    %b = mla_gpu.smem.alloc "b" at 8192 : !tile
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %pending = mla_gpu.wgmma %a, %b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !pending -> !acc
    }
  }

  // CHECK-LABEL: llvm.func @products
  // CHECK-NOT: bfe.u32
  // CHECK: shr.b32 a, ${{[0-9]+}}, 4;
  mla_gpu.kernel @products() step(other) grid(multiprocessors, one) threads(128) smem(16384) {
    %a = mla_gpu.smem.alloc "a" at 0 : !tile
    %b = mla_gpu.smem.alloc "b" at 8192 : !tile
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %pending = mla_gpu.wgmma %a, %b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %pending : !pending -> !acc
    }
  }
}
