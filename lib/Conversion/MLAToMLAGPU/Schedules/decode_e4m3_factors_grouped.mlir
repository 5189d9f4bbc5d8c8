        // As in decode_e4m3_consumer.mlir with scales of tokens, for each of the two groups. A partial result is in units of the larger mean
        // scale of the two.
        %w_a = arith.addf %scaled${near_a}_own, %w_a_other : !rowf
        %n_a = arith.addf %rounded${near_a}_own, %n_a_other : !rowf
        %mean_a_raw = arith.divf %w_a, %l_total : !rowf
        %mean_a = arith.select %l_is_zero, %zero_row, %mean_a_raw : !rowb, !rowf
        %w_b = arith.addf %scaled${near_b}_own, %w_b_other : !rowf
        %n_b = arith.addf %rounded${near_b}_own, %n_b_other : !rowf
        %mean_b_raw = arith.divf %w_b, %l_total : !rowf
        %mean_b = arith.select %l_is_zero, %zero_row, %mean_b_raw : !rowb, !rowf
        %mean_scale = arith.maxnumf %mean_a, %mean_b : !rowf
        %unit_row = arith.select %whole, %one_row, %mean_scale : !rowf
        %unit_is_zero = arith.cmpf oeq, %unit_row, %zero_row : !rowf
        %mean_a_unit = arith.divf %mean_a, %unit_row : !rowf
        %factor_a_raw = arith.divf %mean_a_unit, %n_a : !rowf
        %n_a_is_zero = arith.cmpf oeq, %n_a, %zero_row : !rowf
        %is_zero_a = arith.ori %n_a_is_zero, %unit_is_zero : !rowb
        %factor_a = arith.select %is_zero_a, %zero_row, %factor_a_raw : !rowb, !rowf
        %mean_b_unit = arith.divf %mean_b, %unit_row : !rowf
        %factor_b_raw = arith.divf %mean_b_unit, %n_b : !rowf
        %n_b_is_zero = arith.cmpf oeq, %n_b, %zero_row : !rowf
        %is_zero_b = arith.ori %n_b_is_zero, %unit_is_zero : !rowb
        %factor_b = arith.select %is_zero_b, %zero_row, %factor_b_raw : !rowb, !rowf
        // The other warp group has read what it needs.
        mla_gpu.nbar.sync %l_ready
        mla_gpu.smem.store_rows %factor_a, %stat_scale${own}_0 : !rowf, !stat
        mla_gpu.smem.store_rows %factor_b, %stat_scale${own}_1 : !rowf, !stat
        mla_gpu.nbar.sync %${wg}_ready
        %factor_columns_a = mla_gpu.smem.load_columns %stat_scale${own}_0 : !stat -> !columns
        %o0_out = mla_gpu.column.scale %o0_end by %factor_columns_a : !o, !columns
        %o1_out = mla_gpu.column.scale %o1_end by %factor_columns_a : !o, !columns
        %factor_columns_b = mla_gpu.smem.load_columns %stat_scale${own}_1 : !stat -> !columns
        %o2_out = mla_gpu.column.scale %o2_end by %factor_columns_b : !o, !columns
        %o3_out = mla_gpu.column.scale %o3_end by %factor_columns_b : !o, !columns
