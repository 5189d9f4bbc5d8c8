// RUN: mla-opt %s --verify-roundtrip | FileCheck %s
// RUN: mla-opt %s --mlir-print-op-generic | mla-opt | FileCheck %s

#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
#lane = #mla_gpu.layout<lane>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!map_f16 = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!block = !mla_gpu.smem<64x576xbf16, sw128>
!half = !mla_gpu.smem<64x256xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!stat = !mla_gpu.smem<64xf32>
!s = tensor<64x64xf32, #acc>
!o = tensor<64x256xf32, #acc>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!lanes = tensor<32xi32, #lane>

//===----------------------------------------------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: mla_gpu.program @empty implements
// CHECK-SAME: #mla_gpu.decode<element = bf16,
// CHECK-SAME: attributes {test.note}
mla_gpu.program @empty implements #mla_gpu.decode<
    element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 0.5 : f32, heads = 0,
    queries = 0> attributes {test.note} {
}

// CHECK-LABEL: mla_gpu.program @structure {
mla_gpu.program @structure {
  // CHECK: mla_gpu.kernel @no_arguments() step(other) grid(one, one) threads(32) {
  // CHECK-NEXT: mla_gpu.role "r" warps(0 to 1) team(warp) {
  // CHECK-NEXT: }
  mla_gpu.kernel @no_arguments() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }

  // CHECK: mla_gpu.kernel @bindings(%q_map: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<q_map>},
  // CHECK-SAME: %cache_map: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>},
  // CHECK-SAME: %out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
  // CHECK-SAME: %scale_log2: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>, test.note = "kept"},
  // CHECK-SAME: %scratch: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>},
  // CHECK-SAME: %scratch_elements: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
  // CHECK-SAME: step(attend) grid(row_tiles, parts) threads(1024) smem(230000) attributes {test.note} {
  mla_gpu.kernel @bindings(%q: !map {mla_gpu.bind = #mla_gpu.binding<q_map>},
                           %k: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
                           %o: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
                           %s: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>, test.note = "kept"},
                           %p: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                           %n: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(attend) grid(row_tiles, parts) threads(1024) smem(230000) attributes {test.note} {
    // CHECK: mla_gpu.role "wg" warps(4 to 8) team(warp_group) registers(240) {
    mla_gpu.role "wg" warps(4 to 8) team(warp_group) registers(240) {
    }
    // CHECK: mla_gpu.role "warps" warps(0 to 4) team(each_warp) registers(24) attributes {test.note} {
    mla_gpu.role "warps" warps(0 to 4) team(each_warp) registers(24) attributes {test.note} {
      // CHECK-NEXT: mla_gpu.warp_id
      %w = mla_gpu.warp_id
    }
    // CHECK: mla_gpu.role "one" warps(31 to 32) team(warp) {
    mla_gpu.role "one" warps(31 to 32) team(warp) {
    }
  }

  // CHECK: mla_gpu.kernel @each_warp() step(other) grid(one, one) threads(128) {
  mla_gpu.kernel @each_warp() step(other) grid(one, one) threads(128) {
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      // CHECK: mla_gpu.each_warp (%[[WARP:.*]]) {
      // CHECK-NEXT: mla_gpu.splat %[[WARP]] : i32 -> tensor<32xi32, #lane>
      // CHECK-NEXT: }
      mla_gpu.each_warp (%warp) {
        %warps = mla_gpu.splat %warp : i32 -> !lanes
      }
      // CHECK: mla_gpu.each_warp (%{{.*}}) attributes {test.note} {
      // CHECK-NEXT: }
      mla_gpu.each_warp (%warp) attributes {test.note} {
      }
    }
  }

  // CHECK: mla_gpu.kernel @results(%out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
  // CHECK-SAME: %partial_out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
  // CHECK-SAME: %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
  // CHECK-SAME: %out_map: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<out_map>},
  // CHECK-SAME: %partial_map: !mla_gpu.tensor_map<1x64x64xf16, sw128> {mla_gpu.bind = #mla_gpu.binding<partial_map>},
  // CHECK-SAME: %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
  mla_gpu.kernel @results(%out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<out>},
                          %partial_out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
                          %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                          %out_map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
                          %partial_map: !map_f16 {mla_gpu.bind = #mla_gpu.binding<partial_map>},
                          %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(attend) grid(row_tiles, parts) threads(32) {
    // CHECK: %[[TILE:.*]] = mla_gpu.smem.alloc "tile"
    %tile = mla_gpu.smem.alloc "tile" : !half
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: mla_gpu.tma.store %[[TILE]] to %out_map[%{{.*}}, %{{.*}}, %{{.*}}] : !mla_gpu.smem<64x256xbf16, sw128> -> !mla_gpu.tensor_map<1x64x64xbf16, sw128>
      mla_gpu.tma.store %tile to %out_map[%c0, %c0, %c0] : !half -> !map
      // The width counts, not the type.
      // CHECK: mla_gpu.tma.store %[[TILE]] to %partial_map[%{{.*}}, %{{.*}}, %{{.*}}] : !mla_gpu.smem<64x256xbf16, sw128> -> !mla_gpu.tensor_map<1x64x64xf16, sw128>
      mla_gpu.tma.store %tile to %partial_map[%c0, %c0, %c0] : !half -> !map_f16
      // CHECK: mla_gpu.tma.store_wait{{$}}
      mla_gpu.tma.store_wait
      // CHECK: mla_gpu.tma.store_wait written
      mla_gpu.tma.store_wait written
      // CHECK: mla_gpu.grid.arrive %counters[%[[AT:.*]]] of %[[C0:.*]]{{$}}
      mla_gpu.grid.arrive %counters[%at] of %c0
      // CHECK: mla_gpu.grid.wait %counters[%[[AT]]] reaches %[[C0]]{{$}}
      mla_gpu.grid.wait %counters[%at] reaches %c0
      // CHECK: %{{.*}} = mla_gpu.grid.take %counters[%[[AT]]] of %[[C0]]{{$}}
      %ticket = mla_gpu.grid.take %counters[%at] of %c0
      // CHECK: mla_gpu.grid.leave %counters[%[[AT]]] of %[[C0]]{{$}}
      mla_gpu.grid.leave %counters[%at] of %c0
      // CHECK: %[[MARK:.*]] = mla_gpu.pace.mark %counters[%[[AT]]] at %[[C0]] : !mla_gpu.ptr<i32>
      %mark = mla_gpu.pace.mark %counters[%at] at %c0 : !mla_gpu.ptr<i32>
      // CHECK: %[[AHEAD:.*]] = mla_gpu.pace.ahead %counters[%[[AT]]] of %[[C0]] with %[[MARK]] : !mla_gpu.ptr<i32>
      %ahead = mla_gpu.pace.ahead %counters[%at] of %c0 with %mark : !mla_gpu.ptr<i32>
      // CHECK: mla_gpu.pace.hold %[[AHEAD]] most 200{{$}}
      mla_gpu.pace.hold %ahead most 200
    }
  }

  // CHECK: mla_gpu.kernel @items(%[[PARTS:.*]]: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>}, %[[LENS:.*]]: !mla_gpu.ptr<i32>
  mla_gpu.kernel @items(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
                        %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>})
      step(attend) grid(row_tiles, parts) threads(32) {
    // CHECK: %[[PART:.*]] = mla_gpu.block_id 1
    %part = mla_gpu.block_id 1
    // CHECK: mla_gpu.grid_size 0
    %blocks = mla_gpu.grid_size 0
    // CHECK: %[[WORDS:.*]] = mla_gpu.global.load_lanes %[[PARTS]]
    %word0 = arith.constant 0 : i64
    %words = mla_gpu.global.load_lanes %parts[%word0] : !mla_gpu.ptr<i32> -> tensor<32xi32, #mla_gpu.layout<lane>>
    // What lanes make of them belongs to the set-up, too.
    // CHECK: %[[LANE:.*]] = mla_gpu.lane.index : tensor<32xi32, #lane>
    %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
    // CHECK: %[[PLACES:.*]] = arith.addi %[[WORDS]], %[[LANE]] : tensor<32xi32, #lane>
    %places = arith.addi %words, %lane : tensor<32xi32, #mla_gpu.layout<lane>>
    // CHECK: %[[SUMS:.*]] = mla_gpu.lane.reduce add %[[PLACES]] cluster(4) : tensor<32xi32, #lane> -> tensor<32xi32, #lane>
    %sums = mla_gpu.lane.reduce add %places cluster(4) : tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<32xi32, #mla_gpu.layout<lane>>
    // CHECK: mla_gpu.materialize %[[SUMS]] : tensor<32xi32, #lane>
    %sums_here = mla_gpu.materialize %sums : tensor<32xi32, #mla_gpu.layout<lane>>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: %[[C0:.*]] = arith.constant 0 : i32
      %c0 = arith.constant 0 : i32
      %x = arith.constant 0.0 : f32
      // CHECK: mla_gpu.items %[[PARTS]][%[[PART]]] lens(%[[LENS]]) step_tokens(128)
      // CHECK-SAME: (%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) {
      // CHECK-NEXT: }
      mla_gpu.items %parts[%part] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
      }
      // CHECK: mla_gpu.items %[[PARTS]][%[[PART]]] records(%[[WORDS]]) lens(%[[LENS]]) step_tokens(2)
      mla_gpu.items %parts[%part] records(%words) lens(%lens) step_tokens(2) (%request, %length, %begin, %last, %slot) {
      }
      // CHECK: %{{.*}}:2 = mla_gpu.items %[[PARTS]][%[[PART]]] lens(%[[LENS]]) step_tokens(64)
      // CHECK-SAME: (%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[SLOT:.*]]) iter_args(%[[N:.*]] = %[[C0]], %[[M:.*]] = %{{.*}}) : i32, f32
      // CHECK-SAME: attributes {test.note} {
      // CHECK: %[[NEXT:.*]] = arith.addi %[[N]], %[[SLOT]]
      // CHECK: mla_gpu.yield %[[NEXT]], %[[M]] : i32, f32
      %n_end, %m_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(64) (%request, %length, %first, %last, %slot)
          iter_args(%n = %c0, %m = %x) : i32, f32 attributes {test.note} {
        %next = arith.addi %n, %slot : i32
        mla_gpu.yield %next, %m : i32, f32
      }
    }
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Shared memory, barriers, copies
//===----------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: mla_gpu.program @shared_memory
mla_gpu.program @shared_memory {
  mla_gpu.kernel @k(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(other) grid(multiprocessors, twice_per_multiprocessor) threads(160) {
    // CHECK: %[[K0:.*]] = mla_gpu.smem.alloc "k0" : !mla_gpu.smem<64x576xbf16, sw128>
    %k0 = mla_gpu.smem.alloc "k0" : !block
    // CHECK: %[[P:.*]] = mla_gpu.smem.alloc "p" at 73728 : !mla_gpu.smem<64x64xbf16, sw128>
    %p = mla_gpu.smem.alloc "p" at 73728 : !tile
    // CHECK: %[[STAT:.*]] = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    %stat = mla_gpu.smem.alloc "stat" : !stat
    // CHECK: %[[LEFT:.*]] = mla_gpu.smem.view %[[K0]] tiles(0 to 4) : !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.smem<64x256xbf16, sw128>
    %left = mla_gpu.smem.view %k0 tiles(0 to 4) : !block -> !half
    // CHECK: %[[FULL:.*]] = mla_gpu.mbar.alloc "full" count(1)
    %full = mla_gpu.mbar.alloc "full" count(1)
    // CHECK: %[[FREE:.*]] = mla_gpu.mbar.alloc "free" count(1023) at 90000
    %free = mla_gpu.mbar.alloc "free" count(1023) at 90000
    // CHECK: %[[READY:.*]] = mla_gpu.nbar.alloc "ready" threads(160)
    %ready = mla_gpu.nbar.alloc "ready" threads(160)
    // CHECK: %[[GROUP:.*]] = mla_gpu.nbar.alloc "group" threads(128)
    %group = mla_gpu.nbar.alloc "group" threads(128)
    // CHECK: mla_gpu.nbar.alloc "other" threads(1024) id 15
    %other = mla_gpu.nbar.alloc "other" threads(1024) id 15
    %c0 = arith.constant 0 : i32
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      // CHECK: mla_gpu.mbar.wait %[[FREE]] parity(%{{.*}})
      mla_gpu.mbar.wait %free parity(%c0)
      // CHECK: mla_gpu.mbar.arm %[[FULL]] bytes(32768)
      mla_gpu.mbar.arm %full bytes(32768)
      // CHECK: mla_gpu.tma.load %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] to %[[LEFT]] signal %[[FULL]] : !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<64x256xbf16, sw128>
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %left signal %full : !map -> !half
      // CHECK: mla_gpu.tma.load %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] to %[[LEFT]] signal %[[FULL]] evict_first : !mla_gpu.tensor_map
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %left signal %full evict_first : !map -> !half
      // CHECK: mla_gpu.smem.zero_rows %[[LEFT]] from %{{.*}} : !mla_gpu.smem<64x256xbf16, sw128>
      mla_gpu.smem.zero_rows %left from %c0 : !half
      // CHECK: mla_gpu.fence.async
      mla_gpu.fence.async
      // CHECK: mla_gpu.mbar.arrive %[[FREE]]
      mla_gpu.mbar.arrive %free
      // CHECK: mla_gpu.nbar.arrive %[[READY]]
      mla_gpu.nbar.arrive %ready
      // CHECK: mla_gpu.pdl.wait
      mla_gpu.pdl.wait
      // CHECK: mla_gpu.pdl.trigger
      mla_gpu.pdl.trigger
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %fragment = arith.constant dense<0.0> : !p
      // CHECK: mla_gpu.nbar.sync %[[READY]]
      mla_gpu.nbar.sync %ready
      // CHECK: mla_gpu.nbar.sync %[[GROUP]] all %{{.*}} : tensor<64xi1, #{{.*}}> -> i1
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      %holds = mla_gpu.nbar.sync %group all %each : tensor<64xi1, #mla_gpu.layout<row>> -> i1
      // CHECK: mla_gpu.nbar.sync %[[GROUP]] all %{{.*}} : tensor<16xi1, #{{.*}}> -> i1
      %each_column = arith.constant dense<true> : tensor<16xi1, #mla_gpu.layout<column>>
      %holds_columns = mla_gpu.nbar.sync %group all %each_column : tensor<16xi1, #mla_gpu.layout<column>> -> i1
      // CHECK: mla_gpu.smem.store_tile %{{.*}}, %[[P]] : tensor<64x64xbf16, #a_operand>, !mla_gpu.smem<64x64xbf16, sw128>
      mla_gpu.smem.store_tile %fragment, %p : !p, !tile
      // CHECK: mla_gpu.smem.store_tile %{{.*}}, %[[P]] anew : tensor<64x64xbf16, #a_operand>, !mla_gpu.smem<64x64xbf16, sw128>
      mla_gpu.smem.store_tile %fragment, %p anew : !p, !tile
      // CHECK: mla_gpu.smem.store_tile %{{.*}}, %[[P]] : tensor<64x64xf16, #a_operand>, !mla_gpu.smem<64x64xbf16, sw128>
      %fragment_f16 = arith.constant dense<0.0> : tensor<64x64xf16, #mla_gpu.layout<a_operand>>
      mla_gpu.smem.store_tile %fragment_f16, %p : tensor<64x64xf16, #mla_gpu.layout<a_operand>>, !tile
      // CHECK: %[[SCALAR:.*]] = mla_gpu.smem.load %[[STAT]][63] : !mla_gpu.smem<64xf32> -> f32
      %scalar = mla_gpu.smem.load %stat[63] : !stat -> f32
      // CHECK: mla_gpu.smem.store %[[SCALAR]], %[[STAT]][0] : f32, !mla_gpu.smem<64xf32>
      mla_gpu.smem.store %scalar, %stat[0] : f32, !stat
      // CHECK: %[[ROWS:.*]] = mla_gpu.smem.load_rows %[[STAT]] : !mla_gpu.smem<64xf32> -> tensor<64xf32, #row>
      %rows = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      // CHECK: mla_gpu.smem.store_rows %[[ROWS]], %[[STAT]] : tensor<64xf32, #row>, !mla_gpu.smem<64xf32>
      mla_gpu.smem.store_rows %rows, %stat : !rowf, !stat
    }
  }
}

