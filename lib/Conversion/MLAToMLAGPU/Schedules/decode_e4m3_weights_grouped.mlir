          // P of block ${own}, once for each group of latent columns, times its scales, quantised; decode_e4m3_consumer.mlir includes it. Each
          // warp group has two groups of O: three tiles are stored now, and the other one's second, which replaces this one's first, later.
          // A lane of each quad has the sums of one group.
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %w_shrunk = mla_gpu.row.scale %w by %shrink : !quad, !rowf -> !quad
          %n_shrunk = mla_gpu.row.scale %n by %shrink : !quad, !rowf -> !quad
${include decode_e4m3_weights_group group=${near_a}}          mla_gpu.smem.store_tile %p_8_${near_a}, %p${own}_near : !s_8, !weights
${include decode_e4m3_weights_group group=${far_a}}          mla_gpu.smem.store_tile %p_8_${far_a}, %p${own}_far : !s_8, !weights
          %w_sums_a = mla_gpu.row.deal %w_sum_${near_a}, %w_sum_${far_a} to [${near_a}, ${far_a}] : !sum, !sum -> !quad
          %n_sums_a = mla_gpu.row.deal %n_sum_${near_a}, %n_sum_${far_a} to [${near_a}, ${far_a}] : !sum, !sum -> !quad
          %w_half = arith.addf %w_shrunk, %w_sums_a : !quad
          %n_half = arith.addf %n_shrunk, %n_sums_a : !quad
${include decode_e4m3_weights_group group=${near_b}}          mla_gpu.smem.store_tile %p_8_${near_b}, %p${own} : !s_8, !weights
${include decode_e4m3_weights_group group=${far_b}}          %w_sums_b = mla_gpu.row.deal %w_sum_${near_b}, %w_sum_${far_b} to [${near_b}, ${far_b}] : !sum, !sum -> !quad
          %n_sums_b = mla_gpu.row.deal %n_sum_${near_b}, %n_sum_${far_b} to [${near_b}, ${far_b}] : !sum, !sum -> !quad
          %w_next = arith.addf %w_half, %w_sums_b : !quad
          %n_next = arith.addf %n_half, %n_sums_b : !quad
