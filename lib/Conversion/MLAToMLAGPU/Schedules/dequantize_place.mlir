          // Where page %${page} lies in the cache, as %${at}; seesaw_dequantize.mlir and its like include it.
          %${at}_page = arith.extsi %${page} : i32 to i64
          %${at} = arith.muli %${at}_page, %page_in_latent : i64
          %${at}_rope_page = arith.muli %${at}_page, %page_in_rope : i64
          %${at}_rope = arith.addi %${at}_rope_page, %rope_offset : i64
          ${when own_scales=1}
          %${at}_scale = arith.muli %${at}_page, %page_in_scales : i64
          ${end}
