        // Warp group 1's part of one item; see seesaw_wg0.mlir.
        %o_end${pairs}, %s_end${pairs}, %l_end${pairs}, %m_end${pairs}, %step_end${pairs}${limit_end} = scf.for %i = %first to %last step %c1
            iter_args(%o_prev = %o_zero, %s_raw = %s_first, %l = %l_zero, %m = %m_lowest, %step = %item_step${limit_begin})
            -> (!o, !s, !sum, !rowf, i32${limit_type}) : i32 {
          %has_next = arith.cmpi ne, %i, %last_step : i32
          // Mask and maximum, on top of wg0's.
          %token0 = arith.muli %i, %c128 : i32
          %token = arith.addi %token0, %c64 : i32
${include seesaw_candidate scores=s_raw}${include seesaw_wg1_block}${include seesaw_lag m=m0}${include seesaw_wg1_weights}          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %l_scaled0 = mla_gpu.row.scale %l by %shrink0 : !sum, !rowf -> !sum
          %l_scaled1 = mla_gpu.row.scale %l_scaled0 by %shrink1 : !sum, !rowf -> !sum
          %l_next = arith.addf %l_scaled1, %p_sum : !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_pending -> !o
          mla_gpu.mbar.arrive %k0_right_free
          // O_r += P1·V1_r.
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o, !rowf -> !o
          %o_v1 = mla_gpu.wgmma %p_16, %v1_r plus %o_scaled1 : !p, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          // Only now is P1 for wg0, whose product with it would go ahead of this one else: what comes next in wg1, the scores of a K1 that is still to
          // be copied over this one, is what the step waits for.
          mla_gpu.nbar.arrive %p1_ready
${include seesaw_limit}          %o_next = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_pending -> !o
          mla_gpu.mbar.arrive %k1_right_free
          // S1 of the next step. While k1 is refilled, the tensor cores work on wg0's S0.
          %step_next = arith.addi %step, %c1 : i32
          %next_parity = arith.andi %step_next, %c1 : i32
          %s_next = scf.if %has_next -> (!s) {
            mla_gpu.mbar.wait %k1_full_c parity(%next_parity)
            %s_c = mla_gpu.wgmma %q_c, %k1_c transpose_b : !quarter, !quarter -> !s_pending
            mla_gpu.mbar.wait %k1_full_d parity(%next_parity)
            %s_d = mla_gpu.wgmma %q_d, %k1_d transpose_b plus %s_c : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k1_full_a parity(%next_parity)
            %s_a = mla_gpu.wgmma %q_a, %k1_a transpose_b plus %s_d : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k1_full_b parity(%next_parity)
            %s_b = mla_gpu.wgmma %q_b, %k1_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
            %s_p = mla_gpu.wgmma %q_p, %p1 transpose_b plus %s_b : !tile, !tile plus !s_pending -> !s_pending
            mla_gpu.wgmma.commit
            %s_done = mla_gpu.wgmma.wait pending(0) %s_p : !s_pending -> !s
            scf.yield %s_done : !s
          } else {
            scf.yield %s_zero : !s
          }
          scf.yield %o_next, %s_next, %l_next, %m1, %step_next${limit_next} : !o, !s, !sum, !rowf, i32${limit_type}
        }
        ${when halves=1}
        // A block that is left over.
        %o_end, %s_end, %l_end, %m_end, %step_end_blocks = scf.for %block = %pairs_end to %last_block step %c1
            iter_args(%o_prev = %o_end_pairs, %s = %s_end_pairs, %l = %l_end_pairs, %m = %m_end_pairs, %step = %step_end_pairs)
            -> (!o, !s, !sum, !rowf, i32) : i32 {
${include seesaw_wg1_block}          %l_next = mla_gpu.row.scale %l by %shrink0 : !sum, !rowf -> !sum
          %o_next = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_pending -> !o
          mla_gpu.mbar.arrive %k0_right_free
          mla_gpu.mbar.arrive %k1_right_free
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %o_next, %s, %l_next, %m0, %step_next : !o, !s, !sum, !rowf, i32
        }
        ${end}
