          // V of one block of keys into the buffer of step %step_now, as K.
          %v_stage = arith.andi %step_now, %c1 : i32
          %v_second = arith.cmpi ne, %v_stage, %c0 : i32
          %v_buffer = arith.select %v_second, %v1, %v0 : !v
          %v_full = arith.select %v_second, %v1_full, %v0_full : !mla_gpu.mbar
          %v_round = arith.shrui %step_now, %c1 : i32
          %v_parity = arith.andi %v_round, %c1 : i32
          %v_free_parity = arith.xori %v_parity, %c1 : i32
          %v_free = arith.select %v_second, %v1_free, %v0_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %v_free parity(%v_free_parity)
          mla_gpu.mbar.arm %v_full bytes(${v_bytes})
          %v_row = arith.addi %row, %load_row : i32
          mla_gpu.tma.load %v_map[%head, %v_row, %c0] to %v_buffer rows_from %load_row signal %v_full${multicast} : !kv_map -> !v
