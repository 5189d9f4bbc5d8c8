    // A consumer of decode_e4m3.mlir: warp group ${wg} makes the scores of block ${own} and has half ${half} of the columns of O.
    mla_gpu.role "${wg}" warps(${first_warp} to ${end_warp}) team(warp_group) registers(240) {
      %o_zero = arith.constant dense<0.0> : !o
      %l_zero = arith.constant dense<0.0> : !sum
      %zero_row = arith.constant dense<0.0> : !rowf
      %one_row = arith.constant dense<1.0> : !rowf
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %p_range = arith.constant dense<8.0> : !rowf
      %level_depth = arith.constant dense<32.0> : !rowf
      %unity = arith.constant 1.0 : f32
      %c_own = arith.constant ${own_token} : i32
      %c_column = arith.constant ${column0} : i32
      ${when own_scales=1}
      %ones = arith.constant dense<1.0> : !s
      %quad_zero = arith.constant dense<0.0> : !quad
      %scale_least = arith.constant dense<5.42101086e-20> : !rowf
      ${end}
      %q_side = mla_gpu.smem.view %q tiles(${side_first} to ${side_end}) : !q_16 -> !q_16_half
      %own_part = mla_gpu.block_id 1
      %items_end, %steps_end = mla_gpu.items %parts[%own_part] lens(%lens) step_tokens(128)
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first, %last, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        // How many tokens each row sees.
        %row_tile = mla_gpu.block_id 0
        %row0 = arith.muli %row_tile, %c64 : i32
        %row = mla_gpu.row.index : !rowi
        %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
        %heads_row = mla_gpu.splat %heads : i32 -> !rowi
        %causal_row = mla_gpu.splat %causal : i32 -> !rowi
        %row_in_request = arith.addi %row, %row0_row : !rowi
        %query = arith.divui %row_in_request, %heads_row : !rowi
        %query_offset = arith.muli %query, %causal_row : !rowi
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %border = arith.addi %least_border_row, %query_offset : !rowi
        ${when own_scales=0}
        %value_scale = mla_gpu.global.load %cache_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
        ${end}
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
${include decode_e4m3_queries_${queries}}
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

        // What the results need, read and computed only now: no register holds it during the steps.
${include decode_rows}        // Both warp groups need the sum over both blocks' tokens. One barrier would do; there are two because
        // compute-sanitizer's racecheck takes what the last warp at a named barrier wrote just before it for unordered.
        %l_own = mla_gpu.row.reduce %l_end : !sum -> !rowf
        ${when own_scales=0}
        mla_gpu.smem.store_rows %l_own, %stat_l${own} : !rowf, !stat
        mla_gpu.nbar.sync %l_ready
        mla_gpu.nbar.sync %l_ready
        %l_other = mla_gpu.smem.load_rows %stat_l${other} : !stat -> !rowf
        ${end}
        ${when scales=token}
        // Where the steps had other things of a row.
        %w_own = mla_gpu.row.reduce %w_end : !sum -> !rowf
        %n_own = mla_gpu.row.reduce %n_end : !sum -> !rowf
        mla_gpu.smem.store_rows %l_own, %stat_log${own} : !rowf, !stat
        mla_gpu.smem.store_rows %w_own, %stat_scale${own} : !rowf, !stat
        mla_gpu.smem.store_rows %n_own, %stat_m${own} : !rowf, !stat
        mla_gpu.nbar.sync %l_ready
        mla_gpu.nbar.sync %l_ready
        %l_other = mla_gpu.smem.load_rows %stat_log${other} : !stat -> !rowf
        %w_other = mla_gpu.smem.load_rows %stat_scale${other} : !stat -> !rowf
        %n_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
        ${end}
        ${when scales=group}
${include decode_e4m3_sums_grouped}        ${end}
        %l_total = arith.addf %l_own, %l_other : !rowf
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        ${when own_scales=0}
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        ${end}
        %whole = arith.cmpi slt, %slot, %c0 : i32
        ${when own_scales=0}
        // A partial result stays in units of the cache's scale: its values are at most 448, which f16 holds.
        %unit = arith.select %whole, %value_scale, %unity : f32
        %unit_row = mla_gpu.splat %unit : f32 -> !rowf
        %factor_raw = arith.mulf %l_inverse, %unit_row : !rowf
        // Selected last: 0 times a scale that is no number would be none either.
        %factor = arith.select %l_is_zero, %zero_row, %factor_raw : !rowb, !rowf
        ${end}
        ${when scales=token}
        // O over the sum of what it was multiplied by is a mean of numbers of the cache; w / l is the mean of their scales. A partial
        // result stays in units of that: its values are at most 448, which f16 holds.
        %w_total = arith.addf %w_own, %w_other : !rowf
        %n_total = arith.addf %n_own, %n_other : !rowf
        %mean_raw = arith.divf %w_total, %l_total : !rowf
        %mean_scale = arith.select %l_is_zero, %zero_row, %mean_raw : !rowb, !rowf
        %unit_row = arith.select %whole, %mean_scale, %one_row : !rowf
        %n_is_zero = arith.cmpf oeq, %n_total, %zero_row : !rowf
        %factor_raw = arith.divf %unit_row, %n_total : !rowf
        %factor = arith.select %n_is_zero, %zero_row, %factor_raw : !rowb, !rowf
        ${end}
        ${when factors=shared}
        mla_gpu.smem.store_rows %factor, %stat_factor${own} : !rowf, !stat
        mla_gpu.nbar.sync %${wg}_ready
        %factor_columns = mla_gpu.smem.load_columns %stat_factor${own} : !stat -> !columns
        %o0_out = mla_gpu.column.scale %o0_end by %factor_columns : !o, !columns
        %o1_out = mla_gpu.column.scale %o1_end by %factor_columns : !o, !columns
        %o2_out = mla_gpu.column.scale %o2_end by %factor_columns : !o, !columns
        %o3_out = mla_gpu.column.scale %o3_end by %factor_columns : !o, !columns
        ${end}
        ${when scales=group}
${include decode_e4m3_factors_grouped}        ${end}
        ${when half=0}
        %l_log2 = math.log2 %l_total : !rowf
        %m_unshifted = arith.subf %m_end, %p_range : !rowf
        %lse_log2 = arith.addf %m_unshifted, %l_log2 : !rowf
        ${end}
        scf.if %whole {
          %q_16_0 = mla_gpu.smem.view %q_side tiles(0 to 1) : !q_16_half -> !q_16_tile
          %q_16_1 = mla_gpu.smem.view %q_side tiles(1 to 2) : !q_16_half -> !q_16_tile
          %q_16_2 = mla_gpu.smem.view %q_side tiles(2 to 3) : !q_16_half -> !q_16_tile
          %q_16_3 = mla_gpu.smem.view %q_side tiles(3 to 4) : !q_16_half -> !q_16_tile
          mla_gpu.smem.store_transposed %o0_out, %q_16_0 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o1_out, %q_16_1 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o2_out, %q_16_2 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o3_out, %q_16_3 : !o, !q_16_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.tma.store %q_side to %out_map[%request, %row0, %c_column] : !q_16_half -> !map
          ${when half=0}
          %ln2 = arith.constant dense<0.693147180559945> : !rowf
          %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %first_row = arith.addi %request_row, %row064 : i64
          mla_gpu.global.store_rows %lse_value, %lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
        } else {
          %partial = mla_gpu.smem.view %q_side tiles(0 to 4) : !q_16_half -> !partial_half
          %partial_0 = mla_gpu.smem.view %partial tiles(0 to 1) : !partial_half -> !partial_tile
          %partial_1 = mla_gpu.smem.view %partial tiles(1 to 2) : !partial_half -> !partial_tile
          %partial_2 = mla_gpu.smem.view %partial tiles(2 to 3) : !partial_half -> !partial_tile
          %partial_3 = mla_gpu.smem.view %partial tiles(3 to 4) : !partial_half -> !partial_tile
          mla_gpu.smem.store_transposed %o0_out, %partial_0 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o1_out, %partial_1 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o2_out, %partial_2 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o3_out, %partial_3 : !o, !partial_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.tma.store %partial to %partial_map[%slot, %row0, %c_column] : !partial_half -> !partial_map
          %slot64 = arith.extsi %slot : i32 to i64
          %slot_row = arith.muli %slot64, %rows64 : i64
          %first_row = arith.addi %slot_row, %row064 : i64
          %scale_row0 = arith.addi %first_row, %slot_rows : i64
          ${when own_scales=0}
          %mean_scale = mla_gpu.splat %value_scale : f32 -> !rowf
          ${end}
          ${when half=0}
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          mla_gpu.global.store_rows %mean_scale, %partial_lse[%scale_row0] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
          ${when half=1}
          %scale_row1 = arith.addi %scale_row0, %slot_rows : i64
          mla_gpu.global.store_rows %mean_scale, %partial_lse[%scale_row1] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
        }
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
      // All partial results must be in memory before anybody merges.
      mla_gpu.tma.store_wait written
      mla_gpu.nbar.sync %l_ready
      %own_half = arith.constant ${half} : i32
      mla_gpu.tail "meet" (%half = %own_half : i32) {
        %part = mla_gpu.block_id 1
        %row_tile = mla_gpu.block_id 0
        %row0 = arith.muli %row_tile, %c64 : i32
        %exchange = mla_gpu.smem.view %q tiles(0 to ${tiles_latent}) : !q_16 -> !exchange
${include decode_rows}${include decode_records}${when pieces=free}
${include decode_meet}${end}${when pieces=fixed}
${include decode_meet_fixed}${end}      }
    }
