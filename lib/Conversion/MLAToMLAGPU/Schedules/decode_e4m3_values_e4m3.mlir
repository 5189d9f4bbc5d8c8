          // Oᵀ = Oᵀ · shrink + Vᵀ·Pᵀ, 64 columns at a time. The own block comes first, whose weights only this warp group must have stored. The next tile of V, of both
          // blocks, comes from shared memory while O takes up the last product: behind the product of the first block the second one waited for
          // it, 60 to 190 clocks. The factors stay in registers, for to read them anew for each tile keeps the shared-memory port busy for longer.
          mla_gpu.nbar.sync %${wg}_ready
          ${when scales_by=warps}
          mla_gpu.mbar.arrive %scales_free${own}
          ${end}
          %v0${own} = mla_gpu.smem.load_transposed %k${own} from ${column0} : !latent -> !v
${include decode_e4m3_product_own tile=0}          // With the other block's weights comes that its values are there.
          mla_gpu.nbar.sync %p${other}_ready
          %v0${other} = mla_gpu.smem.load_transposed %k${other} from ${column0} : !latent -> !v
${include decode_e4m3_product_other tile=0}          mla_gpu.wgmma.commit
          %shrink_columns = mla_gpu.smem.load_columns %stat_shrink paired : !stat -> !columns
${include decode_e4m3_next_tile tile=0 next=1 column=${column1}}${include decode_e4m3_next_tile tile=1 next=2 column=${column2}}${include decode_e4m3_next_tile tile=2 next=3 column=${column3}}          // All warps have read V before one of them says so.
          mla_gpu.nbar.sync %${wg}_ready
          %u3 = mla_gpu.wgmma.wait pending(0) %w3 : !o_pending -> !o
${include decode_e4m3_sum tile=3}          mla_gpu.mbar.arrive %free
