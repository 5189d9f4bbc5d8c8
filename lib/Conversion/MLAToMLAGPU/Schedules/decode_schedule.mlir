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
// Where a part may end within a step (places_of_step = 2) records count blocks, two a step; and if no request of the
// batch has more than halve_steps steps, and there are parts for all blocks, each part has one block's place (with min_steps = 1 and
// split_requests = 1): the two of a step share it, half of the columns each (decode_seesaw.mlir, decode_e4m3.mlir).
//
// With split_requests = 0 a piece is never shorter than any request, so every record is at the beginning of one: a request's
// result then does not depend on what else is in the batch.
//
// A part's record is (request, step or block, first part of that request, how many have it), the last two 0 where the second is. Every record
// is computed on its own: the 32 lanes of a warp take a request each and write the records that begin in it, or, where few
// requests have many, a record each; there is no serial walk. Four warps take chunks of 32 requests in turns; each adds up all
// costs for itself, for to wait for one another would take longer. A call takes as long as its code, its lengths and its divisions
// take to arrive: so a single request has a path of its own, and the lengths of 128 are requested before one is waited for.
// Sums are 32 bits: the steps of a batch must stay below 2^30.

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
      step(schedule) grid(one, one) threads(128) {
    mla_gpu.role "scheduler" warps(0 to 4) team(each_warp) {
      %warp = mla_gpu.warp_id
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c32 = arith.constant 32 : i32
      %item_cost_scalar = arith.constant ${item_cost} : i32
      %zeros = arith.constant dense<0> : !lanes
      %ones = arith.constant dense<1> : !lanes
      %fours = arith.constant dense<4> : !lanes
      %step_minus_1 = arith.constant dense<127> : !lanes
      %step_tokens = arith.constant dense<128> : !lanes
      %block_minus_1 = arith.constant dense<63> : !lanes
      %block_tokens = arith.constant dense<64> : !lanes
      %item_cost = arith.constant dense<${item_cost}> : !lanes
      // Records count in what `mla_gpu.items` takes for a step: a step, or each of its two blocks.
      %places_of_step = arith.constant dense<${places_of_step}> : !lanes
      // 2^30: longer than any request.
      %unlimited = arith.constant 1073741824 : i32
      %split_requests = arith.constant ${split_requests} : i32
      %never_splits = arith.cmpi eq, %split_requests, %c0 : i32
      %least_piece = arith.constant ${min_steps} : i32
      %least_inside = arith.select %never_splits, %unlimited, %least_piece : i32
      %min_steps = mla_gpu.splat %least_inside : i32 -> !lanes
      %lane = mla_gpu.lane.index : !lanes
      %batch_lanes = mla_gpu.splat %batch : i32 -> !lanes

      %c63 = arith.constant 63 : i32
      %c64 = arith.constant 64 : i32
      %rows_up = arith.addi %rows, %c63 : i32
      %row_tiles = arith.divui %rows_up, %c64 : i32
      %c3 = arith.constant 3 : i32
      %num_counters = arith.muli %num_parts, %row_tiles : i32
      %c31 = arith.constant 31 : i32
      %c128 = arith.constant 128 : i32
      %own_chunk = arith.muli %warp, %c32 : i32
      %parts_minus_1 = arith.subi %num_parts, %c1 : i32
      // One record more than parts.
      %p_count = arith.addi %num_parts, %c1 : i32
      %p_count_lanes = mla_gpu.splat %p_count : i32 -> !lanes

      %one_request = arith.cmpi eq, %batch, %c1 : i32
      %c0_64 = arith.constant 0 : i64
      scf.if %one_request {
      // One request is cut into pieces, always: s = ceil(steps / num_parts) suffices. A path of its own, because most of what a
      // call costs is to fetch code that nobody has run for a while.
      %length = mla_gpu.global.load %lens[%c0_64] : !mla_gpu.ptr<i32> -> i32
${include decode_schedule_counters first=own_chunk stride=c128}
      %c127 = arith.constant 127 : i32
      %tokens = arith.maxsi %length, %c0 : i32
      %tokens_up = arith.addi %tokens, %c127 : i32
      %steps = arith.divui %tokens_up, %c128 : i32
      %steps_up = arith.addi %steps, %parts_minus_1 : i32
      %even = arith.divui %steps_up, %num_parts : i32
      %piece_least = arith.maxsi %even, %least_piece : i32
      %piece = arith.select %never_splits, %unlimited, %piece_least : i32
      %piece_minus_1 = arith.subi %piece, %c1 : i32
      %pieces_up = arith.addi %steps, %piece_minus_1 : i32
      %pieces_raw = arith.divui %pieces_up, %piece : i32
      %pieces = arith.maxsi %pieces_raw, %c1 : i32
      ${when halves=0}
      %places_lanes = mla_gpu.splat %steps : i32 -> !lanes
      %pieces_lanes = mla_gpu.splat %pieces : i32 -> !lanes
      %place_size = arith.constant dense<${places_of_step}> : !lanes
      ${end}
      ${when halves=1}
      // Where there are parts for all blocks, the two that have a step's blocks share it.
      %tokens_up64 = arith.addi %tokens, %c63 : i32
      %blocks = arith.divui %tokens_up64, %c64 : i32
      %blocks_fit = arith.cmpi sle, %blocks, %num_parts : i32
      %halve_steps = arith.constant ${halve_steps} : i32
      %is_short = arith.cmpi sle, %steps, %halve_steps : i32
      %may_halve = arith.cmpi eq, %least_piece, %c1 : i32
      %splits = arith.cmpi ne, %split_requests, %c0 : i32
      %short_fit = arith.andi %blocks_fit, %is_short : i1
      %halves_may = arith.andi %short_fit, %may_halve : i1
      %by_blocks = arith.andi %halves_may, %splits : i1
      %block_pieces = arith.maxsi %blocks, %c1 : i32
      %places = arith.select %by_blocks, %block_pieces, %steps : i32
      %pieces_chosen = arith.select %by_blocks, %block_pieces, %pieces : i32
      %c2 = arith.constant 2 : i32
      %size = arith.select %by_blocks, %c1, %c2 : i32
      %places_lanes = mla_gpu.splat %places : i32 -> !lanes
      %pieces_lanes = mla_gpu.splat %pieces_chosen : i32 -> !lanes
      %place_size = mla_gpu.splat %size : i32 -> !lanes
      ${end}
      scf.for %base = %own_chunk to %p_count step %c128 : i32 {
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %p = arith.addi %base_lanes, %lane : !lanes
        %active = arith.cmpi slt, %p, %p_count_lanes : !lanes
        %is_piece = arith.cmpi slt, %p, %pieces_lanes : !lanes
        %product = arith.muli %p, %places_lanes : !lanes
        %place_raw = arith.divui %product, %pieces_lanes : !lanes
        %place = arith.muli %place_raw, %place_size : !lanes
        %record_step = arith.select %is_piece, %place, %zeros : !mask, !lanes
        %record_request = arith.select %is_piece, %zeros, %ones : !mask, !lanes
        %inside = arith.cmpi sgt, %record_step, %zeros : !lanes
        %record_pieces = arith.select %inside, %pieces_lanes, %zeros : !mask, !lanes
        %word0 = arith.muli %p, %fours : !lanes
        %word1 = arith.addi %word0, %ones : !lanes
        %word2 = arith.addi %word1, %ones : !lanes
        %word3 = arith.addi %word2, %ones : !lanes
        mla_gpu.global.scatter_lanes %record_request, %parts[%word0] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %record_step, %parts[%word1] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %zeros, %parts[%word2] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
        mla_gpu.global.scatter_lanes %record_pieces, %parts[%word3] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      }
      } else {
      // The lengths of 128 requests are on their way at once.
      %c32_64 = arith.constant 32 : i64
      %c64_64 = arith.constant 64 : i64
      %c96_64 = arith.constant 96 : i64
      %left1 = arith.subi %batch, %c32 : i32
      %left2 = arith.subi %batch, %c64 : i32
      %left3 = arith.subi %left2, %c32 : i32
      %lengths0 = mla_gpu.global.load_lanes %lens[%c0_64] valid %batch : !mla_gpu.ptr<i32> -> !lanes
      %lengths1 = mla_gpu.global.load_lanes %lens[%c32_64] valid %left1 : !mla_gpu.ptr<i32> -> !lanes
      %lengths2 = mla_gpu.global.load_lanes %lens[%c64_64] valid %left2 : !mla_gpu.ptr<i32> -> !lanes
      %lengths3 = mla_gpu.global.load_lanes %lens[%c96_64] valid %left3 : !mla_gpu.ptr<i32> -> !lanes
${include decode_schedule_counters first=own_chunk stride=c128}

      // Total cost; the greatest, and the least as the greatest negative.
      %lowest = arith.constant dense<-2147483648> : !lanes
      %costs, %block_lanes, %greatest_lanes, %negative_lanes, %unread0, %unread1, %unread2, %unread3 = scf.for %base = %c0 to %batch step %c32
          iter_args(%sum = %zeros, %blocks_before = %zeros, %greatest_before = %lowest, %negative_before = %lowest, %length_raw = %lengths0,
                    %ahead1 = %lengths1, %ahead2 = %lengths2, %ahead3 = %lengths3)
          -> (!lanes, !lanes, !lanes, !lanes, !lanes, !lanes, !lanes, !lanes) : i32 {
        %ahead = arith.addi %base, %c128 : i32
        %ahead64 = arith.extsi %ahead : i32 to i64
        %left_ahead = arith.subi %batch, %ahead : i32
        %ahead4 = mla_gpu.global.load_lanes %lens[%ahead64] valid %left_ahead : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %zeros : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps = arith.divui %rounded, %step_tokens : !lanes
        %cost = arith.addi %steps, %item_cost : !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %request, %batch_lanes : !lanes
        %cost_or_0 = arith.select %exists, %cost, %zeros : !mask, !lanes
        %next = arith.addi %sum, %cost_or_0 : !lanes
        %length_or_1 = arith.maxsi %length, %ones : !lanes
        %blocks_rounded = arith.addi %length_or_1, %block_minus_1 : !lanes
        %blocks = arith.divui %blocks_rounded, %block_tokens : !lanes
        %blocks_or_0 = arith.select %exists, %blocks, %zeros : !mask, !lanes
        %blocks_next = arith.addi %blocks_before, %blocks_or_0 : !lanes
        %cost_or_lowest = arith.select %exists, %cost, %lowest : !mask, !lanes
        %greatest_next = arith.maxsi %greatest_before, %cost_or_lowest : !lanes
        %negative = arith.subi %zeros, %cost : !lanes
        %negative_or_lowest = arith.select %exists, %negative, %lowest : !mask, !lanes
        %negative_next = arith.maxsi %negative_before, %negative_or_lowest : !lanes
        scf.yield %next, %blocks_next, %greatest_next, %negative_next, %ahead1, %ahead2, %ahead3, %ahead4
            : !lanes, !lanes, !lanes, !lanes, !lanes, !lanes, !lanes, !lanes
      }
      %total = mla_gpu.lane.reduce add %costs : !lanes -> i32

      // The least of the sizes s0 … s0 + 3, and at most s0 + align_steps, whose pieces the parts can hold; a request has at
      // least one. With more requests than parts there are too many whatever the size.
      %starts = arith.muli %batch, %item_cost_scalar : i32
      %total_steps = arith.subi %total, %starts : i32
      %total_steps_up = arith.addi %total_steps, %parts_minus_1 : i32
      %s0_raw = arith.divui %total_steps_up, %num_parts : i32
      %s0 = arith.maxsi %s0_raw, %least_piece : i32
      %few_requests = arith.cmpi sle, %batch, %num_parts : i32
      %align_steps = arith.constant ${align_steps} : i32
      %most_raise = arith.minsi %align_steps, %c3 : i32
      %false = arith.constant false
      ${when halves=0}
      %by_blocks = arith.constant false
      ${end}
      ${when halves=1}
      // As above, if all are short. Blocks may be twice as many as steps, and one more a request: of few short requests they are
      // not too many for 32 bits.
      %total_blocks = mla_gpu.lane.reduce add %block_lanes : !lanes -> i32
      %greatest_cost = mla_gpu.lane.reduce max %greatest_lanes : !lanes -> i32
      %halve_cost = arith.constant ${halve_cost} : i32
      %blocks_fit = arith.cmpi sle, %total_blocks, %num_parts : i32
      %are_short = arith.cmpi sle, %greatest_cost, %halve_cost : i32
      %may_halve = arith.cmpi eq, %least_piece, %c1 : i32
      %splits = arith.cmpi ne, %split_requests, %c0 : i32
      %short_fit = arith.andi %blocks_fit, %are_short : i1
      %halves_may = arith.andi %short_fit, %may_halve : i1
      %halves_pay = arith.andi %halves_may, %splits : i1
      %by_blocks = arith.andi %halves_pay, %few_requests : i1
      ${end}
      %piece_found, %fits = scf.while (%size = %s0, %known = %by_blocks) : (i32, i1) -> (i32, i1) {
        %raise = arith.subi %size, %s0 : i32
        %in_range = arith.cmpi sle, %raise, %most_raise : i32
        %unknown = arith.cmpi eq, %known, %false : i1
        %goes_on = arith.andi %in_range, %unknown : i1
        %looks = arith.andi %goes_on, %few_requests : i1
        scf.condition(%looks) %size, %known : i32, i1
      } do {
      ^bb0(%size: i32, %known: i1):
        %size_lanes = mla_gpu.splat %size : i32 -> !lanes
        %size_minus_1 = arith.subi %size_lanes, %ones : !lanes
        %numbers = scf.for %base = %c0 to %batch step %c32 iter_args(%number_before = %zeros) -> (!lanes) : i32 {
          %base64 = arith.extsi %base : i32 to i64
          %left = arith.subi %batch, %base : i32
          %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
          %length = arith.maxsi %length_raw, %ones : !lanes
          %rounded = arith.addi %length, %step_minus_1 : !lanes
          %steps = arith.divui %rounded, %step_tokens : !lanes
          %up = arith.addi %steps, %size_minus_1 : !lanes
          %number = arith.divui %up, %size_lanes : !lanes
          %base_lanes = mla_gpu.splat %base : i32 -> !lanes
          %request = arith.addi %base_lanes, %lane : !lanes
          %exists = arith.cmpi slt, %request, %batch_lanes : !lanes
          %number_or_0 = arith.select %exists, %number, %zeros : !mask, !lanes
          %number_next = arith.addi %number_before, %number_or_0 : !lanes
          scf.yield %number_next : !lanes
        }
        %number = mla_gpu.lane.reduce add %numbers : !lanes -> i32
        %fits_now = arith.cmpi sle, %number, %num_parts : i32
        %larger = arith.addi %size, %c1 : i32
        %next_size = arith.select %fits_now, %size, %larger : i32
        scf.yield %next_size, %fits_now : i32, i1
      }
      %pieces_pay = arith.ori %fits, %never_splits : i1
      %by_pieces = arith.andi %few_requests, %pieces_pay : i1
      %piece_steps = arith.select %never_splits, %unlimited, %piece_found : i32
      %piece_steps_lanes = mla_gpu.splat %piece_steps : i32 -> !lanes
      %piece_steps_minus_1 = arith.subi %piece_steps_lanes, %ones : !lanes

      // The share of a part on the line: whole requests for each part, if all are alike.
      %share = scf.if %by_pieces -> (i32) {
        scf.yield %c1 : i32
      } else {
        %total_rounded = arith.addi %total, %parts_minus_1 : i32
        %share_raw = arith.divui %total_rounded, %num_parts : i32
        %share_even = arith.maxsi %share_raw, %least_piece : i32
        %greatest = mla_gpu.lane.reduce max %greatest_lanes : !lanes -> i32
        %least_negative = mla_gpu.lane.reduce max %negative_lanes : !lanes -> i32
        %spread = arith.addi %greatest, %least_negative : i32
        %alike = arith.cmpi eq, %spread, %c0 : i32
        %request_cost = arith.maxsi %greatest, %c1 : i32
        %request_cost_minus_1 = arith.subi %request_cost, %c1 : i32
        %share_up = arith.addi %share_even, %request_cost_minus_1 : i32
        %requests_per_part = arith.divui %share_up, %request_cost : i32
        %share_aligned = arith.muli %requests_per_part, %request_cost : i32
        %raise = arith.subi %share_aligned, %share_even : i32
        %cheap = arith.cmpi sle, %raise, %align_steps : i32
        %align = arith.andi %alike, %cheap : i1
        %chosen = arith.select %align, %share_aligned, %share_even : i32
        scf.yield %chosen : i32
      }
      %share_lanes = mla_gpu.splat %share : i32 -> !lanes
      %share_minus_1 = arith.subi %share_lanes, %ones : !lanes

      %by_blocks_lanes = mla_gpu.splat %by_blocks : i1 -> !mask
      %place_size = arith.select %by_blocks_lanes, %ones, %places_of_step : !mask, !lanes
      // The records that begin in each request. What lies before a chunk of 32 is the sum of costs, or of pieces, of which each
      // lane keeps its part.
      %sums_end = scf.for %base = %c0 to %batch step %c32 iter_args(%sums_before = %zeros) -> (!lanes) : i32 {
        %base64 = arith.extsi %base : i32 to i64
        %left = arith.subi %batch, %base : i32
        %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %zeros : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps_a = arith.divui %rounded, %step_tokens : !lanes
        // What pieces are cut from.
        %blocks_rounded = arith.addi %length, %block_minus_1 : !lanes
        %blocks_a = arith.divui %blocks_rounded, %block_tokens : !lanes
        %places_a = arith.select %by_blocks_lanes, %blocks_a, %steps_a : !mask, !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request_a = arith.addi %base_lanes, %lane : !lanes
        %request_next_a = arith.addi %request_a, %ones : !lanes
        %exists = arith.cmpi slt, %request_a, %batch_lanes : !lanes
        %pieces_or_cost = scf.if %by_pieces -> (!lanes) {
          %steps_up = arith.addi %steps_a, %piece_steps_minus_1 : !lanes
          %own_steps = arith.divui %steps_up, %piece_steps_lanes : !lanes
          %own_raw = arith.select %by_blocks_lanes, %places_a, %own_steps : !mask, !lanes
          %own = arith.maxsi %own_raw, %ones : !lanes
          scf.yield %own : !lanes
        } else {
          %cost = arith.addi %steps_a, %item_cost : !lanes
          scf.yield %cost : !lanes
        }
        %sum_lanes = arith.select %exists, %pieces_or_cost, %zeros : !mask, !lanes
        %round_begin = arith.remui %base, %c128 : i32
        %is_own = arith.cmpi eq, %round_begin, %own_chunk : i32
        scf.if %is_own {
        %sum_before = mla_gpu.lane.reduce add %sums_before : !lanes -> i32
        %sum_before_lanes = mla_gpu.splat %sum_before : i32 -> !lanes
        %sum_scan = mla_gpu.lane.scan %sum_lanes : !lanes -> !lanes
        %begin = arith.addi %sum_before_lanes, %sum_scan : !lanes
        %p_first_a, %count_a, %work_begin_a, %part_first_a, %pieces_a = scf.if %by_pieces
            -> (!lanes, !lanes, !lanes, !lanes, !lanes) {
          // One record for each piece.
          scf.yield %begin, %sum_lanes, %zeros, %begin, %pieces_or_cost : !lanes, !lanes, !lanes, !lanes, !lanes
        } else {
          %end = arith.addi %begin, %sum_lanes : !lanes
          // Records p with begin ≤ p·share < end; part 0 always begins at (0, 0).
          %begin_up = arith.addi %begin, %share_minus_1 : !lanes
          %p_low = arith.divui %begin_up, %share_lanes : !lanes
          %line_first = arith.maxsi %p_low, %ones : !lanes
          %end_up = arith.addi %end, %share_minus_1 : !lanes
          %p_end = arith.divui %end_up, %share_lanes : !lanes
          %count_raw = arith.subi %p_end, %line_first : !lanes
          %count = arith.maxsi %count_raw, %zeros : !lanes
          // Those of them inside the request: min_steps ≤ p·share − work_begin ≤ steps − min_steps.
          %work_begin = arith.addi %begin, %item_cost : !lanes
          %inside_low = arith.addi %work_begin, %min_steps : !lanes
          %inside_low_up = arith.addi %inside_low, %share_minus_1 : !lanes
          %inside_first_raw = arith.divui %inside_low_up, %share_lanes : !lanes
          %inside_first = arith.maxsi %inside_first_raw, %ones : !lanes
          %work_end = arith.addi %work_begin, %steps_a : !lanes
          %inside_high_raw = arith.subi %work_end, %min_steps : !lanes
          %inside_high = arith.maxsi %inside_high_raw, %zeros : !lanes
          %inside_last = arith.divui %inside_high, %share_lanes : !lanes
          %part_first = arith.subi %inside_first, %ones : !lanes
          %pieces_raw = arith.subi %inside_last, %part_first : !lanes
          %pieces = arith.addi %pieces_raw, %ones : !lanes
          scf.yield %line_first, %count, %work_begin, %part_first, %pieces : !lanes, !lanes, !lanes, !lanes, !lanes
        }
        %most = mla_gpu.lane.reduce max %count_a : !lanes -> i32
        // A lane for each request and a turn for each of its records; or, where few requests have many records, a lane for each
        // record and turns for each request.
        %turns_up = arith.addi %most, %c31 : i32
        %turns_each = arith.divui %turns_up, %c32 : i32
        %requests_here = arith.minsi %left, %c32 : i32
        %turns_all = arith.muli %turns_each, %requests_here : i32
        %by_request = arith.cmpi slt, %turns_all, %most : i32
        scf.if %by_request {
        scf.for %r = %c0 to %requests_here step %c1 : i32 {
          %request_r = arith.addi %base, %r : i32
          %request_b = mla_gpu.splat %request_r : i32 -> !lanes
          %request_next_b = arith.addi %request_b, %ones : !lanes
          %count_r = mla_gpu.lane.extract %count_a[%r] : !lanes -> i32
          %count_b = mla_gpu.splat %count_r : i32 -> !lanes
          %p_first_r = mla_gpu.lane.extract %p_first_a[%r] : !lanes -> i32
          %p_first_b = mla_gpu.splat %p_first_r : i32 -> !lanes
          %work_begin_r = mla_gpu.lane.extract %work_begin_a[%r] : !lanes -> i32
          %work_begin_b = mla_gpu.splat %work_begin_r : i32 -> !lanes
          %steps_r = mla_gpu.lane.extract %steps_a[%r] : !lanes -> i32
          %steps_b = mla_gpu.splat %steps_r : i32 -> !lanes
          %places_r = mla_gpu.lane.extract %places_a[%r] : !lanes -> i32
          %places_b = mla_gpu.splat %places_r : i32 -> !lanes
          %part_first_r = mla_gpu.lane.extract %part_first_a[%r] : !lanes -> i32
          %part_first_b = mla_gpu.splat %part_first_r : i32 -> !lanes
          %pieces_r = mla_gpu.lane.extract %pieces_a[%r] : !lanes -> i32
          %pieces_b = mla_gpu.splat %pieces_r : i32 -> !lanes
        scf.for %j = %c0 to %count_r step %c32 : i32 {
          %j_first = mla_gpu.splat %j : i32 -> !lanes
          %j_lanes = arith.addi %j_first, %lane : !lanes
${include decode_schedule_record v=b}
        }
        }
        } else {
        scf.for %j = %c0 to %most step %c1 : i32 {
          %j_lanes = mla_gpu.splat %j : i32 -> !lanes
${include decode_schedule_record v=a}
        }
        }
        }
        %sums_next = arith.addi %sums_before, %sum_lanes : !lanes
        scf.yield %sums_next : !lanes
      }
      // Part 0 begins at the beginning. The warp of the first requests says so, which may have written it.
      %is_first_warp = arith.cmpi eq, %warp, %c0 : i32
      scf.if %is_first_warp {
        %in_record = arith.cmpi slt, %lane, %fours : !lanes
        mla_gpu.global.scatter_lanes %zeros, %parts[%lane] where %in_record : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      }

      // Boundaries at or past the end of all work, the one after the last part among them.
      %share_minus_1_scalar = arith.subi %share, %c1 : i32
      %total_up = arith.addi %total, %share_minus_1_scalar : i32
      %line_unused = arith.divui %total_up, %share : i32
      %sum_end = mla_gpu.lane.reduce add %sums_end : !lanes -> i32
      %p_unused_raw = arith.select %by_pieces, %sum_end, %line_unused : i32
      %p_unused = arith.maxsi %p_unused_raw, %c1 : i32
      %p_unused_own = arith.addi %p_unused, %own_chunk : i32
      scf.for %base = %p_unused_own to %p_count step %c128 : i32 {
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
}
