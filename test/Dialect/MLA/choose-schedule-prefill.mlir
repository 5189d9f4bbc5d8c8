// RUN: mla-opt %s --mla-choose-schedule="table=none" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=rescale_threshold=0.5" --split-input-file --verify-diagnostics \
// RUN:   | FileCheck %s --check-prefix=THRESHOLD

// CHECK-LABEL: func @prefill
// CHECK: mla.prefill
// CHECK-SAME: {mla_gpu.chosen_by = "default{{.*}}", mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 8.000000e+00 : f32
// CHECK: mla.prefill
// CHECK-SAME: rescale_threshold = 1.000000e+00 : f32
// THRESHOLD-LABEL: func @prefill
// THRESHOLD: mla_gpu.chosen_by = "default; overridden: rescale_threshold=0.5", mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 5.000000e-01 : f32
func.func @prefill(%q: tensor<?x16x128xbf16>, %k: tensor<?x16x128xbf16>, %v: tensor<?x16x128xbf16>, %cu_q: tensor<?xi32>,
                   %cu_kv: tensor<?xi32>) {
  %out0, %lse0 = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0 causal
      : (tensor<?x16x128xbf16>, tensor<?x16x128xbf16>, tensor<?x16x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x16x128xbf16>, tensor<16x?xf32>)
  %out1, %lse1 = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 1.0 : f32>}
      : (tensor<?x16x128xbf16>, tensor<?x16x128xbf16>, tensor<?x16x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x16x128xbf16>, tensor<16x?xf32>)
  return
}

// Few heads: a maximum that never lags.
// CHECK-LABEL: func @prefill_few_heads
// CHECK: mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha", rescale_threshold = 0.000000e+00 : f32
func.func @prefill_few_heads(%q: tensor<?x15x128xbf16>, %k: tensor<?x15x128xbf16>, %v: tensor<?x15x128xbf16>, %cu_q: tensor<?xi32>,
                             %cu_kv: tensor<?xi32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0 causal
      : (tensor<?x15x128xbf16>, tensor<?x15x128xbf16>, tensor<?x15x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x15x128xbf16>, tensor<15x?xf32>)
  return
}

// CHECK-LABEL: func @prefill_absorbed
// CHECK: mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_absorbed", rescale_threshold = 8.000000e+00 : f32
// THRESHOLD-LABEL: func @prefill_absorbed
// THRESHOLD: #mla_gpu.schedule<kind = "prefill_absorbed", rescale_threshold = 5.000000e-01 : f32
func.func @prefill_absorbed(%q: tensor<?x16x576xbf16>, %keys: tensor<?x576xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) {
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) cu_seqlens_kv(%cu_kv) scale 1.0 causal
      : (tensor<?x16x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x16x512xbf16>, tensor<?x16xf32>)
  return
}

// The same for a cache of any format.
// CHECK-LABEL: func @prefill_absorbed_group
// CHECK: mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_absorbed", rescale_threshold = 8.000000e+00 : f32
// THRESHOLD-LABEL: func @prefill_absorbed_group
// THRESHOLD: #mla_gpu.schedule<kind = "prefill_absorbed", rescale_threshold = 5.000000e-01 : f32
func.func @prefill_absorbed_group(%q: tensor<?x16x576xbf16>, %cache: !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>,
                                  %cu_q: tensor<?xi32>, %table: tensor<?x?xi32>, %lens: tensor<?xi32>) {
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_q) block_table(%table) seq_lens(%lens) scale 1.0 causal
      : (tensor<?x16x576xbf16>, !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x16x512xbf16>, tensor<?x16xf32>)
  return
}

// -----

func.func @negative_prefill_absorbed_kind(%q: tensor<?x16x576xbf16>, %keys: tensor<?x576xbf16>, %cu_q: tensor<?xi32>,
                                          %cu_kv: tensor<?xi32>) {
  // expected-error @below {{expected schedule kind "prefill_absorbed", but got "prefill_mha"}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) cu_seqlens_kv(%cu_kv) scale 1.0 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha">}
      : (tensor<?x16x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x16x512xbf16>, tensor<?x16xf32>)
  return
}

// -----

func.func @negative_prefill_kind(%q: tensor<?x2x128xbf16>, %k: tensor<?x2x128xbf16>, %v: tensor<?x2x128xbf16>,
                                 %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) {
  // expected-error @below {{expected schedule kind "prefill_mha", but got "decode_seesaw"}}
  %out, %lse = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}
