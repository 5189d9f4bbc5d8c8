          %sum${tile} = mla_gpu.column.fma %o${tile} times %shrink_columns plus %u${tile} : !o, !columns
          %o${tile}_next = mla_gpu.materialize %sum${tile} : !o
