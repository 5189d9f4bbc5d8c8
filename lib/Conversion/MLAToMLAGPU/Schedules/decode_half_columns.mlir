        // Whether the part's blocks, %${first} to %${last}, are one of a step whose other block the request has, too. Then this part and its
        // neighbour, which has that one, take the whole step and half of the columns each, %column_half. Both ask whether there is the step's
        // second block, so they agree whatever the records. Roles of decode_seesaw.mlir and decode_e4m3_steps.mlir include it.
        %own_blocks = arith.subi %${last}, %${first} : i32
        %is_one = arith.cmpi eq, %own_blocks, %c1 : i32
        %second_block = arith.ori %${first}, %c1 : i32
        %second_token = arith.muli %second_block, %c64 : i32
        %has_second = arith.cmpi slt, %second_token, %length : i32
        %by_columns = arith.andi %is_one, %has_second : i1
        %column_half = arith.andi %${first}, %c1 : i32
