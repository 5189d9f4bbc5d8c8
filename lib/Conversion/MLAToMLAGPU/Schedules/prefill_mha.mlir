// Prefill in the MHA form: a tile of ${q_tile} queries of one head a work item, two consumer warp groups of 64 rows each and a
// producer warp (FlashAttention-3).
//
// A warp group keeps O in registers, and P too: rounded, the scores' accumulator is the A operand of the product with V. While
// the tensor cores multiply P of one block with V, they multiply Q with the next block's K, and the warp group computes that
// block's softmax under the first product:
//
//   S(i) = Q·K(i)ᵀ issued    O += P(i−1)·V(i−1) issued    wait for S(i)    max, exp2    wait for O    scale O, P(i)
//
// Blocks of keys are walked from the last one down, so that those with a mask come first: the first one always has one, the
// second one may, the others do not.
//
// Items come from the list that the schedule kernel wrote; the producer takes the next one by a ticket when it has asked for
// all that the last one needs, so blocks share out the work as they get through it. It leaves what a warp group must know of its
// item in shared memory, behind the barrier that Q comes by. 0 blocks say that there are no more items.
//
// Keys past a sequence's end are another sequence's, or nobody's, and may be NaN. Their scores are masked; their values are
// cleared: the producer copies such a block of V behind the `tail` barrier, writes zeros over it, and only then completes
// `v_full`. Queries past the end are computed and not stored.

#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
!element = ${element}
!q_map = !mla_gpu.tensor_map<1x64x64x${element}, sw128>
!kv_map = !mla_gpu.tensor_map<1x${block}x64x${element}, sw128>
!rope_map = !mla_gpu.tensor_map<${block}x64x${element}, sw128>
!q = !mla_gpu.smem<64x${d_qk}x${element}, sw128>
!k = !mla_gpu.smem<${block}x${d_qk}x${element}, sw128>
!k_nope = !mla_gpu.smem<${block}x${d_nope}x${element}, sw128>
!k_rope = !mla_gpu.smem<${block}x${d_rope}x${element}, sw128>
!v = !mla_gpu.smem<${block}x${d_v}x${element}, sw128>
!item = !mla_gpu.smem<8xi32>
!o = tensor<64x${d_v}xf32, #acc>
!o_pending = !mla_gpu.pending<tensor<64x${d_v}xf32, #acc>>
!s = tensor<64x${block}xf32, #acc>
!s_pending = !mla_gpu.pending<tensor<64x${block}xf32, #acc>>
!p = tensor<64x${block}x${element}, #mla_gpu.layout<a_operand>>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!rowb = tensor<64xi1, #row>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>

