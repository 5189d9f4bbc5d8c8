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
        %pieces = arith.select %is_begin, %begin_sharers, %end_sharers : i32
        scf.if %has {
          %teams = arith.muli %pieces, %c2 : i32
          mla_gpu.grid.wait %counters[%counter] reaches %teams
          mla_gpu.nbar.sync %l_ready
${include decode_merge sharers=pieces first_slot=first_part}          mla_gpu.grid.leave %counters[%counter] of %teams
        }
      }
