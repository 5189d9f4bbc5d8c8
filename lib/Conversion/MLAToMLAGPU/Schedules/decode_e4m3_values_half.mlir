          // Where the part has half of the columns: a quarter in each warp group, which are two tiles.
          %shrink_columns = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
${include decode_e4m3_quarter block=0}${include decode_e4m3_quarter block=1}          %v00 = mla_gpu.smem.load_transposed %k0_quarter from 0 : !latent_quarter -> !v
${include decode_e4m3_product tile=0 k1=k1_quarter k_type=latent_quarter from=0}${include decode_e4m3_sum tile=0}          %v10 = mla_gpu.smem.load_transposed %k0_quarter from 64 : !latent_quarter -> !v
${include decode_e4m3_product tile=1 k1=k1_quarter k_type=latent_quarter from=64}          mla_gpu.nbar.sync %${wg}_ready
${include decode_e4m3_sum tile=1}          mla_gpu.mbar.arrive %free
