          // By what O shrinks, by each warp group for itself, which wants it before the other one's weights; decode_e4m3_loop.mlir includes it.
          mla_gpu.smem.store_rows %shrink, %stat_shrink${own} paired : !rowf, !stat
