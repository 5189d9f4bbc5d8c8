          // A step of which the part has half of the columns (decode_half_columns.mlir), a quarter in each warp group, which are two tiles;
          // decode_e4m3_consumer.mlir includes it. It is the item's only step, so O is the products themselves, and no row has more than 128
          // weights of at most 448, the greatest 2⁸: 2⁻⁹ times as large O fits f16 for any values of the cache (128 · 448 · 448 · 2⁻⁹ =
          // 50176). So the partial result leaves before anything knows the sum of the weights, and its unit, which comes after, divides by it.
          // By the names that a loop's steps have.
          %step = arith.addi %item_step, %c0 : i32
          %i = arith.addi %first, %c0 : i32
${include decode_e4m3_stage}${include decode_e4m3_maxima}          // Rows that see no token have weights of 0, whatever they are relative to, if it is finite.
          %m_next = arith.maxnumf %x_max_both, %m_lowest : !rowf
${include decode_e4m3_weights}          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p${own}_ready
${include decode_e4m3_quarter block=0}${include decode_e4m3_quarter block=1}          mla_gpu.nbar.sync %p${other}_ready
          %v00 = mla_gpu.smem.load_transposed %k0_quarter from 0 : !latent_quarter -> !v
          %v01 = mla_gpu.smem.load_transposed %k1_quarter from 0 : !latent_quarter -> !v
          %v10 = mla_gpu.smem.load_transposed %k0_quarter from 64 : !latent_quarter -> !v
          %v11 = mla_gpu.smem.load_transposed %k1_quarter from 64 : !latent_quarter -> !v
${include decode_e4m3_product_own tile=0}${include decode_e4m3_product_other tile=0}${include decode_e4m3_product_own tile=1}${include decode_e4m3_product_other tile=1}          mla_gpu.wgmma.commit
${include decode_e4m3_sums_store l=p_sum w=w_sum n=n_sum}          %u0, %u1 = mla_gpu.wgmma.wait pending(0) %w0, %w1 : !o_pending, !o_pending -> !o, !o
          %to_unit = arith.constant dense<0.001953125> : !o
          %o0_out = arith.mulf %u0, %to_unit : !o
          %o1_out = arith.mulf %u1, %to_unit : !o
          %partial = mla_gpu.smem.view %q_side tiles(0 to 2) : !q_16_half -> !partial_quarter
          %partial_0 = mla_gpu.smem.view %partial tiles(0 to 1) : !partial_quarter -> !partial_tile
          %partial_1 = mla_gpu.smem.view %partial tiles(1 to 2) : !partial_quarter -> !partial_tile
          mla_gpu.smem.store_transposed %o0_out, %partial_0 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o1_out, %partial_1 : !o, !partial_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          %half_column = arith.muli %column_half, %c_half : i32
          %quarter_column = arith.constant ${shared_column} : i32
          %column = arith.addi %half_column, %quarter_column : i32
          mla_gpu.tma.store %partial to %partial_map[%slot, %row0, %column] : !partial_quarter -> !partial_map
          // All warps have read V, too, and scales.
          mla_gpu.mbar.arrive %free
          ${when scales_by=warps}
          mla_gpu.mbar.arrive %scales_free${own}
          ${end}
${include decode_e4m3_sums_load}          // In this order nothing overflows on the way that the result does not: what O is divided by is at least 2⁸.
          %from_unit = arith.constant dense<512.0> : !rowf
          ${when own_scales=0}
          %unit_values = arith.divf %from_unit, %l_total : !rowf
          %mean_scale = mla_gpu.splat %value_scale : f32 -> !rowf
          %is_nothing = arith.cmpf oeq, %l_total, %zero_row : !rowf
          ${end}
          ${when own_scales=1}
          %unit_values = arith.divf %from_unit, %n_total : !rowf
          %mean_scale = arith.divf %w_total, %l_total : !rowf
          %is_nothing = arith.cmpf oeq, %n_total, %zero_row : !rowf
          ${end}
          %unit_raw = arith.mulf %unit_values, %mean_scale : !rowf
          %unit = arith.select %is_nothing, %zero_row, %unit_raw : !rowb, !rowf
${include decode_rows}${include decode_partial_row}${include decode_half_columns_unit quarter=${half}}          ${when half=0}
          %l_log2 = math.log2 %l_total : !rowf
          %m_unshifted = arith.subf %m_next, %p_range : !rowf
          %lse_log2 = arith.addf %m_unshifted, %l_log2 : !rowf
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
