        // How many tokens each row sees; consumers of decode_e4m3.mlir include it.
        %row_tile = mla_gpu.block_id 0
        %row0 = arith.muli %row_tile, %c64 : i32
        %row = mla_gpu.row.index : !rowi
        %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
        %heads_row = mla_gpu.splat %heads : i32 -> !rowi
        %causal_row = mla_gpu.splat %causal : i32 -> !rowi
        %row_in_request = arith.addi %row, %row0_row : !rowi
        %query = arith.divui %row_in_request, %heads_row : !rowi
        %query_offset = arith.muli %query, %causal_row : !rowi
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %${border} = arith.addi %least_border_row, %query_offset : !rowi
