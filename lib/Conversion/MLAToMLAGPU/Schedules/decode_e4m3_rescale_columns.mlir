          // The same where every thread knows the levels of all rows, few as they are; decode_e4m3_values_f16.mlir includes it.
          %is_same = arith.cmpf oeq, %shrink, %one_level : !level
          %stays = mla_gpu.nbar.sync %${wg}_ready all %is_same : !level_mask -> i1
          ${when scales_by=warps}
          mla_gpu.mbar.arrive %scales_free${own}
          ${end}
          %o0_shrunk, %o1_shrunk, %o2_shrunk, %o3_shrunk = scf.if %stays -> (!o, !o, !o, !o) {
            scf.yield %o0, %o1, %o2, %o3 : !o, !o, !o, !o
          } else {
            %o0_scaled = mla_gpu.column.scale %o0 by %shrink : !o, !level
            %o1_scaled = mla_gpu.column.scale %o1 by %shrink : !o, !level
            %o2_scaled = mla_gpu.column.scale %o2 by %shrink : !o, !level
            %o3_scaled = mla_gpu.column.scale %o3 by %shrink : !o, !level
            scf.yield %o0_scaled, %o1_scaled, %o2_scaled, %o3_scaled : !o, !o, !o, !o
          }
