// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions and kernels are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.layout
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [128]}}
func.func private @layout_c9_rank(tensor<128xf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [1, 16, 128]}}
func.func private @layout_c9_rank_3(tensor<1x16x128xf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [33, 128]}}
func.func private @layout_c9_most_rows(tensor<33x128xf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [0, 128]}}
func.func private @layout_c9_no_rows(tensor<0x128xf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [16, 192]}}
func.func private @layout_c9_columns(tensor<16x192xbf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [16, 0]}}
func.func private @layout_c9_no_columns(tensor<16x0xbf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [16, 640]}}
func.func private @layout_c9_most_columns(tensor<16x640xbf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have shape 1 to 32 × a multiple of 128 up to 512, but got [?, 256]}}
func.func private @layout_c9_dynamic(tensor<?x256xbf16, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have elements of bf16 or f16, but got 'f32'}}
func.func private @layout_c9_element(tensor<16x256xf32, #mla_gpu.layout<lane_rows>>)

// -----

// expected-error @below {{expected a tensor in layout lane_rows to have elements of bf16 or f16, but got 'f8E4M3FN'}}
func.func private @layout_c9_e4m3(tensor<16x256xf8E4M3FN, #mla_gpu.layout<lane_rows>>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.smem.view
//===----------------------------------------------------------------------------------------------------------===//

func.func @smem_view_c2_unswizzled(%b: !mla_gpu.smem<64x128xbf16, sw128>) {
  // expected-error @below {{expected a result of 8192 bytes, but got '!mla_gpu.smem<4096xf32>' of 16384}}
  %v = mla_gpu.smem.view %b tiles(0 to 1) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<4096xf32>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.smem.load_lanes and mla_gpu.smem.store_lanes
//===----------------------------------------------------------------------------------------------------------===//

func.func @load_lanes_c1_swizzled(%b: !mla_gpu.smem<64x64xbf16, sw128>, %i: i32) {
  // expected-error @below {{expected an unswizzled buffer of f32, but got '!mla_gpu.smem<64x64xbf16, sw128>'}}
  %x = mla_gpu.smem.load_lanes %b[%i] : !mla_gpu.smem<64x64xbf16, sw128> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_lanes_c1_buffer(%b: !mla_gpu.smem<256xi32>, %i: i32) {
  // expected-error @below {{expected an unswizzled buffer of f32, but got '!mla_gpu.smem<256xi32>'}}
  %x = mla_gpu.smem.load_lanes %b[%i] : !mla_gpu.smem<256xi32> -> tensor<128xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_lanes_c1_result(%b: !mla_gpu.smem<256xf32>, %i: i32) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'f32' in memory}}
  %x = mla_gpu.smem.load_lanes %b[%i] : !mla_gpu.smem<256xf32> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @store_lanes_c1_swizzled(%v: tensor<128xf32, #mla_gpu.layout<lane>>, %b: !mla_gpu.smem<64x64xbf16, sw128>, %i: i32) {
  // expected-error @below {{expected an unswizzled buffer of f32, but got '!mla_gpu.smem<64x64xbf16, sw128>'}}
  mla_gpu.smem.store_lanes %v, %b[%i] : tensor<128xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @store_lanes_c1_buffer(%v: tensor<128xi32, #mla_gpu.layout<lane>>, %b: !mla_gpu.smem<256xi32>, %i: i32) {
  // expected-error @below {{expected an unswizzled buffer of f32, but got '!mla_gpu.smem<256xi32>'}}
  mla_gpu.smem.store_lanes %v, %b[%i] : tensor<128xi32, #mla_gpu.layout<lane>>, !mla_gpu.smem<256xi32>
  return
}

// -----

func.func @store_lanes_c1_value(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %b: !mla_gpu.smem<256xf32>, %i: i32) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'f32' in memory}}
  mla_gpu.smem.store_lanes %v, %b[%i] : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.smem<256xf32>
  return
}

// -----

func.func @load_lanes_index(%b: !mla_gpu.smem<256xf32>, %i: i64) {
  // expected-note @above {{prior use here}}
  // expected-error @below {{use of value '%i' expects different type than prior uses: 'i32' vs 'i64'}}
  %x = mla_gpu.smem.load_lanes %b[%i] : !mla_gpu.smem<256xf32> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.global.gather_rows
//===----------------------------------------------------------------------------------------------------------===//

func.func @gather_rows_c1(%p: !mla_gpu.ptr<bf16>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected equal element types, but got 'f16' in registers and 'bf16' in memory}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(512) : !mla_gpu.ptr<bf16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c1_f32(%p: !mla_gpu.ptr<f32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected equal element types, but got 'f16' in registers and 'f32' in memory}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(512) : !mla_gpu.ptr<f32>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c2_i64(%p: !mla_gpu.ptr<f16>, %i: tensor<32xi64, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected an index of i32, but got 'i64'}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(512) : !mla_gpu.ptr<f16>, tensor<32xi64, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c2_f32(%p: !mla_gpu.ptr<f16>, %i: tensor<32xf32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected an index of i32, but got 'f32'}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(512) : !mla_gpu.ptr<f16>, tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c2_count(%p: !mla_gpu.ptr<f16>, %i: tensor<128xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected 32 elements in the index, but got 128}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(512) : !mla_gpu.ptr<f16>, tensor<128xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c3_zero(%p: !mla_gpu.ptr<f16>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected row_stride to be a positive multiple of 4 up to 2^24, but got 0}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(0) : !mla_gpu.ptr<f16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c3_negative(%p: !mla_gpu.ptr<f16>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected row_stride to be a positive multiple of 4 up to 2^24, but got -4}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(-4) : !mla_gpu.ptr<f16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c3_multiple(%p: !mla_gpu.ptr<f16>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected row_stride to be a positive multiple of 4 up to 2^24, but got 510}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(510) : !mla_gpu.ptr<f16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

func.func @gather_rows_c3_large(%p: !mla_gpu.ptr<f16>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %c: i32) {
  // expected-error @below {{expected row_stride to be a positive multiple of 4 up to 2^24, but got 16777220}}
  %x = mla_gpu.global.gather_rows %p[%i, %c] row_stride(16777220) : !mla_gpu.ptr<f16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.lane.weigh_rows
//===----------------------------------------------------------------------------------------------------------===//

func.func @weigh_rows_c1_type(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xi32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected weights of f32, but got 'i32'}}
  %x = mla_gpu.lane.weigh_rows %r by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c1_count(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<128xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements, but got 128}}
  %x = mla_gpu.lane.weigh_rows %r by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<128xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c3_empty(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected rows within 0 to 16, but got 4 to 4}}
  %x = mla_gpu.lane.weigh_rows %r rows(4 to 4) by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c3_reversed(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected rows within 0 to 16, but got 5 to 4}}
  %x = mla_gpu.lane.weigh_rows %r rows(5 to 4) by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c3_negative(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected rows within 0 to 16, but got -1 to 4}}
  %x = mla_gpu.lane.weigh_rows %r rows(-1 to 4) by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c3_past_end(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected rows within 0 to 16, but got 8 to 17}}
  %x = mla_gpu.lane.weigh_rows %r rows(8 to 17) by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c3_one(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected both first and end, or neither, but got one}}
  %x = "mla_gpu.lane.weigh_rows"(%r, %w, %a) <{first = 1 : i32}> : (tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>) -> tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_right_type(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>, %right: tensor<32xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{failed to verify that weights of the right half have the type of those of the left one}}
  %x = "mla_gpu.lane.weigh_rows"(%r, %w, %a, %right) : (tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>, tensor<32xi32, #mla_gpu.layout<lane>>) -> tensor<256xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c4(%r: tensor<16x384xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<384xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected rows of 128, 256 or 512 columns where halves have weights of their own, but got 384}}
  %x = mla_gpu.lane.weigh_rows %r by %w, %w plus %a : tensor<16x384xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<384xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c2_type(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an addend of 256 elements of f32, but got 'tensor<256xi32, #mla_gpu.layout<lane>>'}}
  %x = mla_gpu.lane.weigh_rows %r by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c2_count(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<128xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an addend of 256 elements of f32, but got 'tensor<128xf32, #mla_gpu.layout<lane>>'}}
  %x = mla_gpu.lane.weigh_rows %r by %w plus %a : tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @weigh_rows_c2_result(%r: tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, %w: tensor<32xf32, #mla_gpu.layout<lane>>, %a: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{failed to verify that all of {addend, result} have same type}}
  %x = "mla_gpu.lane.weigh_rows"(%r, %w, %a) : (tensor<16x256xf16, #mla_gpu.layout<lane_rows>>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<256xf32, #mla_gpu.layout<lane>>) -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Teams
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_gather_rows(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>})
      step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<256xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %i = arith.constant dense<0> : tensor<32xi32, #mla_gpu.layout<lane>>
      // expected-error @below {{expected 'mla_gpu.global.gather_rows' in a role of team warp or each_warp, but got team warp_group}}
      %x = mla_gpu.global.gather_rows %p[%i, %c0] row_stride(512) : !mla_gpu.ptr<f16>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<16x256xf16, #mla_gpu.layout<lane_rows>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_load_lanes(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>})
      step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<256xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected 'mla_gpu.smem.load_lanes' in a role of team warp or each_warp, but got team warp_group}}
      %x = mla_gpu.smem.load_lanes %b[%c0] : !mla_gpu.smem<256xf32> -> tensor<32xf32, #mla_gpu.layout<lane>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_store_lanes(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>})
      step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<256xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %v = arith.constant dense<0.0> : tensor<32xf32, #mla_gpu.layout<lane>>
      // expected-error @below {{expected 'mla_gpu.smem.store_lanes' in a role of team warp or each_warp, but got team warp_group}}
      mla_gpu.smem.store_lanes %v, %b[%c0] : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.smem<256xf32>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_in_a_tail(%p: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>})
      step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<256xf32>
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.tail "t" () {
        %c0 = arith.constant 0 : i32
        // expected-error @below {{expected 'mla_gpu.smem.load_lanes' in a role of team warp or each_warp, but got team warp_group}}
        %x = mla_gpu.smem.load_lanes %b[%c0] : !mla_gpu.smem<256xf32> -> tensor<32xf32, #mla_gpu.layout<lane>>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @load_lanes_outside_a_role() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<256xf32>
    %c0 = arith.constant 0 : i32
    // expected-error @below {{expected 'mla_gpu.smem.load_lanes' inside a role, but got it in the set-up of a kernel}}
    %x = mla_gpu.smem.load_lanes %b[%c0] : !mla_gpu.smem<256xf32> -> tensor<32xf32, #mla_gpu.layout<lane>>
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.tail
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_not_last() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected to be the last op of a role}}
      mla_gpu.tail "t" () {
      }
      mla_gpu.pdl.wait
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_twice() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected to be the last op of a role}}
      mla_gpu.tail "t" () {
      }
      mla_gpu.tail "t" () {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_in_a_kernel() step(other) grid(one, one) threads(64) {
    // expected-error @below {{expected to be the last op of a role}}
    mla_gpu.tail "t" () {
    }
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_in_a_branch() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %true = arith.constant true
      scf.if %true {
        // expected-error @below {{expected to be the last op of a role}}
        mla_gpu.tail "t" () {
        }
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_in_each_warp() step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected to be the last op of a role}}
        mla_gpu.tail "t" () {
        }
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c1_in_a_tail() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.tail "t" () {
        // expected-error @below {{expected to be the last op of a role}}
        mla_gpu.tail "u" () {
        }
      }
    }
  }
}

