          // What all tokens have in common; append.mlir includes it.
          ${when norm=1}
          %weights = mla_gpu.global.load_lanes %weight[%c0_64] : !mla_gpu.ptr<!element> -> !row
          ${end}
          ${when scales=tensor}
          %scale = mla_gpu.global.load %cache_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
          ${end}
          ${when rope=1}
          // Behind other loads, and the token's where there is only one: where the table lies is itself read from memory.
          %turns = arith.constant dense<${turns}> : !lanes_i64
          ${end}
          ${when scales=tensor}
          // As getInverseScale of lib/Reference/Cache.h has it.
          %one = arith.constant 1.0 : f32
          %zero = arith.constant 0.0 : f32
          %largest_number = arith.constant 0x7F7FFFFF : f32
          %inverse_raw = arith.divf %one, %scale {mla_gpu.exact} : f32
          %inverse_finite = arith.minnumf %inverse_raw, %largest_number : f32
          %is_scale = arith.cmpf ogt, %scale, %zero : f32
          %inverse_scale = arith.select %is_scale, %inverse_finite, %zero : f32
          %inverse_row = mla_gpu.splat %inverse_scale : f32 -> !row
          %inverse_lanes = mla_gpu.splat %inverse_scale : f32 -> !lanes_f32
          ${end}