//===----------------------------------------------------------------------------------------------------------===//
// Tensor cores and rows
//===----------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: func @wgmma
// CHECK-SAME: (%[[Q:.*]]: !mla_gpu.smem<64x576xbf16, sw128>, %[[K:.*]]: !mla_gpu.smem<64x576xbf16, sw128>, %[[V:.*]]: !mla_gpu.smem<64x256xbf16, sw128>,
// CHECK-SAME: %[[P_SMEM:.*]]: !mla_gpu.smem<64x64xbf16, sw128>, %[[P:.*]]: tensor<64x64xbf16, #a_operand>, %[[O:.*]]: tensor<64x256xf32, #acc>)
func.func @wgmma(%q: !block, %k: !block, %v: !half, %p_smem: !tile, %p: !p, %o: !o) {
  // CHECK: %[[S:.*]] = mla_gpu.wgmma %[[Q]], %[[K]] transpose_b : !mla_gpu.smem<64x576xbf16, sw128>, !mla_gpu.smem<64x576xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #acc>>
  %s = mla_gpu.wgmma %q, %k transpose_b : !block, !block -> !mla_gpu.pending<!s>
  // CHECK: %[[O1:.*]] = mla_gpu.wgmma %[[P]], %[[V]] plus %[[O]] : tensor<64x64xbf16, #a_operand>, !mla_gpu.smem<64x256xbf16, sw128> plus tensor<64x256xf32, #acc> -> !mla_gpu.pending<tensor<64x256xf32, #acc>>
  %o1 = mla_gpu.wgmma %p, %v plus %o : !p, !half plus !o -> !mla_gpu.pending<!o>
  // CHECK: %[[O2:.*]] = mla_gpu.wgmma %[[P_SMEM]], %[[V]] plus %[[O1]] : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x256xbf16, sw128> plus !mla_gpu.pending<tensor<64x256xf32, #acc>> -> !mla_gpu.pending<tensor<64x256xf32, #acc>>
  %o2 = mla_gpu.wgmma %p_smem, %v plus %o1 : !tile, !half plus !mla_gpu.pending<!o> -> !mla_gpu.pending<!o>
  // CHECK: mla_gpu.wgmma.commit
  mla_gpu.wgmma.commit
  // CHECK: %{{.*}}:2 = mla_gpu.wgmma.wait pending(0) %[[S]], %[[O2]] : !mla_gpu.pending<tensor<64x64xf32, #acc>>, !mla_gpu.pending<tensor<64x256xf32, #acc>> -> tensor<64x64xf32, #acc>, tensor<64x256xf32, #acc>
  %done:2 = mla_gpu.wgmma.wait pending(0) %s, %o2 : !mla_gpu.pending<!s>, !mla_gpu.pending<!o> -> !s, !o
  // CHECK: mla_gpu.settle %{{.*}} : tensor<64xf32, #row_partial>
  %sum = mla_gpu.row.sum %done#0 : !s -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  mla_gpu.settle %sum : tensor<64xf32, #mla_gpu.layout<row_partial>>
  // CHECK: mla_gpu.as_pending %{{.*}}#1 : tensor<64x256xf32, #acc> -> !mla_gpu.pending<tensor<64x256xf32, #acc>>
  %again = mla_gpu.as_pending %done#1 : !o -> !mla_gpu.pending<!o>
  return
}

