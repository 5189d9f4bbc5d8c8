          // The unit of quarter ${quarter} of the half of the columns that the part has; behind decode_partial_row.mlir.
          %quarters_before = arith.muli %column_half, %c2 : i32
          %quarter_in_half = arith.constant ${quarter} : i32
          %quarter = arith.addi %quarters_before, %quarter_in_half : i32
          %array = arith.addi %quarter, %c1 : i32
          %array64 = arith.extsi %array : i32 to i64
          %unit_rows = arith.muli %array64, %slot_rows : i64
          %unit_at = arith.addi %first_row, %unit_rows : i64
          mla_gpu.global.store_rows %unit, %partial_lse[%unit_at] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
