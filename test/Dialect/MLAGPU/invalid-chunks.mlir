// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions and kernels are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.layout
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [64]}}
func.func private @layout_c7_rank(tensor<64xbf16, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [32, 64]}}
func.func private @layout_c7_rows(tensor<32x64xf8E4M3FN, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [128, 64]}}
func.func private @layout_c7_many_rows(tensor<128x64xf8E4M3FN, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [64, 96]}}
func.func private @layout_c7_columns(tensor<64x96xf16, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [64, 32]}}
func.func private @layout_c7_narrow(tensor<64x32xf8E4M3FN, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [64, 320]}}
func.func private @layout_c7_wide(tensor<64x320xf8E4M3FN, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have shape 64 × a multiple of 64 from 64 to 256, but got [64, ?]}}
func.func private @layout_c7_dynamic(tensor<64x?xbf16, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have elements of f8E4M3FN, bf16 or f16, but got 'f32'}}
func.func private @layout_c7_element(tensor<64x64xf32, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have elements of f8E4M3FN, bf16 or f16, but got 'f8E5M2'}}
func.func private @layout_c7_element_8(tensor<64x64xf8E5M2, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk to have elements of f8E4M3FN, bf16 or f16, but got 'i8'}}
func.func private @layout_c7_element_integer(tensor<64x64xi8, #mla_gpu.layout<chunk>>)

// -----

// expected-error @below {{expected a tensor in layout chunk_row to have shape 64, but got [32]}}
func.func private @layout_c8_shape(tensor<32xf32, #mla_gpu.layout<chunk_row>>)

// -----

// expected-error @below {{expected a tensor in layout chunk_row to have shape 64, but got [64, 1]}}
func.func private @layout_c8_rank(tensor<64x1xf32, #mla_gpu.layout<chunk_row>>)

// -----

// expected-error @below {{expected a tensor in layout chunk_row to have elements of f32, but got 'f16'}}
func.func private @layout_c8_element(tensor<64xf16, #mla_gpu.layout<chunk_row>>)

// -----

// expected-error @below {{expected a tensor in layout chunk_row to have elements of f32, but got 'i32'}}
func.func private @layout_c8_element_integer(tensor<64xi32, #mla_gpu.layout<chunk_row>>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// global.load_tile, global.load_rows, global.prefetch
//===----------------------------------------------------------------------------------------------------------===//

func.func @load_tile_c1(%p: !mla_gpu.ptr<i8>, %at: i64, %n: i32) {
  // expected-error @below {{expected equal element types, but got 'f8E4M3FN' in registers and 'i8' in memory}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 64 valid %n : !mla_gpu.ptr<i8> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_c1_16_bits(%p: !mla_gpu.ptr<bf16>, %at: i64, %n: i32) {
  // expected-error @below {{expected equal element types, but got 'f16' in registers and 'bf16' in memory}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 64 valid %n : !mla_gpu.ptr<bf16> -> tensor<64x64xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_c2_multiple(%p: !mla_gpu.ptr<f8E4M3FN>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be a multiple of 16 elements (16 bytes) up to 2^24 bytes, but got 648}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 648 valid %n : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_c2_multiple_16_bits(%p: !mla_gpu.ptr<bf16>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be a multiple of 8 elements (16 bytes) up to 2^24 bytes, but got 324}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 324 valid %n : !mla_gpu.ptr<bf16> -> tensor<64x64xbf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_c2_zero(%p: !mla_gpu.ptr<f8E4M3FN>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be a multiple of 16 elements (16 bytes) up to 2^24 bytes, but got 0}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 0 valid %n : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_c2_negative(%p: !mla_gpu.ptr<f16>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be a multiple of 8 elements (16 bytes) up to 2^24 bytes, but got -64}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride -64 valid %n : !mla_gpu.ptr<f16> -> tensor<64x64xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_tile_result(%p: !mla_gpu.ptr<f32>, %at: i64, %n: i32) {
  // expected-error @below {{result #0 must be tensor in layout chunk, but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
  %x = mla_gpu.global.load_tile %p[%at] row_stride 64 valid %n : !mla_gpu.ptr<f32> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @load_rows_c1(%p: !mla_gpu.ptr<bf16>, %at: i64, %n: i32) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'bf16' in memory}}
  %x = mla_gpu.global.load_rows %p[%at] row_stride 1 valid %n : !mla_gpu.ptr<bf16> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
  return
}

// -----

func.func @load_rows_c2_zero(%p: !mla_gpu.ptr<f32>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and at most 2^24 bytes, but got 0}}
  %x = mla_gpu.global.load_rows %p[%at] row_stride 0 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
  return
}

// -----

func.func @load_rows_c2_negative(%p: !mla_gpu.ptr<f32>, %at: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and at most 2^24 bytes, but got -164}}
  %x = mla_gpu.global.load_rows %p[%at] row_stride -164 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
  return
}

