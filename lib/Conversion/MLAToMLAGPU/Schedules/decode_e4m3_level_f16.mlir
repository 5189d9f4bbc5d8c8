          // f16 holds weights far above and below the level, so it is the running maximum, and may lag.
          %m_next = mla_gpu.row.raise_max %m, %x_max_both by %threshold : !rowf
