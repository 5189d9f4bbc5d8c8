                    // The row's sum with what warp %from_${k} has; decode_merge_pieces.mlir includes it.
                    %factor_lanes_${k} = arith.mulf %weight_${k}, %norm : !lanes_f32
                    %factor_${k} = mla_gpu.lane.extract %factor_lanes_${k}[%c0] : !lanes_f32 -> f32
                    %factor_columns_${k} = mla_gpu.splat %factor_${k} : f32 -> !half_columns
                    // Not only weight 0, for what is infinite.
                    %is_part_columns_${k} = mla_gpu.splat %is_part_${k} : i1 -> !half_mask
                    %o_part_${k} = arith.select %is_part_columns_${k}, %o_from_${k}, %half_zero : !half_mask, !half_columns
                    %o_before_${next} = math.fma %o_part_${k}, %factor_columns_${k}, %o_before_${k} : !half_columns
