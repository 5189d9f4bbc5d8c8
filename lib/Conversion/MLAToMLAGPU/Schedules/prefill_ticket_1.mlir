        // The next ticket of prefill_producer.mlir.
        %ticket = mla_gpu.grid.take %counters[%c0_64] of %tickets
