        // What leaves for an item: O times the factors of its rows, and the log-sum-exp; or, of a request that is split, both in the form that a merge takes.
        // Consumers of decode_e4m3.mlir include it.
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        ${when own_scales=0}
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        ${end}
        %whole = arith.cmpi slt, %slot, %c0 : i32
        ${when own_scales=0}
        // A partial result stays in units of the cache's scale: its values are at most 448, which f16 holds.
        %unit = arith.select %whole, %value_scale, %unity : f32
        %unit_row = mla_gpu.splat %unit : f32 -> !rowf
        %factor_raw = arith.mulf %l_inverse, %unit_row : !rowf
        // Selected last: 0 times a scale that is no number would be none either.
        %factor = arith.select %l_is_zero, %zero_row, %factor_raw : !rowb, !rowf
        ${end}
        ${when own_scales=1}
        %mean_raw = arith.divf %w_total, %l_total : !rowf
        %mean_scale = arith.select %l_is_zero, %zero_row, %mean_raw : !rowb, !rowf
        ${end}
        ${when sums=three}
        // O over the sum of what it was multiplied by is a mean of numbers of the cache; w / l is the mean of their scales. A partial
        // result stays in units of that: its values are at most 448, which f16 holds.
        %unit_row = arith.select %whole, %mean_scale, %one_row : !rowf
        %n_is_zero = arith.cmpf oeq, %n_total, %zero_row : !rowf
        %factor_raw = arith.divf %unit_row, %n_total : !rowf
        %factor = arith.select %n_is_zero, %zero_row, %factor_raw : !rowb, !rowf
        ${end}
        ${when sums=two}
        // O is in units of weight · scale; w / l is the mean of the scales. A partial result stays in
        // units of that: its values are at most 448, which f16 holds.
        %divisor = arith.select %whole, %l_total, %w_total : !rowf
        %w_is_zero = arith.cmpf oeq, %w_total, %zero_row : !rowf
        %value_unit = arith.constant dense<${value_unit}> : !rowf
        %factor_raw = arith.divf %value_unit, %divisor : !rowf
        %factor = arith.select %w_is_zero, %zero_row, %factor_raw : !rowb, !rowf
        ${end}
${include decode_e4m3_scale}        ${when half=0}
        %l_log2 = math.log2 %l_total : !rowf
        %m_unshifted = arith.subf %${m_rows}, %${p_range_rows} : !rowf
        %lse_log2 = arith.addf %m_unshifted, %l_log2 : !rowf
        ${end}
        scf.if %whole {
          %q_16_0 = mla_gpu.smem.view %q_side tiles(0 to 1) : !q_16_half -> !q_16_tile
          %q_16_1 = mla_gpu.smem.view %q_side tiles(1 to 2) : !q_16_half -> !q_16_tile
          %q_16_2 = mla_gpu.smem.view %q_side tiles(2 to 3) : !q_16_half -> !q_16_tile
          %q_16_3 = mla_gpu.smem.view %q_side tiles(3 to 4) : !q_16_half -> !q_16_tile
          mla_gpu.smem.store_transposed %o0_out, %q_16_0 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o1_out, %q_16_1 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o2_out, %q_16_2 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o3_out, %q_16_3 : !o, !q_16_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.tma.store %q_side to %out_map[%request, %row0, %c_column] : !q_16_half -> !map
          ${when half=0}
          %ln2 = arith.constant dense<0.693147180559945> : !rowf
          %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %first_row = arith.addi %request_row, %row064 : i64
          mla_gpu.global.store_rows %lse_value, %lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
        } else {
${include decode_e4m3_partial_store${splits}}${include decode_partial_row}          ${when own_scales=0}
          %mean_scale = mla_gpu.splat %value_scale : f32 -> !rowf
          ${end}
          ${when half=0}
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
${include decode_e4m3_partial_units${splits}}        }
