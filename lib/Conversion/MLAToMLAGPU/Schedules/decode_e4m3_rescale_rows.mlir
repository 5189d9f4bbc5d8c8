          // Whether no row's maximum grew, else O times what it shrinks by; decode_e4m3_values_f16.mlir includes it.
          %is_same = arith.cmpf oeq, %shrink, %one_row : !rowf
          %stays = mla_gpu.nbar.sync %${wg}_ready all %is_same : !rowb -> i1
          mla_gpu.mbar.arrive %scales_free${own}
          %o0_shrunk, %o1_shrunk, %o2_shrunk, %o3_shrunk = scf.if %stays -> (!o, !o, !o, !o) {
            scf.yield %o0, %o1, %o2, %o3 : !o, !o, !o, !o
          } else {
            %shrink_columns = mla_gpu.smem.load_columns %stat_shrink${own} paired : !stat -> !columns
            %o0_scaled = mla_gpu.column.scale %o0 by %shrink_columns : !o, !columns
            %o1_scaled = mla_gpu.column.scale %o1 by %shrink_columns : !o, !columns
            %o2_scaled = mla_gpu.column.scale %o2 by %shrink_columns : !o, !columns
            %o3_scaled = mla_gpu.column.scale %o3 by %shrink_columns : !o, !columns
            scf.yield %o0_scaled, %o1_scaled, %o2_scaled, %o3_scaled : !o, !o, !o, !o
          }
