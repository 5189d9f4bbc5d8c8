// Rows of a request in at most eight pieces. Each warp has eight partial rows in flight: the pieces of one row, or four of each of
// two rows, and lane u holds what is known of partial row u mod 8; decode_merge.mlir includes it.
              mla_gpu.each_warp (%warp) {
                %half_zero = arith.constant dense<0.0> : !half_columns
                %warp_rows = arith.muli %${sharers}, %warp : i32
                %first_row = arith.addi %warp_rows, %own_piece : i32
                %stride = arith.muli %${sharers}, %c4 : i32
                %rows_at_once = arith.select %more, %c1, %c2 : i32
                %row_stride = arith.muli %stride, %rows_at_once : i32
                scf.for %row_a = %first_row to %rows_here step %row_stride : i32 {
                  %row_b = arith.addi %row_a, %stride : i32
                  %row_b_here = arith.minsi %row_b, %last_row : i32
                  %row_a_lanes = mla_gpu.splat %row_a : i32 -> !lanes
                  %row_b_lanes = mla_gpu.splat %row_b_here : i32 -> !lanes
                  %row_lanes = arith.select %is_second_row, %row_b_lanes, %row_a_lanes : !mask, !lanes
                  %index = arith.addi %begin_partial_here, %row_lanes : !lanes
${include decode_merge_load n=8 exists=exists_partial}                  %most_of_4 = mla_gpu.lane.reduce max %lse_piece cluster(4) : !lanes_f32 -> !lanes_f32
                  %most_of_8 = mla_gpu.lane.reduce max %lse_piece cluster(8) : !lanes_f32 -> !lanes_f32
                  %most = arith.select %more_lanes, %most_of_8, %most_of_4 : !mask, !lanes_f32
                  %m = arith.maxnumf %most, %lowest_lanes : !lanes_f32
                  %weight_log2 = arith.subf %lse_piece, %m : !lanes_f32
                  %weight = math.exp2 %weight_log2 : !lanes_f32
                  %sum_of_4 = mla_gpu.lane.reduce add %weight cluster(4) : !lanes_f32 -> !lanes_f32
                  %sum_of_8 = mla_gpu.lane.reduce add %weight cluster(8) : !lanes_f32 -> !lanes_f32
                  %l = arith.select %more_lanes, %sum_of_8, %sum_of_4 : !mask, !lanes_f32
${include decode_merge_norm}                  %share = arith.mulf %weight, %norm : !lanes_f32
                  %left = arith.mulf %share, %left_unit : !lanes_f32
                  %right = arith.mulf %share, %right_unit : !lanes_f32
                  %o_first = mla_gpu.lane.weigh_rows %x rows(0 to 4) by %left, %right plus %half_zero : tensor<8x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                  %o_b = mla_gpu.lane.weigh_rows %x rows(4 to 8) by %left, %right plus %half_zero : tensor<8x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                  %o_both = arith.addf %o_first, %o_b : !half_columns
                  %o_a = arith.select %more, %o_both, %o_first : !half_columns
${include decode_merge_store u=a o=o_a lane=c0}                  %is_here_b = arith.cmpi slt, %row_b, %rows_here : i32
                  %has_b = arith.andi %is_here_b, %one_each : i1
                  scf.if %has_b {
${include decode_merge_store u=b o=o_b lane=c4}                  }
                }
              }
