// RUN: mla-opt %s --mla-choose-schedule="table=none" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=kind=decode_seesaw" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=rescale_threshold=0.5" --split-input-file --verify-diagnostics \
// RUN:   | FileCheck %s --check-prefix=THRESHOLD
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=item_cost=3" --split-input-file --verify-diagnostics \
// RUN:   | FileCheck %s --check-prefix=COST
// RUN: mla-opt %s --mla-choose-schedule="table=none schedule=min_steps=4,align_steps=0" --split-input-file --verify-diagnostics \
// RUN:   | FileCheck %s --check-prefix=STEPS

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

// CHECK-LABEL: func @chosen
// CHECK: mla.decode
// CHECK-SAME: {mla_gpu.chosen_by = "{{.*}}", mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.000000e+00 : f32, item_cost = 1, min_steps = 1, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>}
// CHECK: mla.decode
// CHECK-SAME: {mla_gpu.chosen_by = "{{.*}}", mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw",
// THRESHOLD-LABEL: func @chosen
// THRESHOLD: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 5.000000e-01 : f32, item_cost = 1, min_steps = 1, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// COST-LABEL: func @chosen
// COST: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.000000e+00 : f32, item_cost = 3, min_steps = 1, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// STEPS-LABEL: func @chosen
// STEPS: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.000000e+00 : f32, item_cost = 1, min_steps = 4, align_steps = 0, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
func.func @chosen(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                  %seq_lens: tensor<?xi32>) -> (tensor<?x1x128xf32>, tensor<?x1x128xf32>) {
  %out0, %lse0 = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  %out1, %lse1 = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return %lse0, %lse1 : tensor<?x1x128xf32>, tensor<?x1x128xf32>
}

// What the user wrote stays, whatever the options say.
// CHECK-LABEL: func @kept
// CHECK: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 2.500000e-01 : f32, item_cost = 7, min_steps = 2, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// THRESHOLD-LABEL: func @kept
// THRESHOLD: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 2.500000e-01 : f32, item_cost = 7, min_steps = 2, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// COST-LABEL: func @kept
// COST: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 2.500000e-01 : f32, item_cost = 7, min_steps = 2, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
// STEPS-LABEL: func @kept
// STEPS: #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 2.500000e-01 : f32, item_cost = 7, min_steps = 2, align_steps = 3, halve_steps = 1024, merge_in_flight = 16, split_requests = 1, split_steps = 0, cluster = 1, evict_first = 24, pace = 200>
func.func @kept(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                %seq_lens: tensor<?xi32>) -> tensor<?x1x128xf32> {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 0.25 : f32, item_cost = 7,
                                            min_steps = 2>}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return %lse : tensor<?x1x128xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_unknown_kind(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                 %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected schedule kind "decode_seesaw", but got "decode_sawsee"}}
  %out0, %lse0 = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_sawsee", rescale_threshold = 0.25 : f32, item_cost = 7,
                                            min_steps = 2>}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  // Every op is looked at.
  // expected-error @below {{expected schedule kind "decode_seesaw", but got "merge"}}
  %out1, %lse1 = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "merge", rescale_threshold = 0.25 : f32, item_cost = 7,
                                            min_steps = 2>}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_wrong_type(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                               %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected 'mla_gpu.schedule' to be #mla_gpu.schedule<…>, but got "decode_seesaw"}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal {mla_gpu.schedule = "decode_seesaw"}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_kind_of_another_precision(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                           %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected schedule kind "decode_e4m3" for a cache of format e4m3_token in precision e4m3, but got "decode_seesaw"}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal precision <e4m3>
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_precision_without_schedule(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                               %seq_lens: tensor<?xi32>) {
  // expected-error @below {{has no schedule yet for a cache of format e4m3_group with rope in precision e4m3: expected precision bf16}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal precision <e4m3>
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_kind_for_precision_without_schedule(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                                        %seq_lens: tensor<?xi32>) {
  // expected-error @below {{has no schedule yet for a cache of format e4m3_group with rope in precision e4m3: expected precision bf16}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal precision <e4m3>
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_rope_of_tokens(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                   %seq_lens: tensor<?xi32>) {
  // expected-error @below {{has no schedule yet for a cache of format e4m3_token with rope in precision e4m3: expected precision bf16}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal precision <e4m3>
      rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>

func.func @negative_dequantised_in_e4m3(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                        %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected schedule kind "decode_e4m3" for a cache of format e4m3_token in precision e4m3, but got "decode_seesaw"}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal precision <e4m3>
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}
