          // Columns of token ${t} that share scale ${g}, from column ${first} on; append_values.mlir includes it. The scale is
          // that of lib/Reference/Cache.h: infinities and NaN do not count.
          %g_${t}_${g} = mla_gpu.lane.slice %${normed}_${t} from ${first} : !row -> !group
          %magnitude_${t}_${g} = math.absf %g_${t}_${g} : !group
          %finite_${t}_${g} = arith.cmpf olt, %magnitude_${t}_${g}, %infinity : !group
          %counted_${t}_${g} = arith.select %finite_${t}_${g}, %magnitude_${t}_${g}, %nothing : !group_mask, !group
          %largest_${t}_${g} = mla_gpu.lane.reduce max %counted_${t}_${g} : !group -> f32
          %raised_${t}_${g} = arith.maxnumf %largest_${t}_${g}, %floor : f32
          %scale_${t}_${g} = arith.divf %raised_${t}_${g}, %largest_stored : f32
          %inverse_${t}_${g} = arith.divf %one, %scale_${t}_${g} {mla_gpu.exact} : f32
          %inverse_row_${t}_${g} = mla_gpu.splat %inverse_${t}_${g} : f32 -> !group
          %q_${t}_${g} = arith.mulf %g_${t}_${g}, %inverse_row_${t}_${g} : !group
