        // What a merge (decode_merge.mlir) needs that does not depend on what others have: made while they are waited for. Lanes are the same
        // in all warps. decode_meet.mlir and decode_meet_fixed.mlir include it; %request, %first_part, %pieces, %half, %by_columns and %sharers say what is to do.
        %c4 = arith.constant 4 : i32
        %c7 = arith.constant 7 : i32
        %c3 = arith.constant 3 : i32
        %c8 = arith.constant 8 : i32
        %own_piece = arith.subi %part, %first_part : i32
        %rows_here = arith.minsi %valid_rows, %c64 : i32
        %last_row = arith.subi %rows_here, %c1 : i32
        %last_piece = arith.subi %pieces, %c1 : i32
        %half_column = arith.muli %half, %c_half : i32
        %half_column64 = arith.extsi %half_column : i32 to i64
        %d_latent = arith.constant ${d_latent} : i64
        %request64 = arith.extsi %request : i32 to i64
        %request_row = arith.muli %request64, %rows64 : i64
        %tile_row = arith.addi %request_row, %row064 : i64
        %is_left = arith.cmpi eq, %half, %c0 : i32
        %several = arith.cmpi sle, %pieces, %c8 : i32
        %more = arith.cmpi sgt, %pieces, %c4 : i32
        %one_each = arith.cmpi sle, %pieces, %c4 : i32
        // Each quarter of the columns has units of its own, and this half has two.
        %quarters_before = arith.muli %half, %c2 : i32
        %left_array = arith.addi %quarters_before, %c1 : i32
        %slot_rows32 = arith.trunci %slot_rows : i64 to i32
        %left_base = arith.muli %left_array, %slot_rows32 : i32
        %right_base = arith.addi %left_base, %slot_rows32 : i32
        // What the lanes need to find pieces, whichever they weigh (decode_merge_slots.mlir).
        %lane = mla_gpu.lane.index : !lanes
        %minus_inf = arith.constant dense<0xFF800000> : !lanes_f32
        %lowest_lanes = arith.constant dense<-3.0e38> : !lanes_f32
        %zero_lanes = arith.constant dense<0.0> : !lanes_f32
        %one_lanes = arith.constant dense<1.0> : !lanes_f32
        %ln2_lanes = arith.constant dense<0.693147180559945> : !lanes_f32
        %last_lanes = mla_gpu.splat %last_piece : i32 -> !lanes
        %first_lanes = mla_gpu.splat %${first_slot} : i32 -> !lanes
        %rows_lanes = mla_gpu.splat %rows : i32 -> !lanes
        %row0_lanes = mla_gpu.splat %row0 : i32 -> !lanes
        %left_lanes = mla_gpu.splat %left_base : i32 -> !lanes
        %right_lanes = mla_gpu.splat %right_base : i32 -> !lanes
        ${when pieces=free}
        %twos = arith.constant dense<2> : !lanes
        ${end}
        ${when halves=1}
        %half_lanes = mla_gpu.splat %half : i32 -> !lanes
        %last_sharer = arith.subi %sharers, %c1 : i32
        %last_sharer_lanes = mla_gpu.splat %last_sharer : i32 -> !lanes
        %by_columns_lanes = mla_gpu.splat %by_columns : i1 -> !mask
        ${end}
        // Of at most eight pieces lane u weighs partial row u mod 8, as decode_merge_rows.mlir says.
        %more_lanes = mla_gpu.splat %more : i1 -> !mask
        %last_piece_in_flight = arith.select %more, %c7, %c3 : i32
        %piece_bits = mla_gpu.splat %last_piece_in_flight : i32 -> !lanes
        %partial_piece = arith.andi %lane, %piece_bits : !lanes
        %fours = arith.constant dense<4> : !lanes
        %lane_four = arith.andi %lane, %fours : !lanes
        %is_second_four = arith.cmpi eq, %lane_four, %fours : !lanes
        %one_each_lanes = mla_gpu.splat %one_each : i1 -> !mask
        %is_second_row = arith.andi %is_second_four, %one_each_lanes : !mask
${include decode_merge_slots piece=partial_piece v=partial}        %begin_partial_here = mla_gpu.materialize %begin_partial : !lanes
