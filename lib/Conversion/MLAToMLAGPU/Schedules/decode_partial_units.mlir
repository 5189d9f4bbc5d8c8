          // Array 1 + q of partial_lse has the units of quarter q of the columns: a warp group has two, which have one unit.
          %quarter_array = arith.constant ${quarter_array} : i64
          %quarter_rows = arith.muli %quarter_array, %slot_rows : i64
          %unit_at = arith.addi %first_row, %quarter_rows : i64
          %next_unit_at = arith.addi %unit_at, %slot_rows : i64
          mla_gpu.global.store_rows %${unit}, %partial_lse[%unit_at] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          mla_gpu.global.store_rows %${unit}, %partial_lse[%next_unit_at] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
