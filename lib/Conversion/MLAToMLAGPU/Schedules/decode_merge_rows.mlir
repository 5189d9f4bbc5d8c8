// Two rows at once of a request in at most ${at_once} pieces; decode_merge.mlir includes it.
              %at_once = arith.constant ${at_once} : i32
              %exists = arith.cmpi sle, %lane, %last_lanes : !lanes
              %piece = arith.minsi %lane, %last_lanes : !lanes
              %piece_part = arith.addi %first_lanes, %piece : !lanes
              ${when pieces=free}
              %twice = arith.muli %piece_part, %twos : !lanes
              %is_first = arith.cmpi eq, %piece, %zeros : !lanes
              %odd = arith.extui %is_first : !mask to !lanes
              %slot = arith.addi %twice, %odd : !lanes
              %slot_row = arith.muli %slot, %rows_lanes : !lanes
              ${end}
              ${when pieces=fixed}
              %slot_row = arith.muli %piece_part, %rows_lanes : !lanes
              ${end}
              %two_strides = arith.muli %stride, %c2 : i32
              scf.for %row_a = %unit0 to %rows_here step %two_strides : i32 {
                %next_row = arith.addi %row_a, %stride : i32
                %row_b = arith.minsi %next_row, %last_row : i32
                %at_a = arith.addi %row0, %row_a : i32
                %at_b = arith.addi %row0, %row_b : i32
                %at_a_lanes = mla_gpu.splat %at_a : i32 -> !lanes
                %at_b_lanes = mla_gpu.splat %at_b : i32 -> !lanes
                %index_a = arith.addi %slot_row, %at_a_lanes : !lanes
                %index_b = arith.addi %slot_row, %at_b_lanes : !lanes
                %scale_index_a = arith.addi %index_a, %scale_lanes : !lanes
                %scale_index_b = arith.addi %index_b, %scale_lanes : !lanes
                %lse_raw_a = mla_gpu.global.gather_lanes %partial_lse[%index_a] where %exists : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                %lse_raw_b = mla_gpu.global.gather_lanes %partial_lse[%index_b] where %exists : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                %scale_a = mla_gpu.global.gather_lanes %partial_lse[%scale_index_a] where %exists : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                %scale_b = mla_gpu.global.gather_lanes %partial_lse[%scale_index_b] where %exists : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                %lse_a = arith.select %exists, %lse_raw_a, %minus_inf : !mask, !lanes_f32
                %lse_b = arith.select %exists, %lse_raw_b, %minus_inf : !mask, !lanes_f32
                %most_a = mla_gpu.lane.reduce max %lse_a : !lanes_f32 -> f32
                %most_b = mla_gpu.lane.reduce max %lse_b : !lanes_f32 -> f32
                %m_a = arith.maxnumf %lowest, %most_a : f32
                %m_b = arith.maxnumf %lowest, %most_b : f32
                %m_a_lanes = mla_gpu.splat %m_a : f32 -> !lanes_f32
                %m_b_lanes = mla_gpu.splat %m_b : f32 -> !lanes_f32
                %log2_a = arith.subf %lse_a, %m_a_lanes : !lanes_f32
                %log2_b = arith.subf %lse_b, %m_b_lanes : !lanes_f32
                %weight_a = math.exp2 %log2_a : !lanes_f32
                %weight_b = math.exp2 %log2_b : !lanes_f32
                %l_a = mla_gpu.lane.reduce add %weight_a : !lanes_f32 -> f32
                %l_b = mla_gpu.lane.reduce add %weight_b : !lanes_f32 -> f32
                %factor_a = arith.mulf %weight_a, %scale_a : !lanes_f32
                %factor_b = arith.mulf %weight_b, %scale_b : !lanes_f32
                %half_zero = arith.constant dense<0.0> : !half_columns
                %sum_a, %sum_b = scf.for %j = %c0 to %at_once step %c1
                    iter_args(%before_a = %half_zero, %before_b = %half_zero) -> (!half_columns, !half_columns) : i32 {
                  %from_a = mla_gpu.lane.extract %index_a[%j] : !lanes -> i32
                  %from_b = mla_gpu.lane.extract %index_b[%j] : !lanes -> i32
                  %from_a64 = arith.extsi %from_a : i32 to i64
                  %from_b64 = arith.extsi %from_b : i32 to i64
                  %element_row_a = arith.muli %from_a64, %d_latent : i64
                  %element_row_b = arith.muli %from_b64, %d_latent : i64
                  %element_a = arith.addi %element_row_a, %half_column64 : i64
                  %element_b = arith.addi %element_row_b, %half_column64 : i64
                  %x_a = mla_gpu.global.load_lanes %partial_out[%element_a] : !mla_gpu.ptr<f16> -> !half_columns
                  %x_b = mla_gpu.global.load_lanes %partial_out[%element_b] : !mla_gpu.ptr<f16> -> !half_columns
                  %f_a = mla_gpu.lane.extract %factor_a[%j] : !lanes_f32 -> f32
                  %f_b = mla_gpu.lane.extract %factor_b[%j] : !lanes_f32 -> f32
                  %f_a_columns = mla_gpu.splat %f_a : f32 -> !half_columns
                  %f_b_columns = mla_gpu.splat %f_b : f32 -> !half_columns
                  %after_a = math.fma %x_a, %f_a_columns, %before_a : !half_columns
                  %after_b = math.fma %x_b, %f_b_columns, %before_b : !half_columns
                  scf.yield %after_a, %after_b : !half_columns, !half_columns
                } {mla_gpu.unroll}
                %empty_a = arith.cmpf oeq, %l_a, %zero : f32
                %empty_b = arith.cmpf oeq, %l_b, %zero : f32
                %inverse_a = arith.divf %one, %l_a : f32
                %inverse_b = arith.divf %one, %l_b : f32
                %norm_a = arith.select %empty_a, %zero, %inverse_a : f32
                %norm_b = arith.select %empty_b, %zero, %inverse_b : f32
                %norm_a_columns = mla_gpu.splat %norm_a : f32 -> !half_columns
                %norm_b_columns = mla_gpu.splat %norm_b : f32 -> !half_columns
                %o_a = arith.mulf %sum_a, %norm_a_columns : !half_columns
                %o_b = arith.mulf %sum_b, %norm_b_columns : !half_columns
                %row_a64 = arith.extsi %row_a : i32 to i64
                %row_b64 = arith.extsi %row_b : i32 to i64
                %out_row_a = arith.addi %tile_row, %row_a64 : i64
                %out_row_b = arith.addi %tile_row, %row_b64 : i64
                %out_element_a = arith.muli %out_row_a, %d_latent : i64
                %out_element_b = arith.muli %out_row_b, %d_latent : i64
                %out_at_a = arith.addi %out_element_a, %half_column64 : i64
                %out_at_b = arith.addi %out_element_b, %half_column64 : i64
                mla_gpu.global.store_lanes %o_a, %out[%out_at_a] : !half_columns, !mla_gpu.ptr<!element>
                %has_b = arith.cmpi slt, %next_row, %rows_here : i32
                scf.if %has_b {
                  mla_gpu.global.store_lanes %o_b, %out[%out_at_b] : !half_columns, !mla_gpu.ptr<!element>
                }
                scf.if %is_left {
                  %l_a_log2 = math.log2 %l_a : f32
                  %lse_a_log2 = arith.addf %m_a, %l_a_log2 : f32
                  %lse_a_value = arith.mulf %lse_a_log2, %ln2_one : f32
                  mla_gpu.global.store %lse_a_value, %lse[%out_row_a] : f32, !mla_gpu.ptr<f32>
                  scf.if %has_b {
                    %l_b_log2 = math.log2 %l_b : f32
                    %lse_b_log2 = arith.addf %m_b, %l_b_log2 : f32
                    %lse_b_value = arith.mulf %lse_b_log2, %ln2_one : f32
                    mla_gpu.global.store %lse_b_value, %lse[%out_row_b] : f32, !mla_gpu.ptr<f32>
                  }
                }
              }
