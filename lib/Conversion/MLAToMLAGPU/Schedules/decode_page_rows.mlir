          // Where in its page each box of the step's blocks begins, in the lanes.
          %box_lane = mla_gpu.lane.index : !lanes
          %step_box = arith.muli %${block}, %c_boxes : i32
          %step_box_lanes = mla_gpu.splat %step_box : i32 -> !lanes
          %box_of_lane = arith.addi %box_lane, %step_box_lanes : !lanes
          %page_boxes = arith.constant dense<${page_boxes}> : !lanes
          %box_in_page = arith.remui %box_of_lane, %page_boxes : !lanes
          %box_rows = arith.constant dense<${box_tokens}> : !lanes
          %page_rows = arith.muli %box_in_page, %box_rows : !lanes
