        // An item's steps; decode_e4m3_consumer.mlir includes it.
        ${when own_scales=0}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %step_end = scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step) -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32) : i32 {
        ${end}
        ${when scales=token}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %step_end, %w_end, %n_end =
            scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step, %w = %l_zero, %n = %l_zero)
            -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum) : i32 {
        ${end}
        ${when scales=group}
        %o0_end, %o1_end, %o2_end, %o3_end, %l_end, %m_end, %top_end, %step_end, %w_end, %n_end =
            scf.for %i = %first to %last step %c1
            iter_args(%o0 = %o_zero, %o1 = %o_zero, %o2 = %o_zero, %o3 = %o_zero, %l = %l_zero, %m = %m_lowest,
                      %top = %m_lowest, %step = %item_step, %w = %quad_zero, %n = %quad_zero)
            -> (!o, !o, !o, !o, !sum, !rowf, !rowf, i32, !quad, !quad) : i32 {
        ${end}
${include decode_e4m3_stage}          ${when own_scales=0}
          %p0 = mla_gpu.smem.view %rope0 tiles(0 to 1) : !rope -> !weights
          %p1 = mla_gpu.smem.view %rope1 tiles(0 to 1) : !rope -> !weights
          ${end}
          mla_gpu.mbar.wait %full${own} parity(%parity)
${include decode_e4m3_scores_${scores}}
          // Mask, the maximum of both blocks, and the level that weights, O and l are relative to (see decode_e4m3.mlir).
          ${when to_log2=shared}
          %to_log2 = mla_gpu.smem.load_rows %stat_factor${own} : !stat -> !rowf
          %x_all = mla_gpu.row.scale %s by %to_log2 : !s, !rowf -> !s
          ${end}
          ${when to_log2=held}
          %x_all = mla_gpu.row.scale %s by %to_log2_item : !s, !rowf -> !s
          ${end}
          %token0 = arith.muli %i, %c128 : i32
          %token = arith.addi %token0, %c_own : i32
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          ${when queries=split}
          %x = mla_gpu.mask %x_all from %token border %border if %masked : !s, !rowi -> !s
          ${end}
          ${when levels=scores}
          %x_max = mla_gpu.row.max %x : !s -> !rowf
          ${end}
          ${when levels=products}
          %log_columns = mla_gpu.smem.load_columns %stat_log${own} : !stat -> !columns
          %y = mla_gpu.column.fma %ones times %log_columns plus %x : !s, !columns
          %x_max = mla_gpu.row.max %y : !s -> !rowf
          ${end}
          ${when levels=groups}
          // The logarithms are where the maxima go: all warps have read them before.
          %log_columns = mla_gpu.smem.load_columns %stat_m${own} : !stat -> !columns
          %y = mla_gpu.column.fma %ones times %log_columns plus %x : !s, !columns
          %x_max = mla_gpu.row.max %y : !s -> !rowf
          mla_gpu.nbar.sync %${wg}_ready
          ${end}
          ${when queries=given}
          // One factor for all rows, which is positive: it waits for the exponential.
          %x = mla_gpu.mask %s from %token border %border if %masked : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %x : !s -> !rowf
          %to_log2 = mla_gpu.splat %unit_to_log2 : f32 -> !rowf
          %x_max = arith.mulf %s_max, %to_log2 : !rowf
          ${end}
          mla_gpu.smem.store_rows %x_max, %stat_m${own} : !rowf, !stat
          mla_gpu.nbar.sync %m_ready
          %x_max_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
          %x_max_both = arith.maxnumf %x_max, %x_max_other : !rowf
          %top_next = arith.maxnumf %top, %x_max_both : !rowf
          %level_least = arith.subf %top_next, %level_depth : !rowf
          %m_next = mla_gpu.row.raise_max %level_least, %x_max_both by ${threshold} : !rowf
          %shrink_log2 = arith.subf %m, %m_next : !rowf
          %shrink = math.exp2 %shrink_log2 : !rowf
          ${when half=0}
          mla_gpu.smem.store_rows %shrink, %stat_shrink : !rowf, !stat
          ${end}

          // P, its largest value 2⁸, in one or two terms. The sum is that of the rounded weights, if they are rounded to one
          // term: where many weights are about equal, their common error cancels.
          %shift = arith.subf %m_next, %p_range : !rowf
          ${when queries=split}
          %p = mla_gpu.exp2_fma %x times %unity minus %shift : !s, !rowf -> !s
          ${end}
          ${when queries=given}
          %p = mla_gpu.exp2_fma %x times %unit_to_log2 minus %shift : !s, !rowf -> !s
          ${end}
          ${when own_scales=0}
          %p_8 = mla_gpu.quantize %p : !s -> !s_8
          ${end}
          ${when scales=token}
          %scales_again = mla_gpu.smem.load_columns %stat_scale${own} : !stat -> !columns
          %pw = mla_gpu.column.scale %p by %scales_again : !s, !columns
          %p_8 = mla_gpu.quantize %pw : !s -> !s_8
          ${end}
          ${when weights=one}
          mla_gpu.smem.store_tile %p_8, %p${own} : !s_8, !weights
          ${end}
          ${when scales=token}
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %w_sum = mla_gpu.row.sum %pw : !s -> !sum
          %n_sum = mla_gpu.row.sum %p_8 : !s_8 -> !sum
          %w_shrunk = mla_gpu.row.scale %w by %shrink : !sum, !rowf -> !sum
          %w_next = arith.addf %w_shrunk, %w_sum : !sum
          %n_shrunk = mla_gpu.row.scale %n by %shrink : !sum, !rowf -> !sum
          %n_next = arith.addf %n_shrunk, %n_sum : !sum
          ${end}
          ${when sums=rounded}
          %p_sum = mla_gpu.row.sum %p_8 : !s_8 -> !sum
          ${end}
          ${when precision=bf16}
          %p_rest_8 = mla_gpu.quantize %p less %p_8 : !s less !s_8 -> !s_8
          mla_gpu.smem.store_tile %p_rest_8, %p${own}_rest : !s_8, !weights
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          ${end}
          ${when scales=group}
${include decode_e4m3_weights_grouped}          ${end}
          // A sequence's last block may be ragged, and slots past its end hold anything. Their weights are 0, and so must be their
          // values, for 0 · NaN is NaN.
          %tokens_raw = arith.subi %length, %token : i32
          %tokens_low = arith.maxsi %tokens_raw, %c0 : i32
          %tokens = arith.minsi %tokens_low, %c64 : i32
          %ragged = arith.cmpi slt, %tokens, %c64 : i32
          scf.if %ragged {
            mla_gpu.smem.zero_rows %k${own} from %tokens : !latent
          }
          mla_gpu.fence.async
          %l_shrunk = mla_gpu.row.scale %l by %shrink : !sum, !rowf -> !sum
          %l_next = arith.addf %l_shrunk, %p_sum : !sum
          // With the other block's weights comes that its values are there.
          mla_gpu.nbar.sync %p_ready

${include decode_e4m3_values_${values}}          %step_next = arith.addi %step, %c1 : i32
          ${when own_scales=0}
          scf.yield %o0_next, %o1_next, %${o2}, %${o3}, %l_next, %m_next, %top_next, %step_next : !o, !o, !o, !o, !sum, !rowf, !rowf, i32
          ${end}
          ${when scales=group}
          scf.yield %o0_next, %o1_next, %${o2}, %${o3}, %l_next, %m_next, %top_next, %step_next, %w_next, %n_next
              : !o, !o, !o, !o, !sum, !rowf, !rowf, i32, !quad, !quad
          ${end}
          ${when scales=token}
          scf.yield %o0_next, %o1_next, %${o2}, %${o3}, %l_next, %m_next, %top_next, %step_next, %w_next, %n_next
              : !o, !o, !o, !o, !sum, !rowf, !rowf, i32, !sum, !sum
          ${end}
        }
