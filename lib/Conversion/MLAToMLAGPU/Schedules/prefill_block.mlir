          // S of block i, and O += P·V of the block before.
          %step_now = arith.addi %step, %i : i32
          %stage = arith.andi %step_now, %c1 : i32
          %second = arith.cmpi ne, %stage, %c0 : i32
          %round = arith.shrui %step_now, %c1 : i32
          %parity = arith.andi %round, %c1 : i32
          %k_now = arith.select %second, %k1, %k0 : !k
          %k_now_full = arith.select %second, %k1_full, %k0_full : !mla_gpu.mbar
          %k_now_free = arith.select %second, %k1_free, %k0_free : !mla_gpu.mbar
          %step_before = arith.subi %step_now, %c1 : i32
          %round_before = arith.shrui %step_before, %c1 : i32
          %parity_before = arith.andi %round_before, %c1 : i32
          %v_before = arith.select %second, %v0, %v1 : !v
          %v_before_full = arith.select %second, %v0_full, %v1_full : !mla_gpu.mbar
          %v_before_free = arith.select %second, %v0_free, %v1_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %k_now_full parity(%parity)
          %s_pending = mla_gpu.wgmma %q${wg}, %k_now transpose_b : !q, !k -> !s_pending
          mla_gpu.wgmma.commit
          mla_gpu.mbar.wait %v_before_full parity(%parity_before)
          %o_pending = mla_gpu.wgmma %p, %v_before plus %o : !p, !v plus !o -> !o_pending
          mla_gpu.wgmma.commit
          %s_raw = mla_gpu.wgmma.wait pending(1) %s_pending : !s_pending -> !s
          mla_gpu.mbar.arrive %k_now_free${multicast}
${when masked=1}          %block_number = arith.subi %last_block, %i : i32
          %token = arith.muli %block_number, %c_block : i32
          %s = mla_gpu.mask %s_raw from %token border %border if %true : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %s : !s -> !rowf
${end}${when masked=0}          %s_max = mla_gpu.row.max %s_raw : !s -> !rowf
${end}          %candidate = arith.mulf %s_max, %scale_row : !rowf
          %m_next = mla_gpu.row.raise_max %m, %candidate by %threshold : !rowf
          %shrink_log2 = arith.subf %m, %m_next : !rowf
          %shrink = math.exp2 %shrink_log2 : !rowf
${when masked=1}          %p_f32 = mla_gpu.exp2_fma %s times %scale minus %m_next : !s, !rowf -> !s
${end}${when masked=0}          %p_f32 = mla_gpu.exp2_fma %s_raw times %scale minus %m_next : !s, !rowf -> !s
${end}          %p_sum = mla_gpu.row.sum %p_f32 : !s -> !sum
          %l_scaled = mla_gpu.row.scale %l by %shrink : !sum, !rowf -> !sum
          %l_next = arith.addf %l_scaled, %p_sum : !sum
          // All of this under the product with V.
          mla_gpu.settle %l_next : !sum
          %o_done = mla_gpu.wgmma.wait pending(0) %o_pending : !o_pending -> !o
          mla_gpu.mbar.arrive %v_before_free${multicast}
          %o_next = mla_gpu.row.scale %o_done by %shrink skip_unit : !o, !rowf -> !o
          %p_next = mla_gpu.to_a_operand %p_f32 : !s -> !p
          scf.yield %o_next, %p_next, %l_next, %m_next : !o, !p, !sum, !rowf
