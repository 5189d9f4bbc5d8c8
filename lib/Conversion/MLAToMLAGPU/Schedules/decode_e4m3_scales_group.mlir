          // For scores the four scales; of the largest the logarithm for what a token counts for, and the inverse for what it weighs; for values
          // what part of it each is.
          mla_gpu.smem.store_lanes %scale_${first}_0, %stat_scale${block}_0[%first_${first}]${paired} : !lanes_f32, !stat
          mla_gpu.smem.store_lanes %scale_${first}_1, %stat_scale${block}_1[%first_${first}]${paired} : !lanes_f32, !stat
          mla_gpu.smem.store_lanes %scale_${first}_2, %stat_scale${block}_2[%first_${first}]${paired} : !lanes_f32, !stat
          mla_gpu.smem.store_lanes %scale_${first}_3, %stat_scale${block}_3[%first_${first}]${paired} : !lanes_f32, !stat
          %largest_${first}_01 = arith.maxnumf %scale_${first}_0, %scale_${first}_1 : !lanes_f32
          %largest_${first}_23 = arith.maxnumf %scale_${first}_2, %scale_${first}_3 : !lanes_f32
          %largest_${first} = arith.maxnumf %largest_${first}_01, %largest_${first}_23 : !lanes_f32
          %raised_${first} = arith.maxnumf %largest_${first}, %scale_least : !lanes_f32
          %log_${first} = math.log2 %raised_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %log_${first}, %stat_log${block}[%first_${first}]${paired} : !lanes_f32, !stat
          %inverse_${first} = arith.divf %one, %raised_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %inverse_${first}, %stat_inverse${block}[%first_${first}]${paired} : !lanes_f32, !stat
          ${when ratios=1}
          %unit_${first} = arith.mulf %inverse_${first}, %ratio_range : !lanes_f32
          %ratio_${first}_0 = arith.mulf %scale_${first}_0, %unit_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %ratio_${first}_0, %ratios${block}_0[%first_${first}] paired : !lanes_f32, !stat_16
          %ratio_${first}_1 = arith.mulf %scale_${first}_1, %unit_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %ratio_${first}_1, %ratios${block}_1[%first_${first}] paired : !lanes_f32, !stat_16
          %ratio_${first}_2 = arith.mulf %scale_${first}_2, %unit_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %ratio_${first}_2, %ratios${block}_2[%first_${first}] paired : !lanes_f32, !stat_16
          %ratio_${first}_3 = arith.mulf %scale_${first}_3, %unit_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %ratio_${first}_3, %ratios${block}_3[%first_${first}] paired : !lanes_f32, !stat_16
          ${end}