// -----

func.func @tail_c1_in_a_function() {
  // expected-error @below {{expected to be the last op of a role}}
  mla_gpu.tail "t" () {
  }
  return
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c2_count() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected a body with arguments of types 'i32', but got}}
      "mla_gpu.tail"(%c0) <{name = "t"}> ({
      ^bb0:
        mla_gpu.pdl.wait
      }) : (i32) -> ()
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c2_type() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected a body with arguments of types 'i32', but got 'i64'}}
      "mla_gpu.tail"(%c0) <{name = "t"}> ({
      ^bb0(%x: i64):
      }) : (i32) -> ()
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c2_scalars() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      // expected-error @below {{operand #0 must be variadic of 1-bit signless integer or 32-bit signless integer or 64-bit signless integer or 32-bit float, but got 'tensor<32xi32, #mla_gpu.layout<lane>>'}}
      mla_gpu.tail "t" (%x = %lane : tensor<32xi32, #mla_gpu.layout<lane>>) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c3(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>}, %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.tail "t" () {
        // expected-error @below {{expected values of the tail or of the kernel, but got one of its role}}
        mla_gpu.global.store %c0, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c3_its_operand(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>}, %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      mla_gpu.tail "t" (%x = %c0 : i32) {
        // expected-error @below {{expected values of the tail or of the kernel, but got one of its role}}
        mla_gpu.global.store %c0, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c3_deep(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>}, %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %true = arith.constant true
      mla_gpu.tail "t" (%stores = %true : i1) {
        scf.if %stores {
          // expected-error @below {{expected values of the tail or of the kernel, but got one of its role}}
          mla_gpu.global.store %c0, %out[%at] : i32, !mla_gpu.ptr<i32>
        }
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_op() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
        mla_gpu.pdl.wait
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" () {
        mla_gpu.pdl.trigger
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_fewer_ops() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
        mla_gpu.pdl.wait
        mla_gpu.pdl.trigger
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" () {
        mla_gpu.pdl.wait
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_attribute() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
        %x = arith.constant 0 : i32
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" () {
        %x = arith.constant 1 : i32
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_kernel_value() step(other) grid(one, one) threads(256) {
    %one = mla_gpu.nbar.alloc "one" threads(128)
    %other = mla_gpu.nbar.alloc "other" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
        mla_gpu.nbar.sync %one
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" () {
        mla_gpu.nbar.sync %other
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_argument(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>}, %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" (%x = %c0 : i32, %y = %c1 : i32) {
        mla_gpu.global.store %x, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" (%x = %c0 : i32, %y = %c1 : i32) {
        mla_gpu.global.store %y, %out[%at] : i32, !mla_gpu.ptr<i32>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_arguments() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" (%x = %c0 : i32) {
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %c0 = arith.constant 0 : i64
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" (%x = %c0 : i64) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_operands() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" (%x = %c0 : i32) {
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" () {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_region() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %true = arith.constant true
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" (%x = %true : i1) {
        scf.if %x {
          mla_gpu.pdl.wait
        }
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %true = arith.constant true
      // expected-error @below {{expected the same body as the first tail "t"}}
      mla_gpu.tail "t" (%x = %true : i1) {
        scf.if %x {
        }
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_team() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(each_warp) {
      // expected-error @below {{expected a role of the same team and register budget as the first tail "t"}}
      mla_gpu.tail "t" () {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_registers() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(240) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) registers(232) {
      // expected-error @below {{expected a role of the same team and register budget as the first tail "t"}}
      mla_gpu.tail "t" () {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c4_no_registers() step(other) grid(one, one) threads(256) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) registers(240) {
      // expected-note @below {{the first one is here}}
      mla_gpu.tail "t" () {
      }
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      // expected-error @below {{expected a role of the same team and register budget as the first tail "t"}}
      mla_gpu.tail "t" () {
      }
    }
  }
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// The assembly of mla_gpu.tail
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @tail_of_another_name() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{invalid kind of attribute specified}}
      mla_gpu.tail 7 (%x = %c0 : i32) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_without_parentheses() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected '('}}
      mla_gpu.tail "t" {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_without_equal() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected '='}}
      mla_gpu.tail "t" (%x : i32) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_without_operand() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected SSA operand}}
      mla_gpu.tail "t" (%x = : i32) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_without_type() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @below {{expected ':'}}
      mla_gpu.tail "t" (%x = %c0) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_of_another_type() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-note @below {{prior use here}}
      %c0 = arith.constant 0 : i32
      // expected-error @below {{use of value '%c0' expects different type than prior uses: 'i64' vs 'i32'}}
      mla_gpu.tail "t" (%x = %c0 : i64) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @tail_c3_warp_id() step(other) grid(one, one) threads(64) {
    mla_gpu.role "r" warps(0 to 2) team(each_warp) {
      mla_gpu.tail "t" () {
        // expected-error @below {{expected no 'mla_gpu.warp_id' in 'mla_gpu.tail'}}
        %warp = mla_gpu.warp_id
      }
    }
  }
}

// -----

func.func @needless_on_another_op(%bar: !mla_gpu.nbar) {
  // expected-error @below {{expected 'mla_gpu.needless' on 'mla_gpu.nbar.sync'}}
  mla_gpu.nbar.arrive %bar {mla_gpu.needless = "so"}
  return
}

// -----

func.func @needless_without_reason(%bar: !mla_gpu.nbar) {
  // expected-error @below {{expected 'mla_gpu.needless' to be a string that is not empty, but got ""}}
  mla_gpu.nbar.sync %bar {mla_gpu.needless = ""}
  return
}
