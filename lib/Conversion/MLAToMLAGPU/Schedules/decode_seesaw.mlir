// Dense paged decode, one tile of 64 rows (query token, head) a block, two consumer warp groups and a producer warp.
//
// A step is two blocks of 64 cache tokens, K0 and K1. O (64 × d_latent) fills the registers of both warp groups: wg0 owns
// the left half of the columns and the scores of K0, wg1 the right half and the scores of K1 (the "seesaw"; FlashMLA).
// Each rounds its probabilities P to 16 bits and puts them where the other can read them: into the RoPE tile of the very
// block they belong to, which is dead once the scores exist. So P costs no shared memory, and Q stays whole.
//
//   wg0:  S0 = Q·K0ᵀ   m0 = max   P0 = exp   O_l += P0·V0_l (registers)          O_l += P1·V1_l (shared)
//   wg1:  S1 = Q·K1ᵀ                          O_r += P0·V0_r (shared)   P1 = exp  O_r += P1·V1_r (registers)
//
// The running maximum goes wg0 → wg1 → wg0 through stat_m0 and stat_m1; it is raised only where it would grow by more
// than a threshold, so that the rescaling of O is rare and skipped by a vote.
//
// A block's buffer is refilled in two pieces, each by the moment its last reader is done. "Left" holds the tiles that
// wg0 frees, "right" those that wg1 frees; the tile with P follows its reader:
//   k0: left = tiles 0…h−1,      right = h…2h−1 and the RoPE tile (P0, read by wg1)
//   k1: left = 0…h−1 and the RoPE tile (P1, read by wg0),      right = h…2h−1
// It arrives in quarters of the columns, each with a barrier of its own, so that the scores begin when the first is there.
// All mbarriers of the ring complete one phase per step, so one step counter gives every parity.
//
// An item's results leave through the buffer of Q, which is dead after the last scores: O as 16-bit tiles, by TMA. A request
// that is split over parts leaves f16 partial results, each row scaled so that its largest magnitude is 1; then all blocks
// that hold a piece of it meet at a counter and merge the rows between them (decode_merge.mlir).
//
// A sequence's last block may be ragged: slots past its end can hold NaN. The producer copies such a block behind the
// `tail` barrier, writes zeros over the rows past the end, and only then completes the ordinary `full` barriers. A step
// whose second block lies past the end loads page number num_pages, which TMA reads as zeros without touching memory.

#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
#lane = #mla_gpu.layout<lane>
!element = ${element}
!map = !mla_gpu.tensor_map<1x64x64x${element}, sw128>
!partial_map = !mla_gpu.tensor_map<1x64x64xf16, sw128>
!block = !mla_gpu.smem<64x${d_qk}x${element}, sw128>
!half = !mla_gpu.smem<64x${d_half}x${element}, sw128>
!quarter = !mla_gpu.smem<64x${d_quarter}x${element}, sw128>
!quarter_rope = !mla_gpu.smem<64x${d_quarter_rope}x${element}, sw128>
!latent = !mla_gpu.smem<64x${d_latent}x${element}, sw128>
!tile = !mla_gpu.smem<64x64x${element}, sw128>
!stat = !mla_gpu.smem<64xf32>
!o = tensor<64x${d_half}xf32, #acc>
!o_pending = !mla_gpu.pending<tensor<64x${d_half}xf32, #acc>>
!s = tensor<64x64xf32, #acc>
!s_pending = !mla_gpu.pending<tensor<64x64xf32, #acc>>
!p = tensor<64x64x${element}, #mla_gpu.layout<a_operand>>
!o_16 = tensor<64x${d_half}x${element}, #mla_gpu.layout<a_operand>>
!o_partial = tensor<64x${d_half}xf16, #mla_gpu.layout<a_operand>>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!rowb = tensor<64xi1, #row>
!lanes = tensor<32xi32, #lane>
!lanes_f32 = tensor<32xf32, #lane>
!mask = tensor<32xi1, #lane>
!half_columns = tensor<${d_half}xf32, #lane>
!chunk = tensor<128xf32, #lane>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>

