// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#chunk = #mla_gpu.layout<chunk>
!pair = !mla_gpu.smem<64x128xf16, sw128>
!k_8 = tensor<64x64xf8E4M3FN, #chunk>
!k_8_wide = tensor<64x128xf8E4M3FN, #chunk>
!k_f16 = tensor<64x64xf16, #chunk>
!k_f16_wide = tensor<64x128xf16, #chunk>
!k_bf16 = tensor<64x64xbf16, #chunk>
!scales = tensor<64xf32, #mla_gpu.layout<chunk_row>>

mla_gpu.program @program {
  // A thread has 16 columns from 16·(t%4) on, of every 64, in rows t/4 % 32 and 32 further on: 32 · 656 bytes.
  // CHECK-LABEL: llvm.func @load_tile
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[VALID:.*]]: i32)
  mla_gpu.kernel @load_tile(%p: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                            %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                            %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[P]][%[[I]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i8
      // CHECK:      %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
      // CHECK-NEXT: %[[QUAD:.*]] = llvm.and %{{.*}}, %[[C3]] : i32
      // CHECK-NEXT: %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[COLUMN:.*]] = llvm.shl %[[QUAD]], %[[C4]] : i32
      // CHECK-NEXT: %[[COLUMNS:.*]] = llvm.getelementptr %[[AT]][%[[COLUMN]]] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i8
      // CHECK:      %[[ZERO:.*]] = llvm.mlir.constant(0 : i32) : i32
      // CHECK:      %[[C2:.*]] = llvm.mlir.constant(2 : i32) : i32
      // CHECK-NEXT: %[[ROWS:.*]] = llvm.lshr %{{.*}}, %[[C2]] : i32
      // CHECK-NEXT: %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
      // CHECK-NEXT: %[[ROW:.*]] = llvm.and %[[ROWS]], %[[C31]] : i32
      // CHECK-NEXT: %[[ROW_64:.*]] = llvm.sext %[[ROW]] : i32 to i64
      // CHECK-NEXT: %[[STRIDE:.*]] = llvm.mlir.constant(656 : i64) : i64
      // CHECK-NEXT: %[[OFFSET:.*]] = llvm.mul %[[ROW_64]], %[[STRIDE]] : i64
      // CHECK-NEXT: %[[FIRST:.*]] = llvm.getelementptr %[[COLUMNS]][%[[OFFSET]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i8
      // Rows at or past `valid` touch nothing and are 0.
      // CHECK-NEXT: %[[INSIDE:.*]] = llvm.icmp "slt" %[[ROW]], %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %[[INSIDE]], ^[[LOAD:bb[0-9]+]], ^[[NEXT:bb[0-9]+]](%[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ZERO]] : i32, i32, i32, i32, i32, i32, i32, i32)
      // CHECK-NEXT: ^[[LOAD]]:
      // CHECK-NEXT: %[[WORDS:.*]] = llvm.load %[[FIRST]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[W0:.*]] = llvm.extractelement %[[WORDS]][%{{.*}} : i32]
      // CHECK:      %[[W1:.*]] = llvm.extractelement %[[WORDS]]
      // CHECK:      %[[W2:.*]] = llvm.extractelement %[[WORDS]]
      // CHECK:      %[[W3:.*]] = llvm.extractelement %[[WORDS]]
      // CHECK:      %[[RIGHT:.*]] = llvm.getelementptr %[[FIRST]][64] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: %[[MORE:.*]] = llvm.load %[[RIGHT]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[W4:.*]] = llvm.extractelement %[[MORE]]
      // CHECK:      %[[W5:.*]] = llvm.extractelement %[[MORE]]
      // CHECK:      %[[W6:.*]] = llvm.extractelement %[[MORE]]
      // CHECK:      %[[W7:.*]] = llvm.extractelement %[[MORE]]
      // CHECK-NOT:  llvm.load
      // CHECK:      llvm.br ^[[NEXT]](%[[W0]], %[[W1]], %[[W2]], %[[W3]], %[[W4]], %[[W5]], %[[W6]], %[[W7]] :
      // CHECK:      %[[C32:.*]] = llvm.mlir.constant(32 : i32) : i32
      // CHECK-NEXT: %[[SECOND_ROW:.*]] = llvm.add %[[ROW]], %[[C32]] : i32
      // CHECK-NEXT: %[[SECOND_INSIDE:.*]] = llvm.icmp "slt" %[[SECOND_ROW]], %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %[[SECOND_INSIDE]], ^[[SECOND_LOAD:bb[0-9]+]], ^{{bb[0-9]+}}(%[[ZERO]], %[[ZERO]],
      // CHECK-NEXT: ^[[SECOND_LOAD]]:
      // CHECK-NEXT: %[[SECOND:.*]] = llvm.getelementptr %[[FIRST]][20992] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[SECOND]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[SECOND_RIGHT:.*]] = llvm.getelementptr %[[SECOND]][64] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[SECOND_RIGHT]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK-NOT:  llvm.load
      // CHECK:      llvm.return
      %k = mla_gpu.global.load_tile %p[%i] row_stride 656 valid %valid : !mla_gpu.ptr<f8E4M3FN> -> !k_8_wide
    }
  }

  // 16 columns of 16 bits are two loads, side by side; 64 of them are 128 bytes. Strides are in elements: 32 · 328 · 2 bytes.
  // CHECK-LABEL: llvm.func @load_tile_16
  mla_gpu.kernel @load_tile_16(%p: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                               %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                               %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(256) {
    mla_gpu.role "r" warps(4 to 8) team(warp_group) {
      // CHECK:      llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, bf16
      // CHECK:      llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, bf16
      // Of any warp group: the row is that of the thread in its group.
      // CHECK:      %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
      // CHECK-NEXT: llvm.and %{{.*}}, %[[C31]] : i32
      // CHECK:      llvm.mlir.constant(328 : i64) : i64
      // CHECK:      %[[FIRST:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, bf16
      // CHECK:      llvm.cond_br
      // CHECK:      llvm.load %[[FIRST]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[NEXT:.*]] = llvm.getelementptr %[[FIRST]][16] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[NEXT]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[RIGHT:.*]] = llvm.getelementptr %[[FIRST]][128] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[RIGHT]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      %[[LAST:.*]] = llvm.getelementptr %[[FIRST]][144] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[LAST]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK:      llvm.cond_br
      // CHECK:      llvm.getelementptr %[[FIRST]][20992] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-COUNT-4: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
      // CHECK-NOT:  llvm.load
      // CHECK:      llvm.return
      %k = mla_gpu.global.load_tile %p[%i] row_stride 328 valid %valid : !mla_gpu.ptr<bf16> -> tensor<64x128xbf16, #chunk>
    }
  }

  // CHECK-LABEL: llvm.func @load_rows
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[VALID:.*]]: i32)
  mla_gpu.kernel @load_rows(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                            %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                            %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[P]][%[[I]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK-NEXT: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32) : f32
      // CHECK:      %[[ROW:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK:      llvm.mlir.constant(164 : i64) : i64
      // CHECK:      %[[FIRST:.*]] = llvm.getelementptr %[[AT]][%{{.*}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK-NEXT: %[[INSIDE:.*]] = llvm.icmp "slt" %[[ROW]], %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %[[INSIDE]], ^[[LOAD:bb[0-9]+]], ^[[NEXT:bb[0-9]+]](%[[ZERO]] : f32)
      // CHECK-NEXT: ^[[LOAD]]:
      // CHECK-NEXT: %[[X:.*]] = llvm.load %[[FIRST]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      // CHECK-NEXT: llvm.br ^[[NEXT]](%[[X]] : f32)
      // CHECK:      llvm.add %[[ROW]], %{{.*}} : i32
      // CHECK-NEXT: llvm.icmp "slt" %{{.*}}, %[[VALID]] : i32
      // CHECK-NEXT: llvm.cond_br %{{.*}}, ^[[LOAD_32:bb[0-9]+]], ^{{bb[0-9]+}}(%[[ZERO]] : f32)
      // CHECK-NEXT: ^[[LOAD_32]]:
      // CHECK-NEXT: %[[SECOND:.*]] = llvm.getelementptr %[[FIRST]][20992] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[SECOND]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %x = mla_gpu.global.load_rows %p[%i] row_stride 164 valid %valid : !mla_gpu.ptr<f32> -> !scales
    }
  }

  // In layout row a thread's rows are 8 apart.
  // CHECK-LABEL: llvm.func @load_rows_of_tile
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64, %[[VALID:.*]]: i32)
  mla_gpu.kernel @load_rows_of_tile(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                                    %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                                    %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      llvm.icmp "slt" %[[ROW:.*]], %[[VALID]] : i32
      // CHECK:      llvm.load %[[FIRST:.*]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      // CHECK:      %[[EIGHT:.*]] = llvm.mlir.constant(8 : i32) : i32
      // CHECK-NEXT: llvm.add %[[ROW]], %[[EIGHT]] : i32
      // CHECK:      %[[SECOND:.*]] = llvm.getelementptr %[[FIRST]][5248] : (!llvm.ptr<1>) -> !llvm.ptr<1>, i8
      // CHECK-NEXT: llvm.load %[[SECOND]] {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      %x = mla_gpu.global.load_rows %p[%i] row_stride 164 valid %valid : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<row>>
    }
  }

  // One thread of the team asks.
  // CHECK-LABEL: llvm.func @prefetch
  // CHECK-SAME:  (%[[P:.*]]: !llvm.ptr<1>, %[[I:.*]]: i64)
  mla_gpu.kernel @prefetch(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                           %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>})
      step(other) grid(one, one) threads(160) {
    mla_gpu.role "group" warps(0 to 4) team(warp_group) {
      // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[P]][%[[I]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f32
      // CHECK:      %[[C127:.*]] = llvm.mlir.constant(127 : i32) : i32
      // CHECK-NEXT: %[[IN_GROUP:.*]] = llvm.and %{{.*}}, %[[C127]] : i32
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq" %[[IN_GROUP]], %{{.*}} : i32
      // CHECK-NEXT: %[[BYTES:.*]] = llvm.mlir.constant(41984 : i32) : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 cp.async.bulk.prefetch.L2.global [$1], $2;", "b,l,r,~{memory}" %[[LEADER]], %[[AT]], %[[BYTES]] : (i1, !llvm.ptr<1>, i32) -> ()
      mla_gpu.global.prefetch %p[%i] bytes 41984 : !mla_gpu.ptr<f32>
    }
    mla_gpu.role "warp" warps(4 to 5) team(warp) {
      // CHECK:      %[[ELECTED:.*]] = nvvm.elect.sync -> i1
      // CHECK-NEXT: %[[BYTES:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 cp.async.bulk.prefetch.L2.global [$1], $2;", "b,l,r,~{memory}" %[[ELECTED]], %{{.*}}, %[[BYTES]] : (i1, !llvm.ptr<1>, i32) -> ()
      mla_gpu.global.prefetch %p[%i] bytes 16 : !mla_gpu.ptr<f32>
    }
  }

  // Four numbers in a register become two registers of two. Without a scale nothing is multiplied.
  // CHECK-LABEL: llvm.func @convert
  mla_gpu.kernel @convert(%p: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                          %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                          %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK-COUNT-2: llvm.cond_br
      // CHECK:      %[[LOW:.*]] = llvm.trunc %[[WORD:.*]] : i32 to i16
      // CHECK-NEXT: %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[LOW]]) : (i16) -> vector<2xf16>
      // CHECK:      %[[SHIFTED:.*]] = llvm.lshr %[[WORD]], %{{.*}} : i32
      // CHECK-NEXT: %[[HIGH:.*]] = llvm.trunc %[[SHIFTED]] : i32 to i16
      // CHECK-NEXT: %[[NEXT_PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"(%[[HIGH]]) : (i16) -> vector<2xf16>
      // CHECK-NEXT: llvm.bitcast %[[PAIR]] : vector<2xf16> to i32
      // CHECK-NEXT: llvm.bitcast %[[NEXT_PAIR]] : vector<2xf16> to i32
      // CHECK-COUNT-14: llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK-NOT:  {{llvm.nvvm.e4m3x2|llvm.fmul|llvm.fpext}}
      // CHECK:      llvm.return
      %k = mla_gpu.global.load_tile %p[%i] row_stride 656 valid %valid : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      %x = mla_gpu.convert_chunks %k : !k_8 -> !k_f16
    }
  }

  // In f16: times the significand, which is two numbers, then times the power of two, each row by its own.
  // CHECK-LABEL: llvm.func @convert_scaled
  mla_gpu.kernel @convert_scaled(%p: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                                 %q: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_lse>},
                                 %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                                 %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK-COUNT-2: llvm.cond_br
      // CHECK:      %[[S0:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      // CHECK-NEXT: llvm.br ^[[JOIN0:bb[0-9]+]](%[[S0]] : f32)
      // CHECK-NEXT: ^[[JOIN0]](%[[SCALE:.*]]: f32):
      // CHECK:      %[[S1:.*]] = llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> f32
      // CHECK-NEXT: llvm.br ^[[JOIN1:bb[0-9]+]](%[[S1]] : f32)
      // CHECK-NEXT: ^[[JOIN1]](%[[SCALE_32:.*]]: f32):
      // Sign and significand, 0x807FFFFF, with the exponent of 1; the exponent, 0x7F800000, with the significand of 1.
      // CHECK:      %[[BITS:.*]] = llvm.bitcast %[[SCALE]] : f32 to i32
      // CHECK-NEXT: %[[FRACTION_MASK:.*]] = llvm.mlir.constant(-2139095041 : i32) : i32
      // CHECK-NEXT: %[[FRACTION:.*]] = llvm.and %[[BITS]], %[[FRACTION_MASK]] : i32
      // CHECK-NEXT: %[[ONE:.*]] = llvm.mlir.constant(1065353216 : i32) : i32
      // CHECK-NEXT: %[[M_BITS:.*]] = llvm.or %[[FRACTION]], %[[ONE]] : i32
      // CHECK-NEXT: %[[M_PLAIN:.*]] = llvm.bitcast %[[M_BITS]] : i32 to f32
      // NaN stays NaN.
      // CHECK-NEXT: %[[IS_NAN:.*]] = llvm.fcmp "uno" %[[SCALE]], %[[SCALE]] : f32
      // CHECK-NEXT: %[[M:.*]] = llvm.select %[[IS_NAN]], %[[SCALE]], %[[M_PLAIN]]
      // CHECK-NEXT: %[[HI:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%[[M]], %[[M]]) : (f32, f32) -> vector<2xf16>
      // CHECK-NEXT: %[[HI_WORD:.*]] = llvm.bitcast %[[HI]] : vector<2xf16> to i32
      // CHECK-NEXT: %[[HI_PAIR:.*]] = llvm.bitcast %[[HI_WORD]] : i32 to vector<2xf16>
      // CHECK:      %[[HI_ONE:.*]] = llvm.extractelement %[[HI_PAIR]]
      // CHECK-NEXT: %[[ROUNDED:.*]] = llvm.fpext %[[HI_ONE]] : f16 to f32
      // CHECK-NEXT: %[[REST:.*]] = llvm.fsub %[[M]], %[[ROUNDED]] : f32
      // CHECK-NEXT: %[[LO:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%[[REST]], %[[REST]]) : (f32, f32) -> vector<2xf16>
      // CHECK-NEXT: %[[LO_WORD:.*]] = llvm.bitcast %[[LO]] : vector<2xf16> to i32
      // CHECK-NEXT: %[[LO_PAIR:.*]] = llvm.bitcast %[[LO_WORD]] : i32 to vector<2xf16>
      // CHECK-NEXT: %[[POWER_MASK:.*]] = llvm.mlir.constant(2139095040 : i32) : i32
      // CHECK-NEXT: %[[POWER_BITS:.*]] = llvm.and %[[BITS]], %[[POWER_MASK]] : i32
      // CHECK-NEXT: %[[POWER:.*]] = llvm.bitcast %[[POWER_BITS]] : i32 to f32
      // CHECK-NEXT: %[[POWER_16:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%[[POWER]], %[[POWER]]) : (f32, f32) -> vector<2xf16>
      // CHECK-NEXT: %[[POWER_WORD:.*]] = llvm.bitcast %[[POWER_16]] : vector<2xf16> to i32
      // CHECK-NEXT: %[[POWER_PAIR:.*]] = llvm.bitcast %[[POWER_WORD]] : i32 to vector<2xf16>
      // CHECK-NEXT: llvm.bitcast %[[SCALE_32]] : f32 to i32
      // CHECK:      %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK:      %[[NEXT_PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK-NEXT: %[[BELOW:.*]] = llvm.fmul %[[PAIR]], %[[LO_PAIR]] : vector<2xf16>
      // CHECK-NEXT: %[[PRODUCT:.*]] = llvm.intr.fma(%[[PAIR]], %[[HI_PAIR]], %[[BELOW]]) : (vector<2xf16>, vector<2xf16>, vector<2xf16>) -> vector<2xf16>
      // CHECK-NEXT: %[[SCALED:.*]] = llvm.fmul %[[PRODUCT]], %[[POWER_PAIR]] : vector<2xf16>
      // CHECK-NEXT: llvm.bitcast %[[SCALED]] : vector<2xf16> to i32
      // CHECK-NEXT: llvm.fmul %[[NEXT_PAIR]], %[[LO_PAIR]] : vector<2xf16>
      // Seven more pairs of this row, and the first of the other.
      // CHECK-COUNT-7: llvm.fmul %{{.*}}, %[[POWER_PAIR]] : vector<2xf16>
      // CHECK-NOT:  {{%[[POWER_PAIR]]|%[[HI_PAIR]]|%[[LO_PAIR]]}}
      // CHECK-COUNT-16: llvm.fmul
      // CHECK-NOT:  llvm.fmul
      // CHECK:      llvm.return
      %k = mla_gpu.global.load_tile %p[%i] row_stride 656 valid %valid : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      %scale = mla_gpu.global.load_rows %q[%i] row_stride 4 valid %valid : !mla_gpu.ptr<f32> -> !scales
      %x = mla_gpu.convert_chunks %k by %scale : !k_8 by !scales -> !k_f16
    }
  }

  // All else in f32, rounded two by two.
  // CHECK-LABEL: llvm.func @convert_in_f32
  // CHECK-SAME:  (%{{.*}}: !llvm.ptr<1>, %{{.*}}: i64, %{{.*}}: i32, %[[SCALE:.*]]: f32)
  mla_gpu.kernel @convert_in_f32(%p: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                                 %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                                 %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
                                 %s: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %k = mla_gpu.global.load_tile %p[%i] row_stride 656 valid %valid : !mla_gpu.ptr<f8E4M3FN> -> !k_8
      %scale = mla_gpu.splat %s : f32 -> !scales
      // CHECK:      %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.e4m3x2.to.f16x2.rn"
      // CHECK:      %[[HALF0:.*]] = llvm.extractelement %[[PAIR]]
      // CHECK-NEXT: %[[X0:.*]] = llvm.fpext %[[HALF0]] : f16 to f32
      // CHECK:      %[[HALF1:.*]] = llvm.extractelement %[[PAIR]]
      // CHECK-NEXT: %[[X1:.*]] = llvm.fpext %[[HALF1]] : f16 to f32
      // CHECK:      %[[Y0:.*]] = llvm.fmul %[[X0]], %[[SCALE]] : f32
      // CHECK-NEXT: %[[Y1:.*]] = llvm.fmul %[[X1]], %[[SCALE]] : f32
      // CHECK:      %[[Y:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%[[Y1]], %[[Y0]]) : (f32, f32) -> vector<2xbf16>
      // CHECK-NEXT: %[[WORD:.*]] = llvm.bitcast %[[Y]] : vector<2xbf16> to i32
      // CHECK-NOT:  {{llvm.fmul .* : vector}}
      %x = mla_gpu.convert_chunks %k by %scale : !k_8 by !scales -> !k_bf16
      // A bf16 is the upper half of an f32.
      // CHECK:      %[[LOW:.*]] = llvm.shl %[[WORD]], %{{.*}} : i32
      // CHECK:      %[[HIGH:.*]] = llvm.and %[[WORD]], %{{.*}} : i32
      // CHECK:      %[[Z0:.*]] = llvm.bitcast %[[LOW]] : i32 to f32
      // CHECK:      %[[Z1:.*]] = llvm.bitcast %[[HIGH]] : i32 to f32
      // CHECK:      %[[Z:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"(%[[Z1]], %[[Z0]]) : (f32, f32) -> vector<2xf16>
      // CHECK-NEXT: %[[Z_WORD:.*]] = llvm.bitcast %[[Z]] : vector<2xf16> to i32
      %y = mla_gpu.convert_chunks %x : !k_bf16 -> !k_f16
      // CHECK:      %[[HALVES:.*]] = llvm.bitcast %[[Z_WORD]] : i32 to vector<2xf16>
      // CHECK:      llvm.fpext %{{.*}} : f16 to f32
      // CHECK:      llvm.fpext %{{.*}} : f16 to f32
      // CHECK:      llvm.fmul %{{.*}}, %[[SCALE]] : f32
      // CHECK-NEXT: llvm.fmul %{{.*}}, %[[SCALE]] : f32
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.ff2f16x2.rn"
      %z = mla_gpu.convert_chunks %y by %scale : !k_f16 by !scales -> !k_f16
    }
  }

  // Row t/4 of 128 bytes; chunk 2·(t%4), and the next, of 16 bytes, XORed with row % 8. Tiles are 8192 bytes, 32 rows 4096.
  // CHECK-LABEL: llvm.func @store
  mla_gpu.kernel @store(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<scratch>},
                        %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                        %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>})
      step(other) grid(one, one) threads(128) smem(32768) {
    // CHECK:      %[[BUFFER:.*]] = llvm.getelementptr %{{.*}}[16384] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %t = mla_gpu.smem.alloc "t" at 16384 : !pair
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // Registers in order: of a row the tiles, of a tile two chunks.
      // CHECK:    ^[[JOIN0:bb[0-9]+]](%[[A0:[0-9]+]]: i32, %[[A1:[0-9]+]]: i32, %[[A2:[0-9]+]]: i32, %[[A3:[0-9]+]]: i32, %[[A4:[0-9]+]]: i32, %{{[0-9]+}}: i32, %{{[0-9]+}}: i32, %{{[0-9]+}}: i32, %[[A8:[0-9]+]]: i32,
      // CHECK:    ^[[JOIN1:bb[0-9]+]](%[[B0:[0-9]+]]: i32,
      %x = mla_gpu.global.load_tile %p[%i] row_stride 128 valid %valid : !mla_gpu.ptr<f16> -> !k_f16_wide
      // CHECK:      %[[C31:.*]] = llvm.mlir.constant(31 : i32) : i32
      // CHECK-NEXT: %[[ROW:.*]] = llvm.and %{{.*}}, %[[C31]] : i32
      // CHECK-NEXT: %[[C7:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[ROW_BYTES:.*]] = llvm.shl %[[ROW]], %[[C7]] : i32
      // CHECK-NEXT: %[[LINE:.*]] = llvm.getelementptr %[[BUFFER]][%[[ROW_BYTES]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // CHECK:      %[[C5:.*]] = llvm.mlir.constant(5 : i32) : i32
      // CHECK-NEXT: %[[CHUNK:.*]] = llvm.shl %{{.*}}, %[[C5]] : i32
      // CHECK-NEXT: %[[LOW_BITS:.*]] = llvm.mlir.constant(7 : i32) : i32
      // CHECK-NEXT: %[[ROW_8:.*]] = llvm.and %[[ROW]], %[[LOW_BITS]] : i32
      // CHECK-NEXT: %[[C4:.*]] = llvm.mlir.constant(4 : i32) : i32
      // CHECK-NEXT: %[[SWIZZLE:.*]] = llvm.shl %[[ROW_8]], %[[C4]] : i32
      // CHECK-NEXT: %[[EVEN:.*]] = llvm.xor %[[CHUNK]], %[[SWIZZLE]] : i32
      // CHECK-NEXT: %[[EVEN_AT:.*]] = llvm.getelementptr %[[LINE]][%[[EVEN]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: %[[C16:.*]] = llvm.mlir.constant(16 : i32) : i32
      // CHECK-NEXT: %[[ODD:.*]] = llvm.xor %[[EVEN]], %[[C16]] : i32
      // CHECK-NEXT: %[[ODD_AT:.*]] = llvm.getelementptr %[[LINE]][%[[ODD]]] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
      // CHECK:      %[[V0:.*]] = llvm.insertelement %[[A0]], %{{.*}}[%{{.*}} : i32] : vector<4xi32>
      // CHECK:      %[[V1:.*]] = llvm.insertelement %[[A1]], %[[V0]]
      // CHECK:      %[[V2:.*]] = llvm.insertelement %[[A2]], %[[V1]]
      // CHECK:      %[[V3:.*]] = llvm.insertelement %[[A3]], %[[V2]]
      // CHECK-NEXT: llvm.store %[[V3]], %[[EVEN_AT]] {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<3>
      // CHECK:      llvm.insertelement %[[A4]]
      // CHECK:      llvm.store %{{.*}}, %[[ODD_AT]] {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<3>
      // CHECK:      llvm.insertelement %[[A8]]
      // CHECK:      %[[AT2:.*]] = llvm.getelementptr %[[EVEN_AT]][8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT2]] {alignment = 16 : i64}
      // CHECK:      %[[AT3:.*]] = llvm.getelementptr %[[ODD_AT]][8192] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT3]] {alignment = 16 : i64}
      // CHECK:      llvm.insertelement %[[B0]]
      // CHECK:      %[[AT4:.*]] = llvm.getelementptr %[[EVEN_AT]][4096] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT4]] {alignment = 16 : i64}
      // CHECK:      %[[AT5:.*]] = llvm.getelementptr %[[ODD_AT]][4096] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT5]] {alignment = 16 : i64}
      // CHECK:      %[[AT6:.*]] = llvm.getelementptr %[[EVEN_AT]][12288] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT6]] {alignment = 16 : i64}
      // CHECK:      %[[AT7:.*]] = llvm.getelementptr %[[ODD_AT]][12288] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
      // CHECK-NEXT: llvm.store %{{.*}}, %[[AT7]] {alignment = 16 : i64}
      // CHECK-NOT:  llvm.store
      // CHECK:      llvm.return
      mla_gpu.smem.store_tile %x, %t : !k_f16_wide, !pair
    }
  }

  // A lane of each warp arrives, after the warp's other lanes; the group does not meet.
  // CHECK-LABEL: llvm.func @arrive
  mla_gpu.kernel @arrive() step(other) grid(one, one) threads(128) smem(8) {
    %bar = mla_gpu.mbar.alloc "bar" count(4) at 0
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK:      nvvm.barrier0
      // CHECK-NOT:  {{nvvm.barrier|llvm.icmp}}
      // CHECK:      %[[ALL:.*]] = llvm.mlir.constant(-1 : i32) : i32
      // CHECK-NEXT: nvvm.bar.warp.sync %[[ALL]] : i32
      // CHECK-NEXT: %[[ADDRESS:.*]] = llvm.ptrtoint %{{.*}} : !llvm.ptr<3> to i32
      // CHECK-NEXT: %[[LANE:.*]] = nvvm.elect.sync -> i1
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 mbarrier.arrive.shared::cta.b64 _, [$1];", "b,r,~{memory}" %[[LANE]], %[[ADDRESS]] : (i1, i32) -> ()
      // CHECK-NEXT: llvm.return
      mla_gpu.mbar.arrive %bar each_warp
    }
  }
}
