          // V of tile ${tile} of block ${block} as f16, by what part of its token's largest scale its columns' group has; decode_e4m3_begin_f16.mlir and
          // decode_e4m3_product_f16.mlir include it.
          ${when ratios=1}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} by %ratio_${pair}${block} : !v by !columns_16 -> !v_16
          ${end}
          ${when ratios=0}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} : !v -> !v_16
          ${end}
