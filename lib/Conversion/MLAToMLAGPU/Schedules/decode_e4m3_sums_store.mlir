        // The sums of a warp group's own weights, where the other one finds them; decode_e4m3_consumer.mlir and decode_e4m3_half_columns.mlir
        // include it. Where tokens have scales they go where the steps had other things of a row, unless warps of their own bring the next ones there.
        %l_own = mla_gpu.row.reduce %${l} : !sum -> !rowf
        ${when own_scales=0}
        mla_gpu.smem.store_rows %l_own, %stat_l${own} : !rowf, !stat
        ${end}
        ${when own_scales=1}
        %w_own = mla_gpu.row.reduce %${w} : !sum -> !rowf
        ${end}
        ${when sums=two}
        mla_gpu.smem.store_rows %l_own, %stat_m${own} : !rowf, !stat
        mla_gpu.smem.store_rows %w_own, %stat_shrink${own} : !rowf, !stat
        ${end}
        ${when sums=three}
        %n_own = mla_gpu.row.reduce %${n} : !sum -> !rowf
        mla_gpu.smem.store_rows %l_own, %${l_in}${own} : !rowf, !stat
        mla_gpu.smem.store_rows %w_own, %${w_in}${own} : !rowf, !stat
        mla_gpu.smem.store_rows %n_own, %stat_m${own} : !rowf, !stat
        ${end}
