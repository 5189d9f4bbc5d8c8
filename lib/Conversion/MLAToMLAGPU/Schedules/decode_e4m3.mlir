// Dense paged decode from an e4m3 cache on the FP8 tensor cores. Keys are never converted, values seldom.
//
// One tile of 64 rows (query token, head) a block, two consumer warp groups, a producer warp for queries and one for the cache.
// A step is two blocks of 64 cache tokens; the buffers hold two steps ("a" and "b", by the step's parity), so one is filled
// while the other is used.
//
//   scores   S  = Q·Kᵀ     wgX takes block X. Q is a sum of two e4m3 terms, its value rounded and what that left: for bf16
//                          the sum is exact. With precision e4m3_queries it is e4m3 already, and there is one term.
//   values   Oᵀ = Vᵀ·Pᵀ    each warp group has half of the columns, and both blocks. The tensor cores cannot transpose 8-bit
//                          operands; so V, which lies as [tokens][columns], is the A operand, read from shared memory
//                          transposed straight into registers, and P, as [rows][tokens], is B. P is rounded to e4m3
//                          (precision e4m3) or is a sum of two such terms (precision bf16).
//
// The accumulators of FP8 products keep about 13 bits and cut off the rest: summed over 2048 positive terms the result is 3 %
// short (measured on an H100, docs/performance.md). So the products of Q's two terms have accumulators of their own, in precision
// bf16 each quarter of the columns is summed apart in f32, and O is summed in f32 after each step: only 64 rows × 64 columns are in the tensor cores' hands at a time, and the sum with the rescaled O before is one fma.
//
// P of a block lies in the RoPE tile of that block, which is dead once the scores exist, its second term in a tile of its own.
// P is scaled by 2⁸, so that its largest value is 256 of e4m3's 448, and has 2⁻⁹ as its least: nothing below 2⁻¹⁸ of the
// largest weight is left of it. Were P relative to the running maximum, one early token that outweighs all others, as
// attention sinks do, would round them to nothing, thousands of them. So it is relative to its own step's maximum, the level
// %m, which goes up and down; O and the sum are scaled to each new level, which they were before as well. Only 2³² below the
// running maximum %top there is an end, for f32's sake, and for what lies there it matters no more.
//
// Where each token has a scale of its own (own_scales), a score is that scale times the sum of the e4m3 products, one fma a score, plus
// 16-bit products of the RoPE columns, which have no scale. The scale of V is a factor of the weight before it is quantised: what is
// quantised is what a token counts for, its weight · scale, relative to the most of the step: one exponential, of the score plus the
// logarithm of the scale. What a token weighs is that by the inverse of its scale, a factor of the sum. O is divided by the sum of what
// it was multiplied by, and multiplied by the mean scale (Σ weight · scale) / (Σ weight). The RoPE tiles, twice as wide, leave room for one
// step's only, so they have barriers of their own and the next one's are on their way as soon as scores exist. Who splits queries loads the
// scales of its own block while its products run; the producer passes it the page's number in shared memory, and has asked for the scales
// in L2; P has tiles of its own. Given queries leave the place of their second term to P, and room for what two warps of their own make of
// the scales while the step before runs (decode_e4m3_scale_reader.mlir).
//
// Where each 128 columns of a token have a scale (scales=group), the products of each group are summed apart, times the token's scale for
// it. A weight is multiplied by the token's largest scale, and V by what part of that its group has.
//
// That takes values of 16 bits (values=f16): V becomes f16 in the registers of the A operand, where a column of the operand is a token, and P
// is f16, too, in the place of Q's second term if queries are given, else in the RoPE tile of its block. Nothing is lost that a bf16 cache
// would have, so precision bf16 is had the same way where tokens have scales. The tensor cores add such products in f32, so they are added to O as
// they come; f16 holds weights far from 1, so O is seldom rescaled. Scales are read by warps of their own here, too. Where P lies in RoPE
// tiles, these and the stage are free together, at the end of a step.
//
// Two parts share a step where decode_schedule.mlir gives each one block of it, if queries are of e4m3 and groups have no scales: both
// make its weights, and each multiplies half of the columns, of which a warp group has two tiles of 64 (decode_e4m3_half_columns.mlir).
// Those that split queries have 117 KB of code and more, and a second copy of a step would not fit the instruction cache.
//
// Requests of few rows have a kernel of their own from the same file (levels=columns, decode_e4m3_few_consumer.mlir): a tile of 64 rows would be
// padding for the most part, and so would three quarters of a softmax. Scores are Sᵀ = K·Qᵀ there, tokens × rows of queries: a quarter of the
// products' columns and of the exponentials, and scales of tokens are factors of rows, two values a thread. Values are of f16 whatever the scales, for the
// products have time for it, so these requests have the error of precision bf16. Where groups have scales, P is stored four times, each times its
// group's: p_all names the tiles together ("_all"), p_a_0 to p_b_1 those of the columns of each pair of tiles of each warp group ("_0" to "_3"; all nothing in the
// other kernel, which has one P). Every thread knows the levels of all rows, as columns. A step that two parts share is made by both, and each stores its half
// of the columns.
//
// Q arrives as 16-bit values in a buffer that its two terms then take (decode_e4m3_queries_split.mlir), or as e4m3 in the bytes of
// the first term (decode_e4m3_queries_given.mlir); where the cache's RoPE columns have 16 bits, the second warp group widens those of
// given queries, which came in the place of the second term (decode_e4m3_queries_given_scaled.mlir). O leaves through the same buffer by
// TMA. What comes after, the merge of requests that are split over parts, is as in decode_seesaw.mlir.

