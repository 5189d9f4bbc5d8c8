// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions are named by the constraint that they break.

func.func @smem_view_c2_rank(%b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a result of 8192 bytes, but got '!mla_gpu.smem<4096xi8>' of 4096}}
  %v = mla_gpu.smem.view %b tiles(0 to 1) : !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.smem<4096xi8>
  return
}

// -----

func.func @smem_view_c2_sw64(%b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a result of 8192 bytes, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64>' of 4096}}
  %v = mla_gpu.smem.view %b tiles(0 to 1) : !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  return
}

// -----

func.func @smem_view_c1_sw64(%b: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected tiles first < end from 0 to 1, but got 0 to 2}}
  %v = mla_gpu.smem.view %b tiles(0 to 2) : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @store_tile_c1_width(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a target of 64x64 elements of 8 bits, but got '!mla_gpu.smem<64x64xbf16, sw128>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>, !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @store_tile_c2(%x: tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, %b: !mla_gpu.smem<64x64xbf16, sw64>) {
  // expected-error @below {{expected a target of swizzle sw128 for 16-bit elements, but got '!mla_gpu.smem<64x64xbf16, sw64>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xbf16, sw64>
  return
}

// -----

func.func @load_tile_c1(%b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a result of 64 columns, but got 128}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_tile_c2_swizzle(%b: !mla_gpu.smem<64x64xbf16, sw64>) {
  // expected-error @below {{expected a source of bf16 or f16 in swizzle sw128, or of f8E4M3FN in sw128 or sw64, but got '!mla_gpu.smem<64x64xbf16, sw64>'}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xbf16, sw64> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_tile_c2_element(%b: !mla_gpu.smem<64x64xf32, sw128>) {
  // expected-error @below {{expected a source of bf16 or f16 in swizzle sw128, or of f8E4M3FN in sw128 or sw64, but got '!mla_gpu.smem<64x64xf32, sw128>'}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xf32, sw128> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_tile_c2_paired(%b: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>) {
  // expected-error @below {{expected a source of bf16 or f16 in swizzle sw128, or of f8E4M3FN in sw128 or sw64, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>'}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_tile_c2_widened(%b: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected a result of 'f8E4M3FN', but got 'f32'}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_tile_c2_narrowed(%b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a result of 'f32', but got 'f8E4M3FN'}}
  %x = mla_gpu.smem.load_tile %b : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_transposed_c1_swizzle(%b: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected a source of 64 rows of f8E4M3FN in swizzle sw128, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64>'}}
  %x = mla_gpu.smem.load_transposed %b from 0 : !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_transposed_c1_element(%b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a source of 64 rows of f8E4M3FN in swizzle sw128, but got '!mla_gpu.smem<64x64xbf16, sw128>'}}
  %x = mla_gpu.smem.load_transposed %b from 0 : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_transposed_c2_multiple(%b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected a first column that is a multiple of 64 from 0 to 64, but got 32}}
  %x = mla_gpu.smem.load_transposed %b from 32 : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_transposed_c2_large(%b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected a first column that is a multiple of 64 from 0 to 64, but got 128}}
  %x = mla_gpu.smem.load_transposed %b from 128 : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_transposed_c2_negative(%b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected a first column that is a multiple of 64 from 0 to 64, but got -64}}
  %x = mla_gpu.smem.load_transposed %b from -64 : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_transposed_c3(%b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected a result of 64 columns, but got 32}}
  %x = mla_gpu.smem.load_transposed %b from 0 : !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> tensor<64x32xf8E4M3FN, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @store_transposed_c1(%x: tensor<64x128xf32, #mla_gpu.layout<acc_paired>>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a value of a multiple of 8 columns up to 64, but got 128}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x128xf32, #mla_gpu.layout<acc_paired>>, !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @store_transposed_c1_acc(%x: tensor<64x24xf32, #mla_gpu.layout<acc>>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected a value of a multiple of 16 columns up to 64, but got 24}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x24xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @store_transposed_c1_acc_wide(%x: tensor<64x32xf32, #mla_gpu.layout<acc>>, %b: !mla_gpu.smem<16x64xbf16, sw128>) {
  // expected-error @below {{expected a value of a multiple of 16 columns up to 16, but got 32}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x32xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<16x64xbf16, sw128>
  return
}

