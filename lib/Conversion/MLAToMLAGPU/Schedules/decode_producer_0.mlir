    // The producers of decode_seesaw.mlir: copies by TMA.
${include decode_queries}    mla_gpu.role "producer" warps(9 to 10) team(warp) registers(24) {
      %stride64 = arith.extsi %table_stride : i32 to i64
      %steps_end, %tails_end = mla_gpu.items %parts[%part]
          ${when records=ahead}
          records(%records)
          ${end}
          lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first, %last, %slot)
          iter_args(%item_step = %c0, %item_tail = %c0) : i32, i32 {
        %request64 = arith.extsi %request : i32 to i64
        %table_row = arith.muli %request64, %stride64 : i64
        ${when halves=0}
        %begin = arith.muli %first, %c_item_blocks : i32
        %first_block = arith.muli %first, %c_item_blocks : i32
        %last_block = arith.muli %last, %c_item_blocks : i32
        ${end}
        ${when halves=1}
${include decode_half_columns first=first last=last}        %step_begin = arith.subi %first, %column_half : i32
        %step_limit = arith.addi %step_begin, %c2 : i32
        %first_block = arith.select %by_columns, %step_begin, %first : i32
        %last_block = arith.select %by_columns, %step_limit, %last : i32
        %before = arith.subi %first, %c1 : i32
        %begin = arith.maxsi %before, %c0 : i32
        ${end}
        // Page numbers are read a step ahead, and into lanes: what is the same in all lanes the assembler moves to uniform registers at once,
        // which waits for it, ahead of copies that do not need it.
        ${when pages=tile}
        // Nor do those of the first step wait for the length: it says only where in the lanes they are, for the item may begin a block before its
        // record does.
${include decode_pages pages=first_pages block=begin}        %place0 = arith.subi %first_block, %begin : i32
        %place1 = arith.addi %place0, %c1 : i32
        %first_page0 = mla_gpu.lane.extract %first_pages[%place0] : !lanes -> i32
        %first_page1 = mla_gpu.lane.extract %first_pages[%place1] : !lanes -> i32
        %step_end, %tail_end, %page0_end, %page1_end = scf.for %block = %first_block to %last_block step %c2
            iter_args(%step = %item_step, %tails = %item_tail, %page0 = %first_page0, %page1_read = %first_page1)
            -> (i32, i32, i32, i32) : i32 {
        ${end}
        ${when pages=boxes}
${include decode_pages_of_boxes pages=first_pages block=first_block}        %step_end, %tail_end, %pages_end = scf.for %block = %first_block to %last_block step %c2
            iter_args(%step = %item_step, %tails = %item_tail, %pages = %first_pages) -> (i32, i32, !lanes) : i32 {
        ${end}
          %parity = arith.andi %step, %c1 : i32
          %free_parity = arith.xori %parity, %c1 : i32
          // How many tokens of each block belong to the sequence.
          %token0 = arith.muli %block, %c64 : i32
          %token1 = arith.addi %token0, %c64 : i32
          %tokens0 = arith.subi %length, %token0 : i32
          %tokens1 = arith.subi %length, %token1 : i32
          ${when halves=0}
          %has1 = arith.cmpi sgt, %tokens1, %c0 : i32
          ${end}
          ${when halves=1}
          %own_block1 = arith.addi %block, %c1 : i32
          %has1 = arith.cmpi slt, %own_block1, %last_block : i32
          ${end}
          %next_block = arith.addi %block, %c2 : i32
          ${when pages=tile}
          %page1 = arith.select %has1, %page1_read, %num_pages : i32
${include decode_pages pages=next_pages block=next_block}${include seesaw_load page0=page0 slot0=c0 page1=page1 slot1=c0}          %next_page0 = mla_gpu.lane.extract %next_pages[%c0] : !lanes -> i32
          %next_page1 = mla_gpu.lane.extract %next_pages[%c1] : !lanes -> i32
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %tails_next, %next_page0, %next_page1 : i32, i32, i32, i32
          ${end}
          ${when pages=boxes}
${include decode_page_rows block=block}${include decode_pages_of_boxes pages=next_pages block=next_block}${include seesaw_load page0=none slot0=none page1=none slot1=none}          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %tails_next, %next_pages : i32, i32, !lanes
          ${end}
        }
        mla_gpu.yield %step_end, %tail_end : i32, i32
      }
    }
