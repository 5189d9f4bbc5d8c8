// Lists the work of prefill, in the order in which blocks shall take it: items of one sequence and one tile of ${q_tile} rows. In the
// MHA form rows are queries of one head; in the absorbed form they are (query, head) pairs, and "head" below is the only one.
//
// Longest sequences first, so that the last items are short ones. Within a sequence heads go in groups, as many as have
// keys and values that stay in L2 together; a group's tiles come in order, the last (which sees most) first, and for each tile
// all heads of the group. What is in flight at any time then reads the keys and values of few heads, from L2.
//
// Warps do not meet: each finds the place of its sequence in the list by itself, from the lengths of all, and writes its
// share of the sequence's items. Item i is record i + 1 of `work`, eight words; record 0 holds the number of items.
//
//   0: first row of the tile in q   1: rows of the tile       2: head    3: first row of the sequence in k and v
//   4: tokens of the sequence       5: tokens that the first row sees (0 or less: none)        6: blocks of keys, at least 1
//
// Absorbed:
//
//   2: first row of the tile in its sequence                  3: first row of the sequence in keys, or its number where keys are paged
//   5: tokens that the sequence's first query sees (0 or less: none)                           6: steps, 0 where no row sees a token

#lane = #mla_gpu.layout<lane>
!lanes = tensor<32xi32, #lane>
!mask = tensor<32xi1, #lane>

