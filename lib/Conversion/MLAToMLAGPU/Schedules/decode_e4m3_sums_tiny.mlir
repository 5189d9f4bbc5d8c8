        // Scales below 2⁻⁶⁴, 0 among them, were counted as that. A row whose mean scale is below twice that has no values.
        %least_mean = arith.constant dense<1.08420217e-19> : !rowf
        %w_least = arith.mulf %l_total, %least_mean : !rowf
        %w_is_tiny = arith.cmpf olt, %w_counted, %w_least : !rowf
        %w_total = arith.select %w_is_tiny, %zero_row, %w_counted : !rowb, !rowf
