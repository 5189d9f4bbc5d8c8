        // The requests that this part shares with the part before it ("begin") and with the one after it ("end"), as the
        // records say that decode_sharing_records.mlir reads.
        %row_tiles = mla_gpu.grid_size 0
        %has_begin = arith.cmpi sgt, %begin_step, %c0 : i32
        %end_inside = arith.cmpi sgt, %end_step, %c0 : i32
        %differ = arith.cmpi ne, %begin_request, %end_request : i32
        %not_begun = arith.cmpi sle, %begin_step, %c0 : i32
        %other = arith.ori %differ, %not_begun : i1
        %has_end = arith.andi %end_inside, %other : i1
        %begin_tile = arith.muli %begin_first, %row_tiles : i32
        %begin_group = arith.addi %begin_tile, %row_tile : i32
        %begin_counter = arith.extsi %begin_group : i32 to i64
        %end_tile = arith.muli %end_first, %row_tiles : i32
        %end_group = arith.addi %end_tile, %row_tile : i32
        %end_counter = arith.extsi %end_group : i32 to i64
