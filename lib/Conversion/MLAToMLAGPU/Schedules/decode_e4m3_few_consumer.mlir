    // A consumer of decode_e4m3.mlir for requests of few rows: warp group ${wg} makes the scores of block ${own}, transposed, and has half ${half} of the
    // columns of O.
    mla_gpu.role "${wg}" warps(${first_warp} to ${end_warp}) team(warp_group) registers(240) {
      %o_zero = arith.constant dense<0.0> : !o
      %l_zero = arith.constant dense<0.0> : !st
      %zero_row = arith.constant dense<0.0> : !rowf
      %one_row = arith.constant dense<1.0> : !rowf
      %one_level = arith.constant dense<1.0> : !level
      %m_lowest = arith.constant dense<-3.0e38> : !level
      %p_range = arith.constant dense<${p_range}> : !level
      %p_range_row = arith.constant dense<${p_range}> : !rowf
      %unity = arith.constant 1.0 : f32
      %c_own = arith.constant ${own_token} : i32
      %c_column = arith.constant ${column0} : i32
      %q_side = mla_gpu.smem.view %q tiles(${side_first} to ${side_end}) : !q_16 -> !q_16_half
      ${when own_scales=0}
      %value_scale = mla_gpu.global.load %cache_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
      ${end}
      ${when queries=given}
      %query_scale = mla_gpu.global.load %q_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
      ${end}
      %items_end, %steps_end = mla_gpu.items %parts[%own_part] lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first${unit}, %last${unit}, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
${include decode_e4m3_steps}${include decode_e4m3_borders border=border_row}        // Rows are columns of the scores.
        %border_bits = arith.bitcast %border_row : !rowi to !rowf
        mla_gpu.smem.store_rows %border_bits, %stat_l${own} : !rowf, !stat
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
${include decode_e4m3_queries_${takes}}        ${when takes=given}
        // The other ways to take queries have a barrier.
        mla_gpu.nbar.sync %${wg}_ready
        ${end}
        %border_real = mla_gpu.smem.load_columns %stat_l${own} : !stat -> !level
        %border = arith.bitcast %border_real : !level to !borders
        // What makes logarithms to base 2 of scores.
        ${when queries=given}
        %to_log2 = mla_gpu.splat %unit_to_log2 : f32 -> !level
        ${end}
        ${when queries=split}
        %to_log2 = mla_gpu.smem.load_columns %stat_factor${own} : !stat -> !level
        ${end}
${include decode_e4m3_few_loop}        // What the results need, read and computed only now: no register holds it during the steps.
${include decode_rows}${include decode_e4m3_few_sums}${include decode_e4m3_results}        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %steps_done : i32, i32
      }
      ${when own_scales=0}
${include decode_sharing_records at_begin=read_begin at_end=read_end}${include decode_end half=${half} shares=read rows=late q_type=q_16}      ${end}
      ${when own_scales=1}
${include decode_end half=${half} shares=late rows=late q_type=q_16}      ${end}
    }