// CHECK-LABEL: func @rows
// CHECK-SAME: (%[[S:.*]]: tensor<64x64xf32, #acc>, %[[X:.*]]: f32, %[[I:.*]]: i32, %[[B:.*]]: i1)
func.func @rows(%s: !s, %x: f32, %i: i32, %b: i1) {
  // CHECK: %[[FACTOR:.*]] = mla_gpu.splat %[[X]] : f32 -> tensor<64xf32, #row>
  %factor = mla_gpu.splat %x : f32 -> !rowf
  // CHECK: mla_gpu.splat %[[B]] : i1 -> tensor<32xi1, #lane>
  %mask = mla_gpu.splat %b : i1 -> tensor<32xi1, #lane>
  // CHECK: %[[INDEX:.*]] = mla_gpu.row.index : tensor<64xi32, #row>
  %index = mla_gpu.row.index : !rowi
  // CHECK: %[[MAX:.*]] = mla_gpu.row.max %[[S]] : tensor<64x64xf32, #acc> -> tensor<64xf32, #row>
  %max = mla_gpu.row.max %s : !s -> !rowf
  // CHECK: mla_gpu.row.max %[[S]] magnitude : tensor<64x64xf32, #acc> -> tensor<64xf32, #row>
  %largest = mla_gpu.row.max %s magnitude : !s -> !rowf
  // CHECK: %[[SUM:.*]] = mla_gpu.row.sum %[[S]] : tensor<64x64xf32, #acc> -> tensor<64xf32, #row_partial>
  %sum = mla_gpu.row.sum %s : !s -> !sum
  // CHECK: mla_gpu.row.sum %[[S]] magnitude : tensor<64x64xf32, #acc> -> tensor<64xf32, #row_partial>
  %magnitudes = mla_gpu.row.sum %s magnitude : !s -> !sum
  // CHECK: mla_gpu.row.reduce %[[SUM]] : tensor<64xf32, #row_partial> -> tensor<64xf32, #row>
  %total = mla_gpu.row.reduce %sum : !sum -> !rowf
  // CHECK: mla_gpu.row.scale %[[S]] by %[[FACTOR]] skip_unit : tensor<64x64xf32, #acc>, tensor<64xf32, #row> -> tensor<64x64xf32, #acc>
  %scaled = mla_gpu.row.scale %s by %factor skip_unit : !s, !rowf -> !s
  // CHECK: mla_gpu.row.scale %[[SUM]] by %[[FACTOR]] : tensor<64xf32, #row_partial>, tensor<64xf32, #row> -> tensor<64xf32, #row_partial>
  %scaled_sum = mla_gpu.row.scale %sum by %factor : !sum, !rowf -> !sum
  // CHECK: mla_gpu.row.raise_max %[[MAX]], %[[FACTOR]] by %[[FACTOR]] : tensor<64xf32, #row>
  %raised = mla_gpu.row.raise_max %max, %factor by %factor : !rowf
  // CHECK: mla_gpu.exp2_fma %[[S]] times %[[X]] minus %[[MAX]] : tensor<64x64xf32, #acc>, tensor<64xf32, #row> -> tensor<64x64xf32, #acc>
  %p = mla_gpu.exp2_fma %s times %x minus %max : !s, !rowf -> !s
  // CHECK: mla_gpu.mask %[[S]] from %[[I]] border %[[INDEX]] if %[[B]] : tensor<64x64xf32, #acc>, tensor<64xi32, #row> -> tensor<64x64xf32, #acc>
  %masked = mla_gpu.mask %s from %i border %index if %b : !s, !rowi -> !s
  // CHECK: mla_gpu.rotate %{{.*}} at %[[INDEX]] by <interleaved = false, magnitude = 1.500000e+00 : f64, turns = [1, 2, 3, 4, 5, 6, 7, -8]> : tensor<64x16xf32, #acc>, tensor<64xi32, #row>
  %narrow = arith.constant dense<1.0> : tensor<64x16xf32, #acc>
  %turned = mla_gpu.rotate %narrow at %index by <interleaved = false, magnitude = 1.5 : f64, turns = [1, 2, 3, 4, 5, 6, 7, -8]>
      : tensor<64x16xf32, #acc>, !rowi
  // CHECK: mla_gpu.to_a_operand %[[S]] : tensor<64x64xf32, #acc> -> tensor<64x64xbf16, #a_operand>
  %a = mla_gpu.to_a_operand %s : !s -> !p
  return
}

