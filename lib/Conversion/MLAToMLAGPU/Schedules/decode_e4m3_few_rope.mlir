          // Products of RoPE columns of e4m3, the second term of Q first; decode_e4m3_few_scores.mlir includes it.
          ${when queries=split}
          %a4_0 = mla_gpu.wgmma %rope${own}, %q_rope_rest transpose_b : !rope, !rope -> !st_pending
          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_first transpose_b plus %a4_0 : !rope, !rope plus !st_pending -> !st_pending
          ${end}
          ${when queries=given}
          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_first transpose_b : !rope, !rope -> !st_pending
          ${end}
