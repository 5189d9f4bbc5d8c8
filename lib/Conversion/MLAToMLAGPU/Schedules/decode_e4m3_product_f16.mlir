          // Vᵀ·Pᵀ of tile ${tile} of block ${block}, V of f16, by what part of their token's largest scale its columns' group has;
          // decode_e4m3_values_f16.mlir includes it.
          ${when scales=group}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} by %ratio_${pair}${block} : !v by !columns_16 -> !v_16
          ${end}
          ${when scales=token}
          %v${tile}${block}_16 = mla_gpu.convert_operand %v${tile}${block} : !v -> !v_16
          ${end}
          %w${tile}${block} = mla_gpu.wgmma %v${tile}${block}_16, %p${block} transpose_b plus %${onto} : !v_16, !weights plus !${onto_type} -> !o_pending
