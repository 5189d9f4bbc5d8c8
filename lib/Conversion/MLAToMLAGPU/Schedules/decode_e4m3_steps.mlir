        ${when halves=1}
        // The steps of an item, whose records count blocks. Where it is one block of a step whose other block the next part has, both take the
        // step and half of the columns each. decode_e4m3.mlir's roles include it.
${include decode_half_columns first=first_block last=last_block}        %first = arith.shrui %first_block, %c1 : i32
        %last_up = arith.addi %last_block, %c1 : i32
        %last_step = arith.shrui %last_up, %c1 : i32
        %is_empty = arith.cmpi sge, %first_block, %last_block : i32
        %last = arith.select %is_empty, %first, %last_step : i32
        ${end}
