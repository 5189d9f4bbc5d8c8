    // Copies an item's queries. They have a warp of their own: they need not wait for page numbers, nor the first blocks of the
    // next item for the results of this one, which leave through the buffer of the queries.
    mla_gpu.role "query_producer" warps(8 to 9) team(warp) registers(24) {
      %q_tile = mla_gpu.block_id 0
      %q_part = mla_gpu.block_id 1
      %q_row0 = arith.muli %q_tile, %c64 : i32
      %items_end = mla_gpu.items %parts[%q_part]
          ${when records=ahead}
          records(%records)
          ${end}
          lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first, %last, %slot) iter_args(%item = %c0) : i32 {
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
        mla_gpu.mbar.wait %q_free parity(%q_free_parity)
        mla_gpu.mbar.arm %q_full bytes(${q_bytes})
        ${when queries=whole}
        mla_gpu.tma.load %q_map[%request, %q_row0, %c0] to %q signal %q_full : !map -> !block
        ${end}
        ${when queries=split}
        mla_gpu.tma.load %q_map[%request, %q_row0, %c0] to %q signal %q_full : !map -> !q_16
        ${end}
        ${when queries=given}
        %c_latent = arith.constant ${d_latent} : i32
        mla_gpu.tma.load %q_map[%request, %q_row0, %c0] to %q_first signal %q_full : !latent_map -> !latent
        mla_gpu.tma.load %q_rope_map[%request, %q_row0, %c_latent] to %q_rope_first signal %q_full : !q_rope_map -> !q_rope_8
        ${end}
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next : i32
      }
    }