mla_gpu.program @program {
  mla_gpu.kernel @attend(
      %q_map: !map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      %cache_map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>},
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
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
      %heads: i32 {mla_gpu.bind = #mla_gpu.binding<heads>},
      %queries: i32 {mla_gpu.bind = #mla_gpu.binding<queries>},
      %table_stride: i32 {mla_gpu.bind = #mla_gpu.binding<block_table_stride>},
      %num_pages: i32 {mla_gpu.bind = #mla_gpu.binding<num_pages>},
      %scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(attend) grid(row_tiles, parts) threads(384) {
    %q = mla_gpu.smem.alloc "q" : !block
    %k0 = mla_gpu.smem.alloc "k0" : !block
    %k1 = mla_gpu.smem.alloc "k1" : !block
    %stat_m0 = mla_gpu.smem.alloc "stat_m0" : !stat
    %stat_m1 = mla_gpu.smem.alloc "stat_m1" : !stat
    %stat_l0 = mla_gpu.smem.alloc "stat_l0" : !stat
    %stat_l1 = mla_gpu.smem.alloc "stat_l1" : !stat

    %q_full = mla_gpu.mbar.alloc "q_full" count(1)
    %q_free = mla_gpu.mbar.alloc "q_free" count(2)
    %k0_full_a = mla_gpu.mbar.alloc "k0_full_a" count(1)
    %k0_full_b = mla_gpu.mbar.alloc "k0_full_b" count(1)
    %k0_full_c = mla_gpu.mbar.alloc "k0_full_c" count(1)
    %k0_full_d = mla_gpu.mbar.alloc "k0_full_d" count(1)
    %k1_full_a = mla_gpu.mbar.alloc "k1_full_a" count(1)
    %k1_full_b = mla_gpu.mbar.alloc "k1_full_b" count(1)
    %k1_full_c = mla_gpu.mbar.alloc "k1_full_c" count(1)
    %k1_full_d = mla_gpu.mbar.alloc "k1_full_d" count(1)
    %k0_left_free = mla_gpu.mbar.alloc "k0_left_free" count(1)
    %k0_right_free = mla_gpu.mbar.alloc "k0_right_free" count(1)
    %k1_left_free = mla_gpu.mbar.alloc "k1_left_free" count(1)
    %k1_right_free = mla_gpu.mbar.alloc "k1_right_free" count(1)
    %tail = mla_gpu.mbar.alloc "tail" count(4)
    %m0_ready = mla_gpu.nbar.alloc "m0_ready" threads(256)
    %p0_ready = mla_gpu.nbar.alloc "p0_ready" threads(256)
    %p1_ready = mla_gpu.nbar.alloc "p1_ready" threads(256)
    %l_ready = mla_gpu.nbar.alloc "l_ready" threads(256)
    %wg0_ready = mla_gpu.nbar.alloc "wg0_ready" threads(128)
    %wg1_ready = mla_gpu.nbar.alloc "wg1_ready" threads(128)

    // Quarters a, b (left) and c, d (right) of the latent columns; "dp" is d with the RoPE tile.
    %q_a = mla_gpu.smem.view %q tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %q_b = mla_gpu.smem.view %q tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %q_c = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %q_dp = mla_gpu.smem.view %q tiles(${tiles_three_quarters} to ${tiles_all}) : !block -> !quarter_rope
    %q_d = mla_gpu.smem.view %q tiles(${tiles_three_quarters} to ${tiles_latent}) : !block -> !quarter
    %k0_a = mla_gpu.smem.view %k0 tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %k0_b = mla_gpu.smem.view %k0 tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %k0_c = mla_gpu.smem.view %k0 tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %k0_dp = mla_gpu.smem.view %k0 tiles(${tiles_three_quarters} to ${tiles_all}) : !block -> !quarter_rope
    %k1_a = mla_gpu.smem.view %k1 tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %k1_b = mla_gpu.smem.view %k1 tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %k1_c = mla_gpu.smem.view %k1 tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %k1_d = mla_gpu.smem.view %k1 tiles(${tiles_three_quarters} to ${tiles_latent}) : !block -> !quarter
    %q_l = mla_gpu.smem.view %q tiles(0 to ${tiles_half}) : !block -> !half
    %q_r = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %q_p = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile
    %v0 = mla_gpu.smem.view %k0 tiles(0 to ${tiles_latent}) : !block -> !latent
    %v0_l = mla_gpu.smem.view %k0 tiles(0 to ${tiles_half}) : !block -> !half
    %v0_r = mla_gpu.smem.view %k0 tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %p0 = mla_gpu.smem.view %k0 tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile
    %v1 = mla_gpu.smem.view %k1 tiles(0 to ${tiles_latent}) : !block -> !latent
    %v1_l = mla_gpu.smem.view %k1 tiles(0 to ${tiles_half}) : !block -> !half
    %v1_r = mla_gpu.smem.view %k1 tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %p1 = mla_gpu.smem.view %k1 tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile

    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %c_latent = arith.constant ${d_latent} : i32
    %c_quarter = arith.constant ${d_quarter} : i32
    %c_half = arith.constant ${d_half} : i32
    %c_three_quarters = arith.constant ${d_three_quarters} : i32
    %row_tile = mla_gpu.block_id 0
    %part = mla_gpu.block_id 1
    %row0 = arith.muli %row_tile, %c64 : i32
${include decode_rows}${include decode_slack}${include decode_records}

    mla_gpu.role "wg0" warps(0 to 4) team(warp_group) registers(240) {
      %o_zero = arith.constant dense<0.0> : !o
      %s_zero = arith.constant dense<0.0> : !s
      %l_zero = arith.constant dense<0.0> : !sum
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %largest_least = arith.constant dense<1.0e-37> : !rowf
      %largest_most = arith.constant dense<1.0e+37> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %row = mla_gpu.row.index : !rowi
      %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
      %heads_row = mla_gpu.splat %heads : i32 -> !rowi
      %causal_row = mla_gpu.splat %causal : i32 -> !rowi
      %row_in_request = arith.addi %row, %row0_row : !rowi
      %query = arith.divui %row_in_request, %heads_row : !rowi
      %query_offset = arith.muli %query, %causal_row : !rowi
      %items_end, %steps_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128)
          (%request, %length, %first, %last, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %border = arith.addi %least_border_row, %query_offset : !rowi
        %last_step = arith.subi %last, %c1 : i32
        %nonempty = arith.cmpi slt, %first, %last : i32
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
        // S0 of the item's first step; later ones are computed at the end of the step before.
        %first_parity = arith.andi %item_step, %c1 : i32
        %s_first = scf.if %nonempty -> (!s) {
          mla_gpu.mbar.wait %k0_full_a parity(%first_parity)
          %s_a = mla_gpu.wgmma %q_a, %k0_a transpose_b : !quarter, !quarter -> !s_pending
          mla_gpu.mbar.wait %k0_full_b parity(%first_parity)
          %s_b = mla_gpu.wgmma %q_b, %k0_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k0_full_c parity(%first_parity)
          %s_c = mla_gpu.wgmma %q_c, %k0_c transpose_b plus %s_b : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k0_full_d parity(%first_parity)
          %s_d = mla_gpu.wgmma %q_dp, %k0_dp transpose_b plus %s_c : !quarter_rope, !quarter_rope plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %s_done = mla_gpu.wgmma.wait pending(0) %s_d : !s_pending -> !s
          scf.yield %s_done : !s
        } else {
          scf.yield %s_zero : !s
        }
        %o_end, %s_end, %l_end, %m_end, %step_end = scf.for %i = %first to %last step %c1
            iter_args(%o_prev = %o_zero, %s_raw = %s_first, %l = %l_zero, %m = %m_lowest, %step = %item_step)
            -> (!o, !s, !sum, !rowf, i32) : i32 {
          %has_next = arith.cmpi ne, %i, %last_step : i32
          // Mask, maximum, probabilities.
          %token = arith.muli %i, %c128 : i32
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          %s = mla_gpu.mask %s_raw from %token border %border if %masked : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %s : !s -> !rowf
          %candidate = arith.mulf %s_max, %scale_row : !rowf
          %m0 = mla_gpu.row.raise_max %m, %candidate by ${threshold} : !rowf
          mla_gpu.smem.store_rows %m0, %stat_m0 : !rowf, !stat
          mla_gpu.nbar.arrive %m0_ready
          %shrink0_log2 = arith.subf %m, %m0 : !rowf
          %shrink0 = math.exp2 %shrink0_log2 : !rowf
          %o_scaled0 = mla_gpu.row.scale %o_prev by %shrink0 skip_unit : !o, !rowf -> !o
          %p = mla_gpu.exp2_fma %s times %scale minus %m0 : !s, !rowf -> !s
          %p_16 = mla_gpu.to_a_operand %p : !s -> !p
          // O_l += P0·V0_l, and P0 for wg1.
          %o_v0 = mla_gpu.wgmma %p_16, %v0_l plus %o_scaled0 : !p, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          mla_gpu.smem.store_tile %p_16, %p0 : !p, !tile
          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p0_ready
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %l_scaled0 = mla_gpu.row.scale %l by %shrink0 : !sum, !rowf -> !sum
          %l_p = arith.addf %l_scaled0, %p_sum : !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_pending -> !o
          mla_gpu.mbar.arrive %k0_left_free
          // O_l += P1·V1_l. With P1 comes the maximum, which wg1 may have raised again.
          mla_gpu.nbar.sync %p1_ready
          %m1 = mla_gpu.smem.load_rows %stat_m1 : !stat -> !rowf
          %shrink1_log2 = arith.subf %m0, %m1 : !rowf
          %shrink1 = math.exp2 %shrink1_log2 : !rowf
          %l_next = mla_gpu.row.scale %l_p by %shrink1 : !sum, !rowf -> !sum
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o, !rowf -> !o
          %o_v1 = mla_gpu.wgmma %p1, %v1_l plus %o_scaled1 : !tile, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          // S0 of the next step. The product above retires while the left tiles are multiplied, and frees its part of k1.
          %step_next = arith.addi %step, %c1 : i32
          %next_parity = arith.andi %step_next, %c1 : i32
          %o_next, %s_next = scf.if %has_next -> (!o, !s) {
            mla_gpu.mbar.wait %k0_full_a parity(%next_parity)
            %s_a = mla_gpu.wgmma %q_a, %k0_a transpose_b : !quarter, !quarter -> !s_pending
            mla_gpu.mbar.wait %k0_full_b parity(%next_parity)
            %s_b = mla_gpu.wgmma %q_b, %k0_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.wgmma.commit
            %o_done = mla_gpu.wgmma.wait pending(1) %o_v1 : !o_pending -> !o
            mla_gpu.mbar.arrive %k1_left_free
            mla_gpu.mbar.wait %k0_full_c parity(%next_parity)
            %s_c = mla_gpu.wgmma %q_c, %k0_c transpose_b plus %s_b : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k0_full_d parity(%next_parity)
            %s_d = mla_gpu.wgmma %q_dp, %k0_dp transpose_b plus %s_c : !quarter_rope, !quarter_rope plus !s_pending -> !s_pending
            mla_gpu.wgmma.commit
            %s_done = mla_gpu.wgmma.wait pending(0) %s_d : !s_pending -> !s
            scf.yield %o_done, %s_done : !o, !s
          } else {
            %o_done = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_pending -> !o
            mla_gpu.mbar.arrive %k1_left_free
            scf.yield %o_done, %s_zero : !o, !s
          }
          scf.yield %o_next, %s_next, %l_next, %m1, %step_next : !o, !s, !sum, !rowf, i32
        }
        // Both warp groups need the sum of both halves of the tokens. One barrier would do; there are two because
        // compute-sanitizer's racecheck takes what the last warp at a named barrier wrote just before it for unordered.
        %l_own = mla_gpu.row.reduce %l_end : !sum -> !rowf
        %l_total = scf.if %nonempty -> (!rowf) {
          mla_gpu.smem.store_rows %l_own, %stat_l0 : !rowf, !stat
          mla_gpu.nbar.sync %l_ready
          mla_gpu.nbar.sync %l_ready
          %l_other = mla_gpu.smem.load_rows %stat_l1 : !stat -> !rowf
          %l_both = arith.addf %l_own, %l_other : !rowf
          scf.yield %l_both : !rowf
        } else {
          scf.yield %l_own : !rowf
        }
        %zero_row = arith.constant dense<0.0> : !rowf
        %one_row = arith.constant dense<1.0> : !rowf
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        %norm = arith.select %l_is_zero, %zero_row, %l_inverse : !rowb, !rowf
        %whole = arith.cmpi slt, %slot, %c0 : i32
        %l_log2 = math.log2 %l_total : !rowf
        %lse_log2 = arith.addf %m_end, %l_log2 : !rowf
        scf.if %whole {
          %o_norm = mla_gpu.row.scale %o_end by %norm : !o, !rowf -> !o
          %o_16 = mla_gpu.to_a_operand %o_norm : !o -> !o_16
          mla_gpu.smem.store_tile %o_16, %q_l : !o_16, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg0_ready
          mla_gpu.tma.store %q_l to %out_map[%request, %row0, %c0] : !half -> !map
          %ln2 = arith.constant dense<0.693147180559945> : !rowf
          %lse_value = arith.mulf %lse_log2, %ln2 : !rowf
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %first_row = arith.addi %request_row, %row064 : i64
          mla_gpu.global.store_rows %lse_value, %lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
        } else {
          %o_largest = mla_gpu.row.max %o_end magnitude : !o -> !rowf
          %largest_raw = arith.mulf %o_largest, %norm : !rowf
          %largest_low = arith.maxnumf %largest_raw, %largest_least : !rowf
          %largest = arith.minnumf %largest_low, %largest_most : !rowf
          %largest_inverse = arith.divf %one_row, %largest : !rowf
          %factor = arith.mulf %norm, %largest_inverse : !rowf
          %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_partial
          mla_gpu.smem.store_tile %o_16, %q_l : !o_partial, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg0_ready
          mla_gpu.tma.store %q_l to %partial_map[%slot, %row0, %c0] : !half -> !partial_map
          %slot64 = arith.extsi %slot : i32 to i64
          %slot_row = arith.muli %slot64, %rows64 : i64
          %first_row = arith.addi %slot_row, %row064 : i64
          %scale_row0 = arith.addi %first_row, %slot_rows : i64
          mla_gpu.global.store_rows %lse_log2, %partial_lse[%first_row] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
          mla_gpu.global.store_rows %largest, %partial_lse[%scale_row0] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
        }
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
${include decode_meet wg=wg0 half=0}    }

    mla_gpu.role "wg1" warps(4 to 8) team(warp_group) registers(240) {
      %o_zero = arith.constant dense<0.0> : !o
      %s_zero = arith.constant dense<0.0> : !s
      %l_zero = arith.constant dense<0.0> : !sum
      %m_lowest = arith.constant dense<-3.0e38> : !rowf
      %largest_least = arith.constant dense<1.0e-37> : !rowf
      %largest_most = arith.constant dense<1.0e+37> : !rowf
      %scale_row = mla_gpu.splat %scale : f32 -> !rowf
      %row = mla_gpu.row.index : !rowi
      %row0_row = mla_gpu.splat %row0 : i32 -> !rowi
      %heads_row = mla_gpu.splat %heads : i32 -> !rowi
      %causal_row = mla_gpu.splat %causal : i32 -> !rowi
      %row_in_request = arith.addi %row, %row0_row : !rowi
      %query = arith.divui %row_in_request, %heads_row : !rowi
      %query_offset = arith.muli %query, %causal_row : !rowi
      %items_end, %steps_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128)
          (%request, %length, %first, %last, %slot) iter_args(%item = %c0, %item_step = %c0) : i32, i32 {
        %least_border = arith.subi %length, %slack : i32
        %least_border_row = mla_gpu.splat %least_border : i32 -> !rowi
        %border = arith.addi %least_border_row, %query_offset : !rowi
        %last_step = arith.subi %last, %c1 : i32
        %nonempty = arith.cmpi slt, %first, %last : i32
        %item_parity = arith.andi %item, %c1 : i32
        mla_gpu.mbar.wait %q_full parity(%item_parity)
        // S1 of the item's first step; the right tiles first, for they are freed and refilled first.
        %first_parity = arith.andi %item_step, %c1 : i32
        %s_first = scf.if %nonempty -> (!s) {
          mla_gpu.mbar.wait %k1_full_c parity(%first_parity)
          %s_c = mla_gpu.wgmma %q_c, %k1_c transpose_b : !quarter, !quarter -> !s_pending
          mla_gpu.mbar.wait %k1_full_d parity(%first_parity)
          %s_d = mla_gpu.wgmma %q_d, %k1_d transpose_b plus %s_c : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k1_full_a parity(%first_parity)
          %s_a = mla_gpu.wgmma %q_a, %k1_a transpose_b plus %s_d : !quarter, !quarter plus !s_pending -> !s_pending
          mla_gpu.mbar.wait %k1_full_b parity(%first_parity)
          %s_b = mla_gpu.wgmma %q_b, %k1_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
          %s_p = mla_gpu.wgmma %q_p, %p1 transpose_b plus %s_b : !tile, !tile plus !s_pending -> !s_pending
          mla_gpu.wgmma.commit
          %s_done = mla_gpu.wgmma.wait pending(0) %s_p : !s_pending -> !s
          scf.yield %s_done : !s
        } else {
          scf.yield %s_zero : !s
        }
        %o_end, %s_end, %l_end, %m_end, %step_end = scf.for %i = %first to %last step %c1
            iter_args(%o_prev = %o_zero, %s_raw = %s_first, %l = %l_zero, %m = %m_lowest, %step = %item_step)
            -> (!o, !s, !sum, !rowf, i32) : i32 {
          %has_next = arith.cmpi ne, %i, %last_step : i32
          // Mask and maximum, on top of wg0's.
          %token0 = arith.muli %i, %c128 : i32
          %token = arith.addi %token0, %c64 : i32
          %token_end = arith.addi %token, %c64 : i32
          %masked = arith.cmpi sgt, %token_end, %least_border : i32
          %s = mla_gpu.mask %s_raw from %token border %border if %masked : !s, !rowi -> !s
          %s_max = mla_gpu.row.max %s : !s -> !rowf
          %candidate = arith.mulf %s_max, %scale_row : !rowf
          mla_gpu.nbar.sync %m0_ready
          %m0 = mla_gpu.smem.load_rows %stat_m0 : !stat -> !rowf
          %m1 = mla_gpu.row.raise_max %m0, %candidate by ${threshold} : !rowf
          mla_gpu.smem.store_rows %m1, %stat_m1 : !rowf, !stat
          %shrink0_log2 = arith.subf %m, %m0 : !rowf
          %shrink0 = math.exp2 %shrink0_log2 : !rowf
          %shrink1_log2 = arith.subf %m0, %m1 : !rowf
          %shrink1 = math.exp2 %shrink1_log2 : !rowf
          %o_scaled0 = mla_gpu.row.scale %o_prev by %shrink0 skip_unit : !o, !rowf -> !o
          // O_r += P0·V0_r, while P1 is made.
          mla_gpu.nbar.sync %p0_ready
          %o_v0 = mla_gpu.wgmma %p0, %v0_r plus %o_scaled0 : !tile, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          %p = mla_gpu.exp2_fma %s times %scale minus %m1 : !s, !rowf -> !s
          %p_16 = mla_gpu.to_a_operand %p : !s -> !p
          mla_gpu.smem.store_tile %p_16, %p1 : !p, !tile
          mla_gpu.fence.async
          mla_gpu.nbar.arrive %p1_ready
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          %l_scaled0 = mla_gpu.row.scale %l by %shrink0 : !sum, !rowf -> !sum
          %l_scaled1 = mla_gpu.row.scale %l_scaled0 by %shrink1 : !sum, !rowf -> !sum
          %l_next = arith.addf %l_scaled1, %p_sum : !sum
          %o_v0_done = mla_gpu.wgmma.wait pending(0) %o_v0 : !o_pending -> !o
          mla_gpu.mbar.arrive %k0_right_free
          // O_r += P1·V1_r.
          %o_scaled1 = mla_gpu.row.scale %o_v0_done by %shrink1 skip_unit : !o, !rowf -> !o
          %o_v1 = mla_gpu.wgmma %p_16, %v1_r plus %o_scaled1 : !p, !half plus !o -> !o_pending
          mla_gpu.wgmma.commit
          %o_next = mla_gpu.wgmma.wait pending(0) %o_v1 : !o_pending -> !o
          mla_gpu.mbar.arrive %k1_right_free
          // S1 of the next step. While k1 is refilled, the tensor cores work on wg0's S0.
          %step_next = arith.addi %step, %c1 : i32
          %next_parity = arith.andi %step_next, %c1 : i32
          %s_next = scf.if %has_next -> (!s) {
            mla_gpu.mbar.wait %k1_full_c parity(%next_parity)
            %s_c = mla_gpu.wgmma %q_c, %k1_c transpose_b : !quarter, !quarter -> !s_pending
            mla_gpu.mbar.wait %k1_full_d parity(%next_parity)
            %s_d = mla_gpu.wgmma %q_d, %k1_d transpose_b plus %s_c : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k1_full_a parity(%next_parity)
            %s_a = mla_gpu.wgmma %q_a, %k1_a transpose_b plus %s_d : !quarter, !quarter plus !s_pending -> !s_pending
            mla_gpu.mbar.wait %k1_full_b parity(%next_parity)
            %s_b = mla_gpu.wgmma %q_b, %k1_b transpose_b plus %s_a : !quarter, !quarter plus !s_pending -> !s_pending
            %s_p = mla_gpu.wgmma %q_p, %p1 transpose_b plus %s_b : !tile, !tile plus !s_pending -> !s_pending
            mla_gpu.wgmma.commit
            %s_done = mla_gpu.wgmma.wait pending(0) %s_p : !s_pending -> !s
            scf.yield %s_done : !s
          } else {
            scf.yield %s_zero : !s
          }
          scf.yield %o_next, %s_next, %l_next, %m1, %step_next : !o, !s, !sum, !rowf, i32
        }
        %l_own = mla_gpu.row.reduce %l_end : !sum -> !rowf
        %l_total = scf.if %nonempty -> (!rowf) {
          mla_gpu.smem.store_rows %l_own, %stat_l1 : !rowf, !stat
          mla_gpu.nbar.sync %l_ready
          mla_gpu.nbar.sync %l_ready
          %l_other = mla_gpu.smem.load_rows %stat_l0 : !stat -> !rowf
          %l_both = arith.addf %l_other, %l_own : !rowf
          scf.yield %l_both : !rowf
        } else {
          scf.yield %l_own : !rowf
        }
        %zero_row = arith.constant dense<0.0> : !rowf
        %one_row = arith.constant dense<1.0> : !rowf
        %l_is_zero = arith.cmpf oeq, %l_total, %zero_row : !rowf
        %l_inverse = arith.divf %one_row, %l_total : !rowf
        %norm = arith.select %l_is_zero, %zero_row, %l_inverse : !rowb, !rowf
        %whole = arith.cmpi slt, %slot, %c0 : i32
        scf.if %whole {
          %o_norm = mla_gpu.row.scale %o_end by %norm : !o, !rowf -> !o
          %o_16 = mla_gpu.to_a_operand %o_norm : !o -> !o_16
          mla_gpu.smem.store_tile %o_16, %q_r : !o_16, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg1_ready
          mla_gpu.tma.store %q_r to %out_map[%request, %row0, %c_half] : !half -> !map
        } else {
          %o_largest = mla_gpu.row.max %o_end magnitude : !o -> !rowf
          %largest_raw = arith.mulf %o_largest, %norm : !rowf
          %largest_low = arith.maxnumf %largest_raw, %largest_least : !rowf
          %largest = arith.minnumf %largest_low, %largest_most : !rowf
          %largest_inverse = arith.divf %one_row, %largest : !rowf
          %factor = arith.mulf %norm, %largest_inverse : !rowf
          %o_scaled = mla_gpu.row.scale %o_end by %factor : !o, !rowf -> !o
          %o_16 = mla_gpu.to_a_operand %o_scaled : !o -> !o_partial
          mla_gpu.smem.store_tile %o_16, %q_r : !o_partial, !half
          mla_gpu.fence.async
          mla_gpu.nbar.sync %wg1_ready
          mla_gpu.tma.store %q_r to %partial_map[%slot, %row0, %c_half] : !half -> !partial_map
          %slot64 = arith.extsi %slot : i32 to i64
          %slot_row = arith.muli %slot64, %rows64 : i64
          %first_row = arith.addi %slot_row, %row064 : i64
          %scale_row0 = arith.addi %first_row, %slot_rows : i64
          %scale_row1 = arith.addi %scale_row0, %slot_rows : i64
          mla_gpu.global.store_rows %largest, %partial_lse[%scale_row1] valid %valid_rows : !rowf, !mla_gpu.ptr<f32>
        }
        mla_gpu.tma.store_wait
        mla_gpu.mbar.arrive %q_free
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end : i32, i32
      }
${include decode_meet wg=wg1 half=1}    }

    mla_gpu.role "producer" warps(8 to 12) team(warp) registers(24) {
      %stride64 = arith.extsi %table_stride : i32 to i64
      %last_block = arith.subi %table_stride, %c1 : i32
      %items_end, %steps_end, %tails_end = mla_gpu.items %parts[%part] lens(%lens) step_tokens(128)
          (%request, %length, %first, %last, %slot)
          iter_args(%item = %c0, %item_step = %c0, %item_tail = %c0) : i32, i32, i32 {
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
        %request64 = arith.extsi %request : i32 to i64
        %table_row = arith.muli %request64, %stride64 : i64
        // Page numbers are read a step ahead; where there is no second block, or no next step, whatever lies there.
        %nonempty = arith.cmpi slt, %first, %last : i32
        %first_page0, %first_page1 = scf.if %nonempty -> (i32, i32) {
          %block0 = arith.muli %first, %c2 : i32
          %block1_raw = arith.addi %block0, %c1 : i32
          %block1 = arith.minsi %block1_raw, %last_block : i32
          %block0_64 = arith.extsi %block0 : i32 to i64
          %block1_64 = arith.extsi %block1 : i32 to i64
          %entry0 = arith.addi %table_row, %block0_64 : i64
          %entry1 = arith.addi %table_row, %block1_64 : i64
          %page0 = mla_gpu.global.load %table[%entry0] : !mla_gpu.ptr<i32> -> i32
          %page1 = mla_gpu.global.load %table[%entry1] : !mla_gpu.ptr<i32> -> i32
          scf.yield %page0, %page1 : i32, i32
        } else {
          scf.yield %c0, %c0 : i32, i32
        }
        mla_gpu.mbar.wait %q_free parity(%q_free_parity)
        mla_gpu.mbar.arm %q_full bytes(${q_bytes})
        mla_gpu.tma.load %q_map[%request, %row0, %c0] to %q signal %q_full : !map -> !block
        %step_end, %tail_end, %page0_end, %page1_end = scf.for %i = %first to %last step %c1
            iter_args(%step = %item_step, %tails = %item_tail, %page0 = %first_page0, %page1_read = %first_page1)
            -> (i32, i32, i32, i32) : i32 {
          %parity = arith.andi %step, %c1 : i32
          %free_parity = arith.xori %parity, %c1 : i32
          // How many tokens of each block belong to the sequence.
          %token0 = arith.muli %i, %c128 : i32
          %token1 = arith.addi %token0, %c64 : i32
          %tokens0 = arith.subi %length, %token0 : i32
          %tokens1 = arith.subi %length, %token1 : i32
          %has1 = arith.cmpi sgt, %tokens1, %c0 : i32
          %page1 = arith.select %has1, %page1_read, %num_pages : i32
          %i_next = arith.addi %i, %c1 : i32
          %next_block0_raw = arith.muli %i_next, %c2 : i32
          %next_block1_raw = arith.addi %next_block0_raw, %c1 : i32
          %next_block0 = arith.minsi %next_block0_raw, %last_block : i32
          %next_block1 = arith.minsi %next_block1_raw, %last_block : i32
          %next_block0_64 = arith.extsi %next_block0 : i32 to i64
          %next_block1_64 = arith.extsi %next_block1 : i32 to i64
          %next_entry0 = arith.addi %table_row, %next_block0_64 : i64
          %next_entry1 = arith.addi %table_row, %next_block1_64 : i64
          %next_page0 = mla_gpu.global.load %table[%next_entry0] : !mla_gpu.ptr<i32> -> i32
          %next_page1 = mla_gpu.global.load %table[%next_entry1] : !mla_gpu.ptr<i32> -> i32
          %ragged0 = arith.cmpi slt, %tokens0, %c64 : i32
          %short1 = arith.cmpi slt, %tokens1, %c64 : i32
          %ragged1 = arith.andi %short1, %has1 : i1
          %k0_signal_a = arith.select %ragged0, %tail, %k0_full_a : !mla_gpu.mbar
          %k0_signal_b = arith.select %ragged0, %tail, %k0_full_b : !mla_gpu.mbar
          %k0_signal_c = arith.select %ragged0, %tail, %k0_full_c : !mla_gpu.mbar
          %k0_signal_d = arith.select %ragged0, %tail, %k0_full_d : !mla_gpu.mbar
          %k1_signal_a = arith.select %ragged1, %tail, %k1_full_a : !mla_gpu.mbar
          %k1_signal_b = arith.select %ragged1, %tail, %k1_full_b : !mla_gpu.mbar
          %k1_signal_c = arith.select %ragged1, %tail, %k1_full_c : !mla_gpu.mbar
          %k1_signal_d = arith.select %ragged1, %tail, %k1_full_d : !mla_gpu.mbar
          mla_gpu.mbar.wait %k0_left_free parity(%free_parity)
          mla_gpu.mbar.arm %k0_signal_a bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page0, %c0, %c0] to %k0_a signal %k0_signal_a : !map -> !quarter
          mla_gpu.mbar.arm %k0_signal_b bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page0, %c0, %c_quarter] to %k0_b signal %k0_signal_b : !map -> !quarter
          mla_gpu.mbar.wait %k0_right_free parity(%free_parity)
          mla_gpu.mbar.arm %k0_signal_c bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page0, %c0, %c_half] to %k0_c signal %k0_signal_c : !map -> !quarter
          mla_gpu.mbar.arm %k0_signal_d bytes(${quarter_rope_bytes})
          mla_gpu.tma.load %cache_map[%page0, %c0, %c_three_quarters] to %k0_dp signal %k0_signal_d : !map -> !quarter_rope
          // A ragged block: wait for it, clear the values past the end, hand it on. This must not wait until k1 is
          // refilled, because wg0 frees its part of k1 only once it has the next k0.
          %tail_parity = arith.andi %tails, %c1 : i32
          scf.if %ragged0 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v0 from %tokens0 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k0_full_a
            mla_gpu.mbar.arrive %k0_full_b
            mla_gpu.mbar.arrive %k0_full_c
            mla_gpu.mbar.arrive %k0_full_d
          }
          mla_gpu.mbar.wait %k1_right_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_c bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page1, %c0, %c_half] to %k1_c signal %k1_signal_c : !map -> !quarter
          mla_gpu.mbar.arm %k1_signal_d bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page1, %c0, %c_three_quarters] to %k1_d signal %k1_signal_d : !map -> !quarter
          mla_gpu.mbar.wait %k1_left_free parity(%free_parity)
          mla_gpu.mbar.arm %k1_signal_a bytes(${quarter_bytes})
          mla_gpu.tma.load %cache_map[%page1, %c0, %c0] to %k1_a signal %k1_signal_a : !map -> !quarter
          mla_gpu.mbar.arm %k1_signal_b bytes(${quarter_rope_bytes})
          mla_gpu.tma.load %cache_map[%page1, %c0, %c_quarter] to %k1_b signal %k1_signal_b : !map -> !quarter
          mla_gpu.tma.load %cache_map[%page1, %c0, %c_latent] to %p1 signal %k1_signal_b : !map -> !tile
          scf.if %ragged1 {
            mla_gpu.mbar.wait %tail parity(%tail_parity)
            mla_gpu.smem.zero_rows %v1 from %tokens1 : !latent
            mla_gpu.fence.async
            mla_gpu.mbar.arrive %k1_full_a
            mla_gpu.mbar.arrive %k1_full_b
            mla_gpu.mbar.arrive %k1_full_c
            mla_gpu.mbar.arrive %k1_full_d
          }
          %ragged = arith.ori %ragged0, %ragged1 : i1
          %ragged_count = arith.extui %ragged : i1 to i32
          %tails_next = arith.addi %tails, %ragged_count : i32
          %step_next = arith.addi %step, %c1 : i32
          scf.yield %step_next, %tails_next, %next_page0, %next_page1 : i32, i32, i32, i32
        }
        %item_next = arith.addi %item, %c1 : i32
        mla_gpu.yield %item_next, %step_end, %tail_end : i32, i32, i32
      }
    }
  }
}
