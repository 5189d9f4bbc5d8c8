          // A partial result of half of the columns, a quarter from each warp group. Both need the sum of the weights of both blocks, and one
          // unit for their rows. decode_half_columns_wg0.mlir and decode_half_columns_wg1.mlir include it.
          %l_own = mla_gpu.row.reduce %l_columns : !sum -> !rowf
          %o_sum_part = mla_gpu.row.sum %o_columns magnitude : !o_quarter -> !sum
          %o_sum_own = mla_gpu.row.reduce %o_sum_part : !sum -> !rowf
          mla_gpu.smem.store_rows %l_own, %stat_l${own} : !rowf, !stat
          mla_gpu.smem.store_rows %o_sum_own, %stat_o${own} : !rowf, !stat
          mla_gpu.nbar.sync %l_ready
          mla_gpu.nbar.sync %l_ready
          %l_other = mla_gpu.smem.load_rows %stat_l${other} : !stat -> !rowf
          %o_sum_other = mla_gpu.smem.load_rows %stat_o${other} : !stat -> !rowf
          %l_total = arith.addf %l_own, %l_other : !rowf
          %o_sum = arith.addf %o_sum_own, %o_sum_other : !rowf
${include seesaw_norm}${include seesaw_unit}          %o_scaled = mla_gpu.row.scale %o_columns by %factor : !o_quarter, !rowf -> !o_quarter
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o_quarter -> !o_quarter_partial
          mla_gpu.smem.store_tile %o_16, %${q} : !o_quarter_partial, !quarter
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          %half_column = arith.muli %column_half, %c_half : i32
          %column = arith.addi %half_column, %${at} : i32
          mla_gpu.tma.store %${q} to %partial_map[%slot, %row0, %column] : !quarter -> !partial_map
          %slot64 = arith.extsi %slot : i32 to i64
          %slot_row = arith.muli %slot64, %rows64 : i64
          %first_row = arith.addi %slot_row, %row064 : i64