#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!element = ${element}
!map = !mla_gpu.tensor_map<1x64x64x${element}, sw128>
!partial_map = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!latent_map = !mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>
!cache_latent_map = !mla_gpu.tensor_map<1x${box_tokens}x128xf8E4M3FN, sw128>
${when own_scales=0}
!rope_map = !mla_gpu.tensor_map<1x${box_tokens}x64xf8E4M3FN, sw64>
${end}
${when own_scales=1}
!rope_map = !map
${end}
!q_rope_map = !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>
!q_ropes_8 = !mla_gpu.smem<64x128xf8E4M3FN, sw64>
!q_rope_8 = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!q_16 = !mla_gpu.smem<64x${d_qk}x${element}, sw128>
!q_16_half = !mla_gpu.smem<64x${d_half}x${element}, sw128>
!q_16_quarter = !mla_gpu.smem<64x${d_quarter}x${element}, sw128>
!q_16_tile = !mla_gpu.smem<64x64x${element}, sw128>
!partial_half = !mla_gpu.smem<64x${d_half}xf16, sw128>
!partial_quarter = !mla_gpu.smem<64x${d_quarter}xf16, sw128>
!partial_tile = !mla_gpu.smem<64x64xf16, sw128>
// The latent columns of both blocks of a step, then their RoPE columns if they are of e4m3.
!stage = !mla_gpu.smem<64x${d_stage}xf8E4M3FN, sw128>
!latent = !mla_gpu.smem<64x${d_latent}xf8E4M3FN, sw128>
!latent_quarter = !mla_gpu.smem<64x${d_quarter}xf8E4M3FN, sw128>
!latent_half = !mla_gpu.smem<64x${d_half}xf8E4M3FN, sw128>
${when own_scales=0}
!ropes = !q_ropes_8
!rope = !q_rope_8
${end}
${when own_scales=1}
!rope = !q_16_tile
${end}
${when scales_by=consumers}
// The page numbers of both blocks of a step.
!pages = !mla_gpu.smem<4xi32>
${end}
${when own_scales=1}
!s_16 = tensor<64x64x${element}, #mla_gpu.layout<a_operand>>
${end}
${when values=e4m3}
!weights = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!weights_both = !mla_gpu.smem<64x128xf8E4M3FN, sw64_paired>
${end}
${when values=f16}
!weights = !mla_gpu.smem<${tile_rows}x64xf16, sw128>
!p_16 = tensor<64x64xf16, #mla_gpu.layout<a_operand>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!columns_16 = tensor<64xf16, #mla_gpu.layout<column>>
${end}
!stat = !mla_gpu.smem<64xf32>
${when scales=group}
!stat_16 = !mla_gpu.smem<64xf16>
${end}
!q_f32 = tensor<64x${d_quarter}xf32, #acc>
!q_8 = tensor<64x${d_quarter}xf8E4M3FN, #acc>
!s = tensor<64x64xf32, #acc>
!s_8 = tensor<64x64xf8E4M3FN, #acc>
!s_pending = !mla_gpu.pending<tensor<64x64xf32, #acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!o = tensor<64x${tile_rows}xf32, #mla_gpu.layout<acc_paired>>
!o_pending = !mla_gpu.pending<tensor<64x${tile_rows}xf32, #mla_gpu.layout<acc_paired>>>
!columns = tensor<${tile_rows}xf32, #mla_gpu.layout<column>>
${when levels=columns}
// Scores of tokens × rows of queries, and one value of each of the latter.
!st = tensor<64x${tile_rows}xf32, #acc>
!st_pending = !mla_gpu.pending<tensor<64x${tile_rows}xf32, #acc>>
!level = !columns
!level_mask = tensor<${tile_rows}xi1, #mla_gpu.layout<column>>
!borders = tensor<${tile_rows}xi32, #mla_gpu.layout<column>>
!parts = !mla_gpu.smem<${parts}xf32>
!weights_all = !mla_gpu.smem<${tile_rows}x${weights_width}xf16, sw128>
${end}
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!rowb = tensor<64xi1, #row>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!lanes = tensor<32xi32, #lane>
!lanes64 = tensor<32xi64, #lane>
!lanes_f32 = tensor<32xf32, #lane>
!mask = tensor<32xi1, #lane>
!half_columns = tensor<${d_half}xf32, #lane>
!half_mask = tensor<${d_half}xi1, #lane>
!exchange = !mla_gpu.smem<${exchange}xf32>

