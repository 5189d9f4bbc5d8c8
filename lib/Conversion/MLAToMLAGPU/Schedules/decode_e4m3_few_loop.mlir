        // An item's steps, of few rows; decode_e4m3_few_consumer.mlir includes it.
        ${when own_scales=0}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %steps_done = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %step = %item_step) -> (!o, !o, !o, !o, !st, !level, i32) : i32 {
        ${end}
        ${when own_scales=1}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %steps_done, %w_end = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %step = %item_step, %w = %l_zero) -> (!o, !o, !o, !o, !st, !level, i32, !st) : i32 {
        ${end}
${include decode_e4m3_stage}          mla_gpu.mbar.wait %full${own} parity(%parity)
          ${when weights_in=stage}
          %p0_all = mla_gpu.smem.view %rope0 tiles(0 to 1) : !rope -> !weights_all
          %p1_all = mla_gpu.smem.view %rope1 tiles(0 to 1) : !rope -> !weights_all
          ${end}
${include decode_e4m3_few_places block=0}${include decode_e4m3_few_places block=1}${include decode_e4m3_few_scores}
          %token0 = arith.muli %i, %c128 : i32
          %token = arith.addi %token0, %c_own : i32
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          ${when own_scales=0}
          %x_all = mla_gpu.column.scale %s by %to_log2 : !st, !level
          ${end}
          ${when own_scales=1}
          // What a token counts for, its weight times its largest scale, as a logarithm.
          %x_all = mla_gpu.row.fma %s times %to_log2 plus %log_rows : !st, !level, !rowf
          ${end}
          %x = mla_gpu.mask %x_all from %token border %border if %masked : !st, !borders -> !st
          // Tokens of a row of queries lie in all warps.
          mla_gpu.smem.store_parts max %x, %parts_m${own} : !st, !parts
          mla_gpu.nbar.sync %m_ready
          %x_max_0 = mla_gpu.smem.load_parts max %parts_m0 : !parts -> !level
          %x_max_1 = mla_gpu.smem.load_parts max %parts_m1 : !parts -> !level
          %x_max_both = arith.maxnumf %x_max_0, %x_max_1 : !level
          // No lag: O of few rows is soon rescaled, and f16 has its whole range for weights, times parts of scales.
          %m_next = arith.maxnumf %m, %x_max_both : !level
          %shrink_log2 = arith.subf %m, %m_next : !level
          %shrink = math.exp2 %shrink_log2 : !level
          %shift = arith.subf %m_next, %p_range : !level
          %pw = mla_gpu.exp2_fma %x times %unity minus %shift : !st, !level -> !st
${include decode_e4m3_few_weights_${scales}}          mla_gpu.fence.async
${include decode_e4m3_ragged}${include decode_e4m3_begin_f16}          mla_gpu.nbar.arrive %p${own}_ready
${include decode_e4m3_values_f16}          %step_next = arith.addi %step, %c1 : i32
          ${when own_scales=0}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %step_next : !o, !o, !o, !o, !st, !level, i32
          ${end}
          ${when own_scales=1}
          scf.yield %o0_next, %o1_next, %o2_next, %o3_next, %l_next, %m_next, %step_next, %w_next : !o, !o, !o, !o, !st, !level, i32, !st
          ${end}
        }
