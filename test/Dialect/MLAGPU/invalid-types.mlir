// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions and kernels are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// !mla_gpu.smem
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected a swizzled buffer to have rank 2, but got 3}}
func.func private @smem_c1_rank(!mla_gpu.smem<1x64x64xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have rank 2, but got 1}}
func.func private @smem_c1_rank_1(!mla_gpu.smem<64xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have a multiple of 8 rows from 8 to 256, but got 60}}
func.func private @smem_c1_rows(!mla_gpu.smem<60x64xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have a multiple of 8 rows from 8 to 256, but got 264}}
func.func private @smem_c1_rows_most(!mla_gpu.smem<264x64xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have a multiple of 64 columns of 'bf16', but got 96}}
func.func private @smem_c1_columns(!mla_gpu.smem<64x96xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have a multiple of 128 columns of 'i8', but got 64}}
func.func private @smem_c1_columns_i8(!mla_gpu.smem<64x64xi8, sw128>)

// -----

// expected-error @below {{expected a buffer without swizzle to have rank 1, but got 2}}
func.func private @smem_c2(!mla_gpu.smem<64x64xf32>)

// -----

// expected-error @below {{expected a buffer without swizzle to have rank 1, but got 0}}
func.func private @smem_c2_rank_0(!mla_gpu.smem<f32>)

// -----

// expected-error @below {{expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got 'i24'}}
func.func private @smem_c3_width(!mla_gpu.smem<64xi24>)

// -----

// expected-error @below {{expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got 'index'}}
func.func private @smem_c3_index(!mla_gpu.smem<64xindex>)

// -----

// expected-error @below {{expected extents of at least 1, but got 0}}
func.func private @smem_c4_zero(!mla_gpu.smem<0xf32>)

// -----

// expected-error @below {{expected a shared buffer of at most 1048576 bytes, but got more}}
func.func private @smem_c4_large(!mla_gpu.smem<262145xf32>)

// -----

// expected-error @below {{expected a shared buffer of at most 1048576 bytes, but got more}}
func.func private @smem_c4_overflow(!mla_gpu.smem<4294967296x4294967296xbf16, sw128>)

// -----

// expected-error @below {{expected a swizzled buffer to have a multiple of 32 columns of 'bf16', but got 16}}
func.func private @smem_c1_columns_sw64(!mla_gpu.smem<64x16xbf16, sw64>)

// -----

// expected-error @below {{expected elements of 8 bits in a sw64_paired buffer, but got 'bf16'}}
func.func private @smem_c5(!mla_gpu.smem<64x32xbf16, sw64_paired>)

// -----

// expected-error @below {{expected swizzle 'sw128', 'sw64', 'sw64_paired' or 'none', but got 'sw32'}}
func.func private @smem_swizzle(!mla_gpu.smem<64x64xbf16, sw32>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// !mla_gpu.ptr
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got 'i1'}}
func.func private @ptr_c1_i1(!mla_gpu.ptr<i1>)

// -----

// expected-error @below {{expected elements to be integers or floats of 8, 16, 32 or 64 bits, but got '!mla_gpu.ptr<i32>'}}
func.func private @ptr_c1_ptr(!mla_gpu.ptr<!mla_gpu.ptr<i32>>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// !mla_gpu.tensor_map
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected a box of 2 to 5 dimensions, but got 1}}
func.func private @tensor_map_c1_rank_1(!mla_gpu.tensor_map<64xbf16, sw128>)

// -----

// expected-error @below {{expected a box of 2 to 5 dimensions, but got 6}}
func.func private @tensor_map_c1_rank_6(!mla_gpu.tensor_map<1x1x1x1x64x64xbf16, sw128>)

// -----

// expected-error @below {{expected outer box extents of 1, but got 2}}
func.func private @tensor_map_c1_outer(!mla_gpu.tensor_map<2x64x64xbf16, sw128>)

// -----

// expected-error @below {{expected a box of a multiple of 8 rows from 8 to 256, but got 65}}
func.func private @tensor_map_c1_rows(!mla_gpu.tensor_map<1x65x64xbf16, sw128>)

// -----

// expected-error @below {{expected box rows of 64 elements of 'bf16', but got 32}}
func.func private @tensor_map_c1_columns(!mla_gpu.tensor_map<1x64x32xbf16, sw128>)

// -----

// expected-error @below {{expected elements to be integers or floats of 8, 16 or 32 bits, but got 'f64'}}
func.func private @tensor_map_c2(!mla_gpu.tensor_map<1x64x16xf64, sw128>)

