      // The producer of prefill_mha.
      %c64 = arith.constant 64 : i32
      %c8_64 = arith.constant 8 : i64
      %c1_64 = arith.constant 1 : i64
      %c2_64 = arith.constant 2 : i64
      %c3_64 = arith.constant 3 : i64
      %c4_64 = arith.constant 4 : i64
      %c5_64 = arith.constant 5 : i64
      %c6_64 = arith.constant 6 : i64
      %items = mla_gpu.global.load %work[%c0_64] : !mla_gpu.ptr<i32> -> i32
      // One ticket for each item, and one for each cluster, or block, that there are no more.
      %blocks_of_grid = mla_gpu.grid_size 0
      %cluster_blocks = arith.constant ${cluster} : i32
      %takers = arith.divui %blocks_of_grid, %cluster_blocks : i32
      %tickets = arith.addi %items, %takers : i32
      // Of the item's strips of 64 rows, and of the rows of K and V: those of this block.
${when cluster=1}      %rank = arith.constant 0 : i32
${end}${when cluster=2}      %rank = mla_gpu.cluster_rank
${end}      %is_first = arith.cmpi eq, %rank, %c0 : i32
      %last_strip_row = arith.constant ${last_strip_row} : i32
      %strip0_row = arith.muli %rank, %c64 : i32
      %strip1_row = arith.subi %last_strip_row, %strip0_row : i32
      %c_load = arith.constant ${load_rows} : i32
      %load_row = arith.muli %rank, %c_load : i32
      %ticket_end, %item_end, %step_end, %tails_end = scf.while (%item = %c0, %step = %c0, %tails = %c0)
          : (i32, i32, i32) -> (i32, i32, i32, i32) {
${include prefill_ticket_${cluster}}        %has_item = arith.cmpi slt, %ticket, %items : i32
        scf.condition(%has_item) %ticket, %item, %step, %tails : i32, i32, i32, i32
      } do {
      ^body(%ticket: i32, %item: i32, %step: i32, %tails: i32):
        %record = arith.addi %ticket, %c1 : i32
        %record64 = arith.extsi %record : i32 to i64
        %word0 = arith.muli %record64, %c8_64 : i64
        %word1 = arith.addi %word0, %c1_64 : i64
        %word2 = arith.addi %word0, %c2_64 : i64
        %word3 = arith.addi %word0, %c3_64 : i64
        %word4 = arith.addi %word0, %c4_64 : i64
        %word5 = arith.addi %word0, %c5_64 : i64
        %word6 = arith.addi %word0, %c6_64 : i64
        %item_row = mla_gpu.global.load %work[%word0] : !mla_gpu.ptr<i32> -> i32
        %item_rows = mla_gpu.global.load %work[%word1] : !mla_gpu.ptr<i32> -> i32
        %head = mla_gpu.global.load %work[%word2] : !mla_gpu.ptr<i32> -> i32
        %kv_row = mla_gpu.global.load %work[%word3] : !mla_gpu.ptr<i32> -> i32
        %tokens = mla_gpu.global.load %work[%word4] : !mla_gpu.ptr<i32> -> i32
        %item_sees = mla_gpu.global.load %work[%word5] : !mla_gpu.ptr<i32> -> i32
        %blocks = mla_gpu.global.load %work[%word6] : !mla_gpu.ptr<i32> -> i32

        // Keys of the first block, then Q, which the last item's products with K free later.
        %last_block = arith.subi %blocks, %c1 : i32
        %last_token = arith.muli %last_block, %c_block : i32
        %last_row = arith.addi %kv_row, %last_token : i32
${include prefill_load_k step=step row=last_row}
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
${include prefill_strip wg=0}${include prefill_strip wg=1}
        %tokens_in_last = arith.subi %tokens, %last_token : i32
        %is_ragged = arith.cmpi slt, %tokens_in_last, %c_block : i32
${include prefill_load_last_v}
        %step_next = arith.addi %step, %c1 : i32
        %step_after = scf.for %i = %c1 to %blocks step %c1 iter_args(%step_now = %step_next) -> (i32) : i32 {
          %block_number = arith.subi %last_block, %i : i32
          %token = arith.muli %block_number, %c_block : i32
          %row = arith.addi %kv_row, %token : i32
${include prefill_load_k step=step_now row=row}${include prefill_load_v}          %step_now_next = arith.addi %step_now, %c1 : i32
          scf.yield %step_now_next : i32
        }
        %ragged_count = arith.extui %is_ragged : i1 to i32
        %tails_next = arith.addi %tails, %ragged_count : i32
        %item_next = arith.addi %item, %c1 : i32
        scf.yield %item_next, %step_after, %tails_next : i32, i32, i32
      }
      // No more items.
      %end_item_parity = arith.andi %item_end, %c1 : i32
      %end_parity = arith.xori %end_item_parity, %c1 : i32
      mla_gpu.mbar.wait %q0_free parity(%end_parity)
      mla_gpu.smem.store %c0, %item0[0] : i32, !item
      mla_gpu.mbar.arrive %q0_full
      mla_gpu.mbar.wait %q1_free parity(%end_parity)
      mla_gpu.smem.store %c0, %item1[0] : i32, !item
      mla_gpu.mbar.arrive %q1_full
