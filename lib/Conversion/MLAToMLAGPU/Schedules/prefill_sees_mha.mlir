          // What the tile of each lane sees.
${when causal=1}          %row_shift = arith.addi %shift, %tile_row : !lanes
          %sees_first = arith.addi %row_shift, %ones : !lanes
          %sees_last = arith.addi %row_shift, %rows : !lanes
${end}${when causal=0}          %sees_first = arith.addi %n_kv_lanes, %zeros : !lanes
          %sees_last = arith.addi %n_kv_lanes, %zeros : !lanes
${end}          %sees_some = arith.maxsi %sees_last, %ones : !lanes
          %sees_up = arith.addi %sees_some, %block_minus_1_lanes : !lanes
          %key_blocks = arith.divui %sees_up, %block_lanes : !lanes
