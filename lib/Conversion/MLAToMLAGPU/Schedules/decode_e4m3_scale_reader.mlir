    // Reads the scales of block ${block} of each step while the step before it runs, and hands on what is made
    // of them; decode_e4m3.mlir includes it.
    mla_gpu.role "scales${block}" warps(${first_warp} to ${end_warp}) team(warp) registers(24) {
      %one_scale = arith.constant dense<1> : !lanes64
      %token_stride = arith.constant dense<${token_in_scales}> : !lanes64
      %scale_least = arith.constant dense<5.42101086e-20> : !lanes_f32
      %one = arith.constant dense<1.0> : !lanes_f32
      ${when ratios=1}
      // Parts of a token's largest scale in 128ths: times 448 that is below f16's largest, and a part is a normal number down to 2⁻²¹.
      %ratio_range = arith.constant dense<128.0> : !lanes_f32
      ${end}
      %stride64 = arith.extsi %table_stride : i32 to i64
      %part = mla_gpu.block_id 1
      %steps_end = mla_gpu.items %parts[%part]
          ${when records=ahead}
          records(%records)
          ${end}
          lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first${unit}, %last${unit}, %slot) iter_args(%item_step = %c0) : i32 {
${include decode_e4m3_steps}
        %request64 = arith.extsi %request : i32 to i64
        %table_row = arith.muli %request64, %stride64 : i64
        %last_column = arith.subi %table_stride, %c1 : i32
        %step_end = scf.for %i = %first to %last step %c1 iter_args(%step = %item_step) -> (i32) : i32 {
          %blocks_before = arith.muli %i, %c2 : i32
          %block_raw = arith.addi %blocks_before, %c${block} : i32
          %block = arith.minsi %block_raw, %last_column : i32
          %block64 = arith.extsi %block : i32 to i64
          %entry = arith.addi %table_row, %block64 : i64
          %page = mla_gpu.global.load %table[%entry] : !mla_gpu.ptr<i32> -> i32
          %page64 = arith.extsi %page : i32 to i64
          %page_at = arith.muli %page64, %page_in_scales : i64
          %token = arith.muli %block_raw, %c64 : i32
          %left = arith.subi %length, %token : i32
          %parity = arith.andi %step, %c1 : i32
          ${when ratios=1}
          %is_b = arith.cmpi ne, %parity, %c0 : i32
${include decode_e4m3_ratios block=${block}}          ${end}
${include decode_e4m3_scales_read first=0}          ${when scales=token}
          // Registers suffice for all of them where a token has one.
${include decode_e4m3_scales_read first=32}          ${end}
          // The step before is done with its own but for parts of scales, of which there are two sets.
          %free_parity = arith.xori %parity, %c1 : i32
          mla_gpu.mbar.wait %scales_free${block} parity(%free_parity)
${include decode_e4m3_scales_${scales} first=0}          ${when scales=group}
${include decode_e4m3_scales_read first=32}          ${end}
${include decode_e4m3_scales_${scales} first=32}          mla_gpu.mbar.arrive %scales_full${block} each_lane
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next : i32
        }
        mla_gpu.yield %step_end : i32
      }
    }