// -----

// expected-error @below {{expected box rows of 64 elements of 'i8', but got 128}}
func.func private @tensor_map_c1_columns_sw64(!mla_gpu.tensor_map<1x64x128xi8, sw64>)

// -----

// expected-error @below {{expected swizzle sw128 or sw64, but got none}}
func.func private @tensor_map_c3(!mla_gpu.tensor_map<1x64x64xbf16>)

// -----

// expected-error @below {{expected swizzle sw128 or sw64, but got sw64_paired}}
func.func private @tensor_map_c3_paired(!mla_gpu.tensor_map<1x64x64xi8, sw64_paired>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// !mla_gpu.pending
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected an f32 tensor in layout acc or acc_paired, but got 'tensor<64xf32, #mla_gpu.layout<row>>'}}
func.func private @pending_c1_layout(!mla_gpu.pending<tensor<64xf32, #mla_gpu.layout<row>>>)

// -----

// expected-error @below {{expected an f32 tensor in layout acc or acc_paired, but got 'tensor<64x64xi32, #mla_gpu.layout<acc>>'}}
func.func private @pending_c1_element(!mla_gpu.pending<tensor<64x64xi32, #mla_gpu.layout<acc>>>)

// -----

// expected-error @below {{expected an f32 tensor in layout acc or acc_paired, but got 'tensor<64x64xf32>'}}
func.func private @pending_c1_plain(!mla_gpu.pending<tensor<64x64xf32>>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.layout
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 8 from 8 to 256, but got [64]}}
func.func private @layout_c1_rank(tensor<64xf32, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 8 from 8 to 256, but got [32, 64]}}
func.func private @layout_c1_rows(tensor<32x64xf32, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 8 from 8 to 256, but got [64, 4]}}
func.func private @layout_c1_columns(tensor<64x4xf32, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 8 from 8 to 256, but got [64, 264]}}
func.func private @layout_c1_wide(tensor<64x264xf32, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 8 from 8 to 256, but got [64, ?]}}
func.func private @layout_c1_dynamic(tensor<64x?xf32, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have elements of f32, i32, i1 or f8E4M3FN, but got 'f64'}}
func.func private @layout_c1_element(tensor<64x64xf64, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc to have shape 64 × a multiple of 16 from 16 to 256, but got [64, 24]}}
func.func private @layout_c1_columns_f8(tensor<64x24xf8E4M3FN, #mla_gpu.layout<acc>>)

// -----

// expected-error @below {{expected a tensor in layout acc_paired to have shape 64 × a multiple of 8 from 8 to 256, but got [64, 12]}}
func.func private @layout_c1_columns_paired(tensor<64x12xf32, #mla_gpu.layout<acc_paired>>)

// -----

// expected-error @below {{expected a tensor in layout acc_paired to have elements of f32, i32 or i1, but got 'f8E4M3FN'}}
func.func private @layout_c1_element_paired(tensor<64x64xf8E4M3FN, #mla_gpu.layout<acc_paired>>)

// -----

// expected-error @below {{expected a tensor in layout a_operand to have shape 64 × a multiple of 16 from 16 to 256, but got [64, 8]}}
func.func private @layout_c2_columns(tensor<64x8xbf16, #mla_gpu.layout<a_operand>>)

// -----

// expected-error @below {{expected a tensor in layout a_operand to have elements of bf16 or f16, but got 'f32'}}
func.func private @layout_c2_element(tensor<64x64xf32, #mla_gpu.layout<a_operand>>)

// -----

// expected-error @below {{expected a tensor in layout row to have shape 64, but got [32]}}
func.func private @layout_c3_row(tensor<32xf32, #mla_gpu.layout<row>>)

// -----

// expected-error @below {{expected a tensor in layout row to have elements of f32, i32 or i1, but got 'bf16'}}
func.func private @layout_c3_row_element(tensor<64xbf16, #mla_gpu.layout<row>>)

// -----

// expected-error @below {{expected a tensor in layout row_partial to have shape 64, but got [64, 1]}}
func.func private @layout_c3_row_partial(tensor<64x1xf32, #mla_gpu.layout<row_partial>>)

// -----

// expected-error @below {{expected a tensor in layout row_partial to have elements of f32, but got 'i32'}}
func.func private @layout_c3_row_partial_element(tensor<64xi32, #mla_gpu.layout<row_partial>>)

// -----

// expected-error @below {{expected a tensor in layout lane to have shape 32 or a multiple of 128 up to 4096, but got [64]}}
func.func private @layout_c4_shape(tensor<64xi32, #mla_gpu.layout<lane>>)

// -----

// expected-error @below {{expected a tensor in layout lane to have shape 32 or a multiple of 128 up to 4096, but got [4224]}}
func.func private @layout_c4_large(tensor<4224xi32, #mla_gpu.layout<lane>>)

// -----

// expected-error @below {{expected a tensor in layout lane to have elements of f32, i32, i64 or i1, but got 'i8'}}
func.func private @layout_c4_element(tensor<32xi8, #mla_gpu.layout<lane>>)

// -----

// expected-error @below {{expected a tensor in layout a_paired to have shape 64 × a multiple of 32 from 32 to 256, but got [64, 16]}}
func.func private @layout_c5_columns(tensor<64x16xf8E4M3FN, #mla_gpu.layout<a_paired>>)

// -----

// expected-error @below {{expected a tensor in layout a_paired to have elements of f8E4M3FN or f16, but got 'bf16'}}
func.func private @layout_c5_element(tensor<64x64xbf16, #mla_gpu.layout<a_paired>>)

// -----

// expected-error @below {{expected a tensor in layout column to have shape a multiple of 8 from 8 to 256, but got [4]}}
func.func private @layout_c6_shape(tensor<4xf32, #mla_gpu.layout<column>>)

// -----

// expected-error @below {{expected a tensor in layout column to have elements of f32, f16, i32 or i1, but got 'bf16'}}
func.func private @layout_c6_element(tensor<64xbf16, #mla_gpu.layout<column>>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.decode and #mla_gpu.schedule
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected element bf16 or f16, but got 'f32'}}
#decode_c1 = #mla_gpu.decode<element = f32, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected page_size of at least 1, but got 0}}
#decode_c2_page_size = #mla_gpu.decode<element = bf16, page_size = 0, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected d_latent of at least 1, but got -1}}
#decode_c2_d_latent = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = -1, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected d_rope of at least 0, but got -64}}
#decode_c2_d_rope = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = -64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected heads of at least 0, but got -1}}
#decode_c2_heads = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = -1, queries = 0>

// -----

// expected-error @below {{expected queries of at least 0, but got -1}}
#decode_c2_queries = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = -1>

// -----

// expected-error @below {{expected softmax_scale to be a finite positive f32, but got 1.000000e+00 : f64}}
#decode_c3_type = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f64, heads = 0, queries = 0>

// -----

// expected-error @below {{expected softmax_scale to be a finite positive f32, but got 0.000000e+00 : f32}}
#decode_c3_zero = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 0.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected softmax_scale to be a finite positive f32, but got -1.000000e+00 : f32}}
#decode_c3_negative = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = -1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected softmax_scale to be a finite positive f32, but got 0x7FC00000 : f32}}
#decode_c3_nan = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 0x7FC00000 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected a rotation of d_rope / 2 = 32 pairs, but got 2}}
#decode_c8 = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0, rotation = <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2]>>

// -----

// expected-error @below {{expected split_steps from 0 to 1024, but got 1025}}
#decode_c9 = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0, split_steps = 1025>

// -----

// expected-error @below {{expected split_steps from 0 to 1024, but got -1}}
#decode_c9_negative = #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0, split_steps = -1>

// -----

// expected-error @below {{expected cache format bf16, f16, e4m3, e4m3_token or e4m3_group, but got 'e5m2'}}
// expected-error @below {{failed to parse MLAGPU_DecodeAttr parameter 'format'}}
#decode_c1_format = #mla_gpu.decode<element = bf16, format = e5m2, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected format to be left out or one of e4m3, but got bf16}}
#decode_c4 = #mla_gpu.decode<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected element bf16 for a cache of format e4m3_token, but got 'f16'}}
#decode_c5 = #mla_gpu.decode<element = f16, format = e4m3_token, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected precision bf16 for a cache of 'bf16', but got e4m3}}
#decode_c6 = #mla_gpu.decode<element = bf16, precision = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected the bytes of a page to be a multiple of 16, but got 1288}}
#decode_c7_page = #mla_gpu.decode<element = bf16, format = e4m3_token, page_size = 2, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected d_latent to be a multiple of 128, but got 448}}
#decode_c7_group = #mla_gpu.decode<element = bf16, format = e4m3_group, page_size = 64, d_latent = 448, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected page_size, d_latent and d_rope of at most 65536 for a cache of format e4m3}}
#decode_c7_large = #mla_gpu.decode<element = bf16, format = e4m3, page_size = 64, d_latent = 9223372036854775807, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0>

// -----

// expected-error @below {{expected kind to be a name, but got ""}}
#schedule_c1 = #mla_gpu.schedule<kind = "">

// -----

// expected-error @below {{expected kind to be a name, but got "a-b"}}
#schedule_c1_characters = #mla_gpu.schedule<kind = "a-b">

// -----

// expected-error @below {{expected kind to be a string, but got 1 : i64}}
#schedule_c1_type = #mla_gpu.schedule<kind = 1>

// -----

// expected-error @below {{expected item_cost from 0 to 64, but got 65 : i64}}
#schedule_c2_large = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 65>

// -----

// expected-error @below {{expected item_cost from 0 to 64, but got -1 : i64}}
#schedule_c2_negative = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = -1>

// -----

// expected-error @below {{expected min_steps from 1 to 1024, but got 0 : i64}}
#schedule_c2_zero = #mla_gpu.schedule<kind = "decode_seesaw", min_steps = 0>

// -----

// expected-error @below {{expected min_steps from 1 to 1024, but got 1025 : i64}}
#schedule_c2_min_steps = #mla_gpu.schedule<kind = "decode_seesaw", min_steps = 1025>

// -----

// expected-error @below {{expected align_steps from 0 to 1024, but got 1025 : i64}}
#schedule_c2_align_steps = #mla_gpu.schedule<kind = "decode_seesaw", align_steps = 1025>

// -----

// expected-error @below {{expected halve_steps from 0 to 1024, but got 1025 : i64}}
#schedule_c2_halve_steps = #mla_gpu.schedule<kind = "decode_seesaw", halve_steps = 1025>

// -----

// expected-error @below {{expected halve_steps from 0 to 1024, but got -1 : i64}}
#schedule_c2_halve_steps = #mla_gpu.schedule<kind = "decode_seesaw", halve_steps = -1>

// -----

// expected-error @below {{expected merge_in_flight to be a power of two from 1 to 32, but got 12 : i64}}
#schedule_c2_power = #mla_gpu.schedule<kind = "decode_seesaw", merge_in_flight = 12>

// -----

// expected-error @below {{expected merge_in_flight to be a power of two from 1 to 32, but got 64 : i64}}
#schedule_c2_power_large = #mla_gpu.schedule<kind = "decode_seesaw", merge_in_flight = 64>

// -----

// expected-error @below {{expected item_cost to be an integer, but got 1.000000e+00 : f64}}
#schedule_c2_type = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 1.0>

// -----

// expected-error @below {{expected item_cost to be an integer, but got 1 : i32}}
#schedule_c2_width = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 1 : i32>

// -----

// expected-error @below {{expected rescale_threshold from 0 to 8, but got -1.000000e+00 : f32}}
#schedule_c3_negative = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = -1.0 : f32>

// -----

// expected-error @below {{expected rescale_threshold from 0 to 8, but got 8.500000e+00 : f32}}
#schedule_c3_large = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.5 : f32>

// -----

// expected-error @below {{expected rescale_threshold from 0 to 8, but got 0x7FC00000 : f32}}
#schedule_c3_nan = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 0x7FC00000 : f32>

// -----

// expected-error @below {{expected rescale_threshold to be an f32, but got 1.000000e+00 : f64}}
#schedule_c3_type = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 1.0 : f64>

// -----

// expected-error @below {{expected a kind, but got none}}
#schedule_no_kind = #mla_gpu.schedule<item_cost = 1>

// -----

// expected-error @below {{expected a schedule parameter out of kind, rescale_threshold, item_cost, min_steps, align_steps, halve_steps, merge_in_flight, split_requests, split_steps, cluster, evict_first, pace, but got 'speed'}}
#schedule_unknown = #mla_gpu.schedule<kind = "decode_seesaw", speed = 1>

// -----

// expected-error @below {{expected item_cost once, but got it twice}}
#schedule_twice = #mla_gpu.schedule<kind = "decode_seesaw", item_cost = 1, item_cost = 2>

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{'func.func' op expected a known attribute of dialect 'mla_gpu', but got 'mla_gpu.unknown'}}
func.func private @attribute_unknown() attributes {mla_gpu.unknown}

// -----

// expected-error @below {{expected a known argument attribute of dialect 'mla_gpu', but got 'mla_gpu.unknown'}}
func.func private @argument_attribute_unknown(i32 {mla_gpu.unknown})

// -----

// expected-error @below {{expected 'mla_gpu.bind' on an argument of 'mla_gpu.kernel', but got it on an op}}
func.func private @bind_on_op() attributes {mla_gpu.bind = #mla_gpu.binding<out>}

// -----

// expected-error @below {{expected 'mla_gpu.bind' on an argument of 'mla_gpu.kernel'}}
func.func private @bind_on_function_argument(i32 {mla_gpu.bind = #mla_gpu.binding<batch>})

// -----

// expected-error @below {{expected 'mla_gpu.schedule' to be #mla_gpu.schedule<…>, but got "decode_seesaw"}}
func.func private @schedule_type() attributes {mla_gpu.schedule = "decode_seesaw"}

// -----

// expected-error @below {{expected 'mla_gpu.implements' to be #mla_gpu.decode<…>, #mla_gpu.prefill<…>, #mla_gpu.append<…>, #mla_gpu.rope<…> or #mla_gpu.merge<…>, but got unit}}
module @implements_type attributes {mla_gpu.implements} {
}

// -----

func.func @unroll_on_if(%c: i1) {
  // expected-error @below {{'scf.if' op expected 'mla_gpu.unroll' on 'scf.for'}}
  scf.if %c {
  } {mla_gpu.unroll}
  return
}

// -----

func.func @exact_on_add(%x: f32) {
  // expected-error @below {{'arith.addf' op expected 'mla_gpu.exact' on 'arith.divf'}}
  %y = arith.addf %x, %x {mla_gpu.exact} : f32
  return
}

// -----

func.func @exact_type(%x: f32) {
  // expected-error @below {{expected 'mla_gpu.exact' to be unit, but got 4 : i64}}
  %y = arith.divf %x, %x {mla_gpu.exact = 4} : f32
  return
}

// -----

func.func @rolled_on_if(%c: i1) {
  // expected-error @below {{'scf.if' op expected 'mla_gpu.rolled' on 'scf.for'}}
  scf.if %c {
  } {mla_gpu.rolled}
  return
}

// -----

func.func @rolled_type(%i: index) {
  // expected-error @below {{expected 'mla_gpu.rolled' to be unit, but got true}}
  scf.for %j = %i to %i step %i {
  } {mla_gpu.rolled = true}
  return
}

// -----

func.func @unroll_type(%i: index) {
  // expected-error @below {{expected 'mla_gpu.unroll' to be unit, but got 4 : i64}}
  scf.for %j = %i to %i step %i {
  } {mla_gpu.unroll = 4}
  return
}

// -----

// expected-error @below {{expected 'mla_gpu.launch' on a function}}
module @launch_on_module attributes {mla_gpu.launch = {}} {
}

// -----

// expected-error @below {{expected 'mla_gpu.launch' to be a dictionary, but got 1 : i64}}
func.func private @launch_type() attributes {mla_gpu.launch = 1}

// -----

// expected-error @below {{expected 'mla_gpu.launch' to have 'threads'}}
func.func private @launch_missing(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected known names in 'mla_gpu.launch', but got 'grid_z'}}
func.func private @launch_unknown(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], grid_z = "one"}}

// -----

// expected-error @below {{expected 'step' of 'mla_gpu.launch' to name a step, but got "attends"}}
func.func private @launch_step(i32) attributes {
  mla_gpu.launch = {step = "attends", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'grid_x' of 'mla_gpu.launch' to name a grid extent, but got 1 : i64}}
func.func private @launch_grid_x(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = 1, grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'grid_y' of 'mla_gpu.launch' to name a grid extent, but got "two"}}
func.func private @launch_grid_y(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "two", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'threads' of 'mla_gpu.launch' to be an i32 that is not negative, but got -1 : i32}}
func.func private @launch_threads(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = -1 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'smem_bytes' of 'mla_gpu.launch' to be an i32 that is not negative, but got 0 : i64}}
func.func private @launch_smem_bytes(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i64, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'cooperative' of 'mla_gpu.launch' to be a bool, but got "yes"}}
func.func private @launch_cooperative(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cooperative = "yes"}}

// -----

// expected-error @below {{expected 'step' of 'mla_gpu.launch' to name a step, but got "combine"}}
func.func private @launch_step_combine(i32) attributes {
  mla_gpu.launch = {step = "combine", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit]}}

// -----

// expected-error @below {{expected 'pdl' of 'mla_gpu.launch' to be a bool, but got 1 : i32}}
func.func private @launch_pdl(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], pdl = 1 : i32}}

// -----

// expected-error @below {{expected 'bindings' of 'mla_gpu.launch' to be an array of binding names, but got ["batches"]}}
func.func private @launch_bindings(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batches"], maps = [unit]}}

// -----

// expected-error @below {{expected 'maps' of 'mla_gpu.launch' to be an array of tensor-map types and units, but got [i32]}}
func.func private @launch_maps(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [i32]}}

// -----

// expected-error @below {{expected 'maps' of 'mla_gpu.launch' to have 1 elements, as 'bindings', but got 2}}
func.func private @launch_maps_size(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit, unit]}}

// -----

// expected-error @below {{expected 'mla_gpu.chosen_by' to be a string, but got unit}}
func.func private @chosen_by() attributes {mla_gpu.chosen_by}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.prefill
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected form "mha" or "absorbed", but got "paged"}}
func.func private @prefill_c1() attributes {test.prefill = #mla_gpu.prefill<form = "paged", element = bf16, heads = 1, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.0 : f32>}

// -----

// expected-error @below {{expected element bf16 or f16, but got 'f32'}}
func.func private @prefill_c2() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = f32, heads = 1, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.0 : f32>}

// -----

// expected-error @below {{expected heads of at least 1, but got 0}}
func.func private @prefill_c3() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = bf16, heads = 0, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.0 : f32>}

