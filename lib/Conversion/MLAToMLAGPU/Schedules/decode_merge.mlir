// Merge of split requests: out = Σ_s w_s·partial_s / Σ_s w_s with w_s = 2^(lse_s − max), lse = max + log2 Σ_s w_s.
//
// A unit of work is 128 columns of one row of one split request; the warps of the grid take units in turn. Piece 0 of a
// request lies in slot 2·first + 1, piece s > 0 in slot 2·(first + s) (see `mla_gpu.items`). Pieces are added in their
// order, so the result does not depend on timing. All time goes into waiting for memory: where the pieces of a warp's next
// unit lie is read ahead, and of up to four pieces everything is read at once. Of more, a lane weighs one each, 32 at a
// time, and ${wide} are in flight at once. Where there are fewer, the last is read again, with weight 0.

#lane = #mla_gpu.layout<lane>
!columns = tensor<128xf32, #lane>
!lanes = tensor<32xi32, #lane>
!lanes_f32 = tensor<32xf32, #lane>
!index = tensor<32xi64, #lane>
!mask = tensor<32xi1, #lane>

mla_gpu.program @program {
  mla_gpu.kernel @merge(
      %merges: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<merges>},
      %partial_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_out>},
      %partial_lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
      %out: !mla_gpu.ptr<${element}> {mla_gpu.bind = #mla_gpu.binding<out>},
      %lse: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>},
      %rows: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(merge) grid(twice_per_multiprocessor, one) threads(256) {
    mla_gpu.role "merger" warps(0 to 8) team(each_warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c32 = arith.constant 32 : i32
      %c128 = arith.constant 128 : i32
      %warps = arith.constant 8 : i32
      %wide = arith.constant ${wide} : i32
      %c4 = arith.constant 4 : i32
      %chunks = arith.constant ${chunks} : i32
      %c0_64 = arith.constant 0 : i64
      %d_latent = arith.constant ${d_latent} : i64
      %zero = arith.constant 0.0 : f32
      %one = arith.constant 1.0 : f32
      %lowest = arith.constant -3.0e38 : f32
      %ln2 = arith.constant 0.693147180559945 : f32
      %columns_zero = arith.constant dense<0.0> : !columns
      %minus_inf_one = arith.constant 0xFF800000 : f32
      %minus_inf = arith.constant dense<0xFF800000> : !lanes_f32
      %zeros = arith.constant dense<0> : !lanes
      %twos = arith.constant dense<2> : !lanes
      %every = arith.constant dense<true> : !mask
      %lane = mla_gpu.lane.index : !lanes
      %rows64 = arith.extsi %rows : i32 to i64
      mla_gpu.pdl.wait
      %count = mla_gpu.global.load %merges[%c0_64] : !mla_gpu.ptr<i32> -> i32
      %row_units = arith.muli %rows, %chunks : i32
      %units = arith.muli %count, %row_units : i32
      %last_unit = arith.subi %units, %c1 : i32
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      %warp = mla_gpu.warp_id
      %block_unit = arith.muli %block, %warps : i32
      %unit0 = arith.addi %block_unit, %warp : i32
      %stride = arith.muli %blocks, %warps : i32
      %has_work = arith.cmpi slt, %unit0, %units : i32
      scf.if %has_work {
        %merge0 = arith.divui %unit0, %row_units : i32
        %record0 = arith.muli %merge0, %c3 : i32
        %first_at0 = arith.addi %record0, %c2 : i32
        %pieces_at0 = arith.addi %record0, %c3 : i32
        %first_at0_64 = arith.extsi %first_at0 : i32 to i64
        %pieces_at0_64 = arith.extsi %pieces_at0 : i32 to i64
        %first0 = mla_gpu.global.load %merges[%first_at0_64] : !mla_gpu.ptr<i32> -> i32
        %pieces0 = mla_gpu.global.load %merges[%pieces_at0_64] : !mla_gpu.ptr<i32> -> i32
        %first_end, %pieces_end = scf.for %unit = %unit0 to %units step %stride
            iter_args(%first = %first0, %pieces = %pieces0) -> (i32, i32) : i32 {
          // The record of the next unit.
          %unit_after = arith.addi %unit, %stride : i32
          %unit_next = arith.minsi %unit_after, %last_unit : i32
          %merge_next = arith.divui %unit_next, %row_units : i32
          %record_next = arith.muli %merge_next, %c3 : i32
          %first_at = arith.addi %record_next, %c2 : i32
          %pieces_at = arith.addi %record_next, %c3 : i32
          %first_at_64 = arith.extsi %first_at : i32 to i64
          %pieces_at_64 = arith.extsi %pieces_at : i32 to i64
          %first_next = mla_gpu.global.load %merges[%first_at_64] : !mla_gpu.ptr<i32> -> i32
          %pieces_next = mla_gpu.global.load %merges[%pieces_at_64] : !mla_gpu.ptr<i32> -> i32

          %chunk = arith.remui %unit, %chunks : i32
          %row_unit = arith.divui %unit, %chunks : i32
          %row = arith.remui %row_unit, %rows : i32
          %row64 = arith.extsi %row : i32 to i64
          %column = arith.muli %chunk, %c128 : i32
          %column64 = arith.extsi %column : i32 to i64
          %last_piece = arith.subi %pieces, %c1 : i32
          %few = arith.cmpi sle, %pieces, %c4 : i32
          %m_end, %l_end, %o_end = scf.if %few -> (f32, f32, !columns) {
            // Slots; pieces past the last read the last again (piece 0, of which there always is one, is not the last).
            %twice0 = arith.muli %first, %c2 : i32
            %slot0 = arith.addi %twice0, %c1 : i32
            %clamped1 = arith.minsi %c1, %last_piece : i32
            %clamped2 = arith.minsi %c2, %last_piece : i32
            %clamped3 = arith.minsi %c3, %last_piece : i32
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
            %has1 = arith.cmpi sle, %c1, %last_piece : i32
            %has2 = arith.cmpi sle, %c2, %last_piece : i32
            %has3 = arith.cmpi sle, %c3, %last_piece : i32
            %lse1 = arith.select %has1, %lse1_raw, %minus_inf_one : f32
            %lse2 = arith.select %has2, %lse2_raw, %minus_inf_one : f32
            %lse3 = arith.select %has3, %lse3_raw, %minus_inf_one : f32
            %max01 = arith.maxnumf %lse0, %lse1 : f32
            %max23 = arith.maxnumf %lse2, %lse3 : f32
            %max0123 = arith.maxnumf %max01, %max23 : f32
            %m_few = arith.maxnumf %lowest, %max0123 : f32
            %w0_log2 = arith.subf %lse0, %m_few : f32
            %w1_log2 = arith.subf %lse1, %m_few : f32
            %w2_log2 = arith.subf %lse2, %m_few : f32
            %w3_log2 = arith.subf %lse3, %m_few : f32
            %w0 = math.exp2 %w0_log2 : f32
            %w1 = math.exp2 %w1_log2 : f32
            %w2 = math.exp2 %w2_log2 : f32
            %w3 = math.exp2 %w3_log2 : f32
            %l1 = arith.addf %w0, %w1 : f32
            %l2 = arith.addf %l1, %w2 : f32
            %l3 = arith.addf %l2, %w3 : f32
            %w0_columns = mla_gpu.splat %w0 : f32 -> !columns
            %w1_columns = mla_gpu.splat %w1 : f32 -> !columns
            %w2_columns = mla_gpu.splat %w2 : f32 -> !columns
            %w3_columns = mla_gpu.splat %w3 : f32 -> !columns
            %o0 = arith.mulf %x0, %w0_columns : !columns
            %o1 = math.fma %x1, %w1_columns, %o0 : !columns
            %o2 = math.fma %x2, %w2_columns, %o1 : !columns
            %o3 = math.fma %x3, %w3_columns, %o2 : !columns
            scf.yield %m_few, %l3, %o3 : f32, f32, !columns
          } else {
            %last_lanes = mla_gpu.splat %last_piece : i32 -> !lanes
            %first_lanes = mla_gpu.splat %first : i32 -> !lanes
            %rows_lanes = mla_gpu.splat %rows : i32 -> !lanes
            %row_lanes = mla_gpu.splat %row : i32 -> !lanes
            %m_many, %l_many, %o_many = scf.for %base = %c0 to %pieces step %c32
                iter_args(%m = %lowest, %l = %zero, %o = %columns_zero) -> (f32, f32, !columns) : i32 {
              // Each lane weighs one piece.
              %base_lanes = mla_gpu.splat %base : i32 -> !lanes
              %piece_raw = arith.addi %base_lanes, %lane : !lanes
              %exists = arith.cmpi sle, %piece_raw, %last_lanes : !lanes
              %piece = arith.minsi %piece_raw, %last_lanes : !lanes
              %part = arith.addi %first_lanes, %piece : !lanes
              %twice = arith.muli %part, %twos : !lanes
              %is_first = arith.cmpi eq, %piece, %zeros : !lanes
              %odd = arith.extui %is_first : !mask to !lanes
              %slot = arith.addi %twice, %odd : !lanes
              %slot_row = arith.muli %slot, %rows_lanes : !lanes
              %index = arith.addi %slot_row, %row_lanes : !lanes
              %index64 = arith.extsi %index : !lanes to !index
              %lse_raw = mla_gpu.global.gather_lanes %partial_lse[%index64] where %every : !mla_gpu.ptr<f32>, !index, !mask -> !lanes_f32
              %lse_piece = arith.select %exists, %lse_raw, %minus_inf : !mask, !lanes_f32
              %most = mla_gpu.lane.reduce max %lse_piece : !lanes_f32 -> f32
              %m_next = arith.maxnumf %m, %most : f32
              %m_lanes = mla_gpu.splat %m_next : f32 -> !lanes_f32
              %weight_log2 = arith.subf %lse_piece, %m_lanes : !lanes_f32
              %weight = math.exp2 %weight_log2 : !lanes_f32
              %weight_sum = mla_gpu.lane.reduce add %weight : !lanes_f32 -> f32
              %shrink_log2 = arith.subf %m, %m_next : f32
              %shrink = math.exp2 %shrink_log2 : f32
              %l_shrunk = arith.mulf %l, %shrink : f32
              %l_next = arith.addf %l_shrunk, %weight_sum : f32
              %shrink_columns = mla_gpu.splat %shrink : f32 -> !columns
              %o_shrunk = arith.mulf %o, %shrink_columns : !columns
              // The weighted sum.
              %left = arith.subi %pieces, %base : i32
              %here = arith.minsi %left, %c32 : i32
              %o_next = scf.for %group = %c0 to %here step %wide iter_args(%group_sum = %o_shrunk) -> (!columns) : i32 {
                %o_group = scf.for %j = %c0 to %wide step %c1 iter_args(%sum = %group_sum) -> (!columns) : i32 {
                  %p = arith.addi %group, %j : i32
                  %at_row = mla_gpu.lane.extract %index[%p] : !lanes -> i32
                  %at_row64 = arith.extsi %at_row : i32 to i64
                  %at_element = arith.muli %at_row64, %d_latent : i64
                  %at = arith.addi %at_element, %column64 : i64
                  %x = mla_gpu.global.load_lanes %partial_out[%at] : !mla_gpu.ptr<f32> -> !columns
                  %w = mla_gpu.lane.extract %weight[%p] : !lanes_f32 -> f32
                  %w_columns = mla_gpu.splat %w : f32 -> !columns
                  %sum_next = math.fma %x, %w_columns, %sum : !columns
                  scf.yield %sum_next : !columns
                } {mla_gpu.unroll}
                scf.yield %o_group : !columns
              }
              scf.yield %m_next, %l_next, %o_next : f32, f32, !columns
            }
            scf.yield %m_many, %l_many, %o_many : f32, f32, !columns
          }
          %merge = arith.divui %row_unit, %rows : i32
          %record = arith.muli %merge, %c3 : i32
          %request_at = arith.addi %record, %c1 : i32
          %request_at_64 = arith.extsi %request_at : i32 to i64
          %request = mla_gpu.global.load %merges[%request_at_64] : !mla_gpu.ptr<i32> -> i32
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
          scf.yield %first_next, %pieces_next : i32, i32
        }
      }
    }
  }
}
