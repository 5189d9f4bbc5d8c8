          // The second block of a step; seesaw_load.mlir includes it.
          mla_gpu.mbar.wait %k1_right_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_c bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_half to=k1_c signal=k1_signal_c type=quarter}          mla_gpu.mbar.arm %k1_signal_d bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_three_quarters to=k1_d signal=k1_signal_d type=quarter}          mla_gpu.mbar.wait %k1_left_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_a bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c0 to=k1_a signal=k1_signal_a type=quarter}          mla_gpu.mbar.arm %k1_signal_b bytes(${quarter_rope_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_quarter to=k1_b signal=k1_signal_b type=quarter}${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_latent to=p1 signal=k1_signal_b type=tile}          scf.if %ragged1 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v1 from %tokens1 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k1_full_a
            mla_gpu.mbar.arrive %k1_full_b
            mla_gpu.mbar.arrive %k1_full_c
            mla_gpu.mbar.arrive %k1_full_d
          }
