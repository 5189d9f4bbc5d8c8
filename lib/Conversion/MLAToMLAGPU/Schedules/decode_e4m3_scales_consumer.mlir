          // The scales of the tokens of block ${own}, 0 for slots past the end; decode_e4m3_scores_e4m3_scaled.mlir includes it.
          %page = mla_gpu.smem.load %pages[${own}] : !pages -> i32
          %page64 = arith.extsi %page : i32 to i64
          %scales_at = arith.muli %page64, %page_in_scales : i64
          %scales_token0 = arith.muli %i, %c128 : i32
          %scales_token = arith.addi %scales_token0, %c_own : i32
          %scales_valid = arith.subi %length, %scales_token : i32
          %scales = mla_gpu.global.load_rows %cache_scales[%scales_at] row_stride ${token_in_scales} valid %scales_valid : !mla_gpu.ptr<f32> -> !rowf
