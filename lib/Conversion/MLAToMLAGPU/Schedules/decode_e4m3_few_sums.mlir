        // The sums of all weights, as rows of queries; decode_e4m3_few_consumer.mlir includes it. Two barriers for racecheck's sake, as in
        // decode_e4m3_sums_load.mlir.
        mla_gpu.smem.store_parts add %l_end, %parts_m${own} : !st, !parts
        ${when own_scales=1}
        mla_gpu.smem.store_parts add %w_end, %parts_w${own} : !st, !parts
        ${end}
        mla_gpu.nbar.sync %l_ready
        mla_gpu.nbar.sync %l_ready
        %l_0 = mla_gpu.smem.load_parts add %parts_m0 : !parts -> !level
        %l_1 = mla_gpu.smem.load_parts add %parts_m1 : !parts -> !level
        %l_both = arith.addf %l_0, %l_1 : !level
        mla_gpu.smem.store_columns %l_both, %stat_l${own} : !level, !stat
        mla_gpu.smem.store_columns %m_end, %stat_m${own} : !level, !stat
        ${when own_scales=1}
        %w_0 = mla_gpu.smem.load_parts add %parts_w0 : !parts -> !level
        %w_1 = mla_gpu.smem.load_parts add %parts_w1 : !parts -> !level
        %w_both = arith.addf %w_0, %w_1 : !level
        mla_gpu.smem.store_columns %w_both, %stat_w${own} : !level, !stat
        ${end}
        mla_gpu.nbar.sync %${wg}_ready
        %l_total = mla_gpu.smem.load_rows %stat_l${own} : !stat -> !rowf
        %m_rows = mla_gpu.smem.load_rows %stat_m${own} : !stat -> !rowf
        ${when scales=token}
        %w_counted = mla_gpu.smem.load_rows %stat_w${own} : !stat -> !rowf
${include decode_e4m3_sums_tiny}        ${end}
        ${when scales=group}
        %w_total = mla_gpu.smem.load_rows %stat_w${own} : !stat -> !rowf
        ${end}
