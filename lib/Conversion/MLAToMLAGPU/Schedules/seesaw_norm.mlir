        // What O, or the unit of O, is to be multiplied by, given the sum of the weights in %l_total; seesaw_sum.mlir and decode_half_columns_store.mlir include it.
        %zero_row = arith.constant dense<0.0> : !rowf
        %one_row = arith.constant dense<1.0> : !rowf
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        ${when one_scale=0}
        %norm = arith.select %l_is_zero, %zero_row, %l_inverse : !rowb, !rowf
        ${end}
        ${when one_scale=1}
        // Values are in units of the cache's scale.
        %norm_units = arith.select %l_is_zero, %zero_row, %l_inverse : !rowb, !rowf
        %unit_row = mla_gpu.splat %scale_value : f32 -> !rowf
        %norm = arith.mulf %norm_units, %unit_row : !rowf
        ${end}
