        // Queries are e4m3 as they are. Scores come out in units of both scales; x is in log2 units. A factor of 0, all of whose scores are 0, would
        // make no number of those that the mask has put at −∞.
        %both_scales = arith.mulf %query_scale, %value_scale : f32
        %to_log2_raw = arith.mulf %both_scales, %scale : f32
        %no_factor = arith.constant 0.0 : f32
        %least_factor = arith.constant 1.17549435e-38 : f32
        %factor_is_zero = arith.cmpf oeq, %to_log2_raw, %no_factor : f32
        %unit_to_log2 = arith.select %factor_is_zero, %least_factor, %to_log2_raw : f32
