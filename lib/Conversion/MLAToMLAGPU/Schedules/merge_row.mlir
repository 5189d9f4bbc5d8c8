        // Row ${t} of those that a warp takes at once, and the log-sum-exps of its two parts; merge.mlir includes it. Where there is no such row,
        // the last is read again and not stored.
        %number_${t} = arith.constant ${t} : i32
        %next_${t} = arith.addi %row0, %number_${t} : i32
        %exists_${t} = arith.cmpi slt, %next_${t}, %rows : i32
        %row_${t} = arith.minsi %next_${t}, %last : i32
        %row_${t}_64 = arith.extsi %row_${t} : i32 to i64
        %begin_${t} = arith.muli %row_${t}_64, %d_v64 : i64
        ${when heads_first=0}
        %lse_at_${t} = arith.extsi %row_${t} : i32 to i64
        ${end}
        ${when heads_first=1}
        %token_${t} = arith.divui %row_${t}, %heads : i32
        %head_${t} = arith.remui %row_${t}, %heads : i32
        %head_begin_${t} = arith.muli %head_${t}, %tokens : i32
        %lse_place_${t} = arith.addi %head_begin_${t}, %token_${t} : i32
        %lse_at_${t} = arith.extsi %lse_place_${t} : i32 to i64
        ${end}
        %a_${t} = mla_gpu.global.load %lse_a[%lse_at_${t}] : !mla_gpu.ptr<f32> -> f32
        %b_${t} = mla_gpu.global.load %lse_b[%lse_at_${t}] : !mla_gpu.ptr<f32> -> f32
