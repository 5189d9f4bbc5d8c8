          // The scales of a quarter of the columns of these tokens; seesaw_dequantize.mlir and its like include it.
          ${when own_scales=1}
          %${n}_at = arith.addi %${at}_scale, %scale_${quarter} : i64
          %${n} = mla_gpu.global.load_rows %cache_scales[%${n}_at] row_stride ${token_in_scales} valid %${tokens} : !mla_gpu.ptr<f32> -> !chunk_row
          ${end}
          ${when own_scales=0}
          // Carried along for nothing.
          %${n} = mla_gpu.splat %scale_value : f32 -> !chunk_row
          ${end}
