          // The second block of a step; seesaw_load.mlir includes it.
          mla_gpu.mbar.wait %k1_right_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_c bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%${page1}, %${slot1}, %c_half] to %k1_c signal %k1_signal_c : !map -> !quarter
          mla_gpu.mbar.arm %k1_signal_d bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%${page1}, %${slot1}, %c_three_quarters] to %k1_d signal %k1_signal_d : !map -> !quarter
          mla_gpu.mbar.wait %k1_left_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_a bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%${page1}, %${slot1}, %c0] to %k1_a signal %k1_signal_a : !map -> !quarter
          mla_gpu.mbar.arm %k1_signal_b bytes(${quarter_rope_bytes})
          mla_gpu.tma.load %cache_map[%${page1}, %${slot1}, %c_quarter] to %k1_b signal %k1_signal_b : !map -> !quarter
          mla_gpu.tma.load %cache_map[%${page1}, %${slot1}, %c_latent] to %p1 signal %k1_signal_b : !map -> !tile
          scf.if %ragged1 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v1 from %tokens1 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k1_full_a
            mla_gpu.mbar.arrive %k1_full_b
            mla_gpu.mbar.arrive %k1_full_c
            mla_gpu.mbar.arrive %k1_full_d
          }
