          // Vᵀ·Pᵀ of tile ${tile}: of the warp group's own block here, plus the other one's in decode_e4m3_product_other.mlir.
          %w${tile}_0 = mla_gpu.wgmma %v${tile}${own}, %p${own} transpose_b : !v, !weights -> !o_pending
          ${when terms=two}
          %w${tile}_1 = mla_gpu.wgmma %v${tile}${own}, %p${own}_rest transpose_b plus %w${tile}_0 : !v, !weights plus !o_pending -> !o_pending
          ${end}
