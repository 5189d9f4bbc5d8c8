          // A partial result of the warp group's half of the columns; decode_e4m3_results.mlir includes it.
          %partial = mla_gpu.smem.view %q_side tiles(0 to 4) : !q_16_half -> !partial_half
          %partial_0 = mla_gpu.smem.view %partial tiles(0 to 1) : !partial_half -> !partial_tile
          %partial_1 = mla_gpu.smem.view %partial tiles(1 to 2) : !partial_half -> !partial_tile
          %partial_2 = mla_gpu.smem.view %partial tiles(2 to 3) : !partial_half -> !partial_tile
          %partial_3 = mla_gpu.smem.view %partial tiles(3 to 4) : !partial_half -> !partial_tile
          mla_gpu.smem.store_transposed %o0_out, %partial_0 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o1_out, %partial_1 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o2_out, %partial_2 : !o, !partial_tile
          mla_gpu.smem.store_transposed %o3_out, %partial_3 : !o, !partial_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.tma.store %partial to %partial_map[%slot, %row0, %c_column] : !partial_half -> !partial_map
