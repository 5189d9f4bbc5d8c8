        // What leaves for an item: O times the factors of its rows, and the log-sum-exp; or, of a request that is split, both in the form that a merge takes.
        // Consumers of decode_e4m3.mlir include it.
${include decode_e4m3_scale}        ${when half=0}
        %l_log2 = math.log2 %l_total : !rowf
        %m_unshifted = arith.subf %${m_rows}, %${p_range_rows} : !rowf
        %lse_log2 = arith.addf %m_unshifted, %l_log2 : !rowf
        ${end}
        scf.if %whole {
          %q_16_0 = mla_gpu.smem.view %q_side tiles(0 to 1) : !q_16_half -> !q_16_tile
          %q_16_1 = mla_gpu.smem.view %q_side tiles(1 to 2) : !q_16_half -> !q_16_tile
          %q_16_2 = mla_gpu.smem.view %q_side tiles(2 to 3) : !q_16_half -> !q_16_tile
          %q_16_3 = mla_gpu.smem.view %q_side tiles(3 to 4) : !q_16_half -> !q_16_tile
          mla_gpu.smem.store_transposed %o0_out, %q_16_0 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o1_out, %q_16_1 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o2_out, %q_16_2 : !o, !q_16_tile
          mla_gpu.smem.store_transposed %o3_out, %q_16_3 : !o, !q_16_tile
          mla_gpu.fence.async
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.tma.store %q_side to %out_map[%request, %row0, %c_column] : !q_16_half -> !map
          ${when half=0}
          %ln2 = arith.constant dense<0.693147180559945> : !rowf
          %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %first_row = arith.addi %request_row, %row064 : i64
          mla_gpu.global.store_rows %lse_value, %lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
        } else {
${include decode_e4m3_partial_store${splits}}${include decode_partial_row}          ${when own_scales=0}
          %mean_scale = mla_gpu.splat %value_scale : f32 -> !rowf
          ${end}
          ${when half=0}
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          ${end}
${include decode_e4m3_partial_units${splits}}        }
