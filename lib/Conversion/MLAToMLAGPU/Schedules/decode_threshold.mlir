    // By how much the maximum of a row may lag, where a request has more rows than a tile: those of fewer are bound by memory, and have it exact.
    %rows_of_tile = arith.constant 64 : i32
    %has_tiles = arith.cmpi sgt, %rows, %rows_of_tile : i32
    %threshold_of_tiles = arith.constant ${threshold} : f32
    %threshold_of_tile = arith.constant 0.0 : f32
    %threshold = arith.select %has_tiles, %threshold_of_tiles, %threshold_of_tile : f32
