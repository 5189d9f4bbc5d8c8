        // The whole steps of a long item; decode_producer_0.mlir includes it.
        %whole_blocks = arith.divui %length, %c64 : i32
        %whole_last = arith.minsi %last_block, %whole_blocks : i32
        %whole_length = arith.subi %whole_last, %first_block : i32
        %whole_or_none = arith.maxsi %whole_length, %c0 : i32
        %whole_steps = arith.divui %whole_or_none, %c2 : i32
        %whole_pairs = arith.muli %whole_steps, %c2 : i32
        %whole_end = arith.addi %first_block, %whole_pairs : i32
${include decode_pace}${include decode_producer_steps which=whole from=first_block to=whole_end step0=item_step tails0=item_tail pages0=first whole=1 paced=${paces} signal0=k0_full signal1=k1_full has_second=yes tails=tails reads=once}