mla_gpu.program @program {
  mla_gpu.kernel @schedule(
      %cu_q: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<cu_seqlens_q>},
      ${when paged=0}
      %cu_kv: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<cu_seqlens_kv>},
      ${end}
      ${when paged=1}
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
      ${end}
      %work: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<work>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(schedule) grid(multiprocessors, one) threads(256) {
    mla_gpu.role "scheduler" warps(0 to 8) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c8 = arith.constant 8 : i32
      %c32 = arith.constant 32 : i32
      %c0_64 = arith.constant 0 : i64
      %c1_64 = arith.constant 1 : i64
      %tile_rows = arith.constant ${q_tile} : i32
      %tile_rows_minus_1 = arith.constant ${q_tile_minus_1} : i32
      %heads = arith.constant ${item_heads} : i32
      // Tokens, times heads, whose keys and values L2 keeps.
      %resident = arith.constant ${resident_tokens} : i32
      %zeros = arith.constant dense<0> : !lanes
      %ones = arith.constant dense<1> : !lanes
      %eights = arith.constant dense<8> : !lanes
      %heads_lanes = arith.constant dense<${item_heads}> : !lanes
      ${when form=absorbed}
      %query_rows = arith.constant ${heads} : i32
      %query_rows_lanes = arith.constant dense<${heads}> : !lanes
      ${end}
      %tile_rows_lanes = arith.constant dense<${q_tile}> : !lanes
      %tile_rows_minus_1_lanes = arith.constant dense<${q_tile_minus_1}> : !lanes
      %block_lanes = arith.constant dense<${block}> : !lanes
      %block_minus_1_lanes = arith.constant dense<${block_minus_1}> : !lanes
      %lane = mla_gpu.lane.index : !lanes

      // All warps, in shares of equal size for each sequence where there are more warps than sequences.
      %block = mla_gpu.block_id 0
      %warp = mla_gpu.warp_id
      %blocks = mla_gpu.grid_size 0
      %first_warp = arith.muli %block, %c8 : i32
      %number = arith.addi %first_warp, %warp : i32
      %warps = arith.muli %blocks, %c8 : i32
      %shares_raw = arith.divui %warps, %batch : i32
      %shares = arith.maxsi %shares_raw, %c1 : i32
      %stride = arith.divui %warps, %shares : i32
      %first_sequence = arith.divui %number, %shares : i32
      %share = arith.remui %number, %shares : i32
      %first_item = arith.muli %share, %c32 : i32
      %item_stride = arith.muli %shares, %c32 : i32

      // The first warp of all writes what is there once.
      %is_first = arith.cmpi eq, %number, %c0 : i32
      scf.if %is_first {
        %tiles_all = scf.for %base = %c0 to %batch step %c32 iter_args(%sum = %zeros) -> (!lanes) : i32 {
          %base64 = arith.extsi %base : i32 to i64
          %base64_next = arith.addi %base64, %c1_64 : i64
          %left = arith.subi %batch, %base : i32
          %begin = mla_gpu.global.load_lanes %cu_q[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
          %end = mla_gpu.global.load_lanes %cu_q[%base64_next] valid %left : !mla_gpu.ptr<i32> -> !lanes
          ${when form=mha}
          %rows_raw = arith.subi %end, %begin : !lanes
          ${end}
          ${when form=absorbed}
          %queries = arith.subi %end, %begin : !lanes
          %rows_raw = arith.muli %queries, %query_rows_lanes : !lanes
          ${end}
          %rows = arith.maxsi %rows_raw, %zeros : !lanes
          %rows_up = arith.addi %rows, %tile_rows_minus_1_lanes : !lanes
          %tiles = arith.divui %rows_up, %tile_rows_lanes : !lanes
          %next = arith.addi %sum, %tiles : !lanes
          scf.yield %next : !lanes
        }
        %tiles = mla_gpu.lane.reduce add %tiles_all : !lanes -> i32
        %items = arith.muli %tiles, %heads : i32
        mla_gpu.global.store %items, %work[%c0_64] : i32, !mla_gpu.ptr<i32>
        mla_gpu.global.store %c0, %counters[%c0_64] : i32, !mla_gpu.ptr<i32>
      }

      scf.for %sequence = %first_sequence to %batch step %stride : i32 {
        %at = arith.extsi %sequence : i32 to i64
        %at_next = arith.addi %at, %c1_64 : i64
        %q_begin = mla_gpu.global.load %cu_q[%at] : !mla_gpu.ptr<i32> -> i32
        %q_end = mla_gpu.global.load %cu_q[%at_next] : !mla_gpu.ptr<i32> -> i32
        ${when paged=0}
        %kv_begin = mla_gpu.global.load %cu_kv[%at] : !mla_gpu.ptr<i32> -> i32
        %kv_end = mla_gpu.global.load %cu_kv[%at_next] : !mla_gpu.ptr<i32> -> i32
        ${end}
        ${when paged=1}
        %kv_begin = arith.addi %sequence, %c0 : i32
        %n_kv_raw = mla_gpu.global.load %lens[%at] : !mla_gpu.ptr<i32> -> i32
        ${end}
        %n_q_raw = arith.subi %q_end, %q_begin : i32
        %n_q = arith.maxsi %n_q_raw, %c0 : i32
        ${when paged=0}
        %n_kv_raw = arith.subi %kv_end, %kv_begin : i32
        ${end}
        %n_kv = arith.maxsi %n_kv_raw, %c0 : i32
        ${when form=mha}
        %n_q_up = arith.addi %n_q, %tile_rows_minus_1 : i32
        ${end}
        ${when form=absorbed}
        %n_rows = arith.muli %n_q, %query_rows : i32
        %n_q_up = arith.addi %n_rows, %tile_rows_minus_1 : i32
        ${end}
        %tiles = arith.divui %n_q_up, %tile_rows : i32
        %n_kv_lanes = mla_gpu.splat %n_kv : i32 -> !lanes
        %sequence_lanes = mla_gpu.splat %sequence : i32 -> !lanes

        // Tiles of the sequences that come before: longer ones, and of equal ones those of lower number.
        %tiles_before_lanes = scf.for %base = %c0 to %batch step %c32 iter_args(%sum = %zeros) -> (!lanes) : i32 {
          %base64 = arith.extsi %base : i32 to i64
          %base64_next = arith.addi %base64, %c1_64 : i64
          %left = arith.subi %batch, %base : i32
          %begin = mla_gpu.global.load_lanes %cu_q[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
          %end = mla_gpu.global.load_lanes %cu_q[%base64_next] valid %left : !mla_gpu.ptr<i32> -> !lanes
          ${when paged=0}
          %begin_kv = mla_gpu.global.load_lanes %cu_kv[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
          %end_kv = mla_gpu.global.load_lanes %cu_kv[%base64_next] valid %left : !mla_gpu.ptr<i32> -> !lanes
          ${end}
          ${when paged=1}
          %tokens_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
          ${end}
          ${when form=mha}
          %rows_raw = arith.subi %end, %begin : !lanes
          ${end}
          ${when form=absorbed}
          %queries = arith.subi %end, %begin : !lanes
          %rows_raw = arith.muli %queries, %query_rows_lanes : !lanes
          ${end}
          %rows = arith.maxsi %rows_raw, %zeros : !lanes
          %rows_up = arith.addi %rows, %tile_rows_minus_1_lanes : !lanes
          %tiles_here = arith.divui %rows_up, %tile_rows_lanes : !lanes
          ${when paged=0}
          %tokens_raw = arith.subi %end_kv, %begin_kv : !lanes
          ${end}
          %tokens = arith.maxsi %tokens_raw, %zeros : !lanes
          %base_lanes = mla_gpu.splat %base : i32 -> !lanes
          %other = arith.addi %base_lanes, %lane : !lanes
          %is_longer = arith.cmpi sgt, %tokens, %n_kv_lanes : !lanes
          %is_equal = arith.cmpi eq, %tokens, %n_kv_lanes : !lanes
          %is_lower = arith.cmpi slt, %other, %sequence_lanes : !lanes
          %is_tie = arith.andi %is_equal, %is_lower : !mask
          %comes_before = arith.ori %is_longer, %is_tie : !mask
          %counted = arith.select %comes_before, %tiles_here, %zeros : !mask, !lanes
          %next = arith.addi %sum, %counted : !lanes
          scf.yield %next : !lanes
        }
        %tiles_before = mla_gpu.lane.reduce add %tiles_before_lanes : !lanes -> i32
        %items_before = arith.muli %tiles_before, %heads : i32
        %items = arith.muli %tiles, %heads : i32

        %n_kv_or_1 = arith.maxsi %n_kv, %c1 : i32
        %group_raw = arith.divui %resident, %n_kv_or_1 : i32
        %group_least = arith.maxsi %group_raw, %c1 : i32
        %group = arith.minsi %group_least, %heads : i32
        %group_items = arith.muli %group, %tiles : i32
        %group_lanes = mla_gpu.splat %group : i32 -> !lanes
        %group_items_lanes = mla_gpu.splat %group_items : i32 -> !lanes
        %tiles_lanes = mla_gpu.splat %tiles : i32 -> !lanes
        %items_lanes = mla_gpu.splat %items : i32 -> !lanes
        %items_before_lanes = mla_gpu.splat %items_before : i32 -> !lanes
        ${when form=mha}
        %q_begin_lanes = mla_gpu.splat %q_begin : i32 -> !lanes
        ${end}
        ${when form=absorbed}
        %q_begin_row = arith.muli %q_begin, %query_rows : i32
        %q_begin_lanes = mla_gpu.splat %q_begin_row : i32 -> !lanes
        ${end}
        %kv_begin_lanes = mla_gpu.splat %kv_begin : i32 -> !lanes
        ${when form=mha}
        %n_q_lanes = mla_gpu.splat %n_q : i32 -> !lanes
        ${end}
        ${when form=absorbed}
        %n_q_lanes = mla_gpu.splat %n_rows : i32 -> !lanes
        ${end}
        // Query t of the sequence sees n_kv − n_q + t + 1 tokens under the causal mask.
        %shift_scalar = arith.subi %n_kv, %n_q : i32
        %shift = mla_gpu.splat %shift_scalar : i32 -> !lanes
        scf.for %base = %first_item to %items step %item_stride : i32 {
          %base_lanes = mla_gpu.splat %base : i32 -> !lanes
          %item = arith.addi %base_lanes, %lane : !lanes
          %exists = arith.cmpi slt, %item, %items_lanes : !lanes
          %group_number = arith.divui %item, %group_items_lanes : !lanes
          %in_group = arith.remui %item, %group_items_lanes : !lanes
          %group_head = arith.muli %group_number, %group_lanes : !lanes
          %heads_left = arith.subi %heads_lanes, %group_head : !lanes
          %heads_here_raw = arith.minsi %heads_left, %group_lanes : !lanes
          // At least 1 in lanes past the end, too.
          %heads_here = arith.maxsi %heads_here_raw, %ones : !lanes
          %tile_from_end = arith.divui %in_group, %heads_here : !lanes
          %head_in_group = arith.remui %in_group, %heads_here : !lanes
          %head = arith.addi %group_head, %head_in_group : !lanes
          %tiles_left = arith.subi %tiles_lanes, %tile_from_end : !lanes
          %tile = arith.subi %tiles_left, %ones : !lanes
          %tile_row = arith.muli %tile, %tile_rows_lanes : !lanes
          %q_row = arith.addi %q_begin_lanes, %tile_row : !lanes
          %rows_left = arith.subi %n_q_lanes, %tile_row : !lanes
          %rows = arith.minsi %rows_left, %tile_rows_lanes : !lanes
${include prefill_sees_${form}}
          %place = arith.addi %items_before_lanes, %item : !lanes
          %record = arith.addi %place, %ones : !lanes
          %word0 = arith.muli %record, %eights : !lanes
          %word1 = arith.addi %word0, %ones : !lanes
          %word2 = arith.addi %word1, %ones : !lanes
          %word3 = arith.addi %word2, %ones : !lanes
          %word4 = arith.addi %word3, %ones : !lanes
          %word5 = arith.addi %word4, %ones : !lanes
          %word6 = arith.addi %word5, %ones : !lanes
          mla_gpu.global.scatter_lanes %q_row, %work[%word0] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %rows, %work[%word1] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %${word2}, %work[%word2] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %kv_begin_lanes, %work[%word3] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %n_kv_lanes, %work[%word4] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %sees_first, %work[%word5] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %key_blocks, %work[%word6] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        }
      }
    }
  }
}
