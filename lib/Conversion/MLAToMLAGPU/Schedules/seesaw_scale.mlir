        // A partial result is scaled so that it fits f16, whatever the values of the cache; seesaw_unit.mlir says how.
        %factor, %unit = scf.if %whole -> (!rowf, !rowf) {
          scf.yield %norm, %norm : !rowf, !rowf
        } else {
          %o_sum_part = mla_gpu.row.sum %o_end magnitude : !o -> !sum
          %o_sum = mla_gpu.row.reduce %o_sum_part : !sum -> !rowf
${include seesaw_unit}          scf.yield %factor, %unit : !rowf, !rowf
        }
        %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
