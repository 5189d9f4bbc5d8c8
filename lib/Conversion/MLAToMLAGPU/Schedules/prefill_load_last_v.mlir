        // V of the item's last block of keys, which may reach past the sequence's end, into the buffer of step %step.
        %last_v_stage = arith.andi %step, %c1 : i32
        %last_v_second = arith.cmpi ne, %last_v_stage, %c0 : i32
        %last_v_buffer = arith.select %last_v_second, %v1, %v0 : !v
        %last_v_full = arith.select %last_v_second, %v1_full, %v0_full : !mla_gpu.mbar
${when cluster=1}        // The buffer is free: who freed Q had waited for the product with the block before the last item's last.
${end}${when cluster=2}        %last_v_round = arith.shrui %step, %c1 : i32
        %last_v_parity = arith.andi %last_v_round, %c1 : i32
        %last_v_free_parity = arith.xori %last_v_parity, %c1 : i32
        %last_v_free = arith.select %last_v_second, %v1_free, %v0_free : !mla_gpu.mbar
        mla_gpu.mbar.wait %last_v_free parity(%last_v_free_parity)
${end}        scf.if %is_ragged {
          // A block that is cleared from some row on each loads for itself, all of it: the others cannot know when.
          mla_gpu.mbar.arm %tail bytes(${v_bytes})
          scf.for %from = %c0 to %c_block step %c_load : i32 {
            %last_v_row = arith.addi %last_row, %from : i32
            mla_gpu.tma.load %v_map[%head, %last_v_row, %c0] to %last_v_buffer rows_from %from signal %tail : !kv_map -> !v
          } {mla_gpu.unroll}
          %tail_parity = arith.andi %tails, %c1 : i32
          mla_gpu.mbar.wait %tail parity(%tail_parity)
          mla_gpu.smem.zero_rows %last_v_buffer from %tokens_in_last : !v
          mla_gpu.fence.async
          mla_gpu.mbar.arrive %last_v_full
        } else {
          mla_gpu.mbar.arm %last_v_full bytes(${v_bytes})
          %last_v_row = arith.addi %last_row, %load_row : i32
          mla_gpu.tma.load %v_map[%head, %last_v_row, %c0] to %last_v_buffer rows_from %load_row signal %last_v_full${multicast} : !kv_map -> !v
        }
