      // Warp group ${wg} of prefill_mha.
      %o_zero = arith.constant dense<0.0> : !o
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %items_end, %steps_end = scf.while (%item = %c0, %step = %c0) : (i32, i32) -> (i32, i32) {
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q${wg}_full parity(%item_parity)
        %more = mla_gpu.smem.load %item${wg}[0] : !item -> i32
        %has_item = arith.cmpi ne, %more, %c0 : i32
        scf.condition(%has_item) %item, %step : i32, i32
      } do {
      ^body(%item: i32, %${item_step}: i32):
        %${item_blocks} = mla_gpu.smem.load %item${wg}[0] : !item -> i32
        %head = mla_gpu.smem.load %item${wg}[1] : !item -> i32
        %q_row = mla_gpu.smem.load %item${wg}[2] : !item -> i32
        %rows = mla_gpu.smem.load %item${wg}[3] : !item -> i32
        %tokens = mla_gpu.smem.load %item${wg}[4] : !item -> i32
        %sees = mla_gpu.smem.load %item${wg}[5] : !item -> i32
        // All have read before one thread says that the item may be overwritten.
        mla_gpu.nbar.sync %wg${wg}_read
        // How many tokens each row sees. Rows past the end may see too many; nobody stores them.
${when causal=1}        %sees_row = mla_gpu.splat %sees : i32 -> !rowi
        %row = mla_gpu.row.index : !rowi
        %border = arith.addi %sees_row, %row : !rowi
${end}${when causal=0}        %border = mla_gpu.splat %sees : i32 -> !rowi
${end}${when cluster=2}        // The strip may end before the item does: what it does not see of the item's last blocks is not for it. Of a strip
        // past the end nothing is stored, so one block will do.
        %block_minus_1 = arith.constant ${block_minus_1} : i32
        %c64 = arith.constant 64 : i32
        %exists = arith.cmpi sgt, %rows, %c0 : i32
${end}${when strips=causal}        %strip_rows = arith.minsi %rows, %c64 : i32
        %sees_after = arith.addi %sees, %strip_rows : i32
        %sees_last = arith.subi %sees_after, %c1 : i32
        %sees_one = arith.maxsi %sees_last, %c1 : i32
        %sees_up = arith.addi %sees_one, %block_minus_1 : i32
        %own_blocks = arith.divui %sees_up, %c_block : i32
${end}${when strips=all}        %own_blocks = arith.addi %item_blocks, %c0 : i32
${end}${when cluster=2}        %strip_blocks = arith.select %exists, %own_blocks, %c1 : i32
        %skipped = arith.subi %item_blocks, %strip_blocks : i32
        scf.for %i = %c0 to %skipped step %c1 : i32 {
          %step_now = arith.addi %item_step, %i : i32
          %stage = arith.andi %step_now, %c1 : i32
          %second = arith.cmpi ne, %stage, %c0 : i32
          %round = arith.shrui %step_now, %c1 : i32
          %parity = arith.andi %round, %c1 : i32
          %k_now_full = arith.select %second, %k1_full, %k0_full : !mla_gpu.mbar
          %k_now_free = arith.select %second, %k1_free, %k0_free : !mla_gpu.mbar
          %v_now_full = arith.select %second, %v1_full, %v0_full : !mla_gpu.mbar
          %v_now_free = arith.select %second, %v1_free, %v0_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %k_now_full parity(%parity)
          mla_gpu.mbar.arrive %k_now_free multicast
          mla_gpu.mbar.wait %v_now_full parity(%parity)
          mla_gpu.mbar.arrive %v_now_free multicast
        }
        %step = arith.addi %item_step, %skipped : i32
        %blocks = arith.addi %strip_blocks, %c0 : i32
${end}        %last_block = arith.subi %blocks, %c1 : i32
        %last_token = arith.muli %last_block, %c_block : i32
        // The first block always has a mask, for keys past the sequence's end. With the causal mask so have the others that end
        // past what the first row sees.
${when causal=1}        %sees_some = arith.maxsi %sees, %c0 : i32
        %whole = arith.divui %sees_some, %c_block : i32
        %masked_raw = arith.subi %blocks, %whole : i32
        %masked = arith.maxsi %masked_raw, %c1 : i32
${end}
        // The first block.
        %k_stage = arith.andi %step, %c1 : i32
        %k_second = arith.cmpi ne, %k_stage, %c0 : i32
        %k_round = arith.shrui %step, %c1 : i32
        %k_parity = arith.andi %k_round, %c1 : i32
        %k = arith.select %k_second, %k1, %k0 : !k
        %k_full = arith.select %k_second, %k1_full, %k0_full : !mla_gpu.mbar
        %k_free = arith.select %k_second, %k1_free, %k0_free : !mla_gpu.mbar
        mla_gpu.mbar.wait %k_full parity(%k_parity)
        %s_first_pending = mla_gpu.wgmma %q${wg}, %k transpose_b : !q, !k -> !s_pending
        mla_gpu.wgmma.commit
        %s_first_raw = mla_gpu.wgmma.wait pending(0) %s_first_pending : !s_pending -> !s
        mla_gpu.mbar.arrive %k_free${multicast}
        %s_first = mla_gpu.mask %s_first_raw from %last_token border %border if %true : !s, !rowi -> !s
        %s_first_max = mla_gpu.row.max %s_first : !s -> !rowf
        %first_candidate = arith.mulf %s_first_max, %scale_row : !rowf
        %m_first = mla_gpu.row.raise_max %m_lowest, %first_candidate by %threshold : !rowf
        %p_first_f32 = mla_gpu.exp2_fma %s_first times %scale minus %m_first : !s, !rowf -> !s
        %l_first = mla_gpu.row.sum %p_first_f32 : !s -> !sum
        %p_first = mla_gpu.to_a_operand %p_first_f32 : !s -> !p

${when causal=1}        %o_masked, %p_masked, %l_masked, %m_masked = scf.for %i = %c1 to %masked step %c1
            iter_args(%o = %o_zero, %p = %p_first, %l = %l_first, %m = %m_first) -> (!o, !p, !sum, !rowf) : i32 {
${include prefill_block masked=1}        }
        %o_end, %p_end, %l_end, %m_end = scf.for %i = %masked to %blocks step %c1
            iter_args(%o = %o_masked, %p = %p_masked, %l = %l_masked, %m = %m_masked) -> (!o, !p, !sum, !rowf) : i32 {
${end}${when causal=0}        %o_end, %p_end, %l_end, %m_end = scf.for %i = %c1 to %blocks step %c1
            iter_args(%o = %o_zero, %p = %p_first, %l = %l_first, %m = %m_first) -> (!o, !p, !sum, !rowf) : i32 {
${end}${include prefill_block masked=0}        }
        mla_gpu.mbar.arrive %q${wg}_free

        // O += P·V of the last block.
        %step_next = arith.addi %step, %blocks : i32
        %step_last = arith.subi %step_next, %c1 : i32
        %v_stage = arith.andi %step_last, %c1 : i32
        %v_second = arith.cmpi ne, %v_stage, %c0 : i32
        %v_round = arith.shrui %step_last, %c1 : i32
        %v_parity = arith.andi %v_round, %c1 : i32
        %v = arith.select %v_second, %v1, %v0 : !v
        %v_full = arith.select %v_second, %v1_full, %v0_full : !mla_gpu.mbar
        %v_free = arith.select %v_second, %v1_free, %v0_free : !mla_gpu.mbar
        mla_gpu.mbar.wait %v_full parity(%v_parity)
        %o_pending = mla_gpu.wgmma %p_end, %v plus %o_end : !p, !v plus !o -> !o_pending
        mla_gpu.wgmma.commit
        %l_total = mla_gpu.row.reduce %l_end : !sum -> !rowf
        %zero_row = arith.constant dense<0.0> : !rowf
        %one_row = arith.constant dense<1.0> : !rowf
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        %norm = arith.select %l_is_zero, %zero_row, %l_inverse : !rowb, !rowf
        // In natural logarithms; −∞ where nothing was seen.
        %l_log2 = math.log2 %l_total : !rowf
        %lse_log2 = arith.addf %m_end, %l_log2 : !rowf
        %ln2 = arith.constant dense<0.693147182> : !rowf
        %lse_row = arith.mulf %lse_log2, %ln2 : !rowf
        %q_row64 = arith.extsi %q_row : i32 to i64
        %head64 = arith.extsi %head : i32 to i64
        %total_q64 = arith.extsi %total_q : i32 to i64
        %lse_head = arith.muli %head64, %total_q64 : i64
        %lse_at = arith.addi %lse_head, %q_row64 : i64
        mla_gpu.global.store_rows %lse_row, %lse[%lse_at] valid %rows : !rowf, !mla_gpu.ptr<f32>
        %row_elements = arith.constant ${out_stride} : i64
        %head_elements = arith.constant ${out_head} : i64
        %out_row = arith.muli %q_row64, %row_elements : i64
        %out_head = arith.muli %head64, %head_elements : i64
        %out_at = arith.addi %out_row, %out_head : i64
        %o_done = mla_gpu.wgmma.wait pending(0) %o_pending : !o_pending -> !o
        mla_gpu.mbar.arrive %v_free${multicast}
        %o_norm = mla_gpu.row.scale %o_done by %norm : !o, !rowf -> !o
        mla_gpu.global.store_tile %o_norm, %out[%out_at] row_stride ${out_stride} valid %rows : !o, !mla_gpu.ptr<!element>
        %item_next = arith.addi %item, %c1 : i32
        scf.yield %item_next, %step_next : i32, i32
      }
