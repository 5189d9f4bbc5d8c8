          ${when paced=1}
          %ahead_next = scf.if %is_paced -> (i32) {
            %first_mark32 = arith.muli %part, %row_tiles : i32
            %first_mark = arith.extsi %first_mark32 : i32 to i64
            %lead = mla_gpu.pace.ahead %marks[%first_mark] of %row_tiles with %mark : !mla_gpu.ptr<i32>
            scf.yield %lead : i32
          } else {
            scf.yield %c0 : i32
          }
          ${end}
          ${when paced=0}
          %ahead_next = arith.constant 0 : i32
          ${end}
