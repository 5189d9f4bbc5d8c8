          // The unit of a partial result whose magnitudes add up to %o_sum before they are multiplied by %norm, and what it is to be
          // multiplied by: a 1024th of the sum, so that the largest of its 256 numbers is 4 to 1024 units, far from f16's largest and from its
          // subnormals. A sum costs half of what a maximum does: an SM adds 128 numbers a clock, and compares 64.
          %unit_of_sum = arith.constant dense<9.765625e-4> : !rowf
          %unit_least = arith.constant dense<1.0e-37> : !rowf
          %unit_most = arith.constant dense<1.0e+37> : !rowf
          %norm_unit = arith.mulf %norm, %unit_of_sum : !rowf
          %unit_raw = arith.mulf %o_sum, %norm_unit : !rowf
          %unit_low = arith.maxnumf %unit_raw, %unit_least : !rowf
          %unit = arith.minnumf %unit_low, %unit_most : !rowf
          %unit_inverse = arith.divf %one_row, %unit : !rowf
          %factor = arith.mulf %norm, %unit_inverse : !rowf
