          // Oᵀ = Oᵀ · shrink + Vᵀ·Pᵀ, 64 columns at a time. The factors stay in registers, which leaves none for the next tile of V
          // beside a product: to read them anew for each tile keeps the shared-memory port longer than that tile waits.
          %shrink_columns = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
          %v00 = mla_gpu.smem.load_transposed %k0 from ${column0} : !latent -> !v
${include decode_e4m3_product tile=0 k1=k1 k_type=latent from=${column0}}          mla_gpu.wgmma.commit
${include decode_e4m3_sum tile=0}          %v10 = mla_gpu.smem.load_transposed %k0 from ${column1} : !latent -> !v
${include decode_e4m3_product tile=1 k1=k1 k_type=latent from=${column1}}          mla_gpu.wgmma.commit
${include decode_e4m3_sum tile=1}          %v20 = mla_gpu.smem.load_transposed %k0 from ${column2} : !latent -> !v
${include decode_e4m3_product tile=2 k1=k1 k_type=latent from=${column2}}          mla_gpu.wgmma.commit
${include decode_e4m3_sum tile=2}          %v30 = mla_gpu.smem.load_transposed %k0 from ${column3} : !latent -> !v
${include decode_e4m3_product tile=3 k1=k1 k_type=latent from=${column3}}          mla_gpu.wgmma.commit
          // All warps have read V before one of them says so.
          mla_gpu.nbar.sync %${wg}_ready
${include decode_e4m3_sum tile=3}          mla_gpu.mbar.arrive %free
