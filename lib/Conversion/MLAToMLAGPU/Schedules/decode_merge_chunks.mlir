// A request in more pieces than fit into registers: 128 columns of a row at a time; decode_merge.mlir includes it.
              // A unit of work is 128 columns of a row.
              %thirty_two = arith.constant dense<32> : !lanes
              %chunk_zero = arith.constant dense<0.0> : !chunk
              %wide = arith.constant ${merge_in_flight} : i32
              %chunks = arith.constant ${chunks_half} : i32
              %units = arith.muli %rows_here, %chunks : i32
              scf.for %unit = %unit0 to %units step %stride : i32 {
                %unit_row = arith.divui %unit, %chunks : i32
                %chunk = arith.remui %unit, %chunks : i32
                %chunk_column = arith.muli %chunk, %c_chunk : i32
                %column = arith.addi %half_column, %chunk_column : i32
                %column64 = arith.extsi %column : i32 to i64
                %at = arith.addi %row0, %unit_row : i32
                %at_lanes = mla_gpu.splat %at : i32 -> !lanes
                // A lane weighs two pieces, base + lane and base + 32 + lane: all weights of up to 64 pieces take one latency.
                %m_end, %l_end, %o_end = scf.for %base = %c0 to %pieces step %c64
                    iter_args(%m = %lowest, %l = %zero, %o = %chunk_zero) -> (f32, f32, !chunk) : i32 {
                  %base_lanes = mla_gpu.splat %base : i32 -> !lanes
                  %piece_a_raw = arith.addi %base_lanes, %lane : !lanes
                  %piece_b_raw = arith.addi %piece_a_raw, %thirty_two : !lanes
                  %exists_a = arith.cmpi sle, %piece_a_raw, %last_lanes : !lanes
                  %exists_b = arith.cmpi sle, %piece_b_raw, %last_lanes : !lanes
                  %piece_a = arith.minsi %piece_a_raw, %last_lanes : !lanes
                  %piece_b = arith.minsi %piece_b_raw, %last_lanes : !lanes
                  %part_a = arith.addi %first_lanes, %piece_a : !lanes
                  %part_b = arith.addi %first_lanes, %piece_b : !lanes
                  ${when pieces=free}
                  %twice_a = arith.muli %part_a, %twos : !lanes
                  %slot_b = arith.muli %part_b, %twos : !lanes
                  %is_first = arith.cmpi eq, %piece_a, %zeros : !lanes
                  %odd = arith.extui %is_first : !mask to !lanes
                  %slot_a = arith.addi %twice_a, %odd : !lanes
                  %slot_row_a = arith.muli %slot_a, %rows_lanes : !lanes
                  %slot_row_b = arith.muli %slot_b, %rows_lanes : !lanes
                  ${end}
                  ${when pieces=fixed}
                  %slot_row_a = arith.muli %part_a, %rows_lanes : !lanes
                  %slot_row_b = arith.muli %part_b, %rows_lanes : !lanes
                  ${end}
                  %index_a = arith.addi %slot_row_a, %at_lanes : !lanes
                  %index_b = arith.addi %slot_row_b, %at_lanes : !lanes
                  %scale_index_a = arith.addi %index_a, %scale_lanes : !lanes
                  %scale_index_b = arith.addi %index_b, %scale_lanes : !lanes
                  %lse_raw_a = mla_gpu.global.gather_lanes %partial_lse[%index_a] where %exists_a : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %lse_raw_b = mla_gpu.global.gather_lanes %partial_lse[%index_b] where %exists_b : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %scale_a = mla_gpu.global.gather_lanes %partial_lse[%scale_index_a] where %exists_a : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %scale_b = mla_gpu.global.gather_lanes %partial_lse[%scale_index_b] where %exists_b : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %lse_a = arith.select %exists_a, %lse_raw_a, %minus_inf : !mask, !lanes_f32
                  %lse_b = arith.select %exists_b, %lse_raw_b, %minus_inf : !mask, !lanes_f32
                  %lse_both = arith.maxnumf %lse_a, %lse_b : !lanes_f32
                  %most = mla_gpu.lane.reduce max %lse_both : !lanes_f32 -> f32
                  %m_next = arith.maxnumf %m, %most : f32
                  %m_lanes = mla_gpu.splat %m_next : f32 -> !lanes_f32
                  %log2_a = arith.subf %lse_a, %m_lanes : !lanes_f32
                  %log2_b = arith.subf %lse_b, %m_lanes : !lanes_f32
                  %weight_a = math.exp2 %log2_a : !lanes_f32
                  %weight_b = math.exp2 %log2_b : !lanes_f32
                  %weight_both = arith.addf %weight_a, %weight_b : !lanes_f32
                  %weight_sum = mla_gpu.lane.reduce add %weight_both : !lanes_f32 -> f32
                  %factor_a = arith.mulf %weight_a, %scale_a : !lanes_f32
                  %factor_b = arith.mulf %weight_b, %scale_b : !lanes_f32
                  %shrink_log2 = arith.subf %m, %m_next : f32
                  %shrink = math.exp2 %shrink_log2 : f32
                  %l_shrunk = arith.mulf %l, %shrink : f32
                  %l_next = arith.addf %l_shrunk, %weight_sum : f32
                  %shrink_columns = mla_gpu.splat %shrink : f32 -> !chunk
                  %o_shrunk = arith.mulf %o, %shrink_columns : !chunk
                  %left = arith.subi %pieces, %base : i32
                  %here = arith.minsi %left, %c64 : i32
                  %o_next = scf.for %group = %c0 to %here step %wide iter_args(%group_sum = %o_shrunk) -> (!chunk) : i32 {
                    // A group lies in one half: 32 is a multiple of its size.
                    %is_low = arith.cmpi slt, %group, %c32 : i32
                    %is_low_lanes = mla_gpu.splat %is_low : i1 -> !mask
                    %index = arith.select %is_low_lanes, %index_a, %index_b : !mask, !lanes
                    %factor = arith.select %is_low_lanes, %factor_a, %factor_b : !mask, !lanes_f32
                    %o_group = scf.for %j = %c0 to %wide step %c1 iter_args(%sum = %group_sum) -> (!chunk) : i32 {
                      %p = arith.addi %group, %j : i32
                      %from = mla_gpu.lane.extract %index[%p] : !lanes -> i32
                      %from64 = arith.extsi %from : i32 to i64
                      %element_row = arith.muli %from64, %d_latent : i64
                      %element = arith.addi %element_row, %column64 : i64
                      %x = mla_gpu.global.load_lanes %partial_out[%element] : !mla_gpu.ptr<f16> -> !chunk
                      %f = mla_gpu.lane.extract %factor[%p] : !lanes_f32 -> f32
                      %f_columns = mla_gpu.splat %f : f32 -> !chunk
                      %sum_next = math.fma %x, %f_columns, %sum : !chunk
                      scf.yield %sum_next : !chunk
                    } {mla_gpu.unroll}
                    scf.yield %o_group : !chunk
                  }
                  scf.yield %m_next, %l_next, %o_next : f32, f32, !chunk
                }
                %empty = arith.cmpf oeq, %l_end, %zero : f32
                %inverse = arith.divf %one, %l_end : f32
                %norm = arith.select %empty, %zero, %inverse : f32
                %norm_columns = mla_gpu.splat %norm : f32 -> !chunk
                %o_norm = arith.mulf %o_end, %norm_columns : !chunk
                %unit_row64 = arith.extsi %unit_row : i32 to i64
                %out_row = arith.addi %tile_row, %unit_row64 : i64
                %out_element = arith.muli %out_row, %d_latent : i64
                %out_at = arith.addi %out_element, %column64 : i64
                mla_gpu.global.store_lanes %o_norm, %out[%out_at] : !chunk, !mla_gpu.ptr<!element>
                %is_first_chunk = arith.cmpi eq, %chunk, %c0 : i32
                %stores_lse = arith.andi %is_first_chunk, %is_left : i1
                scf.if %stores_lse {
                  %l_log2 = math.log2 %l_end : f32
                  %lse_log2 = arith.addf %m_end, %l_log2 : f32
                  %lse_value = arith.mulf %lse_log2, %ln2_one : f32
                  mla_gpu.global.store %lse_value, %lse[%out_row] : f32, !mla_gpu.ptr<f32>
                }
              }
