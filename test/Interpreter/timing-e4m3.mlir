// RUN: mla-interpreter-test %s --timing | FileCheck %s
// RUN: mla-interpreter-test %s --timing --protocol-only | FileCheck %s

// Clocks of small kernels, by the figures of lib/Interpreter/Costs.h.

!latent = !mla_gpu.smem<64x128xf8E4M3FN, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!half = !mla_gpu.smem<64x64xf8E4M3FN, sw64>
!p_smem = !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
!stat = !mla_gpu.smem<64xf32>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!acc_8 = tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
!v = tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
!v_16 = tensor<64x64xf16, #mla_gpu.layout<a_paired>>
!o = tensor<64x64xf32, #mla_gpu.layout<acc_paired>>
!column = tensor<64xf32, #mla_gpu.layout<column>>
!column_16 = tensor<64xf16, #mla_gpu.layout<column>>
!few = tensor<64x16xf32, #mla_gpu.layout<acc>>
!few_columns = tensor<16xf32, #mla_gpu.layout<column>>

mla_gpu.program @p {
  // 128 columns of 8 bits are 4 instructions of 32 clocks: 128, and 40 to retire.
  // CHECK-LABEL: @shared
  // CHECK-NEXT: clocks: 168.0, tensor cores 76.2%
  mla_gpu.kernel @shared() step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !latent
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d = mla_gpu.wgmma %k, %k transpose_b : !latent, !latent -> !mla_gpu.pending<!acc>
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!acc> -> !acc
    }
  }

  // Two ldmatrix of each of four warps, 4 clocks each, and 8 permutations of 2: 48. The operand is there 30 later. Two
  // instructions of 32: 142, and 40 to retire.
  // CHECK-LABEL: @registers
  // CHECK-NEXT: clocks: 182.0, tensor cores 35.2%
  mla_gpu.kernel @registers() step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !latent
    %p = mla_gpu.smem.alloc "p" : !p_smem
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %v = mla_gpu.smem.load_transposed %k from 64 : !latent -> !v
      %d = mla_gpu.wgmma %v, %p transpose_b : !v, !p_smem -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!o> -> !o
    }
  }

  // 32 elements of a thread at 2 clocks: 64. Eight words of each of four warps, and 8: 40. Sixteen: 72.
  // CHECK-LABEL: @stores
  // CHECK-NEXT: clocks: 176.0
  mla_gpu.kernel @stores() step(other) grid(one, one) threads(128) {
    %p = mla_gpu.smem.alloc "p" : !p_smem
    %h = mla_gpu.smem.alloc "h" : !half
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !acc
      %x_8 = mla_gpu.quantize %x : !acc -> !acc_8
      mla_gpu.smem.store_tile %x_8, %p : !acc_8, !p_smem
      mla_gpu.smem.store_tile %x_8, %h : !acc_8, !half
    }
  }

  // Four ldmatrix of each of four warps, and 32 elements: 96.
  // CHECK-LABEL: @load_tile
  // CHECK-NEXT: clocks: 96.0
  mla_gpu.kernel @load_tile() step(other) grid(one, one) threads(128) {
    %t = mla_gpu.smem.alloc "t" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = mla_gpu.smem.load_tile %t : !tile -> !acc
    }
  }

  // Eight loads of each of four warps: 32, there at 62. 32 multiplications and as many additions: 126. Out: 16 packed
  // conversions, 16 words of each of four warps, and 8: 214.
  // CHECK-LABEL: @columns
  // CHECK-NEXT: clocks: 214.0
  mla_gpu.kernel @columns() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %t = mla_gpu.smem.alloc "t" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %f = mla_gpu.smem.load_columns %stat : !stat -> !column
      %o = arith.constant dense<1.0> : !o
      %scaled = mla_gpu.column.scale %o by %f : !o, !column
      %sum = mla_gpu.column.fma %scaled times %f plus %o : !o, !column
      mla_gpu.smem.store_transposed %sum, %t : !o, !tile
    }
  }

  // Four loads of each of four warps: 16, there at 46. 32 elements of e4m3 in 2 clocks
  // each, and 16 products of pairs: 126. Two instructions of 16 columns more than e4m3 has, 32 clocks each: 254, and 40 to retire.
  // CHECK-LABEL: @operand
  // CHECK-NEXT: clocks: 294.0
  mla_gpu.kernel @operand() step(other) grid(one, one) threads(128) {
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf16>
    %p = mla_gpu.smem.alloc "p" : !mla_gpu.smem<64x64xf16, sw128>
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %v = arith.constant dense<1.0> : !v
      %f_16 = mla_gpu.smem.load_columns %stat paired : !mla_gpu.smem<64xf16> -> !column_16
      %v_16 = mla_gpu.convert_operand %v by %f_16 : !v by !column_16 -> !v_16
      %d = mla_gpu.wgmma %v_16, %p transpose_b : !v_16, !mla_gpu.smem<64x64xf16, sw128> -> !mla_gpu.pending<!o>
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!o> -> !o
    }
  }

  // Without factors: 64.
  // CHECK-LABEL: @operand_exact
  // CHECK-NEXT: clocks: 64.0
  mla_gpu.kernel @operand_exact() step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %v = arith.constant dense<1.0> : !v
      %v_16 = mla_gpu.convert_operand %v : !v -> !v_16
    }
  }

  // Eight maxima of 4 clocks, three shuffles of 23 one behind the other, and 8: 109. Four loads of each of four warps: 125, there at 155. One warp's
  // stores: 8.
  // CHECK-LABEL: @parts
  // CHECK-NEXT: clocks: 163.0
  mla_gpu.kernel @parts() step(other) grid(one, one) threads(128) {
    %parts = mla_gpu.smem.alloc "parts" : !stat
    %loaded = mla_gpu.smem.alloc "loaded" : !stat
    %stat = mla_gpu.smem.alloc "stat" : !stat
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !few
      mla_gpu.smem.store_parts max %x, %parts : !few, !stat
      %max = mla_gpu.smem.load_parts max %loaded : !stat -> !few_columns
      mla_gpu.smem.store_columns %max, %stat : !few_columns, !stat
    }
  }

  // Of 64 rows of B the instruction takes 16: A's way from shared memory is longer, 20 clocks each of two, and 40 to retire.
  // CHECK-LABEL: @few_scores
  // CHECK-NEXT: clocks: 80.0
  mla_gpu.kernel @few_scores() step(other) grid(one, one) threads(128) {
    %k = mla_gpu.smem.alloc "k" : !half
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d = mla_gpu.wgmma %k, %k transpose_b : !half, !half -> !mla_gpu.pending<!few>
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !mla_gpu.pending<!few> -> !few
    }
  }
}
