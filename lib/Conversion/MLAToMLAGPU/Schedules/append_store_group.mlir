            // Columns of token ${t} from ${first} on, and their scale; append_store.mlir includes it.
            %group_${t}_${g} = arith.constant ${g} : i64
            %first_${t}_${g} = arith.constant ${first} : i64
            %to_group_${t}_${g} = arith.addi %to_latent_${t}, %first_${t}_${g} : i64
            mla_gpu.global.store_lanes %q_${t}_${g}, %cache_latent[%to_group_${t}_${g}] : !group, !mla_gpu.ptr<${latent_type}>
            %to_scale_${t}_${g} = arith.addi %to_scales_${t}, %group_${t}_${g} : i64
            mla_gpu.global.store %scale_${t}_${g}, %cache_scales[%to_scale_${t}_${g}] : f32, !mla_gpu.ptr<f32>
