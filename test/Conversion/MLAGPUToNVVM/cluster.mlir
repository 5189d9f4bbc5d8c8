// What blocks of a cluster do for one another, every return of their kernel, and clusters of one and of four blocks.
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s --check-prefix=RETURNS

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!block = !mla_gpu.smem<128x128xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_pending = !mla_gpu.pending<!s>

mla_gpu.program @program {
  // The size stands in the contract and in the function. All threads of both blocks meet when the barriers are there.
  // CHECK-LABEL: llvm.func @load
  // CHECK-SAME:  (%[[MAP:.*]]: !llvm.ptr {{{.*}}}, %[[ROW:.*]]: i32)
  // CHECK-SAME:  mla_gpu.launch = {bindings = ["k_map", "rows"], cluster = 2 : i32, cooperative = false,
  // CHECK-SAME:  nvvm.cluster_dim = array<i32: 2, 1, 1>
  // CHECK:       nvvm.mbarrier.init
  // CHECK:       nvvm.fence.mbarrier.init
  // CHECK-NEXT:  llvm.br ^[[JOIN:bb[0-9]+]]
  // CHECK-NEXT:  ^[[JOIN]]:
  // CHECK-NEXT:  nvvm.cluster.arrive {aligned}
  // CHECK-NEXT:  nvvm.cluster.wait {aligned}
  // CHECK-NOT:   nvvm.barrier0
  // The warps of a role meet again before they return, each by itself; those without one just return.
  // RETURNS-LABEL: llvm.func @load
  // RETURNS:       cp.async
  // RETURNS:       nvvm.cluster.arrive{{$}}
  // RETURNS-NEXT:  nvvm.cluster.wait{{$}}
  // RETURNS-NEXT:  llvm.return
  // RETURNS-NEXT:  ^{{bb[0-9]+}}:
  // RETURNS-NEXT:  llvm.return
  mla_gpu.kernel @load(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>},
                       %row: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(multiprocessors, one) threads(64) cluster(2) smem(32776) {
    %block = mla_gpu.smem.alloc "block" at 0 : !block
    %full = mla_gpu.mbar.alloc "full" count(1) at 32768
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // A bit for each block; rows of 128 bytes, in each tile.
      // CHECK:      %[[C128:.*]] = llvm.mlir.constant(128 : i32) : i32
      // CHECK-NEXT: %[[ROW_BYTES:.*]] = llvm.mul %[[ROW]], %[[C128]] : i32
      // CHECK-NEXT: %[[TILE_0:.*]] = llvm.ptrtoint
      // CHECK-NEXT: %[[AT_0:.*]] = llvm.add %[[TILE_0]], %[[ROW_BYTES]] : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "{{{\\0A}}.reg .b16 blocks;{{\\0A}}mov.b16 blocks, 3;{{\\0A}}
      // CHECK-SAME:   cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [$0], [$1, {$3, $4, $5}], [$2], blocks;{{\\0A}}}",
      // CHECK-SAME:   "r,l,r,r,r,r,~{memory}" %[[AT_0]], %[[MAP]],
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %{{.*}}[16384]
      // CHECK-NEXT: %[[TILE_1:.*]] = llvm.ptrtoint %[[NEXT]]
      // CHECK-NEXT: %[[AT_1:.*]] = llvm.add %[[TILE_1]], %[[ROW_BYTES]] : i32
      // CHECK:      llvm.inline_asm {{.*}}.multicast::cluster {{.*}} %[[AT_1]], %[[MAP]],
      mla_gpu.tma.load %map[%row, %row, %row] to %block rows_from %row signal %full multicast : !map -> !block
      // Both operands behind the barrier, in PTX's order.
      // CHECK: .multicast::cluster.L2::cache_hint [$0], [$1, {$3, $4, $5}], [$2], blocks, policy;
      mla_gpu.tma.load %map[%row, %row, %row] to %block rows_from %row signal %full multicast evict_first : !map -> !block
      // For this block alone.
      // CHECK: llvm.inline_asm has_side_effects "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [$0], [$1, {$3, $4, $5}], [$2];"
      mla_gpu.tma.load %map[%row, %row, %row] to %block rows_from %row signal %full : !map -> !block
    }
  }

  // One thread for each block of the cluster: lane r reaches block r.
  // CHECK-LABEL: llvm.func @reach
  // CHECK-SAME:  (%[[X:.*]]: f32)
  // CHECK-SAME:  cluster = 4 : i32
  // CHECK-SAME:  nvvm.cluster_dim = array<i32: 4, 1, 1>
  // RETURNS-LABEL: llvm.func @reach
  // RETURNS:       mbarrier.arrive
  // RETURNS-NEXT:  nvvm.cluster.arrive{{$}}
  // RETURNS-NEXT:  nvvm.cluster.wait{{$}}
  // RETURNS-NEXT:  llvm.return
  // RETURNS:       mbarrier.arrive.shared::cta
  // RETURNS-NEXT:  nvvm.cluster.arrive{{$}}
  // RETURNS-NEXT:  nvvm.cluster.wait{{$}}
  // RETURNS-NEXT:  llvm.return
  mla_gpu.kernel @reach(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(twice_per_multiprocessor, one) threads(256) cluster(4) smem(40) {
    %slot = mla_gpu.smem.alloc "slot" at 0 : !mla_gpu.smem<4xi32>
    %reals = mla_gpu.smem.alloc "reals" at 16 : !mla_gpu.smem<4xf32>
    // CHECK: %[[BAR:.*]] = llvm.getelementptr %{{.*}}[32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %full = mla_gpu.mbar.alloc "full" count(1) at 32
    mla_gpu.role "group" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[ADDRESS:.*]] = llvm.ptrtoint %[[BAR]] : !llvm.ptr<3> to i32
      // CHECK:      %[[MASK:.*]] = llvm.mlir.constant(127 : i32) : i32
      // CHECK:      %[[THREAD:.*]] = llvm.and %{{.*}}, %[[MASK]] : i32
      // CHECK:      %[[BLOCKS:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[IS_ONE:.*]] = llvm.icmp "ult" %[[THREAD]], %[[BLOCKS]] : i32
      // CHECK:      %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
      // CHECK-NEXT: %[[LANE:.*]] = llvm.and %{{.*}}, %[[C31]] : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "{{{\\0A}}.reg .b32 there;{{\\0A}}
      // CHECK-SAME:   @$0 mapa.shared::cluster.u32 there, $1, $2;{{\\0A}}@$0 mbarrier.arrive.shared::cluster.b64 _, [there];{{\\0A}}}",
      // CHECK-SAME:   "b,r,r,~{memory}" %[[IS_ONE]], %[[ADDRESS]], %[[LANE]] : (i1, i32, i32) -> ()
      mla_gpu.mbar.arrive %full multicast
    }
    mla_gpu.role "warp" warps(4 to 5) team(warp) {
      // CHECK:      %[[RANK:.*]] = llvm.inline_asm {{.*}}"mov.u32 $0, %cluster_ctarank;", "=r{{.*}}" : () -> i32
      %rank = mla_gpu.cluster_rank
      // CHECK:      %[[PLACE:.*]] = llvm.getelementptr %{{.*}}[4] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK:      %[[IS_ONE:.*]] = llvm.icmp "ult"
      // CHECK-DAG:  %[[AT:.*]] = llvm.ptrtoint %[[PLACE]] : !llvm.ptr<3> to i32
      // CHECK-DAG:  %[[SIGNAL:.*]] = llvm.ptrtoint %[[BAR]] : !llvm.ptr<3> to i32
      // CHECK:      llvm.inline_asm has_side_effects "{{{\\0A}}.reg .b32 there, signal;{{\\0A}}
      // CHECK-SAME:   @$0 mapa.shared::cluster.u32 there, $1, $4;{{\\0A}}@$0 mapa.shared::cluster.u32 signal, $2, $4;{{\\0A}}
      // CHECK-SAME:   @$0 st.async.shared::cluster.mbarrier::complete_tx::bytes.b32 [there], $3, [signal];{{\\0A}}}",
      // CHECK-SAME:   "b,r,r,r,r,~{memory}" %[[IS_ONE]], %[[AT]], %[[SIGNAL]], %[[RANK]], %{{.*}} : (i1, i32, i32, i32, i32) -> ()
      mla_gpu.smem.store %rank, %slot[1] signal %full multicast : i32, !mla_gpu.smem<4xi32>
      // CHECK:      %[[BITS:.*]] = llvm.bitcast %[[X]] : f32 to i32
      // CHECK:      llvm.inline_asm {{.*}} st.async{{.*}}, %[[BITS]], %{{.*}} : (i1, i32, i32, i32, i32) -> ()
      mla_gpu.smem.store %x, %reals[2] signal %full multicast : f32, !mla_gpu.smem<4xf32>
      // The warp's arrival speaks for all its lanes, to the others too.
      // CHECK:      nvvm.bar.warp.sync
      // CHECK:      mbarrier.arrive.shared::cluster.b64
      mla_gpu.mbar.arrive %full multicast
      // CHECK:      mbarrier.arrive.shared::cta.b64
      mla_gpu.mbar.arrive %full
    }
  }

  // An address in a descriptor goes without the block's rank, which stands above bit 18.
  // CHECK-LABEL: llvm.func @product
  // CHECK:       llvm.inline_asm {{.*}}bfe.u32 a, $32, 4, 14;{{\\0A}}or.b32 a, a, 65536;{{\\0A}}bfe.u32 b, $33, 4, 14;{{\\0A}}or.b32 b, b, 65536;
  // CHECK-NOT:   shr.b32
  // CHECK:       nvvm.cluster.arrive
  mla_gpu.kernel @product() step(other) grid(multiprocessors, one) threads(128) cluster(2) smem(16384) {
    %q = mla_gpu.smem.alloc "q" at 0 : !tile
    %k = mla_gpu.smem.alloc "k" at 8192 : !tile
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %pending = mla_gpu.wgmma %q, %k transpose_b : !tile, !tile -> !s_pending
      mla_gpu.wgmma.commit
      %s = mla_gpu.wgmma.wait pending(0) %pending : !s_pending -> !s
    }
  }

  // A block that is alone is launched as any other, though ops may be multicast.
  // CHECK-LABEL: llvm.func @alone
  // CHECK-SAME:  cluster = 1 : i32
  // CHECK-NOT:   nvvm.cluster
  // CHECK:       nvvm.barrier0
  // CHECK-NOT:   nvvm.cluster
  // CHECK:       mov.b16 blocks, 1;
  // CHECK:       llvm.return
  mla_gpu.kernel @alone(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>},
                        %row: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) cluster(1) smem(8200) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !tile
    %full = mla_gpu.mbar.alloc "full" count(1) at 8192
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.tma.load %map[%row, %row, %row] to %tile signal %full multicast : !map -> !tile
    }
  }

  // CHECK-LABEL: llvm.func @none
  // CHECK-NOT:   cluster
  // CHECK:       nvvm.barrier0
  // CHECK:       llvm.inline_asm {{.*}}shr.b32 a, $32, 4;{{\\0A}}or.b32 a, a, 65536;{{\\0A}}shr.b32 b, $33, 4;
  // CHECK-NOT:   nvvm.cluster
  // CHECK:       llvm.return
  mla_gpu.kernel @none() step(other) grid(multiprocessors, one) threads(128) smem(16392) {
    %q = mla_gpu.smem.alloc "q" at 0 : !tile
    %k = mla_gpu.smem.alloc "k" at 8192 : !tile
    %full = mla_gpu.mbar.alloc "full" count(1) at 16384
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %pending = mla_gpu.wgmma %q, %k transpose_b : !tile, !tile -> !s_pending
      mla_gpu.wgmma.commit
      %s = mla_gpu.wgmma.wait pending(0) %pending : !s_pending -> !s
    }
  }
}
