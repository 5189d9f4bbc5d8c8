// A request in more pieces than fit into registers: 128 columns of a row at a time; decode_merge.mlir includes it.
              // A unit of work is 128 columns of a row.
              %every = arith.constant dense<true> : !mask
              %chunk_zero = arith.constant dense<0.0> : !chunk
              %wide = arith.constant ${wide} : i32
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
                %m_end, %l_end, %o_end = scf.for %base = %c0 to %pieces step %c32
                    iter_args(%m = %lowest, %l = %zero, %o = %chunk_zero) -> (f32, f32, !chunk) : i32 {
                  %base_lanes = mla_gpu.splat %base : i32 -> !lanes
                  %piece_raw = arith.addi %base_lanes, %lane : !lanes
                  %exists = arith.cmpi sle, %piece_raw, %last_lanes : !lanes
                  %piece = arith.minsi %piece_raw, %last_lanes : !lanes
                  %piece_part = arith.addi %first_lanes, %piece : !lanes
                  %twice = arith.muli %piece_part, %twos : !lanes
                  %is_first = arith.cmpi eq, %piece, %zeros : !lanes
                  %odd = arith.extui %is_first : !mask to !lanes
                  %slot = arith.addi %twice, %odd : !lanes
                  %slot_row = arith.muli %slot, %rows_lanes : !lanes
                  %index = arith.addi %slot_row, %at_lanes : !lanes
                  %scale_index = arith.addi %index, %scale_lanes : !lanes
                  %lse_raw = mla_gpu.global.gather_lanes %partial_lse[%index] where %every : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %scale_piece = mla_gpu.global.gather_lanes %partial_lse[%scale_index] where %every : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %lse_piece = arith.select %exists, %lse_raw, %minus_inf : !mask, !lanes_f32
                  %most = mla_gpu.lane.reduce max %lse_piece : !lanes_f32 -> f32
                  %m_next = arith.maxnumf %m, %most : f32
                  %m_lanes = mla_gpu.splat %m_next : f32 -> !lanes_f32
                  %weight_log2 = arith.subf %lse_piece, %m_lanes : !lanes_f32
                  %weight = math.exp2 %weight_log2 : !lanes_f32
                  %weight_sum = mla_gpu.lane.reduce add %weight : !lanes_f32 -> f32
                  %factor = arith.mulf %weight, %scale_piece : !lanes_f32
                  %shrink_log2 = arith.subf %m, %m_next : f32
                  %shrink = math.exp2 %shrink_log2 : f32
                  %l_shrunk = arith.mulf %l, %shrink : f32
                  %l_next = arith.addf %l_shrunk, %weight_sum : f32
                  %shrink_columns = mla_gpu.splat %shrink : f32 -> !chunk
                  %o_shrunk = arith.mulf %o, %shrink_columns : !chunk
                  %left = arith.subi %pieces, %base : i32
                  %here = arith.minsi %left, %c32 : i32
                  %o_next = scf.for %group = %c0 to %here step %wide iter_args(%group_sum = %o_shrunk) -> (!chunk) : i32 {
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
