          // Where in its page each box of the step's blocks begins, in the lanes.
${include decode_box_of_lane name=rows block=${block}}          %box_in_page = arith.remui %rows_box, %rows_page_boxes : !lanes
          %page_rows = arith.muli %box_in_page, %rows_box_tokens : !lanes