// Elementwise ops of other dialects apply to distributed tensors as they are.
// CHECK-LABEL: func @elementwise
func.func @elementwise(%a: !s, %b: !s, %r: !rowi) -> (!s, !rowi) {
  %less = arith.cmpf olt, %a, %b : !s
  // CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : tensor<64x64xi1, #acc>, tensor<64x64xf32, #acc>
  %c = arith.select %less, %a, %b : tensor<64x64xi1, #acc>, !s
  %d = math.exp2 %c : !s
  %e = arith.addi %r, %r : !rowi
  return %d, %e : !s, !rowi
}

//===----------------------------------------------------------------------------------------------------------===//
// Lanes and global memory
//===----------------------------------------------------------------------------------------------------------===//

// CHECK-LABEL: func @lanes
func.func @lanes(%i: i32) {
  // CHECK: %[[LANE:.*]] = mla_gpu.lane.index : tensor<32xi32, #lane>
  %lane = mla_gpu.lane.index : !lanes
  // CHECK: mla_gpu.lane.reduce add %[[LANE]] : tensor<32xi32, #lane> -> i32
  %sum = mla_gpu.lane.reduce add %lane : !lanes -> i32
  // CHECK: mla_gpu.lane.reduce max %[[LANE]] : tensor<32xi32, #lane> -> i32
  %max = mla_gpu.lane.reduce max %lane : !lanes -> i32
  // CHECK: mla_gpu.lane.reduce add %[[LANE]] cluster(4) : tensor<32xi32, #lane> -> tensor<32xi32, #lane>
  %sums_of_4 = mla_gpu.lane.reduce add %lane cluster(4) : !lanes -> !lanes
  // CHECK: mla_gpu.materialize %[[LANE]] : tensor<32xi32, #lane>
  %lane_here = mla_gpu.materialize %lane : !lanes
  // CHECK: mla_gpu.lane.scan %[[LANE]] : tensor<32xi32, #lane> -> tensor<32xi32, #lane>
  %scan = mla_gpu.lane.scan %lane : !lanes -> !lanes
  // CHECK: mla_gpu.lane.extract %[[LANE]][%{{.*}}] : tensor<32xi32, #lane> -> i32
  %one = mla_gpu.lane.extract %lane[%i] : !lanes -> i32
  return
}

