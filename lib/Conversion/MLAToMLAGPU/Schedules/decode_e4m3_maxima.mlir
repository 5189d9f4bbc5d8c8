          // The scores of block ${own}, masked, and each row's maximum over both blocks; decode_e4m3_loop.mlir and
          // decode_e4m3_half_columns.mlir include it.
          mla_gpu.mbar.wait %full${own} parity(%parity)
${include decode_e4m3_scores_${scores}}
          // Mask, the maximum of both blocks, and the level that weights, O and l are relative to (see decode_e4m3.mlir).
          ${when to_log2=shared}
          %to_log2 = mla_gpu.smem.load_rows %stat_factor${own} : !stat -> !rowf
          ${end}
          ${when to_log2=uniform}
          %to_log2 = mla_gpu.splat %unit_to_log2 : f32 -> !rowf
          ${end}
          %token0 = arith.muli %i, %c128 : i32
          %token = arith.addi %token0, %c_own : i32
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          ${when x=log2}
          %x_all = mla_gpu.row.scale %s by %to_log2 : !s, !rowf -> !s
          %x = mla_gpu.mask %x_all from %token border %border if %masked : !s, !rowi -> !s
          %x_max = mla_gpu.row.max %x : !s -> !rowf
          ${end}
          ${when x=weighted}
          // What a token counts for, its weight times its largest scale, as a logarithm.
          %log_columns = mla_gpu.smem.load_columns %stat_log${own} paired : !stat -> !columns
          %x_all = mla_gpu.row.fma %s times %to_log2 plus %log_columns : !s, !rowf, !columns
          %x = mla_gpu.mask %x_all from %token border %border if %masked : !s, !rowi -> !s
          %x_max = mla_gpu.row.max %x : !s -> !rowf
          ${end}
          ${when x=products}
          // One factor for all rows, which is positive: it waits for the exponential.
          %x = mla_gpu.mask %s from %token border %border if %masked : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %x : !s -> !rowf
          %to_log2 = mla_gpu.splat %unit_to_log2 : f32 -> !rowf
          %x_max = arith.mulf %s_max, %to_log2 : !rowf
          ${end}
          mla_gpu.smem.store_rows %x_max, %stat_m${own} : !rowf, !stat
          mla_gpu.nbar.sync %m_ready
          %x_max_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
          %x_max_both = arith.maxnumf %x_max, %x_max_other : !rowf
