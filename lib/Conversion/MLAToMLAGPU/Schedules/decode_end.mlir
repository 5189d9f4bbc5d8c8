      // How a consumer's role ends: what the part shares with others is merged, once all partial results are in memory. The records that say
      // what that is are read before (decode_sharing_records.mlir): in the kernel's set-up they would hold up its begin, for the assembler moves
      // them to uniform registers at once. Where tokens have scales of their own registers are scarce, and they are read here and waited for.
      %own_half = arith.constant ${half} : i32
      mla_gpu.tma.store_wait written
      mla_gpu.nbar.sync %l_ready
      ${when shares=read}
      mla_gpu.tail "meet" (%half = %own_half : i32, %begin_request = %read_begin_request : i32, %begin_step = %read_begin_step : i32,
          %begin_first = %read_begin_first : i32, %begin_sharers = %read_begin_sharers : i32, %end_request = %read_end_request : i32,
          %end_step = %read_end_step : i32, %end_first = %read_end_first : i32, %end_sharers = %read_end_sharers : i32) {
      ${end}
      ${when shares=late}
      mla_gpu.tail "meet" (%half = %own_half : i32) {
      ${end}
        ${when rows=late}
        %part = mla_gpu.block_id 1
        %row_tile = mla_gpu.block_id 0
        %row0 = arith.muli %row_tile, %c64 : i32
${include decode_rows}        ${end}
        %exchange = mla_gpu.smem.view %q tiles(0 to ${tiles_latent}) : !${q_type} -> !exchange
        ${when shares=late}
${include decode_sharing_records at_begin=begin at_end=end}        ${end}
${include decode_shared_requests}${when pieces=free}
${include decode_meet}${end}${when pieces=fixed}
${include decode_meet_fixed}${end}      }
