// Two rows at once of a request in at most ${at_once} pieces, by each warp; decode_merge.mlir includes it.
              mla_gpu.each_warp (%warp) {
                %at_once = arith.constant ${at_once} : i32
${include decode_merge_slots base=c0}                %half_zero = arith.constant dense<0.0> : !half_columns
                %warp_units = arith.muli %${sharers}, %warp : i32
                %unit0 = arith.addi %warp_units, %own_piece : i32
                %stride = arith.muli %${sharers}, %c4 : i32
                %two_strides = arith.muli %stride, %c2 : i32
                scf.for %row_a = %unit0 to %rows_here step %two_strides : i32 {
                  %next_row = arith.addi %row_a, %stride : i32
                  %has_b = arith.cmpi slt, %next_row, %rows_here : i32
                  %row_b = arith.minsi %next_row, %last_row : i32
                  %at_a = arith.addi %row0, %row_a : i32
                  %at_b = arith.addi %row0, %row_b : i32
                  %at_a_lanes = mla_gpu.splat %at_a : i32 -> !lanes
                  %at_b_lanes = mla_gpu.splat %at_b : i32 -> !lanes
                  %index_a = arith.addi %slot_row, %at_a_lanes : !lanes
                  %index_b = arith.addi %slot_row, %at_b_lanes : !lanes
                  %x_a = mla_gpu.global.gather_rows %partial_out[%index_a, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<${at_once}x${d_half}xf16, #lane_rows>
                  %x_b = mla_gpu.global.gather_rows %partial_out[%index_b, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<${at_once}x${d_half}xf16, #lane_rows>
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
                  %sum_a = mla_gpu.lane.weigh_rows %x_a by %factor_a plus %half_zero : tensor<${at_once}x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
                  %sum_b = mla_gpu.lane.weigh_rows %x_b by %factor_b plus %half_zero : tensor<${at_once}x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
${include decode_merge_store row=row_a sum=sum_a l=l_a m=m_a}                  scf.if %has_b {
${include decode_merge_store row=row_b sum=sum_b l=l_b m=m_b}                  }
                }
              }
