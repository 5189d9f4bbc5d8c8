// RUN: mla-opt %s --verify-roundtrip | FileCheck %s

!q = !mla_gpu.smem<64x576xbf16, sw128>
!block = !mla_gpu.smem<64x512xf8E4M3FN, sw128>
!rope = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!column = tensor<64xf32, #mla_gpu.layout<column>>
!column_16 = tensor<64xf16, #mla_gpu.layout<column>>
!few = tensor<64x16xf32, #mla_gpu.layout<acc>>
!few_paired = tensor<64x8xf32, #mla_gpu.layout<acc_paired>>
!few_columns = tensor<16xf32, #mla_gpu.layout<column>>

// CHECK-LABEL: func @views
// CHECK-SAME: (%[[Q:.*]]: !mla_gpu.smem<64x576xbf16, sw128>)
func.func @views(%q: !q) {
  // CHECK: mla_gpu.smem.view %[[Q]] tiles(0 to 4) : !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.smem<64x512xf8E4M3FN, sw128>
  %0 = mla_gpu.smem.view %q tiles(0 to 4) : !q -> !block
  // Two tiles of 4 KiB in the place of one of 8 KiB.
  // CHECK: %[[PAIR:.*]] = mla_gpu.smem.view %[[Q]] tiles(8 to 9) : !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.smem<64x128xf8E4M3FN, sw64>
  %pair = mla_gpu.smem.view %q tiles(8 to 9) : !q -> !mla_gpu.smem<64x128xf8E4M3FN, sw64>
  // CHECK: %[[HALF:.*]] = mla_gpu.smem.view %[[PAIR]] tiles(1 to 2) : !mla_gpu.smem<64x128xf8E4M3FN, sw64> -> !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  %half = mla_gpu.smem.view %pair tiles(1 to 2) : !mla_gpu.smem<64x128xf8E4M3FN, sw64> -> !rope
  // CHECK: mla_gpu.smem.view %[[HALF]] tiles(0 to 1) : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
  %p = mla_gpu.smem.view %half tiles(0 to 1) : !rope -> !p_smem
  return
}

