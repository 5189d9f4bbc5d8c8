          ${when pages=tile}
          mla_gpu.tma.load %${map}[%${page}, %${slot}, %${column}] to %${to} signal %${signal} : !${map_type} -> !${type}
          ${end}
          ${when pages=boxes}
          // Where pages are not tiles: box by box, each from a page of its own or its rows of a larger one. Past the end of the sequence page number
          // num_pages, which TMA reads as zeros without touching memory.
          scf.for %box = %c0 to %c_boxes step %c1 : i32 {
            %row_in_tile = arith.muli %box, %c_box_tokens : i32
            %first_box = arith.muli %${block}, %c_boxes : i32
            %box_in_request = arith.addi %first_box, %box : i32
            %box_token = arith.muli %box_in_request, %c_box_tokens : i32
            %entry_of_box = arith.divui %box_in_request, %c_page_boxes : i32
            %place_of_page = arith.subi %entry_of_box, %pages_first : i32
            %page_read = mla_gpu.lane.extract %pages[%place_of_page] : !lanes -> i32
            %exists = arith.cmpi slt, %box_token, %length : i32
            %page_of_box = arith.select %exists, %page_read, %num_pages : i32
            %box_in_page = arith.remui %box_in_request, %c_page_boxes : i32
            %row_in_page = arith.muli %box_in_page, %c_box_tokens : i32
            mla_gpu.tma.load %${map}[%page_of_box, %row_in_page, %${column}] to %${to} rows_from %row_in_tile signal %${signal} : !${map_type} -> !${type}
          }
          ${end}
