                // Where the pieces lie that the lanes weigh, and whether there are such; decode_merge.mlir's parts include it.
                %lane_${v} = mla_gpu.lane.index : !lanes
                %minus_inf_${v} = arith.constant dense<0xFF800000> : !lanes_f32
                %last_lanes_${v} = mla_gpu.splat %last_piece : i32 -> !lanes
                %first_lanes_${v} = mla_gpu.splat %${first_slot} : i32 -> !lanes
                %rows_lanes_${v} = mla_gpu.splat %rows : i32 -> !lanes
                %scale_lanes_${v} = mla_gpu.splat %scale_base : i32 -> !lanes
                %base_lanes_${v} = mla_gpu.splat %${base} : i32 -> !lanes
                %count_lanes_${v} = mla_gpu.splat %at_once : i32 -> !lanes
                %piece_raw_${v} = arith.addi %base_lanes_${v}, %lane_${v} : !lanes
                %is_taken_${v} = arith.cmpi slt, %lane_${v}, %count_lanes_${v} : !lanes
                %is_piece_${v} = arith.cmpi sle, %piece_raw_${v}, %last_lanes_${v} : !lanes
                %exists_${v} = arith.andi %is_taken_${v}, %is_piece_${v} : !mask
                %piece_${v} = arith.minsi %piece_raw_${v}, %last_lanes_${v} : !lanes
                ${when pieces=free}
                %zeros_${v} = arith.constant dense<0> : !lanes
                %twos_${v} = arith.constant dense<2> : !lanes
                ${end}
                ${when halves=0}
                %piece_part_${v} = arith.addi %first_lanes_${v}, %piece_${v} : !lanes
                ${end}
                ${when halves=1}
                // Where two parts share a step, the part that has this half of its columns.
                %left_part_${v} = arith.muli %piece_${v}, %twos_${v} : !lanes
                %half_lanes_${v} = mla_gpu.splat %half : i32 -> !lanes
                %half_part_raw_${v} = arith.addi %left_part_${v}, %half_lanes_${v} : !lanes
                %last_sharer_${v} = arith.subi %sharers, %c1 : i32
                %last_sharer_lanes_${v} = mla_gpu.splat %last_sharer_${v} : i32 -> !lanes
                %half_part_${v} = arith.minsi %half_part_raw_${v}, %last_sharer_lanes_${v} : !lanes
                %by_columns_lanes_${v} = mla_gpu.splat %by_columns : i1 -> !mask
                %own_part_${v} = arith.select %by_columns_lanes_${v}, %half_part_${v}, %piece_${v} : !mask, !lanes
                %piece_part_${v} = arith.addi %first_lanes_${v}, %own_part_${v} : !lanes
                ${end}
                ${when pieces=free}
                %twice_${v} = arith.muli %piece_part_${v}, %twos_${v} : !lanes
                %is_first_${v} = arith.cmpi eq, %piece_part_${v}, %first_lanes_${v} : !lanes
                %odd_${v} = arith.extui %is_first_${v} : !mask to !lanes
                %slot_${v} = arith.addi %twice_${v}, %odd_${v} : !lanes
                %slot_row_${v} = arith.muli %slot_${v}, %rows_lanes_${v} : !lanes
                ${end}
                ${when pieces=fixed}
                %slot_row_${v} = arith.muli %piece_part_${v}, %rows_lanes_${v} : !lanes
                ${end}
