// Merge of the rows of one split request by a warp group: out = Σ_s w_s·scale_s·partial_s / Σ_s w_s with w_s = 2^(lse_s − max),
// lse = max + log2 Σ_s w_s. decode_meet.mlir and decode_meet_fixed.mlir include it; %request, %first_part, %pieces, %half and
// %exchange say what is to do: the blocks of the `sharers` parts that share it take the rows in turn, each warp group its half
// of the columns.
//
// Piece 0 of a request lies in slot 2·first + 1, piece s > 0 in slot 2·(first + s); with split_steps they lie one after the other
// (see `mla_gpu.items`). Where two parts share each step, half h of piece s lies in the slot of part min(first + 2·s + h, the last). A lane
// weighs one piece. Pieces are added in an order that follows from their number alone, so the result
// does not depend on timing. All time goes into waiting for memory, and into instructions of which a warp has no other to
// issue meanwhile. So a warp has rows in flight before it knows their weights, and takes few: eight pieces, of two rows or of one, or
// ${merge_in_flight} pieces of one row, which several warps share where it has more. Where there are fewer pieces or rows, the
// last is read again, with weight 0 or without being stored.
          %zero = arith.constant 0.0 : f32
          %one = arith.constant 1.0 : f32
          %lowest = arith.constant -3.0e38 : f32
          %ln2_one = arith.constant 0.693147180559945 : f32
          %c4 = arith.constant 4 : i32
          %c8 = arith.constant 8 : i32
          %d_latent = arith.constant ${d_latent} : i64
          %own_piece = arith.subi %part, %first_part : i32
          %rows_here = arith.minsi %valid_rows, %c64 : i32
          %last_row = arith.subi %rows_here, %c1 : i32
          %last_piece = arith.subi %pieces, %c1 : i32
          %half_column = arith.muli %half, %c_half : i32
          %half_column64 = arith.extsi %half_column : i32 to i64
          %scale_array = arith.addi %half, %c1 : i32
          %slot_rows32 = arith.trunci %slot_rows : i64 to i32
          %scale_base = arith.muli %scale_array, %slot_rows32 : i32
          %request64 = arith.extsi %request : i32 to i64
          %request_row = arith.muli %request64, %rows64 : i64
          %tile_row = arith.addi %request_row, %row064 : i64
          %is_left = arith.cmpi eq, %half, %c0 : i32
          %several = arith.cmpi sle, %pieces, %c8 : i32
          scf.if %several {
${include decode_merge_rows}          } else {
${include decode_merge_pieces}          }
