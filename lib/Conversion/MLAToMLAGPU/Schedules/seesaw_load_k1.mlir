          // The second block of a step; seesaw_load.mlir includes it.
          mla_gpu.mbar.wait %k1_right_free parity(%free_parity)
          mla_gpu.mbar.arm %${signal1}_c bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_half to=k1_c signal=${signal1}_c type=quarter}          mla_gpu.mbar.arm %${signal1}_d bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_three_quarters to=k1_d signal=${signal1}_d type=quarter}          mla_gpu.mbar.wait %k1_left_free parity(%free_parity)
          mla_gpu.mbar.arm %${signal1}_a bytes(${quarter_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c0 to=k1_a signal=${signal1}_a type=quarter}          mla_gpu.mbar.arm %${signal1}_b bytes(${quarter_rope_bytes})
${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_quarter to=k1_b signal=${signal1}_b type=quarter}${include decode_copy map=cache_map map_type=cache_map page=${page1} slot=${slot1} boxes_at=c_boxes column=c_latent to=p1 signal=${signal1}_b type=tile}          ${when whole=0}
          scf.if %ragged1 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v1 from %tokens1 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k1_full_a
            mla_gpu.mbar.arrive %k1_full_b
            mla_gpu.mbar.arrive %k1_full_c
            mla_gpu.mbar.arrive %k1_full_d
          }
          ${end}