// CHECK-LABEL: func @global
func.func @global(%ints: !mla_gpu.ptr<i32>, %floats: !mla_gpu.ptr<f32>, %halves: !mla_gpu.ptr<bf16>, %at: i64, %n: i32,
                  %index: tensor<32xi64, #lane>, %mask: tensor<32xi1, #lane>, %r: !rowf, %o: !o) {
  // CHECK: %[[X:.*]] = mla_gpu.global.load %{{.*}}[%{{.*}}] : !mla_gpu.ptr<i32> -> i32
  %x = mla_gpu.global.load %ints[%at] : !mla_gpu.ptr<i32> -> i32
  // CHECK: mla_gpu.global.store %[[X]], %{{.*}}[%{{.*}}] : i32, !mla_gpu.ptr<i32>
  mla_gpu.global.store %x, %ints[%at] : i32, !mla_gpu.ptr<i32>
  // CHECK: mla_gpu.global.load_lanes %{{.*}}[%{{.*}}] : !mla_gpu.ptr<bf16> -> tensor<256xf32, #lane>
  %widened = mla_gpu.global.load_lanes %halves[%at] : !mla_gpu.ptr<bf16> -> tensor<256xf32, #lane>
  // CHECK: %[[LANES:.*]] = mla_gpu.global.load_lanes %{{.*}}[%{{.*}}] valid %{{.*}} : !mla_gpu.ptr<i32> -> tensor<32xi32, #lane>
  %lanes = mla_gpu.global.load_lanes %ints[%at] valid %n : !mla_gpu.ptr<i32> -> !lanes
  // CHECK: %[[WIDE:.*]] = mla_gpu.global.load_lanes %{{.*}}[%{{.*}}] : !mla_gpu.ptr<f32> -> tensor<128xf32, #lane>
  %wide = mla_gpu.global.load_lanes %floats[%at] : !mla_gpu.ptr<f32> -> tensor<128xf32, #lane>
  // CHECK: mla_gpu.global.store_lanes %[[WIDE]], %{{.*}}[%{{.*}}] : tensor<128xf32, #lane>, !mla_gpu.ptr<bf16>
  mla_gpu.global.store_lanes %wide, %halves[%at] : tensor<128xf32, #lane>, !mla_gpu.ptr<bf16>
  // CHECK: mla_gpu.global.gather_lanes %{{.*}}[%{{.*}}] where %{{.*}} : !mla_gpu.ptr<f32>, tensor<32xi64, #lane>, tensor<32xi1, #lane> -> tensor<32xf32, #lane>
  %gathered = mla_gpu.global.gather_lanes %floats[%index] where %mask
      : !mla_gpu.ptr<f32>, tensor<32xi64, #lane>, tensor<32xi1, #lane> -> tensor<32xf32, #lane>
  // CHECK: mla_gpu.global.scatter_lanes %[[LANES]], %{{.*}}[%{{.*}}] where %{{.*}} : tensor<32xi32, #lane>, !mla_gpu.ptr<i32>, tensor<32xi64, #lane>, tensor<32xi1, #lane>
  mla_gpu.global.scatter_lanes %lanes, %ints[%index] where %mask
      : !lanes, !mla_gpu.ptr<i32>, tensor<32xi64, #lane>, tensor<32xi1, #lane>
  // CHECK: mla_gpu.global.store_rows %{{.*}}, %{{.*}}[%{{.*}}] valid %{{.*}} : tensor<64xf32, #row>, !mla_gpu.ptr<f32>
  mla_gpu.global.store_rows %r, %floats[%at] valid %n : !rowf, !mla_gpu.ptr<f32>
  // CHECK: mla_gpu.global.store_tile %{{.*}}, %{{.*}}[%{{.*}}] row_stride 512 valid %{{.*}} : tensor<64x256xf32, #acc>, !mla_gpu.ptr<bf16>
  mla_gpu.global.store_tile %o, %halves[%at] row_stride 512 valid %n : !o, !mla_gpu.ptr<bf16>
  return
}

