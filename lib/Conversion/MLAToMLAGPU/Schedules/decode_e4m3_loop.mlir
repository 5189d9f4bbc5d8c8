        // An item's steps; decode_e4m3_consumer.mlir includes it.
        ${when own_scales=0}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %steps_done = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step) -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32) : i32 {
        ${end}
        ${when scales=token}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %steps_done, %w_end, %n_end =
            scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step, %w = %l_zero, %n = %l_zero)
            -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum) : i32 {
        ${end}
        ${when scales=group}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %steps_done, %w_end, %n_end =
            scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step, %w = %quad_zero, %n = %quad_zero)
            -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32, !quad, !quad) : i32 {
        ${end}
${include decode_e4m3_stage}${include decode_e4m3_maxima}          %top_next = arith.maxnumf %top, %x_max_both : !rowf
          %level_least = arith.subf %top_next, %level_depth : !rowf
          %m_next = mla_gpu.row.raise_max %level_least, %x_max_both by %threshold : !rowf
          %shrink_log2 = arith.subf %m, %m_next : !rowf
          %shrink = math.exp2 %shrink_log2 : !rowf
          ${when half=0}
          mla_gpu.smem.store_rows %shrink, %stat_shrink : !rowf, !stat
          ${end}
${include decode_e4m3_weights}          ${when scales=token}
          %w_shrunk = mla_gpu.row.scale %w by %shrink : !sum, !rowf -> !sum
          %w_next = arith.addf %w_shrunk, %w_sum : !sum
          %n_shrunk = mla_gpu.row.scale %n by %shrink : !sum, !rowf -> !sum
          %n_next = arith.addf %n_shrunk, %n_sum : !sum
          ${end}
          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p${own}_ready
          %l_shrunk = mla_gpu.row.scale %l by %shrink : !sum, !rowf -> !sum
          %l_next = arith.addf %l_shrunk, %p_sum : !sum

${include decode_e4m3_values_${weights}}          %step_next = arith.addi %step, %c1 : i32
          ${when own_scales=0}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %top_next, %step_next : !o, !o, !o, !o, !sum, !rowf, !rowf, i32
          ${end}
          ${when scales=group}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %top_next, %step_next, %w_next, %n_next
              : !o, !o, !o, !o, !sum, !rowf, !rowf, i32, !quad, !quad
          ${end}
          ${when scales=token}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %top_next, %step_next, %w_next, %n_next
              : !o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum
          ${end}
        }
