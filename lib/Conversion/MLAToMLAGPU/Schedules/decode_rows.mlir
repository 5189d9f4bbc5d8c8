    // Rows of this block's tile and of all slots; the latter are the distance between the five arrays of partial_lse.
    %valid_rows = arith.subi %rows, %row0 : i32
    %rows64 = arith.extsi %rows : i32 to i64
    %row064 = arith.extsi %row0 : i32 to i64
    ${when pieces=free}
    %num_parts = mla_gpu.grid_size 1
    %slots = arith.muli %num_parts, %c2 : i32
    ${end}
    ${when pieces=fixed}
    %slots = arith.muli %batch, %most_pieces : i32
    ${end}
    %slots64 = arith.extsi %slots : i32 to i64
    %slot_rows = arith.muli %slots64, %rows64 : i64
