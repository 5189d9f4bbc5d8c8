          // What the cache receives of token ${t}; append.mlir includes it.
          ${when norm=1}
          %squares_${t} = arith.mulf %x_${t}, %x_${t} : !row
          %square_sum_${t} = mla_gpu.lane.reduce add %squares_${t} : !row -> f32
          %mean_${t} = arith.mulf %square_sum_${t}, %inverse_width : f32
          %shifted_${t} = arith.addf %mean_${t}, %eps : f32
          %factor_${t} = math.rsqrt %shifted_${t} : f32
          %factor_row_${t} = mla_gpu.splat %factor_${t} : f32 -> !row
          %scaled_${t} = arith.mulf %x_${t}, %factor_row_${t} : !row
          %y_${t} = arith.mulf %scaled_${t}, %weights : !row
          ${end}
          ${when rope=1}
${include rope_angles}
          %u_cos_${t} = arith.mulf %u_${t}, %cos_${t} : !lanes_f32
          %u_sin_${t} = arith.mulf %u_${t}, %sin_${t} : !lanes_f32
          %v_cos_${t} = arith.mulf %v_${t}, %cos_${t} : !lanes_f32
          %v_sin_${t} = arith.mulf %v_${t}, %sin_${t} : !lanes_f32
          %r_${t} = arith.subf %u_cos_${t}, %v_sin_${t} : !lanes_f32
          %s_${t} = arith.addf %v_cos_${t}, %u_sin_${t} : !lanes_f32
          ${end}
          ${when scales=tensor}
          %q_${t} = arith.mulf %${normed}_${t}, %inverse_row : !row
          %qu_${t} = arith.mulf %${turned_u}_${t}, %inverse_lanes : !lanes_f32
          %qv_${t} = arith.mulf %${turned_v}_${t}, %inverse_lanes : !lanes_f32
          ${end}
          ${when own_scales=1}
${include append_group g=0 first=0}
          ${end}
          ${when scales=group}
${include append_group g=1 first=128}
${include append_group g=2 first=256}
${include append_group g=3 first=384}
          ${end}
          // Here, and not behind the question whether there is a slot, where LLVM would put it with the loads that it comes of.
          %kept_${t} = mla_gpu.materialize %${normed}_${t} : !row
          %kept_u_${t} = mla_gpu.materialize %${stored_u}_${t} : !lanes_f32
          %kept_v_${t} = mla_gpu.materialize %${stored_v}_${t} : !lanes_f32
