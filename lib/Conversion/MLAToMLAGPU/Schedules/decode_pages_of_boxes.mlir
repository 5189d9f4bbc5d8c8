          // Of the two blocks from %${block} of the request on, where pages are not tiles: each box's page, in the lanes; num_pages, which TMA reads as
          // zeros without touching memory, past the end of the sequence, whatever the block table has there. All of it in lanes, for warps that copy
          // have few registers.
${include decode_box_of_lane name=${pages} block=${block}}          %${pages}_token = arith.muli %${pages}_box, %${pages}_box_tokens : !lanes
          %${pages}_length = mla_gpu.splat %length : i32 -> !lanes
          %${pages}_exists = arith.cmpi slt, %${pages}_token, %${pages}_length : !lanes
          %${pages}_column = arith.divui %${pages}_box, %${pages}_page_boxes : !lanes
          %${pages}_columns = mla_gpu.splat %table_stride : i32 -> !lanes
          %${pages}_fits = arith.cmpi ult, %${pages}_column, %${pages}_columns : !lanes
          %${pages}_known = arith.andi %${pages}_exists, %${pages}_fits : tensor<32xi1, #mla_gpu.layout<lane>>
          %${pages}_row = mla_gpu.splat %table_row : i64 -> tensor<32xi64, #mla_gpu.layout<lane>>
          %${pages}_column64 = arith.extui %${pages}_column : !lanes to tensor<32xi64, #mla_gpu.layout<lane>>
          %${pages}_entry = arith.addi %${pages}_row, %${pages}_column64 : tensor<32xi64, #mla_gpu.layout<lane>>
          %${pages}_read = mla_gpu.global.gather_lanes %table[%${pages}_entry] where %${pages}_known
              : !mla_gpu.ptr<i32>, tensor<32xi64, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>> -> !lanes
          %${pages}_none = mla_gpu.splat %num_pages : i32 -> !lanes
          %${pages} = arith.select %${pages}_known, %${pages}_read, %${pages}_none : tensor<32xi1, #mla_gpu.layout<lane>>, !lanes
