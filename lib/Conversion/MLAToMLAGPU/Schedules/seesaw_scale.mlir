        // A partial result is scaled so that it fits f16, whatever the values of the cache: its unit is a 1024th of the sum of its
        // magnitudes. The largest of the 256 is 4 to 1024 units then, far from f16's largest and from its subnormals. A sum
        // costs half of what a maximum does: an SM adds 128 numbers a clock, and compares 64.
        %unit_of_sum = arith.constant dense<9.765625e-4> : !rowf
        %unit_least = arith.constant dense<1.0e-37> : !rowf
        %unit_most = arith.constant dense<1.0e+37> : !rowf
        %factor, %unit = scf.if %whole -> (!rowf, !rowf) {
          scf.yield %norm, %norm : !rowf, !rowf
        } else {
          %o_sum_part = mla_gpu.row.sum %o_end magnitude : !o -> !sum
          %o_sum = mla_gpu.row.reduce %o_sum_part : !sum -> !rowf
          %norm_unit = arith.mulf %norm, %unit_of_sum : !rowf
          %unit_raw = arith.mulf %o_sum, %norm_unit : !rowf
          %unit_low = arith.maxnumf %unit_raw, %unit_least : !rowf
          %unit_kept = arith.minnumf %unit_low, %unit_most : !rowf
          %unit_inverse = arith.divf %one_row, %unit_kept : !rowf
          %factor_row = arith.mulf %norm, %unit_inverse : !rowf
          scf.yield %factor_row, %unit_kept : !rowf, !rowf
        }
        %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
