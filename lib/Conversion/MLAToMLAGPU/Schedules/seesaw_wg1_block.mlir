          // Warp group 1 and a step's first block; seesaw_wg1.mlir includes it.
          mla_gpu.nbar.sync %m0_ready
          %m0 = mla_gpu.smem.load_rows %stat_m0 : !stat -> !rowf
          %shrink0_log2 = arith.subf %m, %m0 : !rowf
          %shrink0 = math.exp2 %shrink0_log2 : !rowf
${include seesaw_begun}          // O_r += P0·V0_r, which needs no second maximum, while P1 is made.
          mla_gpu.nbar.sync %p0_ready
          %o_v0 = mla_gpu.wgmma %p0, %v0_r plus %o_scaled0 : !tile, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
