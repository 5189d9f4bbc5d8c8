// Work scheduling on the device: cuts the steps of all requests into num_parts parts of equal cost.
//
// Request i costs item_cost + steps(i); with S(i) the sum of the costs before it and L = ceil(total / num_parts), part p
// begins at position p·L of that line (L at least min_steps). A position inside request i becomes (i, step), its distance from either end of
// the request snapped to 0 if shorter than min_steps. Every position is decided on its own, so the 32 lanes of one warp
// take a request each and write the boundaries that fall into it: there is no serial walk. A request with boundaries
// inside is split; its pieces are one per part, in order, and it is listed for the merge.
// Where all requests have the same cost, L is raised to the next multiple of it if that takes at most align_steps: each
// part then holds whole requests, which is cheaper than splitting and merging for the sake of an even share.
// Sums are 32 bits: the steps of a batch must stay below 2^30.

#lane = #mla_gpu.layout<lane>
!lanes = tensor<32xi32, #lane>
!mask = tensor<32xi1, #lane>
!index = tensor<32xi64, #lane>

mla_gpu.program @program {
  mla_gpu.kernel @schedule(
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
      %merges: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<merges>},
      %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
      %num_parts: i32 {mla_gpu.bind = #mla_gpu.binding<num_parts>})
      step(schedule) grid(one, one) threads(32) {
    mla_gpu.role "scheduler" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c32 = arith.constant 32 : i32
      %c0_64 = arith.constant 0 : i64
      %c1_64 = arith.constant 1 : i64
      %zeros = arith.constant dense<0> : !lanes
      %ones = arith.constant dense<1> : !lanes
      %twos = arith.constant dense<2> : !lanes
      %threes = arith.constant dense<3> : !lanes
      %step_minus_1 = arith.constant dense<127> : !lanes
      %step_tokens = arith.constant dense<128> : !lanes
      %item_cost = arith.constant dense<${item_cost}> : !lanes
      %min_steps = arith.constant dense<${min_steps}> : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %batch_lanes = mla_gpu.splat %batch : i32 -> !lanes

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

      // The boundaries inside each request, and the requests that they split.
      %cost_end, %merge_count = scf.for %base = %c0 to %batch step %c32
          iter_args(%cost_before = %c0, %merges_before = %c0) -> (i32, i32) : i32 {
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
        %cost_scan = mla_gpu.lane.scan %cost_or_0 : !lanes -> !lanes
        %cost_before_lanes = mla_gpu.splat %cost_before : i32 -> !lanes
        %begin = arith.addi %cost_before_lanes, %cost_scan : !lanes
        %end = arith.addi %begin, %cost_or_0 : !lanes
        // Boundaries p with begin ≤ p·share < end; part 0 always begins at (0, 0).
        %begin_up = arith.addi %begin, %share_minus_1 : !lanes
        %p_low = arith.divui %begin_up, %share_lanes : !lanes
        %p_first = arith.maxsi %p_low, %ones : !lanes
        %end_up = arith.addi %end, %share_minus_1 : !lanes
        %p_end = arith.divui %end_up, %share_lanes : !lanes
        %count_raw = arith.subi %p_end, %p_first : !lanes
        %count = arith.maxsi %count_raw, %zeros : !lanes
        %most = mla_gpu.lane.reduce max %count : !lanes -> i32
        %work_begin = arith.addi %begin, %item_cost : !lanes
        %pieces_before, %first_part = scf.for %j = %c0 to %most step %c1
            iter_args(%inside_before = %zeros, %first_before = %zeros) -> (!lanes, !lanes) : i32 {
          %j_lanes = mla_gpu.splat %j : i32 -> !lanes
          %active = arith.cmpi slt, %j_lanes, %count : !lanes
          %p = arith.addi %p_first, %j_lanes : !lanes
          %position = arith.muli %p, %share_lanes : !lanes
          %offset_raw = arith.subi %position, %work_begin : !lanes
          %near_begin = arith.cmpi slt, %offset_raw, %min_steps : !lanes
          %offset_low = arith.select %near_begin, %zeros, %offset_raw : !mask, !lanes
          %rest = arith.subi %steps, %offset_low : !lanes
          %near_end = arith.cmpi slt, %rest, %min_steps : !lanes
          %request_next = arith.addi %request, %ones : !lanes
          %record_request = arith.select %near_end, %request_next, %request : !mask, !lanes
          %record_step = arith.select %near_end, %zeros, %offset_low : !mask, !lanes
          %slot = arith.muli %p, %twos : !lanes
          %slot64 = arith.extsi %slot : !lanes to !index
          %slot_next = arith.addi %slot, %ones : !lanes
          %slot_next64 = arith.extsi %slot_next : !lanes to !index
          mla_gpu.global.scatter_lanes %record_request, %parts[%slot64] where %active : !lanes, !mla_gpu.ptr<i32>, !index, !mask
          mla_gpu.global.scatter_lanes %record_step, %parts[%slot_next64] where %active : !lanes, !mla_gpu.ptr<i32>, !index, !mask
          %past_begin = arith.cmpi sgt, %record_step, %zeros : !lanes
          %inside = arith.andi %active, %past_begin : !mask
          %is_first = arith.cmpi eq, %inside_before, %zeros : !lanes
          %takes_first = arith.andi %inside, %is_first : !mask
          %part_before = arith.subi %p, %ones : !lanes
          %first_next = arith.select %takes_first, %part_before, %first_before : !mask, !lanes
          %inside_one = arith.extui %inside : !mask to !lanes
          %inside_next = arith.addi %inside_before, %inside_one : !lanes
          scf.yield %inside_next, %first_next : !lanes, !lanes
        }
        %split = arith.cmpi sgt, %pieces_before, %zeros : !lanes
        %split_one = arith.extui %split : !mask to !lanes
        %split_scan = mla_gpu.lane.scan %split_one : !lanes -> !lanes
        %merges_before_lanes = mla_gpu.splat %merges_before : i32 -> !lanes
        %merge = arith.addi %merges_before_lanes, %split_scan : !lanes
        %merge3 = arith.muli %merge, %threes : !lanes
        %field0 = arith.addi %merge3, %ones : !lanes
        %field1 = arith.addi %field0, %ones : !lanes
        %field2 = arith.addi %field1, %ones : !lanes
        %field0_64 = arith.extsi %field0 : !lanes to !index
        %field1_64 = arith.extsi %field1 : !lanes to !index
        %field2_64 = arith.extsi %field2 : !lanes to !index
        %pieces = arith.addi %pieces_before, %ones : !lanes
        mla_gpu.global.scatter_lanes %request, %merges[%field0_64] where %split : !lanes, !mla_gpu.ptr<i32>, !index, !mask
        mla_gpu.global.scatter_lanes %first_part, %merges[%field1_64] where %split : !lanes, !mla_gpu.ptr<i32>, !index, !mask
        mla_gpu.global.scatter_lanes %pieces, %merges[%field2_64] where %split : !lanes, !mla_gpu.ptr<i32>, !index, !mask
        %chunk_cost = mla_gpu.lane.reduce add %cost_or_0 : !lanes -> i32
        %chunk_merges = mla_gpu.lane.reduce add %split_one : !lanes -> i32
        %cost_next = arith.addi %cost_before, %chunk_cost : i32
        %merges_next = arith.addi %merges_before, %chunk_merges : i32
        scf.yield %cost_next, %merges_next : i32, i32
      }
      mla_gpu.global.store %merge_count, %merges[%c0_64] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %c0, %parts[%c0_64] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %c0, %parts[%c1_64] : i32, !mla_gpu.ptr<i32>

      // Boundaries at or past the end of all work, the one after the last part among them.
      %share_minus_1_scalar = arith.subi %share, %c1 : i32
      %total_up = arith.addi %total, %share_minus_1_scalar : i32
      %p_unused_raw = arith.divui %total_up, %share : i32
      %p_unused = arith.maxsi %p_unused_raw, %c1 : i32
      %p_count = arith.addi %num_parts, %c1 : i32
      %p_count_lanes = mla_gpu.splat %p_count : i32 -> !lanes
      scf.for %base = %p_unused to %p_count step %c32 : i32 {
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %p = arith.addi %base_lanes, %lane : !lanes
        %active = arith.cmpi slt, %p, %p_count_lanes : !lanes
        %slot = arith.muli %p, %twos : !lanes
        %slot64 = arith.extsi %slot : !lanes to !index
        %slot_next = arith.addi %slot, %ones : !lanes
        %slot_next64 = arith.extsi %slot_next : !lanes to !index
        mla_gpu.global.scatter_lanes %batch_lanes, %parts[%slot64] where %active : !lanes, !mla_gpu.ptr<i32>, !index, !mask
        mla_gpu.global.scatter_lanes %zeros, %parts[%slot_next64] where %active : !lanes, !mla_gpu.ptr<i32>, !index, !mask
      }
    }
  }
}
