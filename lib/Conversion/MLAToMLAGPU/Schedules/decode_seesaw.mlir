// Dense paged decode, one tile of 64 rows (query token, head) a block, two consumer warp groups, a producer warp for queries and
// one for the cache. What a warp group does with one item, and how a step is copied, stands in seesaw_wg0.mlir, seesaw_wg1.mlir
// and seesaw_load.mlir, which prefill_absorbed.mlir includes, too.
//
// A step is two blocks of 64 cache tokens, K0 and K1. O (64 × d_latent) fills the registers of both warp groups: wg0 owns
// the left half of the columns and the scores of K0, wg1 the right half and the scores of K1 (the "seesaw"; FlashMLA).
// Each rounds its probabilities P to 16 bits and puts them where the other can read them: into the RoPE tile of the very
// block they belong to, which is dead once the scores exist. So P costs no shared memory, and Q stays whole.
//
//   wg0:  S0 = Q·K0ᵀ   m0 = max   P0 = exp   O_l += P0·V0_l (registers)          O_l += P1·V1_l (shared)
//   wg1:  S1 = Q·K1ᵀ                          O_r += P0·V0_r (shared)   P1 = exp  O_r += P1·V1_r (registers)
//
// Where a part may end within a step (halves = 1), its last step may have K0 alone: wg0 makes its scores, both multiply P0·V0, and nothing
// waits for K1, whose barriers complete a phase all the same. Such a block has code of its own behind the loop: with a branch
// in the loop, or a loop that counts blocks, steps took 0.4 to 0.8 % longer.
//
// Where few requests are short, there are parts for all blocks (halves = 1, decode_schedule.mlir), and two parts share a step: both
// make all of its scores, and each multiplies half of the latent columns. O is 64 × d_latent/2 then, of which the warp groups have a
// quarter of the columns each; half as much is scaled, written and merged by each part, and pieces are whole steps. Such steps
// branch off behind the first scores (decode_half_columns_wg0.mlir).
//
// The running maximum goes wg0 → wg1 → wg0 through stat_m0 and stat_m1. It may lag where no token weighs much (seesaw_limit.mlir). A warp none of whose
// rows have a larger one skips the rescaling of O by a vote.
//
// Blocks with other row tiles of a part read the same tokens. Of three and more the copies of long pieces keep step by the clock (decode_pace.mlir).
//
// A block's buffer is refilled in two pieces, each by the moment its last reader is done. "Left" holds the tiles that
// wg0 frees, "right" those that wg1 frees; the tile with P follows its reader:
//   k0: left = tiles 0…h−1,      right = h…2h−1 and the RoPE tile (P0, read by wg1)
//   k1: left = 0…h−1 and the RoPE tile (P1, read by wg0),      right = h…2h−1
// It arrives in quarters of the columns, each with a barrier of its own, so that the scores begin when the first is there.
// All mbarriers of the ring complete one phase per step, so one step counter gives every parity.
//
// An item's results leave through the buffer of Q, which is dead after the last scores: O as 16-bit tiles, by TMA. A request
// that is split over parts leaves f16 partial results, each row of each warp group in a unit of its own (seesaw_unit.mlir); then all
// blocks that hold a piece of it meet at a counter and merge the rows between them (decode_merge.mlir).
//
// With RoPE, wg1 turns the last tile of Q before the item's first products, which take it last; wg0 waits for it there.
// K0 is copied before K1, so wg1 has the time.
//
// A cache of e4m3 is dequantised by the producer, which is a whole warp group then, and has registers: seesaw_dequantize.mlir.
//
// Pages that are not blocks of 64 tokens come in boxes of as many tokens as divide both, to the rows of a tile that are theirs
// (decode_copy.mlir); one barrier counts the bytes of all.
//
// A sequence's last block may be ragged: slots past its end can hold NaN. The producer copies such a block behind the
// `tail` barrier, writes zeros over the rows past the end, and only then completes the ordinary `full` barriers. With
// split_steps a step whose second block lies past the end loads page number num_pages, which TMA reads as zeros without
// touching memory; else there is no second block.

${include seesaw_types}#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!partial_map = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!o_partial = tensor<64x${d_half}xf16, #mla_gpu.layout<a_operand>>
!lanes = tensor<32xi32, #lane>
!lanes_f32 = tensor<32xf32, #lane>
!mask = tensor<32xi1, #lane>
!half_columns = tensor<${d_half}xf32, #lane>
!half_mask = tensor<${d_half}xi1, #lane>
!exchange = !mla_gpu.smem<${exchange}xf32>

