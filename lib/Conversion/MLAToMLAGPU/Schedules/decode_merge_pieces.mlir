// Rows of a request in more than eight pieces; decode_merge.mlir includes it. One warp has a row of up to
// ${merge_in_flight} pieces, two of up to twice as many, else four: each adds up what it takes, in units of its own maximum, and the first
// adds that up, by way of shared memory. Where half of the parts would have no row then, twice as many warps take half as many pieces.
              %most_at_once = arith.constant ${merge_in_flight} : i32
              %half_at_once = arith.constant ${merge_half_in_flight} : i32
              %c32 = arith.constant 32 : i32
              %twice_at_once = arith.muli %most_at_once, %c2 : i32
              %fit_one = arith.cmpi sle, %pieces, %most_at_once : i32
              %fit_two = arith.cmpi sle, %pieces, %twice_at_once : i32
              // log2 of how many warps have a row, and of how many rows the group has at once.
              %bits_of_more = arith.select %fit_two, %c1, %c2 : i32
              %bits_of_most = arith.select %fit_one, %c0, %bits_of_more : i32
              ${when pieces=free}
              %row_bits_of_most = arith.subi %c2, %bits_of_most : i32
              %places = arith.shli %${sharers}, %row_bits_of_most : i32
              %twice_rows = arith.muli %rows_here, %c2 : i32
              %is_idle = arith.cmpi sge, %places, %twice_rows : i32
              %shallow = arith.andi %fit_two, %is_idle : i1
              ${end}
              ${when pieces=fixed}
              // How many parts merge a request depends on the batch, what is added to what must not.
              %shallow = arith.constant false
              ${end}
              %one_more = arith.extui %shallow : i1 to i32
              %bits = arith.addi %bits_of_most, %one_more : i32
              %at_once = arith.select %shallow, %half_at_once, %most_at_once : i32
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
                  %m_end, %l_end, %o_end = scf.if %shallow -> (!lanes_f32, !lanes_f32, !half_columns) {
${include decode_merge_warp n=${merge_half_in_flight} last=${merge_last_of_half}}                  } else {
${include decode_merge_warp n=${merge_in_flight} last=${merge_last_in_flight}}                  }
${include decode_merge_place v=own warp=warp}                  mla_gpu.smem.store_lanes %o_end, %exchange[%place_own] : !half_columns, !exchange
                  mla_gpu.smem.store_lanes %m_end, %exchange[%place_m_own] : !lanes_f32, !exchange
                  mla_gpu.smem.store_lanes %l_end, %exchange[%place_l_own] : !lanes_f32, !exchange
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
