          // O takes up tile ${tile} while V of tile ${next} is on its way, whose product follows; decode_e4m3_values_e4m3.mlir includes it.
          %u${tile} = mla_gpu.wgmma.wait pending(0) %w${tile} : !o_pending -> !o
          %v${next}${own} = mla_gpu.smem.load_transposed %k${own} from ${column} : !latent -> !v
          %v${next}${other} = mla_gpu.smem.load_transposed %k${other} from ${column} : !latent -> !v
${include decode_e4m3_sum tile=${tile}}${include decode_e4m3_product_own tile=${next}}${include decode_e4m3_product_other tile=${next}}          mla_gpu.wgmma.commit
