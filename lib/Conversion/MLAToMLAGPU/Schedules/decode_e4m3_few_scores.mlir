          // Sᵀ = K·Qᵀ of block ${own}: each quarter of the latent columns has an accumulator, and the RoPE columns have one, which f32 adds. Scales of
          // tokens are of rows. decode_e4m3_few_loop.mlir includes it.
${include decode_e4m3_few_quarter g=0 next=1}${include decode_e4m3_few_quarter g=1 next=2}${include decode_e4m3_few_quarter g=2 next=3}${include decode_e4m3_few_quarter g=3 next=4}          ${when own_scales=1}
          %step_parity = arith.andi %step, %c1 : i32
          mla_gpu.mbar.wait %rope_full${own} parity(%step_parity)
          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_tile transpose_b : !rope, !rope -> !st_pending
          ${end}
          ${when own_scales=0}
${include decode_e4m3_few_rope}          ${end}
          mla_gpu.wgmma.commit
          ${when own_scales=1}
          mla_gpu.mbar.wait %scales_full${own} parity(%step_parity)
          %log_rows = mla_gpu.smem.load_rows %stat_log${own} : !stat -> !rowf
          %inverse_rows = mla_gpu.smem.load_rows %stat_inverse${own} : !stat -> !rowf
          ${end}
          ${when scales=group}
          %scale_0 = mla_gpu.smem.load_rows %stat_scale${own}_0 : !stat -> !rowf
          %scale_1 = mla_gpu.smem.load_rows %stat_scale${own}_1 : !stat -> !rowf
          %scale_2 = mla_gpu.smem.load_rows %stat_scale${own}_2 : !stat -> !rowf
          %scale_3 = mla_gpu.smem.load_rows %stat_scale${own}_3 : !stat -> !rowf
          ${end}
          ${when scales=token}
          %scale_0 = mla_gpu.smem.load_rows %stat_scale${own} : !stat -> !rowf
          ${end}
          %g0, %g1, %g2, %g3, %g4 = mla_gpu.wgmma.wait pending(0) %a0, %a1, %a2, %a3, %a4
              : !st_pending, !st_pending, !st_pending, !st_pending, !st_pending -> !st, !st, !st, !st, !st
          ${when rope_until=scores}
          mla_gpu.mbar.arrive %rope_free${own}
          ${end}
          ${when scales=group}
          %s0 = mla_gpu.row.scale %g0 by %scale_0 : !st, !rowf -> !st
          %s1 = mla_gpu.row.scale %g1 by %scale_1 : !st, !rowf -> !st
          %s2 = mla_gpu.row.scale %g2 by %scale_2 : !st, !rowf -> !st
          %s3 = mla_gpu.row.scale %g3 by %scale_3 : !st, !rowf -> !st
${include decode_e4m3_few_sum terms=s sum=s_latent}          ${end}
          ${when scales=tensor}
${include decode_e4m3_few_sum terms=g sum=s_latent}          ${end}
          ${when scales=token}
${include decode_e4m3_few_sum terms=g sum=s_units}          %s_latent = mla_gpu.row.scale %s_units by %scale_0 : !st, !rowf -> !st
          ${end}
          %s = arith.addf %s_latent, %g4 : !st
