          // S = Q·Kᵀ of block ${own}, in two chains: the left half of the latent columns, and the right half with RoPE.
          %k_0 = mla_gpu.smem.view %k${own} tiles(0 to 1) : !latent -> !latent_quarter
          %k_1 = mla_gpu.smem.view %k${own} tiles(1 to 2) : !latent -> !latent_quarter
          %k_2 = mla_gpu.smem.view %k${own} tiles(2 to 3) : !latent -> !latent_quarter
          %k_3 = mla_gpu.smem.view %k${own} tiles(3 to 4) : !latent -> !latent_quarter
          %a0 = mla_gpu.wgmma %q_first_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %b0 = mla_gpu.wgmma %q_first_2, %k_2 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %a1 = mla_gpu.wgmma %q_first_1, %k_1 transpose_b plus %a0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b1 = mla_gpu.wgmma %q_first_3, %k_3 transpose_b plus %b0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b2 = mla_gpu.wgmma %q_rope_first, %rope${own} transpose_b plus %b1 : !rope, !rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %sa, %sb = mla_gpu.wgmma.wait pending(0) %a1, %b2 : !s_pending, !s_pending -> !s, !s
          %s = arith.addf %sa, %sb : !s
