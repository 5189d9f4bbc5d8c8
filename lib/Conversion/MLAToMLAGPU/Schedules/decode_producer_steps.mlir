        // Copies the blocks from %${from} to %${to} of an item, two a step; decode_producer_0.mlir includes it. With whole=1 all of them are whole: no
        // tail is cleared, and each step has a second block.
        ${when pages=tile}
        %step_${which}, %tail_${which}, %${which}_ahead, %${which}_page0, %${which}_page1 = scf.for %block = %${from} to %${to} step %c2
            iter_args(%step = %${step0}, %tails = %${tails0}, %ahead = %c0, %page0 = %${pages0}_page0, %page1_read = %${pages0}_page1)
            -> (i32, i32, i32, i32, i32) : i32 {
        ${end}
        ${when pages=boxes}
        %step_${which}, %tail_${which}, %${which}_ahead, %${which}_pages = scf.for %block = %${from} to %${to} step %c2
            iter_args(%step = %${step0}, %tails = %${tails0}, %ahead = %c0, %pages = %${pages0}_pages) -> (i32, i32, i32, !lanes) : i32 {
        ${end}
          %parity = arith.andi %step, %c1 : i32
          %free_parity = arith.xori %parity, %c1 : i32
          ${when has_second=yes}
          %has1 = arith.constant true
          ${end}
          ${when whole=0}
          // How many tokens of each block belong to the sequence.
          %token0 = arith.muli %block, %c64 : i32
          %token1 = arith.addi %token0, %c64 : i32
          %tokens0 = arith.subi %length, %token0 : i32
          %tokens1 = arith.subi %length, %token1 : i32
          ${end}
          ${when has_second=tokens}
          %has1 = arith.cmpi sgt, %tokens1, %c0 : i32
          ${end}
          ${when has_second=blocks}
          %own_block1 = arith.addi %block, %c1 : i32
          %has1 = arith.cmpi slt, %own_block1, %last_block : i32
          ${end}
          %next_block = arith.addi %block, %c2 : i32
          ${when pages=tile}
          %page1 = arith.select %has1, %page1_read, %num_pages : i32
${include decode_pages pages=next_pages block=next_block}${include seesaw_load page0=page0 slot0=c0 page1=page1 slot1=c0}${include decode_pace_ahead}          %next_page0 = mla_gpu.lane.extract %next_pages[%c0] : !lanes -> i32
          %next_page1 = mla_gpu.lane.extract %next_pages[%c1] : !lanes -> i32
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %${tails}, %ahead_next, %next_page0, %next_page1 : i32, i32, i32, i32, i32
          ${end}
          ${when pages=boxes}
${include decode_page_rows block=block}${include decode_pages_of_boxes pages=next_pages block=next_block}${include seesaw_load page0=none slot0=none page1=none slot1=none}${include decode_pace_ahead}          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %${tails}, %ahead_next, %next_pages : i32, i32, i32, !lanes
          ${end}
        }

