// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!two = !mla_gpu.smem<64x128xbf16, sw128>
!map = !mla_gpu.tensor_map<1x64x64xf16, sw128>

mla_gpu.program @program {
  // Thread 0 issues one copy per tile and closes their group; coordinates fastest first.
  // CHECK-LABEL: llvm.func @group
  // CHECK-SAME:  (%[[MAP:.*]]: !llvm.ptr {{{.*}}}, %[[SLOT:.*]]: i32, %[[ROW:.*]]: i32)
  // CHECK:       %[[SOURCE:.*]] = llvm.mlir.addressof @smem_group
  // CHECK:       %[[COLUMN:.*]] = llvm.mlir.constant(256 : i32) : i32
  // CHECK:       nvvm.prefetch tensormap, %[[MAP]]
  mla_gpu.kernel @group(%map: !map {mla_gpu.bind = #mla_gpu.binding<partial_map>},
                        %slot: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                        %row: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) smem(16384) {
    %source = mla_gpu.smem.alloc "source" at 0 : !two
    %column = arith.constant 256 : i32
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK-NOT:  nvvm.elect.sync
      // CHECK:      llvm.and
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq"
      // CHECK-NEXT: llvm.cond_br %[[LEADER]], ^[[ISSUE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[ISSUE]]:
      // CHECK-NEXT: %[[TILE_0:.*]] = llvm.ptrtoint %[[SOURCE]] : !llvm.ptr<3> to i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "cp.async.bulk.tensor.3d.global.shared::cta.bulk_group [$0, {$2, $3, $4}], [$1];",
      // CHECK-SAME:   "l,r,r,r,r,~{memory}" %[[MAP]], %[[TILE_0]], %[[COLUMN]], %[[ROW]], %[[SLOT]] :
      // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[SOURCE]][8192]
      // CHECK-NEXT: %[[TILE_1:.*]] = llvm.ptrtoint %[[NEXT]]
      // CHECK-NEXT: %[[C64:.*]] = llvm.mlir.constant(64 : i32) : i32
      // CHECK-NEXT: %[[COLUMN_1:.*]] = llvm.add %[[COLUMN]], %[[C64]] : i32
      // CHECK-NEXT: llvm.inline_asm {{.*}} %[[MAP]], %[[TILE_1]], %[[COLUMN_1]], %[[ROW]], %[[SLOT]] :
      // CHECK-NEXT: llvm.inline_asm has_side_effects "cp.async.bulk.commit_group;"
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.tma.store %source to %map[%slot, %row, %column] : !two -> !map
      // Every thread waits for its own groups; only one has any.
      // CHECK:    ^[[DONE]]:
      // CHECK-NEXT: llvm.inline_asm has_side_effects "cp.async.bulk.wait_group.read 0;", "~{memory}"
      mla_gpu.tma.store_wait
      // CHECK-NEXT: llvm.inline_asm has_side_effects "cp.async.bulk.wait_group 0;\0Afence.proxy.async.global;", "~{memory}"
      mla_gpu.tma.store_wait written
    }
  }

  // CHECK-LABEL: llvm.func @warp
  mla_gpu.kernel @warp(%map: !map {mla_gpu.bind = #mla_gpu.binding<partial_map>},
                       %x: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) smem(16384) {
    %source = mla_gpu.smem.alloc "source" at 0 : !two
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[LEADER:.*]] = nvvm.elect.sync -> i1
      // CHECK-NEXT: llvm.cond_br %[[LEADER]]
      // CHECK-COUNT-2: cp.async.bulk.tensor.3d.global.shared::cta.bulk_group
      // CHECK:      cp.async.bulk.commit_group
      mla_gpu.tma.store %source to %map[%x, %x, %x] : !two -> !map
      mla_gpu.tma.store_wait
    }
  }
}