mla_gpu.program @program {
  mla_gpu.kernel @attend(
      %q_map: !q_map {mla_gpu.bind = #mla_gpu.binding<q_map>},
      %k_map: !kv_map {mla_gpu.bind = #mla_gpu.binding<k_map>},
${when rope=1}      %k_rope_map: !rope_map {mla_gpu.bind = #mla_gpu.binding<k_rope_map>},
${end}      %v_map: !kv_map {mla_gpu.bind = #mla_gpu.binding<v_map>},
      %work: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<work>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
      %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      %total_q: i32 {mla_gpu.bind = #mla_gpu.binding<total_q>},
      %scale: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(attend) grid(multiprocessors, one) threads(384) {
    %q0 = mla_gpu.smem.alloc "q0" : !q
    %q1 = mla_gpu.smem.alloc "q1" : !q
    %k0 = mla_gpu.smem.alloc "k0" : !k
    %k1 = mla_gpu.smem.alloc "k1" : !k
    %v0 = mla_gpu.smem.alloc "v0" : !v
    %v1 = mla_gpu.smem.alloc "v1" : !v
    %item0 = mla_gpu.smem.alloc "item0" : !item
    %item1 = mla_gpu.smem.alloc "item1" : !item

    %q0_full = mla_gpu.mbar.alloc "q0_full" count(1)
    %q1_full = mla_gpu.mbar.alloc "q1_full" count(1)
    %q0_free = mla_gpu.mbar.alloc "q0_free" count(1)
    %q1_free = mla_gpu.mbar.alloc "q1_free" count(1)
    %k0_full = mla_gpu.mbar.alloc "k0_full" count(1)
    %k1_full = mla_gpu.mbar.alloc "k1_full" count(1)
    %k0_free = mla_gpu.mbar.alloc "k0_free" count(2)
    %k1_free = mla_gpu.mbar.alloc "k1_free" count(2)
    %v0_full = mla_gpu.mbar.alloc "v0_full" count(1)
    %v1_full = mla_gpu.mbar.alloc "v1_full" count(1)
    %v0_free = mla_gpu.mbar.alloc "v0_free" count(2)
    %v1_free = mla_gpu.mbar.alloc "v1_free" count(2)
    %tail = mla_gpu.mbar.alloc "tail" count(1)
    %wg0_read = mla_gpu.nbar.alloc "wg0_read" threads(128)
    %wg1_read = mla_gpu.nbar.alloc "wg1_read" threads(128)

    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c0_64 = arith.constant 0 : i64
    %c_block = arith.constant ${block} : i32
    %true = arith.constant true

    mla_gpu.role "wg0" warps(0 to 4) team(warp_group) registers(240) {
${include prefill_consumer wg=0}    }

    mla_gpu.role "wg1" warps(4 to 8) team(warp_group) registers(240) {
${include prefill_consumer wg=1}    }

    mla_gpu.role "producer" warps(8 to 12) team(warp) registers(24) {
      %c64 = arith.constant 64 : i32
      %c8_64 = arith.constant 8 : i64
      %c1_64 = arith.constant 1 : i64
      %c2_64 = arith.constant 2 : i64
      %c3_64 = arith.constant 3 : i64
      %c4_64 = arith.constant 4 : i64
      %c5_64 = arith.constant 5 : i64
      %c6_64 = arith.constant 6 : i64
      %items = mla_gpu.global.load %work[%c0_64] : !mla_gpu.ptr<i32> -> i32
      %first_ticket = mla_gpu.grid.take %counters[%c0_64]
      %ticket_end, %item_end, %step_end, %tails_end = scf.while (
          %ticket = %first_ticket, %item = %c0, %step = %c0, %tails = %c0) : (i32, i32, i32, i32) -> (i32, i32, i32, i32) {
        %has_item = arith.cmpi slt, %ticket, %items : i32
        scf.condition(%has_item) %ticket, %item, %step, %tails : i32, i32, i32, i32
      } do {
      ^body(%ticket: i32, %item: i32, %step: i32, %tails: i32):
        %record = arith.addi %ticket, %c1 : i32
        %record64 = arith.extsi %record : i32 to i64
        %word0 = arith.muli %record64, %c8_64 : i64
        %word1 = arith.addi %word0, %c1_64 : i64
        %word2 = arith.addi %word0, %c2_64 : i64
        %word3 = arith.addi %word0, %c3_64 : i64
        %word4 = arith.addi %word0, %c4_64 : i64
        %word5 = arith.addi %word0, %c5_64 : i64
        %word6 = arith.addi %word0, %c6_64 : i64
        %q_row = mla_gpu.global.load %work[%word0] : !mla_gpu.ptr<i32> -> i32
        %rows = mla_gpu.global.load %work[%word1] : !mla_gpu.ptr<i32> -> i32
        %head = mla_gpu.global.load %work[%word2] : !mla_gpu.ptr<i32> -> i32
        %kv_row = mla_gpu.global.load %work[%word3] : !mla_gpu.ptr<i32> -> i32
        %tokens = mla_gpu.global.load %work[%word4] : !mla_gpu.ptr<i32> -> i32
        %sees = mla_gpu.global.load %work[%word5] : !mla_gpu.ptr<i32> -> i32
        %blocks = mla_gpu.global.load %work[%word6] : !mla_gpu.ptr<i32> -> i32

        // Keys of the first block, then Q, which the last item's products with K free later.
        %last_block = arith.subi %blocks, %c1 : i32
        %last_token = arith.muli %last_block, %c_block : i32
        %last_row = arith.addi %kv_row, %last_token : i32
${include prefill_load_k step=step row=last_row}
        %item_parity = arith.andi %item, %c1 : i32
        %q_free_parity = arith.xori %item_parity, %c1 : i32
        mla_gpu.mbar.wait %q0_free parity(%q_free_parity)
        mla_gpu.smem.store %blocks, %item0[0] : i32, !item
        mla_gpu.smem.store %head, %item0[1] : i32, !item
        mla_gpu.smem.store %q_row, %item0[2] : i32, !item
        mla_gpu.smem.store %rows, %item0[3] : i32, !item
        mla_gpu.smem.store %tokens, %item0[4] : i32, !item
        mla_gpu.smem.store %sees, %item0[5] : i32, !item
        mla_gpu.mbar.arm %q0_full bytes(${q_bytes})
        mla_gpu.tma.load %q_map[%head, %q_row, %c0] to %q0 signal %q0_full : !q_map -> !q
        // The second warp group's rows.
        %q_row1 = arith.addi %q_row, %c64 : i32
        %rows1 = arith.subi %rows, %c64 : i32
${when causal=1}        %sees1 = arith.addi %sees, %c64 : i32
${end}${when causal=0}        %sees1 = arith.addi %sees, %c0 : i32
${end}        mla_gpu.mbar.wait %q1_free parity(%q_free_parity)
        mla_gpu.smem.store %blocks, %item1[0] : i32, !item
        mla_gpu.smem.store %head, %item1[1] : i32, !item
        mla_gpu.smem.store %q_row1, %item1[2] : i32, !item
        mla_gpu.smem.store %rows1, %item1[3] : i32, !item
        mla_gpu.smem.store %tokens, %item1[4] : i32, !item
        mla_gpu.smem.store %sees1, %item1[5] : i32, !item
        mla_gpu.mbar.arm %q1_full bytes(${q_bytes})
        mla_gpu.tma.load %q_map[%head, %q_row1, %c0] to %q1 signal %q1_full : !q_map -> !q

        // Values of the first block, which may reach past the sequence's end.
        %tokens_in_last = arith.subi %tokens, %last_token : i32
        %is_ragged = arith.cmpi slt, %tokens_in_last, %c_block : i32
${include prefill_load_v step=step row=last_row ragged=1}
        %step_next = arith.addi %step, %c1 : i32
        %step_after = scf.for %i = %c1 to %blocks step %c1 iter_args(%step_now = %step_next) -> (i32) : i32 {
          %block_number = arith.subi %last_block, %i : i32
          %token = arith.muli %block_number, %c_block : i32
          %row = arith.addi %kv_row, %token : i32
${include prefill_load_k step=step_now row=row}${include prefill_load_v step=step_now row=row ragged=0}          %step_now_next = arith.addi %step_now, %c1 : i32
          scf.yield %step_now_next : i32
        }
        %ragged_count = arith.extui %is_ragged : i1 to i32
        %tails_next = arith.addi %tails, %ragged_count : i32
        %item_next = arith.addi %item, %c1 : i32
        %ticket_next = mla_gpu.grid.take %counters[%c0_64]
        scf.yield %ticket_next, %item_next, %step_after, %tails_next : i32, i32, i32, i32
      }
      // No more items.
      %end_item_parity = arith.andi %item_end, %c1 : i32
      %end_parity = arith.xori %end_item_parity, %c1 : i32
      mla_gpu.mbar.wait %q0_free parity(%end_parity)
      mla_gpu.smem.store %c0, %item0[0] : i32, !item
      mla_gpu.mbar.arrive %q0_full
      mla_gpu.mbar.wait %q1_free parity(%end_parity)
      mla_gpu.smem.store %c0, %item1[0] : i32, !item
      mla_gpu.mbar.arrive %q1_full
      %teams = mla_gpu.grid_size 0
      mla_gpu.grid.leave %counters[%c0_64] of %teams
    }
  }
}
