      // Warp group ${wg} of prefill_absorbed.mlir, which has half of the columns of O.
      %s_zero = arith.constant dense<0.0> : !s
      %l_zero = arith.constant dense<0.0> : !sum
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %row = mla_gpu.row.index : !rowi
      %items_end, %steps_end = scf.while (%item = %c0, %item_step = %c0) : (i32, i32) -> (i32, i32) {
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
        %more = mla_gpu.smem.load %info[0] : !item -> i32
        %has_item = arith.cmpi sge, %more, %c0 : i32
        scf.condition(%has_item) %item, %item_step : i32, i32
      } do {
      ^body(%item: i32, %item_step: i32):
        %first = arith.constant 0 : i32
        %last = mla_gpu.smem.load %info[0] : !item -> i32
        %q_row = mla_gpu.smem.load %info[1] : !item -> i32
        %valid_rows = mla_gpu.smem.load %info[2] : !item -> i32
        %sees = mla_gpu.smem.load %info[4] : !item -> i32
        // How many tokens each row sees. Rows past the end may see too many; nobody stores them.
        ${when causal=1}
        %tile_row = mla_gpu.smem.load %info[3] : !item -> i32
        %heads = arith.constant ${heads} : i32
        %heads_row = arith.constant dense<${heads}> : !rowi
        %first_query = arith.divui %tile_row, %heads : i32
        %least_border = arith.addi %sees, %first_query : i32
        %tile_row_row = mla_gpu.splat %tile_row : i32 -> !rowi
        %row_in_sequence = arith.addi %row, %tile_row_row : !rowi
        %query = arith.divui %row_in_sequence, %heads_row : !rowi
        %sees_row = mla_gpu.splat %sees : i32 -> !rowi
        %border = arith.addi %sees_row, %query : !rowi
        ${end}
        ${when causal=0}
        %least_border = arith.addi %sees, %c0 : i32
        %border = mla_gpu.splat %sees : i32 -> !rowi
        ${end}
${include seesaw_pairs}        %nonempty = arith.cmpi slt, %first, %last : i32
${include seesaw_wg${wg}_scores}${include seesaw_wg${wg}}${include seesaw_sum own=${wg} other=${other_wg}}
        %q_row64 = arith.extsi %q_row : i32 to i64
        ${when wg=0}
        // In natural logarithms; −∞ where nothing was seen.
        %l_log2 = math.log2 %l_total : !rowf
        %lse_log2 = arith.addf %m_end, %l_log2 : !rowf
        %ln2 = arith.constant dense<0.693147180559945> : !rowf
        %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
        mla_gpu.global.store_rows %lse_value, %lse[%q_row64] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
        %half_column = arith.constant 0 : i32
        ${end}
        ${when wg=1}
        %half_column = arith.constant ${d_half} : i32
        ${end}
        %o_norm = mla_gpu.row.scale %o_end by %norm : !o, !rowf -> !o
${include prefill_absorbed_store_${whole_tiles}}
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        scf.yield %item_next, %step_end : i32, i32
      }
