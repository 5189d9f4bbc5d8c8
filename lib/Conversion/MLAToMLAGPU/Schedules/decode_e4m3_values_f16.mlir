          // Oᵀ = Oᵀ · shrink + Vᵀ·Pᵀ, 64 columns at a time, of f16. The own block comes first, whose weights only this warp group must have stored.
          // V of the next tile becomes f16 while the product of the last one runs. O is seldom rescaled, and before products are under way.
          ${when scales=group}
${include decode_e4m3_ratios block=0}${include decode_e4m3_ratios block=1}          ${end}
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.mbar.arrive %scales_free${own}
          %shrink_columns = mla_gpu.smem.load_columns %stat_shrink${own} paired : !stat -> !columns
          %stays = mla_gpu.column.is_unit %shrink_columns : !columns -> i1
          %o0_shrunk, %o1_shrunk, %o2_shrunk, %o3_shrunk = scf.if %stays -> (!o, !o, !o, !o) {
            scf.yield %o0, %o1, %o2, %o3 : !o, !o, !o, !o
          } else {
            %o0_scaled = mla_gpu.column.scale %o0 by %shrink_columns : !o, !columns
            %o1_scaled = mla_gpu.column.scale %o1 by %shrink_columns : !o, !columns
            %o2_scaled = mla_gpu.column.scale %o2 by %shrink_columns : !o, !columns
            %o3_scaled = mla_gpu.column.scale %o3 by %shrink_columns : !o, !columns
            scf.yield %o0_scaled, %o1_scaled, %o2_scaled, %o3_scaled : !o, !o, !o, !o
          }
${include decode_e4m3_ratio pair=a block=${own} group=${group_a}}${include decode_e4m3_operand tile=0 block=${own} pair=a column=${column0}}          %w0_own = mla_gpu.wgmma %v0${own}_16, %p${own} transpose_b plus %o0_shrunk : !v_16, !weights plus !o -> !o_pending
          // With the other block's weights comes that its values are there.
          mla_gpu.nbar.sync %p${other}_ready
${include decode_e4m3_ratio pair=a block=${other} group=${group_a}}${include decode_e4m3_operand tile=0 block=${other} pair=a column=${column0}}          %w0 = mla_gpu.wgmma %v0${other}_16, %p${other} transpose_b plus %w0_own : !v_16, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
${include decode_e4m3_product_f16 tile=1 pair=a column=${column1}}          %o0_next = mla_gpu.wgmma.wait pending(1) %w0 : !o_pending -> !o
${include decode_e4m3_ratio pair=b block=${own} group=${group_b}}${include decode_e4m3_ratio pair=b block=${other} group=${group_b}}${include decode_e4m3_product_f16 tile=2 pair=b column=${column2}}          %o1_next = mla_gpu.wgmma.wait pending(1) %w1 : !o_pending -> !o
${include decode_e4m3_product_f16 tile=3 pair=b column=${column3}}          // All warps have read V before one of them says so, and weights when their products are done.
          %o2_next, %o3_next = mla_gpu.wgmma.wait pending(0) %w2, %w3 : !o_pending, !o_pending -> !o, !o
          mla_gpu.nbar.sync %${wg}_ready
          ${when frees=stage}
          mla_gpu.mbar.arrive %free
          ${end}
          ${when frees=step}
          mla_gpu.mbar.arrive %step_free
          ${end}