mla_gpu.program @program {
  mla_gpu.kernel @attend(
      %q_map: !map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      ${when dequantize=0}
      %cache_map: !cache_map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
      ${end}
      ${when dequantize=1}
      %cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
      ${end}
      ${when one_scale=1}
      %cache_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>},
      ${end}
      %out_map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %partial_map: !partial_map {mla_gpu.bind = #mla_gpu.binding<partial_map>},
      %table: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<block_table>},
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>},
      %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      ${when paces=1}
      %marks: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<marks>},
      ${end}
      %partial_out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
      %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
      %heads: i32 {mla_gpu.bind = #mla_gpu.binding<heads>},
      %queries: i32 {mla_gpu.bind = #mla_gpu.binding<queries>},
      %table_stride: i32 {mla_gpu.bind = #mla_gpu.binding<block_table_stride>},
      %num_pages: i32 {mla_gpu.bind = #mla_gpu.binding<num_pages>},
      ${when pieces=fixed}
      %batch: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
      %most_pieces: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>},
      ${end}
      ${when one_scale=0}
      %scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      ${end}
      ${when one_scale=1}
      %softmax_scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      ${end}
      step(attend) grid(row_tiles, parts) threads(384) {
${include seesaw_buffers}
    ${when rope=1}
    %q_ready = mla_gpu.nbar.alloc "q_ready" threads(256)
    ${end}
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %exact = arith.constant dense<0.0> : !rowf
    %c_item_blocks = arith.constant ${item_blocks} : i32
${include decode_boxes}    %c_latent = arith.constant ${d_latent} : i32
    %c_quarter = arith.constant ${d_quarter} : i32
    %c_half = arith.constant ${d_half} : i32
    %c_three_quarters = arith.constant ${d_three_quarters} : i32
    %row_tile = mla_gpu.block_id 0
    %part = mla_gpu.block_id 1
    %row0 = arith.muli %row_tile, %c64 : i32
${include decode_rows}${include decode_slack}${include decode_most_lag}${when records=ahead}
${include decode_own_records part=part}${end}
    ${when one_scale=1}
    // All of the cache has one scale, so products are formed of what is stored.
    %c0_64 = arith.constant 0 : i64
    %scale_value = mla_gpu.global.load %cache_scale[%c0_64] : !mla_gpu.ptr<f32> -> f32
    %scale = arith.mulf %softmax_scale, %scale_value : f32
    ${end}

    mla_gpu.role "wg0" warps(0 to 4) team(warp_group) registers(${consumer_registers}) {
${include decode_sharing_records at_begin=read_begin at_end=read_end}      %s_zero = arith.constant dense<0.0> : !s
      %l_zero = arith.constant dense<0.0> : !sum
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %row = mla_gpu.row.index : !rowi
      %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
      %heads_row = mla_gpu.splat %heads : i32 -> !rowi
      %causal_row = mla_gpu.splat %causal : i32 -> !rowi
      %row_in_request = arith.addi %row, %row0_row : !rowi
      %query = arith.divui %row_in_request, %heads_row : !rowi
      %query_offset = arith.muli %query, %causal_row : !rowi
      %items_end, %steps_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first${unit}, %last${unit}, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %border = arith.addi %least_border_row, %query_offset : !rowi
${include seesaw_pairs}        %nonempty = arith.cmpi slt, %first${unit}, %last${unit} : i32
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
${include seesaw_wg0_scores}        ${when halves=1}
        %false = arith.constant false
        %by_tokens = arith.cmpi eq, %by_columns, %false : i1
        %step_end = scf.if %by_tokens -> (i32) {
        ${end}
${include seesaw_wg0}${include seesaw_scale own=0 other=1}        scf.if %whole {
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_16
          mla_gpu.smem.store_tile %o_16, %q_l : !o_16, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg0_ready
          mla_gpu.tma.store %q_l to %out_map[%request, %row0, %c0] : !half -> !map
          %l_log2 = math.log2 %l_whole : !rowf
          %lse_log2 = arith.addf %m_end, %l_log2 : !rowf
          %ln2 = arith.constant dense<0.693147180559945> : !rowf
          %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %first_row = arith.addi %request_row, %row064 : i64
          mla_gpu.global.store_rows %lse_value, %lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
        } else {
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_partial
          mla_gpu.smem.store_tile %o_16, %q_l : !o_partial, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg0_ready
          mla_gpu.tma.store %q_l to %partial_map[%slot, %row0, %c0] : !half -> !partial_map
${include seesaw_sum own=0 other=1}          %unit = arith.mulf %unit_of_o, %norm : !rowf
          %l_log2 = math.log2 %l_total : !rowf
          %lse_log2 = arith.addf %m_end, %l_log2 : !rowf
${include decode_partial_row}          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
${include decode_partial_units quarter_array=1 unit=unit}        }
        ${when halves=1}
          scf.yield %step_end_blocks : i32
        } else {
${include decode_half_columns_wg0}          %step_end_shared = arith.addi %item_step, %c1 : i32
          scf.yield %step_end_shared : i32
        }
        ${end}
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
${include decode_end half=0 shares=read rows=given q_type=block}    }

    mla_gpu.role "wg1" warps(4 to 8) team(warp_group) registers(${consumer_registers}) {
${include decode_sharing_records at_begin=read_begin at_end=read_end}      %s_zero = arith.constant dense<0.0> : !s
      %l_zero = arith.constant dense<0.0> : !sum
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %row = mla_gpu.row.index : !rowi
      %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
      %heads_row = mla_gpu.splat %heads : i32 -> !rowi
      %causal_row = mla_gpu.splat %causal : i32 -> !rowi
      %row_in_request = arith.addi %row, %row0_row : !rowi
      %query = arith.divui %row_in_request, %heads_row : !rowi
      %query_offset = arith.muli %query, %causal_row : !rowi
      %items_end, %steps_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(${item_tokens})
          ${when pieces=fixed}
          split_steps(${split_steps}) most_pieces(%most_pieces)
          ${end}
          (%request, %length, %first${unit}, %last${unit}, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %border = arith.addi %least_border_row, %query_offset : !rowi
${include seesaw_pairs}        %nonempty = arith.cmpi slt, %first${unit}, %last${unit} : i32
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
        ${when rope=1}
        %first_position = arith.subi %length, %queries : i32
        %first_position_row = mla_gpu.splat %first_position : i32 -> !rowi
        %position = arith.addi %first_position_row, %query : !rowi
        ${end}
        ${when turns=as_given}
        %q_rope = mla_gpu.smem.load_tile %q_p : !tile -> !s
        ${end}
        ${when turns=converted}
        %q_rope = mla_gpu.smem.load_tile %q_p_given : !tile_given -> !s
        ${end}
        ${when rope=1}
        %q_turned = mla_gpu.rotate %q_rope at %position by ${rotation} : !s, !rowi
        mla_gpu.nbar.sync %wg1_ready
        ${end}
        ${when turns=as_given}
        %q_turned_16 = mla_gpu.to_a_operand %q_turned : !s -> !p
        mla_gpu.smem.store_tile %q_turned_16, %q_p : !p, !tile
        ${end}
        ${when turns=converted}
        // Turned queries are of the type of those given, whatever products are formed of.
        %q_turned_16 = mla_gpu.to_a_operand %q_turned : !s -> !p_given
        mla_gpu.smem.store_tile %q_turned_16, %q_p_given : !p_given, !tile_given
        ${end}
        ${when rope=1}
        mla_gpu.fence.async
        mla_gpu.nbar.sync %wg1_ready
        mla_gpu.nbar.arrive %q_ready
        ${end}
${include seesaw_wg1_scores}        ${when halves=1}
        %false = arith.constant false
        %by_tokens = arith.cmpi eq, %by_columns, %false : i1
        %step_end = scf.if %by_tokens -> (i32) {
        ${end}
${include seesaw_wg1}${include seesaw_scale own=1 other=0}        scf.if %whole {
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_16
          mla_gpu.smem.store_tile %o_16, %q_r : !o_16, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg1_ready
          mla_gpu.tma.store %q_r to %out_map[%request, %row0, %c_half] : !half -> !map
        } else {
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_partial
          mla_gpu.smem.store_tile %o_16, %q_r : !o_partial, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg1_ready
          mla_gpu.tma.store %q_r to %partial_map[%slot, %row0, %c_half] : !half -> !partial_map
${include seesaw_sum own=1 other=0}          ${when waits_for_wg1=0}
          // All warps have read wg0's sums before one of them frees Q: if the next item is a single block, nothing else is between that and its sums.
          mla_gpu.nbar.sync %wg1_ready
          ${end}
          %unit = arith.mulf %unit_of_o, %norm : !rowf
${include decode_partial_row}${include decode_partial_units quarter_array=3 unit=unit}        }
        ${when halves=1}
          scf.yield %step_end_blocks : i32
        } else {
${include decode_half_columns_wg1}          %step_end_shared = arith.addi %item_step, %c1 : i32
          scf.yield %step_end_shared : i32
        }
        ${end}
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
${include decode_end half=1 shares=read rows=given q_type=block}    }

${include decode_producer_${dequantize}}  }
}
