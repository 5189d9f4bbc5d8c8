          // This block's half of V of one block of keys into the buffers of step %${step} of both.
          %v_stage_${step} = arith.andi %${step}, %c1 : i32
          %v_second_${step} = arith.cmpi ne, %v_stage_${step}, %c0 : i32
          %v_buffer_${step} = arith.select %v_second_${step}, %v1, %v0 : !v
          %v_full_${step} = arith.select %v_second_${step}, %v1_full, %v0_full : !mla_gpu.mbar
          %v_round_${step} = arith.shrui %${step}, %c1 : i32
          %v_parity_${step} = arith.andi %v_round_${step}, %c1 : i32
          %v_free_parity_${step} = arith.xori %v_parity_${step}, %c1 : i32
          %v_free_${step} = arith.select %v_second_${step}, %v1_free, %v0_free : !mla_gpu.mbar
          mla_gpu.mbar.wait %v_free_${step} parity(%v_free_parity_${step})
          %v_row_${step} = arith.addi %${row}, %half_row : i32
${when ragged=0}          mla_gpu.mbar.arm %v_full_${step} bytes(${v_bytes})
          mla_gpu.tma.load %v_map[%head, %v_row_${step}, %c0] to %v_buffer_${step} rows_from %half_row signal %v_full_${step} multicast : !kv_map -> !v
${end}${when ragged=1}          // A block that is cleared from some row on each loads for itself: the other one cannot know when.
          scf.if %is_ragged {
            %v_row_after = arith.addi %${row}, %c_load : i32
            mla_gpu.mbar.arm %tail bytes(${v_bytes})
            mla_gpu.tma.load %v_map[%head, %${row}, %c0] to %v_buffer_${step} rows_from %c0 signal %tail : !kv_map -> !v
            mla_gpu.tma.load %v_map[%head, %v_row_after, %c0] to %v_buffer_${step} rows_from %c_load signal %tail : !kv_map -> !v
            %tail_parity = arith.andi %tails, %c1 : i32
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v_buffer_${step} from %tokens_in_last : !v
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %v_full_${step}
          } else {
            mla_gpu.mbar.arm %v_full_${step} bytes(${v_bytes})
            mla_gpu.tma.load %v_map[%head, %v_row_${step}, %c0] to %v_buffer_${step} rows_from %half_row signal %v_full_${step} multicast : !kv_map -> !v
          }
${end}
