// Types of a seesaw schedule.
#acc = #mla_gpu.layout<acc>
#row = #mla_gpu.layout<row>
!element = ${element}
!map = !mla_gpu.tensor_map<1x64x64x${element}, sw128>
!cache_map = !mla_gpu.tensor_map<1x${box_tokens}x64x${element}, sw128>
!block = !mla_gpu.smem<64x${d_qk}x${product}, sw128>
!half = !mla_gpu.smem<64x${d_half}x${product}, sw128>
!quarter = !mla_gpu.smem<64x${d_quarter}x${product}, sw128>
!quarter_rope = !mla_gpu.smem<64x${d_quarter_rope}x${product}, sw128>
!latent = !mla_gpu.smem<64x${d_latent}x${product}, sw128>
!tile = !mla_gpu.smem<64x64x${product}, sw128>
!stat = !mla_gpu.smem<64xf32>
!o = tensor<64x${d_half}xf32, #acc>
!o_pending = !mla_gpu.pending<tensor<64x${d_half}xf32, #acc>>
!o_quarter = tensor<64x${d_quarter}xf32, #acc>
!o_quarter_pending = !mla_gpu.pending<tensor<64x${d_quarter}xf32, #acc>>
!o_quarter_partial = tensor<64x${d_quarter}xf16, #mla_gpu.layout<a_operand>>
!s = tensor<64x64xf32, #acc>
!s_pending = !mla_gpu.pending<tensor<64x64xf32, #acc>>
!p = tensor<64x64x${product}, #mla_gpu.layout<a_operand>>
!o_16 = tensor<64x${d_half}x${element}, #mla_gpu.layout<a_operand>>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!rowb = tensor<64xi1, #row>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
${when dequantize=1}
// What is stored, and in 16 bits; the queries as they are given.
!stored = tensor<64x64x${latent_type}, #mla_gpu.layout<chunk>>
!rope_stored = tensor<64x64x${rope_type}, #mla_gpu.layout<chunk>>
!tile_16 = tensor<64x64x${product}, #mla_gpu.layout<chunk>>
!chunk_row = tensor<64xf32, #mla_gpu.layout<chunk_row>>
!block_given = !mla_gpu.smem<64x${d_qk}x${element}, sw128>
!half_given = !mla_gpu.smem<64x${d_half}x${element}, sw128>
!tile_given = !mla_gpu.smem<64x64x${element}, sw128>
!p_given = tensor<64x64x${element}, #mla_gpu.layout<a_operand>>
!half_16 = tensor<64x${d_half}x${product}, #mla_gpu.layout<a_operand>>
${end}
