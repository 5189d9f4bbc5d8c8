          // Weights, and their sum; decode_e4m3_few_loop.mlir includes it.
          mla_gpu.smem.store_transposed %pw, %p${own}_0 : !st, !weights
          %l_next = mla_gpu.column.fma %l times %shrink plus %pw : !st, !level
