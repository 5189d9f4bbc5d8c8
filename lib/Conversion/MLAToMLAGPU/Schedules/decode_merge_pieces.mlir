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
                  %at_lanes = mla_gpu.splat %row_here : i32 -> !lanes
                  %half_zero = arith.constant dense<0.0> : !half_columns
                  %first_base = arith.muli %share, %at_once : i32
                  // Lane j weighs piece j of the warp's, again and again.
                  %in_flight_mask = arith.constant dense<${merge_last_in_flight}> : !lanes
                  %lane_piece = arith.andi %lane, %in_flight_mask : !lanes
                  %m_end, %l_end, %o_end = scf.for %base = %first_base to %pieces step %piece_stride
                      iter_args(%m = %lowest_lanes, %l = %zero_lanes, %o = %half_zero) -> (!lanes_f32, !lanes_f32, !half_columns) : i32 {
                    %base_lanes = mla_gpu.splat %base : i32 -> !lanes
                    %wanted_piece = arith.addi %base_lanes, %lane_piece : !lanes
${include decode_merge_slots piece=wanted_piece v=p}                    %index = arith.addi %begin_p, %at_lanes : !lanes
                    %lse_raw = mla_gpu.global.gather_lanes %partial_lse[%index] where %exists_p : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                    %scale_index = arith.addi %index, %scale_lanes : !lanes
                    %unit = mla_gpu.global.gather_lanes %partial_lse[%scale_index] where %exists_p : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                    %x = mla_gpu.global.gather_rows %partial_out[%index, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<${merge_in_flight}x${d_half}xf16, #lane_rows>
                    %lse_piece = arith.select %exists_p, %lse_raw, %minus_inf : !mask, !lanes_f32
                    %most = mla_gpu.lane.reduce max %lse_piece cluster(${merge_in_flight}) : !lanes_f32 -> !lanes_f32
                    %m_next = arith.maxnumf %m, %most : !lanes_f32
                    %weight_log2 = arith.subf %lse_piece, %m_next : !lanes_f32
                    %weight = math.exp2 %weight_log2 : !lanes_f32
                    %weight_sum = mla_gpu.lane.reduce add %weight cluster(${merge_in_flight}) : !lanes_f32 -> !lanes_f32
                    %factor = arith.mulf %weight, %unit : !lanes_f32
                    %shrink_log2 = arith.subf %m, %m_next : !lanes_f32
                    %shrink_lanes = math.exp2 %shrink_log2 : !lanes_f32
                    %l_shrunk = arith.mulf %l, %shrink_lanes : !lanes_f32
                    %l_next = arith.addf %l_shrunk, %weight_sum : !lanes_f32
                    %shrink = mla_gpu.lane.extract %shrink_lanes[%c0] : !lanes_f32 -> f32
                    %shrink_columns = mla_gpu.splat %shrink : f32 -> !half_columns
                    %o_shrunk = arith.mulf %o, %shrink_columns : !half_columns
                    %o_next = mla_gpu.lane.weigh_rows %x by %factor plus %o_shrunk : tensor<${merge_in_flight}x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                    scf.yield %m_next, %l_next, %o_next : !lanes_f32, !lanes_f32, !half_columns
                  }
                  %place_row = arith.muli %warp, %c_half : i32
                  %place = arith.addi %place_row, %exchange_half : i32
                  mla_gpu.smem.store_lanes %o_end, %exchange[%place] : !half_columns, !exchange
                  %place_lanes = arith.muli %warp, %c32 : i32
                  %place_m = arith.addi %place_lanes, %at_m : i32
                  %place_l = arith.addi %place_lanes, %at_l : i32
                  mla_gpu.smem.store_lanes %m_end, %exchange[%place_m] : !lanes_f32, !exchange
                  mla_gpu.smem.store_lanes %l_end, %exchange[%place_l] : !lanes_f32, !exchange
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
${include decode_merge_part k=0}${include decode_merge_part k=1}${include decode_merge_part k=2}${include decode_merge_part k=3}                    %m_01 = arith.maxnumf %m_0, %m_1 : !lanes_f32
                    %m_23 = arith.maxnumf %m_2, %m_3 : !lanes_f32
                    %m = arith.maxnumf %m_01, %m_23 : !lanes_f32
${include decode_merge_part_weight k=0}${include decode_merge_part_weight k=1}${include decode_merge_part_weight k=2}${include decode_merge_part_weight k=3}                    %l_01 = arith.addf %l_weighed_0, %l_weighed_1 : !lanes_f32
                    %l_23 = arith.addf %l_weighed_2, %l_weighed_3 : !lanes_f32
                    %l = arith.addf %l_01, %l_23 : !lanes_f32
${include decode_merge_norm}                    %o_before_0 = arith.constant dense<0.0> : !half_columns
${include decode_merge_part_sum k=0 next=1}${include decode_merge_part_sum k=1 next=2}${include decode_merge_part_sum k=2 next=3}${include decode_merge_part_sum k=3 next=end}${include decode_merge_store u=done o=o_before_end lane=c0}                  }
                }
                mla_gpu.nbar.sync %l_ready
              }
