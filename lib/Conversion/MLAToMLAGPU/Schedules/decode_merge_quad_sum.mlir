                  // What those add up to, in units of their own maximum; decode_merge_rows.mlir includes it.
                  %lse_${u} = arith.select %exists_${v}, %lse_raw_${u}, %minus_inf : !mask, !lanes_f32
                  %most_${u} = mla_gpu.lane.reduce max %lse_${u} : !lanes_f32 -> f32
                  %m_${u} = arith.maxnumf %lowest, %most_${u} : f32
                  %m_lanes_${u} = mla_gpu.splat %m_${u} : f32 -> !lanes_f32
                  %log2_${u} = arith.subf %lse_${u}, %m_lanes_${u} : !lanes_f32
                  %weight_${u} = math.exp2 %log2_${u} : !lanes_f32
                  %l_${u} = mla_gpu.lane.reduce add %weight_${u} : !lanes_f32 -> f32
                  %factor_${u} = arith.mulf %weight_${u}, %scale_${u} : !lanes_f32
                  %sum_${u} = mla_gpu.lane.weigh_rows %x_${u} by %factor_${u} plus %half_zero : tensor<4x${d_half}xf16, #lane_rows>, !lanes_f32, !half_columns
