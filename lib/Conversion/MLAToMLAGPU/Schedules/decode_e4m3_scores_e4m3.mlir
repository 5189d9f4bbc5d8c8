          // S = Q·Kᵀ of block ${own}. The second term of Q comes first: what an accumulator cuts off grows with its value.
          %s_0 = mla_gpu.wgmma %q_rest, %k${own} transpose_b : !latent, !latent -> !s_pending
          %s_1 = mla_gpu.wgmma %q_rope_rest, %rope${own} transpose_b plus %s_0 : !rope, !rope plus !s_pending -> !s_pending
          %s_2 = mla_gpu.wgmma %q_first, %k${own} transpose_b plus %s_1 : !latent, !latent plus !s_pending -> !s_pending
          %s_3 = mla_gpu.wgmma %q_rope_first, %rope${own} transpose_b plus %s_2 : !rope, !rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %s = mla_gpu.wgmma.wait pending(0) %s_3 : !s_pending -> !s
