          // K of one block of keys into the buffer of step %${step}: the rows that this block loads, for all of its cluster.
          %k_stage_${step} = arith.andi %${step}, %c1 : i32
          %k_second_${step} = arith.cmpi ne, %k_stage_${step}, %c0 : i32
          %k_round_${step} = arith.shrui %${step}, %c1 : i32
          %k_parity_${step} = arith.andi %k_round_${step}, %c1 : i32
          %k_free_parity_${step} = arith.xori %k_parity_${step}, %c1 : i32
          %k_buffer_${step} = arith.select %k_second_${step}, %k1, %k0 : !k
          %k_full_${step} = arith.select %k_second_${step}, %k1_full, %k0_full : !mla_gpu.mbar
          %k_free_${step} = arith.select %k_second_${step}, %k1_free, %k0_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %k_free_${step} parity(%k_free_parity_${step})
          mla_gpu.mbar.arm %k_full_${step} bytes(${k_bytes})
          %k_row_${step} = arith.addi %${row}, %load_row : i32
${when rope=1}          %k_nope_${step} = mla_gpu.smem.view %k_buffer_${step} tiles(0 to ${tiles_nope}) : !k -> !k_nope
          %k_rope_${step} = mla_gpu.smem.view %k_buffer_${step} tiles(${tiles_nope} to ${tiles_qk}) : !k -> !k_rope
          mla_gpu.tma.load %k_map[%head, %k_row_${step}, %c0] to %k_nope_${step} rows_from %load_row signal %k_full_${step}${multicast} : !kv_map -> !k_nope
          mla_gpu.tma.load %k_rope_map[%k_row_${step}, %c0] to %k_rope_${step} rows_from %load_row signal %k_full_${step}${multicast} : !rope_map -> !k_rope
${end}${when rope=0}          mla_gpu.tma.load %k_map[%head, %k_row_${step}, %c0] to %k_buffer_${step} rows_from %load_row signal %k_full_${step}${multicast} : !kv_map -> !k
${end}
