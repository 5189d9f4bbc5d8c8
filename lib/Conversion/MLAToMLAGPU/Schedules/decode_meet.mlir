// The end of both consumers' roles, in a tail with the half of the columns, %half: the blocks that hold pieces of one
// request meet at its counter and merge the rows between them. A part shares at most two requests, one with the part before it
// ("begin") and one with the part after it ("end"); it arrives for both before it waits for either, so nobody waits in a circle.
      // What this part shares with others is in memory. Teams are both warp groups of each block.
      scf.if %has_begin {
        %begin_teams = arith.muli %begin_sharers, %c2 : i32
        mla_gpu.grid.arrive %counters[%begin_counter] of %begin_teams
      }
      scf.if %has_end {
        %end_teams = arith.muli %end_sharers, %c2 : i32
        mla_gpu.grid.arrive %counters[%end_counter] of %end_teams
      }
      scf.for %side = %c0 to %c2 step %c1 : i32 {
        %is_begin = arith.cmpi eq, %side, %c0 : i32
        %has = arith.select %is_begin, %has_begin, %has_end : i1
        %counter = arith.select %is_begin, %begin_counter, %end_counter : i64
        %request = arith.select %is_begin, %begin_request, %end_request : i32
        %first_part = arith.select %is_begin, %begin_first, %end_first : i32
        %sharers = arith.select %is_begin, %begin_sharers, %end_sharers : i32
        ${when halves=1}
        // Where each has one block, two share a step: one has its left columns, the other its right ones. The last may have one alone.
        %begin_own = arith.subi %part, %begin_first : i32
        %begin_by_columns = arith.cmpi eq, %begin_step, %begin_own : i32
        %end_by_columns = arith.cmpi eq, %end_step, %c1 : i32
        %by_columns = arith.select %is_begin, %begin_by_columns, %end_by_columns : i1
        %sharers_up = arith.addi %sharers, %c1 : i32
        %sharing_pairs = arith.shrui %sharers_up, %c1 : i32
        %pieces = arith.select %by_columns, %sharing_pairs, %sharers : i32
        ${end}
        ${when halves=0}
        %pieces = arith.select %is_begin, %begin_sharers, %end_sharers : i32
        ${end}
        scf.if %has {
          %teams = arith.muli %sharers, %c2 : i32
${include decode_merge_before first_slot=first_part}          mla_gpu.grid.wait %counters[%counter] reaches %teams
          mla_gpu.nbar.sync %l_ready
${include decode_merge sharers=sharers}          mla_gpu.grid.leave %counters[%counter] of %teams
        }
      }
