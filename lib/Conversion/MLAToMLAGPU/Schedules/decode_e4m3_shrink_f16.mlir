          // By each warp group for itself, which wants it before the other one's weights.
          mla_gpu.smem.store_rows %shrink, %stat_shrink${own} paired : !rowf, !stat
