          // What part of a token's largest scale group ${group} has, for block ${block}, as factors of f16; decode_e4m3_begin_f16.mlir and
          // decode_e4m3_values_f16.mlir include it.
          ${when ratios=1}
          %ratio_${pair}${block} = mla_gpu.smem.load_columns %ratios${block}_${group} paired : !stat_16 -> !columns_16
          ${end}
