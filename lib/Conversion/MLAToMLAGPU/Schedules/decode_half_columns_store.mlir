          // A partial result of half of the columns, a quarter from each warp group, as seesaw_unit.mlir says: it is on its way before the sum of
          // the weights of both blocks is known. decode_half_columns_wg0.mlir and decode_half_columns_wg1.mlir include it.
          %l_own = mla_gpu.row.reduce %l_columns : !sum -> !rowf
          mla_gpu.smem.store_rows %l_own, %stat_l${own} : !rowf, !stat
          %o_sum_part = mla_gpu.row.sum %o_columns magnitude : !o_quarter -> !sum
          %o_sum = mla_gpu.row.reduce %o_sum_part : !sum -> !rowf
${include seesaw_unit}          %o_scaled = mla_gpu.row.scale %o_columns by %unit_inverse : !o_quarter, !rowf -> !o_quarter
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o_quarter -> !o_quarter_partial
          mla_gpu.smem.store_tile %o_16, %${q} : !o_quarter_partial, !quarter
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          %half_column = arith.muli %column_half, %c_half : i32
          %column = arith.addi %half_column, %${at} : i32
          mla_gpu.tma.store %${q} to %partial_map[%slot, %row0, %column] : !quarter -> !partial_map
          mla_gpu.nbar.sync %l_ready
          mla_gpu.nbar.sync %l_ready
          %l_other = mla_gpu.smem.load_rows %stat_l${other} : !stat -> !rowf
          %l_total = arith.addf %l_own, %l_other : !rowf
${include seesaw_norm}          %unit = arith.mulf %unit_own, %norm : !rowf
${include decode_partial_row}${include decode_half_columns_unit quarter=${own}}
