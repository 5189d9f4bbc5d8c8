          // Vᵀ·Pᵀ of tile ${tile}, of both blocks; decode_e4m3_values_one.mlir and decode_e4m3_half_columns.mlir include it.
          %w${tile}_0 = mla_gpu.wgmma %v${tile}0, %p0 transpose_b : !v, !weights -> !o_pending
          ${when precision=bf16}
          %w${tile}_1 = mla_gpu.wgmma %v${tile}0, %p0_rest transpose_b plus %w${tile}_0 : !v, !weights plus !o_pending -> !o_pending
          ${end}
          %v${tile}1 = mla_gpu.smem.load_transposed %${k1} from ${from} : !${k_type} -> !v
          ${when precision=e4m3}
          %w${tile} = mla_gpu.wgmma %v${tile}1, %p1 transpose_b plus %w${tile}_0 : !v, !weights plus !o_pending -> !o_pending
          ${end}
          ${when precision=bf16}
          %w${tile}_2 = mla_gpu.wgmma %v${tile}1, %p1 transpose_b plus %w${tile}_1 : !v, !weights plus !o_pending -> !o_pending
          %w${tile} = mla_gpu.wgmma %v${tile}1, %p1_rest transpose_b plus %w${tile}_2 : !v, !weights plus !o_pending -> !o_pending
          ${end}
