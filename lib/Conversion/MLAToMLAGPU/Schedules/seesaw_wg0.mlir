        // Warp group 0's part of one item behind its first scores (seesaw_wg0_scores.mlir), of the steps %first to %last of its request or
        // sequence, and the block that seesaw_pairs.mlir leaves over: O, not yet divided, in %o_end, the sum of its own weights in %l_end. Row r
        // sees the tokens before %border[r], all rows those before %least_border. seesaw_sum.mlir goes on.
        %o_end${pairs}, %s_end${pairs}, %l_end${pairs}, %m_end${pairs}, %step_end${pairs}${limit_end} = scf.for %i = %first to %last step %c1
            iter_args(%o_prev = %o_zero, %s_raw = %s_first, %l = %l_zero, %m = %m_lowest, %step = %item_step${limit_begin})
            -> (!o, !s, !sum, !rowf, i32${limit_type}) : i32 {
          %has_next = arith.cmpi ne, %i, %last_step0 : i32
          // Mask, maximum, probabilities.
          %token = arith.muli %i, %c128 : i32
${include seesaw_lag m=m}${include seesaw_wg0_block}          // O_l += P1·V1_l. With P1 comes the maximum, which wg1 may have raised again.
          mla_gpu.nbar.sync %p1_ready
          %m1 = mla_gpu.smem.load_rows %stat_m1 : !stat -> !rowf
          %shrink1_log2 = arith.subf %m0, %m1 : !rowf
          %shrink1 = math.exp2 %shrink1_log2 : !rowf
          %l_next = mla_gpu.row.scale %l_p by %shrink1 : !sum, !rowf -> !sum
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o, !rowf -> !o
          %o_v1 = mla_gpu.wgmma %p1, %v1_l plus %o_scaled1 : !tile, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
${include seesaw_limit}          // S0 of the next step. The product above retires while the first quarter is multiplied, and frees its part of k1.
          %step_next = arith.addi %step, %c1 : i32
          %next_parity = arith.andi %step_next, %c1 : i32
          %o_next, %s_next = scf.if %has_next -> (!o, !s) {
            mla_gpu.mbar.wait %k0_full_a parity(%next_parity)
            %s_a = mla_gpu.wgmma %q_a, %k0_a transpose_b : !quarter, !quarter -> !s_pending
            mla_gpu.wgmma.commit
            %o_done = mla_gpu.wgmma.wait pending(1) %o_v1 : !o_pending -> !o
            mla_gpu.mbar.arrive %k1_left_free
            mla_gpu.mbar.wait %k0_full_b parity(%next_parity)
            %s_b = mla_gpu.wgmma %q_b, %k0_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k0_full_c parity(%next_parity)
            %s_c = mla_gpu.wgmma %q_c, %k0_c transpose_b plus %s_b : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k0_full_d parity(%next_parity)
            %s_d = mla_gpu.wgmma %q_dp, %k0_dp transpose_b plus %s_c : !quarter_rope, !quarter_rope plus !s_pending -> !s_pending
            mla_gpu.wgmma.commit
            %s_done = mla_gpu.wgmma.wait pending(0) %s_d : !s_pending -> !s
            scf.yield %o_done, %s_done : !o, !s
          } else {
            %o_done = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_pending -> !o
            mla_gpu.mbar.arrive %k1_left_free
            scf.yield %o_done, %s_zero : !o, !s
          }
          scf.yield %o_next, %s_next, %l_next, %m1, %step_next${limit_next} : !o, !s, !sum, !rowf, i32${limit_type}
        }
        ${when halves=1}
        // A block that is left over: there is no K1, and its buffer is free.
        %o_end, %s_end, %l_end, %m_end, %step_end_blocks = scf.for %block = %pairs_end to %last_block step %c1
            iter_args(%o_prev = %o_end_pairs, %s_raw = %s_end_pairs, %l = %l_end_pairs, %m = %m_end_pairs, %step = %step_end_pairs)
            -> (!o, !s, !sum, !rowf, i32) : i32 {
          %token = arith.muli %block, %c64 : i32
${include seesaw_wg0_block lag=exact}          mla_gpu.mbar.arrive %k1_left_free
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %o_v0_done, %s_zero, %l_p, %m0, %step_next : !o, !s, !sum, !rowf, i32
        }
        ${end}
