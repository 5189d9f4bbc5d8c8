          %top_next = arith.maxnumf %top, %x_max_both : !rowf
          %level_least = arith.subf %top_next, %level_depth : !rowf
          %m_next = mla_gpu.row.raise_max %level_least, %x_max_both by %threshold : !rowf
