          // What was fetched as %${n}, in 16 bits into %${to}; seesaw_dequantize.mlir includes it.
          ${when own_scales=1}
          %${n}_16 = mla_gpu.convert_chunks %${n} by %${scale} : !stored by !chunk_row -> !tile_16
          ${end}
          ${when own_scales=0}
          %${n}_16 = mla_gpu.convert_chunks %${n} : !stored -> !tile_16
          ${end}
          mla_gpu.smem.store_tile %${n}_16, %${to} : !tile_16, !tile
