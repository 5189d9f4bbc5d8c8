          // Copies one step's two blocks, of %tokens0 and %tokens1 tokens, the second if %has1, when the buffers of the step before
          // are free. Block i begins in page %pagei of the map, at row %sloti. With whole=1 both are whole, and neither is cleared.
          ${when whole=0}
          %ragged0 = arith.cmpi slt, %tokens0, %c64 : i32
          %short1 = arith.cmpi slt, %tokens1, %c64 : i32
          %ragged1 = arith.andi %short1, %has1 : i1
          %k0_signal_a = arith.select %ragged0, %tail, %k0_full_a : !mla_gpu.mbar
          %k0_signal_b = arith.select %ragged0, %tail, %k0_full_b : !mla_gpu.mbar
          %k0_signal_c = arith.select %ragged0, %tail, %k0_full_c : !mla_gpu.mbar
          %k0_signal_d = arith.select %ragged0, %tail, %k0_full_d : !mla_gpu.mbar
          %k1_signal_a = arith.select %ragged1, %tail, %k1_full_a : !mla_gpu.mbar
          %k1_signal_b = arith.select %ragged1, %tail, %k1_full_b : !mla_gpu.mbar
          %k1_signal_c = arith.select %ragged1, %tail, %k1_full_c : !mla_gpu.mbar
          %k1_signal_d = arith.select %ragged1, %tail, %k1_full_d : !mla_gpu.mbar
          ${end}
          mla_gpu.mbar.wait %k0_left_free parity(%free_parity)
          ${when paced=1}
          mla_gpu.pace.hold %ahead most ${pace}
          ${end}
          mla_gpu.mbar.arm %${signal0}_a bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page0} slot=${slot0} boxes_at=c0 column=c0 to=k0_a signal=${signal0}_a type=quarter}          mla_gpu.mbar.arm %${signal0}_b bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page0} slot=${slot0} boxes_at=c0 column=c_quarter to=k0_b signal=${signal0}_b type=quarter}${include decode_pace_mark}          mla_gpu.mbar.wait %k0_right_free parity(%free_parity)
          mla_gpu.mbar.arm %${signal0}_c bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page0} slot=${slot0} boxes_at=c0 column=c_half to=k0_c signal=${signal0}_c type=quarter}          mla_gpu.mbar.arm %${signal0}_d bytes(${quarter_rope_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page0} slot=${slot0} boxes_at=c0 column=c_three_quarters to=k0_dp signal=${signal0}_d type=quarter_rope}          ${when whole=0}
          // A ragged block: wait for it, clear the values past the end, hand it on. This must not wait until k1 is
          // refilled, because wg0 frees its part of k1 only once it has the next k0.
          %tail_parity = arith.andi %tails, %c1 : i32
          scf.if %ragged0 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v0 from %tokens0 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k0_full_a
            mla_gpu.mbar.arrive %k0_full_b
            mla_gpu.mbar.arrive %k0_full_c
            mla_gpu.mbar.arrive %k0_full_d
          }
          ${end}
          ${when has_second=blocks}
          // Without a second block its barriers complete their phase all the same: nobody waits for them, and nothing is written. Nor
          // need the producer wait for K1 to be free, which P1·V1 of the step before may still read. It cannot miss a phase by that: wg1
          // frees K0 after its wait for that step's k1_full, and each group frees a K0 after the K1 before it, so what the next step
          // waits for cannot be a phase behind.
          scf.if %has1 {
          ${end}
${include seesaw_load_k1}          ${when has_second=blocks}
          } else {
            mla_gpu.mbar.arrive %k1_full_a
            mla_gpu.mbar.arrive %k1_full_b
            mla_gpu.mbar.arrive %k1_full_c
            mla_gpu.mbar.arrive %k1_full_d
          }
          ${end}
          ${when whole=0}
          %ragged = arith.ori %ragged0, %ragged1 : i1
          %ragged_count = arith.extui %ragged : i1 to i32
          %tails_next = arith.addi %tails, %ragged_count : i32
          ${end}
