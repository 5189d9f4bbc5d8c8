// The end of both consumers' roles with split_steps, in place of decode_meet.mlir: of the requests that this part touches, those in several
// pieces are merged. One that other parts have, too, waits at its counter for them, and the blocks merge its rows between them; as
// there, a part arrives for both that it may share before it waits for either. Of one that the part has alone all pieces lie in memory,
// and its blocks merge all rows. It is the same code for both, so whose pieces they were changes no bit.
      // Teams are both warp groups of each block.
      scf.if %has_begin {
        %begin_teams = arith.muli %begin_sharers, %c2 : i32
        mla_gpu.grid.arrive %counters[%begin_counter] of %begin_teams
      }
      scf.if %has_end {
        %end_teams = arith.muli %end_sharers, %c2 : i32
        mla_gpu.grid.arrive %counters[%end_counter] of %end_teams
      }
      %c127 = arith.constant 127 : i32
      %split_steps = arith.constant ${split_steps} : i32
      %most_minus_1 = arith.subi %most_pieces, %c1 : i32
      %past_end_request = arith.addi %end_request, %c1 : i32
      %requests_end = arith.select %end_inside, %past_end_request, %end_request : i32
      scf.for %request = %begin_request to %requests_end step %c1 : i32 {
        // Its pieces, as `mla_gpu.items` has them.
        %request_index = arith.extsi %request : i32 to i64
        %length_raw = mla_gpu.global.load %lens[%request_index] : !mla_gpu.ptr<i32> -> i32
        %length = arith.maxsi %length_raw, %c0 : i32
        %length_up = arith.addi %length, %c127 : i32
        %steps = arith.divui %length_up, %c128 : i32
        %steps_up = arith.addi %steps, %most_minus_1 : i32
        %least_size = arith.divui %steps_up, %most_pieces : i32
        %size = arith.maxsi %split_steps, %least_size : i32
        %size_minus_1 = arith.subi %size, %c1 : i32
        %pieces_up = arith.addi %steps, %size_minus_1 : i32
        %pieces = arith.divui %pieces_up, %size : i32
        %is_split = arith.cmpi sgt, %pieces, %c1 : i32
        scf.if %is_split {
          %at_begin = arith.cmpi eq, %request, %begin_request : i32
          %is_begin = arith.andi %at_begin, %has_begin : i1
          %at_end = arith.cmpi eq, %request, %end_request : i32
          %is_end = arith.andi %at_end, %has_end : i1
          %is_shared = arith.ori %is_begin, %is_end : i1
          %counter = arith.select %is_begin, %begin_counter, %end_counter : i64
          %sharers_of_one = arith.select %is_begin, %begin_sharers, %end_sharers : i32
          %sharers = arith.select %is_shared, %sharers_of_one, %c1 : i32
          %first_of_one = arith.select %is_begin, %begin_first, %end_first : i32
          %first_part = arith.select %is_shared, %first_of_one, %part : i32
          %teams = arith.muli %sharers, %c2 : i32
          %first_slot = arith.muli %request, %most_pieces : i32
${include decode_merge_before first_slot=first_slot}          scf.if %is_shared {
            mla_gpu.grid.wait %counters[%counter] reaches %teams
            mla_gpu.nbar.sync %l_ready
          }
${include decode_merge sharers=sharers}          scf.if %is_shared {
            mla_gpu.grid.leave %counters[%counter] of %teams
          }
        }
      }
