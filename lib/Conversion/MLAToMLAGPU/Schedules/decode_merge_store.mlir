                  // Row %row_${u}: its result %${o}, and its log-sum-exp, which lane %${lane} has; decode_merge.mlir's parts include it.
                  %row64_${u} = arith.extsi %row_${u} : i32 to i64
                  %out_row_${u} = arith.addi %tile_row, %row64_${u} : i64
                  %out_element_${u} = arith.muli %out_row_${u}, %d_latent : i64
                  %out_at_${u} = arith.addi %out_element_${u}, %half_column64 : i64
                  mla_gpu.global.store_lanes %${o}, %out[%out_at_${u}] : !half_columns, !mla_gpu.ptr<!element>
                  scf.if %is_left {
                    %lse_value = mla_gpu.lane.extract %lse_lanes[%${lane}] : !lanes_f32 -> f32
                    mla_gpu.global.store %lse_value, %lse[%out_row_${u}] : f32, !mla_gpu.ptr<f32>
                  }
