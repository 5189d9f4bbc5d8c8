          // e4m3 products of quarter ${g} of the latent columns, the second term of Q first; decode_e4m3_few_scores.mlir includes it.
          %k_${g} = mla_gpu.smem.view %k${own} tiles(${g} to ${next}) : !latent -> !latent_quarter
          ${when queries=split}
          %a${g}_0 = mla_gpu.wgmma %k_${g}, %q_rest_${g} transpose_b : !latent_quarter, !latent_quarter -> !st_pending
          %a${g} = mla_gpu.wgmma %k_${g}, %q_first_${g} transpose_b plus %a${g}_0 : !latent_quarter, !latent_quarter plus !st_pending -> !st_pending
          ${end}
          ${when queries=given}
          %a${g} = mla_gpu.wgmma %k_${g}, %q_first_${g} transpose_b : !latent_quarter, !latent_quarter -> !st_pending
          ${end}
