          // Of a step that two parts share each has half of the columns: this warp group's, or the other one's. Of few rows both have made all of
          // it. decode_e4m3_results.mlir includes it.
          %own_columns = arith.constant ${half} : i32
          %is_own = arith.cmpi eq, %column_half, %own_columns : i32
          %false = arith.constant false
          %all_columns = arith.cmpi eq, %by_columns, %false : i1
          %leaves = arith.ori %is_own, %all_columns : i1
          scf.if %leaves {
${include decode_e4m3_partial_store}          }
