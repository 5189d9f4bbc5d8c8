            // Token ${t} into its slot; append.mlir includes it. Places are counted in elements of what lies there.
            %page_in_latent_${t} = arith.constant ${page_in_latent} : i64
            %token_in_latent_${t} = arith.constant ${token_in_latent} : i64
            %page_in_rope_${t} = arith.constant ${page_in_rope} : i64
            %token_in_rope_${t} = arith.constant ${token_in_rope} : i64
            %rope_offset_${t} = arith.constant ${rope_offset} : i64
            %latent_page_${t} = arith.muli %page_${t}_64, %page_in_latent_${t} : i64
            %latent_token_${t} = arith.muli %offset_${t}_64, %token_in_latent_${t} : i64
            %to_latent_${t} = arith.addi %latent_page_${t}, %latent_token_${t} : i64
            %rope_page_${t} = arith.muli %page_${t}_64, %page_in_rope_${t} : i64
            %rope_token_${t} = arith.muli %offset_${t}_64, %token_in_rope_${t} : i64
            %to_token_${t} = arith.addi %rope_page_${t}, %rope_token_${t} : i64
            %to_rope_${t} = arith.addi %to_token_${t}, %rope_offset_${t} : i64
            ${when scales=none}
            mla_gpu.global.store_lanes %kept_${t}, %cache_latent[%to_latent_${t}] : !row, !mla_gpu.ptr<${latent_type}>
            ${end}
            ${when scales=tensor}
            mla_gpu.global.store_lanes %q_${t}, %cache_latent[%to_latent_${t}] : !row, !mla_gpu.ptr<${latent_type}>
            ${end}
            ${when own_scales=1}
            %page_in_scales_${t} = arith.constant ${page_in_scales} : i64
            %token_in_scales_${t} = arith.constant ${token_in_scales} : i64
            %scale_offset_${t} = arith.constant ${scale_offset} : i64
            %scale_page_${t} = arith.muli %page_${t}_64, %page_in_scales_${t} : i64
            %scale_token_${t} = arith.muli %offset_${t}_64, %token_in_scales_${t} : i64
            %to_scale_token_${t} = arith.addi %scale_page_${t}, %scale_token_${t} : i64
            %to_scales_${t} = arith.addi %to_scale_token_${t}, %scale_offset_${t} : i64
${include append_store_group g=0 first=0}
            ${end}
            ${when scales=group}
${include append_store_group g=1 first=128}
${include append_store_group g=2 first=256}
${include append_store_group g=3 first=384}
            ${end}
            ${when pairs=halves}
            mla_gpu.global.store_lanes %kept_u_${t}, %cache_rope[%to_rope_${t}]${held} : !lanes_f32, !mla_gpu.ptr<${rope_type}>
            %to_upper_${t} = arith.addi %to_rope_${t}, %half_rope : i64
            mla_gpu.global.store_lanes %kept_v_${t}, %cache_rope[%to_upper_${t}]${held} : !lanes_f32, !mla_gpu.ptr<${rope_type}>
            ${end}
            ${when pairs=neighbours}
            mla_gpu.global.store_pairs %kept_u_${t}, %kept_v_${t}, %cache_rope[%to_rope_${t}]${held} : !lanes_f32, !mla_gpu.ptr<${rope_type}>
            ${end}
