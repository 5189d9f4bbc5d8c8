        ${when paces=1}
        // Blocks with other row tiles of the same part read the same. Where there are several their copies keep step, so that reads of a sector that are
        // on their way together are merged in front of L2 (docs/performance.md, "Reads that blocks share"): each says when it copies a step, and who was
        // ahead waits in the next one.
        %row_tiles = mla_gpu.grid_size 0
        %least_paced = arith.constant 3 : i32
        %is_paced = arith.cmpi sge, %row_tiles, %least_paced : i32
        %row_tiles64 = arith.extsi %row_tiles : i32 to i64
        %row_tile64 = arith.extsi %row_tile : i32 to i64
        %part64 = arith.extsi %part : i32 to i64
        %first_mark = arith.muli %part64, %row_tiles64 : i64
        %own_mark = arith.addi %first_mark, %row_tile64 : i64
        ${end}
