// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

// That these instructions and addresses compute what the ops mean was also found by executing the PTX of
// test/Interpreter/e4m3.mlir by the rules of the PTX ISA, thread by thread.

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!tile_f16 = !mla_gpu.smem<64x64xf16, sw128>
!latent = !mla_gpu.smem<64x256xf8E4M3FN, sw128>
!rope = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!two = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!p_two = !mla_gpu.smem<64x128xf8E4M3FN, sw64_paired>
!stat = !mla_gpu.smem<16xf32>
!s = tensor<64x16xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x16xf8E4M3FN, #mla_gpu.layout<acc>>
!p = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!p_wide = tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
!latent_8 = tensor<64x256xf8E4M3FN, #mla_gpu.layout<acc>>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!o_narrow = tensor<64x16xf32, #mla_gpu.layout<acc_paired>>
!o_few = tensor<64x8xf32, #mla_gpu.layout<acc_paired>>
!o_narrow_acc = tensor<64x16xf32, #mla_gpu.layout<acc>>
!s_32 = tensor<64x32xf32, #mla_gpu.layout<acc>>
!column = tensor<16xf32, #mla_gpu.layout<column>>
!borders = tensor<16xi32, #mla_gpu.layout<column>>
!v_narrow = tensor<64x32xf8E4M3FN, #mla_gpu.layout<a_paired>>
!v_narrow_16 = tensor<64x32xf16, #mla_gpu.layout<a_paired>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!column_narrow = tensor<32xf32, #mla_gpu.layout<column>>
!column_narrow_16 = tensor<32xf16, #mla_gpu.layout<column>>
!row = tensor<64xf32, #mla_gpu.layout<row>>
!lanes = tensor<32xf32, #mla_gpu.layout<lane>>
!row_sum = tensor<64xf32, #mla_gpu.layout<row_partial>>

