    // The producer of prefill_absorbed.mlir: copies by TMA.
    mla_gpu.role "producer" warps(8 to 12) team(warp) registers(24) {
      %c8_64 = arith.constant 8 : i64
      %c1_64 = arith.constant 1 : i64
      %c2_64 = arith.constant 2 : i64
      %c3_64 = arith.constant 3 : i64
      %c4_64 = arith.constant 4 : i64
      %c5_64 = arith.constant 5 : i64
      %c6_64 = arith.constant 6 : i64
      ${when paged=1}
      %stride64 = arith.extsi %table_stride : i32 to i64
      %last_block = arith.subi %table_stride, %c1 : i32
      ${end}
      %items = mla_gpu.global.load %work[%c0_64] : !mla_gpu.ptr<i32> -> i32
      %takers = mla_gpu.grid_size 0
      %tickets = arith.addi %items, %takers : i32
      %first_ticket = mla_gpu.grid.take %counters[%c0_64] of %tickets
      %ticket_end, %item_end, %step_end, %tail_end = scf.while (
          %ticket = %first_ticket, %item = %c0, %step = %c0, %tails = %c0) : (i32, i32, i32, i32) -> (i32, i32, i32, i32) {
        %has_item = arith.cmpi slt, %ticket, %items : i32
        scf.condition(%has_item) %ticket, %item, %step, %tails : i32, i32, i32, i32
      } do {
      ^body(%ticket: i32, %item: i32, %item_step: i32, %item_tail: i32):
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
        ${when paged=1}
        %place64 = arith.extsi %place : i32 to i64
        %table_row = arith.muli %place64, %stride64 : i64
        ${end}
        ${when key_pages=tile}
        // Page numbers are read a step ahead; where there is no second block, or no next step, whatever lies there.
        %first_page0, %first_page1 = scf.if %nonempty -> (i32, i32) {
          %block1 = arith.minsi %c1, %last_block : i32
          %block1_64 = arith.extsi %block1 : i32 to i64
          %entry1 = arith.addi %table_row, %block1_64 : i64
          %read0 = mla_gpu.global.load %table[%table_row] : !mla_gpu.ptr<i32> -> i32
          %read1 = mla_gpu.global.load %table[%entry1] : !mla_gpu.ptr<i32> -> i32
          scf.yield %read0, %read1 : i32, i32
        } else {
          scf.yield %c0, %c0 : i32, i32
        }
        ${end}
        ${when paged=0}
        // First rows of a step's two blocks.
        %first_page0 = arith.addi %place, %c0 : i32
        %first_page1 = arith.addi %place, %c64 : i32
        ${end}
        ${when pages=tile}
        %step_last, %tail_last, %page0_end, %page1_end = scf.for %i = %c0 to %last step %c1
            iter_args(%step = %item_step, %tails = %item_tail, %page0 = %first_page0, %page1_read = %first_page1)
            -> (i32, i32, i32, i32) : i32 {
        ${end}
        ${when pages=boxes}
${include decode_pages_of_boxes pages=first_pages block=c0}        %step_last, %tail_last, %pages_end = scf.for %i = %c0 to %last step %c1
            iter_args(%step = %item_step, %tails = %item_tail, %pages = %first_pages) -> (i32, i32, !lanes) : i32 {
        ${end}
          %parity = arith.andi %step, %c1 : i32
          %free_parity = arith.xori %parity, %c1 : i32
          // How many tokens of each block belong to the sequence.
          %token0 = arith.muli %i, %c128 : i32
          %token1 = arith.addi %token0, %c64 : i32
          %tokens0 = arith.subi %length, %token0 : i32
          %tokens1 = arith.subi %length, %token1 : i32
          %has1 = arith.cmpi sgt, %tokens1, %c0 : i32
          %i_next = arith.addi %i, %c1 : i32
          ${when key_pages=tile}
          %page1 = arith.select %has1, %page1_read, %num_pages : i32
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
${include seesaw_load page0=page0 slot0=c0 page1=page1 slot1=c0}
          ${end}
          ${when key_pages=boxes}
          %block_of_step = arith.muli %i, %c2 : i32
          %next_block = arith.muli %i_next, %c2 : i32
${include decode_page_rows block=block_of_step}${include decode_pages_of_boxes pages=next_pages block=next_block}${include seesaw_load page0=none slot0=none page1=none slot1=none}
          ${end}
          ${when paged=0}
          // Past the end of all tokens TMA reads zeros.
          %page1 = arith.select %has1, %page1_read, %total_kv : i32
          %next_page0 = arith.addi %page0, %c128 : i32
          %next_page1 = arith.addi %page1_read, %c128 : i32
${include seesaw_load page0=c0 slot0=page0 page1=c0 slot1=page1}
          ${end}
          %is_first = arith.cmpi eq, %i, %c0 : i32
          scf.if %is_first {
            mla_gpu.mbar.wait %q_free parity(%q_free_parity)
            mla_gpu.smem.store %last, %info[0] : i32, !item
            mla_gpu.smem.store %q_row, %info[1] : i32, !item
            mla_gpu.smem.store %rows, %info[2] : i32, !item
            mla_gpu.smem.store %tile_row, %info[3] : i32, !item
            mla_gpu.smem.store %sees, %info[4] : i32, !item
            mla_gpu.mbar.arm %q_full bytes(${q_bytes})
            mla_gpu.tma.load %q_map[%q_row, %c0] to %q signal %q_full : !rows_map -> !block
          }
          %step_next = arith.addi %step, %c1 : i32
          ${when pages=tile}
          scf.yield %step_next, %tails_next, %next_page0, %next_page1 : i32, i32, i32, i32
          ${end}
          ${when pages=boxes}
          scf.yield %step_next, %tails_next, %next_pages : i32, i32, !lanes
          ${end}
        }
        // Rows that see nothing take no step and need no queries.
        scf.if %nonempty {
        } else {
          mla_gpu.mbar.wait %q_free parity(%q_free_parity)
          mla_gpu.smem.store %last, %info[0] : i32, !item
          mla_gpu.smem.store %q_row, %info[1] : i32, !item
          mla_gpu.smem.store %rows, %info[2] : i32, !item
          mla_gpu.smem.store %tile_row, %info[3] : i32, !item
          mla_gpu.smem.store %sees, %info[4] : i32, !item
          mla_gpu.mbar.arrive %q_full
        }
        %item_next = arith.addi %item, %c1 : i32
        %ticket_next = mla_gpu.grid.take %counters[%c0_64] of %tickets
        scf.yield %ticket_next, %item_next, %step_last, %tail_last : i32, i32, i32, i32
      }
      // No more items.
      %none = arith.constant -1 : i32
      %end_item_parity = arith.andi %item_end, %c1 : i32
      %end_parity = arith.xori %end_item_parity, %c1 : i32
      mla_gpu.mbar.wait %q_free parity(%end_parity)
      mla_gpu.smem.store %none, %info[0] : i32, !item
      mla_gpu.mbar.arrive %q_full
    }
