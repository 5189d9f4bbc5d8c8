          ${when paced=1}
          %mark = scf.if %is_paced -> (i32) {
            %first_mark32 = arith.muli %part, %row_tiles : i32
            %own_mark32 = arith.addi %first_mark32, %row_tile : i32
            %own_mark = arith.extsi %own_mark32 : i32 to i64
            %own = mla_gpu.pace.mark %marks[%own_mark] at %step : !mla_gpu.ptr<i32>
            scf.yield %own : i32
          } else {
            scf.yield %c0 : i32
          }
          ${end}
