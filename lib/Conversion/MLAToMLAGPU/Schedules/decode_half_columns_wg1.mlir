          // Warp group 1 and such a step: the second quarter; see decode_half_columns_wg0.mlir.
          %is_right = arith.cmpi eq, %column_half, %c1 : i32
          %v0_quarter = arith.select %is_right, %k0_d, %k0_b : !quarter
          %v1_quarter = arith.select %is_right, %k1_d, %k1_b : !quarter
          %step_of_columns = arith.shrui %first_block, %c1 : i32
          %token0 = arith.muli %step_of_columns, %c128 : i32
          %token = arith.addi %token0, %c64 : i32
${include seesaw_candidate scores=s_first}          mla_gpu.nbar.sync %m0_ready
          %m0 = mla_gpu.smem.load_rows %stat_m0 : !stat -> !rowf
${include seesaw_wg1_weights lag=exact}          mla_gpu.nbar.arrive %p1_ready
          mla_gpu.nbar.sync %p0_ready
          %o_v0 = mla_gpu.wgmma %p0, %v0_quarter : !tile, !quarter -> !o_quarter_pending
          mla_gpu.wgmma.commit
          %l_columns = mla_gpu.row.sum %p : !s -> !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_quarter_pending -> !o_quarter
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o_quarter, !rowf -> !o_quarter
          %o_v1 = mla_gpu.wgmma %p_16, %v1_quarter plus %o_scaled1 : !p, !quarter plus !o_quarter -> !o_quarter_pending
          mla_gpu.wgmma.commit
          %o_columns = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_quarter_pending -> !o_quarter
${include decode_half_columns_store own=1 other=0 q=q_b wg=wg1 at=c_quarter}
