          ${when terms=one}
          %w${tile} = mla_gpu.wgmma %v${tile}${other}, %p${other} transpose_b plus %w${tile}_0 : !v, !weights plus !o_pending -> !o_pending
          ${end}
          ${when terms=two}
          %w${tile}_2 = mla_gpu.wgmma %v${tile}${other}, %p${other} transpose_b plus %w${tile}_1 : !v, !weights plus !o_pending -> !o_pending
          %w${tile} = mla_gpu.wgmma %v${tile}${other}, %p${other}_rest transpose_b plus %w${tile}_2 : !v, !weights plus !o_pending -> !o_pending
          ${end}
