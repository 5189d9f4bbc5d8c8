          // Of block %${block} of the request, where pages are not tiles: the first of its numbers in the block table.
          %${pages}_box = arith.muli %${block}, %c_boxes : i32
          %${pages}_first = arith.divui %${pages}_box, %c_page_boxes : i32
${include decode_pages pages=${pages} block=${pages}_first}