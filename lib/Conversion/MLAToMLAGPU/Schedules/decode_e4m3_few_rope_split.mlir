          // The same, of queries in two terms, the second first.
          %a4_0 = mla_gpu.wgmma %rope${own}, %q_rope_rest transpose_b : !rope, !rope -> !st_pending
          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_first transpose_b plus %a4_0 : !rope, !rope plus !st_pending -> !st_pending
