        ${when paces=1}
        // Blocks with other row tiles of the same part read the same. Where there are several their copies keep step, so that reads of a sector that are
        // on their way together are merged in front of L2 (docs/performance.md, "Reads that blocks share"): each says when it copies a step, and who was
        // ahead waits in the next one. Where the marks are is worked out where they are used: kept over the loop it would spill.
        %row_tiles = mla_gpu.grid_size 0
        %least_paced = arith.constant 3 : i32
        %is_paced = arith.cmpi sge, %row_tiles, %least_paced : i32
        ${end}
