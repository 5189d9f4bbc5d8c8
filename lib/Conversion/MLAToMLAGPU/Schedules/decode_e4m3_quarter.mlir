          // The warp group's quarter of the latent columns of block ${block}, in the half that the part has.
          %k${block}_left = mla_gpu.smem.view %k${block} tiles(${left_quarter} to ${left_quarter_end}) : !latent -> !latent_quarter
          %k${block}_right = mla_gpu.smem.view %k${block} tiles(${right_quarter} to ${right_quarter_end}) : !latent -> !latent_quarter
          %k${block}_quarter = arith.select %is_right, %k${block}_right, %k${block}_left : !latent_quarter
