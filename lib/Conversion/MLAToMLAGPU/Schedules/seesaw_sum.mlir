        // After seesaw_wg0.mlir and seesaw_wg1.mlir: what O, or the unit of O, is to be multiplied by, in %norm, and the sum of the weights in %l_total.
        // Both warp groups need the sum of both halves of the tokens. One barrier would do; there are two because
        // compute-sanitizer's racecheck takes what the last warp at a named barrier wrote just before it for unordered.
        %l_own = mla_gpu.row.reduce %l_end : !sum -> !rowf
        %l_total = scf.if %nonempty -> (!rowf) {
          mla_gpu.smem.store_rows %l_own, %stat_l${own} : !rowf, !stat
          mla_gpu.nbar.sync %l_ready
          mla_gpu.nbar.sync %l_ready
          %l_other = mla_gpu.smem.load_rows %stat_l${other} : !stat -> !rowf
          %l_both = arith.addf %l_own, %l_other : !rowf
          scf.yield %l_both : !rowf
        } else {
          scf.yield %l_own : !rowf
        }
${include seesaw_norm}
