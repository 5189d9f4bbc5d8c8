// Merge of split requests: out = Σ_s w_s·partial_s / Σ_s w_s with w_s = 2^(lse_s − max), lse = max + log2 Σ_s w_s.
//
// A unit of work is 128 columns of one row of one split request; the warps of the grid take units in turn. Piece 0 of a
// request lies in slot 2·first + 1, piece s > 0 in slot 2·(first + s) (see `mla_gpu.items`). Four pieces are in flight at
// a time; those past the last have weight 0. Pieces are added in their order, so the result does not depend on timing.

#lane = #mla_gpu.layout<lane>
!columns = tensor<128xf32, #lane>

mla_gpu.program @program {
  mla_gpu.kernel @merge(
      %merges: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<merges>},
      %partial_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
      %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
      %out: !mla_gpu.ptr<${element}> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(merge) grid(twice_per_multiprocessor, one) threads(512) {
    mla_gpu.role "merger" warps(0 to 16) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c4 = arith.constant 4 : i32
      %c128 = arith.constant 128 : i32
      %c0_64 = arith.constant 0 : i64
      %chunks = arith.constant ${chunks} : i32
      %d_latent = arith.constant ${d_latent} : i64
      %zero = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %lowest = arith.constant -1.0e30 : f32
      %minus_inf = arith.constant 0xFF800000 : f32
      %ln2 = arith.constant 0.693147180559945 : f32
      %columns_zero = arith.constant dense<0.0> : !columns
      %rows64 = arith.extsi %rows : i32 to i64
      mla_gpu.pdl.wait
      %count = mla_gpu.global.load %merges[%c0_64] : !mla_gpu.ptr<i32> -> i32
      %row_units = arith.muli %rows, %chunks : i32
      %units = arith.muli %count, %row_units : i32
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %warp = mla_gpu.warp_id
      %warps = arith.constant 16 : i32
      %block_unit = arith.muli %block, %warps : i32
      %unit0 = arith.addi %block_unit, %warp : i32
      %stride = arith.muli %blocks, %warps : i32
      scf.for %unit = %unit0 to %units step %stride : i32 {
        %chunk = arith.remui %unit, %chunks : i32
        %row_unit = arith.divui %unit, %chunks : i32
        %row = arith.remui %row_unit, %rows : i32
        %merge = arith.divui %row_unit, %rows : i32
        %record = arith.muli %merge, %c3 : i32
        %field0 = arith.addi %record, %c1 : i32
        %field1 = arith.addi %record, %c2 : i32
        %field2 = arith.addi %record, %c3 : i32
        %field0_64 = arith.extsi %field0 : i32 to i64
        %field1_64 = arith.extsi %field1 : i32 to i64
        %field2_64 = arith.extsi %field2 : i32 to i64
        %request = mla_gpu.global.load %merges[%field0_64] : !mla_gpu.ptr<i32> -> i32
        %first = mla_gpu.global.load %merges[%field1_64] : !mla_gpu.ptr<i32> -> i32
        %pieces = mla_gpu.global.load %merges[%field2_64] : !mla_gpu.ptr<i32> -> i32
        %last_piece = arith.subi %pieces, %c1 : i32
        %row64 = arith.extsi %row : i32 to i64
        %column = arith.muli %chunk, %c128 : i32
        %column64 = arith.extsi %column : i32 to i64
        %m_end, %l_end, %o_end = scf.for %s = %c0 to %pieces step %c4
            iter_args(%m = %lowest, %l = %zero, %o = %columns_zero) -> (f32, f32, !columns) : i32 {
          %s1 = arith.addi %s, %c1 : i32
          %s2 = arith.addi %s, %c2 : i32
          %s3 = arith.addi %s, %c3 : i32
          // Slots; pieces past the last read the last again.
          %is_first = arith.cmpi eq, %s, %c0 : i32
          %part0 = arith.addi %first, %s : i32
          %twice0 = arith.muli %part0, %c2 : i32
          %odd0 = arith.extui %is_first : i1 to i32
          %slot0 = arith.addi %twice0, %odd0 : i32
          %clamped1 = arith.minsi %s1, %last_piece : i32
          %clamped2 = arith.minsi %s2, %last_piece : i32
          %clamped3 = arith.minsi %s3, %last_piece : i32
          %part1 = arith.addi %first, %clamped1 : i32
          %part2 = arith.addi %first, %clamped2 : i32
          %part3 = arith.addi %first, %clamped3 : i32
          %slot1 = arith.muli %part1, %c2 : i32
          %slot2 = arith.muli %part2, %c2 : i32
          %slot3 = arith.muli %part3, %c2 : i32
          %slot0_64 = arith.extsi %slot0 : i32 to i64
          %slot1_64 = arith.extsi %slot1 : i32 to i64
          %slot2_64 = arith.extsi %slot2 : i32 to i64
          %slot3_64 = arith.extsi %slot3 : i32 to i64
          %slot0_row = arith.muli %slot0_64, %rows64 : i64
          %slot1_row = arith.muli %slot1_64, %rows64 : i64
          %slot2_row = arith.muli %slot2_64, %rows64 : i64
          %slot3_row = arith.muli %slot3_64, %rows64 : i64
          %index0 = arith.addi %slot0_row, %row64 : i64
          %index1 = arith.addi %slot1_row, %row64 : i64
          %index2 = arith.addi %slot2_row, %row64 : i64
          %index3 = arith.addi %slot3_row, %row64 : i64
          %element0 = arith.muli %index0, %d_latent : i64
          %element1 = arith.muli %index1, %d_latent : i64
          %element2 = arith.muli %index2, %d_latent : i64
          %element3 = arith.muli %index3, %d_latent : i64
          %at0 = arith.addi %element0, %column64 : i64
          %at1 = arith.addi %element1, %column64 : i64
          %at2 = arith.addi %element2, %column64 : i64
          %at3 = arith.addi %element3, %column64 : i64
          %lse0 = mla_gpu.global.load %partial_lse[%index0] : !mla_gpu.ptr<f32> -> f32
          %lse1_raw = mla_gpu.global.load %partial_lse[%index1] : !mla_gpu.ptr<f32> -> f32
          %lse2_raw = mla_gpu.global.load %partial_lse[%index2] : !mla_gpu.ptr<f32> -> f32
          %lse3_raw = mla_gpu.global.load %partial_lse[%index3] : !mla_gpu.ptr<f32> -> f32
          %x0 = mla_gpu.global.load_lanes %partial_out[%at0] : !mla_gpu.ptr<f32> -> !columns
          %x1 = mla_gpu.global.load_lanes %partial_out[%at1] : !mla_gpu.ptr<f32> -> !columns
          %x2 = mla_gpu.global.load_lanes %partial_out[%at2] : !mla_gpu.ptr<f32> -> !columns
          %x3 = mla_gpu.global.load_lanes %partial_out[%at3] : !mla_gpu.ptr<f32> -> !columns
          %has1 = arith.cmpi sle, %s1, %last_piece : i32
          %has2 = arith.cmpi sle, %s2, %last_piece : i32
          %has3 = arith.cmpi sle, %s3, %last_piece : i32
          %lse1 = arith.select %has1, %lse1_raw, %minus_inf : f32
          %lse2 = arith.select %has2, %lse2_raw, %minus_inf : f32
          %lse3 = arith.select %has3, %lse3_raw, %minus_inf : f32
          %max01 = arith.maxnumf %lse0, %lse1 : f32
          %max23 = arith.maxnumf %lse2, %lse3 : f32
          %max0123 = arith.maxnumf %max01, %max23 : f32
          %m_next = arith.maxnumf %m, %max0123 : f32
          %shrink_log2 = arith.subf %m, %m_next : f32
          %w0_log2 = arith.subf %lse0, %m_next : f32
          %w1_log2 = arith.subf %lse1, %m_next : f32
          %w2_log2 = arith.subf %lse2, %m_next : f32
          %w3_log2 = arith.subf %lse3, %m_next : f32
          %shrink = math.exp2 %shrink_log2 : f32
          %w0 = math.exp2 %w0_log2 : f32
          %w1 = math.exp2 %w1_log2 : f32
          %w2 = math.exp2 %w2_log2 : f32
          %w3 = math.exp2 %w3_log2 : f32
          %l_shrunk = arith.mulf %l, %shrink : f32
          %l0 = arith.addf %l_shrunk, %w0 : f32
          %l1 = arith.addf %l0, %w1 : f32
          %l2 = arith.addf %l1, %w2 : f32
          %l3 = arith.addf %l2, %w3 : f32
          %shrink_columns = mla_gpu.splat %shrink : f32 -> !columns
          %w0_columns = mla_gpu.splat %w0 : f32 -> !columns
          %w1_columns = mla_gpu.splat %w1 : f32 -> !columns
          %w2_columns = mla_gpu.splat %w2 : f32 -> !columns
          %w3_columns = mla_gpu.splat %w3 : f32 -> !columns
          %o_shrunk = arith.mulf %o, %shrink_columns : !columns
          %o0 = math.fma %x0, %w0_columns, %o_shrunk : !columns
          %o1 = math.fma %x1, %w1_columns, %o0 : !columns
          %o2 = math.fma %x2, %w2_columns, %o1 : !columns
          %o3 = math.fma %x3, %w3_columns, %o2 : !columns
          scf.yield %m_next, %l3, %o3 : f32, f32, !columns
        }
        %l_is_zero = arith.cmpf oeq, %l_end, %zero : f32
        %inverse = arith.divf %one, %l_end : f32
        %norm = arith.select %l_is_zero, %zero, %inverse : f32
        %norm_columns = mla_gpu.splat %norm : f32 -> !columns
        %o_norm = arith.mulf %o_end, %norm_columns : !columns
        %request64 = arith.extsi %request : i32 to i64
        %request_row = arith.muli %request64, %rows64 : i64
        %out_row = arith.addi %request_row, %row64 : i64
        %out_element = arith.muli %out_row, %d_latent : i64
        %out_at = arith.addi %out_element, %column64 : i64
        mla_gpu.global.store_lanes %o_norm, %out[%out_at] : !columns, !mla_gpu.ptr<${element}>
        %is_first_chunk = arith.cmpi eq, %chunk, %c0 : i32
        scf.if %is_first_chunk {
          %l_log2 = math.log2 %l_end : f32
          %lse_log2 = arith.addf %m_end, %l_log2 : f32
          %lse_value = arith.mulf %lse_log2, %ln2 : f32
          mla_gpu.global.store %lse_value, %lse[%out_row] : f32, !mla_gpu.ptr<f32>
        }
      }
    }
  }
}
