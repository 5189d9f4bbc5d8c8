        // 16-bit products for RoPE: the columns stay as they came, in units of the row's scale, which is a power of two.
        %q_rope_16 = mla_gpu.to_a_operand %q_rope_scaled : !s -> !s_16
        mla_gpu.smem.store_tile %q_rope_16, %q_rope_view anew : !s_16, !rope
