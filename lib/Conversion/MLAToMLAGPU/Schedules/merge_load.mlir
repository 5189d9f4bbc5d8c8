          // Columns of both parts of row ${t}; merge.mlir includes it.
          %at_${t} = arith.addi %begin_${t}, %column64 : i64
          %x_a_${t} = mla_gpu.global.load_lanes %out_a[%at_${t}] : !mla_gpu.ptr<!element> -> !row
          %x_b_${t} = mla_gpu.global.load_lanes %out_b[%at_${t}] : !mla_gpu.ptr<!element> -> !row
