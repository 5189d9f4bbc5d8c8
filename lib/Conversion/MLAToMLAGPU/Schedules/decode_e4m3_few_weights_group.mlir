          // What tokens count for; their weights are that by the inverse of their largest scale, and what each group of columns is multiplied by is the
          // weight times its scale.
          %p = mla_gpu.row.scale %pw by %inverse_rows : !st, !rowf -> !st
          %pw_0 = mla_gpu.row.scale %p by %scale_0 : !st, !rowf -> !st
          mla_gpu.smem.store_transposed %pw_0, %p${own}_0 : !st, !weights
          %pw_1 = mla_gpu.row.scale %p by %scale_1 : !st, !rowf -> !st
          mla_gpu.smem.store_transposed %pw_1, %p${own}_1 : !st, !weights
          %pw_2 = mla_gpu.row.scale %p by %scale_2 : !st, !rowf -> !st
          mla_gpu.smem.store_transposed %pw_2, %p${own}_2 : !st, !weights
          %pw_3 = mla_gpu.row.scale %p by %scale_3 : !st, !rowf -> !st
          mla_gpu.smem.store_transposed %pw_3, %p${own}_3 : !st, !weights
          %l_next = mla_gpu.column.fma %l times %shrink plus %p : !st, !level
          %w_next = mla_gpu.column.fma %w times %shrink plus %pw : !st, !level