// CHECK-LABEL: func @shared_memory
// CHECK-SAME: (%[[TILE:.*]]: !mla_gpu.smem<64x64xbf16, sw128>, %[[BLOCK:.*]]: !mla_gpu.smem<64x512xf8E4M3FN, sw128>, %[[ROPE:.*]]: !mla_gpu.smem<64x64xf8E4M3FN, sw64>,
// CHECK-SAME: %[[P:.*]]: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>, %[[STAT:.*]]: !mla_gpu.smem<64xf32>, %[[S:.*]]: tensor<64x64xf8E4M3FN, #acc>, %[[O:.*]]: tensor<64x64xf32, #acc_paired>,
// CHECK-SAME: %[[STAT_16:.*]]: !mla_gpu.smem<64xf16>, %[[ROWS:.*]]: tensor<64xf32, #{{.*}}>, %[[LANES:.*]]: tensor<32xf32, #{{.*}}>, %[[C0:.*]]: i32)
func.func @shared_memory(%tile: !tile, %block: !block, %rope: !rope, %p: !p_smem, %stat: !mla_gpu.smem<64xf32>, %s: !s_8,
                         %o: !o, %stat_16: !mla_gpu.smem<64xf16>, %rows: tensor<64xf32, #mla_gpu.layout<row>>, %lanes: tensor<32xf32, #mla_gpu.layout<lane>>,
                         %c0: i32) {
  // CHECK: mla_gpu.smem.load_tile %[[TILE]] : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x64xf32, #acc>
  %q = mla_gpu.smem.load_tile %tile : !tile -> !s
  // CHECK: %[[LEFT:.*]] = mla_gpu.smem.view %[[BLOCK]] tiles(0 to 1)
  // CHECK: mla_gpu.smem.load_tile %[[LEFT]] : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x128xf8E4M3FN, #acc>
  %left = mla_gpu.smem.view %block tiles(0 to 1) : !block -> !mla_gpu.smem<64x128xf8E4M3FN, sw128>
  %left_8 = mla_gpu.smem.load_tile %left : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
  // CHECK: mla_gpu.smem.load_tile %[[ROPE]] : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> tensor<64x64xf8E4M3FN, #acc>
  %rope_8 = mla_gpu.smem.load_tile %rope : !rope -> !s_8
  // CHECK: mla_gpu.smem.load_transposed %[[BLOCK]] from 448 : !mla_gpu.smem<64x512xf8E4M3FN, sw128> -> tensor<64x64xf8E4M3FN, #a_paired>
  %v = mla_gpu.smem.load_transposed %block from 448 : !block -> !v
  // CHECK: mla_gpu.smem.store_tile %[[S]], %[[ROPE]] : tensor<64x64xf8E4M3FN, #acc>, !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  mla_gpu.smem.store_tile %s, %rope : !s_8, !rope
  // CHECK: mla_gpu.smem.store_tile %[[S]], %[[P]] : tensor<64x64xf8E4M3FN, #acc>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
  mla_gpu.smem.store_tile %s, %p : !s_8, !p_smem
  // CHECK: mla_gpu.smem.store_transposed %[[O]], %[[TILE]] : tensor<64x64xf32, #acc_paired>, !mla_gpu.smem<64x64xbf16, sw128>
  mla_gpu.smem.store_transposed %o, %tile : !o, !tile
  // CHECK: mla_gpu.smem.load_columns %[[STAT]] : !mla_gpu.smem<64xf32> -> tensor<64xf32, #column>
  %column = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> !column
  // CHECK: mla_gpu.smem.load_columns %[[STAT]] paired : !mla_gpu.smem<64xf32> -> tensor<64xf32, #column>
  %column_paired = mla_gpu.smem.load_columns %stat paired : !mla_gpu.smem<64xf32> -> !column
  // CHECK: mla_gpu.smem.store_rows %[[ROWS]], %[[STAT]] paired {test.note} : tensor<64xf32, #{{.*}}>, !mla_gpu.smem<64xf32>
  mla_gpu.smem.store_rows %rows, %stat paired {test.note} : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf32>
  // CHECK: mla_gpu.smem.store_lanes %[[LANES]], %[[STAT]][%[[C0]]] paired : tensor<32xf32, #{{.*}}>, !mla_gpu.smem<64xf32>
  mla_gpu.smem.store_lanes %lanes, %stat[%c0] paired : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<64xf32>
  // Rounded to f16 on the way.
  // CHECK: mla_gpu.smem.store_rows %[[ROWS]], %[[STAT_16]] paired : tensor<64xf32, #{{.*}}>, !mla_gpu.smem<64xf16>
  mla_gpu.smem.store_rows %rows, %stat_16 paired : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf16>
  // CHECK: mla_gpu.smem.store_lanes %[[LANES]], %[[STAT_16]][%[[C0]]] paired : tensor<32xf32, #{{.*}}>, !mla_gpu.smem<64xf16>
  mla_gpu.smem.store_lanes %lanes, %stat_16[%c0] paired : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<64xf16>
  // CHECK: mla_gpu.smem.load_columns %[[STAT_16]] paired : !mla_gpu.smem<64xf16> -> tensor<64xf16, #column>
  %column_16 = mla_gpu.smem.load_columns %stat_16 paired : !mla_gpu.smem<64xf16> -> !column_16
  // CHECK: mla_gpu.smem.zero_rows %[[ROPE]] from %{{.*}} : !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  mla_gpu.smem.zero_rows %rope from %c0 : !rope
  return
}

// CHECK-LABEL: func @copies
func.func @copies(%latent_map: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>,
                  %rope_map: !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>, %block: !block, %rope: !rope, %bar: !mla_gpu.mbar,
                  %c0: i32) {
  // CHECK: mla_gpu.tma.load %{{.*}} : !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> -> !mla_gpu.smem<64x512xf8E4M3FN, sw128>
  mla_gpu.tma.load %latent_map[%c0, %c0, %c0] to %block signal %bar
      : !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> -> !block
  // CHECK: mla_gpu.tma.load %{{.*}} : !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64> -> !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  mla_gpu.tma.load %rope_map[%c0, %c0, %c0] to %rope signal %bar : !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64> -> !rope
  // CHECK: mla_gpu.tma.store %{{.*}} : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>
  mla_gpu.tma.store %rope to %rope_map[%c0, %c0, %c0] : !rope -> !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>
  return
}

