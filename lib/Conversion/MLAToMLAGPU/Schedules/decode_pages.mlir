          // Page numbers from block %${block} of the request on, in the lanes; 0 where its row of the table ends.
          %${block}64 = arith.extsi %${block} : i32 to i64
          %${block}_entry = arith.addi %table_row, %${block}64 : i64
          %${block}_left = arith.subi %table_stride, %${block} : i32
          %${pages} = mla_gpu.global.load_lanes %table[%${block}_entry] valid %${block}_left : !mla_gpu.ptr<i32> -> !lanes
