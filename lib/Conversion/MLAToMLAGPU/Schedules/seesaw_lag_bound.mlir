          ${when bounds=wg1}
          // What was summed up is relative to the maximum before wg0 raised it.
          %lag_raw = arith.addf %lag_of_sum, %shrink0_log2 : !rowf
          ${end}
          ${when bounds=wg0}
          %lag_raw = arith.addf %lag_of_sum, %exact : !rowf
          ${end}
          ${when lags=1}
          %most_lag = arith.constant dense<${threshold}> : !rowf
          %lag_low = arith.maxnumf %lag_raw, %exact : !rowf
          %lag = arith.minnumf %lag_low, %most_lag : !rowf
          ${end}
