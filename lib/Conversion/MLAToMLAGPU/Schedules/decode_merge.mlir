// Merge of the rows of one split request by a warp group: out = Σ_s w_s·unit_s·partial_s / Σ_s w_s with w_s = 2^(lse_s − max),
// lse = max + log2 Σ_s w_s. decode_meet.mlir and decode_meet_fixed.mlir include it behind decode_merge_before.mlir and the wait for what
// others have: the blocks of the `sharers` parts that share the request take the rows in turn, each warp group its half of the columns.
//
// Piece 0 of a request lies in slot 2·first + 1, piece s > 0 in slot 2·(first + s); with split_steps they lie one after the other
// (see `mla_gpu.items`). Where two parts share each step, half h of piece s lies in the slot of part min(first + 2·s + h, the last). A lane
// weighs one piece. Pieces are added in an order that follows from their number alone, so the result
// does not depend on timing. All time goes into waiting for memory, and into instructions of which a warp has no other to
// issue meanwhile. So a warp has rows in flight before it knows their weights, and takes few: eight pieces, of two rows or of one, or
// ${merge_in_flight} pieces of one row, which several warps share where it has more. Where there are fewer pieces or rows, the
// last is read again, with weight 0 or without being stored.
          scf.if %several {
${include decode_merge_rows}          } else {
${include decode_merge_pieces}          }
