          // P times the scales of group ${group}, quantised, and the sums of both; decode_e4m3_weights_grouped.mlir includes it.
          %scales_again_${group} = mla_gpu.smem.load_columns %stat_scale${own}_${group} : !stat -> !columns
          %w_sum_${group} = mla_gpu.row.sum %p by %scales_again_${group} : !s, !columns -> !sum
          %pw_${group} = mla_gpu.column.scale %p by %scales_again_${group} : !s, !columns
          %p_8_${group} = mla_gpu.quantize %pw_${group} : !s -> !s_8
          %n_sum_${group} = mla_gpu.row.sum %p_8_${group} : !s_8 -> !sum
