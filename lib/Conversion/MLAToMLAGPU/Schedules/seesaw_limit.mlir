          ${when lags=1}
          // The score up to which a row's maximum may lag behind in the next step: that of a token with a quarter of the weights that this warp group has seen.
          // The largest weight of a row is exactly 1 only without a lag, and is rounded to 16 bits else; so where a token weighs much
          // it does not lag (docs/performance.md, "How far a maximum lags"). A branch of its own, while the products above run, for the assembler makes it
          // between two of them else, and the second waits for its shuffles.
          %limit_next = scf.if %has_next -> (!rowf) {
            %l_seen = mla_gpu.row.reduce %l_next : !sum -> !rowf
            %l_seen_log2 = math.log2 %l_seen : !rowf
            %part_log2 = arith.constant dense<-2.0> : !rowf
            %heaviest_log2 = arith.addf %l_seen_log2, %part_log2 : !rowf
            %heaviest_score = arith.addf %heaviest_log2, %m1 : !rowf
            scf.yield %heaviest_score : !rowf
          } else {
            scf.yield %limit : !rowf
          }
          ${end}
