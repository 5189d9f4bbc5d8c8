          // Record %j_lanes of those that lie in a request, whose numbers are called …_${v}: the first piece of it that begins at the
          // record's position or later, or the next request. decode_schedule_fixed.mlir includes it.
          %active = arith.cmpi slt, %j_lanes, %count_${v} : !lanes
          %p = arith.addi %p_first_${v}, %j_lanes : !lanes
          %position = arith.muli %p, %share_lanes : !lanes
          %offset = arith.subi %position, %begin_${v} : !lanes
          %piece_cost_minus_1 = arith.subi %piece_cost_${v}, %ones : !lanes
          %offset_up = arith.addi %offset, %piece_cost_minus_1 : !lanes
          %piece = arith.divui %offset_up, %piece_cost_${v} : !lanes
          %has_piece = arith.cmpi slt, %piece, %number_${v} : !lanes
          %request_next = arith.addi %request_${v}, %ones : !lanes
          %record_request = arith.select %has_piece, %request_${v}, %request_next : !mask, !lanes
          %step = arith.muli %piece, %size_${v} : !lanes
          %record_step = arith.select %has_piece, %step, %zeros : !mask, !lanes
          %inside = arith.cmpi sgt, %record_step, %zeros : !lanes
          %record_first = arith.select %inside, %part_first_${v}, %zeros : !mask, !lanes
          %record_sharers = arith.select %inside, %sharers_${v}, %zeros : !mask, !lanes
          %word0 = arith.muli %p, %fours : !lanes
          %word1 = arith.addi %word0, %ones : !lanes
          %word2 = arith.addi %word1, %ones : !lanes
          %word3 = arith.addi %word2, %ones : !lanes
          mla_gpu.global.scatter_lanes %record_request, %parts[%word0] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_step, %parts[%word1] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_first, %parts[%word2] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_sharers, %parts[%word3] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
