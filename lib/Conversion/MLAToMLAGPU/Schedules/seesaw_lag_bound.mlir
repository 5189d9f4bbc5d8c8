          ${when lags=1}
          // What was summed up is relative to the maximum before the last one was raised, by %${shift}.
          %lag_raw = arith.addf %lag_of_sum, %${shift} : !rowf
          %most_lag = arith.constant dense<${threshold}> : !rowf
          %lag_low = arith.maxnumf %lag_raw, %exact : !rowf
          %lag = arith.minnumf %lag_low, %most_lag : !rowf
          ${end}
