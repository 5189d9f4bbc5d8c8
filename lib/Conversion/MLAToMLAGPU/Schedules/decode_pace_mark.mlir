          ${when paced=1}
          %mark = scf.if %is_paced -> (i32) {
            %own = mla_gpu.pace.mark %marks[%own_mark] at %step : !mla_gpu.ptr<i32>
            scf.yield %own : i32
          } else {
            scf.yield %c0 : i32
          }
          ${end}