// -----

// expected-error @below {{expected d_rope of at least 0, but got -8}}
func.func private @prefill_c3_rope() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = bf16, heads = 1, d_nope = 128, d_rope = -8, d_v = 128, causal = true, softmax_scale = 1.0 : f32>}

// -----

// expected-error @below {{expected softmax_scale to be a finite positive f32, but got 0.000000e+00 : f32}}
func.func private @prefill_c4() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = bf16, heads = 1, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 0.0 : f32>}

// -----

// expected-error @below {{expected d_nope to be d_v in form "absorbed", but got 128 and 512}}
func.func private @prefill_c5() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 128, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32>}

// -----

// expected-error @below {{expected page_size of 0 in form "mha", but got 64}}
func.func private @prefill_c6() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = bf16, heads = 1, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.0 : f32, page_size = 64>}

// -----

// expected-error @below {{expected page_size of at least 0 in form "absorbed", but got -1}}
func.func private @prefill_c6_negative() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = -1>}

// -----

// expected-error @below {{expected no format without a page_size, but got e4m3}}
func.func private @prefill_c7() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, format = e4m3>}

// -----

// expected-error @below {{expected no format without a page_size, but got e4m3}}
func.func private @prefill_c7_mha() attributes {test.prefill = #mla_gpu.prefill<form = "mha", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, format = e4m3>}

// -----

// expected-error @below {{expected format to be left out or one of e4m3, but got bf16}}
func.func private @prefill_c7_bf16() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = bf16>}

