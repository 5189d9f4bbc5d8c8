// Work scheduling on the device with split_steps, in place of decode_schedule.mlir: every request is cut into pieces where its own
// length says, and the line of all pieces is cut into num_parts parts of about equal cost, each of whole pieces. So a request has the
// same bits whatever else is in the batch and however many parts there are; what varies is who computes a piece.
//
// A request of S steps has P = ceil(S / s) pieces of s = max(split_steps, ceil(S / most_pieces)) steps (`mla_gpu.items` says the
// same); an empty one counts as a step. If there are parts enough, part p has piece p. Else a piece costs item_cost and its steps,
// and with L = ceil(total / num_parts) part p begins with the first piece that begins at p·L or later: no part costs more
// than L and a piece. Parts in which no piece begins are empty.
//
// A part's record is (request, step, first part of that request, parts that share it), the last two 0 where the step is. A request's
// parts reach from that in which it begins to the last whose record is inside it, empty ones among them. As in
// decode_schedule.mlir, every record is computed on its own, and sums are 32 bits.

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
      %num_parts: i32 {mla_gpu.bind = #mla_gpu.binding<num_parts>},
      %most_pieces: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "scheduler" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c31 = arith.constant 31 : i32
      %c32 = arith.constant 32 : i32
      %c63 = arith.constant 63 : i32
      %c64 = arith.constant 64 : i32
      %item_cost_scalar = arith.constant ${item_cost} : i32
      %zeros = arith.constant dense<0> : !lanes
      %ones = arith.constant dense<1> : !lanes
      %fours = arith.constant dense<4> : !lanes
      %step_minus_1 = arith.constant dense<127> : !lanes
      %step_tokens = arith.constant dense<128> : !lanes
      %item_cost = arith.constant dense<${item_cost}> : !lanes
      %split_steps = arith.constant dense<${split_steps}> : !lanes
      %most_lanes = mla_gpu.splat %most_pieces : i32 -> !lanes
      %most_minus_1 = arith.subi %most_lanes, %ones : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %batch_lanes = mla_gpu.splat %batch : i32 -> !lanes
      %rows_up = arith.addi %rows, %c63 : i32
      %row_tiles = arith.divui %rows_up, %c64 : i32
      %num_counters = arith.muli %num_parts, %row_tiles : i32
      %parts_minus_1 = arith.subi %num_parts, %c1 : i32
      // One record more than parts.
      %p_count = arith.addi %num_parts, %c1 : i32
      %p_count_lanes = mla_gpu.splat %p_count : i32 -> !lanes
${include decode_schedule_counters first=c0 stride=c32}

      %steps_lanes, %numbers_lanes = scf.for %base = %c0 to %batch step %c32
          iter_args(%steps_before = %zeros, %numbers_before = %zeros) -> (!lanes, !lanes) : i32 {
${include decode_schedule_fixed_pieces}
        %steps_or_0 = arith.select %exists, %steps, %zeros : !mask, !lanes
        %number_or_0 = arith.select %exists, %number_a, %zeros : !mask, !lanes
        %steps_next = arith.addi %steps_before, %steps_or_0 : !lanes
        %numbers_next = arith.addi %numbers_before, %number_or_0 : !lanes
        scf.yield %steps_next, %numbers_next : !lanes, !lanes
      }
      %all_steps = mla_gpu.lane.reduce add %steps_lanes : !lanes -> i32
      %all_pieces = mla_gpu.lane.reduce add %numbers_lanes : !lanes -> i32

      // With parts enough for all pieces each costs 1, and so much is a part's share.
      %by_pieces = arith.cmpi sle, %all_pieces, %num_parts : i32
      %by_pieces_lanes = mla_gpu.splat %by_pieces : i1 -> !mask
      %starts = arith.muli %all_pieces, %item_cost_scalar : i32
      %all_costs = arith.addi %all_steps, %starts : i32
      %total = arith.select %by_pieces, %all_pieces, %all_costs : i32
      %total_up = arith.addi %total, %parts_minus_1 : i32
      %share = arith.divui %total_up, %num_parts : i32
      %share_lanes = mla_gpu.splat %share : i32 -> !lanes
      %share_minus_1 = arith.subi %share_lanes, %ones : !lanes

      // The records whose positions lie in each request.
      %sum_end = scf.for %base = %c0 to %batch step %c32 iter_args(%sum_before = %c0) -> (i32) : i32 {
${include decode_schedule_fixed_pieces}
        %own_starts = arith.muli %number_a, %item_cost : !lanes
        %own_cost = arith.addi %steps, %own_starts : !lanes
        %own_piece_cost = arith.addi %size_a, %item_cost : !lanes
        %cost = arith.select %by_pieces_lanes, %number_a, %own_cost : !mask, !lanes
        %piece_cost_a = arith.select %by_pieces_lanes, %ones, %own_piece_cost : !mask, !lanes
        %cost_or_0 = arith.select %exists, %cost, %zeros : !mask, !lanes
        %cost_scan = mla_gpu.lane.scan %cost_or_0 : !lanes -> !lanes
        %sum_before_lanes = mla_gpu.splat %sum_before : i32 -> !lanes
        %begin_a = arith.addi %sum_before_lanes, %cost_scan : !lanes
        %end = arith.addi %begin_a, %cost_or_0 : !lanes
        // Records p with begin ≤ p·share < end.
        %begin_up = arith.addi %begin_a, %share_minus_1 : !lanes
        %p_first_a = arith.divui %begin_up, %share_lanes : !lanes
        %end_up = arith.addi %end, %share_minus_1 : !lanes
        %p_end = arith.divui %end_up, %share_lanes : !lanes
        %count_a = arith.subi %p_end, %p_first_a : !lanes
        // The parts in which the first piece and the last begin, and those between.
        %part_first_a = arith.divui %begin_a, %share_lanes : !lanes
        %number_minus_1 = arith.subi %number_a, %ones : !lanes
        %to_last = arith.muli %number_minus_1, %piece_cost_a : !lanes
        %last_begin = arith.addi %begin_a, %to_last : !lanes
        %part_last = arith.divui %last_begin, %share_lanes : !lanes
        %parts_between = arith.subi %part_last, %part_first_a : !lanes
        %sharers_a = arith.addi %parts_between, %ones : !lanes

        // As in decode_schedule.mlir: a lane for each request and a turn for each of its records, or a lane for each record and
        // turns for each request.
        %most = mla_gpu.lane.reduce max %count_a : !lanes -> i32
        %turns_up = arith.addi %most, %c31 : i32
        %turns_each = arith.divui %turns_up, %c32 : i32
        %requests_here = arith.minsi %left, %c32 : i32
        %turns_all = arith.muli %turns_each, %requests_here : i32
        %by_request = arith.cmpi slt, %turns_all, %most : i32
        scf.if %by_request {
          scf.for %r = %c0 to %requests_here step %c1 : i32 {
            %request_r = arith.addi %base, %r : i32
            %request_b = mla_gpu.splat %request_r : i32 -> !lanes
            %count_r = mla_gpu.lane.extract %count_a[%r] : !lanes -> i32
            %count_b = mla_gpu.splat %count_r : i32 -> !lanes
            %p_first_r = mla_gpu.lane.extract %p_first_a[%r] : !lanes -> i32
            %p_first_b = mla_gpu.splat %p_first_r : i32 -> !lanes
            %begin_r = mla_gpu.lane.extract %begin_a[%r] : !lanes -> i32
            %begin_b = mla_gpu.splat %begin_r : i32 -> !lanes
            %piece_cost_r = mla_gpu.lane.extract %piece_cost_a[%r] : !lanes -> i32
            %piece_cost_b = mla_gpu.splat %piece_cost_r : i32 -> !lanes
            %size_r = mla_gpu.lane.extract %size_a[%r] : !lanes -> i32
            %size_b = mla_gpu.splat %size_r : i32 -> !lanes
            %number_r = mla_gpu.lane.extract %number_a[%r] : !lanes -> i32
            %number_b = mla_gpu.splat %number_r : i32 -> !lanes
            %part_first_r = mla_gpu.lane.extract %part_first_a[%r] : !lanes -> i32
            %part_first_b = mla_gpu.splat %part_first_r : i32 -> !lanes
            %sharers_r = mla_gpu.lane.extract %sharers_a[%r] : !lanes -> i32
            %sharers_b = mla_gpu.splat %sharers_r : i32 -> !lanes
            scf.for %j = %c0 to %count_r step %c32 : i32 {
              %j_first = mla_gpu.splat %j : i32 -> !lanes
              %j_lanes = arith.addi %j_first, %lane : !lanes
${include decode_schedule_fixed_record v=b}
            }
          }
        } else {
          scf.for %j = %c0 to %most step %c1 : i32 {
            %j_lanes = mla_gpu.splat %j : i32 -> !lanes
${include decode_schedule_fixed_record v=a}
          }
        }
        %chunk_sum = mla_gpu.lane.reduce add %cost_or_0 : !lanes -> i32
        %sum_next = arith.addi %sum_before, %chunk_sum : i32
        scf.yield %sum_next : i32
      }

      // Positions at or past the end of all work, that of the record after the last part among them.
      %share_minus_1_scalar = arith.subi %share, %c1 : i32
      %end_up = arith.addi %total, %share_minus_1_scalar : i32
      %p_unused = arith.divui %end_up, %share : i32
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
