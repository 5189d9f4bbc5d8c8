          // The scales of tokens ${first} to ${first} + 31 of a block, one a lane, 0 for slots past the end; decode_e4m3_scale_reader.mlir includes it.
          %first_${first} = arith.constant ${first} : i32
          %lane_${first} = mla_gpu.lane.index : !lanes
          %left_${first} = arith.subi %left, %first_${first} : i32
          %left_lanes_${first} = mla_gpu.splat %left_${first} : i32 -> !lanes
          %exists_${first} = arith.cmpi slt, %lane_${first}, %left_lanes_${first} : !lanes
          %tokens_${first} = arith.extui %lane_${first} : !lanes to !lanes64
          %first64_${first} = arith.constant dense<${first}> : !lanes64
          %in_page_${first} = arith.addi %tokens_${first}, %first64_${first} : !lanes64
          %offset_${first} = arith.muli %in_page_${first}, %token_stride : !lanes64
          %page_lanes_${first} = mla_gpu.splat %page_at : i64 -> !lanes64
          %at_${first}_0 = arith.addi %page_lanes_${first}, %offset_${first} : !lanes64
          %scale_${first}_0 = mla_gpu.global.gather_lanes %cache_scales[%at_${first}_0] where %exists_${first} : !mla_gpu.ptr<f32>, !lanes64, !mask -> !lanes_f32
          ${when scales=group}
          %at_${first}_1 = arith.addi %at_${first}_0, %one_scale : !lanes64
          %scale_${first}_1 = mla_gpu.global.gather_lanes %cache_scales[%at_${first}_1] where %exists_${first} : !mla_gpu.ptr<f32>, !lanes64, !mask -> !lanes_f32
          %at_${first}_2 = arith.addi %at_${first}_1, %one_scale : !lanes64
          %scale_${first}_2 = mla_gpu.global.gather_lanes %cache_scales[%at_${first}_2] where %exists_${first} : !mla_gpu.ptr<f32>, !lanes64, !mask -> !lanes_f32
          %at_${first}_3 = arith.addi %at_${first}_2, %one_scale : !lanes64
          %scale_${first}_3 = mla_gpu.global.gather_lanes %cache_scales[%at_${first}_3] where %exists_${first} : !mla_gpu.ptr<f32>, !lanes64, !mask -> !lanes_f32
          ${end}
