          // Record %j_lanes of those that begin in a request, whose numbers are called …_${v}; decode_schedule.mlir includes it.
          %active = arith.cmpi slt, %j_lanes, %count_${v} : !lanes
          %p = arith.addi %p_first_${v}, %j_lanes : !lanes
          %record_request, %record_step = scf.if %by_pieces -> (!lanes, !lanes) {
            %step_product = arith.muli %j_lanes, %places_${v} : !lanes
            %own_step = arith.divui %step_product, %pieces_${v} : !lanes
            scf.yield %request_${v}, %own_step : !lanes, !lanes
          } else {
            %position = arith.muli %p, %share_lanes : !lanes
            %offset_raw = arith.subi %position, %work_begin_${v} : !lanes
            %near_begin = arith.cmpi slt, %offset_raw, %min_steps : !lanes
            %offset_low = arith.select %near_begin, %zeros, %offset_raw : !mask, !lanes
            %rest = arith.subi %steps_${v}, %offset_low : !lanes
            %near_end = arith.cmpi slt, %rest, %min_steps : !lanes
            %line_request = arith.select %near_end, %request_next_${v}, %request_${v} : !mask, !lanes
            %line_step = arith.select %near_end, %zeros, %offset_low : !mask, !lanes
            scf.yield %line_request, %line_step : !lanes, !lanes
          }
          %inside = arith.cmpi sgt, %record_step, %zeros : !lanes
          %record_first = arith.select %inside, %part_first_${v}, %zeros : !mask, !lanes
          %record_pieces = arith.select %inside, %pieces_${v}, %zeros : !mask, !lanes
          %record_place = arith.muli %record_step, %place_size : !lanes
          %word0 = arith.muli %p, %fours : !lanes
          %word1 = arith.addi %word0, %ones : !lanes
          %word2 = arith.addi %word1, %ones : !lanes
          %word3 = arith.addi %word2, %ones : !lanes
          mla_gpu.global.scatter_lanes %record_request, %parts[%word0] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_place, %parts[%word1] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_first, %parts[%word2] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
          mla_gpu.global.scatter_lanes %record_pieces, %parts[%word3] where %active : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
