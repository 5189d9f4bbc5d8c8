                // Where the pieces lie that the lanes weigh, and whether there are such; decode_merge.mlir's parts include it.
                %lane = mla_gpu.lane.index : !lanes
                %minus_inf = arith.constant dense<0xFF800000> : !lanes_f32
                %last_lanes = mla_gpu.splat %last_piece : i32 -> !lanes
                %first_lanes = mla_gpu.splat %${first_slot} : i32 -> !lanes
                %rows_lanes = mla_gpu.splat %rows : i32 -> !lanes
                %scale_lanes = mla_gpu.splat %scale_base : i32 -> !lanes
                %base_lanes = mla_gpu.splat %${base} : i32 -> !lanes
                %count_lanes = mla_gpu.splat %at_once : i32 -> !lanes
                %piece_raw = arith.addi %base_lanes, %lane : !lanes
                %is_taken = arith.cmpi slt, %lane, %count_lanes : !lanes
                %is_piece = arith.cmpi sle, %piece_raw, %last_lanes : !lanes
                %exists = arith.andi %is_taken, %is_piece : !mask
                %piece = arith.minsi %piece_raw, %last_lanes : !lanes
                %piece_part = arith.addi %first_lanes, %piece : !lanes
                ${when pieces=free}
                %zeros = arith.constant dense<0> : !lanes
                %twos = arith.constant dense<2> : !lanes
                %twice = arith.muli %piece_part, %twos : !lanes
                %is_first = arith.cmpi eq, %piece, %zeros : !lanes
                %odd = arith.extui %is_first : !mask to !lanes
                %slot = arith.addi %twice, %odd : !lanes
                %slot_row = arith.muli %slot, %rows_lanes : !lanes
                ${end}
                ${when pieces=fixed}
                %slot_row = arith.muli %piece_part, %rows_lanes : !lanes
                ${end}
