        // The queries' columns of warp group ${wg}, ${half}, as numbers of the type that caches are dequantised to.
        %q_half = mla_gpu.smem.load_tile %q_${half}_given : !half_given -> !o
        %q_half_16 = mla_gpu.to_a_operand %q_half : !o -> !half_16
        mla_gpu.nbar.sync %${wg}_ready
        mla_gpu.smem.store_tile %q_half_16, %q_${half} : !half_16, !half
