          // What the first product of values takes is on its way before the barriers that it waits for; decode_e4m3_loop.mlir includes it.
          ${when scales=group}
${include decode_e4m3_ratios block=0}${include decode_e4m3_ratios block=1}          ${end}
${include decode_e4m3_ratio pair=a block=${own} group=${group_a}}          %v0${own} = mla_gpu.smem.load_transposed %k${own} from ${column0} : !latent -> !v
