          // cos and sin of position ${t}, one pair a lane, from %position_${t}, an i64; append_values.mlir and rope.mlir include
          // it. A product of position and frequency in f32 would be off by radians at positions of a million. %turns holds
          // frequencies in turns of 0.64 fixed point, so that the wrapping product is the fraction of a turn of the angle; its
          // upper 32 bits, as a signed number, are an angle from −π to π, off by less than 2^-32 turns. sin.approx and cos.approx
          // are off by at most 2^-20.5 there, some thousandth of what rounding to bf16 costs.
          %position_lanes_${t} = mla_gpu.splat %position_${t} : i64 -> !lanes_i64
          %turned_${t} = arith.muli %position_lanes_${t}, %turns : !lanes_i64
          %fraction_${t}_64 = arith.shrui %turned_${t}, %upper : !lanes_i64
          %fraction_${t} = arith.trunci %fraction_${t}_64 : !lanes_i64 to !lanes
          %signed_${t} = arith.sitofp %fraction_${t} : !lanes to !lanes_f32
          %angle_${t} = arith.mulf %signed_${t}, %radians : !lanes_f32
          %unit_cos_${t} = math.cos %angle_${t} : !lanes_f32
          %unit_sin_${t} = math.sin %angle_${t} : !lanes_f32
          %cos_${t} = arith.mulf %unit_cos_${t}, %magnitude : !lanes_f32
          %sin_${t} = arith.mulf %unit_sin_${t}, %magnitude : !lanes_f32
