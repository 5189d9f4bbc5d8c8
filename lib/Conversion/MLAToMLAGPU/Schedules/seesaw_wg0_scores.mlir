        // The scores of K0 of an item's first step, in %s_first; later ones are made at the end of the step before. Warp group 0's roles include it
        // in front of seesaw_wg0.mlir.
        ${when convert=1}
${include seesaw_convert wg=wg0 half=l}        mla_gpu.fence.async
        mla_gpu.nbar.sync %q_converted
        ${end}
        // While the first keys come.
        %o_zero = mla_gpu.zero : !o
        %first_parity = arith.andi %item_step, %c1 : i32
        %s_first = scf.if %nonempty -> (!s) {
          mla_gpu.mbar.wait %k0_full_a parity(%first_parity)
          %s_a = mla_gpu.wgmma %q_a, %k0_a transpose_b : !quarter, !quarter -> !s_pending
          mla_gpu.mbar.wait %k0_full_b parity(%first_parity)
          %s_b = mla_gpu.wgmma %q_b, %k0_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k0_full_c parity(%first_parity)
          %s_c = mla_gpu.wgmma %q_c, %k0_c transpose_b plus %s_b : !quarter, !quarter plus !s_pending -> !s_pending
          ${when rope=1}
          mla_gpu.nbar.sync %q_ready
          ${end}
          mla_gpu.mbar.wait %k0_full_d parity(%first_parity)
          %s_d = mla_gpu.wgmma %q_dp, %k0_dp transpose_b plus %s_c : !quarter_rope, !quarter_rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %s_done = mla_gpu.wgmma.wait pending(0) %s_d : !s_pending -> !s
          scf.yield %s_done : !s
        } else {
          ${when rope=1}
          mla_gpu.nbar.sync %q_ready
          ${end}
          scf.yield %s_zero : !s
        }
