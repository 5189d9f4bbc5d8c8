          // Head ${h} of the four, turned; rope.mlir includes it.
          %u_cos_${h} = arith.mulf %u_${h}, %cos_0 : !lanes_f32
          %u_sin_${h} = arith.mulf %u_${h}, %sin_0 : !lanes_f32
          %v_cos_${h} = arith.mulf %v_${h}, %cos_0 : !lanes_f32
          %v_sin_${h} = arith.mulf %v_${h}, %sin_0 : !lanes_f32
          %r_${h} = arith.subf %u_cos_${h}, %v_sin_${h} : !lanes_f32
          %s_${h} = arith.addf %v_cos_${h}, %u_sin_${h} : !lanes_f32
          scf.if %exists_${h} {
          ${when pairs=halves}
            mla_gpu.global.store_lanes %r_${h}, %out[%at_${h}]${held} : !lanes_f32, !mla_gpu.ptr<!element>
            mla_gpu.global.store_lanes %s_${h}, %out[%upper_at_${h}]${held} : !lanes_f32, !mla_gpu.ptr<!element>
          ${end}
          ${when pairs=neighbours}
            mla_gpu.global.store_pairs %r_${h}, %s_${h}, %out[%at_${h}]${held} : !lanes_f32, !mla_gpu.ptr<!element>
          ${end}
          }
