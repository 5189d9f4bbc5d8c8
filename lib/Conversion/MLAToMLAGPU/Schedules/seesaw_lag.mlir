          ${when lags=1}
          // How far a row's maximum may lag: as far as keeps a new token's weight below an eighth of what this warp group has summed up, about a sixteenth of
          // all weights. The largest weight of a row is exactly 1 only without a lag, and is rounded to 16 bits else; so no such error is more than that part of
          // the result (docs/performance.md, "Why the threshold is 0"). seesaw_lag_bound.mlir goes on.
          %l_seen = mla_gpu.row.reduce %l : !sum -> !rowf
          %l_seen_log2 = math.log2 %l_seen : !rowf
          %part_log2 = arith.constant dense<-3.0> : !rowf
          %lag_of_sum = arith.addf %l_seen_log2, %part_log2 : !rowf
          ${end}
