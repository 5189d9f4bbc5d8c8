// Work scheduling on the device: cuts the steps of all requests into num_parts parts. In one of two ways:
//
// - Pieces: every part holds one piece of one request, of at most s steps, if there are parts enough: Σ ceil(steps(i) / s)
//   ≤ num_parts. s is the least that suffices from ceil(Σ steps / num_parts) on, at most align_steps more. No part then begins
//   a second request, which would cost it more than the steps that it is spared. The pieces of a request are of equal
//   length, up to one step.
// - Line: request i costs item_cost + steps(i); with S(i) the sum of the costs before it and L = ceil(total / num_parts),
//   part p begins at position p·L of that line (L at least min_steps). A position inside request i becomes (i, step), its
//   distance from either end of the request snapped to 0 if shorter than min_steps. Where all requests have the same cost, L
//   is raised to the next multiple of it if that takes at most align_steps: each part then holds whole requests.
//
// With split_requests = 0 a piece is never shorter than any request, so every record is at the beginning of one: a request's
// result then does not depend on what else is in the batch.
//
// A part's record is (request, step, first part of that request, its pieces), the last two 0 where the step is. Every record
// is computed on its own, so the 32 lanes of one warp take a request each and write the records that begin in it: there is
// no serial walk. Sums are 32 bits: the steps of a batch must stay below 2^30.

#lane = #mla_gpu.layout<lane>
!lanes = tensor<32xi32, #lane>
!mask = tensor<32xi1, #lane>

