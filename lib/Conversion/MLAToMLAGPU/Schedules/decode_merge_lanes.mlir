                // What the lanes need to find pieces, whichever they weigh; decode_merge.mlir's parts include it.
                %lane = mla_gpu.lane.index : !lanes
                %minus_inf = arith.constant dense<0xFF800000> : !lanes_f32
                %last_lanes = mla_gpu.splat %last_piece : i32 -> !lanes
                %first_lanes = mla_gpu.splat %${first_slot} : i32 -> !lanes
                %rows_lanes = mla_gpu.splat %rows : i32 -> !lanes
                %scale_lanes = mla_gpu.splat %scale_base : i32 -> !lanes
                %count_lanes = mla_gpu.splat %at_once : i32 -> !lanes
                %is_taken = arith.cmpi slt, %lane, %count_lanes : !lanes
                ${when pieces=free}
                %twos = arith.constant dense<2> : !lanes
                ${end}
                ${when halves=1}
                %half_lanes = mla_gpu.splat %half : i32 -> !lanes
                %last_sharer = arith.subi %sharers, %c1 : i32
                %last_sharer_lanes = mla_gpu.splat %last_sharer : i32 -> !lanes
                %by_columns_lanes = mla_gpu.splat %by_columns : i1 -> !mask
                ${end}
