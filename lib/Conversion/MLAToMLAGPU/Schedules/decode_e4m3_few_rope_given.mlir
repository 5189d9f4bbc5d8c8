          %a4 = mla_gpu.wgmma %rope${own}, %q_rope_first transpose_b : !rope, !rope -> !st_pending
