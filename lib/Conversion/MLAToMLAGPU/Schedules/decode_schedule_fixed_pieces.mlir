        // The requests from %base on, one in each lane, called …_a: their steps, the size of a piece and the number of pieces.
        // decode_schedule_fixed.mlir includes it.
        %base64 = arith.extsi %base : i32 to i64
        %left = arith.subi %batch, %base : i32
        %length_raw = mla_gpu.global.load_lanes %lens[%base64] valid %left : !mla_gpu.ptr<i32> -> !lanes
        %length = arith.maxsi %length_raw, %ones : !lanes
        %rounded = arith.addi %length, %step_minus_1 : !lanes
        %steps = arith.divui %rounded, %step_tokens : !lanes
        %steps_up = arith.addi %steps, %most_minus_1 : !lanes
        %least_size = arith.divui %steps_up, %most_lanes : !lanes
        %size_a = arith.maxsi %split_steps, %least_size : !lanes
        %size_minus_1 = arith.subi %size_a, %ones : !lanes
        %number_up = arith.addi %steps, %size_minus_1 : !lanes
        %number_a = arith.divui %number_up, %size_a : !lanes
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %request_a = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %request_a, %batch_lanes : !lanes
