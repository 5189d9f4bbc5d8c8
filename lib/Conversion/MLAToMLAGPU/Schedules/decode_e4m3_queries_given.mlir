        // Queries are e4m3 as they are. Scores come out in units of both scales; x is in log2 units.
        %both_scales = arith.mulf %query_scale, %value_scale : f32
        %unit_to_log2 = arith.mulf %both_scales, %scale : f32
