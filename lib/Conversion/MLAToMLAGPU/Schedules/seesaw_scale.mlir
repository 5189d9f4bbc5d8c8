        // A partial result is scaled so that it fits f16, whatever the values of the cache.
        %factor, %largest = scf.if %whole -> (!rowf, !rowf) {
          scf.yield %norm, %norm : !rowf, !rowf
        } else {
          %o_largest = mla_gpu.row.max %o_end magnitude : !o -> !rowf
          %largest_raw = arith.mulf %o_largest, %norm : !rowf
          %largest_low = arith.maxnumf %largest_raw, %largest_least : !rowf
          %largest_row = arith.minnumf %largest_low, %largest_most : !rowf
          %largest_inverse = arith.divf %one_row, %largest_row : !rowf
          %factor_row = arith.mulf %norm, %largest_inverse : !rowf
          scf.yield %factor_row, %largest_row : !rowf, !rowf
        }
        %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
