// mla.append: new tokens into the cache, each by one warp.
//
// All is memory traffic, so what counts is how much is in flight. A warp takes two tokens at a time and issues all their loads
// before it needs one: 2.3 KB for 512 + 64 columns of 16 bits, and with 16 warps on each multiprocessor 4.9 MB on an H100,
// twice what latency times bandwidth is. A lane loads and stores four elements at a time (layout lane), so that an instruction
// moves 256 consecutive bytes of 16-bit elements. Tokens go to blocks in turn before a block gets its second: few tokens spread
// over all multiprocessors. Nothing waits for a load before all loads are under way: what all tokens share is loaded behind a first token,
// and what only its stores want is computed ahead of the question whether it has a slot. rope_angles.mlir has the angles of RoPE.
!element = ${element}
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
!lanes_i64 = tensor<32xi64, #mla_gpu.layout<lane>>
!lanes_f32 = tensor<32xf32, #mla_gpu.layout<lane>>
!row = tensor<${d_latent}xf32, #mla_gpu.layout<lane>>
!group = tensor<${group_width}xf32, #mla_gpu.layout<lane>>
!group_mask = tensor<${group_width}xi1, #mla_gpu.layout<lane>>

mla_gpu.program @append {
  mla_gpu.kernel @append(%latent: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<latent>},
                         %k_rope: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<k_rope>},
                         ${when place=slots}
                         %slots: !mla_gpu.ptr<${slot_type}> {mla_gpu.bind = #mla_gpu.binding<slots>},
                         ${end}
                         ${when positions=1}
                         %positions: !mla_gpu.ptr<${position_type}> {mla_gpu.bind = #mla_gpu.binding<positions>},
                         ${end}
                         ${when place=pages}
                         %block_table: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<block_table>},
                         %seq_lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>},
                         %block_table_stride: i32 {mla_gpu.bind = #mla_gpu.binding<block_table_stride>},
                         %queries: i32 {mla_gpu.bind = #mla_gpu.binding<queries>},
                         ${end}
                         ${when scales=tensor}
                         %cache_scale: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>},
                         ${end}
                         ${when norm=1}
                         %weight: !mla_gpu.ptr<!element> {mla_gpu.bind = #mla_gpu.binding<norm_weight>},
                         ${end}
                         %latent_stride: i32 {mla_gpu.bind = #mla_gpu.binding<latent_stride>},
                         %k_rope_stride: i32 {mla_gpu.bind = #mla_gpu.binding<k_rope_stride>},
                         %cache: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<cache>},
                         %tokens: i32 {mla_gpu.bind = #mla_gpu.binding<tokens>})
      step(append) grid(twice_per_multiprocessor, one) threads(256) {
    mla_gpu.role "tokens" warps(0 to 8) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c8 = arith.constant 8 : i32
      %c0_64 = arith.constant 0 : i64
      %latent_stride_64 = arith.extsi %latent_stride : i32 to i64
      %k_rope_stride_64 = arith.extsi %k_rope_stride : i32 to i64
      %half_rope = arith.constant ${half_rope} : i64
      // The pairs that there are, one a lane.
      %pairs = arith.constant ${half_rope} : i32
      %page_size = arith.constant ${page_size} : i32
      %page_slots = arith.constant ${page_size} : i64
      %cache_latent = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<${latent_type}>
      %cache_rope = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<${rope_type}>
      %warp = mla_gpu.warp_id
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %warp_first = arith.muli %warp, %blocks : i32
      %first = arith.addi %warp_first, %block : i32
      %stride = arith.muli %blocks, %c8 : i32
      %two_strides = arith.muli %stride, %c2 : i32
      %last = arith.subi %tokens, %c1 : i32
      %some = arith.cmpi slt, %first, %tokens : i32
      scf.if %some {
        ${when norm=1}
        %inverse_width = arith.constant ${inverse_width} : f32
        %eps = arith.constant ${eps} : f32
        ${end}
        ${when rope=1}
        %upper = arith.constant dense<32> : !lanes_i64
        // 2π / 2^32
        %radians = arith.constant dense<1.46291807926715968e-09> : !lanes_f32
        %magnitude = arith.constant dense<${magnitude}> : !lanes_f32
        ${end}
        ${when own_scales=1}
        %one = arith.constant 1.0 : f32
        %largest_stored = arith.constant 448.0 : f32
        // 448 · 2^-126: under it a scale would be no normal number.
        %floor = arith.constant 0x04E00000 : f32
        %infinity = arith.constant dense<0x7F800000> : !group
        %nothing = arith.constant dense<0.0> : !group
        %cache_scales = mla_gpu.global.view %cache : !mla_gpu.ptr<i8> -> !mla_gpu.ptr<f32>
        ${end}
        // Where no warp has a second token, a path of half the code: nobody has run it for a while, and it must be fetched.
        %few = arith.cmpi sle, %tokens, %stride : i32
        scf.if %few {
          %token_a = arith.addi %first, %c0 : i32
${include append_load t=a}
${include append_common}
${include append_values t=a}
          scf.if %exists_a {
${include append_store t=a}
          }
        } else {
${include append_common}
          scf.for %token_a = %first to %tokens step %two_strides : i32 {
            // Where there is no second token, the last is read again and not stored.
            %next = arith.addi %token_a, %stride : i32
            %has_b = arith.cmpi slt, %next, %tokens : i32
            %token_b = arith.minsi %next, %last : i32
${include append_load t=a}
${include append_load t=b}
            %stores_b = arith.andi %exists_b, %has_b : i1
${include append_values t=a}
${include append_values t=b}
            scf.if %exists_a {
${include append_store t=a}
            }
            scf.if %stores_b {
${include append_store t=b}
            }
          }
        }
      }
    }
  }
}