mla_gpu.program @program {
  mla_gpu.kernel @attend(
      ${when queries=split}
      %q_map: !map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      ${end}
      ${when queries=given}
      %q_map: !latent_map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      %q_rope_map: !q_rope_map {mla_gpu.bind = #mla_gpu.binding<q_rope_map>},
      %q_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<q_scale>},
      ${end}
      %latent_map: !cache_latent_map {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>},
      %rope_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>},
      %out_map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %partial_map: !partial_map {mla_gpu.bind = #mla_gpu.binding<partial_map>},
      %table: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<block_table>},
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
      %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      %partial_out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
      %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
      ${when own_scales=0}
      %cache_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>},
      ${end}
      ${when own_scales=1}
      %cache_scales: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>},
      ${end}
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
      %heads: i32 {mla_gpu.bind = #mla_gpu.binding<heads>},
      %queries: i32 {mla_gpu.bind = #mla_gpu.binding<queries>},
      %table_stride: i32 {mla_gpu.bind = #mla_gpu.binding<block_table_stride>},
      %num_pages: i32 {mla_gpu.bind = #mla_gpu.binding<num_pages>},
      ${when pieces=fixed}
      %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
      %most_pieces: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>},
      ${end}
      %scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(attend) grid(row_tiles, parts) threads(384) {
    %q = mla_gpu.smem.alloc "q" : !q_16
    %stage_a = mla_gpu.smem.alloc "stage_a" : !stage
    %stage_b = mla_gpu.smem.alloc "stage_b" : !stage
    ${when terms=two}
    %p0_rest = mla_gpu.smem.alloc "p0_rest" : !weights
    %p1_rest = mla_gpu.smem.alloc "p1_rest" : !weights
    ${end}
    ${when own_scales=1}
    %rope0 = mla_gpu.smem.alloc "rope0" : !rope
    %rope1 = mla_gpu.smem.alloc "rope1" : !rope
    ${end}
    ${when scales_by=consumers}
    %pages_a = mla_gpu.smem.alloc "pages_a" : !pages
    %pages_b = mla_gpu.smem.alloc "pages_b" : !pages
    ${end}
    ${when weights_in=tiles}
    %p0 = mla_gpu.smem.alloc "p0" : !weights
    %p1 = mla_gpu.smem.alloc "p1" : !weights
    ${end}
    ${when weights_in=ropes}
    %p0${p_all} = mla_gpu.smem.view %rope0 tiles(0 to 1) : !rope -> !weights${p_all}
    %p1${p_all} = mla_gpu.smem.view %rope1 tiles(0 to 1) : !rope -> !weights${p_all}
    ${end}
    %stat_m0 = mla_gpu.smem.alloc "stat_m0" : !stat
    %stat_m1 = mla_gpu.smem.alloc "stat_m1" : !stat
    ${when stat_l=1}
    %stat_l0 = mla_gpu.smem.alloc "stat_l0" : !stat
    %stat_l1 = mla_gpu.smem.alloc "stat_l1" : !stat
    ${end}
    ${when own_scales=1}
    %stat_scale0 = mla_gpu.smem.alloc "stat_scale0" : !stat
    %stat_scale1 = mla_gpu.smem.alloc "stat_scale1" : !stat
    %stat_inverse0 = mla_gpu.smem.alloc "stat_inverse0" : !stat
    %stat_inverse1 = mla_gpu.smem.alloc "stat_inverse1" : !stat
    %stat_log0 = mla_gpu.smem.alloc "stat_log0" : !stat
    %stat_log1 = mla_gpu.smem.alloc "stat_log1" : !stat
    ${end}
    ${when sums_of=others}
    %stat_sum_l0 = mla_gpu.smem.alloc "stat_sum_l0" : !stat
    %stat_sum_l1 = mla_gpu.smem.alloc "stat_sum_l1" : !stat
    %stat_sum_w0 = mla_gpu.smem.alloc "stat_sum_w0" : !stat
    %stat_sum_w1 = mla_gpu.smem.alloc "stat_sum_w1" : !stat
    ${end}
    ${when levels=columns}
${include decode_e4m3_few_buffers}    ${end}
    ${when scales=group}
    %stat_scale0_0 = mla_gpu.smem.alloc "stat_scale0_0" : !stat
    %stat_scale0_1 = mla_gpu.smem.alloc "stat_scale0_1" : !stat
    %stat_scale0_2 = mla_gpu.smem.alloc "stat_scale0_2" : !stat
    %stat_scale0_3 = mla_gpu.smem.alloc "stat_scale0_3" : !stat
    %stat_scale1_0 = mla_gpu.smem.alloc "stat_scale1_0" : !stat
    %stat_scale1_1 = mla_gpu.smem.alloc "stat_scale1_1" : !stat
    %stat_scale1_2 = mla_gpu.smem.alloc "stat_scale1_2" : !stat
    %stat_scale1_3 = mla_gpu.smem.alloc "stat_scale1_3" : !stat
    ${end}
    ${when ratios=1}
    %stat_ratio0_0_a = mla_gpu.smem.alloc "stat_ratio0_0_a" : !stat_16
    %stat_ratio0_0_b = mla_gpu.smem.alloc "stat_ratio0_0_b" : !stat_16
    %stat_ratio0_1_a = mla_gpu.smem.alloc "stat_ratio0_1_a" : !stat_16
    %stat_ratio0_1_b = mla_gpu.smem.alloc "stat_ratio0_1_b" : !stat_16
    %stat_ratio0_2_a = mla_gpu.smem.alloc "stat_ratio0_2_a" : !stat_16
    %stat_ratio0_2_b = mla_gpu.smem.alloc "stat_ratio0_2_b" : !stat_16
    %stat_ratio0_3_a = mla_gpu.smem.alloc "stat_ratio0_3_a" : !stat_16
    %stat_ratio0_3_b = mla_gpu.smem.alloc "stat_ratio0_3_b" : !stat_16
    %stat_ratio1_0_a = mla_gpu.smem.alloc "stat_ratio1_0_a" : !stat_16
    %stat_ratio1_0_b = mla_gpu.smem.alloc "stat_ratio1_0_b" : !stat_16
    %stat_ratio1_1_a = mla_gpu.smem.alloc "stat_ratio1_1_a" : !stat_16
    %stat_ratio1_1_b = mla_gpu.smem.alloc "stat_ratio1_1_b" : !stat_16
    %stat_ratio1_2_a = mla_gpu.smem.alloc "stat_ratio1_2_a" : !stat_16
    %stat_ratio1_2_b = mla_gpu.smem.alloc "stat_ratio1_2_b" : !stat_16
    %stat_ratio1_3_a = mla_gpu.smem.alloc "stat_ratio1_3_a" : !stat_16
    %stat_ratio1_3_b = mla_gpu.smem.alloc "stat_ratio1_3_b" : !stat_16
    ${end}
    ${when shrinks=f16_rows}
    %stat_shrink0 = mla_gpu.smem.alloc "stat_shrink0" : !stat
    %stat_shrink1 = mla_gpu.smem.alloc "stat_shrink1" : !stat
    ${end}
    ${when shrinks=e4m3_rows}
    %stat_shrink = mla_gpu.smem.alloc "stat_shrink" : !stat
    ${end}
    %stat_factor0 = mla_gpu.smem.alloc "stat_factor0" : !stat
    %stat_factor1 = mla_gpu.smem.alloc "stat_factor1" : !stat

    %q_full = mla_gpu.mbar.alloc "q_full" count(1)
    %q_free = mla_gpu.mbar.alloc "q_free" count(2)
    %full0_a = mla_gpu.mbar.alloc "full0_a" count(1)
    %full1_a = mla_gpu.mbar.alloc "full1_a" count(1)
    %full0_b = mla_gpu.mbar.alloc "full0_b" count(1)
    %full1_b = mla_gpu.mbar.alloc "full1_b" count(1)
    ${when frees=stage}
    %free_a = mla_gpu.mbar.alloc "free_a" count(2)
    %free_b = mla_gpu.mbar.alloc "free_b" count(2)
    ${end}
    ${when own_scales=1}
    %rope_full0 = mla_gpu.mbar.alloc "rope_full0" count(1)
    %rope_full1 = mla_gpu.mbar.alloc "rope_full1" count(1)
    ${end}
    ${when rope_until=scores}
    %rope_free0 = mla_gpu.mbar.alloc "rope_free0" count(1)
    %rope_free1 = mla_gpu.mbar.alloc "rope_free1" count(1)
    ${end}
    ${when frees=step}
    %step_free = mla_gpu.mbar.alloc "step_free" count(2)
    ${end}
    ${when scales_by=warps}
    %scales_full0 = mla_gpu.mbar.alloc "scales_full0" count(32)
    %scales_full1 = mla_gpu.mbar.alloc "scales_full1" count(32)
    %scales_free0 = mla_gpu.mbar.alloc "scales_free0" count(1)
    %scales_free1 = mla_gpu.mbar.alloc "scales_free1" count(1)
    ${end}
    %q_read = mla_gpu.nbar.alloc "q_read" threads(256)
    %q_ready = mla_gpu.nbar.alloc "q_ready" threads(256)
    %m_ready = mla_gpu.nbar.alloc "m_ready" threads(256)
    %p0_ready = mla_gpu.nbar.alloc "p0_ready" threads(256)
    %p1_ready = mla_gpu.nbar.alloc "p1_ready" threads(256)
    %l_ready = mla_gpu.nbar.alloc "l_ready" threads(256)
    %wg0_ready = mla_gpu.nbar.alloc "wg0_ready" threads(128)
    %wg1_ready = mla_gpu.nbar.alloc "wg1_ready" threads(128)

    // The two terms of Q, over the bytes that its 16-bit values arrive in: latent columns of the first, of the second, RoPE.
    %q_first = mla_gpu.smem.view %q tiles(0 to ${tiles_half}) : !q_16 -> !latent
    %q_rest = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_latent}) : !q_16 -> !latent
    ${when own_scales=0}
    %q_ropes = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !q_16 -> !ropes
    %q_rope_first = mla_gpu.smem.view %q_ropes tiles(0 to 1) : !ropes -> !rope
    %q_rope_rest = mla_gpu.smem.view %q_ropes tiles(1 to 2) : !ropes -> !rope
    ${end}
    ${when own_scales=1}
    %q_rope_tile = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !q_16 -> !rope
    // Given queries have no second term; their RoPE columns arrive there.
    %q_ropes_given = mla_gpu.smem.view %q_rest tiles(0 to 1) : !latent -> !q_ropes_8
    %q_rope_first = mla_gpu.smem.view %q_ropes_given tiles(0 to 1) : !q_ropes_8 -> !q_rope_8
    ${end}
    // Weights lie where no partial result of a step that two parts share does.
    ${when weights_in=rest_f16}
    %p0${p_all} = mla_gpu.smem.view %q_rest tiles(${p0_tile} to ${p1_tile}) : !latent -> !weights${p_all}
    %p1${p_all} = mla_gpu.smem.view %q_rest tiles(${p1_tile} to 4) : !latent -> !weights${p_all}
    ${end}
    ${when weights_in=rest_e4m3}
    %p_both = mla_gpu.smem.view %q_rest tiles(3 to 4) : !latent -> !weights_both
    %p0 = mla_gpu.smem.view %p_both tiles(0 to 1) : !weights_both -> !weights
    %p1 = mla_gpu.smem.view %p_both tiles(1 to 2) : !weights_both -> !weights
    ${end}
    %q_first_l = mla_gpu.smem.view %q_first tiles(0 to ${tiles_quarter}) : !latent -> !latent_half
    %q_first_r = mla_gpu.smem.view %q_first tiles(${tiles_quarter} to ${tiles_half}) : !latent -> !latent_half
    %q_rest_l = mla_gpu.smem.view %q_rest tiles(0 to ${tiles_quarter}) : !latent -> !latent_half
    %q_rest_r = mla_gpu.smem.view %q_rest tiles(${tiles_quarter} to ${tiles_half}) : !latent -> !latent_half
    %q_first_0 = mla_gpu.smem.view %q_first tiles(0 to 1) : !latent -> !latent_quarter
    %q_first_1 = mla_gpu.smem.view %q_first tiles(1 to 2) : !latent -> !latent_quarter
    %q_first_2 = mla_gpu.smem.view %q_first tiles(2 to 3) : !latent -> !latent_quarter
    %q_first_3 = mla_gpu.smem.view %q_first tiles(3 to 4) : !latent -> !latent_quarter
    %q_rest_0 = mla_gpu.smem.view %q_rest tiles(0 to 1) : !latent -> !latent_quarter
    %q_rest_1 = mla_gpu.smem.view %q_rest tiles(1 to 2) : !latent -> !latent_quarter
    %q_rest_2 = mla_gpu.smem.view %q_rest tiles(2 to 3) : !latent -> !latent_quarter
    %q_rest_3 = mla_gpu.smem.view %q_rest tiles(3 to 4) : !latent -> !latent_quarter

    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %c_half = arith.constant ${d_half} : i32
    %c0_64 = arith.constant 0 : i64
${include decode_boxes}    ${when own_scales=1}
    %page_in_scales = arith.constant ${page_in_scales} : i64
    ${end}
    %own_part = mla_gpu.block_id 1
    %threshold = arith.constant dense<${threshold}> : !rowf
${include decode_slack}${when records=ahead}
${include decode_own_records part=own_part}${end}
${include decode_e4m3_${consumer} wg=wg0 first_warp=0 end_warp=4 own=0 other=1 half=0 side=l own_token=0 shared_column=0 left_quarter=0 left_quarter_end=1 right_quarter=2 right_quarter_end=3 group_a=0 group_b=1 side_first=0 side_end=4 column0=0 column1=64 column2=128 column3=192}
${include decode_e4m3_${consumer} wg=wg1 first_warp=4 end_warp=8 own=1 other=0 half=1 side=r own_token=64 shared_column=${d_quarter} left_quarter=1 left_quarter_end=2 right_quarter=3 right_quarter_end=4 group_a=2 group_b=3 side_first=4 side_end=8 column0=256 column1=320 column2=384 column3=448}
${include decode_queries}    ${when scales_by=warps}
${include decode_e4m3_scale_reader block=0 first_warp=10 end_warp=11}${include decode_e4m3_scale_reader block=1 first_warp=11 end_warp=12}    ${end}
    mla_gpu.role "producer" warps(9 to 10) team(warp) registers(24) {
      %stride64 = arith.extsi %table_stride : i32 to i64
      %part = mla_gpu.block_id 1
      %steps_end = mla_gpu.items %parts[%part]
          ${when records=ahead}
          records(%records)
          ${end}
          lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first${unit}, %last${unit}, %slot) iter_args(%item_step = %c0) : i32 {
        %request64 = arith.extsi %request : i32 to i64
        %table_row = arith.muli %request64, %stride64 : i64
${include decode_e4m3_steps}        ${when page_numbers=lanes}
        // Page numbers are read a step ahead, and into lanes, as in decode_producer_0.mlir.
        %begin = arith.muli %first, %c2 : i32
${include decode_pages pages=first_pages block=begin}        %first_page0 = mla_gpu.lane.extract %first_pages[%c0] : !lanes -> i32
        %first_page1 = mla_gpu.lane.extract %first_pages[%c1] : !lanes -> i32
        %step_end, %page0_end, %page1_end = scf.for %i = %first to %last step %c1
            iter_args(%step = %item_step, %page0 = %first_page0, %page1_read = %first_page1) -> (i32, i32, i32) : i32 {
          %next = arith.addi %i, %c1 : i32
          %next_block = arith.muli %next, %c2 : i32
${include decode_pages pages=next_pages block=next_block}        ${end}
        ${when page_numbers=boxes}
        %begin = arith.muli %first, %c2 : i32
${include decode_pages_of_boxes pages=first_pages block=begin}        %step_end, %pages_end = scf.for %i = %first to %last step %c1
            iter_args(%step = %item_step, %pages = %first_pages) -> (i32, !lanes) : i32 {
          %next = arith.addi %i, %c1 : i32
          %next_block = arith.muli %next, %c2 : i32
          %block_of_step = arith.muli %i, %c2 : i32
${include decode_page_rows block=block_of_step}${include decode_pages_of_boxes pages=next_pages block=next_block}        ${end}
        ${when page_numbers=read}
        // Registers do not suffice for that.
        %last_column = arith.subi %table_stride, %c1 : i32
        %step_end = scf.for %i = %first to %last step %c1 iter_args(%step = %item_step) -> (i32) : i32 {
          %block0_raw = arith.muli %i, %c2 : i32
          %block1_raw = arith.addi %block0_raw, %c1 : i32
          %block0 = arith.minsi %block0_raw, %last_column : i32
          %block1 = arith.minsi %block1_raw, %last_column : i32
          %block0_64 = arith.extsi %block0 : i32 to i64
          %block1_64 = arith.extsi %block1 : i32 to i64
          %entry0 = arith.addi %table_row, %block0_64 : i64
          %entry1 = arith.addi %table_row, %block1_64 : i64
          %page0 = mla_gpu.global.load %table[%entry0] : !mla_gpu.ptr<i32> -> i32
          %page1_read = mla_gpu.global.load %table[%entry1] : !mla_gpu.ptr<i32> -> i32
        ${end}
          // Where there is no second block, page number num_pages, which TMA reads as zeros without touching memory.
          %token0 = arith.muli %i, %c128 : i32
          %token1 = arith.addi %token0, %c64 : i32
          %has1 = arith.cmpi sgt, %length, %token1 : i32
          ${when pages=tile}
          %page1 = arith.select %has1, %page1_read, %num_pages : i32
          ${end}
${include decode_e4m3_stage}          ${when frees=stage}
          %free_parity = arith.xori %parity, %c1 : i32
          mla_gpu.mbar.wait %free parity(%free_parity)
          ${end}
          ${when scales_by=consumers}
          mla_gpu.smem.store %page0, %pages[0] : i32, !pages
          mla_gpu.smem.store %page1, %pages[1] : i32, !pages
          ${end}
          mla_gpu.mbar.arm %full0 bytes(${block_bytes})
${include decode_copy map=latent_map map_type=cache_latent_map page=page0 slot=c0 boxes_at=c0 column=c0 to=k0 signal=full0 type=latent}          ${when own_scales=0}
${include decode_copy map=rope_map map_type=rope_map page=page0 slot=c0 boxes_at=c0 column=c0 to=rope0 signal=full0 type=rope}          ${end}
          mla_gpu.mbar.arm %full1 bytes(${block_bytes})
${include decode_copy map=latent_map map_type=cache_latent_map page=page1 slot=c0 boxes_at=c_boxes column=c0 to=k1 signal=full1 type=latent}          ${when own_scales=0}
${include decode_copy map=rope_map map_type=rope_map page=page1 slot=c0 boxes_at=c_boxes column=c0 to=rope1 signal=full1 type=rope}          ${end}
          ${when scales_by=consumers}
          // The scales of a page lie behind its tokens or in them, and are wanted as soon as they are.
          %page0_64 = arith.extsi %page0 : i32 to i64
          %page1_64 = arith.extsi %page1 : i32 to i64
          %scales0_at = arith.muli %page0_64, %page_in_scales : i64
          %scales1_at = arith.muli %page1_64, %page_in_scales : i64
          mla_gpu.global.prefetch %cache_scales[%scales0_at] bytes ${scales_bytes} : !mla_gpu.ptr<f32>
          scf.if %has1 {
            mla_gpu.global.prefetch %cache_scales[%scales1_at] bytes ${scales_bytes} : !mla_gpu.ptr<f32>
          }
          ${end}
          ${when own_scales=1}
          %rope_parity = arith.andi %step, %c1 : i32
          %rope_free_parity = arith.xori %rope_parity, %c1 : i32
          ${end}
          ${when rope_until=scores}
          mla_gpu.mbar.wait %rope_free0 parity(%rope_free_parity)
          ${end}
          ${when frees=step}
          // The step before has its weights over the RoPE tiles to its end, and then its stage is free, too: the next step's.
          mla_gpu.mbar.wait %step_free parity(%rope_free_parity)
          ${end}
          ${when own_scales=1}
          mla_gpu.mbar.arm %rope_full0 bytes(${rope_bytes})
          mla_gpu.tma.load %rope_map[%page0, %c0, %c0] to %rope0 signal %rope_full0${priority_${reads}} : !rope_map -> !rope
          ${end}
          ${when rope_until=scores}
          mla_gpu.mbar.wait %rope_free1 parity(%rope_free_parity)
          ${end}
          ${when own_scales=1}
          mla_gpu.mbar.arm %rope_full1 bytes(${rope_bytes})
          mla_gpu.tma.load %rope_map[%page1, %c0, %c0] to %rope1 signal %rope_full1${priority_${reads}} : !rope_map -> !rope
          ${end}
          %step_next = arith.addi %step, %c1 : i32
          ${when page_numbers=lanes}
          %next_page0 = mla_gpu.lane.extract %next_pages[%c0] : !lanes -> i32
          %next_page1 = mla_gpu.lane.extract %next_pages[%c1] : !lanes -> i32
          scf.yield %step_next, %next_page0, %next_page1 : i32, i32, i32
          ${end}
          ${when page_numbers=boxes}
          scf.yield %step_next, %next_pages : i32, !lanes
          ${end}
          ${when page_numbers=read}
          scf.yield %step_next : i32
          ${end}
        }
        mla_gpu.yield %step_end : i32
      }
    }
  }
}
