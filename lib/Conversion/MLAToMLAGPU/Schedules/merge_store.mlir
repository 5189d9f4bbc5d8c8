          // Columns of row ${t}; merge.mlir includes it.
          %weighted_a_${t} = arith.mulf %x_a_${t}, %a_weight_${t} : !row
          %weighted_b_${t} = arith.mulf %x_b_${t}, %b_weight_${t} : !row
          %term_a_${t} = arith.select %takes_a_${t}, %weighted_a_${t}, %zeros : !row_mask, !row
          %term_b_${t} = arith.select %takes_b_${t}, %weighted_b_${t}, %zeros : !row_mask, !row
          %merged_${t} = arith.addf %term_a_${t}, %term_b_${t} : !row
          scf.if %exists_${t} {
            mla_gpu.global.store_lanes %merged_${t}, %out[%at_${t}] : !row, !mla_gpu.ptr<!element>
          }
