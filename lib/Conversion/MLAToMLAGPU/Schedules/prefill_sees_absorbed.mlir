          // What the tile of each lane sees: the sequence's first query, and the tile's last.
          ${when causal=1}
          %sees_first = arith.addi %shift, %ones : !lanes
          %tile_end = arith.addi %tile_row, %rows : !lanes
          %last_row = arith.subi %tile_end, %ones : !lanes
          // Lanes past the end have no tile, and must not divide what is below 0.
          %last_row_or_0 = arith.maxsi %last_row, %zeros : !lanes
          %last_query = arith.divui %last_row_or_0, %query_rows_lanes : !lanes
          %sees_last = arith.addi %sees_first, %last_query : !lanes
          ${end}
          ${when causal=0}
          %sees_first = arith.addi %n_kv_lanes, %zeros : !lanes
          %sees_last = arith.addi %n_kv_lanes, %zeros : !lanes
          ${end}
          %sees_some = arith.maxsi %sees_last, %zeros : !lanes
          %sees_up = arith.addi %sees_some, %block_minus_1_lanes : !lanes
          %key_blocks = arith.divui %sees_up, %block_lanes : !lanes
