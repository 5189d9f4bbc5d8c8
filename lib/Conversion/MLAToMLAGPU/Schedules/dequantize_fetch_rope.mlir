          // The RoPE columns of these tokens; seesaw_dequantize.mlir includes it.
          %${n} = mla_gpu.global.load_tile %cache_rope[%${at}_rope] row_stride ${token_in_rope} valid %${tokens} : !mla_gpu.ptr<${rope_type}> -> !rope_stored
