// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-resources{print})))'
// RUN: not mla-opt %s --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-resources{target=sm_70})))' 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: expected a target out of sm_90a{{.*}}, but got 'sm_70'

#acc = #mla_gpu.layout<acc>
!s = tensor<64x64xf32, #acc>
!i = tensor<64x64xi1, #acc>
!o = tensor<64x256xf32, #acc>
!p = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
!v = !mla_gpu.smem<64x256xbf16, sw128>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // expected-remark @below {{mla-gpu-resources: 8200 bytes of shared memory, 1 mbarriers, 2 named barriers}}
  mla_gpu.kernel @k(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !mla_gpu.smem<64x64xbf16, sw128>
    %full = mla_gpu.mbar.alloc "full" count(1)
    %a = mla_gpu.nbar.alloc "a" threads(256)
    %b = mla_gpu.nbar.alloc "b" threads(256)
    // A splat is one register; predicates are packed: 32 + 1 + 1.
    // expected-remark @below {{mla-gpu-resources: 34 registers of tensors per thread, budget 240}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) registers(240) {
      %c = arith.constant dense<1.0> : !s
      %splat = mla_gpu.splat %x : f32 -> !s
      %e = math.exp2 %c : !s
      %less = arith.cmpf olt, %e, %c : !s
      %chosen = arith.select %less, %e, %splat : !i, !s
      %max = mla_gpu.row.max %chosen : !s -> !rowf
    }
    // expected-remark @below {{mla-gpu-resources: 6 registers of tensors per thread, budget 255}}
    mla_gpu.role "warps" warps(4 to 8) team(each_warp) {
      %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      %wide = arith.extsi %lane : tensor<32xi32, #mla_gpu.layout<lane>> to tensor<32xi64, #mla_gpu.layout<lane>>
      %twice = arith.addi %wide, %wide : tensor<32xi64, #mla_gpu.layout<lane>>
      %thrice = arith.addi %twice, %wide : tensor<32xi64, #mla_gpu.layout<lane>>
      %zeroth = arith.muli %thrice, %twice : tensor<32xi64, #mla_gpu.layout<lane>>
      %first = arith.muli %zeroth, %wide : tensor<32xi64, #mla_gpu.layout<lane>>
    }
  }
  // A loop carries an accumulator in flight, and with it the fragment that the tensor cores still read: in the next
  // iteration, 128 + 16 registers beside the 64 of the new scores and their exponentials.
  // expected-remark @below {{mla-gpu-resources: 32768 bytes of shared memory, 0 mbarriers, 0 named barriers}}
  mla_gpu.kernel @carried(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(128) {
    %v = mla_gpu.smem.alloc "v" : !v
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-remark @below {{mla-gpu-resources: 208 registers of tensors per thread, budget 255}}
    mla_gpu.role "wg" warps(0 to 4) team(warp_group) {
      %zero = arith.constant dense<0.0> : !o
      %s_zero = arith.constant dense<0.0> : !s
      %start = mla_gpu.as_pending %zero : !o -> !mla_gpu.pending<!o>
      %end = scf.for %i = %c0 to %n step %c1 iter_args(%w = %start) -> (!mla_gpu.pending<!o>) : i32 {
        %a = math.exp2 %s_zero : !s
        %b = math.log2 %s_zero : !s
        %ab = arith.addf %a, %b : !s
        %p = mla_gpu.to_a_operand %ab : !s -> !p
        %o = mla_gpu.wgmma.wait pending(0) %w : !mla_gpu.pending<!o> -> !o
        %next = mla_gpu.wgmma %p, %v plus %o : !p, !v plus !o -> !mla_gpu.pending<!o>
        mla_gpu.wgmma.commit
        scf.yield %next : !mla_gpu.pending<!o>
      }
      %done = mla_gpu.wgmma.wait pending(0) %end : !mla_gpu.pending<!o> -> !o
    }
  }
}
