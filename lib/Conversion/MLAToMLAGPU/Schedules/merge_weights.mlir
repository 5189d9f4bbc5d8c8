        // Weights of the two parts of row ${t}, and their log-sum-exp; merge.mlir includes it.
        %larger_${t} = arith.maxnumf %a_${t}, %b_${t} : f32
        // Where neither saw anything, differences to −∞ would be NaN.
        %sees_a_${t} = arith.cmpf ogt, %a_${t}, %minus_infinity : f32
        %sees_b_${t} = arith.cmpf ogt, %b_${t}, %minus_infinity : f32
        %sees_${t} = arith.ori %sees_a_${t}, %sees_b_${t} : i1
        %base_${t} = arith.select %sees_${t}, %larger_${t}, %zero : f32
        %a_below_${t} = arith.subf %a_${t}, %base_${t} : f32
        %b_below_${t} = arith.subf %b_${t}, %base_${t} : f32
        %a_log2_${t} = arith.mulf %a_below_${t}, %log2e : f32
        %b_log2_${t} = arith.mulf %b_below_${t}, %log2e : f32
        %a_exp_${t} = math.exp2 %a_log2_${t} : f32
        %b_exp_${t} = math.exp2 %b_log2_${t} : f32
        %sum_${t} = arith.addf %a_exp_${t}, %b_exp_${t} : f32
        %a_share_${t} = arith.divf %a_exp_${t}, %sum_${t} : f32
        %b_share_${t} = arith.divf %b_exp_${t}, %sum_${t} : f32
        %a_weight_${t} = mla_gpu.splat %a_share_${t} : f32 -> !row
        %b_weight_${t} = mla_gpu.splat %b_share_${t} : f32 -> !row
        // What saw nothing may hold anything.
        %takes_a_${t} = mla_gpu.splat %sees_a_${t} : i1 -> !row_mask
        %takes_b_${t} = mla_gpu.splat %sees_b_${t} : i1 -> !row_mask
        %sum_log2_${t} = math.log2 %sum_${t} : f32
        %sum_ln_${t} = arith.mulf %sum_log2_${t}, %ln2 : f32
        %lse_${t} = arith.addf %base_${t}, %sum_ln_${t} : f32
