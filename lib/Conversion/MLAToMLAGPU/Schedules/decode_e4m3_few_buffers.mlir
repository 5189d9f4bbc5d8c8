    // What each warp has of the largest score of a row, and of its sums of weights; decode_e4m3.mlir includes it.
    %parts_m0 = mla_gpu.smem.alloc "parts_m0" : !parts
    %parts_m1 = mla_gpu.smem.alloc "parts_m1" : !parts
    ${when own_scales=1}
    %parts_w0 = mla_gpu.smem.alloc "parts_w0" : !parts
    %parts_w1 = mla_gpu.smem.alloc "parts_w1" : !parts
    %stat_w0 = mla_gpu.smem.alloc "stat_w0" : !stat
    %stat_w1 = mla_gpu.smem.alloc "stat_w1" : !stat
    ${end}