mla_gpu.program @program {
  mla_gpu.kernel @schedule(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
      %num_parts: i32 {mla_gpu.bind = #mla_gpu.binding<num_parts>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "scheduler" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c32 = arith.constant 32 : i32
      %item_cost_scalar = arith.constant ${item_cost} : i32
      %zeros = arith.constant dense<0> : !lanes
      %ones = arith.constant dense<1> : !lanes
      %fours = arith.constant dense<4> : !lanes
      %step_minus_1 = arith.constant dense<127> : !lanes
      %step_tokens = arith.constant dense<128> : !lanes
      %item_cost = arith.constant dense<${item_cost}> : !lanes
      // 2^30: longer than any request.
      %unlimited = arith.constant 1073741824 : i32
      %split_requests = arith.constant ${split_requests} : i32
      %never_splits = arith.cmpi eq, %split_requests, %c0 : i32
      %least_piece = arith.constant ${min_steps} : i32
      %least_inside = arith.select %never_splits, %unlimited, %least_piece : i32
      %min_steps = mla_gpu.splat %least_inside : i32 -> !lanes
      %lane = mla_gpu.lane.index : !lanes
      %batch_lanes = mla_gpu.splat %batch : i32 -> !lanes

      // The counters by which the blocks of a split request meet: two for each part and row tile.
      %c63 = arith.constant 63 : i32
      %c64 = arith.constant 64 : i32
      %rows_up = arith.addi %rows, %c63 : i32
      %row_tiles = arith.divui %rows_up, %c64 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %counter_pairs = arith.muli %num_parts, %row_tiles : i32
      %num_counters = arith.muli %counter_pairs, %c2 : i32
      %num_counters_lanes = mla_gpu.splat %num_counters : i32 -> !lanes
      scf.for %base = %c0 to %num_counters step %c32 : i32 {
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %counter = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %counter, %num_counters_lanes : !lanes
        mla_gpu.global.scatter_lanes %zeros, %counters[%counter] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      }

      // Total cost; the greatest, and the least as the greatest negative.
      %lowest = arith.constant dense<-2147483648> : !lanes
      %costs, %greatest_lanes, %negative_lanes = scf.for %base = %c0 to %batch step %c32
          iter_args(%sum = %zeros, %greatest_before = %lowest, %negative_before = %lowest) -> (!lanes, !lanes, !lanes) : i32 {
        %base64 = arith.extsi %base : i32 to i64
        %left = arith.subi %batch, %base : i32
        %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %zeros : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps = arith.divui %rounded, %step_tokens : !lanes
        %cost = arith.addi %steps, %item_cost : !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %request, %batch_lanes : !lanes
        %cost_or_0 = arith.select %exists, %cost, %zeros : !mask, !lanes
        %next = arith.addi %sum, %cost_or_0 : !lanes
        %cost_or_lowest = arith.select %exists, %cost, %lowest : !mask, !lanes
        %greatest_next = arith.maxsi %greatest_before, %cost_or_lowest : !lanes
        %negative = arith.subi %zeros, %cost : !lanes
        %negative_or_lowest = arith.select %exists, %negative, %lowest : !mask, !lanes
        %negative_next = arith.maxsi %negative_before, %negative_or_lowest : !lanes
        scf.yield %next, %greatest_next, %negative_next : !lanes, !lanes, !lanes
      }
      %total = mla_gpu.lane.reduce add %costs : !lanes -> i32
      %parts_minus_1 = arith.subi %num_parts, %c1 : i32
      %total_rounded = arith.addi %total, %parts_minus_1 : i32
      %share_raw = arith.divui %total_rounded, %num_parts : i32
      %least_share = arith.constant ${min_steps} : i32
      %share_even = arith.maxsi %share_raw, %least_share : i32
      // Whole requests for each part, if all are alike.
      %greatest = mla_gpu.lane.reduce max %greatest_lanes : !lanes -> i32
      %least_negative = mla_gpu.lane.reduce max %negative_lanes : !lanes -> i32
      %spread = arith.addi %greatest, %least_negative : i32
      %alike = arith.cmpi eq, %spread, %c0 : i32
      %request_cost = arith.maxsi %greatest, %c1 : i32
      %request_cost_minus_1 = arith.subi %request_cost, %c1 : i32
      %share_up = arith.addi %share_even, %request_cost_minus_1 : i32
      %requests_per_part = arith.divui %share_up, %request_cost : i32
      %share_aligned = arith.muli %requests_per_part, %request_cost : i32
      %align_steps = arith.constant ${align_steps} : i32
      %raise = arith.subi %share_aligned, %share_even : i32
      %cheap = arith.cmpi sle, %raise, %align_steps : i32
      %align = arith.andi %alike, %cheap : i1
      %share = arith.select %align, %share_aligned, %share_even : i32
      %share_lanes = mla_gpu.splat %share : i32 -> !lanes
      %share_minus_1 = arith.subi %share_lanes, %ones : !lanes

      // How many pieces there are with s = s0 … s0 + 3 steps each; a request has at least one.
      %starts = arith.muli %batch, %item_cost_scalar : i32
      %total_steps = arith.subi %total, %starts : i32
      %steps_up = arith.addi %total_steps, %parts_minus_1 : i32
      %s0_raw = arith.divui %steps_up, %num_parts : i32
      %s0 = arith.maxsi %s0_raw, %least_share : i32
      %s1 = arith.addi %s0, %c1 : i32
      %s2 = arith.addi %s0, %c2 : i32
      %s3 = arith.addi %s1, %c2 : i32
      %s0_lanes = mla_gpu.splat %s0 : i32 -> !lanes
      %s1_lanes = mla_gpu.splat %s1 : i32 -> !lanes
      %s2_lanes = mla_gpu.splat %s2 : i32 -> !lanes
      %s3_lanes = mla_gpu.splat %s3 : i32 -> !lanes
      %s0_minus_1 = arith.subi %s0_lanes, %ones : !lanes
      // With more requests than parts there are too many pieces whatever s.
      %most_requests = arith.minsi %batch, %num_parts : i32
      %n0_lanes, %n1_lanes, %n2_lanes, %n3_lanes = scf.for %base = %c0 to %most_requests step %c32
          iter_args(%n0_before = %zeros, %n1_before = %zeros, %n2_before = %zeros, %n3_before = %zeros)
          -> (!lanes, !lanes, !lanes, !lanes) : i32 {
        %base64 = arith.extsi %base : i32 to i64
        %left = arith.subi %batch, %base : i32
        %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %ones : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps = arith.divui %rounded, %step_tokens : !lanes
        %up0 = arith.addi %steps, %s0_minus_1 : !lanes
        %up1 = arith.addi %up0, %ones : !lanes
        %up2 = arith.addi %up1, %ones : !lanes
        %up3 = arith.addi %up2, %ones : !lanes
        %n0 = arith.divui %up0, %s0_lanes : !lanes
        %n1 = arith.divui %up1, %s1_lanes : !lanes
        %n2 = arith.divui %up2, %s2_lanes : !lanes
        %n3 = arith.divui %up3, %s3_lanes : !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %request, %batch_lanes : !lanes
        %n0_or_0 = arith.select %exists, %n0, %zeros : !mask, !lanes
        %n1_or_0 = arith.select %exists, %n1, %zeros : !mask, !lanes
        %n2_or_0 = arith.select %exists, %n2, %zeros : !mask, !lanes
        %n3_or_0 = arith.select %exists, %n3, %zeros : !mask, !lanes
        %n0_next = arith.addi %n0_before, %n0_or_0 : !lanes
        %n1_next = arith.addi %n1_before, %n1_or_0 : !lanes
        %n2_next = arith.addi %n2_before, %n2_or_0 : !lanes
        %n3_next = arith.addi %n3_before, %n3_or_0 : !lanes
        scf.yield %n0_next, %n1_next, %n2_next, %n3_next : !lanes, !lanes, !lanes, !lanes
      }
      %n0 = mla_gpu.lane.reduce add %n0_lanes : !lanes -> i32
      %n1 = mla_gpu.lane.reduce add %n1_lanes : !lanes -> i32
      %n2 = mla_gpu.lane.reduce add %n2_lanes : !lanes -> i32
      %n3 = mla_gpu.lane.reduce add %n3_lanes : !lanes -> i32
      %fits0 = arith.cmpi sle, %n0, %num_parts : i32
      %fits1 = arith.cmpi sle, %n1, %num_parts : i32
      %fits2 = arith.cmpi sle, %n2, %num_parts : i32
      %fits3 = arith.cmpi sle, %n3, %num_parts : i32
      %more0 = arith.select %fits2, %c2, %c3 : i32
      %more1 = arith.select %fits1, %c1, %more0 : i32
      %more = arith.select %fits0, %c0, %more1 : i32
      %few_requests = arith.cmpi sle, %batch, %num_parts : i32
      %cheap_pieces = arith.cmpi sle, %more, %align_steps : i32
      %fits_any = arith.ori %fits3, %fits2 : i1
      %fits_low = arith.ori %fits1, %fits0 : i1
      %fits = arith.ori %fits_any, %fits_low : i1
      %fits_cheaply = arith.andi %fits, %cheap_pieces : i1
      %pieces_pay = arith.ori %fits_cheaply, %never_splits : i1
      %by_pieces = arith.andi %few_requests, %pieces_pay : i1
      %piece_steps_found = arith.addi %s0, %more : i32
      %piece_steps = arith.select %never_splits, %unlimited, %piece_steps_found : i32
      %piece_steps_lanes = mla_gpu.splat %piece_steps : i32 -> !lanes
      %piece_steps_minus_1 = arith.subi %piece_steps_lanes, %ones : !lanes
      %by_pieces_lanes = mla_gpu.splat %by_pieces : i1 -> !mask

      // The records that begin in each request.
      %cost_end, %pieces_end = scf.for %base = %c0 to %batch step %c32
          iter_args(%cost_before = %c0, %pieces_before = %c0) -> (i32, i32) : i32 {
        %base64 = arith.extsi %base : i32 to i64
        %left = arith.subi %batch, %base : i32
        %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %zeros : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps = arith.divui %rounded, %step_tokens : !lanes
        %cost = arith.addi %steps, %item_cost : !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request = arith.addi %base_lanes, %lane : !lanes
        %request_next = arith.addi %request, %ones : !lanes
        %exists = arith.cmpi slt, %request, %batch_lanes : !lanes
        %cost_or_0 = arith.select %exists, %cost, %zeros : !mask, !lanes
        %cost_scan = mla_gpu.lane.scan %cost_or_0 : !lanes -> !lanes
        %cost_before_lanes = mla_gpu.splat %cost_before : i32 -> !lanes
        %begin = arith.addi %cost_before_lanes, %cost_scan : !lanes
        %end = arith.addi %begin, %cost_or_0 : !lanes
        // Line: records p with begin ≤ p·share < end; part 0 always begins at (0, 0).
        %begin_up = arith.addi %begin, %share_minus_1 : !lanes
        %p_low = arith.divui %begin_up, %share_lanes : !lanes
        %line_first = arith.maxsi %p_low, %ones : !lanes
        %end_up = arith.addi %end, %share_minus_1 : !lanes
        %p_end = arith.divui %end_up, %share_lanes : !lanes
        %line_count_raw = arith.subi %p_end, %line_first : !lanes
        %line_count = arith.maxsi %line_count_raw, %zeros : !lanes
        // Those of them inside the request: min_steps ≤ p·share − work_begin ≤ steps − min_steps.
        %work_begin = arith.addi %begin, %item_cost : !lanes
        %inside_low = arith.addi %work_begin, %min_steps : !lanes
        %inside_low_up = arith.addi %inside_low, %share_minus_1 : !lanes
        %inside_first_raw = arith.divui %inside_low_up, %share_lanes : !lanes
        %inside_first = arith.maxsi %inside_first_raw, %ones : !lanes
        %work_end = arith.addi %work_begin, %steps : !lanes
        %inside_high_raw = arith.subi %work_end, %min_steps : !lanes
        %inside_high = arith.maxsi %inside_high_raw, %zeros : !lanes
        %inside_last = arith.divui %inside_high, %share_lanes : !lanes
        %line_part_first = arith.subi %inside_first, %ones : !lanes
        %line_pieces_raw = arith.subi %inside_last, %line_part_first : !lanes
        %line_pieces = arith.addi %line_pieces_raw, %ones : !lanes
        // Pieces: one record each.
        %steps_up_lanes = arith.addi %steps, %piece_steps_minus_1 : !lanes
        %own_raw = arith.divui %steps_up_lanes, %piece_steps_lanes : !lanes
        %own = arith.maxsi %own_raw, %ones : !lanes
        %own_or_0 = arith.select %exists, %own, %zeros : !mask, !lanes
        %own_scan = mla_gpu.lane.scan %own_or_0 : !lanes -> !lanes
        %pieces_before_lanes = mla_gpu.splat %pieces_before : i32 -> !lanes
        %own_first = arith.addi %pieces_before_lanes, %own_scan : !lanes

        %p_first = arith.select %by_pieces_lanes, %own_first, %line_first : !mask, !lanes
        %count = arith.select %by_pieces_lanes, %own_or_0, %line_count : !mask, !lanes
        %part_first = arith.select %by_pieces_lanes, %own_first, %line_part_first : !mask, !lanes
        %pieces = arith.select %by_pieces_lanes, %own, %line_pieces : !mask, !lanes
        %most = mla_gpu.lane.reduce max %count : !lanes -> i32
        scf.for %j = %c0 to %most step %c1 : i32 {
          %j_lanes = mla_gpu.splat %j : i32 -> !lanes
          %active = arith.cmpi slt, %j_lanes, %count : !lanes
          %p = arith.addi %p_first, %j_lanes : !lanes
          %position = arith.muli %p, %share_lanes : !lanes
          %offset_raw = arith.subi %position, %work_begin : !lanes
          %near_begin = arith.cmpi slt, %offset_raw, %min_steps : !lanes
          %offset_low = arith.select %near_begin, %zeros, %offset_raw : !mask, !lanes
          %rest = arith.subi %steps, %offset_low : !lanes
          %near_end = arith.cmpi slt, %rest, %min_steps : !lanes
          %line_request = arith.select %near_end, %request_next, %request : !mask, !lanes
          %line_step = arith.select %near_end, %zeros, %offset_low : !mask, !lanes
          %step_product = arith.muli %j_lanes, %steps : !lanes
          %own_step = arith.divui %step_product, %own : !lanes
          %record_request = arith.select %by_pieces_lanes, %request, %line_request : !mask, !lanes
          %record_step = arith.select %by_pieces_lanes, %own_step, %line_step : !mask, !lanes
          %inside = arith.cmpi sgt, %record_step, %zeros : !lanes
          %record_first = arith.select %inside, %part_first, %zeros : !mask, !lanes
          %record_pieces = arith.select %inside, %pieces, %zeros : !mask, !lanes
          %word0 = arith.muli %p, %fours : !lanes
          %word1 = arith.addi %word0, %ones : !lanes
          %word2 = arith.addi %word1, %ones : !lanes
          %word3 = arith.addi %word2, %ones : !lanes
          mla_gpu.global.scatter_lanes %record_request, %parts[%word0] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_step, %parts[%word1] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_first, %parts[%word2] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_pieces, %parts[%word3] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        }
        %chunk_cost = mla_gpu.lane.reduce add %cost_or_0 : !lanes -> i32
        %chunk_pieces = mla_gpu.lane.reduce add %own_or_0 : !lanes -> i32
        %cost_next = arith.addi %cost_before, %chunk_cost : i32
        %pieces_next = arith.addi %pieces_before, %chunk_pieces : i32
        scf.yield %cost_next, %pieces_next : i32, i32
      }
      // Part 0 begins at the beginning.
      %in_record = arith.cmpi slt, %lane, %fours : !lanes
      mla_gpu.global.scatter_lanes %zeros, %parts[%lane] where %in_record : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask

      // Boundaries at or past the end of all work, the one after the last part among them.
      %share_minus_1_scalar = arith.subi %share, %c1 : i32
      %total_up = arith.addi %total, %share_minus_1_scalar : i32
      %line_unused = arith.divui %total_up, %share : i32
      %p_unused_raw = arith.select %by_pieces, %pieces_end, %line_unused : i32
      %p_unused = arith.maxsi %p_unused_raw, %c1 : i32
      %p_count = arith.addi %num_parts, %c1 : i32
      %p_count_lanes = mla_gpu.splat %p_count : i32 -> !lanes
      scf.for %base = %p_unused to %p_count step %c32 : i32 {
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %p = arith.addi %base_lanes, %lane : !lanes
        %active = arith.cmpi slt, %p, %p_count_lanes : !lanes
        %word0 = arith.muli %p, %fours : !lanes
        %word1 = arith.addi %word0, %ones : !lanes
        %word2 = arith.addi %word1, %ones : !lanes
        %word3 = arith.addi %word2, %ones : !lanes
        mla_gpu.global.scatter_lanes %batch_lanes, %parts[%word0] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %zeros, %parts[%word1] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %zeros, %parts[%word2] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %zeros, %parts[%word3] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      }
    }
  }
}
