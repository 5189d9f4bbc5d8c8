        %q_rope_8 = mla_gpu.quantize %q_rope_scaled : !s -> !s_8
        %q_rope_rest_8 = mla_gpu.quantize %q_rope_scaled less %q_rope_8 : !s less !s_8 -> !s_8
        mla_gpu.smem.store_tile %q_rope_8, %q_rope_first : !s_8, !rope
        mla_gpu.smem.store_tile %q_rope_rest_8, %q_rope_rest : !s_8, !rope