// -----

// expected-error @below {{expected element bf16 for a cache of format e4m3_group, but got 'f16'}}
func.func private @prefill_c8() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = f16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = e4m3_group>}

// -----

// expected-error @below {{expected page_size, d_latent and d_rope of at most 65536 for a cache of format e4m3}}
func.func private @prefill_c9() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 1099511627776, d_rope = 64, d_v = 1099511627776, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = e4m3>}

// -----

// expected-error @below {{expected the bytes of a page to be a multiple of 16, but got 1288}}
func.func private @prefill_c9_page() attributes {test.prefill = #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 2, format = e4m3_token>}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// #mla_gpu.merge
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected element bf16, f16 or f32, but got 'f64'}}
func.func private @merge_c1() attributes {test.merge = #mla_gpu.merge<element = f64, heads = 1, d_v = 128, heads_first = false>}

// -----

// expected-error @below {{expected heads of at least 1, but got 0}}
func.func private @merge_c2() attributes {test.merge = #mla_gpu.merge<element = f32, heads = 0, d_v = 128, heads_first = false>}

// -----

// expected-error @below {{expected d_v of at least 1, but got 0}}
func.func private @merge_c2_width() attributes {test.merge = #mla_gpu.merge<element = f32, heads = 1, d_v = 0, heads_first = false>}
