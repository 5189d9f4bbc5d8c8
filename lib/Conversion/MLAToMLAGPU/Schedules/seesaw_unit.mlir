          // The unit of a partial result whose magnitudes in this warp group add up to %o_sum, and what it is to be multiplied by: a 1024th of the
          // sum, so that the largest of at most 256 numbers is 4 to 1024 units, far from f16's largest and from its subnormals. A sum costs half
          // of what a maximum does: an SM adds 128 numbers a clock, and compares 64. It is a unit of O as it is, not yet divided by the sum of the
          // weights, half of which the other warp group has: the result leaves before anybody knows that, and the unit is divided by it then.
          %one_in_row = arith.constant dense<1.0> : !rowf
          %unit_of_sum = arith.constant dense<9.765625e-4> : !rowf
          %unit_least = arith.constant dense<1.0e-37> : !rowf
          %unit_most = arith.constant dense<1.0e+37> : !rowf
          %unit_raw = arith.mulf %o_sum, %unit_of_sum : !rowf
          %unit_low = arith.maxnumf %unit_raw, %unit_least : !rowf
          %unit_own = arith.minnumf %unit_low, %unit_most : !rowf
          %unit_inverse = arith.divf %one_in_row, %unit_own : !rowf
