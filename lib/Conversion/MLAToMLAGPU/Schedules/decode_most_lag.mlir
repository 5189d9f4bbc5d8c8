    ${when lags=1}
    // By how much a row's maximum may lag at most. Not at all in requests of one tile: memory binds those, and what rounding takes from a row evens out over
    // many (docs/performance.md, "How far a maximum lags").
    %tile_rows = arith.constant 64 : i32
    %has_tiles = arith.cmpi sgt, %rows, %tile_rows : i32
    %lag_of_tiles = arith.constant ${threshold} : f32
    %no_lag = arith.constant 0.0 : f32
    %most_lag = arith.select %has_tiles, %lag_of_tiles, %no_lag : f32
    ${end}
