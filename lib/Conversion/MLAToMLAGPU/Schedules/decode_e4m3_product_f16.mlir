          // Vᵀ·Pᵀ of tile ${tile}, of both blocks; decode_e4m3_values_f16.mlir includes it.
${include decode_e4m3_operand tile=${tile} block=${own} pair=${pair} column=${column}}${include decode_e4m3_operand tile=${tile} block=${other} pair=${pair} column=${column}}          %w${tile}_own = mla_gpu.wgmma %v${tile}${own}_16, %p${own} transpose_b plus %o${tile}_shrunk : !v_16, !weights plus !o -> !o_pending
          %w${tile} = mla_gpu.wgmma %v${tile}${other}_16, %p${other} transpose_b plus %w${tile}_own : !v_16, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
