          // By what O shrinks, for both warp groups; decode_e4m3_loop.mlir includes it.
          ${when half=0}
          mla_gpu.smem.store_rows %shrink, %stat_shrink paired : !rowf, !stat
          ${end}
