// RUN: mla-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func private @smem
// CHECK-SAME: (!mla_gpu.smem<64x576xbf16, sw128>, !mla_gpu.smem<64x64xf16, sw128>, !mla_gpu.smem<64x32xf32, sw128>,
// CHECK-SAME:  !mla_gpu.smem<64x128xi8, sw128>, !mla_gpu.smem<64xf32>, !mla_gpu.smem<1xi64>)
func.func private @smem(!mla_gpu.smem<64x576xbf16, sw128>, !mla_gpu.smem<64x64xf16, sw128>,
                        !mla_gpu.smem<64x32xf32, sw128>, !mla_gpu.smem<64x128xi8, sw128>, !mla_gpu.smem<64xf32, none>,
                        !mla_gpu.smem<1xi64>)

// CHECK-LABEL: func private @smem_sw64
// CHECK-SAME: (!mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x32xbf16, sw64>, !mla_gpu.smem<64x128xf8E4M3FN, sw64_paired>,
// CHECK-SAME:  !mla_gpu.smem<64x64xi8, sw64_paired>, !mla_gpu.smem<64x512xf8E4M3FN, sw128>)
func.func private @smem_sw64(!mla_gpu.smem<64x64xf8E4M3FN, sw64>, !mla_gpu.smem<64x32xbf16, sw64>,
                             !mla_gpu.smem<64x128xf8E4M3FN, sw64_paired>, !mla_gpu.smem<64x64xi8, sw64_paired>,
                             !mla_gpu.smem<64x512xf8E4M3FN, sw128>)

// The least and the most rows of a tile.
// CHECK-LABEL: func private @smem_rows
// CHECK-SAME: (!mla_gpu.smem<8x64xbf16, sw128>, !mla_gpu.smem<128x192xbf16, sw128>, !mla_gpu.smem<256x32xbf16, sw64>,
// CHECK-SAME:  !mla_gpu.tensor_map<1x128x64xbf16, sw128>, !mla_gpu.tensor_map<256x64xbf16, sw128>)
func.func private @smem_rows(!mla_gpu.smem<8x64xbf16, sw128>, !mla_gpu.smem<128x192xbf16, sw128>,
                             !mla_gpu.smem<256x32xbf16, sw64>, !mla_gpu.tensor_map<1x128x64xbf16, sw128>,
                             !mla_gpu.tensor_map<256x64xbf16, sw128>)

// The largest buffer: 1 MiB.
// CHECK-LABEL: func private @smem_largest
// CHECK-SAME: (!mla_gpu.smem<64x8192xbf16, sw128>, !mla_gpu.smem<1048576xi8>)
func.func private @smem_largest(!mla_gpu.smem<64x8192xbf16, sw128>, !mla_gpu.smem<1048576xi8>)

// CHECK-LABEL: func private @ptr
// CHECK-SAME: (!mla_gpu.ptr<bf16>, !mla_gpu.ptr<f32>, !mla_gpu.ptr<i32>, !mla_gpu.ptr<f8E4M3FN>)
func.func private @ptr(!mla_gpu.ptr<bf16>, !mla_gpu.ptr<f32>, !mla_gpu.ptr<i32>, !mla_gpu.ptr<f8E4M3FN>)

// CHECK-LABEL: func private @tensor_map
// CHECK-SAME: (!mla_gpu.tensor_map<64x64xbf16, sw128>, !mla_gpu.tensor_map<1x64x64xf16, sw128>,
// CHECK-SAME:  !mla_gpu.tensor_map<1x1x1x64x128xi8, sw128>)
func.func private @tensor_map(!mla_gpu.tensor_map<64x64xbf16, sw128>, !mla_gpu.tensor_map<1x64x64xf16, sw128>,
                              !mla_gpu.tensor_map<1x1x1x64x128xi8, sw128>)

// CHECK-LABEL: func private @tensor_map_f8
// CHECK-SAME: (!mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>, !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>,
// CHECK-SAME:  !mla_gpu.tensor_map<64x32xbf16, sw64>)
func.func private @tensor_map_f8(!mla_gpu.tensor_map<1x64x128xf8E4M3FN, sw128>,
                                 !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64>, !mla_gpu.tensor_map<64x32xbf16, sw64>)

