                  // What is known of row %${row}: its result and its log-sum-exp; decode_merge.mlir's parts include it.
                  %empty_${row} = arith.cmpf oeq, %${l}, %zero : f32
                  %inverse_${row} = arith.divf %one, %${l} : f32
                  %norm_${row} = arith.select %empty_${row}, %zero, %inverse_${row} : f32
                  %norm_columns_${row} = mla_gpu.splat %norm_${row} : f32 -> !half_columns
                  %o_${row} = arith.mulf %${sum}, %norm_columns_${row} : !half_columns
                  %row64_${row} = arith.extsi %${row} : i32 to i64
                  %out_row_${row} = arith.addi %tile_row, %row64_${row} : i64
                  %out_element_${row} = arith.muli %out_row_${row}, %d_latent : i64
                  %out_at_${row} = arith.addi %out_element_${row}, %half_column64 : i64
                  mla_gpu.global.store_lanes %o_${row}, %out[%out_at_${row}] : !half_columns, !mla_gpu.ptr<!element>
                  scf.if %is_left {
                    %l_log2 = math.log2 %${l} : f32
                    %lse_log2 = arith.addf %${m}, %l_log2 : f32
                    %lse_value = arith.mulf %lse_log2, %ln2_one : f32
                    mla_gpu.global.store %lse_value, %lse[%out_row_${row}] : f32, !mla_gpu.ptr<f32>
                  }
