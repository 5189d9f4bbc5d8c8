          // S = Q·Kᵀ of block ${own}. The products of the two terms of Q go to accumulators of their own, so that the smaller ones are not
          // cut off by the larger, and the tensor cores have a second chain.
          %k_0 = mla_gpu.smem.view %k${own} tiles(0 to 1) : !latent -> !latent_quarter
          %k_1 = mla_gpu.smem.view %k${own} tiles(1 to 2) : !latent -> !latent_quarter
          %k_2 = mla_gpu.smem.view %k${own} tiles(2 to 3) : !latent -> !latent_quarter
          %k_3 = mla_gpu.smem.view %k${own} tiles(3 to 4) : !latent -> !latent_quarter
          %a0 = mla_gpu.wgmma %q_rest_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %b0 = mla_gpu.wgmma %q_first_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %a1 = mla_gpu.wgmma %q_rest_1, %k_1 transpose_b plus %a0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b1 = mla_gpu.wgmma %q_first_1, %k_1 transpose_b plus %b0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a2 = mla_gpu.wgmma %q_rest_2, %k_2 transpose_b plus %a1 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b2 = mla_gpu.wgmma %q_first_2, %k_2 transpose_b plus %b1 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a3 = mla_gpu.wgmma %q_rest_3, %k_3 transpose_b plus %a2 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %b3 = mla_gpu.wgmma %q_first_3, %k_3 transpose_b plus %b2 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          %a4 = mla_gpu.wgmma %q_rope_rest, %rope${own} transpose_b plus %a3 : !rope, !rope plus !s_pending -> !s_pending
          %b4 = mla_gpu.wgmma %q_rope_first, %rope${own} transpose_b plus %b3 : !rope, !rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %sa, %sb = mla_gpu.wgmma.wait pending(0) %a4, %b4 : !s_pending, !s_pending -> !s, !s
          %s = arith.addf %sa, %sb : !s
