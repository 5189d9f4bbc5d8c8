    // Buffers and barriers of a seesaw schedule (decode_seesaw.mlir says how they are used).
    %q = mla_gpu.smem.alloc "q" : !block
    %k0 = mla_gpu.smem.alloc "k0" : !block
    %k1 = mla_gpu.smem.alloc "k1" : !block
    %stat_m0 = mla_gpu.smem.alloc "stat_m0" : !stat
    %stat_m1 = mla_gpu.smem.alloc "stat_m1" : !stat
    %stat_l0 = mla_gpu.smem.alloc "stat_l0" : !stat
    %stat_l1 = mla_gpu.smem.alloc "stat_l1" : !stat
    ${when halves=1}
    %stat_o0 = mla_gpu.smem.alloc "stat_o0" : !stat
    %stat_o1 = mla_gpu.smem.alloc "stat_o1" : !stat
    ${end}

    %q_full = mla_gpu.mbar.alloc "q_full" count(1)
    %q_free = mla_gpu.mbar.alloc "q_free" count(2)
    %k0_full_a = mla_gpu.mbar.alloc "k0_full_a" count(${full_count})
    %k0_full_b = mla_gpu.mbar.alloc "k0_full_b" count(${full_count})
    %k0_full_c = mla_gpu.mbar.alloc "k0_full_c" count(${full_count})
    %k0_full_d = mla_gpu.mbar.alloc "k0_full_d" count(${full_count})
    %k1_full_a = mla_gpu.mbar.alloc "k1_full_a" count(${full_count})
    %k1_full_b = mla_gpu.mbar.alloc "k1_full_b" count(${full_count})
    %k1_full_c = mla_gpu.mbar.alloc "k1_full_c" count(${full_count})
    %k1_full_d = mla_gpu.mbar.alloc "k1_full_d" count(${full_count})
    %k0_left_free = mla_gpu.mbar.alloc "k0_left_free" count(1)
    %k0_right_free = mla_gpu.mbar.alloc "k0_right_free" count(1)
    %k1_left_free = mla_gpu.mbar.alloc "k1_left_free" count(1)
    %k1_right_free = mla_gpu.mbar.alloc "k1_right_free" count(1)
    ${when dequantize=0}
    %tail = mla_gpu.mbar.alloc "tail" count(4)
    ${end}
    %m0_ready = mla_gpu.nbar.alloc "m0_ready" threads(256)
    %p0_ready = mla_gpu.nbar.alloc "p0_ready" threads(256)
    %p1_ready = mla_gpu.nbar.alloc "p1_ready" threads(256)
    %l_ready = mla_gpu.nbar.alloc "l_ready" threads(256)
    %wg0_ready = mla_gpu.nbar.alloc "wg0_ready" threads(128)
    %wg1_ready = mla_gpu.nbar.alloc "wg1_ready" threads(128)
    ${when dequantize=1}
    %q_converted = mla_gpu.nbar.alloc "q_converted" threads(256)
    ${end}

    // Quarters a, b (left) and c, d (right) of the latent columns; "dp" is d with the RoPE tile.
    %q_a = mla_gpu.smem.view %q tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %q_b = mla_gpu.smem.view %q tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %q_c = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %q_dp = mla_gpu.smem.view %q tiles(${tiles_three_quarters} to ${tiles_all}) : !block -> !quarter_rope
    %q_d = mla_gpu.smem.view %q tiles(${tiles_three_quarters} to ${tiles_latent}) : !block -> !quarter
    %k0_a = mla_gpu.smem.view %k0 tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %k0_b = mla_gpu.smem.view %k0 tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %k0_c = mla_gpu.smem.view %k0 tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %k0_dp = mla_gpu.smem.view %k0 tiles(${tiles_three_quarters} to ${tiles_all}) : !block -> !quarter_rope
    ${when dequantize=1}
    %k0_0 = mla_gpu.smem.view %k0 tiles(0 to 1) : !block -> !tile
    %k0_1 = mla_gpu.smem.view %k0 tiles(1 to 2) : !block -> !tile
    %k0_2 = mla_gpu.smem.view %k0 tiles(2 to 3) : !block -> !tile
    %k0_3 = mla_gpu.smem.view %k0 tiles(3 to 4) : !block -> !tile
    %k0_4 = mla_gpu.smem.view %k0 tiles(4 to 5) : !block -> !tile
    %k0_5 = mla_gpu.smem.view %k0 tiles(5 to 6) : !block -> !tile
    %k0_6 = mla_gpu.smem.view %k0 tiles(6 to 7) : !block -> !tile
    %k0_7 = mla_gpu.smem.view %k0 tiles(7 to 8) : !block -> !tile
    %k1_0 = mla_gpu.smem.view %k1 tiles(0 to 1) : !block -> !tile
    %k1_1 = mla_gpu.smem.view %k1 tiles(1 to 2) : !block -> !tile
    %k1_2 = mla_gpu.smem.view %k1 tiles(2 to 3) : !block -> !tile
    %k1_3 = mla_gpu.smem.view %k1 tiles(3 to 4) : !block -> !tile
    %k1_4 = mla_gpu.smem.view %k1 tiles(4 to 5) : !block -> !tile
    %k1_5 = mla_gpu.smem.view %k1 tiles(5 to 6) : !block -> !tile
    %k1_6 = mla_gpu.smem.view %k1 tiles(6 to 7) : !block -> !tile
    %k1_7 = mla_gpu.smem.view %k1 tiles(7 to 8) : !block -> !tile
    %q_given = mla_gpu.smem.view %q tiles(0 to ${tiles_all}) : !block -> !block_given
    %q_l_given = mla_gpu.smem.view %q tiles(0 to ${tiles_half}) : !block -> !half_given
    %q_r_given = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_latent}) : !block -> !half_given
    %q_p_given = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile_given
    ${end}
    %k0_d = mla_gpu.smem.view %k0 tiles(${tiles_three_quarters} to ${tiles_latent}) : !block -> !quarter
    %k1_a = mla_gpu.smem.view %k1 tiles(0 to ${tiles_quarter}) : !block -> !quarter
    %k1_b = mla_gpu.smem.view %k1 tiles(${tiles_quarter} to ${tiles_half}) : !block -> !quarter
    %k1_c = mla_gpu.smem.view %k1 tiles(${tiles_half} to ${tiles_three_quarters}) : !block -> !quarter
    %k1_d = mla_gpu.smem.view %k1 tiles(${tiles_three_quarters} to ${tiles_latent}) : !block -> !quarter
    %q_l = mla_gpu.smem.view %q tiles(0 to ${tiles_half}) : !block -> !half
    %q_r = mla_gpu.smem.view %q tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %q_p = mla_gpu.smem.view %q tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile
    %v0 = mla_gpu.smem.view %k0 tiles(0 to ${tiles_latent}) : !block -> !latent
    %v0_l = mla_gpu.smem.view %k0 tiles(0 to ${tiles_half}) : !block -> !half
    %v0_r = mla_gpu.smem.view %k0 tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %p0 = mla_gpu.smem.view %k0 tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile
    %v1 = mla_gpu.smem.view %k1 tiles(0 to ${tiles_latent}) : !block -> !latent
    %v1_l = mla_gpu.smem.view %k1 tiles(0 to ${tiles_half}) : !block -> !half
    %v1_r = mla_gpu.smem.view %k1 tiles(${tiles_half} to ${tiles_latent}) : !block -> !half
    %p1 = mla_gpu.smem.view %k1 tiles(${tiles_latent} to ${tiles_all}) : !block -> !tile
