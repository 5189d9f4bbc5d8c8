          // Masks a block's scores %${scores}, of tokens from %token on, and takes their maximum. Both warp groups of a seesaw include it.
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          %s = mla_gpu.mask %${scores} from %token border %border if %masked : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %s : !s -> !rowf
          %candidate = arith.mulf %s_max, %scale_row : !rowf
