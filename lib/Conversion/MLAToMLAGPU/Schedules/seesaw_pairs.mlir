        // How many steps an item has, and whether a block is left over. Warp groups of decode_seesaw.mlir and prefill_absorbed_consumer.mlir
        // include it.
        ${when halves=1}
        // Steps %first to %last have two blocks; a block may be left over after them. A part that has more than one block begins with an
        // even one, if the records are of these lengths. One that shares a step with its neighbour has none of this.
        %num_blocks = arith.subi %last_block, %first_block : i32
${include decode_half_columns first=first_block last=last_block}        %odd = arith.andi %num_blocks, %c1 : i32
        %left_over = arith.select %by_columns, %c0, %odd : i32
        %num_pairs = arith.shrui %num_blocks, %c1 : i32
        %first = arith.shrui %first_block, %c1 : i32
        %last = arith.addi %first, %num_pairs : i32
        %pairs_end = arith.subi %last_block, %left_over : i32
        ${end}
        ${when halves=0}
        %left_over = arith.constant 0 : i32
        ${end}
        // The steps that no scores of K1, and of K0, are made after.
        %last_step = arith.subi %last, %c1 : i32
        %last_step0 = arith.addi %last_step, %left_over : i32
        %has_pairs = arith.cmpi slt, %first, %last : i32
        ${when halves=1}
        // Whether warp group 1 has scores to begin with.
        %has_k1 = arith.ori %has_pairs, %by_columns : i1
        ${end}
