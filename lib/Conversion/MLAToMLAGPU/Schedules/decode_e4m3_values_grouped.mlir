          // Oᵀ = Oᵀ · shrink + Vᵀ·Pᵀ, 64 columns at a time, as in decode_e4m3_values_one.mlir, each with the weights of its group; own block first. While a tile of weights is
          // held, no registers are left for the factors: they are read anew.
          mla_gpu.nbar.sync %${wg}_ready
          %v0${own} = mla_gpu.smem.load_transposed %k${own} from ${column0} : !latent -> !v
          %w0_own = mla_gpu.wgmma %v0${own}, %p${own}_near transpose_b : !v, !weights -> !o_pending
          // With the other block's weights comes that its values are there.
          mla_gpu.nbar.sync %p${other}_ready
          %v0${other} = mla_gpu.smem.load_transposed %k${other} from ${column0} : !latent -> !v
          %w0 = mla_gpu.wgmma %v0${other}, %p${other}_far transpose_b plus %w0_own : !v, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
          %u0 = mla_gpu.wgmma.wait pending(0) %w0 : !o_pending -> !o
          %shrink_columns_0 = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
          %sum0 = mla_gpu.column.fma %o0 times %shrink_columns_0 plus %u0 : !o, !columns
          %o0_next = mla_gpu.materialize %sum0 : !o
          %v1${own} = mla_gpu.smem.load_transposed %k${own} from ${column1} : !latent -> !v
          %v1${other} = mla_gpu.smem.load_transposed %k${other} from ${column1} : !latent -> !v
          %w1_own = mla_gpu.wgmma %v1${own}, %p${own}_near transpose_b : !v, !weights -> !o_pending
          %w1 = mla_gpu.wgmma %v1${other}, %p${other}_far transpose_b plus %w1_own : !v, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
          %u1 = mla_gpu.wgmma.wait pending(0) %w1 : !o_pending -> !o
          %shrink_columns_1 = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
          %sum1 = mla_gpu.column.fma %o1 times %shrink_columns_1 plus %u1 : !o, !columns
          %o1_next = mla_gpu.materialize %sum1 : !o
          // The weights for the first group are done with, and those that the other warp group's second waits for take their place.
          mla_gpu.nbar.sync %${wg}_ready
          mla_gpu.smem.store_tile %p_8_${far_b}, %p${own}_near : !s_8, !weights
          mla_gpu.fence.async
          %shrink_columns = mla_gpu.smem.load_columns %stat_shrink : !stat -> !columns
          %v2${own} = mla_gpu.smem.load_transposed %k${own} from ${column2} : !latent -> !v
          %v2${other} = mla_gpu.smem.load_transposed %k${other} from ${column2} : !latent -> !v
          %w2_own = mla_gpu.wgmma %v2${own}, %p${own} transpose_b : !v, !weights -> !o_pending
          mla_gpu.nbar.sync %rest_ready
          %w2 = mla_gpu.wgmma %v2${other}, %p${other}_near transpose_b plus %w2_own : !v, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
          %u2 = mla_gpu.wgmma.wait pending(0) %w2 : !o_pending -> !o
${include decode_e4m3_sum tile=2}          %v3${own} = mla_gpu.smem.load_transposed %k${own} from ${column3} : !latent -> !v
          %v3${other} = mla_gpu.smem.load_transposed %k${other} from ${column3} : !latent -> !v
          %w3_own = mla_gpu.wgmma %v3${own}, %p${own} transpose_b : !v, !weights -> !o_pending
          %w3 = mla_gpu.wgmma %v3${other}, %p${other}_near transpose_b plus %w3_own : !v, !weights plus !o_pending -> !o_pending
          mla_gpu.wgmma.commit
          // All warps have read V before one of them says so.
          mla_gpu.nbar.sync %${wg}_ready
          %u3 = mla_gpu.wgmma.wait pending(0) %w3 : !o_pending -> !o
${include decode_e4m3_sum tile=3}          mla_gpu.mbar.arrive %step_free