// CHECK-LABEL: func @wgmma
// CHECK-SAME: (%[[BLOCK:.*]]: !mla_gpu.smem<64x512xf8E4M3FN, sw128>, %[[ROPE:.*]]: !mla_gpu.smem<64x64xf8E4M3FN, sw64>,
// CHECK-SAME: %[[P:.*]]: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>, %[[V:.*]]: tensor<64x64xf8E4M3FN, #a_paired>, %[[O:.*]]: tensor<64x64xf32, #acc_paired>)
func.func @wgmma(%block: !block, %rope: !rope, %p: !p_smem, %v: !v, %o: !o) -> !o {
  // CHECK: %[[S0:.*]] = mla_gpu.wgmma %[[BLOCK]], %[[BLOCK]] transpose_b : !mla_gpu.smem<64x512xf8E4M3FN, sw128>, !mla_gpu.smem<64x512xf8E4M3FN, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #acc>>
  %s0 = mla_gpu.wgmma %block, %block transpose_b : !block, !block -> !mla_gpu.pending<!s>
  // CHECK: mla_gpu.wgmma %[[ROPE]], %[[ROPE]] transpose_b plus %[[S0]] : !mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x64xf8E4M3FN, sw64> plus !mla_gpu.pending<tensor<64x64xf32, #acc>> -> !mla_gpu.pending<tensor<64x64xf32, #acc>>
  %s1 = mla_gpu.wgmma %rope, %rope transpose_b plus %s0 : !rope, !rope plus !mla_gpu.pending<!s> -> !mla_gpu.pending<!s>
  // CHECK: %[[PENDING:.*]] = mla_gpu.as_pending %[[O]] : tensor<64x64xf32, #acc_paired> -> !mla_gpu.pending<tensor<64x64xf32, #acc_paired>>
  %pending = mla_gpu.as_pending %o : !o -> !mla_gpu.pending<!o>
  // CHECK: %[[O0:.*]] = mla_gpu.wgmma %[[V]], %[[P]] transpose_b plus %[[PENDING]] : tensor<64x64xf8E4M3FN, #a_paired>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> plus !mla_gpu.pending<tensor<64x64xf32, #acc_paired>> -> !mla_gpu.pending<tensor<64x64xf32, #acc_paired>>
  %o0 = mla_gpu.wgmma %v, %p transpose_b plus %pending : !v, !p_smem plus !mla_gpu.pending<!o> -> !mla_gpu.pending<!o>
  // CHECK: mla_gpu.wgmma %[[V]], %[[P]] transpose_b plus %[[O]] : tensor<64x64xf8E4M3FN, #a_paired>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> plus tensor<64x64xf32, #acc_paired>
  %o1 = mla_gpu.wgmma %v, %p transpose_b plus %o : !v, !p_smem plus !o -> !mla_gpu.pending<!o>
  // CHECK: mla_gpu.wgmma.wait pending(0) %[[O0]] : !mla_gpu.pending<tensor<64x64xf32, #acc_paired>> -> tensor<64x64xf32, #acc_paired>
  %done = mla_gpu.wgmma.wait pending(0) %o0 : !mla_gpu.pending<!o> -> !o
  return %done : !o
}

// The columns of k of an f16 operand are in their order, so that those of B may be, too.
// CHECK-LABEL: func @wgmma_f16
// CHECK-SAME: (%[[TILE:.*]]: !mla_gpu.smem<64x64xf16, sw128>, %[[NARROW:.*]]: !mla_gpu.smem<32x64xf16, sw64>, %[[V:.*]]: tensor<64x64xf16, #a_paired>, %[[O:.*]]: tensor<64x64xf32, #acc_paired>)
func.func @wgmma_f16(%tile: !mla_gpu.smem<64x64xf16, sw128>, %narrow: !mla_gpu.smem<32x64xf16, sw64>, %v: !v_16, %o: !o) {
  // CHECK: mla_gpu.wgmma %[[V]], %[[TILE]] transpose_b plus %[[O]] : tensor<64x64xf16, #a_paired>, !mla_gpu.smem<64x64xf16, sw128> plus tensor<64x64xf32, #acc_paired> -> !mla_gpu.pending<tensor<64x64xf32, #acc_paired>>
  %k_major = mla_gpu.wgmma %v, %tile transpose_b plus %o : !v_16, !mla_gpu.smem<64x64xf16, sw128> plus !o -> !mla_gpu.pending<!o>
  // CHECK: mla_gpu.wgmma %[[V]], %[[TILE]] : tensor<64x64xf16, #a_paired>, !mla_gpu.smem<64x64xf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #acc_paired>>
  %mn_major = mla_gpu.wgmma %v, %tile : !v_16, !mla_gpu.smem<64x64xf16, sw128> -> !mla_gpu.pending<!o>
  // CHECK: mla_gpu.wgmma %[[V]], %[[NARROW]] transpose_b : tensor<64x64xf16, #a_paired>, !mla_gpu.smem<32x64xf16, sw64> -> !mla_gpu.pending<tensor<64x32xf32, #acc_paired>>
  %half = mla_gpu.wgmma %v, %narrow transpose_b : !v_16, !mla_gpu.smem<32x64xf16, sw64> -> !mla_gpu.pending<tensor<64x32xf32, #mla_gpu.layout<acc_paired>>>
  return
}

