                  // What sums are to be multiplied by, and a row's log-sum-exp, of the sum %l of weights in units of 2^%m; decode_merge.mlir's parts include it.
                  %empty = arith.cmpf oeq, %l, %zero_lanes : !lanes_f32
                  %inverse = arith.divf %one_lanes, %l : !lanes_f32
                  %norm = arith.select %empty, %zero_lanes, %inverse : !mask, !lanes_f32
                  %l_log2 = math.log2 %l : !lanes_f32
                  %lse_log2 = arith.addf %m, %l_log2 : !lanes_f32
                  %lse_lanes = arith.mulf %lse_log2, %ln2_lanes : !lanes_f32
