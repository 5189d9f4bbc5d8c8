      // The counters by which the blocks of a split request meet: one for each part and row tile. Cleared while the lengths are
      // on their way, from %${first} on in strides of %${stride}. decode_schedule.mlir includes it.
      %num_counters_lanes = mla_gpu.splat %num_counters : i32 -> !lanes
      scf.for %base = %${first} to %num_counters step %${stride} : i32 {
        %base_lanes = mla_gpu.splat %base : i32 -> !lanes
        %counter = arith.addi %base_lanes, %lane : !lanes
        %exists = arith.cmpi slt, %counter, %num_counters_lanes : !lanes
        mla_gpu.global.scatter_lanes %zeros, %counters[%counter] where %exists : !lanes, !mla_gpu.ptr<i32>, !lanes, !mask
      }
