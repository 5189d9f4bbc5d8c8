        // O times its rows' factors, which are columns here; decode_e4m3_results.mlir includes it.
        mla_gpu.smem.store_rows %factor, %stat_factor${own} paired : !rowf, !stat
        mla_gpu.nbar.sync %${wg}_ready
        %factor_columns = mla_gpu.smem.load_columns %stat_factor${own} paired : !stat -> !columns
        %o0_out = mla_gpu.column.scale %o0_end by %factor_columns : !o, !columns
        %o1_out = mla_gpu.column.scale %o1_end by %factor_columns : !o, !columns
        %o2_out = mla_gpu.column.scale %o2_end by %factor_columns : !o, !columns
        %o3_out = mla_gpu.column.scale %o3_end by %factor_columns : !o, !columns
