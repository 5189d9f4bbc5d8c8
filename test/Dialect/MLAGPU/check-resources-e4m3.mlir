// RUN: mla-opt %s --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-resources{print})))'

!latent = !mla_gpu.smem<64x512xf8E4M3FN, sw128>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!s = tensor<64x64xf32, #mla_gpu.layout<acc>>
!s_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!column = tensor<64xf32, #mla_gpu.layout<column>>
!column_16 = tensor<64xf16, #mla_gpu.layout<column>>

mla_gpu.program @p {
  // expected-remark @below {{mla-gpu-resources: 36872 bytes of shared memory, 1 mbarriers, 0 named barriers}}
  mla_gpu.kernel @bytes(%map: !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64> {mla_gpu.bind = #mla_gpu.binding<cache_map>})
      step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %p = mla_gpu.smem.alloc "p" : !p_smem
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    // An accumulator of 32, and two operands of 8, of which the tensor cores still read one.
    // expected-remark @below {{mla-gpu-resources: 48 registers of tensors per thread, budget 255}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %v = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %d = mla_gpu.wgmma %v, %p transpose_b : !v, !p_smem -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %next = mla_gpu.smem.load_transposed %k from 64 : !latent -> !v
      %o = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!o> -> !o
      %e = mla_gpu.wgmma %next, %p transpose_b plus %o : !v, !p_smem plus !o -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o2 = mla_gpu.wgmma.wait pending(0) %e : !mla_gpu.pending<!o> -> !o
    }
  }

  // expected-remark @below {{mla-gpu-resources: 0 bytes of shared memory, 0 mbarriers, 0 named barriers}}
  mla_gpu.kernel @quantized(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(128) {
    // An accumulator of 32 and one of 8.
    // expected-remark @below {{mla-gpu-resources: 40 registers of tensors per thread, budget 255}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %splat = mla_gpu.splat %x : f32 -> !s
      %s = math.exp2 %splat : !s
      %s_8 = mla_gpu.quantize %s : !s -> !s_8
      %t = math.exp2 %s : !s
      %back = mla_gpu.dequantize %s_8 : !s_8 -> !s
      %m = mla_gpu.row.max %t : !s -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }
  // expected-remark @below {{mla-gpu-resources: 256 bytes of shared memory, 0 mbarriers, 0 named barriers}}
  mla_gpu.kernel @factors(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    // An accumulator of 32, and four of the 16 factors that only the next op needs; where another op needs them too, all of them.
    // expected-remark @below {{mla-gpu-resources: 36 registers of tensors per thread, budget 255}}
    mla_gpu.role "once" warps(0 to 4) team(warp_group) {
      %splat = mla_gpu.splat %x : f32 -> !s
      %s = math.exp2 %splat : !s
      %f = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> !column
      %t = mla_gpu.column.scale %s by %f : !s, !column
      %m = mla_gpu.row.max %t : !s -> tensor<64xf32, #mla_gpu.layout<row>>
    }
    // expected-remark @below {{mla-gpu-resources: 48 registers of tensors per thread, budget 255}}
    mla_gpu.role "twice" warps(4 to 8) team(warp_group) {
      %splat = mla_gpu.splat %x : f32 -> !s
      %s = math.exp2 %splat : !s
      %f = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> !column
      %t = mla_gpu.column.scale %s by %f : !s, !column
      %u = mla_gpu.column.scale %t by %f : !s, !column
      %m = mla_gpu.row.max %u : !s -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }

  // expected-remark @below {{mla-gpu-resources: 41088 bytes of shared memory, 0 mbarriers, 0 named barriers}}
  mla_gpu.kernel @operand() step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %p = mla_gpu.smem.alloc "p" : !mla_gpu.smem<64x64xf16, sw128>
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf16>
    // An accumulator of 32, an operand of f16 of 16, which the tensor cores still read, and the next one: of e4m3, and its factors of f16, 8
    // each, then another 16.
    // expected-remark @below {{mla-gpu-resources: 64 registers of tensors per thread, budget 255}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %f_16 = mla_gpu.smem.load_columns %stat paired : !mla_gpu.smem<64xf16> -> !column_16
      %v = mla_gpu.smem.load_transposed %k from 0 : !latent -> !v
      %v_16 = mla_gpu.convert_operand %v by %f_16 : !v by !column_16 -> !v_16
      %d = mla_gpu.wgmma %v_16, %p transpose_b : !v_16, !mla_gpu.smem<64x64xf16, sw128> -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %next = mla_gpu.smem.load_transposed %k from 64 : !latent -> !v
      %next_16 = mla_gpu.convert_operand %next by %f_16 : !v by !column_16 -> !v_16
      %o = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!o> -> !o
      %e = mla_gpu.wgmma %next_16, %p transpose_b plus %o : !v_16, !mla_gpu.smem<64x64xf16, sw128> plus !o -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %o2 = mla_gpu.wgmma.wait pending(0) %e : !mla_gpu.pending<!o> -> !o
    }
  }
}
