        // Both warp groups need the sums over both blocks' tokens, behind decode_e4m3_sums_store.mlir. One barrier would do; there are two because
        // compute-sanitizer's racecheck takes what the last warp at a named barrier wrote just before it for unordered.
        mla_gpu.nbar.sync %l_ready
        mla_gpu.nbar.sync %l_ready
        ${when own_scales=0}
        %l_other = mla_gpu.smem.load_rows %stat_l${other} : !stat -> !rowf
        ${end}
        ${when sums=two}
        %l_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
        %w_other = mla_gpu.smem.load_rows %stat_shrink${other} : !stat -> !rowf
        ${end}
        ${when sums=three}
        %l_other = mla_gpu.smem.load_rows %${l_in}${other} : !stat -> !rowf
        %w_other = mla_gpu.smem.load_rows %${w_in}${other} : !stat -> !rowf
        %n_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
        %n_total = arith.addf %n_own, %n_other : !rowf
        ${end}
        %l_total = arith.addf %l_own, %l_other : !rowf
        ${when scales=group}
        %w_total = arith.addf %w_own, %w_other : !rowf
        ${end}
        ${when scales=token}
        %w_counted = arith.addf %w_own, %w_other : !rowf
${include decode_e4m3_sums_tiny}        ${end}
