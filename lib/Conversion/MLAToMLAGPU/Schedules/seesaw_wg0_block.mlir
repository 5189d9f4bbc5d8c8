          // Warp group 0 and a block of 64 tokens from %token on; seesaw_wg0.mlir includes it.
${include seesaw_candidate scores=s_raw}          %m0 = mla_gpu.row.raise_max %m, %candidate by %${lag} : !rowf
          mla_gpu.smem.store_rows %m0, %stat_m0 : !rowf, !stat
          mla_gpu.nbar.arrive %m0_ready
          %shrink0_log2 = arith.subf %m, %m0 : !rowf
          %shrink0 = math.exp2 %shrink0_log2 : !rowf
${include seesaw_begun}          %p = mla_gpu.exp2_fma %s times %scale minus %m0 : !s, !rowf -> !s
          %p_16 = mla_gpu.to_a_operand %p : !s -> !p
          // O_l += P0·V0_l, and P0 for wg1.
          %o_v0 = mla_gpu.wgmma %p_16, %v0_l plus %o_scaled0 : !p, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          mla_gpu.smem.store_tile %p_16, %p0 : !p, !tile
          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p0_ready
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %l_scaled0 = mla_gpu.row.scale %l by %shrink0 : !sum, !rowf -> !sum
          %l_p = arith.addf %l_scaled0, %p_sum : !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_pending -> !o
          mla_gpu.mbar.arrive %k0_left_free
