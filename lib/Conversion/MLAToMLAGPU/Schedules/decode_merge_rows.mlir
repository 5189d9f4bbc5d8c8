// Rows of a request in at most eight pieces. Each warp has two quads of pieces in flight: of two rows, or both of one row that has more than
// four; decode_merge.mlir includes it.
              mla_gpu.each_warp (%warp) {
                %at_once = arith.constant 4 : i32
                %more = arith.cmpi sgt, %pieces, %c4 : i32
                %one_each = arith.cmpi sle, %pieces, %c4 : i32
                %second = arith.select %more, %c4, %c0 : i32
${include decode_merge_lanes}${include decode_merge_slots base=c0 v=0}${include decode_merge_slots base=second v=1}                %half_zero = arith.constant dense<0.0> : !half_columns
                %warp_units = arith.muli %${sharers}, %warp : i32
                %unit0 = arith.addi %warp_units, %own_piece : i32
                %stride = arith.muli %${sharers}, %c4 : i32
                %rows_at_once = arith.select %more, %c1, %c2 : i32
                %row_stride = arith.muli %stride, %rows_at_once : i32
                scf.for %row_a = %unit0 to %rows_here step %row_stride : i32 {
                  %next_row = arith.addi %row_a, %stride : i32
                  %next_row_here = arith.minsi %next_row, %last_row : i32
                  %row_b = arith.select %more, %row_a, %next_row_here : i32
${include decode_merge_quad u=a v=0}${include decode_merge_quad u=b v=1}${include decode_merge_quad_sum u=a v=0}${include decode_merge_quad_sum u=b v=1}                  %m_end, %l_end, %sum_end = scf.if %more -> (f32, f32, !half_columns) {
                    // Both are of one row.
                    %m_both = arith.maxnumf %m_a, %m_b : f32
                    %below_a = arith.subf %m_a, %m_both : f32
                    %below_b = arith.subf %m_b, %m_both : f32
                    %share_a = math.exp2 %below_a : f32
                    %share_b = math.exp2 %below_b : f32
                    %l_share_a = arith.mulf %l_a, %share_a : f32
                    %l_share_b = arith.mulf %l_b, %share_b : f32
                    %l_both = arith.addf %l_share_a, %l_share_b : f32
                    %columns_a = mla_gpu.splat %share_a : f32 -> !half_columns
                    %columns_b = mla_gpu.splat %share_b : f32 -> !half_columns
                    %sum_share_a = arith.mulf %sum_a, %columns_a : !half_columns
                    %sum_both = math.fma %sum_b, %columns_b, %sum_share_a : !half_columns
                    scf.yield %m_both, %l_both, %sum_both : f32, f32, !half_columns
                  } else {
                    scf.yield %m_a, %l_a, %sum_a : f32, f32, !half_columns
                  }
${include decode_merge_store row=row_a sum=sum_end l=l_end m=m_end}                  %is_here_b = arith.cmpi slt, %next_row, %rows_here : i32
                  %has_b = arith.andi %is_here_b, %one_each : i1
                  scf.if %has_b {
${include decode_merge_store row=row_b sum=sum_b l=l_b m=m_b}                  }
                }
              }
