        // An item's steps; decode_e4m3_consumer.mlir includes it.
        ${when own_scales=0}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %steps_done = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step) -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32) : i32 {
        ${end}
        ${when sums=three}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %steps_done, %w_end, %n_end =
            scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step, %w = %l_zero, %n = %l_zero)
            -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum) : i32 {
        ${end}
        ${when sums=two}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %steps_done, %w_end = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %step = %item_step, %w = %l_zero) -> (!o, !o, !o, !o, !sum, !rowf, i32, !sum) : i32 {
        ${end}
${include decode_e4m3_stage}${include decode_e4m3_maxima}          ${when values=e4m3}
          %top_next = arith.maxnumf %top, %x_max_both : !rowf
          %level_least = arith.subf %top_next, %level_depth : !rowf
          %m_next = mla_gpu.row.raise_max %level_least, %x_max_both by %threshold : !rowf
          ${end}
          ${when values=f16}
          // f16 holds weights far above and below the level, so it is the running maximum, and may lag.
          %m_next = mla_gpu.row.raise_max %m, %x_max_both by %threshold : !rowf
          ${end}
          %shrink_log2 = arith.subf %m, %m_next : !rowf
          %shrink = math.exp2 %shrink_log2 : !rowf
${include decode_e4m3_shrink_${values}}${include decode_e4m3_weights}          ${when own_scales=1}
          %w_shrunk = mla_gpu.row.scale %w by %shrink : !sum, !rowf -> !sum
          %w_next = arith.addf %w_shrunk, %w_sum : !sum
          ${end}
          ${when sums=three}
          %n_shrunk = mla_gpu.row.scale %n by %shrink : !sum, !rowf -> !sum
          %n_next = arith.addf %n_shrunk, %n_sum : !sum
          ${end}
          ${when values=f16}
${include decode_e4m3_begin_f16}          ${end}
          ${when values=e4m3}
          mla_gpu.fence.async
          ${end}
          mla_gpu.nbar.arrive %p${own}_ready
          %l_shrunk = mla_gpu.row.scale %l by %shrink : !sum, !rowf -> !sum
          %l_next = arith.addf %l_shrunk, %p_sum : !sum

${include decode_e4m3_values_${values}}          %step_next = arith.addi %step, %c1 : i32
          ${when own_scales=0}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %top_next, %step_next : !o, !o, !o, !o, !sum, !rowf, !rowf, i32
          ${end}
          ${when sums=two}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %step_next, %w_next : !o, !o, !o, !o, !sum, !rowf, i32, !sum
          ${end}
          ${when sums=three}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %top_next, %step_next, %w_next, %n_next
              : !o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum
          ${end}
        }
