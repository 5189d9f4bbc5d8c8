          // O is 0 before an item's first product: scaling it would take a warp 128 instructions, between the first scores and the first weights.
          // Both warp groups of a seesaw include it.
          %has_begun = arith.cmpi ne, %step, %item_step : i32
          %no_shrink = arith.constant dense<1.0> : !rowf
          %shrink_o = arith.select %has_begun, %shrink0, %no_shrink : !rowf
          %o_scaled0 = mla_gpu.row.scale %o_prev by %shrink_o skip_unit : !o, !rowf -> !o
