                  // Where what warp %${warp} has of a row lies in shared memory: half of the columns, and its maximum and sum in all lanes.
                  %place_row_${v} = arith.muli %${warp}, %c_half : i32
                  %place_${v} = arith.addi %place_row_${v}, %exchange_half : i32
                  %place_lanes_${v} = arith.muli %${warp}, %c32 : i32
                  %place_m_${v} = arith.addi %place_lanes_${v}, %at_m : i32
                  %place_l_${v} = arith.addi %place_lanes_${v}, %at_l : i32
