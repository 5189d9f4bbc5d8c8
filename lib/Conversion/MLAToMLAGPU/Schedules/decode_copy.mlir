          ${when pages=tile}
          mla_gpu.tma.load %${map}[%${page}, %${slot}, %${column}] to %${to} signal %${signal}${priority_${reads}} : !${map_type} -> !${type}
          ${end}
          ${when pages=boxes}
          // Where pages are not tiles: box by box, each from a page of its own or its rows of a larger one. Unrolled it would spill.
          scf.for %box = %c0 to %c_boxes step %c1 : i32 {
            %row_in_tile = arith.muli %box, %c_box_tokens : i32
            %lane_of_box = arith.addi %box, %${boxes_at} : i32
            %page_of_box = mla_gpu.lane.extract %pages[%lane_of_box] : !lanes -> i32
            %row_in_page = mla_gpu.lane.extract %page_rows[%lane_of_box] : !lanes -> i32
            mla_gpu.tma.load %${map}[%page_of_box, %row_in_page, %${column}] to %${to} rows_from %row_in_tile signal %${signal}${priority_${reads}} : !${map_type} -> !${type}
          } {mla_gpu.rolled}
          ${end}
