        // A whole tile leaves through the buffer of Q, which both warp groups are done with, by TMA. The barrier also says that all
        // threads have read what the producer left about the item.
        %o_16 = mla_gpu.to_a_operand %o_norm : !o -> !o_16
        mla_gpu.smem.store_tile %o_16, %${q_half} : !o_16, !half
        mla_gpu.fence.async
        mla_gpu.nbar.sync %wg${wg}_ready
        mla_gpu.tma.store %${q_half} to %out_map[%q_row, %half_column] : !half -> !rows_map
