          // What the first product of values takes is ready when the barriers that it waits for are passed; decode_e4m3_loop.mlir and decode_e4m3_few_loop.mlir include it.
          ${when ratios=1}
${include decode_e4m3_ratios block=0}${include decode_e4m3_ratios block=1}          ${end}
${include decode_e4m3_ratio pair=a block=${own} group=${group_a}}          %v0${own} = mla_gpu.smem.load_transposed %k${own} from ${column0} : !latent -> !v
${include decode_e4m3_convert_f16 tile=0 block=${own} pair=a}          %v0${own}_ready = mla_gpu.materialize %v0${own}_16 : !v_16
