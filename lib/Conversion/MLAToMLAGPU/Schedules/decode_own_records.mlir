    // The part's record and the next one, for the warps that copy: on their way while the block begins, and in lanes, for what is the same in
    // all the assembler moves to uniform registers at once, so that every warp would wait for it here.
    %record_words = arith.constant 4 : i32
    %two_records = arith.constant 8 : i32
    %own_record = arith.muli %${part}, %record_words : i32
    %own_record64 = arith.extsi %own_record : i32 to i64
    %records = mla_gpu.global.load_lanes %parts[%own_record64] valid %two_records : !mla_gpu.ptr<i32> -> !lanes