// CHECK-LABEL: mla_gpu.program @cache_token implements
// CHECK-SAME: format = e4m3_token
mla_gpu.program @cache_token implements #mla_gpu.decode<element = bf16, format = e4m3_token, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // CHECK: mla_gpu.kernel @bindings(%cache_latent_map: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>},
  // CHECK-SAME: %cache_rope_map: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>},
  // CHECK-SAME: %cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
  // CHECK-SAME: %cache_page_stride: i32 {mla_gpu.bind = #mla_gpu.binding<cache_page_stride>},
  // CHECK-SAME: %cache_scales: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>},
  // CHECK-SAME: %cache_scale_page_stride: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_page_stride>},
  // CHECK-SAME: %cache_scale_token_stride: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_token_stride>})
  mla_gpu.kernel @bindings(%a: !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>},
                           %b: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>},
                           %c: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
                           %d: i32 {mla_gpu.bind = #mla_gpu.binding<cache_page_stride>},
                           %e: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>},
                           %f: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_page_stride>},
                           %g: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_token_stride>})
      step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// CHECK-LABEL: mla_gpu.program @cache_scale implements
mla_gpu.program @cache_scale implements #mla_gpu.decode<element = f16, format = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // CHECK: mla_gpu.kernel @bindings(%cache_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>})
  mla_gpu.kernel @bindings(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>})
      step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// CHECK-LABEL: mla_gpu.program @cache_prefill implements
// CHECK-SAME: page_size = 64, format = e4m3>
mla_gpu.program @cache_prefill implements #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = e4m3> {
  // CHECK: @bindings(%cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
  mla_gpu.kernel @bindings(%a: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
                           %b: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>})
      step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// A cache of 16-bit elements may be split, too.
// CHECK-LABEL: mla_gpu.program @cache_split implements
mla_gpu.program @cache_split implements #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // CHECK: @bindings(%cache_latent_map: !mla_gpu.tensor_map<1x64x64xbf16, sw128>
  mla_gpu.kernel @bindings(%a: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>},
                           %b: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>})
      step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
