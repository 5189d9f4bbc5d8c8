          // For scores the scale, for what a token counts for its logarithm, for what it weighs its inverse.
          mla_gpu.smem.store_lanes %scale_${first}_0, %stat_scale${block}[%first_${first}]${paired} : !lanes_f32, !stat
          %raised_${first} = arith.maxnumf %scale_${first}_0, %scale_least : !lanes_f32
          %log_${first} = math.log2 %raised_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %log_${first}, %stat_log${block}[%first_${first}]${paired} : !lanes_f32, !stat
          %inverse_${first} = arith.divf %one, %raised_${first} : !lanes_f32
          mla_gpu.smem.store_lanes %inverse_${first}, %stat_inverse${block}[%first_${first}]${paired} : !lanes_f32, !stat