// CHECK-LABEL: func private @barriers
// CHECK-SAME: (!mla_gpu.mbar, !mla_gpu.nbar)
func.func private @barriers(!mla_gpu.mbar, !mla_gpu.nbar)

// CHECK-LABEL: func private @pending
// CHECK-SAME: (!mla_gpu.pending<tensor<64x256xf32, #acc>>)
func.func private @pending(!mla_gpu.pending<tensor<64x256xf32, #mla_gpu.layout<acc>>>)

// CHECK-LABEL: func private @layouts
// CHECK-SAME: (tensor<64x8xf32, #acc>, tensor<64x256xi1, #acc>, tensor<64x16xbf16, #a_operand>,
// CHECK-SAME:  tensor<64x256xf16, #a_operand>, tensor<64xi32, #row>, tensor<64xf32, #row_partial>,
// CHECK-SAME:  tensor<32xi64, #lane>, tensor<128xf32, #lane>, tensor<4096xf32, #lane>)
func.func private @layouts(
    tensor<64x8xf32, #mla_gpu.layout<acc>>, tensor<64x256xi1, #mla_gpu.layout<acc>>,
    tensor<64x16xbf16, #mla_gpu.layout<a_operand>>, tensor<64x256xf16, #mla_gpu.layout<a_operand>>,
    tensor<64xi32, #mla_gpu.layout<row>>, tensor<64xf32, #mla_gpu.layout<row_partial>>,
    tensor<32xi64, #mla_gpu.layout<lane>>, tensor<128xf32, #mla_gpu.layout<lane>>,
    tensor<4096xf32, #mla_gpu.layout<lane>>)

// CHECK-LABEL: func private @layouts_f8
// CHECK-SAME: (tensor<64x16xf8E4M3FN, #acc>, tensor<64x256xf8E4M3FN, #acc>, tensor<64x32xf8E4M3FN, #a_paired>,
// CHECK-SAME:  tensor<64x256xf8E4M3FN, #a_paired>, tensor<64x8xf32, #acc_paired>, tensor<64x64xi1, #acc_paired>,
// CHECK-SAME:  tensor<8xf32, #column>, tensor<256xi32, #column>, tensor<64xi1, #column>,
// CHECK-SAME:  tensor<64x32xf16, #a_paired>, tensor<64x256xf16, #a_paired>, tensor<8xf16, #column>, tensor<256xf16, #column>,
// CHECK-SAME:  !mla_gpu.pending<tensor<64x64xf32, #acc_paired>>)
func.func private @layouts_f8(
    tensor<64x16xf8E4M3FN, #mla_gpu.layout<acc>>, tensor<64x256xf8E4M3FN, #mla_gpu.layout<acc>>,
    tensor<64x32xf8E4M3FN, #mla_gpu.layout<a_paired>>, tensor<64x256xf8E4M3FN, #mla_gpu.layout<a_paired>>,
    tensor<64x8xf32, #mla_gpu.layout<acc_paired>>, tensor<64x64xi1, #mla_gpu.layout<acc_paired>>,
    tensor<8xf32, #mla_gpu.layout<column>>, tensor<256xi32, #mla_gpu.layout<column>>,
    tensor<64xi1, #mla_gpu.layout<column>>, tensor<64x32xf16, #mla_gpu.layout<a_paired>>,
    tensor<64x256xf16, #mla_gpu.layout<a_paired>>, tensor<8xf16, #mla_gpu.layout<column>>,
    tensor<256xf16, #mla_gpu.layout<column>>, !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc_paired>>>)

// CHECK-LABEL: func private @attributes
// CHECK-SAME: mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.000000e+00 : f32, item_cost = 64, min_steps = 1024, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// CHECK-SAME: test.decode = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.352000e-01 : f32, heads = 0, queries = 1>
func.func private @attributes() attributes {
  test.decode = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true,
                                softmax_scale = 0.1352 : f32, heads = 0, queries = 1>,
  mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.0 : f32, item_cost = 64,
                                       min_steps = 1024>}

// The format is left out where the cache has the element type, the precision where it is bf16.
// CHECK-LABEL: func private @decode_formats
// CHECK-SAME: test.a = #mla_gpu.decode<element = bf16, page_size = 64,
// CHECK-SAME: test.b = #mla_gpu.decode<element = f16, format = e4m3, page_size = 64,
// CHECK-SAME: test.c = #mla_gpu.decode<element = bf16, format = e4m3_token, precision = e4m3, page_size = 64,
// CHECK-SAME: test.d = #mla_gpu.decode<element = bf16, format = e4m3_group, precision = e4m3, page_size = 64,
func.func private @decode_formats() attributes {
  test.a = #mla_gpu.decode<element = bf16, precision = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>,
  test.b = #mla_gpu.decode<element = f16, format = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>,
  test.c = #mla_gpu.decode<element = bf16, precision = e4m3, format = e4m3_token, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>,
  test.d = #mla_gpu.decode<element = bf16, format = e4m3_group, precision = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>}

// CHECK-LABEL: func private @prefill
// CHECK-SAME: test.prefill = #mla_gpu.prefill<form = "mha", element = f16, heads = 128, d_nope = 128, d_rope = 0, d_v = 128, causal = false, softmax_scale = 1.000000e+00 : f32>
func.func private @prefill() attributes {
  test.prefill = #mla_gpu.prefill<form = "mha", element = f16, heads = 128, d_nope = 128, d_rope = 0, d_v = 128,
                                  causal = false, softmax_scale = 1.0 : f32>}

// CHECK-LABEL: func private @prefill_absorbed
// CHECK-SAME: test.a = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 16, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.000000e+00 : f32, page_size = 64>
// CHECK-SAME: test.b = #mla_gpu.prefill<form = "absorbed", {{.*}} softmax_scale = 1.000000e+00 : f32>
func.func private @prefill_absorbed() attributes {
  test.a = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 16, d_nope = 512, d_rope = 64, d_v = 512,
                            causal = true, softmax_scale = 1.0 : f32, page_size = 64>,
  test.b = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 16, d_nope = 512, d_rope = 64, d_v = 512,
                            causal = true, softmax_scale = 1.0 : f32, page_size = 0>}

// CHECK-LABEL: func private @merge
// CHECK-SAME: test.merge = #mla_gpu.merge<element = f32, heads = 128, d_v = 512, heads_first = true>
func.func private @merge() attributes {
  test.merge = #mla_gpu.merge<element = f32, heads = 128, d_v = 512, heads_first = true>}

// In any order; what is left out takes its default.
// CHECK-LABEL: func private @schedule_defaults
// CHECK-SAME: #mla_gpu.schedule<kind = "other", rescale_threshold = 0.000000e+00 : f32, item_cost = 1, min_steps = 1, align_steps = 0, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
func.func private @schedule_defaults() attributes {mla_gpu.schedule = #mla_gpu.schedule<align_steps = 0, kind = "other">}

// CHECK-LABEL: module @lowered attributes {mla_gpu.implements = #mla_gpu.decode<
module @lowered attributes {
  mla_gpu.implements = #mla_gpu.decode<element = f16, page_size = 1, d_latent = 1, d_rope = 0, causal = false,
                                       softmax_scale = 1.0 : f32, heads = 128, queries = 4>} {
  // CHECK: llvm.func @attend(!llvm.ptr, i32)
  // CHECK-SAME: mla_gpu.launch = {bindings = ["q_map", "batch"], cooperative = true, grid_x = "row_tiles", grid_y = "parts", maps = [!mla_gpu.tensor_map<1x64x64xbf16, sw128>, unit], pdl = true, smem_bytes = 0 : i32, step = "attend", threads = 384 : i32}
  llvm.func @attend(!llvm.ptr, i32) attributes {
    mla_gpu.launch = {step = "attend", grid_x = "row_tiles", grid_y = "parts", threads = 384 : i32, smem_bytes = 0 : i32,
                      pdl = true, cooperative = true, bindings = ["q_map", "batch"],
                      maps = [!mla_gpu.tensor_map<1x64x64xbf16, sw128>, unit]}}
}
