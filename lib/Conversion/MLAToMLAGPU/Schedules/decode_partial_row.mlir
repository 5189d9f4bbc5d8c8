          // Where the rows of the slot's partial result begin in each array of partial_lse; what leaves partial results includes it.
          %slot64 = arith.extsi %slot : i32 to i64
          %slot_row = arith.muli %slot64, %rows64 : i64
          %first_row = arith.addi %slot_row, %row064 : i64
