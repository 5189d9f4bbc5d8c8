          // 64 latent columns of the %${tokens} tokens at %${at}, on their way to registers; seesaw_dequantize.mlir and its like include it.
          %${n}_at = arith.addi %${at}, %column_${tile} : i64
          %${n} = mla_gpu.global.load_tile %cache_latent[%${n}_at] row_stride ${token_in_latent} valid %${tokens} : !mla_gpu.ptr<${latent_type}> -> !stored