// Of a 64-row B the first rows.
// CHECK-LABEL: func @wgmma_few
// CHECK-SAME: (%[[BLOCK:.*]]: !mla_gpu.smem<64x512xf8E4M3FN, sw128>, %[[P:.*]]: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>, %[[V:.*]]: tensor<64x64xf8E4M3FN, #a_paired>)
func.func @wgmma_few(%block: !block, %p: !p_smem, %v: !v) {
  // CHECK: %[[S:.*]] = mla_gpu.wgmma %[[BLOCK]], %[[BLOCK]] transpose_b : !mla_gpu.smem<64x512xf8E4M3FN, sw128>, !mla_gpu.smem<64x512xf8E4M3FN, sw128> -> !mla_gpu.pending<tensor<64x16xf32, #acc>>
  %s = mla_gpu.wgmma %block, %block transpose_b : !block, !block -> !mla_gpu.pending<!few>
  // CHECK: mla_gpu.wgmma %[[BLOCK]], %[[BLOCK]] transpose_b plus %[[S]] : {{.*}} plus !mla_gpu.pending<tensor<64x16xf32, #acc>> -> !mla_gpu.pending<tensor<64x16xf32, #acc>>
  %s_more = mla_gpu.wgmma %block, %block transpose_b plus %s : !block, !block plus !mla_gpu.pending<!few> -> !mla_gpu.pending<!few>
  // CHECK: mla_gpu.wgmma %[[V]], %[[P]] transpose_b : tensor<64x64xf8E4M3FN, #a_paired>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> !mla_gpu.pending<tensor<64x8xf32, #acc_paired>>
  %o = mla_gpu.wgmma %v, %p transpose_b : !v, !p_smem -> !mla_gpu.pending<!few_paired>
  return
}

