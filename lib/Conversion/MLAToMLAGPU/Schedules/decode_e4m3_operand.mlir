          // V of tile ${tile} of block ${block}, transposed, of f16, by what part of their token's largest scale its columns' group has.
          %v${tile}${block} = mla_gpu.smem.load_transposed %k${block} from ${column} : !latent -> !v
          ${when scales=group}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} by %ratio_${pair}${block} : !v by !columns_16 -> !v_16
          ${end}
          ${when scales=token}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} : !v -> !v_16
          ${end}
