          // Oᵀ = Oᵀ · shrink + Vᵀ·Pᵀ, 64 columns at a time, of f16. The own block comes first, whose weights only this warp group must have stored.
          // V of a product comes from shared memory while the one before becomes f16, and becomes f16 while that one's product runs. O is seldom
          // rescaled, and before products are under way: the barrier tells whether no row's maximum grew.
${include decode_e4m3_rescale_${levels}}          %w0${own} = mla_gpu.wgmma %v0${own}_ready, %p${own}${p_a_${half}} transpose_b plus %o0_shrunk : !v_16, !weights plus !o -> !o_pending
          // With the other block's weights comes that its values are there.
          mla_gpu.nbar.sync %p${other}_ready
${include decode_e4m3_ratio pair=a block=${other} group=${group_a}}          %v0${other} = mla_gpu.smem.load_transposed %k${other} from ${column0} : !latent -> !v
          %v1${own} = mla_gpu.smem.load_transposed %k${own} from ${column1} : !latent -> !v
${include decode_e4m3_product_f16 tile=0 block=${other} pair=a onto=w0${own} onto_type=o_pending}          mla_gpu.wgmma.commit
          %v1${other} = mla_gpu.smem.load_transposed %k${other} from ${column1} : !latent -> !v
${include decode_e4m3_product_f16 tile=1 block=${own} pair=a onto=o1_shrunk onto_type=o}          %v2${own} = mla_gpu.smem.load_transposed %k${own} from ${column2} : !latent -> !v
${include decode_e4m3_product_f16 tile=1 block=${other} pair=a onto=w1${own} onto_type=o_pending}          mla_gpu.wgmma.commit
          %o0_next = mla_gpu.wgmma.wait pending(1) %w0${other} : !o_pending -> !o
${include decode_e4m3_ratio pair=b block=${own} group=${group_b}}${include decode_e4m3_ratio pair=b block=${other} group=${group_b}}          %v2${other} = mla_gpu.smem.load_transposed %k${other} from ${column2} : !latent -> !v
${include decode_e4m3_product_f16 tile=2 block=${own} pair=b onto=o2_shrunk onto_type=o}          %v3${own} = mla_gpu.smem.load_transposed %k${own} from ${column3} : !latent -> !v
${include decode_e4m3_product_f16 tile=2 block=${other} pair=b onto=w2${own} onto_type=o_pending}          mla_gpu.wgmma.commit
          %o1_next = mla_gpu.wgmma.wait pending(1) %w1${other} : !o_pending -> !o
          %v3${other} = mla_gpu.smem.load_transposed %k${other} from ${column3} : !latent -> !v
${include decode_e4m3_product_f16 tile=3 block=${own} pair=b onto=o3_shrunk onto_type=o}${include decode_e4m3_product_f16 tile=3 block=${other} pair=b onto=w3${own} onto_type=o_pending}          mla_gpu.wgmma.commit
          // All warps have read V before one of them says so, and weights when their products are done.
          %o2_next, %o3_next = mla_gpu.wgmma.wait pending(0) %w2${other}, %w3${other} : !o_pending, !o_pending -> !o, !o
          mla_gpu.nbar.sync %${wg}_ready
          ${when frees=stage}
          mla_gpu.mbar.arrive %free
          ${end}
          ${when frees=step}
          mla_gpu.mbar.arrive %step_free
          ${end}
