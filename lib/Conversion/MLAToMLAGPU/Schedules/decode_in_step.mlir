    ${when in_step=1}
    // Where several row tiles read the same, reads of a sector that are on their way together are merged in front of L2. Warp group 0 has the time
    // to rescale O in every step; steps that do not depend on when a maximum grows keep the tiles together (docs/performance.md).
    %tiles_of_rows = mla_gpu.grid_size 0
    %least_tiles = arith.constant ${rescale_tiles} : i32
    %in_step = arith.cmpi sge, %tiles_of_rows, %least_tiles : i32
    ${end}
    ${when in_step=0}
    %in_step = arith.constant false
    ${end}
