// RUN: mla-interpreter-test %s | FileCheck %s

// What arith and math compute, lane by lane; only the first lanes are looked at.

#lane = #mla_gpu.layout<lane>
!i = tensor<32xi32, #lane>
!l = tensor<32xi64, #lane>
!b = tensor<32xi1, #lane>
!f = tensor<32xf32, #lane>

mla_gpu.program @arith {
  // CHECK-LABEL: @integers
  mla_gpu.kernel @integers(
      %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0> : tensor<30x32xi32>, test.print = 6},
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>,
        test.buffer = dense<[7, -7, 2147483647, -2147483648, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]> : tensor<32xi32>},
      %table: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<block_table>,
        test.buffer = dense<[2, 2, 1, 3, 5, 31, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]> : tensor<32xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %a = mla_gpu.global.load_lanes %lens[%c0] : !mla_gpu.ptr<i32> -> !i
      %b = mla_gpu.global.load_lanes %table[%c0] : !mla_gpu.ptr<i32> -> !i
      %o0 = arith.constant 0 : i64
      // CHECK: 9, -5, -2147483648, -2147483645, 5, 32
      %r0 = arith.addi %a, %b : !i
      mla_gpu.global.store_lanes %r0, %out[%o0] : !i, !mla_gpu.ptr<i32>
      %o1 = arith.constant 32 : i64
      // CHECK-NEXT: 5, -9, 2147483646, 2147483645, -5, -30
      %r1 = arith.subi %a, %b : !i
      mla_gpu.global.store_lanes %r1, %out[%o1] : !i, !mla_gpu.ptr<i32>
      %o2 = arith.constant 64 : i64
      // CHECK-NEXT: 14, -14, 2147483647, -2147483648, 0, 31
      %r2 = arith.muli %a, %b : !i
      mla_gpu.global.store_lanes %r2, %out[%o2] : !i, !mla_gpu.ptr<i32>
      %o3 = arith.constant 96 : i64
      // CHECK-NEXT: 3, -3, 2147483647, -715827882, 0, 0
      %r3 = arith.divsi %a, %b : !i
      mla_gpu.global.store_lanes %r3, %out[%o3] : !i, !mla_gpu.ptr<i32>
      %o4 = arith.constant 128 : i64
      // CHECK-NEXT: 3, 2147483644, 2147483647, 715827882, 0, 0
      %r4 = arith.divui %a, %b : !i
      mla_gpu.global.store_lanes %r4, %out[%o4] : !i, !mla_gpu.ptr<i32>
      %o5 = arith.constant 160 : i64
      // CHECK-NEXT: 4, -3, 2147483647, -715827882, 0, 1
      %r5 = arith.ceildivsi %a, %b : !i
      mla_gpu.global.store_lanes %r5, %out[%o5] : !i, !mla_gpu.ptr<i32>
      %o6 = arith.constant 192 : i64
      // CHECK-NEXT: 3, -4, 2147483647, -715827883, 0, 0
      %r6 = arith.floordivsi %a, %b : !i
      mla_gpu.global.store_lanes %r6, %out[%o6] : !i, !mla_gpu.ptr<i32>
      %o7 = arith.constant 224 : i64
      // CHECK-NEXT: 4, 2147483645, 2147483647, 715827883, 0, 1
      %r7 = arith.ceildivui %a, %b : !i
      mla_gpu.global.store_lanes %r7, %out[%o7] : !i, !mla_gpu.ptr<i32>
      %o8 = arith.constant 256 : i64
      // CHECK-NEXT: 1, -1, 0, -2, 0, 1
      %r8 = arith.remsi %a, %b : !i
      mla_gpu.global.store_lanes %r8, %out[%o8] : !i, !mla_gpu.ptr<i32>
      %o9 = arith.constant 288 : i64
      // CHECK-NEXT: 1, 1, 0, 2, 0, 1
      %r9 = arith.remui %a, %b : !i
      mla_gpu.global.store_lanes %r9, %out[%o9] : !i, !mla_gpu.ptr<i32>
      %o10 = arith.constant 320 : i64
      // CHECK-NEXT: 2, 0, 1, 0, 0, 1
      %r10 = arith.andi %a, %b : !i
      mla_gpu.global.store_lanes %r10, %out[%o10] : !i, !mla_gpu.ptr<i32>
      %o11 = arith.constant 352 : i64
      // CHECK-NEXT: 7, -5, 2147483647, -2147483645, 5, 31
      %r11 = arith.ori %a, %b : !i
      mla_gpu.global.store_lanes %r11, %out[%o11] : !i, !mla_gpu.ptr<i32>
      %o12 = arith.constant 384 : i64
      // CHECK-NEXT: 5, -5, 2147483646, -2147483645, 5, 30
      %r12 = arith.xori %a, %b : !i
      mla_gpu.global.store_lanes %r12, %out[%o12] : !i, !mla_gpu.ptr<i32>
      %o13 = arith.constant 416 : i64
      // CHECK-NEXT: 28, -28, -2, 0, 0, -2147483648
      %r13 = arith.shli %a, %b : !i
      mla_gpu.global.store_lanes %r13, %out[%o13] : !i, !mla_gpu.ptr<i32>
      %o14 = arith.constant 448 : i64
      // CHECK-NEXT: 1, -2, 1073741823, -268435456, 0, 0
      %r14 = arith.shrsi %a, %b : !i
      mla_gpu.global.store_lanes %r14, %out[%o14] : !i, !mla_gpu.ptr<i32>
      %o15 = arith.constant 480 : i64
      // CHECK-NEXT: 1, 1073741822, 1073741823, 268435456, 0, 0
      %r15 = arith.shrui %a, %b : !i
      mla_gpu.global.store_lanes %r15, %out[%o15] : !i, !mla_gpu.ptr<i32>
      %o16 = arith.constant 512 : i64
      // CHECK-NEXT: 7, 2, 2147483647, 3, 5, 31
      %r16 = arith.maxsi %a, %b : !i
      mla_gpu.global.store_lanes %r16, %out[%o16] : !i, !mla_gpu.ptr<i32>
      %o17 = arith.constant 544 : i64
      // CHECK-NEXT: 2, -7, 1, -2147483648, 0, 1
      %r17 = arith.minsi %a, %b : !i
      mla_gpu.global.store_lanes %r17, %out[%o17] : !i, !mla_gpu.ptr<i32>
      %o18 = arith.constant 576 : i64
      // CHECK-NEXT: 7, -7, 2147483647, -2147483648, 5, 31
      %r18 = arith.maxui %a, %b : !i
      mla_gpu.global.store_lanes %r18, %out[%o18] : !i, !mla_gpu.ptr<i32>
      %o19 = arith.constant 608 : i64
      // CHECK-NEXT: 2, 2, 1, 3, 0, 1
      %r19 = arith.minui %a, %b : !i
      mla_gpu.global.store_lanes %r19, %out[%o19] : !i, !mla_gpu.ptr<i32>
      %o20 = arith.constant 640 : i64
      // CHECK-NEXT: 0, -1, 0, -1, -1, -1
      %less = arith.cmpi slt, %a, %b : !i
      %r20 = arith.extsi %less : !b to !i
      mla_gpu.global.store_lanes %r20, %out[%o20] : !i, !mla_gpu.ptr<i32>
      %o21 = arith.constant 672 : i64
      // CHECK-NEXT: 0, 0, 0, 0, 1, 1
      %below = arith.cmpi ult, %a, %b : !i
      %r21 = arith.extui %below : !b to !i
      mla_gpu.global.store_lanes %r21, %out[%o21] : !i, !mla_gpu.ptr<i32>
      %o22 = arith.constant 704 : i64
      // CHECK-NEXT: 7, 2, 2147483647, 3, 5, 31
      %r22 = arith.select %less, %b, %a : !b, !i
      mla_gpu.global.store_lanes %r22, %out[%o22] : !i, !mla_gpu.ptr<i32>
      %o23 = arith.constant 736 : i64
      // CHECK-NEXT: 49, 49, 1, 0, 0, 1
      %wide = arith.extsi %a : !i to !l
      %square = arith.muli %wide, %wide : !l
      %r23 = arith.trunci %square : !l to !i
      mla_gpu.global.store_lanes %r23, %out[%o23] : !i, !mla_gpu.ptr<i32>
      %o24 = arith.constant 768 : i64
      // CHECK-NEXT: 0, 0, 1073741823, 1073741824, 0, 0
      %c32 = arith.constant dense<32> : !l
      %high = arith.shrui %square, %c32 : !l
      %r24 = arith.trunci %high : !l to !i
      mla_gpu.global.store_lanes %r24, %out[%o24] : !i, !mla_gpu.ptr<i32>
      %o25 = arith.constant 800 : i64
      // CHECK-NEXT: 7, -7, 2147483520, -2147483648, 0, 1
      %real = arith.sitofp %a : !i to !f
      %limit = arith.constant dense<2147483520.0> : !f
      %clamped = arith.minnumf %real, %limit : !f
      %r25 = arith.fptosi %clamped : !f to !i
      mla_gpu.global.store_lanes %r25, %out[%o25] : !i, !mla_gpu.ptr<i32>
      %o26 = arith.constant 832 : i64
      // CHECK-NEXT: 7, -256, -2147483648, -2147483648, 0, 1
      %unsigned = arith.uitofp %a : !i to !f
      %most = arith.constant dense<4294967040.0> : !f
      %clamped_unsigned = arith.minnumf %unsigned, %most : !f
      %r26 = arith.fptoui %clamped_unsigned : !f to !i
      mla_gpu.global.store_lanes %r26, %out[%o26] : !i, !mla_gpu.ptr<i32>
      %o27 = arith.constant 864 : i64
      // CHECK-NEXT: 1, 0, 1, 0, 1, 1
      %zero = arith.constant dense<0> : !i
      %not_negative = arith.cmpi sge, %a, %zero : !i
      %true = arith.constant dense<true> : !b
      %sum = arith.andi %not_negative, %true : !b
      %r27 = arith.extui %sum : !b to !i
      mla_gpu.global.store_lanes %r27, %out[%o27] : !i, !mla_gpu.ptr<i32>
      %o28 = arith.constant 896 : i64
      // CHECK-NEXT: 1088421888, -1059061760, 1325400064, -822083584, 0, 1065353216
      %r28 = arith.bitcast %real : !f to !i
      mla_gpu.global.store_lanes %r28, %out[%o28] : !i, !mla_gpu.ptr<i32>
      %o29 = arith.constant 928 : i64
      // CHECK-NEXT: 7, -7, 2147483520, -2147483648, 0, 1
      %back = arith.bitcast %r28 : !i to !f
      %back_clamped = arith.minnumf %back, %limit : !f
      %r29 = arith.fptosi %back_clamped : !f to !i
      mla_gpu.global.store_lanes %r29, %out[%o29] : !i, !mla_gpu.ptr<i32>
    }
  }

  // CHECK-LABEL: @reals
  mla_gpu.kernel @reals(
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<0.0> : tensor<22x32xf32>, test.print = 5},
      %x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>,
        test.buffer = dense<[2.0, -1.5, 0.0, 0x7F800000, 0x7FC00000, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<32xf32>},
      %y: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>,
        test.buffer = dense<[4.0, 0.5, -0.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]> : tensor<32xf32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %a = mla_gpu.global.load_lanes %x[%c0] : !mla_gpu.ptr<f32> -> !f
      %b = mla_gpu.global.load_lanes %y[%c0] : !mla_gpu.ptr<f32> -> !f
      // CHECK: 6, -1, 0, inf, nan
      %r0 = arith.addf %a, %b : !f
      mla_gpu.global.store_lanes %r0, %out[%c0] : !f, !mla_gpu.ptr<f32>
      %o1 = arith.constant 32 : i64
      // CHECK-NEXT: -2, -2, 0, inf, nan
      %r1 = arith.subf %a, %b : !f
      mla_gpu.global.store_lanes %r1, %out[%o1] : !f, !mla_gpu.ptr<f32>
      %o2 = arith.constant 64 : i64
      // CHECK-NEXT: 8, -0.75, -0, inf, nan
      %r2 = arith.mulf %a, %b : !f
      mla_gpu.global.store_lanes %r2, %out[%o2] : !f, !mla_gpu.ptr<f32>
      %o3 = arith.constant 96 : i64
      // CHECK-NEXT: 0.5, -3, nan, inf, nan
      %r3 = arith.divf %a, %b : !f
      mla_gpu.global.store_lanes %r3, %out[%o3] : !f, !mla_gpu.ptr<f32>
      %o4 = arith.constant 128 : i64
      // CHECK-NEXT: -2, 1.5, -0, -inf, nan
      %r4 = arith.negf %a : !f
      mla_gpu.global.store_lanes %r4, %out[%o4] : !f, !mla_gpu.ptr<f32>
      %o5 = arith.constant 160 : i64
      // CHECK-NEXT: 4, 0.5, 0, inf, nan
      %r5 = arith.maximumf %a, %b : !f
      mla_gpu.global.store_lanes %r5, %out[%o5] : !f, !mla_gpu.ptr<f32>
      %o6 = arith.constant 192 : i64
      // CHECK-NEXT: 2, -1.5, -0, 1, nan
      %r6 = arith.minimumf %a, %b : !f
      mla_gpu.global.store_lanes %r6, %out[%o6] : !f, !mla_gpu.ptr<f32>
      %o7 = arith.constant 224 : i64
      // CHECK-NEXT: 4, 0.5, {{-?}}0, inf, 3
      %r7 = arith.maxnumf %a, %b : !f
      mla_gpu.global.store_lanes %r7, %out[%o7] : !f, !mla_gpu.ptr<f32>
      %o8 = arith.constant 256 : i64
      // CHECK-NEXT: 2, -1.5, {{-?}}0, 1, 3
      %r8 = arith.minnumf %a, %b : !f
      mla_gpu.global.store_lanes %r8, %out[%o8] : !f, !mla_gpu.ptr<f32>
      %o9 = arith.constant 288 : i64
      // CHECK-NEXT: 0, 0, 1, 0, 0
      %equal = arith.cmpf oeq, %a, %b : !f
      %r9 = arith.uitofp %equal : !b to !f
      mla_gpu.global.store_lanes %r9, %out[%o9] : !f, !mla_gpu.ptr<f32>
      %o10 = arith.constant 320 : i64
      // CHECK-NEXT: 1, 1, 0, 0, 1
      %less = arith.cmpf ult, %a, %b : !f
      %r10 = arith.uitofp %less : !b to !f
      mla_gpu.global.store_lanes %r10, %out[%o10] : !f, !mla_gpu.ptr<f32>
      %o11 = arith.constant 352 : i64
      // CHECK-NEXT: 4, 0.353553, 1, inf, nan
      %r11 = math.exp2 %a : !f
      mla_gpu.global.store_lanes %r11, %out[%o11] : !f, !mla_gpu.ptr<f32>
      %o12 = arith.constant 384 : i64
      // CHECK-NEXT: 1, nan, -inf, inf, nan
      %r12 = math.log2 %a : !f
      mla_gpu.global.store_lanes %r12, %out[%o12] : !f, !mla_gpu.ptr<f32>
      %o13 = arith.constant 416 : i64
      // CHECK-NEXT: 2, 1.5, 0, inf, nan
      %r13 = math.absf %a : !f
      mla_gpu.global.store_lanes %r13, %out[%o13] : !f, !mla_gpu.ptr<f32>
      %o14 = arith.constant 448 : i64
      // CHECK-NEXT: 10, -2.25, 0, inf, nan
      %r14 = math.fma %a, %b, %a : !f
      mla_gpu.global.store_lanes %r14, %out[%o14] : !f, !mla_gpu.ptr<f32>
      %o15 = arith.constant 480 : i64
      // CHECK-NEXT: 2, -2, 0, inf, nan
      %r15 = math.floor %a : !f
      mla_gpu.global.store_lanes %r15, %out[%o15] : !f, !mla_gpu.ptr<f32>
      %o16 = arith.constant 512 : i64
      // CHECK-NEXT: 2, -1, 0, inf, nan
      %r16 = math.ceil %a : !f
      mla_gpu.global.store_lanes %r16, %out[%o16] : !f, !mla_gpu.ptr<f32>
      %o17 = arith.constant 544 : i64
      // CHECK-NEXT: 2, 0.707107, -0, 1, 1.73205
      %r17 = math.sqrt %b : !f
      mla_gpu.global.store_lanes %r17, %out[%o17] : !f, !mla_gpu.ptr<f32>
      %o18 = arith.constant 576 : i64
      // CHECK-NEXT: 0.5, 1.41421, -inf, 1, 0.57735
      %r18 = math.rsqrt %b : !f
      mla_gpu.global.store_lanes %r18, %out[%o18] : !f, !mla_gpu.ptr<f32>
      %o19 = arith.constant 608 : i64
      // CHECK-NEXT: 7.38906, 0.22313, 1, inf, nan
      %r19 = math.exp %a : !f
      mla_gpu.global.store_lanes %r19, %out[%o19] : !f, !mla_gpu.ptr<f32>
      %o20 = arith.constant 640 : i64
      // CHECK-NEXT: 0.693147, nan, -inf, inf, nan
      %r20 = math.log %a : !f
      mla_gpu.global.store_lanes %r20, %out[%o20] : !f, !mla_gpu.ptr<f32>
      %o21 = arith.constant 672 : i64
      // CHECK-NEXT: 0.5, -0, 0, nan, nan
      %divisor = arith.constant dense<1.5> : !f
      %r21 = arith.remf %a, %divisor : !f
      mla_gpu.global.store_lanes %r21, %out[%o21] : !f, !mla_gpu.ptr<f32>
    }
  }
}
