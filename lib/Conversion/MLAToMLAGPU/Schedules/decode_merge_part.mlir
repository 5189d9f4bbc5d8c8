                    // What warp %from_${k} has of the row, or nothing; decode_merge_pieces.mlir includes it.
                    %number_${k} = arith.constant ${k} : i32
                    %is_part_${k} = arith.cmpi slt, %number_${k}, %sharing : i32
                    %from_raw_${k} = arith.addi %warp, %number_${k} : i32
                    %from_${k} = arith.select %is_part_${k}, %from_raw_${k}, %warp : i32
${include decode_merge_place v=${k} warp=from_${k}}                    %m_from_${k} = mla_gpu.smem.load_lanes %exchange[%place_m_${k}] : !exchange -> !lanes_f32
                    %l_${k} = mla_gpu.smem.load_lanes %exchange[%place_l_${k}] : !exchange -> !lanes_f32
                    %o_from_${k} = mla_gpu.smem.load_lanes %exchange[%place_${k}] : !exchange -> !half_columns
                    %is_part_lanes_${k} = mla_gpu.splat %is_part_${k} : i1 -> !mask
                    %m_${k} = arith.select %is_part_lanes_${k}, %m_from_${k}, %lowest_lanes : !mask, !lanes_f32
