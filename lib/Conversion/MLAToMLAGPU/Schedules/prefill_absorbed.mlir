// Prefill in the absorbed form: a tile of 64 rows, (query, head) pairs of one sequence one after the other, a work item. What
// happens to an item is decode's seesaw (decode_seesaw.mlir): two warp groups, each with half of the columns of O, and a producer.
// Only the bounds differ: under the causal mask each row sees as many tokens as its query, and a tile of one query is done where the
// query's tokens end.
//
// Items come from the list that the schedule kernel wrote, by tickets, as in prefill_mha.mlir. Neighbours in the list are the tiles
// of neighbouring queries, so blocks that run at the same time read the same tokens, from L2. No item is split: a sequence has
// as many as it has rows / 64, and they become shorter towards the end of the list.
//
// The first step of an item is copied before its queries, for whose buffer the results of the item before are leaving.
//
// ${when paged=1}Pages are read as in decode, those of e4m3, too.${end}${when paged=0}Tokens lie one after the other; the map shows them as one page.${end}

${include seesaw_types}!rows_map = !mla_gpu.tensor_map<64x64x${element}, sw128>
!item = !mla_gpu.smem<8xi32>
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>

mla_gpu.program @program {
  mla_gpu.kernel @attend(
      %q_map: !rows_map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      ${when dequantize=0}
      %cache_map: !cache_map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
      ${end}
      ${when dequantize=1}
      %cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
      ${end}
      ${when one_scale=1}
      %cache_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>},
      ${end}
      %out_map: !rows_map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      ${when paged=1}
      %table: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<block_table>},
      %table_stride: i32 {mla_gpu.bind = #mla_gpu.binding<block_table_stride>},
      %num_pages: i32 {mla_gpu.bind = #mla_gpu.binding<num_pages>},
      ${end}
      ${when paged=0}
      %total_kv: i32 {mla_gpu.bind = #mla_gpu.binding<total_kv>},
      ${end}
      %work: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<work>},
      ${when dequantize=0}
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      ${end}
      %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      ${when one_scale=0}
      %scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      ${end}
      ${when one_scale=1}
      %softmax_scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      ${end}
      step(attend) grid(multiprocessors, one) threads(384) {
${include seesaw_buffers}
    %info = mla_gpu.smem.alloc "item" : !item
    ${when dequantize=1}
    %producer_ready = mla_gpu.nbar.alloc "producer_ready" threads(128)
    ${end}

    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %threshold = arith.constant dense<${threshold}> : !rowf
    %c_latent = arith.constant ${d_latent} : i32
    %c_quarter = arith.constant ${d_quarter} : i32
    %c_half = arith.constant ${d_half} : i32
    %c_three_quarters = arith.constant ${d_three_quarters} : i32
${include decode_boxes}    %c0_64 = arith.constant 0 : i64
    ${when one_scale=1}
    // All of the cache has one scale, so products are formed of what is stored.
    %scale_value = mla_gpu.global.load %cache_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
    %scale = arith.mulf %softmax_scale, %scale_value : f32
    ${end}

    mla_gpu.role "wg0" warps(0 to 4) team(warp_group) registers(${consumer_registers}) {
${include prefill_absorbed_consumer wg=0 other_wg=1 q_half=q_l}    }

    mla_gpu.role "wg1" warps(4 to 8) team(warp_group) registers(${consumer_registers}) {
${include prefill_absorbed_consumer wg=1 other_wg=0 q_half=q_r}    }

${include prefill_absorbed_producer_${dequantize}}  }
}
