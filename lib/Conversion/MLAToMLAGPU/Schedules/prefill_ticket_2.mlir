        // The next ticket of prefill_producer.mlir in a cluster of two: the first block takes it for both.
        %ticket_parity = arith.andi %item, %c1 : i32
        %ticket_free_parity = arith.xori %ticket_parity, %c1 : i32
        scf.if %is_first {
          mla_gpu.mbar.wait %ticket_free parity(%ticket_free_parity)
          %ticket_taken = mla_gpu.grid.take %counters[%c0_64] of %tickets
          mla_gpu.smem.store %ticket_taken, %slot[0] signal %ticket_full multicast : i32, !slot
        }
        mla_gpu.mbar.arm %ticket_full bytes(4)
        mla_gpu.mbar.wait %ticket_full parity(%ticket_parity)
        %ticket = mla_gpu.smem.load %slot[0] : !slot -> i32
        mla_gpu.mbar.arrive %ticket_free multicast
