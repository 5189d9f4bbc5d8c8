          // RoPE columns have no scale of their own; seesaw_dequantize.mlir includes it.
          %${n}_16 = mla_gpu.convert_chunks %${n} : !rope_stored -> !tile_16
          mla_gpu.smem.store_tile %${n}_16, %${to} : !tile_16, !tile
