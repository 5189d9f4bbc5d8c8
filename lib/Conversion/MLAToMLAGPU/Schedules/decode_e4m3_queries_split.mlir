        // Q as two e4m3 terms; consumers of decode_e4m3.mlir include it. Each warp group has a half of the columns, the second also RoPE. A row is scaled by a power of two,
        // which puts its largest magnitude between 128 and 256: so the two terms, 4 bits each and a sign, hold the 8 bits of a
        // bf16 exactly. All of Q has been read before its bytes are written.
        %q_side_a = mla_gpu.smem.view %q_side tiles(0 to 2) : !q_16_half -> !q_16_quarter
        %q_side_b = mla_gpu.smem.view %q_side tiles(2 to 4) : !q_16_half -> !q_16_quarter
        %q_a = mla_gpu.smem.load_tile %q_side_a : !q_16_quarter -> !q_f32
        %q_b = mla_gpu.smem.load_tile %q_side_b : !q_16_quarter -> !q_f32
        %q_largest_a = mla_gpu.row.max %q_a magnitude : !q_f32 -> !rowf
        %q_largest_b = mla_gpu.row.max %q_b magnitude : !q_f32 -> !rowf
        ${when half=0}
        %q_largest_own = arith.maxnumf %q_largest_a, %q_largest_b : !rowf
        ${end}
        ${when half=1}
        %q_rope_view = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !q_16 -> !q_16_tile
        %q_rope = mla_gpu.smem.load_tile %q_rope_view : !q_16_tile -> !s
        %q_largest_rope = mla_gpu.row.max %q_rope magnitude : !s -> !rowf
        %q_largest_latent = arith.maxnumf %q_largest_a, %q_largest_b : !rowf
        %q_largest_own = arith.maxnumf %q_largest_latent, %q_largest_rope : !rowf
        ${end}
        mla_gpu.smem.store_rows %q_largest_own, %stat_m${own} : !rowf, !stat
        mla_gpu.nbar.sync %q_read
        %q_largest_other = mla_gpu.smem.load_rows %stat_m${other} : !stat -> !rowf
        %q_largest_raw = arith.maxnumf %q_largest_own, %q_largest_other : !rowf
        %q_least = arith.constant dense<1.0e-30> : !rowf
        %q_largest = arith.maxnumf %q_largest_raw, %q_least : !rowf
        %q_bits = arith.bitcast %q_largest : !rowf to !rowi
        %exponent_mask = arith.constant dense<0x7F800000> : !rowi
        %q_power_bits = arith.andi %q_bits, %exponent_mask : !rowi
        %q_power = arith.bitcast %q_power_bits : !rowi to !rowf
        %range = arith.constant dense<128.0> : !rowf
        %q_inverse = arith.divf %range, %q_power : !rowf
        %q_scale = arith.divf %q_power, %range : !rowf
        ${when half=1}
        %q_rope_scaled = mla_gpu.row.scale %q_rope by %q_inverse : !s, !rowf -> !s
${include decode_e4m3_queries_rope_${rope_terms}}        ${end}
        %q_first_a = mla_gpu.smem.view %q_first_${side} tiles(0 to 1) : !latent_half -> !latent_quarter
        %q_first_b = mla_gpu.smem.view %q_first_${side} tiles(1 to 2) : !latent_half -> !latent_quarter
        %q_rest_a = mla_gpu.smem.view %q_rest_${side} tiles(0 to 1) : !latent_half -> !latent_quarter
        %q_rest_b = mla_gpu.smem.view %q_rest_${side} tiles(1 to 2) : !latent_half -> !latent_quarter
        %q_a_scaled = mla_gpu.row.scale %q_a by %q_inverse : !q_f32, !rowf -> !q_f32
        %q_a_8 = mla_gpu.quantize %q_a_scaled : !q_f32 -> !q_8
        %q_a_rest_8 = mla_gpu.quantize %q_a_scaled less %q_a_8 : !q_f32 less !q_8 -> !q_8
        mla_gpu.smem.store_tile %q_a_8, %q_first_a : !q_8, !latent_quarter
        mla_gpu.smem.store_tile %q_a_rest_8, %q_rest_a : !q_8, !latent_quarter
        %q_b_scaled = mla_gpu.row.scale %q_b by %q_inverse : !q_f32, !rowf -> !q_f32
        %q_b_8 = mla_gpu.quantize %q_b_scaled : !q_f32 -> !q_8
        %q_b_rest_8 = mla_gpu.quantize %q_b_scaled less %q_b_8 : !q_f32 less !q_8 -> !q_8
        mla_gpu.smem.store_tile %q_b_8, %q_first_b : !q_8, !latent_quarter
        mla_gpu.smem.store_tile %q_b_rest_8, %q_rest_b : !q_8, !latent_quarter
        // Scores come out in units of the scales of the row and of the cache; x is in log2 units. No register holds the factor
        // while products are summed.
        ${when own_scales=0}
        %unit_to_log2 = arith.mulf %value_scale, %scale : f32
        %unit_to_log2_row = mla_gpu.splat %unit_to_log2 : f32 -> !rowf
        ${end}
        ${when own_scales=1}
        %unit_to_log2_row = mla_gpu.splat %scale : f32 -> !rowf
        ${end}
        %to_log2_item = arith.mulf %q_scale, %unit_to_log2_row : !rowf
        mla_gpu.smem.store_rows %to_log2_item, %stat_factor${own} : !rowf, !stat
        mla_gpu.fence.async
        mla_gpu.nbar.sync %q_ready
