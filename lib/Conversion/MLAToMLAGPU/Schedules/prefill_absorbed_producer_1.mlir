    // The producer of prefill_absorbed.mlir for a cache of e4m3. Unlike the other it copies queries first: its steps take longer.
    mla_gpu.role "producer" warps(8 to 12) team(warp_group) registers(${producer_registers}) {
${include dequantize_cache}      %c8_64 = arith.constant 8 : i64
      %c1_64 = arith.constant 1 : i64
      %c2_64 = arith.constant 2 : i64
      %c3_64 = arith.constant 3 : i64
      %c4_64 = arith.constant 4 : i64
      %c5_64 = arith.constant 5 : i64
      %c6_64 = arith.constant 6 : i64
      %stride64 = arith.extsi %table_stride : i32 to i64
      %last_block = arith.subi %table_stride, %c1 : i32
      %items = mla_gpu.global.load %work[%c0_64] : !mla_gpu.ptr<i32> -> i32
      // A warp group cannot take tickets; items, the longest of which come first, are dealt out in turn.
      %first_ticket = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %item_end, %step_end = scf.for %ticket = %first_ticket to %items step %blocks
          iter_args(%item = %c0, %item_step = %c0) -> (i32, i32) : i32 {
        %record = arith.addi %ticket, %c1 : i32
        %record64 = arith.extsi %record : i32 to i64
        %word0 = arith.muli %record64, %c8_64 : i64
        %word1 = arith.addi %word0, %c1_64 : i64
        %word2 = arith.addi %word0, %c2_64 : i64
        %word3 = arith.addi %word0, %c3_64 : i64
        %word4 = arith.addi %word0, %c4_64 : i64
        %word5 = arith.addi %word0, %c5_64 : i64
        %word6 = arith.addi %word0, %c6_64 : i64
        %q_row = mla_gpu.global.load %work[%word0] : !mla_gpu.ptr<i32> -> i32
        %rows = mla_gpu.global.load %work[%word1] : !mla_gpu.ptr<i32> -> i32
        %tile_row = mla_gpu.global.load %work[%word2] : !mla_gpu.ptr<i32> -> i32
        %place = mla_gpu.global.load %work[%word3] : !mla_gpu.ptr<i32> -> i32
        %length = mla_gpu.global.load %work[%word4] : !mla_gpu.ptr<i32> -> i32
        %sees = mla_gpu.global.load %work[%word5] : !mla_gpu.ptr<i32> -> i32
        %last = mla_gpu.global.load %work[%word6] : !mla_gpu.ptr<i32> -> i32
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
        %nonempty = arith.cmpi sgt, %last, %c0 : i32
        %place64 = arith.extsi %place : i32 to i64
        %table_row = arith.muli %place64, %stride64 : i64
        // Page numbers are read a step ahead; where there is no second block, or no next step, whatever lies there.
        %first_page0, %first_page1 = scf.if %nonempty -> (i32, i32) {
          %block1 = arith.minsi %c1, %last_block : i32
          %block1_64 = arith.extsi %block1 : i32 to i64
          %entry1 = arith.addi %table_row, %block1_64 : i64
          %read0 = mla_gpu.global.load %table[%table_row] : !mla_gpu.ptr<i32> -> i32
          %read1 = mla_gpu.global.load %table[%entry1] : !mla_gpu.ptr<i32> -> i32
          scf.yield %read0, %read1 : i32, i32
        } else {
          scf.yield %num_pages, %num_pages : i32, i32
        }
        %length1 = arith.subi %length, %c64 : i32
        %first_known0 = arith.cmpi ult, %first_page0, %num_pages : i32
        %first_known1 = arith.cmpi ult, %first_page1, %num_pages : i32
        %first_tokens = arith.select %first_known0, %length, %c0 : i32
        %first_tokens1 = arith.select %first_known1, %length1, %c0 : i32
${include dequantize_prefetch page=first_page0 tokens=first_tokens}
${include dequantize_prefetch page=first_page1 tokens=first_tokens1}
${include dequantize_first}
        mla_gpu.mbar.wait %q_free parity(%q_free_parity)
        mla_gpu.smem.store %last, %info[0] : i32, !item
        mla_gpu.smem.store %q_row, %info[1] : i32, !item
        mla_gpu.smem.store %rows, %info[2] : i32, !item
        mla_gpu.smem.store %tile_row, %info[3] : i32, !item
        mla_gpu.smem.store %sees, %info[4] : i32, !item
        mla_gpu.nbar.sync %producer_ready
        // Rows that see nothing take no step and need no queries.
        scf.if %nonempty {
          mla_gpu.mbar.arm %q_full bytes(${q_bytes})
          mla_gpu.tma.load %q_map[%q_row, %c0] to %q_given signal %q_full : !rows_map -> !block_given
        } else {
          mla_gpu.mbar.arrive %q_full
        }
        %step_last, %page0_end, %page1_end, %end_scale0, %end_0, %end_1, %end_scale1, %end_2, %end_3 = scf.for %i = %c0 to %last step %c1
            iter_args(%step = %item_step, %page0 = %first_page0, %page1 = %first_page1, %ahead_scale0 = %first_scale0,
                      %ahead_0 = %first_0, %ahead_1 = %first_1, %ahead_scale1 = %first_scale1, %ahead_2 = %first_2,
                      %ahead_3 = %first_3)
            -> (i32, i32, i32, !chunk_row, !stored, !stored, !chunk_row, !stored, !stored) : i32 {
          %parity = arith.andi %step, %c1 : i32
          %free_parity = arith.xori %parity, %c1 : i32
          // How many tokens of each block belong to the sequence.
          %token0 = arith.muli %i, %c128 : i32
          %tokens0 = arith.subi %length, %token0 : i32
          %tokens1 = arith.subi %tokens0, %c64 : i32
          %i_next = arith.addi %i, %c1 : i32
          %has_next = arith.cmpi slt, %i_next, %last : i32
          %next_rest = arith.subi %tokens0, %c128 : i32
          %next_tokens0 = arith.select %has_next, %next_rest, %c0 : i32
          %next_tokens1 = arith.subi %next_tokens0, %c64 : i32
          %next_block0_raw = arith.muli %i_next, %c2 : i32
          %next_block1_raw = arith.addi %next_block0_raw, %c1 : i32
          %next_block0 = arith.minsi %next_block0_raw, %last_block : i32
          %next_block1 = arith.minsi %next_block1_raw, %last_block : i32
          %next_block0_64 = arith.extsi %next_block0 : i32 to i64
          %next_block1_64 = arith.extsi %next_block1 : i32 to i64
          %next_entry0 = arith.addi %table_row, %next_block0_64 : i64
          %next_entry1 = arith.addi %table_row, %next_block1_64 : i64
          %next_page0 = mla_gpu.global.load %table[%next_entry0] : !mla_gpu.ptr<i32> -> i32
          %next_page1 = mla_gpu.global.load %table[%next_entry1] : !mla_gpu.ptr<i32> -> i32
${include seesaw_dequantize}
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %next_page0, %next_page1, %next_scale0, %next_0, %next_1, %next_scale1, %next_2, %next_3
              : i32, i32, i32, !chunk_row, !stored, !stored, !chunk_row, !stored, !stored
        }
        %item_next = arith.addi %item, %c1 : i32
        scf.yield %item_next, %step_last : i32, i32
      }
      // No more items.
      %none = arith.constant -1 : i32
      %end_item_parity = arith.andi %item_end, %c1 : i32
      %end_parity = arith.xori %end_item_parity, %c1 : i32
      mla_gpu.mbar.wait %q_free parity(%end_parity)
      mla_gpu.smem.store %none, %info[0] : i32, !item
      mla_gpu.nbar.sync %producer_ready
      mla_gpu.mbar.arrive %q_full
    }
