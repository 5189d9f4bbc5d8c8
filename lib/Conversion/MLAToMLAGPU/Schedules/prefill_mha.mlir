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
// In a cluster of two blocks (cluster=2) an item has four strips of 64 rows: the first block takes strips 0 and 3, the second 1
// and 2, so that under the causal mask both have as many blocks of keys to see. Each block loads half of the rows of K and
// V into the shared memory of both, when the four warp groups have freed them there. A warp group whose strip sees nothing of the
// item's first blocks of keys waits for them and frees them. The first block takes tickets for both.
//
// Keys past a sequence's end are another sequence's, or nobody's, and may be NaN. Their scores are masked; their values are
// cleared: the producer copies such a block of V behind the `tail` barrier, writes zeros over it, and only then completes
// `v_full`. Queries past the end are computed and not stored.

#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
!element = ${element}
!q_map = !mla_gpu.tensor_map<1x64x64x${element}, sw128>
!kv_map = !mla_gpu.tensor_map<1x${load_rows}x64x${element}, sw128>
!rope_map = !mla_gpu.tensor_map<${load_rows}x64x${element}, sw128>
!q = !mla_gpu.smem<64x${d_qk}x${element}, sw128>
!k = !mla_gpu.smem<${block}x${d_qk}x${element}, sw128>
!k_nope = !mla_gpu.smem<${block}x${d_nope}x${element}, sw128>
!k_rope = !mla_gpu.smem<${block}x${d_rope}x${element}, sw128>
!v = !mla_gpu.smem<${block}x${d_v}x${element}, sw128>
!item = !mla_gpu.smem<8xi32>
!slot = !mla_gpu.smem<4xi32>
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
      step(attend) grid(multiprocessors, one) threads(384)${cluster_clause} {
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
    %k0_free = mla_gpu.mbar.alloc "k0_free" count(${free_count})
    %k1_free = mla_gpu.mbar.alloc "k1_free" count(${free_count})
    %v0_full = mla_gpu.mbar.alloc "v0_full" count(1)
    %v1_full = mla_gpu.mbar.alloc "v1_full" count(1)
    %v0_free = mla_gpu.mbar.alloc "v0_free" count(${free_count})
    %v1_free = mla_gpu.mbar.alloc "v1_free" count(${free_count})
    %tail = mla_gpu.mbar.alloc "tail" count(1)
${when cluster=2}    %slot = mla_gpu.smem.alloc "slot" : !slot
    %ticket_full = mla_gpu.mbar.alloc "ticket_full" count(1)
    %ticket_free = mla_gpu.mbar.alloc "ticket_free" count(2)
${end}    %wg0_read = mla_gpu.nbar.alloc "wg0_read" threads(128)
    %wg1_read = mla_gpu.nbar.alloc "wg1_read" threads(128)

    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %threshold = arith.constant dense<${threshold}> : !rowf
    %c0_64 = arith.constant 0 : i64
    %c_block = arith.constant ${block} : i32
    %true = arith.constant true

    mla_gpu.role "wg0" warps(0 to 4) team(warp_group) registers(240) {
${include prefill_consumer wg=0}    }

    mla_gpu.role "wg1" warps(4 to 8) team(warp_group) registers(240) {
${include prefill_consumer wg=1}    }

    mla_gpu.role "producer" warps(8 to 12) team(warp) registers(24) {
${include prefill_producer}    }
  }
}
