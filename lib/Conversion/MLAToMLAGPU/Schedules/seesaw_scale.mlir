        // A whole result is O divided by the sum of the weights, %l_whole; a partial one leaves in units of its own, %unit_of_o (seesaw_unit.mlir). Nobody
        // reads the one in the case of the other.
        %whole = arith.cmpi slt, %slot, %c0 : i32
        %factor, %l_whole, %unit_of_o = scf.if %whole -> (!rowf, !rowf, !rowf) {
${include seesaw_sum own=${own} other=${other}}          scf.yield %norm, %l_total, %norm : !rowf, !rowf, !rowf
        } else {
          %o_sum_part = mla_gpu.row.sum %o_end magnitude : !o -> !sum
          %o_sum = mla_gpu.row.reduce %o_sum_part : !sum -> !rowf
${include seesaw_unit}          scf.yield %unit_inverse, %unit_inverse, %unit_own : !rowf, !rowf, !rowf
        }
        %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
