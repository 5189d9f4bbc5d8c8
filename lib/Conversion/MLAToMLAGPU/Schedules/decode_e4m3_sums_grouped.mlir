        // Each warp group has two groups of O, and the sums over its own block's tokens for all; what the other one needs it stores where the
        // steps had other things of a row.
        %scaled0_own = mla_gpu.row.pick %w_end[0] : !quad -> !rowf
        %scaled1_own = mla_gpu.row.pick %w_end[1] : !quad -> !rowf
        %scaled2_own = mla_gpu.row.pick %w_end[2] : !quad -> !rowf
        %scaled3_own = mla_gpu.row.pick %w_end[3] : !quad -> !rowf
        %rounded0_own = mla_gpu.row.pick %n_end[0] : !quad -> !rowf
        %rounded1_own = mla_gpu.row.pick %n_end[1] : !quad -> !rowf
        %rounded2_own = mla_gpu.row.pick %n_end[2] : !quad -> !rowf
        %rounded3_own = mla_gpu.row.pick %n_end[3] : !quad -> !rowf
        mla_gpu.smem.store_rows %l_own, %stat_m${own} : !rowf, !stat
        mla_gpu.smem.store_rows %scaled${far_a}_own, %stat_scale${own}_0 : !rowf, !stat
        mla_gpu.smem.store_rows %rounded${far_a}_own, %stat_scale${own}_1 : !rowf, !stat
        mla_gpu.smem.store_rows %scaled${far_b}_own, %stat_scale${own}_2 : !rowf, !stat
        mla_gpu.smem.store_rows %rounded${far_b}_own, %stat_scale${own}_3 : !rowf, !stat
        mla_gpu.nbar.sync %l_ready
        mla_gpu.nbar.sync %l_ready
        %l_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
        %w_a_other = mla_gpu.smem.load_rows %stat_scale${other}_0 : !stat -> !rowf
        %n_a_other = mla_gpu.smem.load_rows %stat_scale${other}_1 : !stat -> !rowf
        %w_b_other = mla_gpu.smem.load_rows %stat_scale${other}_2 : !stat -> !rowf
        %n_b_other = mla_gpu.smem.load_rows %stat_scale${other}_3 : !stat -> !rowf
