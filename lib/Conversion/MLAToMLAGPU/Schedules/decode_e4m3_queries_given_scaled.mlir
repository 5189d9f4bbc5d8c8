        // Queries are e4m3 as they are, one scale for all; consumers of decode_e4m3.mlir include it. Their RoPE columns meet those of the cache, which
        // have 16 bits: the second warp group widens them, exactly.
        %unit_to_log2 = arith.mulf %query_scale, %scale : f32
        ${when half=1}
        %q_rope_8 = mla_gpu.smem.load_tile %q_rope_first : !q_rope_8 -> !s_8
        %q_rope_f32 = mla_gpu.dequantize %q_rope_8 : !s_8 -> !s
        %q_rope_16 = mla_gpu.to_a_operand %q_rope_f32 : !s -> !s_16
        mla_gpu.smem.store_tile %q_rope_16, %q_rope_tile anew : !s_16, !rope
        mla_gpu.fence.async
        ${end}
        mla_gpu.nbar.sync %q_ready
