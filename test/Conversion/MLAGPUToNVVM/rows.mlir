// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#row = #mla_gpu.layout<row>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!s = tensor<64x16xf32, #mla_gpu.layout<acc>>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!p = tensor<64x16xbf16, #mla_gpu.layout<a_operand>>
!p_f16 = tensor<64x16xf16, #mla_gpu.layout<a_operand>>
!stat = !mla_gpu.smem<64xf32>
!wide = !mla_gpu.smem<64x64xbf16, sw128>

// A thread holds eight elements of a 64×16 accumulator: 0, 1, 4, 5 of its first row and 2, 3, 6, 7 of its second.
mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @reductions
  // CHECK-SAME:  (%[[X:.*]]: f32)
  mla_gpu.kernel @reductions(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK-COUNT-2: llvm.load
      %f = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      %start = mla_gpu.splat %x : f32 -> !s
      // CHECK: %[[S:[0-9]+]] = llvm.fmul
      // CHECK-COUNT-7: llvm.fmul
      %s = mla_gpu.row.scale %start by %f : !s, !rowf -> !s
      // Three maxima in a tree, then the four lanes of the quad.
      // CHECK-COUNT-3: llvm.intr.maxnum
      // CHECK:      %[[C1:.*]] = llvm.mlir.constant(1 : i32) : i32
      // CHECK:      %[[OTHER:.*]] = nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %[[C1]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.intr.maxnum(%{{.*}}, %[[OTHER]])
      // CHECK:      %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK:      nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %[[C2]], %{{.*}} : f32 -> f32
      // CHECK-NEXT: llvm.intr.maxnum
      // CHECK-COUNT-5: llvm.intr.maxnum
      // CHECK-NOT:  llvm.intr.maxnum
      %max = mla_gpu.row.max %s : !s -> !rowf
      // A sum stays in the thread …
      // CHECK-COUNT-6: llvm.fadd
      %sum = mla_gpu.row.sum %s : !s -> !sum
      // … until it is reduced.
      // CHECK:      nvvm.shfl.sync bfly
      // CHECK-NEXT: llvm.fadd
      // CHECK:      nvvm.shfl.sync bfly
      // CHECK-NEXT: llvm.fadd
      %total = mla_gpu.row.reduce %sum : !sum -> !rowf
      %both = arith.addf %max, %total : !rowf
      mla_gpu.smem.store_rows %both, %stat : !rowf, !stat
    }
  }

  // CHECK-LABEL: llvm.func @scale
  // CHECK-SAME:  (%[[X:.*]]: f32)
  mla_gpu.kernel @scale(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK: %[[F0:.*]] = llvm.load
      // CHECK: %[[F1:.*]] = llvm.load
      %f = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      %start = mla_gpu.splat %x : f32 -> !s
      // Elements 0 and 1 by the first row's factor, 2 and 3 by the second's.
      // CHECK-NEXT: llvm.fmul %[[X]], %[[F0]] : f32
      // CHECK-NEXT: llvm.fmul %[[X]], %[[F0]] : f32
      // CHECK-NEXT: llvm.fmul %[[X]], %[[F1]] : f32
      // CHECK-NEXT: llvm.fmul %[[X]], %[[F1]] : f32
      // CHECK-NEXT: %[[S4:.*]] = llvm.fmul %[[X]], %[[F0]] : f32
      %s = mla_gpu.row.scale %start by %f : !s, !rowf -> !s
      // A warp none of whose factors differs from 1 branches around the multiplications.
      // CHECK:      %[[D0:.*]] = llvm.fcmp "une" %[[F0]], %[[ONE:.*]] : f32
      // CHECK-NEXT: %[[D1:.*]] = llvm.fcmp "une" %[[F1]], %[[ONE]] : f32
      // CHECK-NEXT: %[[D:.*]] = llvm.or %[[D0]], %[[D1]] : i1
      // CHECK:      %[[ANY:.*]] = nvvm.vote.sync any %{{.*}}, %[[D]] -> i1
      // CHECK-NEXT: llvm.cond_br %[[ANY]], ^[[SCALE:bb[0-9]+]], ^[[JOIN:bb[0-9]+]](%{{.*}}, %[[S4]], %{{.*}} : f32, f32, f32, f32, f32, f32, f32, f32)
      // CHECK:    ^[[SCALE]]:
      // CHECK-COUNT-8: llvm.fmul
      // CHECK-NOT:  llvm.fmul
      // CHECK:      llvm.br ^[[JOIN]](
      %t = mla_gpu.row.scale %s by %f skip_unit : !s, !rowf -> !s
      // CHECK-COUNT-6: llvm.fadd
      %sum = mla_gpu.row.sum %t : !s -> !sum
      // CHECK: llvm.fmul %{{.*}}, %[[F0]] : f32
      // CHECK: llvm.fmul %{{.*}}, %[[F1]] : f32
      %scaled = mla_gpu.row.scale %sum by %f : !sum, !rowf -> !sum
      %total = mla_gpu.row.reduce %scaled : !sum -> !rowf
      mla_gpu.smem.store_rows %total, %stat : !rowf, !stat
    }
  }

  // CHECK-LABEL: llvm.func @softmax
  // CHECK-SAME:  (%[[SCALE:.*]]: f32, %[[FIRST:.*]]: i32)
  mla_gpu.kernel @softmax(%scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>},
                          %first: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) smem(8448) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !wide
    %stat = mla_gpu.smem.alloc "stat" at 8192 : !stat
    %c0 = arith.constant 0 : i32
    // CHECK: %[[COND:.*]] = llvm.icmp "sgt"
    %cond = arith.cmpi sgt, %first, %c0 : i32
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // Rows 16·warp + lane / 4 and 8 more.
      // CHECK:      %[[ROW:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK-NEXT: %[[C8:.*]] = llvm.mlir.constant(8 : i32) : i32
      // CHECK-NEXT: %[[ROW_8:.*]] = llvm.add %[[ROW]], %[[C8]] : i32
      %row = mla_gpu.row.index : !rowi
      // CHECK:      %[[M0:.*]] = llvm.load
      // CHECK:      %[[M1:.*]] = llvm.load
      %m = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      %start = mla_gpu.splat %scale : f32 -> !s
      // CHECK: llvm.cond_br %[[COND]], ^[[MASK:bb[0-9]+]], ^[[JOIN:bb[0-9]+]](
      // CHECK:    ^[[MASK]]:
      // CHECK:      %[[MINUS_INF:.*]] = llvm.mlir.constant(0xFF800000 : f32) : f32
      // The lane's first column moves to the other side of the comparison.
      // CHECK:      %[[LANE_FIRST:.*]] = llvm.add %[[FIRST]], %{{.*}} : i32
      // CHECK-NEXT: %[[B0:.*]] = llvm.sub %[[ROW]], %[[LANE_FIRST]] : i32
      // CHECK-NEXT: %[[B1:.*]] = llvm.sub %[[ROW_8]], %[[LANE_FIRST]] : i32
      // CHECK:      %[[KEEP:.*]] = llvm.icmp "sgt" %[[B0]], %{{.*}} : i32
      // CHECK-NEXT: llvm.select %[[KEEP]], %[[SCALE]], %[[MINUS_INF]] : i1, f32
      // CHECK:      llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[B0]]
      // CHECK:      llvm.mlir.constant(0 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[B1]]
      // CHECK:      llvm.mlir.constant(1 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[B1]]
      // CHECK:      llvm.mlir.constant(8 : i32) : i32
      // CHECK-NEXT: llvm.icmp "sgt" %[[B0]]
      // CHECK:      llvm.mlir.constant(9 : i32) : i32
      // CHECK:      llvm.br ^[[JOIN]](
      // CHECK:    ^[[JOIN]](%[[S0:[0-9]+]]: f32, %{{[0-9]+}}: f32, %[[S2:[0-9]+]]: f32, %{{[0-9]+}}: f32,
      %s = mla_gpu.mask %start from %first border %row if %cond : !s, !rowi -> !s
      %max = mla_gpu.row.max %s : !s -> !rowf
      // CHECK:      %[[BORDER:.*]] = llvm.fadd %[[M0]], %[[M0]] : f32
      // CHECK-NEXT: %[[RAISE:.*]] = llvm.fcmp "ogt" %[[CANDIDATE:.*]], %[[BORDER]] : f32
      // CHECK-NEXT: %[[N0:.*]] = llvm.select %[[RAISE]], %[[CANDIDATE]], %[[M0]] : i1, f32
      // CHECK:      %[[N1:.*]] = llvm.select %{{.*}}, %{{.*}}, %[[M1]] : i1, f32
      %n = mla_gpu.row.raise_max %m, %max by %m : !rowf
      // CHECK-NEXT: %[[NEG_0:.*]] = llvm.fneg %[[N0]] : f32
      // CHECK-NEXT: %[[NEG_1:.*]] = llvm.fneg %[[N1]] : f32
      // CHECK-NEXT: %[[E0:.*]] = llvm.intr.fma(%[[S0]], %[[SCALE]], %[[NEG_0]])
      // CHECK-NEXT: %[[P0:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"(%[[E0]])
      // CHECK:      %[[P1:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"
      // CHECK-NEXT: llvm.intr.fma(%[[S2]], %[[SCALE]], %[[NEG_1]])
      %p = mla_gpu.exp2_fma %s times %scale minus %n : !s, !rowf -> !s
      // Pairs of neighbours, the first in the low half (the intrinsic's second operand).
      // CHECK:      %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[P1]], %[[P0]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: llvm.bitcast %[[PAIR]] : vector<2xbf16> to i32
      // CHECK-COUNT-3: llvm.nvvm.ff2bf16x2.rn
      // CHECK-NOT:  llvm.nvvm.ff2bf16x2.rn
      %p_16 = mla_gpu.to_a_operand %p : !s -> !p
      // CHECK-COUNT-4: llvm.nvvm.ff2f16x2.rn
      %p_f16 = mla_gpu.to_a_operand %p : !s -> !p_f16
    }
  }

  // Absolute values first.
  // CHECK-LABEL: llvm.func @magnitude
  mla_gpu.kernel @magnitude(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %s = mla_gpu.splat %x : f32 -> !s
      // CHECK-COUNT-8: "llvm.fabs"
      // CHECK-NOT:  llvm.fabs
      // CHECK:      llvm.intr.maxnum
      %max = mla_gpu.row.max %s magnitude : !s -> !rowf
      mla_gpu.smem.store_rows %max, %stat : !rowf, !stat
      // CHECK-COUNT-8: "llvm.fabs"
      // CHECK-NOT:  llvm.fabs
      // CHECK:      llvm.fadd
      %part = mla_gpu.row.sum %s magnitude : !s -> !sum
      %sum = mla_gpu.row.reduce %part : !sum -> !rowf
      mla_gpu.smem.store_rows %sum, %stat : !rowf, !stat
    }
  }

  // Element 4j + e holds a column of pair 4j + l%4, its neighbour the other; each frequency serves both rows.
  // CHECK-LABEL: llvm.func @rotate_neighbours
  mla_gpu.kernel @rotate_neighbours(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %s = mla_gpu.splat %x : f32 -> !s
      // CHECK:      %[[TABLE:.*]] = llvm.mlir.addressof @lane_table_{{[0-9]}} : !llvm.ptr<1>
      // CHECK:      %[[POSITION:.*]] = llvm.sext %{{.*}} : i32 to i64
      // CHECK:      %[[TURNS:.*]] = llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> i64
      // CHECK-NEXT: %[[TURNED:.*]] = llvm.mul %[[POSITION]], %[[TURNS]] : i64
      // CHECK:      llvm.lshr %[[TURNED]]
      // CHECK:      llvm.trunc
      // CHECK:      llvm.sitofp
      // CHECK:      llvm.nvvm.cos.approx.ftz.f
      // CHECK:      llvm.nvvm.sin.approx.ftz.f
      // CHECK:      llvm.mul %{{.*}}, %[[TURNS]] : i64
      // CHECK:      llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> i64
      // CHECK-NOT:  llvm.load
      %turned = mla_gpu.rotate %s at %row by <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2, 3, 4, 5, 6, 7, 8]>
          : !s, !rowi
      %max = mla_gpu.row.max %turned : !s -> !rowf
      mla_gpu.smem.store_rows %max, %stat : !rowf, !stat
    }
  }

  // Elements of the first half turn with those of the second.
  // CHECK-LABEL: llvm.func @rotate_halves
  mla_gpu.kernel @rotate_halves(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %s = mla_gpu.splat %x : f32 -> !s
      // CHECK-COUNT-2: llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> i64
      // CHECK-NOT:     llvm.load
      %turned = mla_gpu.rotate %s at %row by <interleaved = false, magnitude = 1.0 : f64, turns = [1, 2, 3, 4, 5, 6, 7, 8]>
          : !s, !rowi
      %max = mla_gpu.row.max %turned : !s -> !rowf
      mla_gpu.smem.store_rows %max, %stat : !rowf, !stat
    }
  }

  // Of 16 columns 8 turn: one frequency a lane, for both rows.
  // CHECK-LABEL: llvm.func @rotate_first
  mla_gpu.kernel @rotate_first(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !stat
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %s = mla_gpu.splat %x : f32 -> !s
      // CHECK:         llvm.load %{{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> i64
      // CHECK-COUNT-2: llvm.nvvm.cos.approx.ftz.f
      // CHECK-NOT:     llvm.nvvm.cos.approx.ftz.f
      %turned = mla_gpu.rotate %s at %row by <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2, 3, 4]> : !s, !rowi
      %max = mla_gpu.row.max %turned : !s -> !rowf
      mla_gpu.smem.store_rows %max, %stat : !rowf, !stat
    }
  }

  // Of 64 columns 16 turn, column c with column c + 8: the first tile's first and third words.
  // CHECK-LABEL: llvm.func @rotate_first_halves
  mla_gpu.kernel @rotate_first_halves() step(other) grid(one, one) threads(128) smem(8192) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !mla_gpu.smem<64x64xbf16, sw128>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      // CHECK:      %[[TILE:.*]] = nvvm.ldmatrix
      // CHECK-NEXT: %[[WORD_0:.*]] = llvm.extractvalue %[[TILE]][0]
      // CHECK:      %[[WORD_2:.*]] = llvm.extractvalue %[[TILE]][2]
      // CHECK:      %[[LOW_0:.*]] = llvm.shl %[[WORD_0]],
      // CHECK:      %[[U:.*]] = llvm.bitcast %[[LOW_0]]
      // CHECK:      %[[LOW_2:.*]] = llvm.shl %[[WORD_2]],
      // CHECK:      %[[V:.*]] = llvm.bitcast %[[LOW_2]]
      %s = mla_gpu.smem.load_tile %tile : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
      // CHECK:         llvm.fmul %[[U]], %[[COS:.*]] : f32
      // CHECK-NEXT:    llvm.fmul %[[U]], %[[SIN:.*]] : f32
      // CHECK-NEXT:    llvm.fmul %[[V]], %[[COS]] : f32
      // CHECK-NEXT:    llvm.fmul %[[V]], %[[SIN]] : f32
      // CHECK-COUNT-4: llvm.fsub
      // CHECK-NOT:     llvm.fsub
      %turned = mla_gpu.rotate %s at %row by <interleaved = false, magnitude = 1.0 : f64, turns = [1, 2, 3, 4, 5, 6, 7, 8]>
          : tensor<64x64xf32, #mla_gpu.layout<acc>>, !rowi
      %p = mla_gpu.to_a_operand %turned : tensor<64x64xf32, #mla_gpu.layout<acc>> -> tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
      mla_gpu.smem.store_tile %p, %tile : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xbf16, sw128>
    }
  }
}
