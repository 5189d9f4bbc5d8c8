    // By how much the maximum of a row may lag: requests of few rows, for which memory binds, have it exact. With a threshold the largest weight of a
    // row is rounded like the others, while their sum is not, which evens out over the rows of a request (docs/Dialects/MLA.md).
    %many_rows = arith.constant 64 : i32
    %has_many_rows = arith.cmpi sge, %rows, %many_rows : i32
    %threshold_of_many = arith.constant ${threshold} : f32
    %threshold_of_few = arith.constant 0.0 : f32
    %threshold = arith.select %has_many_rows, %threshold_of_many, %threshold_of_few : f32
