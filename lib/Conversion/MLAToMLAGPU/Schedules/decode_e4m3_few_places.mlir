          // Where weights of block ${block} lie, as rows of queries × tokens, once for each group of columns that has a scale; decode_e4m3_few_loop.mlir
          // includes it.
          %p${block}_0 = mla_gpu.smem.view %p${block}_all tiles(0 to 1) : !weights_all -> !weights
          ${when scales=group}
          %p${block}_1 = mla_gpu.smem.view %p${block}_all tiles(1 to 2) : !weights_all -> !weights
          %p${block}_2 = mla_gpu.smem.view %p${block}_all tiles(2 to 3) : !weights_all -> !weights
          %p${block}_3 = mla_gpu.smem.view %p${block}_all tiles(3 to 4) : !weights_all -> !weights
          ${end}
