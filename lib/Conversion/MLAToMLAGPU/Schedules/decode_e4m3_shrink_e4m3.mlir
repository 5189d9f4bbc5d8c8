          ${when half=0}
          mla_gpu.smem.store_rows %shrink, %stat_shrink paired : !rowf, !stat
          ${end}
