                    // A warp's pieces of its row, ${n} at a time; decode_merge_pieces.mlir includes it.
                    // Lane j weighs piece j of the warp's, again and again.
                    %in_flight_mask = arith.constant dense<${last}> : !lanes
                    %lane_piece = arith.andi %lane, %in_flight_mask : !lanes
                    %m_warp, %l_warp, %o_warp = scf.for %base = %first_base to %pieces step %piece_stride
                        iter_args(%m = %lowest_lanes, %l = %zero_lanes, %o = %half_zero) -> (!lanes_f32, !lanes_f32, !half_columns) : i32 {
                      %base_lanes = mla_gpu.splat %base : i32 -> !lanes
                      %wanted_piece = arith.addi %base_lanes, %lane_piece : !lanes
${include decode_merge_slots piece=wanted_piece v=p}                      %index = arith.addi %begin_p, %at_lanes : !lanes
${include decode_merge_load n=${n} exists=exists_p}                      %most = mla_gpu.lane.reduce max %lse_piece cluster(${n}) : !lanes_f32 -> !lanes_f32
                      %m_next = arith.maxnumf %m, %most : !lanes_f32
                      %weight_log2 = arith.subf %lse_piece, %m_next : !lanes_f32
                      %weight = math.exp2 %weight_log2 : !lanes_f32
                      %weight_sum = mla_gpu.lane.reduce add %weight cluster(${n}) : !lanes_f32 -> !lanes_f32
                      %left = arith.mulf %weight, %left_unit : !lanes_f32
                      %right = arith.mulf %weight, %right_unit : !lanes_f32
                      %shrink_log2 = arith.subf %m, %m_next : !lanes_f32
                      %shrink_lanes = math.exp2 %shrink_log2 : !lanes_f32
                      %l_shrunk = arith.mulf %l, %shrink_lanes : !lanes_f32
                      %l_next = arith.addf %l_shrunk, %weight_sum : !lanes_f32
                      %shrink = mla_gpu.lane.extract %shrink_lanes[%c0] : !lanes_f32 -> f32
                      %shrink_columns = mla_gpu.splat %shrink : f32 -> !half_columns
                      %o_shrunk = arith.mulf %o, %shrink_columns : !half_columns
                      %o_next = mla_gpu.lane.weigh_rows %x by %left, %right plus %o_shrunk : tensor<${n}x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                      scf.yield %m_next, %l_next, %o_next : !lanes_f32, !lanes_f32, !half_columns
                    }
                    scf.yield %m_warp, %l_warp, %o_warp : !lanes_f32, !lanes_f32, !half_columns
