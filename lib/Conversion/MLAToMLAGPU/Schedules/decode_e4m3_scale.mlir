        // O times its rows' factors, which are columns here; decode_e4m3_consumer.mlir includes it.
        mla_gpu.smem.store_rows %factor, %stat_factor${own} : !rowf, !stat
        mla_gpu.nbar.sync %${wg}_ready
        %factor_columns = mla_gpu.smem.load_columns %stat_factor${own} : !stat -> !columns
        %o0_out = mla_gpu.column.scale %o0_end by %factor_columns : !o, !columns
        %o1_out = mla_gpu.column.scale %o1_end by %factor_columns : !o, !columns
        ${when halves=0}
        %o2_out = mla_gpu.column.scale %o2_end by %factor_columns : !o, !columns
        %o3_out = mla_gpu.column.scale %o3_end by %factor_columns : !o, !columns
        ${end}
        ${when halves=1}
        %o2_out, %o3_out = scf.if %by_columns -> (!o, !o) {
          scf.yield %o2_end, %o3_end : !o, !o
        } else {
          %o2_scaled = mla_gpu.column.scale %o2_end by %factor_columns : !o, !columns
          %o3_scaled = mla_gpu.column.scale %o3_end by %factor_columns : !o, !columns
          scf.yield %o2_scaled, %o3_scaled : !o, !o
        }
        ${end}