// Of transposed accumulators with few columns.
// CHECK-LABEL: func @columns
// CHECK-SAME: (%[[S:.*]]: tensor<64x16xf32, #acc>, %[[S_32:.*]]: tensor<64x32xf32, #acc>, %[[O:.*]]: tensor<64x8xf32, #acc_paired>, %[[TILE:.*]]: !mla_gpu.smem<64x64xbf16, sw128>,
// CHECK-SAME: %[[SHORT:.*]]: !mla_gpu.smem<32x64xf16, sw128>, %[[PARTS:.*]]: !mla_gpu.smem<64xf32>, %[[X:.*]]: f32, %[[I:.*]]: i32, %[[B:.*]]: i1)
func.func @columns(%s: !few, %s_32: tensor<64x32xf32, #mla_gpu.layout<acc>>, %o: !few_paired, %tile: !tile,
                   %short: !mla_gpu.smem<32x64xf16, sw128>, %parts: !mla_gpu.smem<64xf32>, %x: f32, %i: i32, %b: i1) {
  // CHECK: mla_gpu.smem.store_transposed %[[S]], %[[TILE]] : tensor<64x16xf32, #acc>, !mla_gpu.smem<64x64xbf16, sw128>
  mla_gpu.smem.store_transposed %s, %tile : !few, !tile
  // CHECK: mla_gpu.smem.store_transposed %[[S_32]], %[[SHORT]] : tensor<64x32xf32, #acc>, !mla_gpu.smem<32x64xf16, sw128>
  mla_gpu.smem.store_transposed %s_32, %short : tensor<64x32xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<32x64xf16, sw128>
  // CHECK: mla_gpu.smem.store_transposed %[[O]], %[[TILE]] : tensor<64x8xf32, #acc_paired>, !mla_gpu.smem<64x64xbf16, sw128>
  mla_gpu.smem.store_transposed %o, %tile : !few_paired, !tile
  // CHECK: mla_gpu.smem.store_parts max %[[S]], %[[PARTS]] : tensor<64x16xf32, #acc>, !mla_gpu.smem<64xf32>
  mla_gpu.smem.store_parts max %s, %parts : !few, !mla_gpu.smem<64xf32>
  // CHECK: %[[MAX:.*]] = mla_gpu.smem.load_parts max %[[PARTS]] : !mla_gpu.smem<64xf32> -> tensor<16xf32, #column>
  %max = mla_gpu.smem.load_parts max %parts : !mla_gpu.smem<64xf32> -> !few_columns
  // CHECK: mla_gpu.smem.store_parts add %[[S]], %[[PARTS]] : tensor<64x16xf32, #acc>, !mla_gpu.smem<64xf32>
  mla_gpu.smem.store_parts add %s, %parts : !few, !mla_gpu.smem<64xf32>
  // CHECK: mla_gpu.smem.load_parts add %[[PARTS]] : !mla_gpu.smem<64xf32> -> tensor<16xf32, #column>
  %sum = mla_gpu.smem.load_parts add %parts : !mla_gpu.smem<64xf32> -> !few_columns
  // CHECK: mla_gpu.smem.store_columns %[[MAX]], %[[PARTS]] : tensor<16xf32, #column>, !mla_gpu.smem<64xf32>
  mla_gpu.smem.store_columns %max, %parts : !few_columns, !mla_gpu.smem<64xf32>
  // The first 16 of 64, in their order and in that of pairs.
  // CHECK: mla_gpu.smem.load_columns %[[PARTS]] : !mla_gpu.smem<64xf32> -> tensor<16xf32, #column>
  %first = mla_gpu.smem.load_columns %parts : !mla_gpu.smem<64xf32> -> !few_columns
  // CHECK: mla_gpu.smem.load_columns %[[PARTS]] paired : !mla_gpu.smem<64xf32> -> tensor<16xf32, #column>
  %first_paired = mla_gpu.smem.load_columns %parts paired : !mla_gpu.smem<64xf32> -> !few_columns
  // CHECK: %[[BORDER:.*]] = mla_gpu.splat %[[I]] : i32 -> tensor<16xi32, #column>
  %border = mla_gpu.splat %i : i32 -> tensor<16xi32, #mla_gpu.layout<column>>
  // CHECK: mla_gpu.mask %[[S]] from %[[I]] border %[[BORDER]] if %[[B]] : tensor<64x16xf32, #acc>, tensor<16xi32, #column> -> tensor<64x16xf32, #acc>
  %masked = mla_gpu.mask %s from %i border %border if %b : !few, tensor<16xi32, #mla_gpu.layout<column>> -> !few
  // CHECK: mla_gpu.row.raise_max %[[MAX]], %{{.*}} by %[[MAX]] : tensor<16xf32, #column>
  %raised = mla_gpu.row.raise_max %max, %sum by %max : !few_columns
  // CHECK: mla_gpu.exp2_fma %[[S]] times %[[X]] minus %[[MAX]] : tensor<64x16xf32, #acc>, tensor<16xf32, #column> -> tensor<64x16xf32, #acc>
  %p = mla_gpu.exp2_fma %s times %x minus %max : !few, !few_columns -> !few
  // CHECK: %[[ROWS:.*]] = mla_gpu.splat %[[X]] : f32 -> tensor<64xf32, #{{.*}}>
  %rows = mla_gpu.splat %x : f32 -> tensor<64xf32, #mla_gpu.layout<row>>
  // CHECK: mla_gpu.row.fma %[[S]] times %[[MAX]] plus %[[ROWS]] : tensor<64x16xf32, #acc>, tensor<16xf32, #column>, tensor<64xf32, #{{.*}}>
  %logs = mla_gpu.row.fma %s times %max plus %rows : !few, !few_columns, tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// CHECK-LABEL: func @arithmetic
// CHECK-SAME: (%[[S:.*]]: tensor<64x64xf32, #acc>, %[[O:.*]]: tensor<64x64xf32, #acc_paired>, %[[V:.*]]: tensor<64x64xf8E4M3FN, #a_paired>, %[[F:.*]]: tensor<64xf32, #column>,
// CHECK-SAME: %[[F_16:.*]]: tensor<64xf16, #column>, %[[ROWS:.*]]: tensor<64xf32, #{{.*}}>, %[[X:.*]]: f32)
func.func @arithmetic(%s: !s, %o: !o, %v: !v, %f: !column, %f_16: !column_16, %rows: tensor<64xf32, #mla_gpu.layout<row>>, %x: f32) {
  // CHECK: %[[S_8:.*]] = mla_gpu.quantize %[[S]] : tensor<64x64xf32, #acc> -> tensor<64x64xf8E4M3FN, #acc>
  %s_8 = mla_gpu.quantize %s : !s -> !s_8
  // CHECK: mla_gpu.quantize %[[S]] less %[[S_8]] : tensor<64x64xf32, #acc> less tensor<64x64xf8E4M3FN, #acc> -> tensor<64x64xf8E4M3FN, #acc>
  %s_rest = mla_gpu.quantize %s less %s_8 : !s less !s_8 -> !s_8
  // CHECK: mla_gpu.row.sum %[[S_8]] : tensor<64x64xf8E4M3FN, #acc> -> tensor<64xf32, #{{.*}}>
  %p_sum = mla_gpu.row.sum %s_8 : !s_8 -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  // CHECK: mla_gpu.materialize %[[S]] : tensor<64x64xf32, #acc>
  %s_here = mla_gpu.materialize %s : !s
  // CHECK: mla_gpu.zero : tensor<64x64xf32, #acc>
  %s_zero = mla_gpu.zero : !s
  // CHECK: mla_gpu.dequantize %[[S_8]] : tensor<64x64xf8E4M3FN, #acc> -> tensor<64x64xf32, #acc>
  %back = mla_gpu.dequantize %s_8 : !s_8 -> !s
  // CHECK: %[[SCALED:.*]] = mla_gpu.column.scale %[[O]] by %[[F]] : tensor<64x64xf32, #acc_paired>, tensor<64xf32, #column>
  %scaled = mla_gpu.column.scale %o by %f : !o, !column
  // CHECK: mla_gpu.column.fma %[[SCALED]] times %[[F]] plus %[[O]] : tensor<64x64xf32, #acc_paired>, tensor<64xf32, #column>
  %sum = mla_gpu.column.fma %scaled times %f plus %o : !o, !column
  // CHECK: mla_gpu.row.sum %[[S]] by %[[F]] : tensor<64x64xf32, #acc>, tensor<64xf32, #column> -> tensor<64xf32, #{{.*}}>
  %sum_by = mla_gpu.row.sum %s by %f : !s, !column -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  // The columns of scores are tokens.
  // CHECK: %[[SCALED_S:.*]] = mla_gpu.column.scale %[[S]] by %[[F]] : tensor<64x64xf32, #acc>, tensor<64xf32, #column>
  %scaled_s = mla_gpu.column.scale %s by %f : !s, !column
  // CHECK: mla_gpu.column.fma %[[SCALED_S]] times %[[F]] plus %[[S]] : tensor<64x64xf32, #acc>, tensor<64xf32, #column>
  %sum_s = mla_gpu.column.fma %scaled_s times %f plus %s : !s, !column
  // CHECK: mla_gpu.convert_operand %[[V]] : tensor<64x64xf8E4M3FN, #a_paired> -> tensor<64x64xf16, #a_paired>
  %v_exact = mla_gpu.convert_operand %v : !v -> !v_16
  // CHECK: %[[V_16:.*]] = mla_gpu.convert_operand %[[V]] by %[[F_16]] : tensor<64x64xf8E4M3FN, #a_paired> by tensor<64xf16, #column> -> tensor<64x64xf16, #a_paired>
  %v_16 = mla_gpu.convert_operand %v by %f_16 : !v by !column_16 -> !v_16
  // CHECK: mla_gpu.materialize %[[V_16]] : tensor<64x64xf16, #a_paired>
  %v_here = mla_gpu.materialize %v_16 : !v_16
  // CHECK: mla_gpu.row.fma %[[S]] times %[[ROWS]] plus %[[F]] : tensor<64x64xf32, #acc>, tensor<64xf32, #{{.*}}>, tensor<64xf32, #column>
  %logs = mla_gpu.row.fma %s times %rows plus %f : !s, tensor<64xf32, #mla_gpu.layout<row>>, !column
  // CHECK: mla_gpu.splat %[[X]] : f32 -> tensor<64xf32, #column>
  %column = mla_gpu.splat %x : f32 -> !column
  // CHECK: mla_gpu.splat %[[X]] : f32 -> tensor<64x64xf32, #acc_paired>
  %paired = mla_gpu.splat %x : f32 -> !o
  // CHECK: arith.divf %{{.*}}, %{{.*}} : tensor<64xf32, #column>
  %quotient = arith.divf %column, %f : !column
  return
}
