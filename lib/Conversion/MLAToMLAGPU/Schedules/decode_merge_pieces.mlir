// Rows of a request in more than eight pieces; decode_merge.mlir includes it. One warp has a row of up to
// ${merge_in_flight} pieces, two of up to twice as many, else four: each adds up what it takes, in units of its own maximum, and the first
// adds that up, by way of shared memory.
              %at_once = arith.constant ${merge_in_flight} : i32
              %c32 = arith.constant 32 : i32
              %twice_at_once = arith.muli %at_once, %c2 : i32
              %fit_one = arith.cmpi sle, %pieces, %at_once : i32
              %fit_two = arith.cmpi sle, %pieces, %twice_at_once : i32
              // log2 of how many warps have a row, and of how many rows the group has at once.
              %bits_of_more = arith.select %fit_two, %c1, %c2 : i32
              %bits = arith.select %fit_one, %c0, %bits_of_more : i32
              %row_bits = arith.subi %c2, %bits : i32
              %sharing = arith.shli %c1, %bits : i32
              %rows_at_once = arith.shli %c1, %row_bits : i32
              %first_row = arith.muli %own_piece, %rows_at_once : i32
              %row_stride = arith.muli %${sharers}, %rows_at_once : i32
              %piece_stride = arith.shli %at_once, %bits : i32
              // Of each warp half of a row, and its maximum and sum in all lanes, in the half of the queries that is the group's.
              %exchange_size = arith.constant ${exchange_half} : i32
              %exchange_half = arith.muli %half, %exchange_size : i32
              %after_rows = arith.constant ${merge_at_m} : i32
              %after_maxima = arith.constant ${merge_at_l} : i32
              %at_m = arith.addi %exchange_half, %after_rows : i32
              %at_l = arith.addi %exchange_half, %after_maxima : i32
              scf.for %rows_from = %first_row to %rows_here step %row_stride : i32 {
                mla_gpu.each_warp (%warp) {
                  %which = arith.shrui %warp, %bits : i32
                  %before = arith.shli %which, %bits : i32
                  %share = arith.subi %warp, %before : i32
                  %row_wanted = arith.addi %rows_from, %which : i32
                  %row_here = arith.minsi %row_wanted, %last_row : i32
                  %at = arith.addi %row0, %row_here : i32
                  %at_lanes = mla_gpu.splat %at : i32 -> !lanes
                  %half_zero = arith.constant dense<0.0> : !half_columns
                  %first_base = arith.muli %share, %at_once : i32
                  %m_end, %l_end, %o_end = scf.for %base = %first_base to %pieces step %piece_stride
                      iter_args(%m = %lowest, %l = %zero, %o = %half_zero) -> (f32, f32, !half_columns) : i32 {
${include decode_merge_lanes}${include decode_merge_slots base=base v=p}                    %index = arith.addi %slot_row_p, %at_lanes : !lanes
                    %x = mla_gpu.global.gather_rows %partial_out[%index, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<${merge_in_flight}x${d_half}xf16, #lane_rows>
                    %scale_index = arith.addi %index, %scale_lanes : !lanes
                    %lse_raw = mla_gpu.global.gather_lanes %partial_lse[%index] where %exists_p : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                    %unit = mla_gpu.global.gather_lanes %partial_lse[%scale_index] where %exists_p : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                    %lse_lanes = arith.select %exists_p, %lse_raw, %minus_inf : !mask, !lanes_f32
                    %most = mla_gpu.lane.reduce max %lse_lanes : !lanes_f32 -> f32
                    %m_next = arith.maxnumf %m, %most : f32
                    %m_lanes = mla_gpu.splat %m_next : f32 -> !lanes_f32
                    %weight_log2 = arith.subf %lse_lanes, %m_lanes : !lanes_f32
                    %weight = math.exp2 %weight_log2 : !lanes_f32
                    %weight_sum = mla_gpu.lane.reduce add %weight : !lanes_f32 -> f32
                    %factor = arith.mulf %weight, %unit : !lanes_f32
                    %shrink_log2 = arith.subf %m, %m_next : f32
                    %shrink = math.exp2 %shrink_log2 : f32
                    %l_shrunk = arith.mulf %l, %shrink : f32
                    %l_next = arith.addf %l_shrunk, %weight_sum : f32
                    %shrink_columns = mla_gpu.splat %shrink : f32 -> !half_columns
                    %o_shrunk = arith.mulf %o, %shrink_columns : !half_columns
                    %o_next = mla_gpu.lane.weigh_rows %x by %factor plus %o_shrunk : tensor<${merge_in_flight}x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                    scf.yield %m_next, %l_next, %o_next : f32, f32, !half_columns
                  }
                  %place_row = arith.muli %warp, %c_half : i32
                  %place = arith.addi %place_row, %exchange_half : i32
                  mla_gpu.smem.store_lanes %o_end, %exchange[%place] : !half_columns, !exchange
                  %place_lanes = arith.muli %warp, %c32 : i32
                  %place_m = arith.addi %place_lanes, %at_m : i32
                  %place_l = arith.addi %place_lanes, %at_l : i32
                  %m_all = mla_gpu.splat %m_end : f32 -> !lanes_f32
                  %l_all = mla_gpu.splat %l_end : f32 -> !lanes_f32
                  mla_gpu.smem.store_lanes %m_all, %exchange[%place_m] : !lanes_f32, !exchange
                  mla_gpu.smem.store_lanes %l_all, %exchange[%place_l] : !lanes_f32, !exchange
                }
                mla_gpu.nbar.sync %l_ready
                mla_gpu.each_warp (%warp) {
                  %which = arith.shrui %warp, %bits : i32
                  %before = arith.shli %which, %bits : i32
                  %row_done = arith.addi %rows_from, %which : i32
                  %is_row = arith.cmpi slt, %row_done, %rows_here : i32
                  %is_first_warp = arith.cmpi eq, %warp, %before : i32
                  %adds = arith.andi %is_row, %is_first_warp : i1
                  scf.if %adds {
                    // All four warps' parts are loaded, so that nothing waits for the one before; those of other rows count for nothing.
                    %half_zero = arith.constant dense<0.0> : !half_columns
                    %m_sum, %l_sum, %o_sum = scf.for %k = %c0 to %c4 step %c1
                        iter_args(%m = %lowest, %l = %zero, %o = %half_zero) -> (f32, f32, !half_columns) : i32 {
                      %is_part = arith.cmpi slt, %k, %sharing : i32
                      %from_raw = arith.addi %warp, %k : i32
                      %from = arith.select %is_part, %from_raw, %warp : i32
                      %place_row = arith.muli %from, %c_half : i32
                      %place = arith.addi %place_row, %exchange_half : i32
                      %place_lanes = arith.muli %from, %c32 : i32
                      %place_m = arith.addi %place_lanes, %at_m : i32
                      %place_l = arith.addi %place_lanes, %at_l : i32
                      %o_from = mla_gpu.smem.load_lanes %exchange[%place] : !exchange -> !half_columns
                      %m_from_lanes = mla_gpu.smem.load_lanes %exchange[%place_m] : !exchange -> !lanes_f32
                      %l_from_lanes = mla_gpu.smem.load_lanes %exchange[%place_l] : !exchange -> !lanes_f32
                      %m_from = mla_gpu.lane.extract %m_from_lanes[%c0] : !lanes_f32 -> f32
                      %l_from = mla_gpu.lane.extract %l_from_lanes[%c0] : !lanes_f32 -> f32
                      %m_next = arith.maxnumf %m, %m_from : f32
                      %shrink_log2 = arith.subf %m, %m_next : f32
                      %grow_log2 = arith.subf %m_from, %m_next : f32
                      %shrink = math.exp2 %shrink_log2 : f32
                      %grow = math.exp2 %grow_log2 : f32
                      %weight = arith.select %is_part, %grow, %zero : f32
                      %l_shrunk = arith.mulf %l, %shrink : f32
                      %l_weighed = arith.mulf %l_from, %weight : f32
                      %l_next = arith.addf %l_shrunk, %l_weighed : f32
                      %shrink_columns = mla_gpu.splat %shrink : f32 -> !half_columns
                      %weight_columns = mla_gpu.splat %weight : f32 -> !half_columns
                      %o_shrunk = arith.mulf %o, %shrink_columns : !half_columns
                      // Not only weight 0, for what is infinite.
                      %is_part_columns = mla_gpu.splat %is_part : i1 -> !half_mask
                      %o_part = arith.select %is_part_columns, %o_from, %half_zero : !half_mask, !half_columns
                      %o_next = math.fma %o_part, %weight_columns, %o_shrunk : !half_columns
                      scf.yield %m_next, %l_next, %o_next : f32, f32, !half_columns
                    } {mla_gpu.unroll}
${include decode_merge_store row=row_done sum=o_sum l=l_sum m=m_sum}                  }
                }
                mla_gpu.nbar.sync %l_ready
              }
