          // S = Q·Kᵀ of block ${own}: e4m3 products of each quarter of the latent columns, the second term of Q first if it has one, whose sum is multiplied by
          // the token's scale, for the quarter where it is a group, and added in f32; last 16-bit products of the RoPE columns, beside those of the last group.
          %step_parity = arith.andi %step, %c1 : i32
          %k_0 = mla_gpu.smem.view %k${own} tiles(0 to 1) : !latent -> !latent_quarter
          %k_1 = mla_gpu.smem.view %k${own} tiles(1 to 2) : !latent -> !latent_quarter
          %k_2 = mla_gpu.smem.view %k${own} tiles(2 to 3) : !latent -> !latent_quarter
          %k_3 = mla_gpu.smem.view %k${own} tiles(3 to 4) : !latent -> !latent_quarter
${include decode_e4m3_scores_quarter g=0}          mla_gpu.wgmma.commit
          mla_gpu.mbar.wait %scales_full${own} parity(%step_parity)
          // Ahead of the wait; for the other quarters registers do not suffice.
          %columns_0 = mla_gpu.smem.load_columns %stat_scale${own}${of_quarter_0} paired : !stat -> !columns
          %g0 = mla_gpu.wgmma.wait pending(0) %a0 : !s_pending -> !s
          %s_0 = mla_gpu.column.scale %g0 by %columns_0 : !s, !columns
${include decode_e4m3_scores_quarter g=1}          mla_gpu.wgmma.commit
          %g1 = mla_gpu.wgmma.wait pending(0) %a1 : !s_pending -> !s
          %columns_1 = mla_gpu.smem.load_columns %stat_scale${own}${of_quarter_1} paired : !stat -> !columns
          %s_1 = mla_gpu.column.fma %g1 times %columns_1 plus %s_0 : !s, !columns
${include decode_e4m3_scores_quarter g=2}          mla_gpu.wgmma.commit
          %g2 = mla_gpu.wgmma.wait pending(0) %a2 : !s_pending -> !s
          %columns_2 = mla_gpu.smem.load_columns %stat_scale${own}${of_quarter_2} paired : !stat -> !columns
          %s_2 = mla_gpu.column.fma %g2 times %columns_2 plus %s_1 : !s, !columns
${include decode_e4m3_scores_quarter g=3}          mla_gpu.mbar.wait %rope_full${own} parity(%step_parity)
          %a4 = mla_gpu.wgmma %q_rope_tile, %rope${own} transpose_b plus %s_2 : !rope, !rope plus !s -> !s_pending
          mla_gpu.wgmma.commit
          %g3, %g4 = mla_gpu.wgmma.wait pending(0) %a3, %a4 : !s_pending, !s_pending -> !s, !s
          %columns_3 = mla_gpu.smem.load_columns %stat_scale${own}${of_quarter_3} paired : !stat -> !columns
          ${when rope_until=scores}
          mla_gpu.mbar.arrive %rope_free${own}
          ${end}
          %s = mla_gpu.column.fma %g3 times %columns_3 plus %g4 : !s, !columns
