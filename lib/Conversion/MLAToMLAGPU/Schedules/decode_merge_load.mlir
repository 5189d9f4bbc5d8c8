                  // ${n} partial rows on their way, with what the lanes that weigh them need: their log-sum-exps, and the units of both quarters of the
                  // columns; decode_merge_rows.mlir and decode_merge_warp.mlir include it.
                  %lse_raw = mla_gpu.global.gather_lanes %partial_lse[%index] where %${exists} : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %left_index = arith.addi %index, %left_lanes : !lanes
                  %left_unit = mla_gpu.global.gather_lanes %partial_lse[%left_index] where %${exists} : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %right_index = arith.addi %index, %right_lanes : !lanes
                  %right_unit = mla_gpu.global.gather_lanes %partial_lse[%right_index] where %${exists} : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %x = mla_gpu.global.gather_rows %partial_out[%index, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<${n}x${d_half}xf16, #lane_rows>
                  %lse_piece = arith.select %${exists}, %lse_raw, %minus_inf : !mask, !lanes_f32
