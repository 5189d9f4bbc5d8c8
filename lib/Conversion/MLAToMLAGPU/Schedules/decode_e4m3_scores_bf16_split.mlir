          // S = Q·Kᵀ of block ${own}, each quarter of the columns and RoPE summed apart, in f32. The second term of Q comes first: what
          // an accumulator cuts off grows with its value.
          %k_0 = mla_gpu.smem.view %k${own} tiles(0 to 1) : !latent -> !latent_quarter
          %g0_0 = mla_gpu.wgmma %q_rest_0, %k_0 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %g0_1 = mla_gpu.wgmma %q_first_0, %k_0 transpose_b plus %g0_0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %g0 = mla_gpu.wgmma.wait pending(0) %g0_1 : !s_pending -> !s
          %k_1 = mla_gpu.smem.view %k${own} tiles(1 to 2) : !latent -> !latent_quarter
          %g1_0 = mla_gpu.wgmma %q_rest_1, %k_1 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %g1_1 = mla_gpu.wgmma %q_first_1, %k_1 transpose_b plus %g1_0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %g1 = mla_gpu.wgmma.wait pending(0) %g1_1 : !s_pending -> !s
          %sum_1 = arith.addf %g0, %g1 : !s
          %s_1 = mla_gpu.materialize %sum_1 : !s
          %k_2 = mla_gpu.smem.view %k${own} tiles(2 to 3) : !latent -> !latent_quarter
          %g2_0 = mla_gpu.wgmma %q_rest_2, %k_2 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %g2_1 = mla_gpu.wgmma %q_first_2, %k_2 transpose_b plus %g2_0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %g2 = mla_gpu.wgmma.wait pending(0) %g2_1 : !s_pending -> !s
          %sum_2 = arith.addf %s_1, %g2 : !s
          %s_2 = mla_gpu.materialize %sum_2 : !s
          %k_3 = mla_gpu.smem.view %k${own} tiles(3 to 4) : !latent -> !latent_quarter
          %g3_0 = mla_gpu.wgmma %q_rest_3, %k_3 transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %g3_1 = mla_gpu.wgmma %q_first_3, %k_3 transpose_b plus %g3_0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %g3 = mla_gpu.wgmma.wait pending(0) %g3_1 : !s_pending -> !s
          %sum_3 = arith.addf %s_2, %g3 : !s
          %s_3 = mla_gpu.materialize %sum_3 : !s
          %r_0 = mla_gpu.wgmma %q_rope_rest, %rope${own} transpose_b : !rope, !rope -> !s_pending
          %r_1 = mla_gpu.wgmma %q_rope_first, %rope${own} transpose_b plus %r_0 : !rope, !rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %r = mla_gpu.wgmma.wait pending(0) %r_1 : !s_pending -> !s
          %s = arith.addf %s_3, %r : !s
