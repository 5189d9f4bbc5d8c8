                // Of the pieces that the lanes of %${piece} weigh: whether there are such, and where they begin, in rows; after decode_merge_before.mlir.
                // One that does not exist is the last again.
                %exists_${v} = arith.cmpi sle, %${piece}, %last_lanes : !lanes
                %piece_${v} = arith.minsi %${piece}, %last_lanes : !lanes
                ${when halves=0}
                %piece_part_${v} = arith.addi %first_lanes, %piece_${v} : !lanes
                ${end}
                ${when halves=1}
                // Where two parts share a step, the part that has this half of its columns.
                %left_part_${v} = arith.muli %piece_${v}, %twos : !lanes
                %half_part_raw_${v} = arith.addi %left_part_${v}, %half_lanes : !lanes
                %half_part_${v} = arith.minsi %half_part_raw_${v}, %last_sharer_lanes : !lanes
                %own_part_${v} = arith.select %by_columns_lanes, %half_part_${v}, %piece_${v} : !mask, !lanes
                %piece_part_${v} = arith.addi %first_lanes, %own_part_${v} : !lanes
                ${end}
                ${when pieces=free}
                %twice_${v} = arith.muli %piece_part_${v}, %twos : !lanes
                %is_first_${v} = arith.cmpi eq, %piece_part_${v}, %first_lanes : !lanes
                %odd_${v} = arith.extui %is_first_${v} : !mask to !lanes
                %slot_${v} = arith.addi %twice_${v}, %odd_${v} : !lanes
                %slot_row_${v} = arith.muli %slot_${v}, %rows_lanes : !lanes
                ${end}
                ${when pieces=fixed}
                %slot_row_${v} = arith.muli %piece_part_${v}, %rows_lanes : !lanes
                ${end}
                %begin_${v} = arith.addi %slot_row_${v}, %row0_lanes : !lanes
