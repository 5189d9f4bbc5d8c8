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
        ${end}
        ${when pages=boxes}
${include decode_pages_of_boxes pages=first_pages block=first_block}        ${end}
        ${when evicts=0}
${include decode_producer_steps which=end from=first_block to=last_block step0=item_step tails0=item_tail pages0=first}        ${end}
        ${when evicts=1}
        // Nobody reads what a long item reads but blocks that do so now, so L2 may give it up first. Its whole steps have a loop for that: a choice in front of each copy
        // made short items 3 to 4 % slower.
        %item_blocks = arith.subi %last_block, %first_block : i32
        %least_evicted = arith.constant ${least_evicted} : i32
        %is_long = arith.cmpi sge, %item_blocks, %least_evicted : i32
        ${end}
        ${when long=tile}
        %step_long, %long_end, %long_page0, %long_page1 = scf.if %is_long -> (i32, i32, i32, i32) {
${include decode_producer_whole}          scf.yield %step_whole, %whole_end, %whole_page0, %whole_page1 : i32, i32, i32, i32
        } else {
          scf.yield %item_step, %first_block, %first_page0, %first_page1 : i32, i32, i32, i32
        }
        ${end}
        ${when long=boxes}
        %step_long, %long_end, %long_pages = scf.if %is_long -> (i32, i32, !lanes) {
${include decode_producer_whole}          scf.yield %step_whole, %whole_end, %whole_pages : i32, i32, !lanes
        } else {
          scf.yield %item_step, %first_block, %first_pages : i32, i32, !lanes
        }
        ${end}
        ${when evicts=1}
${include decode_producer_steps which=end from=long_end to=last_block step0=step_long tails0=item_tail pages0=long}        ${end}
        mla_gpu.yield %step_end, %tail_end : i32, i32
      }
    }
