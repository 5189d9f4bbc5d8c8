          // Products of RoPE columns of e4m3, of queries as given; decode_e4m3_few_scores.mlir includes it.
          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_first transpose_b : !rope, !rope -> !st_pending
