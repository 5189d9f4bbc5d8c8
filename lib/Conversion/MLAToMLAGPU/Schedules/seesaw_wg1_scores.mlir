        // The scores of K1 of an item's first step, in %s_first; see seesaw_wg0_scores.mlir. The right tiles come first, for they are freed and
        // refilled first.
        ${when convert=1}
        %q_rope_given = mla_gpu.smem.load_tile %q_p_given : !tile_given -> !s
        %q_rope_16 = mla_gpu.to_a_operand %q_rope_given : !s -> !p
${include seesaw_convert wg=wg1 half=r}        mla_gpu.smem.store_tile %q_rope_16, %q_p : !p, !tile
        mla_gpu.fence.async
        mla_gpu.nbar.sync %q_converted
        ${end}
        // While the first keys come.
        %o_zero = mla_gpu.zero : !o
        %first_parity = arith.andi %item_step, %c1 : i32
        %s_first = scf.if %${has_k1} -> (!s) {
          mla_gpu.mbar.wait %k1_full_c parity(%first_parity)
          %s_c = mla_gpu.wgmma %q_c, %k1_c transpose_b : !quarter, !quarter -> !s_pending
          mla_gpu.mbar.wait %k1_full_d parity(%first_parity)
          %s_d = mla_gpu.wgmma %q_d, %k1_d transpose_b plus %s_c : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k1_full_a parity(%first_parity)
          %s_a = mla_gpu.wgmma %q_a, %k1_a transpose_b plus %s_d : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k1_full_b parity(%first_parity)
          %s_b = mla_gpu.wgmma %q_b, %k1_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
          %s_p = mla_gpu.wgmma %q_p, %p1 transpose_b plus %s_b : !tile, !tile plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %s_done = mla_gpu.wgmma.wait pending(0) %s_p : !s_pending -> !s
          scf.yield %s_done : !s
        } else {
          scf.yield %s_zero : !s
        }
