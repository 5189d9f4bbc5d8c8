          // V of tile ${tile} of block ${block}, transposed; decode_e4m3_values_f16.mlir and decode_e4m3_begin_f16.mlir include it.
          %v${tile}${block} = mla_gpu.smem.load_transposed %k${block} from ${column} : !latent -> !v
