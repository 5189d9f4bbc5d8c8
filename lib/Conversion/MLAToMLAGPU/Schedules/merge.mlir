// Puts two partial results of attention together: a warp takes ${rows_at_once} rows (token, head) at a time, ${width} columns of each, and
// has all that it reads of them in flight at once. All time goes into waiting for memory.
//
// A row's result may replace one of the rows that it is made of: who writes it has read both.

#lane = #mla_gpu.layout<lane>
!element = ${element}
!row = tensor<${width}xf32, #lane>
!row_mask = tensor<${width}xi1, #lane>

mla_gpu.program @merge {
  mla_gpu.kernel @merge(%out_a: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out_a>},
                        %lse_a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse_a>},
                        %out_b: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out_b>},
                        %lse_b: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse_b>},
                        %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
                        %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
                        %tokens: i32 {mla_gpu.bind = #mla_gpu.binding<tokens>})
      step(merge) grid(twice_per_multiprocessor, one) threads(256) {
    mla_gpu.role "rows" warps(0 to 8) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c8 = arith.constant 8 : i32
      %heads = arith.constant ${heads} : i32
      %d_v = arith.constant ${d_v} : i32
      %d_v64 = arith.constant ${d_v} : i64
      %width = arith.constant ${width} : i32
      %at_once = arith.constant ${rows_at_once} : i32
      %zero = arith.constant 0.0 : f32
      %log2e = arith.constant 1.44269504088896341 : f32
      %ln2 = arith.constant 0.693147180559945309 : f32
      %minus_infinity = arith.constant 0xFF800000 : f32
      %zeros = arith.constant dense<0.0> : !row
      %warp = mla_gpu.warp_id
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %rows = arith.muli %tokens, %heads : i32
      %last = arith.subi %rows, %c1 : i32
      %block_warp = arith.muli %block, %c8 : i32
      %number = arith.addi %block_warp, %warp : i32
      %first = arith.muli %number, %at_once : i32
      %warps = arith.muli %blocks, %c8 : i32
      %stride = arith.muli %warps, %at_once : i32
      scf.for %row0 = %first to %rows step %stride : i32 {
${include merge_row t=0}
${include merge_row t=1}
        ${when rows_at_once=4}
${include merge_row t=2}
${include merge_row t=3}
        ${end}
${include merge_weights t=0}
${include merge_weights t=1}
        ${when rows_at_once=4}
${include merge_weights t=2}
${include merge_weights t=3}
        ${end}
        scf.for %column = %c0 to %d_v step %width : i32 {
          %column64 = arith.extsi %column : i32 to i64
${include merge_load t=0}
${include merge_load t=1}
          ${when rows_at_once=4}
${include merge_load t=2}
${include merge_load t=3}
          ${end}
${include merge_store t=0}
${include merge_store t=1}
          ${when rows_at_once=4}
${include merge_store t=2}
${include merge_store t=3}
          ${end}
        }
        // Last, so that no load waits for a store.
${include merge_lse t=0}
${include merge_lse t=1}
        ${when rows_at_once=4}
${include merge_lse t=2}
${include merge_lse t=3}
        ${end}
      }
    }
  }
}
