        // The strip of warp group ${wg}.
        %q_row${wg} = arith.addi %item_row, %strip${wg}_row : i32
        %rows${wg} = arith.subi %item_rows, %strip${wg}_row : i32
${when causal=1}        %sees${wg} = arith.addi %item_sees, %strip${wg}_row : i32
${end}${when causal=0}        %sees${wg} = arith.addi %item_sees, %c0 : i32
${end}        mla_gpu.mbar.wait %q${wg}_free parity(%q_free_parity)
        mla_gpu.smem.store %blocks, %item${wg}[0] : i32, !item
        mla_gpu.smem.store %head, %item${wg}[1] : i32, !item
        mla_gpu.smem.store %q_row${wg}, %item${wg}[2] : i32, !item
        mla_gpu.smem.store %rows${wg}, %item${wg}[3] : i32, !item
        mla_gpu.smem.store %tokens, %item${wg}[4] : i32, !item
        mla_gpu.smem.store %sees${wg}, %item${wg}[5] : i32, !item
        mla_gpu.mbar.arm %q${wg}_full bytes(${q_bytes})
        mla_gpu.tma.load %q_map[%head, %q_row${wg}, %c0] to %q${wg} signal %q${wg}_full : !q_map -> !q

