// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

!acc = tensor<64x8xf32, #mla_gpu.layout<acc>>
!a = tensor<64x16xf16, #mla_gpu.layout<a_operand>>
!acc16 = tensor<64x16xf32, #mla_gpu.layout<acc>>
!rowf = tensor<64xf32, #mla_gpu.layout<row>>
!rowi = tensor<64xi32, #mla_gpu.layout<row>>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!stat = !mla_gpu.smem<64xf32>
!stati = !mla_gpu.smem<64xi32>

mla_gpu.program @p {
  // Rows of different values come from an index; columns from the mask.
  mla_gpu.kernel @rows(
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<10x64xf32>, test.print = 5},
      %tile: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<4x10xf32>, test.print = 10},
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>, test.buffer = dense<-1> : tensor<1x8xi32>, test.print = 8})
      step(other) grid(one, one) threads(256) {
    %stat = mla_gpu.smem.alloc "stat" : !stat
    %stati = mla_gpu.smem.alloc "stati" : !stati
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c64 = arith.constant 64 : i32
      %c3 = arith.constant 3 : i32
      %c5 = arith.constant 5 : i32
      %true = arith.constant true
      %false = arith.constant false
      %two = arith.constant 2.0 : f32
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 64 : i64
      %i2 = arith.constant 128 : i64
      %i3 = arith.constant 192 : i64
      %i4 = arith.constant 256 : i64
      %i5 = arith.constant 320 : i64
      %i6 = arith.constant 384 : i64
      %i7 = arith.constant 448 : i64
      %i8 = arith.constant 512 : i64
      // CHECK: scratch:
      // CHECK-NEXT: {{^}}  0, 1, 2, 3, 4
      %row = mla_gpu.row.index : !rowi
      %rowf = arith.sitofp %row : !rowi to !rowf
      mla_gpu.global.store_rows %rowf, %out[%i0] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // Four rows only.
      // CHECK-NEXT: {{^}}  2, 2, 2, 0, 0
      %twos = mla_gpu.splat %two : f32 -> !acc
      %twos_max = mla_gpu.row.max %twos : !acc -> !rowf
      mla_gpu.global.store_rows %twos_max, %out[%i1] valid %c3 : !rowf, !mla_gpu.ptr<f32>
      // 2·row in each of eight columns, then −inf from column row − 1 on (the first column is token 1).
      // CHECK-NEXT: {{^}}  -inf, -inf, 4, 6, 8
      %scaled = mla_gpu.row.scale %twos by %rowf : !acc, !rowf -> !acc
      %c1 = arith.constant 1 : i32
      %masked = mla_gpu.mask %scaled from %c1 border %row if %true : !acc, !rowi -> !acc
      %unmasked = mla_gpu.mask %scaled from %c1 border %row if %false : !acc, !rowi -> !acc
      %max = mla_gpu.row.max %masked : !acc -> !rowf
      mla_gpu.global.store_rows %max, %out[%i2] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // 8 · 2·row, halved by row.scale of the partial sum.
      // CHECK-NEXT: {{^}}  0, 8, 16, 24, 32
      %half = arith.constant dense<0.5> : !rowf
      %partial = mla_gpu.row.sum %unmasked : !acc -> !sum
      %partial_half = mla_gpu.row.scale %partial by %half : !sum, !rowf -> !sum
      %total = mla_gpu.row.reduce %partial_half : !sum -> !rowf
      mla_gpu.global.store_rows %total, %out[%i3] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // A partial sum of 1 in each of the four lanes of a row, twice.
      // CHECK-NEXT: {{^}}  8, 8, 8, 8, 8
      %one_partial = arith.constant dense<1.0> : !sum
      %one = arith.constant 1.0 : f32
      %one_splat = mla_gpu.splat %one : f32 -> !sum
      %two_partial = arith.addf %one_partial, %one_splat : !sum
      %eight = mla_gpu.row.reduce %two_partial : !sum -> !rowf
      mla_gpu.global.store_rows %eight, %out[%i4] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // Raised only where the candidate exceeds the running maximum by more than 2.
      // CHECK-NEXT: {{^}}  1, 1, 1, 1, 4
      %ones = arith.constant dense<1.0> : !rowf
      %two_row = arith.constant dense<2.0> : !rowf
      %raised = mla_gpu.row.raise_max %ones, %rowf by %two_row : !rowf
      mla_gpu.global.store_rows %raised, %out[%i5] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // 2^(2·row·2 − 1); 2^−inf = 0, and subnormal results are 0.
      // CHECK-NEXT: {{^}}  0.5, 8, 128, 2048, 32768
      %exp = mla_gpu.exp2_fma %scaled times %two minus %ones : !acc, !rowf -> !acc
      %exp_max = mla_gpu.row.max %exp : !acc -> !rowf
      mla_gpu.global.store_rows %exp_max, %out[%i6] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // CHECK-NEXT: {{^}}  0, 0, 128, 4096, 98304
      %exp_masked = mla_gpu.exp2_fma %masked times %two minus %ones : !acc, !rowf -> !acc
      %exp_sum = mla_gpu.row.sum %exp_masked : !acc -> !sum
      %exp_total = mla_gpu.row.reduce %exp_sum : !sum -> !rowf
      mla_gpu.global.store_rows %exp_total, %out[%i7] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // CHECK-NEXT: {{^}}  0, 0, 0, 0, 0
      %half_scalar = arith.constant 0.5 : f32
      %deep = arith.constant dense<127.5> : !rowf
      %minus_twos = arith.negf %twos : !acc
      %zero_sum = mla_gpu.row.scale %minus_twos by %half : !acc, !rowf -> !acc
      %tiny = mla_gpu.exp2_fma %zero_sum times %half_scalar minus %deep : !acc, !rowf -> !acc
      %tiny_max = mla_gpu.row.max %tiny : !acc -> !rowf
      mla_gpu.global.store_rows %tiny_max, %out[%i8] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // Of −2 in each of eight columns.
      // CHECK-NEXT: {{^}}  16, 16, 16, 16, 16
      %i9 = arith.constant 576 : i64
      %magnitudes = mla_gpu.row.sum %minus_twos magnitude : !acc -> !sum
      %sixteen = mla_gpu.row.reduce %magnitudes : !sum -> !rowf
      mla_gpu.global.store_rows %sixteen, %out[%i9] valid %c64 : !rowf, !mla_gpu.ptr<f32>
      // CHECK-NEXT: lse:
      // CHECK-NEXT: {{^}}  -1, -1, 0, 0, 0, 0, 0, 0, 0, 0
      // CHECK-NEXT: {{^}}  -1, -1, 2, 2, 2, 2, 2, 2, 2, 2
      // CHECK-NEXT: {{^}}  -1, -1, 4, 4, 4, 4, 4, 4, 4, 4
      // CHECK-NEXT: {{^}}  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
      %t2 = arith.constant 2 : i64
      mla_gpu.global.store_tile %scaled, %tile[%t2] row_stride 10 valid %c3 : !acc, !mla_gpu.ptr<f32>
      // Rows go to the other warp group.
      mla_gpu.smem.store_rows %rowf, %stat : !rowf, !stat
      mla_gpu.smem.store_rows %row, %stati : !rowi, !stati
      mla_gpu.nbar.sync %ready
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
      %reals = mla_gpu.smem.load_rows %stat : !stat -> !rowf
      %integers = mla_gpu.smem.load_rows %stati : !stati -> !rowi
      %converted = arith.fptosi %reals : !rowf to !rowi
      %sum = arith.addi %converted, %integers : !rowi
      // CHECK-NEXT: parts:
      // CHECK-NEXT: {{^}}  0, 2, 4, 6, 8, -1, -1, -1
      %i0 = arith.constant 0 : i64
      %c5 = arith.constant 5 : i32
      mla_gpu.global.store_rows %sum, %parts[%i0] valid %c5 : !rowi, !mla_gpu.ptr<i32>
    }
  }

  // A quarter of a turn a position: cos and sin of row r are 1, 0; 0, 1; −1, 0; 0, −1, exactly but for 2^-24. All elements
  // are 1, so the first of a pair is 1, −1, −1, 1 times the magnitude.
  mla_gpu.kernel @rotate(
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<4x16xf32>, test.print = 16},
      %other: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<0.0> : tensor<4x16xf32>, test.print = 16})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %one = arith.constant dense<1.0> : !acc16
      %start = arith.constant 0 : i64
      %c4 = arith.constant 4 : i32
      // CHECK: scratch:
      // CHECK-NEXT: {{^}}  2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2
      // CHECK-NEXT: {{^}}  -2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2
      // CHECK-NEXT: {{^}}  -2, -2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2
      // CHECK-NEXT: {{^}}  2, -2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2
      %neighbours = mla_gpu.rotate %one at %row by <interleaved = true, magnitude = 2.0 : f64,
          turns = [4611686018427387904, 0, 0, 0, 0, 0, 0, 0]> : !acc16, !rowi
      mla_gpu.global.store_tile %neighbours, %out[%start] row_stride 16 valid %c4 : !acc16, !mla_gpu.ptr<f32>
      // Backwards, below position 0: row r turns by r − 4 quarters, pairs are columns i and i + 8.
      // CHECK-NEXT: lse:
      // CHECK-NEXT: {{^}}  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
      // CHECK-NEXT: {{^}}  1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
      // CHECK-NEXT: {{^}}  1, -1, 1, 1, 1, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1, 1
      // CHECK-NEXT: {{^}}  1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1, 1
      %fours = arith.constant dense<4> : !rowi
      %before = arith.subi %row, %fours : !rowi
      %halves = mla_gpu.rotate %one at %before by <interleaved = false, magnitude = 1.0 : f64,
          turns = [0, 4611686018427387904, 0, 0, 0, 0, 0, 0]> : !acc16, !rowi
      mla_gpu.global.store_tile %halves, %other[%start] row_stride 16 valid %c4 : !acc16, !mla_gpu.ptr<f32>
    }
  }

  // What lies behind the pairs stays as it is: halves of the first 16 columns, i and i + 8, and neighbours of the first 8.
  mla_gpu.kernel @rotate_first(
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<2x32xf32>, test.print = 32},
      %other: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<0.0> : tensor<2x16xf32>, test.print = 16})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %row = mla_gpu.row.index : !rowi
      %start = arith.constant 0 : i64
      %c2 = arith.constant 2 : i32
      // CHECK: scratch:
      // CHECK-NEXT: {{^}}  2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
      // CHECK-NEXT: {{^}}  2, 2, 2, 2, 2, 2, 2, -2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
      %one = arith.constant dense<1.0> : tensor<64x32xf32, #mla_gpu.layout<acc>>
      %halves = mla_gpu.rotate %one at %row by <interleaved = false, magnitude = 2.0 : f64,
          turns = [0, 0, 0, 0, 0, 0, 0, 4611686018427387904]> : tensor<64x32xf32, #mla_gpu.layout<acc>>, !rowi
      mla_gpu.global.store_tile %halves, %out[%start] row_stride 32 valid %c2 : tensor<64x32xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<f32>
      // CHECK-NEXT: lse:
      // CHECK-NEXT: {{^}}  2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1
      // CHECK-NEXT: {{^}}  2, 2, 2, 2, 2, 2, -2, 2, 1, 1, 1, 1, 1, 1, 1, 1
      %one16 = arith.constant dense<1.0> : !acc16
      %neighbours = mla_gpu.rotate %one16 at %row by <interleaved = true, magnitude = 2.0 : f64,
          turns = [0, 0, 0, 4611686018427387904]> : !acc16, !rowi
      mla_gpu.global.store_tile %neighbours, %other[%start] row_stride 16 valid %c2 : !acc16, !mla_gpu.ptr<f32>
    }
  }
}
