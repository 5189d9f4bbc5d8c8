          // Lane l: box l of those from block %${block} of the request on, in %${name}_box. Who copies pages that are no tiles includes it.
          %${name}_lane = mla_gpu.lane.index : !lanes
          %${name}_begin = arith.muli %${block}, %c_boxes : i32
          %${name}_begin_lanes = mla_gpu.splat %${name}_begin : i32 -> !lanes
          %${name}_box = arith.addi %${name}_lane, %${name}_begin_lanes : !lanes
          %${name}_box_tokens = arith.constant dense<${box_tokens}> : !lanes
          %${name}_page_boxes = arith.constant dense<${page_boxes}> : !lanes
