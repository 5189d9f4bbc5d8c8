    // The producer of decode_seesaw.mlir for a cache of e4m3.
    mla_gpu.role "producer" warps(8 to 12) team(warp_group) registers(${producer_registers}) {
${include dequantize_cache}      %stride64 = arith.extsi %table_stride : i32 to i64
      %last_block = arith.subi %table_stride, %c1 : i32
      %items_end, %steps_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128)
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first, %last, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
        %request64 = arith.extsi %request : i32 to i64
        %table_row = arith.muli %request64, %stride64 : i64
        %nonempty = arith.cmpi slt, %first, %last : i32
        // Page numbers are read a step ahead; where there is no second block, or no next step, whatever lies there.
        %first_page0, %first_page1 = scf.if %nonempty -> (i32, i32) {
          %block0_raw = arith.muli %first, %c2 : i32
          %block1_raw = arith.addi %block0_raw, %c1 : i32
          %block0 = arith.minsi %block0_raw, %last_block : i32
          %block1 = arith.minsi %block1_raw, %last_block : i32
          %block0_64 = arith.extsi %block0 : i32 to i64
          %block1_64 = arith.extsi %block1 : i32 to i64
          %entry0 = arith.addi %table_row, %block0_64 : i64
          %entry1 = arith.addi %table_row, %block1_64 : i64
          %page0 = mla_gpu.global.load %table[%entry0] : !mla_gpu.ptr<i32> -> i32
          %page1 = mla_gpu.global.load %table[%entry1] : !mla_gpu.ptr<i32> -> i32
          scf.yield %page0, %page1 : i32, i32
        } else {
          scf.yield %num_pages, %num_pages : i32, i32
        }
        %first_token = arith.muli %first, %c128 : i32
        %first_rest = arith.subi %length, %first_token : i32
        %first_rest1 = arith.subi %first_rest, %c64 : i32
        %first_known0 = arith.cmpi ult, %first_page0, %num_pages : i32
        %first_known1 = arith.cmpi ult, %first_page1, %num_pages : i32
        %first_tokens = arith.select %first_known0, %first_rest, %c0 : i32
        %first_tokens1 = arith.select %first_known1, %first_rest1, %c0 : i32
${include dequantize_prefetch page=first_page0 tokens=first_tokens}
${include dequantize_prefetch page=first_page1 tokens=first_tokens1}
        mla_gpu.mbar.wait %q_free parity(%q_free_parity)
        mla_gpu.mbar.arm %q_full bytes(${q_bytes})
        mla_gpu.tma.load %q_map[%request, %row0, %c0] to %q_given signal %q_full : !map -> !block_given
${include dequantize_first}
        %step_end, %page0_end, %page1_end, %end_scale0, %end_0, %end_1, %end_scale1, %end_2, %end_3 = scf.for %i = %first to %last step %c1
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
${include seesaw_dequantize}          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %next_page0, %next_page1, %next_scale0, %next_0, %next_1, %next_scale1, %next_2, %next_3
              : i32, i32, i32, !chunk_row, !stored, !stored, !chunk_row, !stored, !stored
        }
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
    }
