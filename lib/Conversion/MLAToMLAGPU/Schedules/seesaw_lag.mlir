          ${when lags=1}
          // How far the maximum may lag: as far as seesaw_limit.mlir says, and not so far that weights get large.
          %lag_to_limit = arith.subf %limit, %${m} : !rowf
          %lag_or_none = arith.maxnumf %lag_to_limit, %exact : !rowf
          %most_lag_row = mla_gpu.splat %most_lag : f32 -> !rowf
          %lag = arith.minnumf %lag_or_none, %most_lag_row : !rowf
          ${end}
