    // A consumer of decode_e4m3.mlir: warp group ${wg} makes the scores of block ${own} and has half ${half} of the columns of O.
    mla_gpu.role "${wg}" warps(${first_warp} to ${end_warp}) team(warp_group) registers(240) {
      %o_zero = arith.constant dense<0.0> : !o
      %l_zero = arith.constant dense<0.0> : !sum
      %zero_row = arith.constant dense<0.0> : !rowf
      %one_row = arith.constant dense<1.0> : !rowf
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %p_range = arith.constant dense<${p_range}> : !rowf
      ${when values=e4m3}
      %level_depth = arith.constant dense<32.0> : !rowf
      ${end}
      %unity = arith.constant 1.0 : f32
      %c_own = arith.constant ${own_token} : i32
      %c_column = arith.constant ${column0} : i32
      ${when scales_by=consumers}
      %scale_least = arith.constant dense<5.42101086e-20> : !rowf
      ${end}
      %q_side = mla_gpu.smem.view %q tiles(${side_first} to ${side_end}) : !q_16 -> !q_16_half
      // Beside the records, not after them and the length, for which items wait.
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
${include decode_e4m3_steps}        ${when halves=1}
        %is_right = arith.cmpi eq, %column_half, %c1 : i32
        %false = arith.constant false
        %all_columns = arith.cmpi eq, %by_columns, %false : i1
        ${end}
${include decode_e4m3_borders border=border}        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
${include decode_e4m3_queries_${takes}}
        ${when halves=1}
        // Code of its own for a step that is shared: a branch in the loop cost 3 % with many requests.
        %step_end = scf.if %all_columns -> (i32) {
        ${end}
${include decode_e4m3_loop}
        // What the results need, read and computed only now: no register holds it during the steps.
${include decode_rows}${include decode_e4m3_sums_store l=l_end w=w_end n=n_end}${include decode_e4m3_sums_load}${include decode_e4m3_results}        ${when halves=1}
          scf.yield %steps_done : i32
        } else {
${include decode_e4m3_half_columns}          %step_shared = arith.addi %item_step, %c1 : i32
          scf.yield %step_shared : i32
        }
        ${end}
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        ${when halves=0}
        mla_gpu.yield %item_next, %steps_done : i32, i32
        ${end}
        ${when halves=1}
        mla_gpu.yield %item_next, %step_end : i32, i32
        ${end}
      }
      ${when own_scales=0}
${include decode_sharing_records at_begin=read_begin at_end=read_end}${include decode_end half=${half} shares=read rows=late q_type=q_16}      ${end}
      ${when own_scales=1}
${include decode_end half=${half} shares=late rows=late q_type=q_16}      ${end}
    }
