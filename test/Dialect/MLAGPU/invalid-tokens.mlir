// RUN: mla-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// Functions are named by the constraint that they break.

func.func @store_lanes_c2(%v: tensor<128xf32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected 32 elements in the value, but got 128}}
  mla_gpu.global.store_lanes %v, %p[%i] valid %n : tensor<128xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<f32>
  return
}

// -----

func.func @load_pairs_c1(%p: !mla_gpu.ptr<f32>, %i: i64) {
  // expected-error @below {{expected elements of bf16 or f16 in memory, but got 'f32'}}
  %a, %b = mla_gpu.global.load_pairs %p[%i] : !mla_gpu.ptr<f32> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_pairs_c2_type(%p: !mla_gpu.ptr<bf16>, %i: i64) {
  // expected-error @below {{expected the results of f32, but got 'i32'}}
  %a, %b = mla_gpu.global.load_pairs %p[%i] : !mla_gpu.ptr<bf16> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_pairs_c2_shape(%p: !mla_gpu.ptr<bf16>, %i: i64) {
  // expected-error @below {{expected 32 elements in the results, but got 128}}
  %a, %b = mla_gpu.global.load_pairs %p[%i] : !mla_gpu.ptr<bf16> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @store_pairs_c1(%v: tensor<32xf32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<f32>, %i: i64) {
  // expected-error @below {{expected elements of bf16, f16 or f8E4M3FN in memory, but got 'f32'}}
  mla_gpu.global.store_pairs %v, %v, %p[%i] : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<f32>
  return
}

// -----

func.func @store_pairs_c2(%v: tensor<128xf32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<f16>, %i: i64) {
  // expected-error @below {{expected 32 elements in the values, but got 128}}
  mla_gpu.global.store_pairs %v, %v, %p[%i] : tensor<128xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<f16>
  return
}

// -----

func.func @lane_slice_c1(%v: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected multiples of 128 elements of the same type, but got}}
  %a = mla_gpu.lane.slice %v from 0 : tensor<256xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_slice_c1_type(%v: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected multiples of 128 elements of the same type, but got}}
  %a = mla_gpu.lane.slice %v from 0 : tensor<256xf32, #mla_gpu.layout<lane>> -> tensor<128xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_slice_c2(%v: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an offset that is a multiple of 128 from 0 to 128, but got 256}}
  %a = mla_gpu.lane.slice %v from 256 : tensor<256xf32, #mla_gpu.layout<lane>> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_slice_c2_multiple(%v: tensor<256xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an offset that is a multiple of 128 from 0 to 128, but got 64}}
  %a = mla_gpu.lane.slice %v from 64 : tensor<256xf32, #mla_gpu.layout<lane>> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

// expected-error @below {{expected magnitude to be a finite positive f64, but got 0.000000e+00}}
func.func private @rotation_c1() attributes {test.attr = #mla_gpu.rotation<interleaved = true, magnitude = 0.0, turns = [1]>}

// -----

// expected-error @below {{expected turns of at least one pair}}
func.func private @rotation_c2() attributes {test.attr = #mla_gpu.rotation<interleaved = true, magnitude = 1.0, turns = []>}

// -----

// expected-error @below {{expected element bf16 or f16, but got 'f32'}}
func.func private @append_c1() attributes {test.attr = #mla_gpu.append<element = f32, format = bf16, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected page_size of at least 1, but got 0}}
func.func private @append_c2_page_size() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 0, d_latent = 512, d_rope = 4, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected d_latent of at least 1, but got 0}}
func.func private @append_c2_d_latent() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 0, d_rope = 4, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected d_rope of at least 1, but got 0}}
func.func private @append_c2_d_rope() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 0, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected queries of at least 0, but got -1}}
func.func private @append_c2_queries() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 64, position_bits = 64, queries = -1, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected slot_bits of 0, 32 or 64, but got 16}}
func.func private @append_c3() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 16, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected position_bits of 0 with slot_bits of 0, but got 64}}
func.func private @append_c3_positions() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 0, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected eps to be a finite f32 of at least 0, but got -1.000000e+00}}
func.func private @append_c4() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 4, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = -1.0 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected a rotation of d_rope / 2 = 3 pairs, but got 2}}
func.func private @append_c5() attributes {test.attr = #mla_gpu.append<element = bf16, format = bf16, page_size = 64, d_latent = 512, d_rope = 6, slot_bits = 64, position_bits = 64, queries = 0, norm = true, eps = 1.0e-6 : f32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected element bf16 or f16, but got 'f32'}}
func.func private @rope_c1() attributes {test.attr = #mla_gpu.rope<element = f32, d_rope = 4, heads = 0, position_bits = 32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected heads of at least 0, but got -1}}
func.func private @rope_c2() attributes {test.attr = #mla_gpu.rope<element = bf16, d_rope = 4, heads = -1, position_bits = 32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected position_bits of 32 or 64, but got 0}}
func.func private @rope_c3() attributes {test.attr = #mla_gpu.rope<element = bf16, d_rope = 4, heads = 0, position_bits = 0, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{expected a rotation of d_rope / 2 = 4 pairs, but got 2}}
func.func private @rope_c4() attributes {test.attr = #mla_gpu.rope<element = bf16, d_rope = 8, heads = 0, position_bits = 32, rotation = <interleaved = true, magnitude = 1.0, turns = [1, 2]>>}

// -----

// expected-error @below {{failed to satisfy constraint: #mla_gpu.decode, #mla_gpu.prefill, #mla_gpu.append, #mla_gpu.rope or #mla_gpu.merge}}
mla_gpu.program @program_implements implements 4 : i32 {
}
