          // Warp group 1 and a step's second block: raises the maximum on top of wg0's, and hands P1 over; seesaw_wg1.mlir and
          // decode_half_columns_wg1.mlir include it.
          %m1 = mla_gpu.row.raise_max %m0, %candidate by %${lag} : !rowf
          mla_gpu.smem.store_rows %m1, %stat_m1 : !rowf, !stat
          %shrink1_log2 = arith.subf %m0, %m1 : !rowf
          %shrink1 = math.exp2 %shrink1_log2 : !rowf
          %p = mla_gpu.exp2_fma %s times %scale minus %m1 : !s, !rowf -> !s
          %p_16 = mla_gpu.to_a_operand %p : !s -> !p
          mla_gpu.smem.store_tile %p_16, %p1 : !p, !tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg1_ready {mla_gpu.needless = "compute-sanitizer's racecheck takes what the last warp at p1_ready wrote since its last barrier, the maximum, for unordered"}
