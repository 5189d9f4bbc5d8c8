          // The weights of block ${own} relative to %m_next, and zeros where they meet no token; decode_e4m3_loop.mlir and
          // decode_e4m3_half_columns.mlir include it.
          ${when own_scales=0}
          %p0 = mla_gpu.smem.view %rope0 tiles(0 to 1) : !rope -> !weights
          %p1 = mla_gpu.smem.view %rope1 tiles(0 to 1) : !rope -> !weights
          ${end}
          // P, its largest value 2⁸, in one or two terms. The sum is that of the rounded weights, if they are rounded to one
          // term: where many weights are about equal, their common error cancels.
          %shift = arith.subf %m_next, %p_range : !rowf
          ${when x=log2}
          %p = mla_gpu.exp2_fma %x times %unity minus %shift : !s, !rowf -> !s
          ${end}
          ${when x=products}
          %p = mla_gpu.exp2_fma %x times %unit_to_log2 minus %shift : !s, !rowf -> !s
          ${end}
          ${when own_scales=0}
          %p_8 = mla_gpu.quantize %p : !s -> !s_8
          ${end}
          ${when x=weighted}
          // What tokens count for; their weights are that by the inverse of their largest scale.
          %pw = mla_gpu.exp2_fma %x times %unity minus %shift : !s, !rowf -> !s
          %inverse_columns = mla_gpu.smem.load_columns %stat_inverse${own} paired : !stat -> !columns
          %p_sum = mla_gpu.row.sum %pw by %inverse_columns : !s, !columns -> !sum
          %w_sum = mla_gpu.row.sum %pw : !s -> !sum
          ${end}
          ${when sums=three}
          %p_8 = mla_gpu.quantize %pw : !s -> !s_8
          ${end}
          ${when values=f16}
          %p_16 = mla_gpu.to_a_operand %pw : !s -> !p_16
          mla_gpu.smem.store_tile %p_16, %p${own} anew : !p_16, !weights
          mla_gpu.fence.async
          ${end}
          ${when values=e4m3}
          mla_gpu.smem.store_tile %p_8, %p${own} : !s_8, !weights
          ${end}
          ${when sums=three}
          %n_sum = mla_gpu.row.sum %p_8 : !s_8 -> !sum
          ${end}
          ${when sums=rounded}
          %p_sum = mla_gpu.row.sum %p_8 : !s_8 -> !sum
          ${end}
          ${when terms=two}
          %p_rest_8 = mla_gpu.quantize %p less %p_8 : !s less !s_8 -> !s_8
          mla_gpu.smem.store_tile %p_rest_8, %p${own}_rest : !s_8, !weights
          %p_sum = mla_gpu.row.sum %p : !s -> !sum
          ${end}
${include decode_e4m3_ragged}