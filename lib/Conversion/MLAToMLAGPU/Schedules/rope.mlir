// mla.rope: every head of every token turned, each token's heads four at a time by one warp.
//
// A head is one pair a lane; cos and sin are computed once for the four, whose loads are in flight together (512 bytes for
// 16-bit elements of 64 columns). rope_angles.mlir has the angles.
!element = ${element}
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
!lanes_i64 = tensor<32xi64, #mla_gpu.layout<lane>>
!lanes_f32 = tensor<32xf32, #mla_gpu.layout<lane>>

mla_gpu.program @rope {
  mla_gpu.kernel @rope(%x: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<rope_x>},
                       %positions: !mla_gpu.ptr<${position_type}> {mla_gpu.bind = #mla_gpu.binding<positions>},
                       %out: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<out>},
                       %tokens: i32 {mla_gpu.bind = #mla_gpu.binding<tokens>},
                       %heads: i32 {mla_gpu.bind = #mla_gpu.binding<heads>})
      step(rope) grid(twice_per_multiprocessor, one) threads(512) {
    mla_gpu.role "heads" warps(0 to 16) team(each_warp) {
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c4 = arith.constant 4 : i32
      %c16 = arith.constant 16 : i32
      %d_rope = arith.constant ${d_rope} : i64
      %half_rope = arith.constant ${half_rope} : i64
      // The pairs that there are, one a lane.
      %pairs = arith.constant ${half_rope} : i32
      %warp = mla_gpu.warp_id
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %heads_up = arith.addi %heads, %c3 : i32
      %groups = arith.divui %heads_up, %c4 : i32
      %units = arith.muli %tokens, %groups : i32
      %warp_first = arith.muli %warp, %blocks : i32
      %first = arith.addi %warp_first, %block : i32
      %stride = arith.muli %blocks, %c16 : i32
      %last_head = arith.subi %heads, %c1 : i32
      %some = arith.cmpi slt, %first, %units : i32
      scf.if %some {
        %turns = arith.constant dense<${turns}> : !lanes_i64
        %upper = arith.constant dense<32> : !lanes_i64
        // 2π / 2^32
        %radians = arith.constant dense<1.46291807926715968e-09> : !lanes_f32
        %magnitude = arith.constant dense<${magnitude}> : !lanes_f32
        scf.for %unit = %first to %units step %stride : i32 {
          %token = arith.divui %unit, %groups : i32
          %group = arith.remui %unit, %groups : i32
          %head_0 = arith.muli %group, %c4 : i32
          %head_1 = arith.addi %head_0, %c1 : i32
          %head_2 = arith.addi %head_0, %c2 : i32
          %head_3 = arith.addi %head_0, %c3 : i32
          %token_64 = arith.extsi %token : i32 to i64
          %heads_64 = arith.extsi %heads : i32 to i64
          %token_row = arith.muli %token_64, %heads_64 : i64
          ${when position_type=i32}
          %position_read = mla_gpu.global.load %positions[%token_64] : !mla_gpu.ptr<i32> -> i32
          %position_0 = arith.extsi %position_read : i32 to i64
          ${end}
          ${when position_type=i64}
          %position_0 = mla_gpu.global.load %positions[%token_64] : !mla_gpu.ptr<i64> -> i64
          ${end}
${include rope_load h=0}
${include rope_load h=1}
${include rope_load h=2}
${include rope_load h=3}
${include rope_angles t=0}
${include rope_store h=0}
${include rope_store h=1}
${include rope_store h=2}
${include rope_store h=3}
        }
      }
    }
  }
}
