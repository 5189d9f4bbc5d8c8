                  // Four pieces of row %row_${u} on their way; decode_merge_rows.mlir includes it.
                  %at_${u} = arith.addi %row0, %row_${u} : i32
                  %at_lanes_${u} = mla_gpu.splat %at_${u} : i32 -> !lanes
                  %index_${u} = arith.addi %slot_row_${v}, %at_lanes_${u} : !lanes
                  %x_${u} = mla_gpu.global.gather_rows %partial_out[%index_${u}, %half_column] row_stride(${d_latent}) : !mla_gpu.ptr<f16>, !lanes -> tensor<4x${d_half}xf16, #lane_rows>
                  %scale_index_${u} = arith.addi %index_${u}, %scale_lanes : !lanes
                  %lse_raw_${u} = mla_gpu.global.gather_lanes %partial_lse[%index_${u}] where %exists_${v} : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
                  %scale_${u} = mla_gpu.global.gather_lanes %partial_lse[%scale_index_${u}] where %exists_${v} : !mla_gpu.ptr<f32>, !lanes, !mask -> !lanes_f32
