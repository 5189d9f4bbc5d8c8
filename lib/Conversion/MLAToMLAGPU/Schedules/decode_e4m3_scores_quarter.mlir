          // e4m3 products of quarter ${g} of the latent columns; decode_e4m3_scores_e4m3_quarters.mlir includes it.
          ${when queries=split}
          %a${g}_0 = mla_gpu.wgmma %q_rest_${g}, %k_${g} transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          %a${g} = mla_gpu.wgmma %q_first_${g}, %k_${g} transpose_b plus %a${g}_0 : !latent_quarter, !latent_quarter plus !s_pending -> !s_pending
          ${end}
          ${when queries=given}
          %a${g} = mla_gpu.wgmma %q_first_${g}, %k_${g} transpose_b : !latent_quarter, !latent_quarter -> !s_pending
          ${end}
