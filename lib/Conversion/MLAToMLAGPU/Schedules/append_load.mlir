          // What token ${t} consists of, and where it goes; append.mlir includes it.
          %token_${t}_64 = arith.extsi %token_${t} : i32 to i64
          %latent_at_${t} = arith.muli %token_${t}_64, %latent_stride_64 : i64
          %key_at_${t} = arith.muli %token_${t}_64, %k_rope_stride_64 : i64
          %x_${t} = mla_gpu.global.load_lanes %latent[%latent_at_${t}] : !mla_gpu.ptr<!element> -> !row
          ${when pairs=halves}
          %key_upper_at_${t} = arith.addi %key_at_${t}, %half_rope : i64
          %u_${t} = mla_gpu.global.load_lanes %k_rope[%key_at_${t}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          %v_${t} = mla_gpu.global.load_lanes %k_rope[%key_upper_at_${t}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          ${end}
          ${when pairs=neighbours}
          %u_${t}, %v_${t} = mla_gpu.global.load_pairs %k_rope[%key_at_${t}]${held} : !mla_gpu.ptr<!element> -> !lanes_f32
          ${end}
          ${when slot_type=i32}
          %slot_${t}_32 = mla_gpu.global.load %slots[%token_${t}_64] : !mla_gpu.ptr<i32> -> i32
          %slot_${t} = arith.extsi %slot_${t}_32 : i32 to i64
          ${end}
          ${when slot_type=i64}
          %slot_${t} = mla_gpu.global.load %slots[%token_${t}_64] : !mla_gpu.ptr<i64> -> i64
          ${end}
          ${when place=slots}
          %exists_${t} = arith.cmpi sge, %slot_${t}, %c0_64 : i64
          %page_${t}_64 = arith.divui %slot_${t}, %page_slots : i64
          %offset_${t}_64 = arith.remui %slot_${t}, %page_slots : i64
          ${end}
          ${when position_type=i32}
          %position_${t}_32 = mla_gpu.global.load %positions[%token_${t}_64] : !mla_gpu.ptr<i32> -> i32
          %position_${t} = arith.extsi %position_${t}_32 : i32 to i64
          ${end}
          ${when position_type=i64}
          %position_${t} = mla_gpu.global.load %positions[%token_${t}_64] : !mla_gpu.ptr<i64> -> i64
          ${end}
          ${when place=pages}
          %request_${t} = arith.divui %token_${t}, %queries : i32
          %query_${t} = arith.remui %token_${t}, %queries : i32
          %request_${t}_64 = arith.extsi %request_${t} : i32 to i64
          %stride_${t}_64 = arith.extsi %block_table_stride : i32 to i64
          %length_read_${t} = mla_gpu.global.load %seq_lens[%request_${t}_64] : !mla_gpu.ptr<i32> -> i32
          %length_${t} = arith.maxsi %length_read_${t}, %c0 : i32
          %before_${t} = arith.subi %length_${t}, %queries : i32
          %position_${t}_32 = arith.addi %before_${t}, %query_${t} : i32
          %position_${t} = arith.extsi %position_${t}_32 : i32 to i64
          %exists_${t} = arith.cmpi sge, %position_${t}_32, %c0 : i32
          // A token before the sequence's first reads an entry that is there, and does not use it.
          %clamped_${t} = arith.maxsi %position_${t}_32, %c0 : i32
          %column_${t} = arith.divui %clamped_${t}, %page_size : i32
          %offset_${t} = arith.remui %clamped_${t}, %page_size : i32
          %column_${t}_64 = arith.extsi %column_${t} : i32 to i64
          %offset_${t}_64 = arith.extsi %offset_${t} : i32 to i64
          %table_row_${t} = arith.muli %request_${t}_64, %stride_${t}_64 : i64
          %entry_${t} = arith.addi %table_row_${t}, %column_${t}_64 : i64
          %page_${t} = mla_gpu.global.load %block_table[%entry_${t}] : !mla_gpu.ptr<i32> -> i32
          %page_${t}_64 = arith.extsi %page_${t} : i32 to i64
          ${end}