mla_gpu.program @program {
  // A view of another kind is an offset too, in tiles of its source: 8192 bytes, then 4096.
  // CHECK-LABEL: llvm.func @views
  mla_gpu.kernel @views() step(other) grid(one, one) threads(128) smem(16384) {
    // CHECK: %[[Q:.*]] = llvm.mlir.addressof @smem_views : !llvm.ptr<3>
    // CHECK: %[[PAIR:.*]] = llvm.getelementptr %[[Q]][8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    // CHECK: llvm.getelementptr %[[PAIR]][4096] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %q = mla_gpu.smem.alloc "q" at 0 : !mla_gpu.smem<64x128xbf16, sw128>
    %pair = mla_gpu.smem.view %q tiles(1 to 2) : !mla_gpu.smem<64x128xbf16, sw128> -> !two
    %half = mla_gpu.smem.view %pair tiles(1 to 2) : !two -> !p_smem
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
    }
  }

  // Words of 32 bits: row 16w + l/4 of 64 bytes, 4·(l%4) in it, and chunk u XORed with row / 2 % 4; row + 8 is 512 bytes on.
  // CHECK-LABEL: llvm.func @store_paired
  mla_gpu.kernel @store_paired() step(other) grid(one, one) threads(128) smem(8192) {
    %t = mla_gpu.smem.alloc "t" at 0 : !p_two
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // Four times 1.0, 0x38, in a register.
      // CHECK:      %[[P0:.*]] = llvm.mlir.constant(943208504 : i32) : i32
      // CHECK:      %[[P1:.*]] = llvm.mlir.constant(943208504 : i32) : i32
      // CHECK:      %[[ROW:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C6:.*]] = llvm.mlir.constant(6 : i32) : i32
      // CHECK-NEXT: %[[ROW_BYTES:.*]] = llvm.shl %[[ROW]], %[[C6]] : i32
      // CHECK:      llvm.getelementptr %{{.*}}[%[[ROW_BYTES]]]
      // CHECK:      %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.shl %{{.*}}, %[[C2]] : i32
      // CHECK-NEXT: %[[BASE:.*]] = llvm.getelementptr %{{.*}}[%[[PLACE]]]
      // CHECK:      %[[C6_0:.*]] = llvm.mlir.constant(6 : i32) : i32
      // CHECK-NEXT: %[[EVEN:.*]] = llvm.and %[[ROW]], %[[C6_0]] : i32
      // CHECK:      %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[SWIZZLE:.*]] = llvm.shl %[[EVEN]], %[[C3]] : i32
      // CHECK:      %[[OFFSET:.*]] = llvm.xor %[[SWIZZLE]], %{{.*}} : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[BASE]][%[[OFFSET]]]
      // CHECK-NEXT: llvm.store %[[P0]], %[[ADDRESS]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      // CHECK-NEXT: %[[ADDRESS_8:.*]] = llvm.getelementptr %[[ADDRESS]][512]
      // CHECK-NEXT: llvm.store %[[P1]], %[[ADDRESS_8]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      // CHECK-COUNT-4: llvm.store {{.*}} : i32, !llvm.ptr<3>
      // CHECK:      llvm.mlir.constant(48 : i32) : i32
      // CHECK-COUNT-2: llvm.store {{.*}} : i32, !llvm.ptr<3>
      // The second tile.
      // CHECK:      %[[C0:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: llvm.xor %[[SWIZZLE]], %[[C0]] : i32
      // CHECK:      llvm.getelementptr %{{.*}}[4096]
      // CHECK-COUNT-8: llvm.store {{.*}} : i32, !llvm.ptr<3>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      %p = arith.constant dense<1.0> : !p_wide
      mla_gpu.smem.store_tile %p, %t : !p_wide, !p_two
    }
  }

  // In the order of columns: two words of 16 bits, 8 bytes apart.
  // CHECK-LABEL: llvm.func @store_plain
  mla_gpu.kernel @store_plain() step(other) grid(one, one) threads(128) smem(4096) {
    %t = mla_gpu.smem.alloc "t" at 0 : !rope
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.shl %{{.*}}, %[[C1]] : i32
      // CHECK:      %[[LOW:.*]] = llvm.trunc %[[P0:.*]] : i32 to i16
      // CHECK:      %[[UPPER:.*]] = llvm.lshr %[[P0]], %{{.*}} : i32
      // CHECK:      %[[HIGH:.*]] = llvm.trunc %[[UPPER]] : i32 to i16
      // CHECK-NEXT: llvm.store %[[LOW]], %[[ADDRESS:.*]] {alignment = 2 : i64} : i16, !llvm.ptr<3>
      // CHECK-NEXT: %[[ADDRESS_8:.*]] = llvm.getelementptr %[[ADDRESS]][8]
      // CHECK-NEXT: llvm.store %[[HIGH]], %[[ADDRESS_8]] {alignment = 2 : i64} : i16, !llvm.ptr<3>
      // CHECK:      llvm.getelementptr %[[ADDRESS]][512]
      // CHECK-COUNT-14: llvm.store {{.*}} : i16, !llvm.ptr<3>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      %p = arith.constant dense<1.0> : !p
      mla_gpu.smem.store_tile %p, %t : !p, !rope
    }
  }

  // Rows of 128 bytes: the chunk is XORed with row % 8, and row + 8 is 1024 bytes on.
  // CHECK-LABEL: llvm.func @store_sw128
  mla_gpu.kernel @store_sw128() step(other) grid(one, one) threads(128) smem(16384) {
    %t = mla_gpu.smem.alloc "t" at 0 : !latent
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: llvm.shl %[[ROW:.*]], %[[C7]] : i32
      // CHECK:      %[[C7_0:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[IN_ATOM:.*]] = llvm.and %[[ROW]], %[[C7_0]] : i32
      // CHECK:      %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: llvm.shl %[[IN_ATOM]], %[[C4]] : i32
      // CHECK:      llvm.getelementptr %{{.*}}[1024]
      // CHECK:      llvm.mlir.constant(112 : i32) : i32
      // CHECK:      llvm.getelementptr %{{.*}}[8192]
      // CHECK:      llvm.return
      %p = arith.constant dense<1.0> : !latent_8
      mla_gpu.smem.store_tile %p, %t : !latent_8, !latent
    }
  }

  // Words of e4m3 come as they are stored in the order of columns: two words of 16 bits, 8 bytes apart, the second in the upper half.
  // CHECK-LABEL: llvm.func @load_words
  mla_gpu.kernel @load_words() step(other) grid(one, one) threads(128) smem(4096) {
    %t = mla_gpu.smem.alloc "t" at 0 : !rope
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.shl %{{.*}}, %[[C1]] : i32
      // CHECK:      %[[LOW_16:.*]] = llvm.load %[[ADDRESS:.*]] {alignment = 2 : i64} : !llvm.ptr<3> -> i16
      // CHECK-NEXT: %[[LOW:.*]] = llvm.zext %[[LOW_16]] : i16 to i32
      // CHECK-NEXT: %[[ADDRESS_8:.*]] = llvm.getelementptr %[[ADDRESS]][8]
      // CHECK-NEXT: %[[HIGH_16:.*]] = llvm.load %[[ADDRESS_8]] {alignment = 2 : i64} : !llvm.ptr<3> -> i16
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.zext %[[HIGH_16]] : i16 to i32
      // CHECK:      %[[UPPER:.*]] = llvm.shl %[[HIGH]], %{{.*}} : i32
      // CHECK-NEXT: %[[WORD:.*]] = llvm.or %[[LOW]], %[[UPPER]] : i32
      // CHECK:      llvm.getelementptr %[[ADDRESS]][512]
      // CHECK-COUNT-14: llvm.load {{.*}} : !llvm.ptr<3> -> i16
      // CHECK-NOT:  llvm.load
      // CHECK:      llvm.return
      %p = mla_gpu.smem.load_tile %t : !rope -> !p
    }
  }

  // The low half of a bf16 pair is shifted up, the high one masked; f16 is converted.
  // CHECK-LABEL: llvm.func @load_tile
  mla_gpu.kernel @load_tile() step(other) grid(one, one) threads(128) smem(16384) {
    %x = mla_gpu.smem.alloc "x" at 0 : !tile
    %y = mla_gpu.smem.alloc "y" at 8192 : !tile_f16
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[CHUNK:.*]] = llvm.xor %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[LOADED:.*]] = nvvm.ldmatrix %{{.*}} {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<row>, num = 4 : i32, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>}
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.extractvalue %[[LOADED]][0]
      // CHECK:      %[[C16:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK-NEXT: %[[LOW:.*]] = llvm.shl %[[PAIR]], %[[C16]] : i32
      // CHECK-NEXT: %[[MASK:.*]] = llvm.mlir.constant(-65536 : i32) : i32
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.and %[[PAIR]], %[[MASK]] : i32
      // CHECK-NEXT: llvm.bitcast %[[LOW]] : i32 to f32
      // CHECK-NEXT: llvm.bitcast %[[HIGH]] : i32 to f32
      // CHECK-COUNT-3: nvvm.ldmatrix
      %a = mla_gpu.smem.load_tile %x : !tile -> !acc
      // CHECK:      nvvm.ldmatrix
      // CHECK:      %[[HALVES:.*]] = llvm.bitcast %{{.*}} : i32 to vector<2xf16>
      // CHECK:      %[[HALF:.*]] = llvm.extractelement %[[HALVES]]
      // CHECK-NEXT: llvm.fpext %[[HALF]] : f16 to f32
      %b = mla_gpu.smem.load_tile %y : !tile_f16 -> !acc
    }
  }

  // From column 192 on: the second tile, chunks 4 to 7. Lane l gives the row of token l; the chunk is XORed with l % 8.
  // CHECK-LABEL: llvm.func @load_transposed
  mla_gpu.kernel @load_transposed() step(other) grid(one, one) threads(128) smem(16384) {
    %l = mla_gpu.smem.alloc "l" at 0 : !latent
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[LANE:.*]] = llvm.and
      // CHECK:      %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[OF_WARP:.*]] = llvm.add %{{.*}}, %[[C4]] : i32
      // CHECK:      %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[IN_ATOM:.*]] = llvm.and %[[LANE]], %[[C7]] : i32
      // CHECK-NEXT: %[[CHUNK:.*]] = llvm.xor %[[OF_WARP]], %[[IN_ATOM]] : i32
      // CHECK:      %[[TOKEN:.*]] = llvm.shl %[[LANE]], %{{.*}} : i32
      // CHECK-NEXT: %[[ROW:.*]] = llvm.getelementptr %{{.*}}[%[[TOKEN]]]
      // CHECK:      %[[OFFSET:.*]] = llvm.shl %[[CHUNK]], %{{.*}} : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[ROW]][%[[OFFSET]]]
      // CHECK-NEXT: %[[TOKENS_0:.*]] = llvm.getelementptr %[[ADDRESS]][8192]
      // CHECK-NEXT: %[[LOADED:.*]] = nvvm.ldmatrix %[[TOKENS_0]] {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<col>, num = 4 : i32
      // CHECK-NEXT: %[[M0:.*]] = llvm.extractvalue %[[LOADED]][0]
      // CHECK-NEXT: %[[M1:.*]] = llvm.extractvalue %[[LOADED]][1]
      // CHECK-NEXT: %[[M2:.*]] = llvm.extractvalue %[[LOADED]][2]
      // CHECK-NEXT: %[[M3:.*]] = llvm.extractvalue %[[LOADED]][3]
      // 0x6420 and 0x7531.
      // CHECK-NEXT: %[[EVEN:.*]] = llvm.mlir.constant(25632 : i32) : i32
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.prmt"(%[[M0]], %[[M1]], %[[EVEN]])
      // CHECK-NEXT: %[[ODD:.*]] = llvm.mlir.constant(30001 : i32) : i32
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.prmt"(%[[M0]], %[[M1]], %[[ODD]])
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.prmt"(%[[M2]], %[[M3]], %{{.*}})
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.prmt"(%[[M2]], %[[M3]], %{{.*}})
      // Tokens 32 to 63.
      // CHECK-NEXT: %[[TOKENS_1:.*]] = llvm.getelementptr %[[ADDRESS]][12288]
      // CHECK-NEXT: nvvm.ldmatrix %[[TOKENS_1]]
      // CHECK-COUNT-4: llvm.call_intrinsic "llvm.nvvm.prmt"
      %v = mla_gpu.smem.load_transposed %l from 192 : !latent -> !v
    }
  }

  // Row 2·(l%4) + i of the target, chunk 2w + l/16 XORed with it, word l/4 % 4; eight rows, 1024 bytes, from word to word.
  // CHECK-LABEL: llvm.func @store_transposed
  mla_gpu.kernel @store_transposed() step(other) grid(one, one) threads(128) smem(16384) {
    %l = mla_gpu.smem.alloc "l" at 0 : !latent
    %t = mla_gpu.smem.alloc "t" at 8192 : !tile_f16
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !o
      // CHECK:      %[[ROW:.*]] = llvm.shl %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[CHUNK:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[SWIZZLED:.*]] = llvm.xor %[[CHUNK]], %[[ROW]] : i32
      // CHECK:      %[[BYTES:.*]] = llvm.shl %[[SWIZZLED]], %{{.*}} : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[BASE:.*]][%[[BYTES]]]
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%{{.*}}, %{{.*}}) : (f32, f32) -> vector<2xf16>
      // CHECK-NEXT: %[[WORD:.*]] = llvm.bitcast %[[PAIR]] : vector<2xf16> to i32
      // CHECK-NEXT: llvm.store %[[WORD]], %[[ADDRESS]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      // CHECK:      llvm.getelementptr %[[ADDRESS]][1024]
      // CHECK-COUNT-7: llvm.store
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[SWIZZLED_1:.*]] = llvm.xor %[[SWIZZLED]], %[[C1]] : i32
      // CHECK:      %[[BYTES_1:.*]] = llvm.shl %[[SWIZZLED_1]], %{{.*}} : i32
      // CHECK-NEXT: %[[CHUNK_1:.*]] = llvm.getelementptr %[[BASE]][%[[BYTES_1]]]
      // CHECK-NEXT: llvm.getelementptr %[[CHUNK_1]][128]
      // CHECK-COUNT-8: llvm.store
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      mla_gpu.smem.store_transposed %zero, %t : !o, !tile_f16
    }
  }

  // Of eight columns: two words, of rows 2·(l%4) and the next.
  // CHECK-LABEL: llvm.func @store_transposed_few
  mla_gpu.kernel @store_transposed_few() step(other) grid(one, one) threads(128) smem(8192) {
    %t = mla_gpu.smem.alloc "t" at 0 : !tile
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      llvm.store %{{.*}}, %[[ADDRESS:.*]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      // CHECK-NOT:  llvm.getelementptr %[[ADDRESS]]
      // CHECK:      %[[ROW_1:.*]] = llvm.getelementptr %{{.*}}[128]
      // CHECK:      llvm.store %{{.*}}, %[[ROW_1]] {alignment = 4 : i64} : i32, !llvm.ptr<3>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      %zero = arith.constant dense<0.0> : !o_few
      mla_gpu.smem.store_transposed %zero, %t : !o_few, !tile
    }
  }

  // Lane l gives row l % 8 of matrix l / 8: row 8·(l/16) + l%8 of the target, chunk 2w + l/8 % 2 XORed with l % 8. A register has two
  // columns of a row, the four of a matrix rows l/4 and 8 more and then eight columns more; 16 columns are 16 rows, 2048 bytes.
  // CHECK-LABEL: llvm.func @store_transposed_acc
  mla_gpu.kernel @store_transposed_acc() step(other) grid(one, one) threads(128) smem(16384) {
    %t = mla_gpu.smem.alloc "t" at 0 : !tile
    %t_f16 = mla_gpu.smem.alloc "t_f16" at 8192 : !tile_f16
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[X0:.*]] = llvm.mlir.constant(1.000000e+00 : f32) : f32
      // CHECK-NEXT: %[[X1:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X2:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X3:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X4:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X5:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X6:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X7:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X8:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X9:.*]] = llvm.mlir.constant
      %one = arith.constant dense<1.0> : !s_32
      // CHECK:      %[[THREAD:.*]] = llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;"
      // CHECK:      %[[LANE:.*]] = llvm.and %[[THREAD]], %{{.*}} : i32
      // CHECK-NEXT: %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[ROW:.*]] = llvm.and %[[LANE]], %[[C7]] : i32
      // CHECK:      %[[WARP:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[OF_WARP:.*]] = llvm.shl %[[WARP]], %[[C1]] : i32
      // CHECK-NEXT: %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[MATRIX:.*]] = llvm.lshr %[[LANE]], %[[C3]] : i32
      // CHECK-NEXT: %[[C1_0:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[HALF:.*]] = llvm.and %[[MATRIX]], %[[C1_0]] : i32
      // CHECK-NEXT: %[[CHUNK:.*]] = llvm.or %[[OF_WARP]], %[[HALF]] : i32
      // CHECK-NEXT: %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.lshr %[[LANE]], %[[C4]] : i32
      // CHECK-NEXT: %[[C3_0:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[EIGHT:.*]] = llvm.shl %[[PAIR]], %[[C3_0]] : i32
      // CHECK-NEXT: %[[IN_PAIR:.*]] = llvm.or %[[ROW]], %[[EIGHT]] : i32
      // CHECK-NEXT: %[[C7_0:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[ROW_BYTES:.*]] = llvm.shl %[[IN_PAIR]], %[[C7_0]] : i32
      // CHECK-NEXT: %[[LINE:.*]] = llvm.getelementptr %{{.*}}[%[[ROW_BYTES]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[SWIZZLED:.*]] = llvm.xor %[[CHUNK]], %[[ROW]] : i32
      // CHECK-NEXT: %[[C4_0:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[CHUNK_BYTES:.*]] = llvm.shl %[[SWIZZLED]], %[[C4_0]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[LINE]][%[[CHUNK_BYTES]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[PAIR_0:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[X1]], %[[X0]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: %[[M0:.*]] = llvm.bitcast %[[PAIR_0]] : vector<2xbf16> to i32
      // CHECK-NEXT: %[[PAIR_1:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[X3]], %[[X2]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: %[[M1:.*]] = llvm.bitcast %[[PAIR_1]] : vector<2xbf16> to i32
      // CHECK-NEXT: %[[PAIR_2:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[X5]], %[[X4]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: %[[M2:.*]] = llvm.bitcast %[[PAIR_2]] : vector<2xbf16> to i32
      // CHECK-NEXT: %[[PAIR_3:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[X7]], %[[X6]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: %[[M3:.*]] = llvm.bitcast %[[PAIR_3]] : vector<2xbf16> to i32
      // CHECK-NEXT: nvvm.stmatrix %[[ADDRESS]], %[[M0]], %[[M1]], %[[M2]], %[[M3]] {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<col>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>}
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[X9]], %[[X8]])
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %[[ADDRESS]][2048] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: nvvm.stmatrix %[[NEXT]], {{.*}}layout = #nvvm.mma_layout<col>
      // CHECK-NOT:  nvvm.stmatrix
      mla_gpu.smem.store_transposed %one, %t : !s_32, !tile
      // CHECK-COUNT-4: llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"
      // CHECK:      nvvm.stmatrix {{.*}}layout = #nvvm.mma_layout<col>
      // CHECK-NOT:  nvvm.stmatrix
      // CHECK:      llvm.return
      %one_16 = arith.constant dense<1.0> : !s
      mla_gpu.smem.store_transposed %one_16, %t_f16 : !s, !tile_f16
    }
  }

  // CHECK-LABEL: llvm.func @columns
  mla_gpu.kernel @columns() step(other) grid(one, one) threads(128) smem(64) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xf32>
      // CHECK-NEXT: %[[PAIR_0:.*]] = llvm.load %[[ADDRESS]] {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xf32>
      // CHECK:      %[[F0:.*]] = llvm.extractelement %[[PAIR_0]]
      // CHECK:      %[[F1:.*]] = llvm.extractelement %[[PAIR_0]]
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %[[ADDRESS]][32]
      // CHECK-NEXT: %[[PAIR_1:.*]] = llvm.load %[[NEXT]]
      // CHECK:      %[[F2:.*]] = llvm.extractelement %[[PAIR_1]]
      // CHECK:      %[[F3:.*]] = llvm.extractelement %[[PAIR_1]]
      %f = mla_gpu.smem.load_columns %stat : !stat -> !column
      // Elements i and i + 2 are two rows of a column.
      // CHECK:      llvm.fmul %{{.*}}, %[[F0]] : f32
      // CHECK-NEXT: llvm.fmul %{{.*}}, %[[F1]] : f32
      // CHECK-NEXT: llvm.fmul %{{.*}}, %[[F0]] : f32
      // CHECK-NEXT: llvm.fmul %{{.*}}, %[[F1]] : f32
      // CHECK-NEXT: %[[X4:.*]] = llvm.fmul %{{.*}}, %[[F2]] : f32
      // CHECK-NEXT: llvm.fmul %{{.*}}, %[[F3]] : f32
      %one = arith.constant dense<1.0> : !o_narrow
      %x = mla_gpu.column.scale %one by %f : !o_narrow, !column
      // CHECK:      llvm.intr.fma(%[[X4]], %[[F2]], %{{.*}}) : (f32, f32, f32) -> f32
      %y = mla_gpu.column.fma %x times %f plus %one : !o_narrow, !column
      // Elementwise ops do not ask for the layout.
      // CHECK-COUNT-4: llvm.fdiv
      // CHECK-NOT:  llvm.fdiv
      // CHECK:      llvm.return
      %q = arith.divf %f, %f : !column
    }
  }

  // A chain for each row.
  // CHECK-LABEL: llvm.func @sum_by
  mla_gpu.kernel @sum_by() step(other) grid(one, one) threads(128) smem(64) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %one = arith.constant dense<1.0> : !o_narrow_acc
      %f = mla_gpu.smem.load_columns %stat : !stat -> !column
      // CHECK:      %[[A0:.*]] = llvm.fmul %{{.*}}, %[[F0:.*]] : f32
      // CHECK-NEXT: %[[A1:.*]] = llvm.intr.fma(%{{.*}}, %[[F1:.*]], %[[A0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: %[[B0:.*]] = llvm.fmul %{{.*}}, %[[F0]] : f32
      // CHECK-NEXT: %[[B1:.*]] = llvm.intr.fma(%{{.*}}, %[[F1]], %[[B0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: %[[A2:.*]] = llvm.intr.fma(%{{.*}}, %{{.*}}, %[[A1]]) : (f32, f32, f32) -> f32
      %a = mla_gpu.row.sum %one by %f : !o_narrow_acc, !column -> !row_sum
    }
  }

  // Elements i and i + 2 are two rows, with a factor each, of one column, whose addend both have.
  // CHECK-LABEL: llvm.func @row_fma
  mla_gpu.kernel @row_fma() step(other) grid(one, one) threads(128) smem(320) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    %rows = mla_gpu.smem.alloc "rows" at 64 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %one = arith.constant dense<1.0> : !o_narrow_acc
      // CHECK:      %[[R0:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> f32
      // CHECK:      %[[R1:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> f32
      %f = mla_gpu.smem.load_rows %rows : !mla_gpu.smem<64xf32> -> !row
      // CHECK:      %[[C0:.*]] = llvm.extractelement
      // CHECK:      %[[C1:.*]] = llvm.extractelement
      // CHECK:      %[[C2:.*]] = llvm.extractelement
      %c = mla_gpu.smem.load_columns %stat : !stat -> !column
      // CHECK:      llvm.intr.fma(%{{.*}}, %[[R0]], %[[C0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[R0]], %[[C1]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[R1]], %[[C0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[R1]], %[[C1]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[R0]], %[[C2]]) : (f32, f32, f32) -> f32
      // CHECK-COUNT-3: llvm.intr.fma
      // CHECK-NOT:  llvm.intr.fma
      // CHECK:      llvm.return
      %y = mla_gpu.row.fma %one times %f plus %c : !o_narrow_acc, !row, !column
    }
  }

  // The other way round: a factor of each column, and an addend of each row.
  // CHECK-LABEL: llvm.func @row_fma_by_columns
  mla_gpu.kernel @row_fma_by_columns() step(other) grid(one, one) threads(128) smem(320) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    %rows = mla_gpu.smem.alloc "rows" at 64 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %one = arith.constant dense<1.0> : !o_narrow_acc
      // CHECK:      %[[R0:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> f32
      // CHECK:      %[[R1:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<3> -> f32
      %r = mla_gpu.smem.load_rows %rows : !mla_gpu.smem<64xf32> -> !row
      // CHECK:      %[[C0:.*]] = llvm.extractelement
      // CHECK:      %[[C1:.*]] = llvm.extractelement
      // CHECK:      %[[C2:.*]] = llvm.extractelement
      // CHECK:      %[[C3:.*]] = llvm.extractelement
      %c = mla_gpu.smem.load_columns %stat : !stat -> !column
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C0]], %[[R0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C1]], %[[R0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C0]], %[[R1]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C1]], %[[R1]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C2]], %[[R0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C3]], %[[R0]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C2]], %[[R1]]) : (f32, f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.fma(%{{.*}}, %[[C3]], %[[R1]]) : (f32, f32, f32) -> f32
      // CHECK-NOT:  llvm.intr.fma
      // CHECK:      llvm.return
      %y = mla_gpu.row.fma %one times %c plus %r : !o_narrow_acc, !column, !row
    }
  }

  // Of 64 elements the first 16, in two accesses; numbers of columns, which elements i and i + 2 of an accumulator share.
  // CHECK-LABEL: llvm.func @softmax_of_columns
  // CHECK-SAME:  (%[[SCALE:.*]]: f32, %[[FIRST:.*]]: i32)
  mla_gpu.kernel @softmax_of_columns(%scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>},
                                     %first: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) smem(512) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<64xf32>
    %other = mla_gpu.smem.alloc "other" at 256 : !mla_gpu.smem<64xf32>
    %c0 = arith.constant 0 : i32
    // CHECK: %[[COND:.*]] = llvm.icmp "sgt"
    %cond = arith.cmpi sgt, %first, %c0 : i32
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xf32>
      // CHECK-NEXT: llvm.load %[[ADDRESS]] {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xf32>
      // CHECK:      %[[M0:.*]] = llvm.extractelement
      // CHECK:      %[[M1:.*]] = llvm.extractelement
      // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[ADDRESS]][32]
      // CHECK-NEXT: llvm.load %[[NEXT]] {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xf32>
      // CHECK:      %[[M2:.*]] = llvm.extractelement
      // CHECK:      %[[M3:.*]] = llvm.extractelement
      // CHECK-NOT:  llvm.getelementptr %[[ADDRESS]]
      %m = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> !column
      // CHECK:      %[[N0:.*]] = llvm.extractelement
      // CHECK:      %[[N1:.*]] = llvm.extractelement
      // CHECK:      %[[N2:.*]] = llvm.extractelement
      // CHECK:      %[[N3:.*]] = llvm.extractelement
      %n = mla_gpu.smem.load_columns %other : !mla_gpu.smem<64xf32> -> !column
      // CHECK-NEXT: %[[B0:.*]] = llvm.fptosi %[[M0]] : f32 to i32
      // CHECK-NEXT: %[[B1:.*]] = llvm.fptosi %[[M1]] : f32 to i32
      // CHECK-NEXT: %[[B2:.*]] = llvm.fptosi %[[M2]] : f32 to i32
      // CHECK-NEXT: %[[B3:.*]] = llvm.fptosi %[[M3]] : f32 to i32
      %border = arith.fptosi %m : !column to !borders
      %start = mla_gpu.splat %scale : f32 -> !s
      // CHECK-NEXT: llvm.cond_br %[[COND]], ^[[MASK:bb[0-9]+]], ^[[JOIN:bb[0-9]+]](
      // CHECK:    ^[[MASK]]:
      // CHECK:      %[[MINUS_INF:.*]] = llvm.mlir.constant(0xFF800000 : f32) : f32
      // The lane's first row, 16w + l/4, moves to the other side of the comparison; elements 2 and 3 of four are of the row 8 on.
      // CHECK:      %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
      // CHECK-NEXT: %[[LANE:.*]] = llvm.and %{{.*}}, %[[C31]] : i32
      // CHECK-NEXT: %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK-NEXT: %[[QUAD:.*]] = llvm.lshr %[[LANE]], %[[C2]] : i32
      // CHECK-NEXT: %[[ROW:.*]] = llvm.add %{{.*}}, %[[QUAD]] : i32
      // CHECK-NEXT: %[[LANE_FIRST:.*]] = llvm.add %[[FIRST]], %[[ROW]] : i32
      // CHECK-NEXT: %[[D0:.*]] = llvm.sub %[[B0]], %[[LANE_FIRST]] : i32
      // CHECK-NEXT: %[[D1:.*]] = llvm.sub %[[B1]], %[[LANE_FIRST]] : i32
      // CHECK-NEXT: %[[D2:.*]] = llvm.sub %[[B2]], %[[LANE_FIRST]] : i32
      // CHECK-NEXT: %[[D3:.*]] = llvm.sub %[[B3]], %[[LANE_FIRST]] : i32
      // CHECK-NEXT: %[[T0:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: %[[KEEP:.*]] = llvm.icmp "sgt" %[[D0]], %[[T0]] : i32
      // CHECK-NEXT: llvm.select %[[KEEP]], %[[SCALE]], %[[MINUS_INF]] : i1, f32
      // CHECK-NEXT: %[[T1:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[D1]], %[[T1]] : i32
      // CHECK:      %[[T2:.*]] = llvm.mlir.constant(8 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[D0]], %[[T2]] : i32
      // CHECK:      %[[T3:.*]] = llvm.mlir.constant(8 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[D1]], %[[T3]] : i32
      // CHECK:      %[[T4:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[D2]], %[[T4]] : i32
      // CHECK:      llvm.icmp "sgt" %[[D3]]
      // CHECK:      llvm.icmp "sgt" %[[D2]]
      // CHECK:      llvm.icmp "sgt" %[[D3]]
      // CHECK-NOT:  llvm.icmp
      // CHECK:    ^[[JOIN]](%[[S0:[0-9]+]]: f32, %[[S1:[0-9]+]]: f32, %[[S2:[0-9]+]]: f32, %[[S3:[0-9]+]]: f32, %[[S4:[0-9]+]]: f32,
      %s = mla_gpu.mask %start from %first border %border if %cond : !s, !borders -> !s
      // CHECK:      %[[OVER_0:.*]] = llvm.fadd %[[M0]], %[[M0]] : f32
      // CHECK-NEXT: %[[RAISE_0:.*]] = llvm.fcmp "ogt" %[[N0]], %[[OVER_0]] : f32
      // CHECK-NEXT: %[[R0:.*]] = llvm.select %[[RAISE_0]], %[[N0]], %[[M0]] : i1, f32
      // CHECK:      %[[R1:.*]] = llvm.select %{{.*}}, %[[N1]], %[[M1]] : i1, f32
      // CHECK:      %[[R2:.*]] = llvm.select %{{.*}}, %[[N2]], %[[M2]] : i1, f32
      // CHECK:      %[[R3:.*]] = llvm.select %{{.*}}, %[[N3]], %[[M3]] : i1, f32
      %raised = mla_gpu.row.raise_max %m, %n by %m : !column
      // CHECK-NEXT: %[[NEG_0:.*]] = llvm.fneg %[[R0]] : f32
      // CHECK-NEXT: %[[NEG_1:.*]] = llvm.fneg %[[R1]] : f32
      // CHECK-NEXT: %[[NEG_2:.*]] = llvm.fneg %[[R2]] : f32
      // CHECK-NEXT: llvm.fneg %[[R3]] : f32
      // CHECK-NEXT: %[[E0:.*]] = llvm.intr.fma(%[[S0]], %[[SCALE]], %[[NEG_0]])
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"(%[[E0]])
      // CHECK-NEXT: llvm.intr.fma(%[[S1]], %[[SCALE]], %[[NEG_1]])
      // CHECK:      llvm.intr.fma(%[[S2]], %[[SCALE]], %[[NEG_0]])
      // CHECK:      llvm.intr.fma(%[[S3]], %[[SCALE]], %[[NEG_1]])
      // CHECK:      llvm.intr.fma(%[[S4]], %[[SCALE]], %[[NEG_2]])
      %p = mla_gpu.exp2_fma %s times %scale minus %raised : !s, !column -> !s
    }
  }

  // Two rows of a thread, then the lanes of equal l%4: three shuffles, of the distances of all lanes that have the column. The first quad of
  // each warp stores to place 4c + w: c = 2·(l%4) + i is 8·(l%4) on, the next 16 bytes, eight columns on 128 bytes.
  // CHECK-LABEL: llvm.func @store_parts
  mla_gpu.kernel @store_parts() step(other) grid(one, one) threads(128) smem(512) {
    %parts = mla_gpu.smem.alloc "parts" at 0 : !mla_gpu.smem<64xf32>
    %sums = mla_gpu.smem.alloc "sums" at 256 : !mla_gpu.smem<64xf32>
    // CHECK:      %[[PARTS:.*]] = llvm.mlir.addressof @smem_store_parts : !llvm.ptr<3>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[X0:.*]] = llvm.mlir.constant(1.000000e+00 : f32) : f32
      // CHECK-NEXT: %[[X1:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X2:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X3:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X4:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X5:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X6:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X7:.*]] = llvm.mlir.constant
      %x = arith.constant dense<1.0> : !s
      // CHECK-NEXT: %[[A0:.*]] = llvm.intr.maxnum(%[[X0]], %[[X2]]) : (f32, f32) -> f32
      // CHECK-NEXT: %[[A1:.*]] = llvm.intr.maxnum(%[[X1]], %[[X3]]) : (f32, f32) -> f32
      // CHECK-NEXT: %[[A2:.*]] = llvm.intr.maxnum(%[[X4]], %[[X6]]) : (f32, f32) -> f32
      // CHECK-NEXT: %[[A3:.*]] = llvm.intr.maxnum(%[[X5]], %[[X7]]) : (f32, f32) -> f32
      // CHECK:      %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK:      %[[OTHER_4:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[A0]], %[[C4]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[B0:.*]] = llvm.intr.maxnum(%[[A0]], %[[OTHER_4]])
      // CHECK:      %[[OTHER_1:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[A1]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.intr.maxnum(%[[A1]], %[[OTHER_1]])
      // CHECK:      %[[OTHER_2:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[A2]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.intr.maxnum(%[[A2]], %[[OTHER_2]])
      // CHECK:      %[[OTHER_3:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[A3]], %{{.*}}, %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.intr.maxnum(%[[A3]], %[[OTHER_3]])
      // CHECK:      %[[C8:.*]] = llvm.mlir.constant(8 : i32) : i32
      // CHECK:      %[[OTHER_8:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[B0]], %[[C8]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[D0:.*]] = llvm.intr.maxnum(%[[B0]], %[[OTHER_8]])
      // CHECK-COUNT-3: nvvm.shfl.sync
      // CHECK:      %[[C16:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK:      %[[OTHER_16:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[D0]], %[[C16]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: %[[P0:.*]] = llvm.intr.maxnum(%[[D0]], %[[OTHER_16]])
      // CHECK:      nvvm.shfl.sync
      // CHECK-NEXT: %[[P1:.*]] = llvm.intr.maxnum
      // CHECK:      nvvm.shfl.sync
      // CHECK-NEXT: %[[P2:.*]] = llvm.intr.maxnum
      // CHECK:      nvvm.shfl.sync
      // CHECK-NEXT: %[[P3:.*]] = llvm.intr.maxnum
      // CHECK-NOT:  nvvm.shfl.sync
      // CHECK:      %[[LANE:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[FOUR:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[IS_FIRST:.*]] = llvm.icmp "ult" %[[LANE]], %[[FOUR]] : i32
      // CHECK:      %[[QUAD_LANE:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[OF_LANE:.*]] = llvm.shl %[[QUAD_LANE]], %[[C3]] : i32
      // CHECK:      %[[WARP:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.add %[[OF_LANE]], %[[WARP]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[PARTS]][%[[PLACE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK-NEXT: llvm.cond_br %[[IS_FIRST]], ^[[STORE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[STORE]]:
      // CHECK-NEXT: llvm.store %[[P0]], %[[ADDRESS]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_1:.*]] = llvm.getelementptr %[[ADDRESS]][16] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[P1]], %[[AT_1]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_8:.*]] = llvm.getelementptr %[[ADDRESS]][128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[P2]], %[[AT_8]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_9:.*]] = llvm.getelementptr %[[ADDRESS]][144] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[P3]], %[[AT_9]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.smem.store_parts max %x, %parts : !s, !mla_gpu.smem<64xf32>
      // CHECK-COUNT-4: llvm.fadd
      // CHECK-COUNT-4: nvvm.shfl.sync
      // CHECK-NEXT: llvm.fadd
      // CHECK-NOT:  llvm.intr.maxnum
      // CHECK-COUNT-4: llvm.store {{.*}} : f32, !llvm.ptr<3>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      mla_gpu.smem.store_parts add %x, %sums : !s, !mla_gpu.smem<64xf32>
    }
  }

  // The four warps' values of a column in 16 bytes: 0 with 1, and 2 with 3.
  // CHECK-LABEL: llvm.func @load_parts
  mla_gpu.kernel @load_parts() step(other) grid(one, one) threads(128) smem(256) {
    %parts = mla_gpu.smem.alloc "parts" at 0 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[QUAD_LANE:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[COLUMN:.*]] = llvm.shl %[[QUAD_LANE]], %[[C1]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%[[COLUMN]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xf32>
      // CHECK-NEXT: %[[FOUR:.*]] = llvm.load %[[ADDRESS]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK:      %[[W0:.*]] = llvm.extractelement %[[FOUR]]
      // CHECK:      %[[W1:.*]] = llvm.extractelement %[[FOUR]]
      // CHECK:      %[[W2:.*]] = llvm.extractelement %[[FOUR]]
      // CHECK:      %[[W3:.*]] = llvm.extractelement %[[FOUR]]
      // CHECK-NEXT: %[[LEFT:.*]] = llvm.intr.maxnum(%[[W0]], %[[W1]]) : (f32, f32) -> f32
      // CHECK-NEXT: %[[RIGHT:.*]] = llvm.intr.maxnum(%[[W2]], %[[W3]]) : (f32, f32) -> f32
      // CHECK-NEXT: llvm.intr.maxnum(%[[LEFT]], %[[RIGHT]]) : (f32, f32) -> f32
      // CHECK-NEXT: %[[AT_1:.*]] = llvm.getelementptr %[[ADDRESS]][16] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.load %[[AT_1]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK-COUNT-3: llvm.intr.maxnum
      // CHECK-NEXT: %[[AT_8:.*]] = llvm.getelementptr %[[ADDRESS]][128] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.load %[[AT_8]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK-COUNT-3: llvm.intr.maxnum
      // CHECK-NEXT: %[[AT_9:.*]] = llvm.getelementptr %[[ADDRESS]][144] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.load %[[AT_9]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK-COUNT-3: llvm.intr.maxnum
      // CHECK-NOT:  llvm.intr.maxnum
      %max = mla_gpu.smem.load_parts max %parts : !mla_gpu.smem<64xf32> -> !column
      // CHECK-COUNT-3: llvm.extractelement
      // CHECK:      llvm.extractelement
      // CHECK-NEXT: %[[SUM_LEFT:.*]] = llvm.fadd
      // CHECK-NEXT: %[[SUM_RIGHT:.*]] = llvm.fadd
      // CHECK-NEXT: llvm.fadd %[[SUM_LEFT]], %[[SUM_RIGHT]] : f32
      // CHECK-COUNT-9: llvm.fadd
      // CHECK-NOT:  llvm.fadd
      // CHECK:      llvm.return
      %sum = mla_gpu.smem.load_parts add %parts : !mla_gpu.smem<64xf32> -> !column
    }
  }

  // The first quad of the warp group, for all have them: column 2·(l%4) + i, then eight columns, 32 bytes, on.
  // CHECK-LABEL: llvm.func @store_columns
  mla_gpu.kernel @store_columns() step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[X0:.*]] = llvm.mlir.constant(1.000000e+00 : f32) : f32
      // CHECK-NEXT: %[[X1:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X2:.*]] = llvm.mlir.constant
      // CHECK-NEXT: %[[X3:.*]] = llvm.mlir.constant
      %x = arith.constant dense<1.0> : !column
      // CHECK:      %[[QUAD:.*]] = llvm.lshr %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[WARP:.*]] = llvm.and %{{.*}}, %[[C3]] : i32
      // CHECK-NEXT: %[[EITHER:.*]] = llvm.or %[[QUAD]], %[[WARP]] : i32
      // CHECK-NEXT: %[[C0:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: %[[IS_FIRST:.*]] = llvm.icmp "eq" %[[EITHER]], %[[C0]] : i32
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[COLUMN:.*]] = llvm.shl %{{.*}}, %[[C1]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%[[COLUMN]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK-NEXT: llvm.cond_br %[[IS_FIRST]], ^[[STORE:bb[0-9]+]], ^[[DONE:bb[0-9]+]]
      // CHECK:    ^[[STORE]]:
      // CHECK-NEXT: llvm.store %[[X0]], %[[ADDRESS]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_1:.*]] = llvm.getelementptr %[[ADDRESS]][4] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[X1]], %[[AT_1]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_8:.*]] = llvm.getelementptr %[[ADDRESS]][32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[X2]], %[[AT_8]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[AT_9:.*]] = llvm.getelementptr %[[ADDRESS]][36] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %[[X3]], %[[AT_9]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: llvm.br ^[[DONE]]
      mla_gpu.smem.store_columns %x, %stat : !column, !mla_gpu.smem<64xf32>
    }
  }

  // In one access columns 2c, 2c + 1, 8 + 2c and 9 + 2c of each 16, which lie side by side; the next 16 are 64 bytes on.
  // CHECK-LABEL: llvm.func @columns_paired
  mla_gpu.kernel @columns_paired() step(other) grid(one, one) threads(128) smem(128) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<32xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[QUAD_LANE:.*]] = llvm.and %{{.*}}, %[[C3]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%[[QUAD_LANE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xf32>
      // CHECK-NEXT: %[[FOUR_0:.*]] = llvm.load %[[ADDRESS]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK:      %[[F0:.*]] = llvm.extractelement %[[FOUR_0]]
      // CHECK:      %[[F1:.*]] = llvm.extractelement %[[FOUR_0]]
      // CHECK:      %[[F2:.*]] = llvm.extractelement %[[FOUR_0]]
      // CHECK:      %[[F3:.*]] = llvm.extractelement %[[FOUR_0]]
      // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[ADDRESS]][64] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[FOUR_1:.*]] = llvm.load %[[NEXT]] {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
      // CHECK-COUNT-4: llvm.extractelement %[[FOUR_1]]
      // CHECK-NOT:  llvm.load
      %f = mla_gpu.smem.load_columns %stat paired : !mla_gpu.smem<32xf32> -> !column_narrow
    }
  }

  // Row 16w + l/4 lies in place 16w + 4·(l/4 / 2) + l/4 % 2, and the one 8 on two places, 8 bytes, behind it.
  // CHECK-LABEL: llvm.func @rows_paired
  mla_gpu.kernel @rows_paired() step(other) grid(one, one) threads(128) smem(384) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<64xf32>
    %stat_16 = mla_gpu.smem.alloc "stat_16" at 256 : !mla_gpu.smem<64xf16>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !row
      // CHECK:      %[[ROW:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C48:.*]] = llvm.mlir.constant(48 : i32) : i32
      // CHECK-NEXT: %[[CHUNK:.*]] = llvm.and %[[ROW]], %[[C48]] : i32
      // CHECK:      %[[C6:.*]] = llvm.mlir.constant(6 : i32) : i32
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.and %[[ROW]], %[[C6]] : i32
      // CHECK-NEXT: %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: %[[QUARTER:.*]] = llvm.shl %[[PAIR]], %[[C1]] : i32
      // CHECK-NEXT: %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK-NEXT: %[[SHIFTED:.*]] = llvm.lshr %[[ROW]], %[[C2]] : i32
      // CHECK:      %[[HALF:.*]] = llvm.and %[[SHIFTED]], %{{.*}} : i32
      // CHECK-NEXT: %[[UPPER:.*]] = llvm.or %[[QUARTER]], %[[HALF]] : i32
      // CHECK:      %[[LOW:.*]] = llvm.and %[[ROW]], %{{.*}} : i32
      // CHECK-NEXT: %[[IN_CHUNK:.*]] = llvm.or %[[UPPER]], %[[LOW]] : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.or %[[CHUNK]], %[[IN_CHUNK]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%[[PLACE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK:      llvm.store %{{.*}}, %[[ADDRESS]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      // CHECK-NEXT: %[[SECOND:.*]] = llvm.getelementptr %[[ADDRESS]][8] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[SECOND]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      mla_gpu.smem.store_rows %x, %stat paired : !row, !mla_gpu.smem<64xf32>
      // CHECK:      %[[ADDRESS_16:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f16
      // CHECK:      %[[FIRST_16:.*]] = llvm.fptrunc %{{.*}} : f32 to f16
      // CHECK-NEXT: llvm.store %[[FIRST_16]], %[[ADDRESS_16]] {alignment = 2 : i64} : f16, !llvm.ptr<3>
      // CHECK-NEXT: %[[SECOND_AT_16:.*]] = llvm.getelementptr %[[ADDRESS_16]][4] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[SECOND_16:.*]] = llvm.fptrunc %{{.*}} : f32 to f16
      // CHECK-NEXT: llvm.store %[[SECOND_16]], %[[SECOND_AT_16]] {alignment = 2 : i64} : f16, !llvm.ptr<3>
      mla_gpu.smem.store_rows %x, %stat_16 paired : !row, !mla_gpu.smem<64xf16>
    }
  }

  // Lane l's element lies in place 16·(l/16) + 4·(l%8 / 2) + 2·(l/8 % 2) + l%2 from the index on.
  // CHECK-LABEL: llvm.func @lanes_paired
  mla_gpu.kernel @lanes_paired() step(other) grid(one, one) threads(32) smem(384) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<64xf32>
    %stat_16 = mla_gpu.smem.alloc "stat_16" at 256 : !mla_gpu.smem<64xf16>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %x = arith.constant dense<1.0> : !lanes
      // CHECK:      %[[INDEX:.*]] = llvm.mlir.constant(32 : i32) : i32
      %c32 = arith.constant 32 : i32
      // CHECK:      %[[C16:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK-NEXT: %[[CHUNK:.*]] = llvm.and %{{.*}}, %[[C16]] : i32
      // CHECK:      %[[C6:.*]] = llvm.mlir.constant(6 : i32) : i32
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.and %[[LANE:.*]], %[[C6]] : i32
      // CHECK:      %[[QUARTER:.*]] = llvm.shl %[[PAIR]], %{{.*}} : i32
      // CHECK:      %[[SHIFTED:.*]] = llvm.lshr %[[LANE]], %{{.*}} : i32
      // CHECK:      %[[HALF:.*]] = llvm.and %[[SHIFTED]], %{{.*}} : i32
      // CHECK-NEXT: %[[UPPER:.*]] = llvm.or %[[QUARTER]], %[[HALF]] : i32
      // CHECK:      %[[LOW:.*]] = llvm.and %[[LANE]], %{{.*}} : i32
      // CHECK-NEXT: %[[IN_CHUNK:.*]] = llvm.or %[[UPPER]], %[[LOW]] : i32
      // CHECK-NEXT: %[[PLACE:.*]] = llvm.or %[[CHUNK]], %[[IN_CHUNK]] : i32
      // CHECK-NEXT: %[[FIRST:.*]] = llvm.getelementptr %{{.*}}[%[[INDEX]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.getelementptr %[[FIRST]][%[[PLACE]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f32
      // CHECK-NEXT: llvm.store %{{.*}}, %[[ADDRESS]] {alignment = 4 : i64} : f32, !llvm.ptr<3>
      mla_gpu.smem.store_lanes %x, %stat[%c32] paired : !lanes, !mla_gpu.smem<64xf32>
      // CHECK:      %[[FIRST_16:.*]] = llvm.getelementptr %{{.*}}[%[[INDEX]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f16
      // CHECK-NEXT: %[[ADDRESS_16:.*]] = llvm.getelementptr %[[FIRST_16]][%{{.*}}] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, f16
      // CHECK-NEXT: %[[ROUNDED:.*]] = llvm.fptrunc %{{.*}} : f32 to f16
      // CHECK-NEXT: llvm.store %[[ROUNDED]], %[[ADDRESS_16]] {alignment = 2 : i64} : f16, !llvm.ptr<3>
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      mla_gpu.smem.store_lanes %x, %stat_16[%c32] paired : !lanes, !mla_gpu.smem<64xf16>
    }
  }

  // Of a register of e4m3 the lower half goes to the f16 register of its row for columns of lower number, the upper half two registers on.
  // Both rows of a thread have the same factors.
  // CHECK-LABEL: llvm.func @convert_operand
  mla_gpu.kernel @convert_operand() step(other) grid(one, one) threads(128) smem(24640) {
    %l = mla_gpu.smem.alloc "l" at 0 : !latent
    %p = mla_gpu.smem.alloc "p" at 16384 : !tile_f16
    %stat_16 = mla_gpu.smem.alloc "stat_16" at 24576 : !mla_gpu.smem<32xf16>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      nvvm.ldmatrix
      // CHECK:      %[[E0:.*]] = llvm.call_intrinsic "llvm.nvvm.prmt"
      // CHECK:      nvvm.ldmatrix
      %v = mla_gpu.smem.load_transposed %l from 0 : !latent -> !v
      // Exactly: no multiplication.
      // CHECK:      %[[LOW_16:.*]] = llvm.trunc %[[E0]] : i32 to i16
      // CHECK-NEXT: %[[LOW:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[LOW_16]]) : (i16) -> vector<2xf16>
      // CHECK:      %[[SHIFTED:.*]] = llvm.lshr %[[E0]], %{{.*}} : i32
      // CHECK-NEXT: %[[HIGH_16:.*]] = llvm.trunc %[[SHIFTED]] : i32 to i16
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[HIGH_16]]) : (i16) -> vector<2xf16>
      // CHECK-NEXT: %[[A0:.*]] = llvm.bitcast %[[LOW]] : vector<2xf16> to i32
      // CHECK-NEXT: %[[A2:.*]] = llvm.bitcast %[[HIGH]] : vector<2xf16> to i32
      // CHECK:      %[[A1:.*]] = llvm.bitcast %{{.*}} : vector<2xf16> to i32
      // CHECK-NEXT: %[[A3:.*]] = llvm.bitcast %{{.*}} : vector<2xf16> to i32
      // CHECK:      %[[A4:.*]] = llvm.bitcast %{{.*}} : vector<2xf16> to i32
      // CHECK-NEXT: %[[A6:.*]] = llvm.bitcast %{{.*}} : vector<2xf16> to i32
      // CHECK:      %[[A5:.*]] = llvm.bitcast %{{.*}} : vector<2xf16> to i32
      // CHECK-NOT:  llvm.fmul
      %v_16 = mla_gpu.convert_operand %v : !v -> !v_16
      // Steps of 16 columns; B is read as it lies, K-major of sw128.
      // CHECK:      llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {$0, $1, {{[^}]*}}, $31}, {$32, $33, $34, $35}, db, zero, 1, 1, 0;
      // CHECK-SAME:   add.s32 t, b, 2;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME:   {$36, $37, $38, $39}, db, plus, 1, 1, 0;
      // CHECK-SAME:   {$44, $45, $46, $47}, db, plus, 1, 1, 0;
      // CHECK-SAME:   "=f,
      // CHECK-SAME:   %[[A0]], %[[A1]], %[[A2]], %[[A3]], %[[A4]], %[[A5]], %[[A6]],
      %d = mla_gpu.wgmma %v_16, %p transpose_b : !v_16, !tile_f16 -> !mla_gpu.pending<!o>
      // And MN-major.
      // CHECK:      wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {$0, $1, {{[^}]*}}, $31}, {$32, $33, $34, $35}, db, plus, 1, 1, 1;
      %e = mla_gpu.wgmma %v_16, %p plus %d : !v_16, !tile_f16 plus !mla_gpu.pending<!o> -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %e : !mla_gpu.pending<!o> -> !o

      // Two registers of two columns each, of every 16: 8 bytes.
      // CHECK:      %[[ADDRESS:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xi32>
      // CHECK-NEXT: %[[TWO_0:.*]] = llvm.load %[[ADDRESS]] {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xi32>
      // CHECK:      %[[F0_WORD:.*]] = llvm.extractelement %[[TWO_0]]
      // CHECK:      llvm.extractelement %[[TWO_0]]
      // CHECK-NEXT: %[[NEXT:.*]] = llvm.getelementptr %[[ADDRESS]][32] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.load %[[NEXT]] {alignment = 8 : i64} : !llvm.ptr<3> -> vector<2xi32>
      %f_16 = mla_gpu.smem.load_columns %stat_16 paired : !mla_gpu.smem<32xf16> -> !column_narrow_16
      %w = arith.constant dense<1.0> : !v_narrow
      // CHECK:      %[[F0:.*]] = llvm.bitcast %[[F0_WORD]] : i32 to vector<2xf16>
      // CHECK-NEXT: %[[F1:.*]] = llvm.bitcast %{{.*}} : i32 to vector<2xf16>
      // CHECK-NEXT: %[[F2:.*]] = llvm.bitcast %{{.*}} : i32 to vector<2xf16>
      // CHECK-NEXT: %[[F3:.*]] = llvm.bitcast %{{.*}} : i32 to vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F0]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F1]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F0]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F1]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F2]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F3]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F2]] : vector<2xf16>
      // CHECK:      llvm.fmul %{{.*}}, %[[F3]] : vector<2xf16>
      // CHECK-NOT:  llvm.fmul
      // CHECK:      llvm.return
      %w_16 = mla_gpu.convert_operand %w by %f_16 : !v_narrow by !column_narrow_16 -> !v_narrow_16
    }
  }

  // Register 2u + h: elements 8u + 2h and the next in the lower bytes, four further on in the upper ones.
  // CHECK-LABEL: llvm.func @quantize
  mla_gpu.kernel @quantize(%scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %splat = mla_gpu.splat %scale : f32 -> !s
      %x = math.exp2 %splat : !s
      // CHECK:      %[[X0:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"
      // CHECK-NEXT: %[[X1:.*]] = llvm.call_intrinsic
      // CHECK-NEXT: %[[X2:.*]] = llvm.call_intrinsic
      // CHECK-NEXT: %[[X3:.*]] = llvm.call_intrinsic
      // CHECK-NEXT: %[[X4:.*]] = llvm.call_intrinsic
      // CHECK-NEXT: %[[X5:.*]] = llvm.call_intrinsic
      // CHECK:      %[[LOW:.*]] = llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"(%[[X1]], %[[X0]]) : (f32, f32) -> i16
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"(%[[X5]], %[[X4]]) : (f32, f32) -> i16
      // CHECK-NEXT: %[[HIGH_32:.*]] = llvm.zext %[[HIGH]] : i16 to i32
      // CHECK-DAG:  %[[UPPER:.*]] = llvm.shl %[[HIGH_32]], %{{.*}} : i32
      // CHECK-DAG:  %[[LOW_32:.*]] = llvm.zext %[[LOW]] : i16 to i32
      // CHECK:      %[[WORD:.*]] = llvm.or %[[LOW_32]], %[[UPPER]] : i32
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"(%[[X3]], %[[X2]]) : (f32, f32) -> i16
      %x_8 = mla_gpu.quantize %x : !s -> !s_8
      // CHECK:      %[[BYTES:.*]] = llvm.trunc %[[WORD]] : i32 to i16
      // CHECK-NEXT: %[[HALVES:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[BYTES]]) : (i16) -> vector<2xf16>
      // CHECK:      llvm.extractelement %[[HALVES]]
      // CHECK-NEXT: llvm.fpext %{{.*}} : f16 to f32
      // CHECK:      %[[REST:.*]] = llvm.trunc %{{.*}} : i32 to i16
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[REST]])
      %back = mla_gpu.dequantize %x_8 : !s_8 -> !s
    }
  }

  // What was taken is widened and subtracted; what a value is made of does not move behind an asm.
  // CHECK-LABEL: llvm.func @quantize_rest
  mla_gpu.kernel @quantize_rest(%scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = mla_gpu.splat %scale : f32 -> !s
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"
      %x_8 = mla_gpu.quantize %x : !s -> !s_8
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK:      %[[TAKEN:.*]] = llvm.fpext %{{.*}} : f16 to f32
      // CHECK:      llvm.fsub %{{.*}}, %[[TAKEN]] : f32
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"
      %rest = mla_gpu.quantize %x less %x_8 : !s less !s_8 -> !s_8
      // Two registers of eight columns: a row has one of them, two pairs, which add up in f16.
      // CHECK:      %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK:      llvm.fadd %{{.*}}, %{{.*}} : vector<2xf16>
      // CHECK:      llvm.fadd %{{.*}}, %{{.*}} : f32
      %sum = mla_gpu.row.sum %x_8 : !s_8 -> tensor<64xf32, #mla_gpu.layout<row_partial>>
      // CHECK:      llvm.inline_asm has_side_effects "", "=f,=f,{{.*}},0,1,2,3,4,5,6,7,~{memory}"
      %here = mla_gpu.materialize %x : !s
      // A thread has 16 of 64 rows and 32 columns of f16, in 8 registers.
      // CHECK:      llvm.inline_asm has_side_effects "", "=r,=r,{{.*}},0,1,2,3,4,5,6,7,~{memory}"
      %v = arith.constant dense<1.0> : !v_narrow_16
      %v_here = mla_gpu.materialize %v : !v_narrow_16
      // Zeros by a product each that the assembler does not know.
      // CHECK:      llvm.inline_asm has_side_effects "{{.*}}mov.u32 bits, %ctaid.z;{{.*}}fma.rn.f32 $0, zero, 0f3F800000, zero;{{.*}}fma.rn.f32 $1, zero, 0f40000000, zero;{{.*}}fma.rn.f32 $7, zero, 0f41000000, zero;{{.*}}", "=f,=f,=f,=f,=f,=f,=f,=f,~{memory}"
      %zero = mla_gpu.zero : !s
    }
  }

  // Rows are cleared by all threads of the team: 128 of a warp group, 16 bytes each.
  // CHECK-LABEL: llvm.func @zero_rows
  mla_gpu.kernel @zero_rows(%first: i32 {mla_gpu.bind = #mla_gpu.binding<rows>}) step(other) grid(one, one) threads(128) smem(16384) {
    %k = mla_gpu.smem.alloc "k" at 0 : !latent
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      llvm.inline_asm has_side_effects "mov.u32 $0, %tid.x;"
      // CHECK:      llvm.mlir.constant(2048 : i32)
      mla_gpu.smem.zero_rows %k from %first : !latent
    }
  }

  // Swizzle 128 B, stride 1024 B: 0x40000040. Steps of 32 bytes, 32 columns; no operand of these can be transposed.
  // CHECK-LABEL: llvm.func @wgmma_shared
  mla_gpu.kernel @wgmma_shared() step(other) grid(one, one) threads(128) smem(40960) {
    %q = mla_gpu.smem.alloc "q" at 0 : !latent
    %k = mla_gpu.smem.alloc "k" at 16384 : !latent
    %r = mla_gpu.smem.alloc "r" at 32768 : !two
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   add.s32 t, a, 0;{{\\0A}}mov.b64 da, {t, 1073741888};
      // CHECK-SAME:   wgmma.mma_async.sync.aligned.m64n64k32.f32.e4m3.e4m3 {$0, $1, {{[^}]*}}, $31}, da, db, zero, 1, 1;
      // CHECK-SAME:   add.s32 t, b, 6;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME:   add.s32 t, a, 512;
      // CHECK-SAME:   add.s32 t, b, 518;
      // CHECK-NOT:    add.s32
      // CHECK-SAME:   "=f,
      %s = mla_gpu.wgmma %q, %k transpose_b : !latent, !latent -> !mla_gpu.pending<!acc>
      // Swizzle 64 B, stride 512 B: 0x80000020. Two steps in a tile of 4096 bytes.
      // CHECK:      llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   add.s32 t, a, 0;{{\\0A}}mov.b64 da, {t, 2147483680};
      // CHECK-SAME:   add.s32 t, b, 2;{{\\0A}}mov.b64 db, {t, 2147483680};
      // CHECK-SAME:   add.s32 t, a, 256;
      // CHECK-SAME:   add.s32 t, b, 258;
      // CHECK-NOT:    add.s32
      // CHECK-SAME:   "=f,
      %t = mla_gpu.wgmma %r, %r transpose_b plus %s : !two, !two plus !mla_gpu.pending<!acc> -> !mla_gpu.pending<!acc>
      mla_gpu.wgmma.commit
      %done = mla_gpu.wgmma.wait pending(0) %t : !mla_gpu.pending<!acc> -> !acc
    }
  }

  // A from registers, four for each step.
  // CHECK-LABEL: llvm.func @wgmma_paired
  mla_gpu.kernel @wgmma_paired() step(other) grid(one, one) threads(128) smem(4096) {
    %p = mla_gpu.smem.alloc "p" at 0 : !p_smem
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %v = arith.constant dense<1.0> : !v
      %o = arith.constant dense<0.0> : !o
      // CHECK:      llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   shr.b32 b, $40, 4;
      // CHECK-SAME:   add.s32 t, b, 0;{{\\0A}}mov.b64 db, {t, 2147483680};
      // CHECK-SAME:   wgmma.mma_async.sync.aligned.m64n64k32.f32.e4m3.e4m3 {$0, $1, {{[^}]*}}, $31}, {$32, $33, $34, $35}, db, plus, 1, 1;
      // CHECK-SAME:   add.s32 t, b, 2;
      // CHECK-SAME:   {$36, $37, $38, $39}, db, plus, 1, 1;
      // CHECK-SAME:   "=f,
      %d = mla_gpu.wgmma %v, %p transpose_b plus %o : !v, !p_smem plus !o -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      // CHECK: llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;"
      %done = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!o> -> !o
    }
  }

  // Of a B of 64 rows the first 16, or 8: the instruction is narrower, the descriptors are those of 64 rows.
  // CHECK-LABEL: llvm.func @wgmma_few
  mla_gpu.kernel @wgmma_few() step(other) grid(one, one) threads(128) smem(45056) {
    %k = mla_gpu.smem.alloc "k" at 0 : !latent
    %q = mla_gpu.smem.alloc "q" at 16384 : !latent
    %p = mla_gpu.smem.alloc "p" at 32768 : !p_smem
    %h = mla_gpu.smem.alloc "h" at 36864 : !tile_f16
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      llvm.inline_asm has_side_effects "{
      // CHECK-SAME:   shr.b32 a, $8, 4;
      // CHECK-SAME:   shr.b32 b, $9, 4;
      // CHECK-SAME:   add.s32 t, b, 0;{{\\0A}}mov.b64 db, {t, 1073741888};
      // CHECK-SAME:   wgmma.mma_async.sync.aligned.m64n16k32.f32.e4m3.e4m3 {$0, $1, $2, $3, $4, $5, $6, $7}, da, db, zero, 1, 1;
      // CHECK-SAME:   add.s32 t, b, 512;
      // CHECK-SAME:   add.s32 t, b, 518;
      // CHECK-SAME:   "=f,=f,=f,=f,=f,=f,=f,=f,r,r,~{memory}"
      %s = mla_gpu.wgmma %k, %q transpose_b : !latent, !latent -> !mla_gpu.pending<!s>
      %v = arith.constant dense<1.0> : !v
      // CHECK:      wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {$0, $1, $2, $3}, {$4, $5, $6, $7}, db, zero, 1, 1;
      // CHECK-SAME:   "=f,=f,=f,=f,r,
      %o = mla_gpu.wgmma %v, %p transpose_b : !v, !p_smem -> !mla_gpu.pending<!o_few>
      %v_16 = arith.constant dense<1.0> : !v_16
      // CHECK:      wgmma.mma_async.sync.aligned.m64n16k16.f32.f16.f16 {$0, $1, $2, $3, $4, $5, $6, $7}, {$8, $9, $10, $11}, db, zero, 1, 1, 0;
      %o_16 = mla_gpu.wgmma %v_16, %h transpose_b : !v_16, !tile_f16 -> !mla_gpu.pending<!o_narrow>
      mla_gpu.wgmma.commit
    }
  }

  // Tiles of 4096 bytes and 64 columns; cleared rows are 64 bytes long.
  // CHECK-LABEL: llvm.func @copies
  mla_gpu.kernel @copies(%map: !mla_gpu.tensor_map<64x64xf8E4M3FN, sw64> {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(other) grid(one, one) threads(32) smem(8200) {
    %t = mla_gpu.smem.alloc "t" at 0 : !two
    %full = mla_gpu.mbar.alloc "full" count(1) at 8192
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      cp.async.bulk.tensor.2d.shared::cluster
      // CHECK:      llvm.getelementptr %{{.*}}[4096]
      // CHECK:      llvm.mlir.constant(64 : i32) : i32
      // CHECK:      cp.async.bulk.tensor.2d.shared::cluster
      mla_gpu.tma.load %map[%c0, %c0] to %t signal %full : !mla_gpu.tensor_map<64x64xf8E4M3FN, sw64> -> !two
      // CHECK:      %[[C6:.*]] = llvm.mlir.constant(6 : i32) : i32
      // CHECK-NEXT: llvm.shl %{{.*}}, %[[C6]] : i32
      // CHECK:      %[[END:.*]] = llvm.mlir.constant(4096 : i32) : i32
      // CHECK-NEXT: llvm.icmp "slt" %{{.*}}, %[[END]] : i32
      // CHECK:      llvm.getelementptr %{{.*}}[4096]
      mla_gpu.smem.zero_rows %t from %c0 : !two
      // CHECK:      cp.async.bulk.tensor.2d.global.shared::cta
      // CHECK:      llvm.getelementptr %{{.*}}[4096]
      // CHECK:      cp.async.bulk.tensor.2d.global.shared::cta
      mla_gpu.tma.store %t to %map[%c0, %c0] : !two -> !mla_gpu.tensor_map<64x64xf8E4M3FN, sw64>
    }
  }
}
