          %u${tile} = mla_gpu.wgmma.wait pending(0) %w${tile} : !o_pending -> !o
          %shrink${tile} = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
          %sum${tile} = mla_gpu.column.fma %o${tile} times %shrink${tile} plus %u${tile} : !o, !columns
          %o${tile}_next = mla_gpu.materialize %sum${tile} : !o
