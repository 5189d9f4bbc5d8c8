          // Warp group 0 and a step of which the part has half of the columns (decode_half_columns.mlir), from the scores of K0 in %s_first on: O is
          // 64 × ${d_quarter}, the first quarter of that half. The seesaw is that of seesaw_wg0.mlir.
          %is_right = arith.cmpi eq, %column_half, %c1 : i32
          %v0_quarter = arith.select %is_right, %k0_c, %k0_a : !quarter
          %v1_quarter = arith.select %is_right, %k1_c, %k1_a : !quarter
          %step_of_columns = arith.shrui %first_block, %c1 : i32
          %token = arith.muli %step_of_columns, %c128 : i32
${include seesaw_candidate scores=s_first}          %m0 = mla_gpu.row.raise_max %m_lowest, %candidate by %exact : !rowf
          mla_gpu.smem.store_rows %m0, %stat_m0 : !rowf, !stat
          mla_gpu.nbar.arrive %m0_ready
          %p = mla_gpu.exp2_fma %s times %scale minus %m0 : !s, !rowf -> !s
          %p_16 = mla_gpu.to_a_operand %p : !s -> !p
          %o_v0 = mla_gpu.wgmma %p_16, %v0_quarter : !p, !quarter -> !o_quarter_pending
          mla_gpu.wgmma.commit
          mla_gpu.smem.store_tile %p_16, %p0 : !p, !tile
          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p0_ready
          %l_p = mla_gpu.row.sum %p : !s -> !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_quarter_pending -> !o_quarter
          mla_gpu.nbar.sync %p1_ready
          %m_both = mla_gpu.smem.load_rows %stat_m1 : !stat -> !rowf
          %shrink1_log2 = arith.subf %m0, %m_both : !rowf
          %shrink1 = math.exp2 %shrink1_log2 : !rowf
          %l_columns = mla_gpu.row.scale %l_p by %shrink1 : !sum, !rowf -> !sum
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o_quarter, !rowf -> !o_quarter
          %o_v1 = mla_gpu.wgmma %p1, %v1_quarter plus %o_scaled1 : !tile, !quarter plus !o_quarter -> !o_quarter_pending
          mla_gpu.wgmma.commit
          %o_columns = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_quarter_pending -> !o_quarter
${include decode_half_columns_store own=0 other=1 q=q_a wg=wg0 at=c0}          %l_log2 = math.log2 %l_total : !rowf
          %lse_log2 = arith.addf %m_both, %l_log2 : !rowf
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
