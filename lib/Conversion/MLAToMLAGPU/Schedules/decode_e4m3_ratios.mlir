          // The set of parts of scales of block ${block} for steps of this parity; decode_e4m3_scale_reader.mlir and decode_e4m3_begin_f16.mlir include it.
          %ratios${block}_0 = arith.select %is_b, %stat_ratio${block}_0_b, %stat_ratio${block}_0_a : !stat_16
          %ratios${block}_1 = arith.select %is_b, %stat_ratio${block}_1_b, %stat_ratio${block}_1_a : !stat_16
          %ratios${block}_2 = arith.select %is_b, %stat_ratio${block}_2_b, %stat_ratio${block}_2_a : !stat_16
          %ratios${block}_3 = arith.select %is_b, %stat_ratio${block}_3_b, %stat_ratio${block}_3_a : !stat_16
