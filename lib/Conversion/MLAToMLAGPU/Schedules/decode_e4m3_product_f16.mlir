          // Vᵀ·Pᵀ of tile ${tile} of block ${block}, V of f16; decode_e4m3_values_f16.mlir includes it.
${include decode_e4m3_convert_f16 tile=${tile} block=${block} pair=${pair}}          %w${tile}${block} = mla_gpu.wgmma %v${tile}${block}_16, %p${block}${p_${pair}_${half}} transpose_b plus %${onto} : !v_16, !weights plus !${onto_type} -> !o_pending
