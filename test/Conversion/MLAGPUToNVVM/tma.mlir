// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!two = !mla_gpu.smem<64x128xbf16, sw128>
!tile_f32 = !mla_gpu.smem<64x64xf32, sw128>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!map_f32 = !mla_gpu.tensor_map<64x32xf32, sw128>

mla_gpu.program @program {
  // One lane issues one copy per tile; coordinates fastest first, the fastest 64 elements further for the second tile.
  // CHECK-LABEL: llvm.func @warp
  // CHECK-SAME:  (%[[MAP:.*]]: !llvm.ptr {{{.*}}}, %[[PAGE:.*]]: i32, %[[ROW:.*]]: i32)
  mla_gpu.kernel @warp(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
                       %page: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                       %row: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(32) smem(16392) {
    // CHECK: %[[TARGET:.*]] = llvm.mlir.addressof @smem_warp
    // CHECK: %[[BAR:.*]] = llvm.getelementptr %{{.*}}[16384]
    // CHECK: %[[COLUMN:.*]] = llvm.mlir.constant(256 : i32) : i32
    %target = mla_gpu.smem.alloc "target" at 0 : !two
    %bar = mla_gpu.mbar.alloc "bar" count(1) at 16384
    %column = arith.constant 256 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[LEADER:.*]] = nvvm.elect.sync -> i1
      // CHECK-NEXT: llvm.cond_br %[[LEADER]], ^[[ISSUE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[ISSUE]]:
      // CHECK-NEXT: %[[BAR_32:.*]] = llvm.ptrtoint %[[BAR]] : !llvm.ptr<3> to i32
      // CHECK-NEXT: %[[TILE_0:.*]] = llvm.ptrtoint %[[TARGET]] : !llvm.ptr<3> to i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "cp.async.bulk.tensor.3d.shared::cluster.global.mbarrier::complete_tx::bytes [$0], [$1, {$3, $4, $5}], [$2];",
      // CHECK-SAME:   "r,l,r,r,r,r,~{memory}" %[[TILE_0]], %[[MAP]], %[[BAR_32]], %[[COLUMN]], %[[ROW]], %[[PAGE]] :
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %[[TARGET]][8192]
      // CHECK-NEXT: %[[TILE_1:.*]] = llvm.ptrtoint %[[NEXT]]
      // CHECK:      %[[C64:.*]] = llvm.mlir.constant(64 : i32) : i32
      // CHECK-NEXT: %[[COLUMN_1:.*]] = llvm.add %[[COLUMN]], %[[C64]] : i32
      // CHECK-NEXT: llvm.inline_asm {{.*}} %[[TILE_1]], %[[MAP]], %[[BAR_32]], %[[COLUMN_1]], %[[ROW]], %[[PAGE]] :
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.tma.load %map[%page, %row, %column] to %target signal %bar : !map -> !two
    }
  }

  // A tile is 128 bytes wide, whatever the element; a warp group's thread 0 issues.
  // CHECK-LABEL: llvm.func @group
  mla_gpu.kernel @group(%map: !map_f32 {mla_gpu.bind = #mla_gpu.binding<cache_map>},
                        %x: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) smem(16392) {
    %target = mla_gpu.smem.alloc "target" at 0 : !tile_f32
    %bar = mla_gpu.mbar.alloc "bar" count(1) at 16384
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK-NOT: nvvm.elect.sync
      // CHECK:     cp.async.bulk.tensor.2d
      // CHECK:     llvm.mlir.constant(32 : i32) : i32
      // CHECK:     cp.async.bulk.tensor.2d
      mla_gpu.tma.load %map[%x, %x] to %target signal %bar : !map_f32 -> !tile_f32
      // CHECK:      createpolicy.fractional.L2::evict_first.b64 policy, 1.0;{{.*}}bytes.L2::cache_hint [$0], [$1, {$3, $4}], [$2], policy;
      mla_gpu.tma.load %map[%x, %x] to %target signal %bar evict_first : !map_f32 -> !tile_f32
    }
  }
}
