          ${when scales=group}
          %ratio_${pair}${block}_f32 = mla_gpu.smem.load_columns %ratios${block}_${group} paired : !stat -> !columns
          %ratio_${pair}${block} = mla_gpu.column.round %ratio_${pair}${block}_f32 : !columns -> !columns_16
          ${end}
