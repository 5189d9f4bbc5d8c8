// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!block = !mla_gpu.smem<64x192xbf16, sw128>
!two = !mla_gpu.smem<64x128xbf16, sw128>
!stat = !mla_gpu.smem<64xf32>
!a = tensor<64x128xbf16, #mla_gpu.layout<a_operand>>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @store_tile
  mla_gpu.kernel @store_tile() step(other) grid(one, one) threads(128) smem(25600) {
    // A buffer is an offset, and a view is the offset of its first tile.
    // CHECK: %[[BASE:.*]] = llvm.mlir.addressof @smem_store_tile : !llvm.ptr<3>
    // CHECK: %[[BLOCK:.*]] = llvm.getelementptr %[[BASE]][1024] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %block = mla_gpu.smem.alloc "block" at 1024 : !block
    // CHECK: %[[VIEW:.*]] = llvm.getelementptr %[[BLOCK]][8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %view = mla_gpu.smem.view %block tiles(1 to 3) : !block -> !two
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      // Row 16·warp + lane % 16, 128 bytes each.
      // CHECK:      %[[LANE:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[ROW:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[ROW_BYTES:.*]] = llvm.shl %[[ROW]], %{{.*}} : i32
      // CHECK:      %[[ROW_ADDRESS:.*]] = llvm.getelementptr %[[VIEW]][%[[ROW_BYTES]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // Chunk lane / 16, XORed with row % 8; then with twice the step.
      // CHECK:      %[[CHUNK:.*]] = llvm.xor %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[SWIZZLED:.*]] = llvm.shl %[[CHUNK]], %{{.*}} : i32
      // CHECK:      %[[OFFSET_0:.*]] = llvm.xor %[[SWIZZLED]], %{{.*}} : i32
      // CHECK:      %[[ADDRESS_0:.*]] = llvm.getelementptr %[[ROW_ADDRESS]][%[[OFFSET_0]]]
      // CHECK-NEXT: nvvm.stmatrix %[[ADDRESS_0]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<row>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>}
      // CHECK:      %[[C96:.*]] = llvm.mlir.constant(96 : i32) : i32
      // CHECK-NEXT: %[[OFFSET_3:.*]] = llvm.xor %[[SWIZZLED]], %[[C96]] : i32
      // CHECK:      nvvm.stmatrix
      // The second tile.
      // CHECK:      %[[ADDRESS_4:.*]] = llvm.getelementptr %{{.*}}[8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: nvvm.stmatrix %[[ADDRESS_4]]
      // CHECK-COUNT-3: nvvm.stmatrix
      // CHECK-NOT:  nvvm.stmatrix
      mla_gpu.smem.store_tile %a, %view : !a, !two
    }
  }

  // The thread's index is read where the op stands, so nothing that follows from it leaves a loop.
  // CHECK-LABEL: llvm.func @store_tile_anew
  mla_gpu.kernel @store_tile_anew() step(other) grid(one, one) threads(128) smem(25600) {
    %block = mla_gpu.smem.alloc "block" at 1024 : !block
    %view = mla_gpu.smem.view %block tiles(1 to 3) : !block -> !two
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %a = arith.constant dense<1.0> : !a
      // CHECK-NOT: nvvm.read.ptx.sreg.tid.x
      // CHECK:     %[[THREAD:.*]] = llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;"
      // CHECK:     llvm.and %[[THREAD]]
      // CHECK-NOT: nvvm.read.ptx.sreg.tid.x
      // CHECK:     nvvm.stmatrix
      mla_gpu.smem.store_tile %a, %view anew : !a, !two
    }
  }

  // CHECK-LABEL: llvm.func @rows
  mla_gpu.kernel @rows() step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // Every lane loads its two rows, 8 apart.
      // CHECK:      %[[ADDRESS:.*]] = llvm.getelementptr %[[STAT:.*]][%[[ROW:.*]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK-NEXT: %[[X0:.*]] = llvm.load %[[ADDRESS]] {alignment = 4 : i64} : !llvm.ptr<3> -> f32
      // CHECK-NEXT: %[[ADDRESS_8:.*]] = llvm.getelementptr %[[ADDRESS]][32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[X1:.*]] = llvm.load %[[ADDRESS_8]]
      %x = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      // The first lane of each quad stores.
      // CHECK:      %[[IS_FIRST:.*]] = llvm.icmp "eq"
      // CHECK:      llvm.cond_br %[[IS_FIRST]], ^[[STORE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[STORE]]:
      // CHECK-NEXT: llvm.store %[[X0]], %{{.*}} {alignment = 4 : i64}
      // CHECK:      llvm.store %[[X1]], %{{.*}} {alignment = 4 : i64}
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.smem.store_rows %x, %stat : !rowf, !stat
    }
  }

  // From row `first` on a tile is one range of bytes; 32 lanes write 16 bytes each, to every tile.
  // CHECK-LABEL: llvm.func @zero_rows
  // CHECK-SAME:  (%[[FIRST:.*]]: i32)
  mla_gpu.kernel @zero_rows(%first: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) smem(24576) {
    %block = mla_gpu.smem.alloc "block" at 0 : !block
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[BYTES:.*]] = llvm.shl %[[FIRST]], %[[C7]] : i32
      // CHECK:      %[[START:.*]] = llvm.add %[[BYTES]], %{{.*}} : i32
      // CHECK-NEXT: llvm.br ^[[HEAD:bb[0-9]+]](%[[START]] : i32)
      // CHECK:    ^[[HEAD]](%[[OFFSET:.*]]: i32):
      // CHECK-NEXT: %[[C8192:.*]] = llvm.mlir.constant(8192 : i32) : i32
      // CHECK-NEXT: %[[INSIDE:.*]] = llvm.icmp "slt" %[[OFFSET]], %[[C8192]] : i32
      // CHECK-NEXT: llvm.cond_br %[[INSIDE]], ^[[BODY:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[BODY]]:
      // CHECK:      llvm.store %[[ZERO:.*]], %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<3>
      // CHECK:      llvm.getelementptr %{{.*}}[8192]
      // CHECK-NEXT: llvm.store %[[ZERO]]
      // CHECK:      llvm.getelementptr %{{.*}}[16384]
      // CHECK-NEXT: llvm.store %[[ZERO]]
      // CHECK:      %[[C512:.*]] = llvm.mlir.constant(512 : i32) : i32
      // CHECK-NEXT: %[[NEXT:.*]] = llvm.add %[[OFFSET]], %[[C512]] : i32
      // CHECK-NEXT: llvm.br ^[[HEAD]](%[[NEXT]] : i32)
      mla_gpu.smem.zero_rows %block from %first : !block
    }
  }

  // CHECK-LABEL: llvm.func @zero_tall_rows
  mla_gpu.kernel @zero_tall_rows(%first: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) smem(32768) {
    %block = mla_gpu.smem.alloc "block" at 0 : !mla_gpu.smem<128x128xbf16, sw128>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      llvm.mlir.constant(16384 : i32) : i32
      // CHECK-NEXT: llvm.icmp "slt"
      // CHECK:      llvm.getelementptr %{{.*}}[16384]
      mla_gpu.smem.zero_rows %block from %first : !mla_gpu.smem<128x128xbf16, sw128>
    }
  }

  // CHECK-LABEL: llvm.func @scalars
  // CHECK-SAME:  (%[[VALUE:.*]]: i32)
  mla_gpu.kernel @scalars(%value: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) smem(32) {
    %item = mla_gpu.smem.alloc "item" at 0 : !mla_gpu.smem<8xi32>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: %[[AT_3:.*]] = llvm.getelementptr %{{.*}}[12] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK: nvvm.elect.sync
      // CHECK: llvm.store %[[VALUE]], %[[AT_3]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      mla_gpu.smem.store %value, %item[3] : i32, !mla_gpu.smem<8xi32>
      // All lanes load.
      // CHECK: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> i32
      %x = mla_gpu.smem.load %item[3] : !mla_gpu.smem<8xi32> -> i32
      mla_gpu.smem.store %x, %item[0] : i32, !mla_gpu.smem<8xi32>
    }
  }
}