// -----

func.func @load_tile_c2_far(%p: !mla_gpu.ptr<f8E4M3FN>, %i: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be a multiple of 16 elements (16 bytes) up to 2^24 bytes, but got 16777232}}
  %x = mla_gpu.global.load_tile %p[%i] row_stride 16777232 valid %n : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @load_rows_c2_far(%p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and at most 2^24 bytes, but got 4194305}}
  %x = mla_gpu.global.load_rows %p[%i] row_stride 4194305 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
  return
}

// -----

func.func @load_rows_result(%p: !mla_gpu.ptr<f32>, %at: i64, %n: i32) {
  // expected-error @below {{result #0 must be f32 tensor in layout row or chunk_row, but got 'tensor<64xf32, #mla_gpu.layout<column>>'}}
  %x = mla_gpu.global.load_rows %p[%at] row_stride 1 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<column>>
  return
}

// -----

func.func @load_rows_result_integer(%p: !mla_gpu.ptr<i32>, %at: i64, %n: i32) {
  // expected-error @below {{result #0 must be f32 tensor in layout row or chunk_row, but got 'tensor<64xi32, #mla_gpu.layout<row>>'}}
  %x = mla_gpu.global.load_rows %p[%at] row_stride 1 valid %n : !mla_gpu.ptr<i32> -> tensor<64xi32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @prefetch_c1_multiple(%p: !mla_gpu.ptr<i8>, %at: i64) {
  // expected-error @below {{expected bytes to be positive and a multiple of 16, but got 41976}}
  mla_gpu.global.prefetch %p[%at] bytes 41976 : !mla_gpu.ptr<i8>
  return
}

// -----

func.func @prefetch_c1_zero(%p: !mla_gpu.ptr<i8>, %at: i64) {
  // expected-error @below {{expected bytes to be positive and a multiple of 16, but got 0}}
  mla_gpu.global.prefetch %p[%at] bytes 0 : !mla_gpu.ptr<i8>
  return
}

// -----

func.func @prefetch_c1_negative(%p: !mla_gpu.ptr<i8>, %at: i64) {
  // expected-error @below {{expected bytes to be positive and a multiple of 16, but got -16}}
  mla_gpu.global.prefetch %p[%at] bytes -16 : !mla_gpu.ptr<i8>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// convert_chunks, smem.store_tile, splat
//===----------------------------------------------------------------------------------------------------------===//

func.func @convert_chunks_c1(%k: tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>) {
  // expected-error @below {{expected a result of 128 columns, but got 64}}
  %x = mla_gpu.convert_chunks %k : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> -> tensor<64x64xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @convert_chunks_c1_scale(%k: tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>, %s: tensor<64xf32, #mla_gpu.layout<chunk_row>>) {
  // expected-error @below {{expected a result of 128 columns, but got 256}}
  %x = mla_gpu.convert_chunks %k by %s : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> by tensor<64xf32, #mla_gpu.layout<chunk_row>> -> tensor<64x256xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @convert_chunks_result(%k: tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>) {
  // expected-error @below {{result #0 must be tensor in layout chunk, but got 'tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>'}}
  %x = mla_gpu.convert_chunks %k : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> -> tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @convert_chunks_value(%k: tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>) {
  // expected-error @below {{operand #0 must be tensor in layout chunk, but got 'tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>>'}}
  %x = mla_gpu.convert_chunks %k : tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc>> -> tensor<64x64xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @convert_chunks_scale(%k: tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>, %s: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{operand #1 must be tensor in layout chunk_row, but got 'tensor<64xf32, #mla_gpu.layout<row>>'}}
  %x = mla_gpu.convert_chunks %k by %s : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> by tensor<64xf32, #mla_gpu.layout<row>> -> tensor<64x128xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

func.func @store_tile_c1_columns(%x: tensor<64x64xf16, #mla_gpu.layout<chunk>>, %b: !mla_gpu.smem<64x128xf16, sw128>) {
  // expected-error @below {{expected a target of 64x64 elements of 16 bits, but got '!mla_gpu.smem<64x128xf16, sw128>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xf16, #mla_gpu.layout<chunk>>, !mla_gpu.smem<64x128xf16, sw128>
  return
}

// -----

func.func @store_tile_c1_rows(%x: tensor<64x64xf16, #mla_gpu.layout<chunk>>, %b: !mla_gpu.smem<128x64xf16, sw128>) {
  // expected-error @below {{expected a target of 64x64 elements of 16 bits, but got '!mla_gpu.smem<128x64xf16, sw128>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xf16, #mla_gpu.layout<chunk>>, !mla_gpu.smem<128x64xf16, sw128>
  return
}

// -----

func.func @store_tile_c1_width(%x: tensor<64x64xf16, #mla_gpu.layout<chunk>>, %b: !mla_gpu.smem<64x64xf8E4M3FN, sw64>) {
  // expected-error @below {{expected a target of 64x64 elements of 16 bits, but got '!mla_gpu.smem<64x64xf8E4M3FN, sw64>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xf16, #mla_gpu.layout<chunk>>, !mla_gpu.smem<64x64xf8E4M3FN, sw64>
  return
}

// -----

func.func @store_tile_c2(%x: tensor<64x64xf16, #mla_gpu.layout<chunk>>, %b: !mla_gpu.smem<64x64xf16, sw64>) {
  // expected-error @below {{expected a target of swizzle sw128 for 16-bit elements, but got '!mla_gpu.smem<64x64xf16, sw64>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x64xf16, #mla_gpu.layout<chunk>>, !mla_gpu.smem<64x64xf16, sw64>
  return
}

// -----

func.func @store_tile_e4m3(%x: tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>, %b: !mla_gpu.smem<64x128xf8E4M3FN, sw128>) {
  // expected-error @below {{operand #0 must be 16-bit tensor in layout a_operand or chunk, or f8E4M3FN tensor in layout acc, but got 'tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>'}}
  mla_gpu.smem.store_tile %x, %b : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>, !mla_gpu.smem<64x128xf8E4M3FN, sw128>
  return
}

// -----

func.func @splat_c1_chunk_row(%x: i32) {
  // expected-error @below {{expected a scalar of the tensor's element type 'f32', but got 'i32'}}
  %r = mla_gpu.splat %x : i32 -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
  return
}

// -----

func.func @splat_chunk(%x: f32) {
  // expected-error @below {{result #0 must be tensor in layout acc or tensor in layout row or tensor in layout row_partial or tensor in layout lane or tensor in layout acc_paired or tensor in layout column or tensor in layout chunk_row, but got 'tensor<64x64xf16, #mla_gpu.layout<chunk>>'}}
  %r = mla_gpu.splat %x : f32 -> tensor<64x64xf16, #mla_gpu.layout<chunk>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Teams
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_load_tile(%p: !mla_gpu.ptr<f8E4M3FN> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %n = arith.constant 64 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.global.load_tile' in a role of team warp_group, but got team warp}}
      %x = mla_gpu.global.load_tile %p[%at] row_stride 64 valid %n : !mla_gpu.ptr<f8E4M3FN> -> tensor<64x64xf8E4M3FN, #mla_gpu.layout<chunk>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_load_rows(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(128) {
    %at = arith.constant 0 : i64
    %n = arith.constant 64 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(each_warp) {
      // expected-error @below {{expected 'mla_gpu.global.load_rows' in a role of team warp_group, but got team each_warp}}
      %x = mla_gpu.global.load_rows %p[%at] row_stride 1 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_convert_chunks() step(other) grid(one, one) threads(32) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %k = arith.constant dense<0.0> : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>
      // expected-error @below {{expected 'mla_gpu.convert_chunks' in a role of team warp_group, but got team warp}}
      %x = mla_gpu.convert_chunks %k : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> -> tensor<64x128xf16, #mla_gpu.layout<chunk>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_store_tile() step(other) grid(one, one) threads(128) {
    %t = mla_gpu.smem.alloc "t" : !mla_gpu.smem<64x64xf16, sw128>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(each_warp) {
      %x = arith.constant dense<0.0> : tensor<64x64xf16, #mla_gpu.layout<chunk>>
      // expected-error @below {{expected 'mla_gpu.smem.store_tile' in a role of team warp_group, but got team each_warp}}
      mla_gpu.smem.store_tile %x, %t : tensor<64x64xf16, #mla_gpu.layout<chunk>>, !mla_gpu.smem<64x64xf16, sw128>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_splat() step(other) grid(one, one) threads(32) {
    %x = arith.constant 1.0 : f32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.splat' in a role of team warp_group, but got team warp}}
      %r = mla_gpu.splat %x : f32 -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_convert_in_each_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %k = arith.constant dense<0.0> : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>>
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected 'mla_gpu.convert_chunks' in a role of team warp_group, but got team warp}}
        %x = mla_gpu.convert_chunks %k : tensor<64x128xf8E4M3FN, #mla_gpu.layout<chunk>> -> tensor<64x128xf16, #mla_gpu.layout<chunk>>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_prefetch(%p: !mla_gpu.ptr<i8> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %n = arith.constant 64 : i32
    // expected-error @below {{expected 'mla_gpu.global.prefetch' inside a role, but got it in the set-up of a kernel}}
    mla_gpu.global.prefetch %p[%at] bytes 16 : !mla_gpu.ptr<i8>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_load_rows(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %n = arith.constant 64 : i32
    // expected-error @below {{expected 'mla_gpu.global.load_rows' inside a role, but got it in the set-up of a kernel}}
    %x = mla_gpu.global.load_rows %p[%at] row_stride 1 valid %n : !mla_gpu.ptr<f32> -> tensor<64xf32, #mla_gpu.layout<chunk_row>>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