// -----

func.func @store_transposed_c2_tiles(%x: tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, %b: !mla_gpu.smem<64x128xbf16, sw128>) {
  // expected-error @below {{expected a target of one tile of bf16 or f16 in swizzle sw128, but got '!mla_gpu.smem<64x128xbf16, sw128>'}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, !mla_gpu.smem<64x128xbf16, sw128>
  return
}

// -----

func.func @store_transposed_c2_swizzle(%x: tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, %b: !mla_gpu.smem<64x64xbf16, sw64>) {
  // expected-error @below {{expected a target of one tile of bf16 or f16 in swizzle sw128, but got '!mla_gpu.smem<64x64xbf16, sw64>'}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, !mla_gpu.smem<64x64xbf16, sw64>
  return
}

// -----

func.func @store_transposed_c2_element(%x: tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, %b: !mla_gpu.smem<64x32xf32, sw128>) {
  // expected-error @below {{expected a target of one tile of bf16 or f16 in swizzle sw128, but got '!mla_gpu.smem<64x32xf32, sw128>'}}
  mla_gpu.smem.store_transposed %x, %b : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, !mla_gpu.smem<64x32xf32, sw128>
  return
}

// -----

func.func @load_columns_c1(%b: !mla_gpu.smem<32xf32>) {
  // expected-error @below {{expected an unswizzled buffer of at least 64 elements of 'f32', but got '!mla_gpu.smem<32xf32>'}}
  %x = mla_gpu.smem.load_columns %b : !mla_gpu.smem<32xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @load_columns_c1_element(%b: !mla_gpu.smem<64xi32>) {
  // expected-error @below {{expected an unswizzled buffer of at least 16 elements of 'f32', but got '!mla_gpu.smem<64xi32>'}}
  %x = mla_gpu.smem.load_columns %b : !mla_gpu.smem<64xi32> -> tensor<16xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @load_columns_c2(%b: !mla_gpu.smem<24xf32>) {
  // expected-error @below {{expected a multiple of 16 columns with paired, but got 24}}
  %x = mla_gpu.smem.load_columns %b paired : !mla_gpu.smem<24xf32> -> tensor<24xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @store_columns_c1(%v: tensor<32xf32, #mla_gpu.layout<column>>, %b: !mla_gpu.smem<16xf32>) {
  // expected-error @below {{expected an unswizzled buffer of at least 32 elements of 'f32', but got '!mla_gpu.smem<16xf32>'}}
  mla_gpu.smem.store_columns %v, %b : tensor<32xf32, #mla_gpu.layout<column>>, !mla_gpu.smem<16xf32>
  return
}

// -----

func.func @store_columns_c1_element(%v: tensor<16xf32, #mla_gpu.layout<column>>, %b: !mla_gpu.smem<64xi32>) {
  // expected-error @below {{expected an unswizzled buffer of at least 16 elements of 'f32', but got '!mla_gpu.smem<64xi32>'}}
  mla_gpu.smem.store_columns %v, %b : tensor<16xf32, #mla_gpu.layout<column>>, !mla_gpu.smem<64xi32>
  return
}

// -----

func.func @store_columns_c1_swizzle(%v: tensor<16xf32, #mla_gpu.layout<column>>, %b: !mla_gpu.smem<64x32xf32, sw128>) {
  // expected-error @below {{expected an unswizzled buffer of at least 16 elements of 'f32', but got '!mla_gpu.smem<64x32xf32, sw128>'}}
  mla_gpu.smem.store_columns %v, %b : tensor<16xf32, #mla_gpu.layout<column>>, !mla_gpu.smem<64x32xf32, sw128>
  return
}

// -----

func.func @store_parts_c1(%v: tensor<64x16xf32, #mla_gpu.layout<acc>>, %b: !mla_gpu.smem<16xf32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<16xf32>'}}
  mla_gpu.smem.store_parts max %v, %b : tensor<64x16xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<16xf32>
  return
}

// -----

func.func @store_parts_c1_long(%v: tensor<64x16xf32, #mla_gpu.layout<acc>>, %b: !mla_gpu.smem<128xf32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<128xf32>'}}
  mla_gpu.smem.store_parts add %v, %b : tensor<64x16xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<128xf32>
  return
}

// -----

func.func @load_parts_c1(%b: !mla_gpu.smem<64xf32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<128xf32>', but got '!mla_gpu.smem<64xf32>'}}
  %x = mla_gpu.smem.load_parts max %b : !mla_gpu.smem<64xf32> -> tensor<32xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @load_parts_c1_element(%b: !mla_gpu.smem<64xi32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<64xi32>'}}
  %x = mla_gpu.smem.load_parts add %b : !mla_gpu.smem<64xi32> -> tensor<16xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @store_lanes_c2(%v: tensor<128xf32, #mla_gpu.layout<lane>>, %b: !mla_gpu.smem<128xf32>, %i: i32) {
  // expected-error @below {{expected 32 elements with paired, but got 128}}
  mla_gpu.smem.store_lanes %v, %b[%i] paired : tensor<128xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<128xf32>
  return
}

// -----

func.func @tma_load_c2_paired(%m: !mla_gpu.tensor_map<64x64xf8E4M3FN, sw64>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got '!mla_gpu.tensor_map<64x64xf8E4M3FN, sw64>' and '!mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>'}}
  mla_gpu.tma.load %m[%c0, %c0] to %b signal %bar : !mla_gpu.tensor_map<64x64xf8E4M3FN, sw64> -> !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>
  return
}

// -----

func.func @wgmma_c1_few(%a: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected a result of at most 64 columns, but got 128}}
  %d = mla_gpu.wgmma %a, %a transpose_b : !mla_gpu.smem<64x128xf8E4M3FN, sw128>, !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c2_f8(%a: !mla_gpu.smem<64x64xf8E4M3FN, sw64>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operands of equal element types, but got 'f8E4M3FN' and 'bf16'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : !mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c2_paired(%a: tensor<64x64xf16, #mla_gpu.layout<a_paired>>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>) {
  // expected-error @below {{expected operands of equal element types, but got 'f16' and 'f8E4M3FN'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : tensor<64x64xf16, #mla_gpu.layout<a_paired>>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc_paired>>>
  return
}

// -----

func.func @wgmma_c3_sw64(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x64xbf16, sw64>) {
  // expected-error @below {{expected operand b without transpose_b to be of swizzle sw128, but got '!mla_gpu.smem<64x64xbf16, sw64>'}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x64xbf16, sw64> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c4(%a: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected transpose_b, as the tensor cores transpose no operand of 'f8E4M3FN'}}
  %d = mla_gpu.wgmma %a, %a : !mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c5_a(%a: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>) {
  // expected-error @below {{expected operand a to be of swizzle sw128 or sw64, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>'}}
  %d = mla_gpu.wgmma %a, %a transpose_b : !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c5_b(%a: tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected operand b of swizzle sw64_paired, as a is of f8E4M3FN in layout a_paired, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64>'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>, !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc_paired>>>
  return
}

// -----

func.func @wgmma_c5_b_sw128(%a: tensor<64x128xf8E4M3FN, #mla_gpu.layout<a_paired>>, %b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{expected operand b of swizzle sw64_paired, as a is of f8E4M3FN in layout a_paired, but got '!mla_gpu.smem<64x128xf8E4M3FN, sw128>'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : tensor<64x128xf8E4M3FN, #mla_gpu.layout<a_paired>>, !mla_gpu.smem<64x128xf8E4M3FN, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc_paired>>>
  return
}

// -----

func.func @wgmma_c5_b_paired(%a: !mla_gpu.smem<64x64xf8E4M3FN, sw64>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>) {
  // expected-error @below {{expected operand b not of swizzle sw64_paired, as a is not of f8E4M3FN in layout a_paired, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : !mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c5_result(%a: tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired>) {
  // expected-error @below {{expected a result in layout acc_paired, but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>, !mla_gpu.smem<64x64xf8E4M3FN, sw64_paired> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c5_result_f16(%a: tensor<64x64xf16, #mla_gpu.layout<a_paired>>, %b: !mla_gpu.smem<64x64xf16, sw128>) {
  // expected-error @below {{expected a result in layout acc_paired, but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
  %d = mla_gpu.wgmma %a, %b transpose_b : tensor<64x64xf16, #mla_gpu.layout<a_paired>>, !mla_gpu.smem<64x64xf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c5_result_not_paired(%a: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected a result in layout acc, but got 'tensor<64x64xf32, #mla_gpu.layout<acc_paired>>'}}
  %d = mla_gpu.wgmma %a, %a transpose_b : !mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x64xf8E4M3FN, sw64> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc_paired>>>
  return
}

// -----

func.func @quantize_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected a result of 64 columns, but got 128}}
  %y = mla_gpu.quantize %x : tensor<64x64xf32, #mla_gpu.layout<acc>> -> tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @quantize_c2(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %taken: tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>) {
  // expected-error @below {{'mla_gpu.quantize' op expected what was taken to be of type 'tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>', but got 'tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>>'}}
  %y = mla_gpu.quantize %x less %taken : tensor<64x64xf32, #mla_gpu.layout<acc>> less tensor<64x128xf8E4M3FN, #mla_gpu.layout<acc>> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @dequantize_c1(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected a result of 64 columns, but got 128}}
  %y = mla_gpu.dequantize %x : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @row_fma_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %f: tensor<64xf32, #mla_gpu.layout<row>>, %c: tensor<32xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 addends, but got 32}}
  %y = mla_gpu.row.fma %x times %f plus %c : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<row>>, tensor<32xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @row_fma_c1_factors(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %f: tensor<32xf32, #mla_gpu.layout<column>>, %r: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{expected 64 factors, but got 32}}
  %y = mla_gpu.row.fma %x times %f plus %r : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<32xf32, #mla_gpu.layout<column>>, tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @row_fma_c1_rows(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %r: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{expected one of factor and addend in layout row and the other in layout column, but got 'tensor<64xf32, #mla_gpu.layout<row>>' and 'tensor<64xf32, #mla_gpu.layout<row>>'}}
  %y = mla_gpu.row.fma %x times %r plus %r : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<row>>, tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @row_fma_c1_columns(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %c: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected one of factor and addend in layout row and the other in layout column, but got 'tensor<64xf32, #mla_gpu.layout<column>>' and 'tensor<64xf32, #mla_gpu.layout<column>>'}}
  %y = mla_gpu.row.fma %x times %c plus %c : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>>, tensor<64xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @exp2_fma_c1(%x: tensor<64x16xf32, #mla_gpu.layout<acc>>, %f: f32, %c: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 16 shifts, but got 64}}
  %y = mla_gpu.exp2_fma %x times %f minus %c : tensor<64x16xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>> -> tensor<64x16xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @mask_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %i: i32, %b: i1, %c: tensor<16xi32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 borders, but got 16}}
  %y = mla_gpu.mask %x from %i border %c if %b : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<16xi32, #mla_gpu.layout<column>> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @raise_max_types(%r: tensor<64xf32, #mla_gpu.layout<row>>, %c: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{failed to verify that all of {running, candidate, threshold, result} have same type}}
  %y = "mla_gpu.row.raise_max"(%r, %c, %c) : (tensor<64xf32, #mla_gpu.layout<row>>, tensor<64xf32, #mla_gpu.layout<column>>, tensor<64xf32, #mla_gpu.layout<column>>) -> tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @convert_operand_c1(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>) {
  // expected-error @below {{expected a result of 64 columns, but got 128}}
  %y = mla_gpu.convert_operand %x : tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>> -> tensor<64x128xf16, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @convert_operand_c2(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>>, %f: tensor<32xf16, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 factors, but got 32}}
  %y = mla_gpu.convert_operand %x by %f : tensor<64x64xf8E4M3FN, #mla_gpu.layout<a_paired>> by tensor<32xf16, #mla_gpu.layout<column>> -> tensor<64x64xf16, #mla_gpu.layout<a_paired>>
  return
}

// -----

func.func @load_columns_c3(%b: !mla_gpu.smem<64xf16>) {
  // expected-error @below {{expected paired for columns of f16}}
  %f = mla_gpu.smem.load_columns %b : !mla_gpu.smem<64xf16> -> tensor<64xf16, #mla_gpu.layout<column>>
  return
}

// -----

func.func @store_rows_c1_rounded(%v: tensor<64xf32, #mla_gpu.layout<row>>, %b: !mla_gpu.smem<64xf16>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<64xf16>'}}
  mla_gpu.smem.store_rows %v, %b : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xf16>
  return
}

// -----

func.func @store_rows_c1_paired(%v: tensor<64xf32, #mla_gpu.layout<row>>, %b: !mla_gpu.smem<64xbf16>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<64xbf16>'}}
  mla_gpu.smem.store_rows %v, %b paired : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<64xbf16>
  return
}

// -----

func.func @store_lanes_c1_paired(%v: tensor<32xf32, #mla_gpu.layout<lane>>, %b: !mla_gpu.smem<64xbf16>, %i: i32) {
  // expected-error @below {{expected an unswizzled buffer of f32, but got '!mla_gpu.smem<64xbf16>'}}
  mla_gpu.smem.store_lanes %v, %b[%i] paired : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<64xbf16>
  return
}

// -----

func.func @column_scale_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, %f: tensor<32xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 factors, but got 32}}
  %y = mla_gpu.column.scale %x by %f : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, tensor<32xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @column_scale_c1_acc(%x: tensor<64x32xf32, #mla_gpu.layout<acc>>, %f: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 32 factors, but got 64}}
  %y = mla_gpu.column.scale %x by %f : tensor<64x32xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @column_fma_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, %f: tensor<32xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 factors, but got 32}}
  %y = mla_gpu.column.fma %x times %f plus %x : tensor<64x64xf32, #mla_gpu.layout<acc_paired>>, tensor<32xf32, #mla_gpu.layout<column>>
  return
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_column() step(other) grid(one, one) threads(32) {
    %stat = mla_gpu.smem.alloc "stat" : !mla_gpu.smem<64xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.smem.load_columns' in a role of team warp_group, but got team warp}}
      %x = mla_gpu.smem.load_columns %stat : !mla_gpu.smem<64xf32> -> tensor<64xf32, #mla_gpu.layout<column>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_parts() step(other) grid(one, one) threads(32) {
    %parts = mla_gpu.smem.alloc "parts" : !mla_gpu.smem<64xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %x = arith.constant dense<0.0> : tensor<64x16xf32, #mla_gpu.layout<acc>>
      // expected-error @below {{expected 'mla_gpu.smem.store_parts' in a role of team warp_group, but got team warp}}
      mla_gpu.smem.store_parts max %x, %parts : tensor<64x16xf32, #mla_gpu.layout<acc>>, !mla_gpu.smem<64xf32>
    }
  }
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// row.sum by factors
//===----------------------------------------------------------------------------------------------------------===//

func.func @row_sum_c1(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %f: tensor<32xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected 64 factors, but got 32}}
  %y = mla_gpu.row.sum %x by %f : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<32xf32, #mla_gpu.layout<column>> -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  return
}

// -----

func.func @row_sum_c1_element(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>, %f: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected a value of f32 with factors, but got 'tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>'}}
  %y = mla_gpu.row.sum %x by %f : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>> -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  return
}

// -----

func.func @row_sum_c2(%x: tensor<64x64xf32, #mla_gpu.layout<acc>>, %f: tensor<64xf32, #mla_gpu.layout<column>>) {
  // expected-error @below {{expected a value of f32 and no factors with magnitude, but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>' and factors}}
  %y = mla_gpu.row.sum %x by %f magnitude : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<column>> -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  return
}

// -----

func.func @row_sum_c2_element(%x: tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected a value of f32 and no factors with magnitude, but got 'tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>'}}
  %y = mla_gpu.row.sum %x magnitude : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>> -> tensor<64xf32, #mla_gpu.layout<row_partial>>
  return
}
