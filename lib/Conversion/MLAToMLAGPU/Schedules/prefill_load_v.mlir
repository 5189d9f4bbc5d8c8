          // V of one block into the buffer of step %${step}.
          %v_stage_${step} = arith.andi %${step}, %c1 : i32
          %v_second_${step} = arith.cmpi ne, %v_stage_${step}, %c0 : i32
          %v_buffer_${step} = arith.select %v_second_${step}, %v1, %v0 : !v
          %v_full_${step} = arith.select %v_second_${step}, %v1_full, %v0_full : !mla_gpu.mbar
${when ragged=0}          %v_round_${step} = arith.shrui %${step}, %c1 : i32
          %v_parity_${step} = arith.andi %v_round_${step}, %c1 : i32
          %v_free_parity_${step} = arith.xori %v_parity_${step}, %c1 : i32
          %v_free_${step} = arith.select %v_second_${step}, %v1_free, %v0_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %v_free_${step} parity(%v_free_parity_${step})
          mla_gpu.mbar.arm %v_full_${step} bytes(${v_bytes})
          mla_gpu.tma.load %v_map[%head, %${row}, %c0] to %v_buffer_${step} signal %v_full_${step} : !kv_map -> !v
${end}${when ragged=1}          // The buffer is free: who freed Q had waited for the product with the block before the last item's last.
          %v_signal = arith.select %is_ragged, %tail, %v_full_${step} : !mla_gpu.mbar
          mla_gpu.mbar.arm %v_signal bytes(${v_bytes})
          mla_gpu.tma.load %v_map[%head, %${row}, %c0] to %v_buffer_${step} signal %v_signal : !kv_map -> !v
          scf.if %is_ragged {
            %tail_parity = arith.andi %tails, %c1 : i32
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v_buffer_${step} from %tokens_in_last : !v
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %v_full_${step}
          }
${end}
