                    // What that counts for beside the others; decode_merge_pieces.mlir includes it.
                    %grow_log2_${k} = arith.subf %m_${k}, %m : !lanes_f32
                    %grow_${k} = math.exp2 %grow_log2_${k} : !lanes_f32
                    %weight_${k} = arith.select %is_part_lanes_${k}, %grow_${k}, %zero_lanes : !mask, !lanes_f32
                    %l_weighed_${k} = arith.mulf %l_${k}, %weight_${k} : !lanes_f32
