          // Head ${h} of the four; where there is none, the last is read again and not stored. rope.mlir includes it.
          %exists_${h} = arith.cmpi slt, %head_${h}, %heads : i32
          %clamped_${h} = arith.minsi %head_${h}, %last_head : i32
          %clamped_${h}_64 = arith.extsi %clamped_${h} : i32 to i64
          %row_${h} = arith.addi %token_row, %clamped_${h}_64 : i64
          %at_${h} = arith.muli %row_${h}, %d_rope : i64
          ${when pairs=halves}
          %upper_at_${h} = arith.addi %at_${h}, %half_rope : i64
          %u_${h} = mla_gpu.global.load_lanes %x[%at_${h}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          %v_${h} = mla_gpu.global.load_lanes %x[%upper_at_${h}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          ${end}
          ${when pairs=neighbours}
          %u_${h}, %v_${h} = mla_gpu.global.load_pairs %x[%at_${h}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          ${end}
