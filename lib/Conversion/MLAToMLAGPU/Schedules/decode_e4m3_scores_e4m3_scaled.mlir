          // S = Q·Kᵀ of block ${own}: e4m3 products of the latent columns, the second term of Q first if it has one, in one accumulator, 16-bit
          // products of the RoPE columns in another. The sum of the former is to be multiplied by its token's scale.
          ${when scales_by=consumers}
${include decode_e4m3_scales_consumer}          ${end}
          %k_0 = mla_gpu.smem.view %k${own} tiles(0 to 1) : !latent -> !latent_quarter
          %k_1 = mla_gpu.smem.view %k${own} tiles(1 to 2) : !latent -> !latent_quarter
          %k_2 = mla_gpu.smem.view %k${own} tiles(2 to 3) : !latent -> !latent_quarter
          %k_3 = mla_gpu.smem.view %k${own} tiles(3 to 4) : !latent -> !latent_quarter
          ${when queries=split}
          %b0 = mla_gpu.wgmma %q_rest_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %b1 = mla_gpu.wgmma %q_rest_1, %k_1 transpose_b plus %b0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b2 = mla_gpu.wgmma %q_rest_2, %k_2 transpose_b plus %b1 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b3 = mla_gpu.wgmma %q_rest_3, %k_3 transpose_b plus %b2 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a0 = mla_gpu.wgmma %q_first_0, %k_0 transpose_b plus %b3 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          ${end}
          ${when queries=given}
          %a0 = mla_gpu.wgmma %q_first_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          ${end}
          %a1 = mla_gpu.wgmma %q_first_1, %k_1 transpose_b plus %a0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a2 = mla_gpu.wgmma %q_first_2, %k_2 transpose_b plus %a1 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a3 = mla_gpu.wgmma %q_first_3, %k_3 transpose_b plus %a2 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %rope_parity = arith.andi %step, %c1 : i32
          mla_gpu.mbar.wait %rope_full${own} parity(%rope_parity)
          %r0 = mla_gpu.wgmma %q_rope_tile, %rope${own} transpose_b : !rope, !rope -> !s_pending
          mla_gpu.wgmma.commit
          ${when scales_by=consumers}
          // Meanwhile the scales, their logarithms and their inverses become columns.
          %scales_raised = arith.maxnumf %scales, %scale_least : !rowf
          %scales_log = math.log2 %scales_raised : !rowf
          mla_gpu.smem.store_rows %scales, %stat_scale${own} paired : !rowf, !stat
          mla_gpu.smem.store_rows %scales_log, %stat_log${own} paired : !rowf, !stat
          %scales_inverse = arith.divf %one_row, %scales_raised : !rowf
          mla_gpu.smem.store_rows %scales_inverse, %stat_inverse${own} paired : !rowf, !stat
          mla_gpu.nbar.sync %${wg}_ready
          ${end}
          ${when scales_by=warps}
          mla_gpu.mbar.wait %scales_full${own} parity(%rope_parity)
          ${end}
          %latent_sum, %rope_sum = mla_gpu.wgmma.wait pending(0) %a3, %r0 : !s_pending, !s_pending -> !s, !s
          mla_gpu.mbar.arrive %rope_free${own}
          %scale_columns = mla_gpu.smem.load_columns %stat_scale${own} paired : !stat -> !columns
          %s = mla_gpu.column.fma %latent_sum times %scale_columns plus %rope_sum : !s, !columns
