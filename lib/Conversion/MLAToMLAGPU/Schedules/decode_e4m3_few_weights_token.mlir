          // What tokens count for; their weights are that by the inverse of their scale.
          mla_gpu.smem.store_transposed %pw, %p${own}_0 : !st, !weights
          %p = mla_gpu.row.scale %pw by %inverse_rows : !st, !rowf -> !st
          %l_next = mla_gpu.column.fma %l times %shrink plus %p : !st, !level
          %w_next = mla_gpu.column.fma %w times %shrink plus %pw : !st, !level
