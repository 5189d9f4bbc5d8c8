// RUN: mla-opt %s -split-input-file -convert-mla-to-mla-gpu -verify-diagnostics

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @negative_no_schedule(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 12, d_latent = 512, d_rope = 64>
func.func @negative_page_size(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules need page_size to be a multiple of 8, but got 12}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 32, d_latent = 512, d_rope = 64>
func.func @negative_page_size_of_scales(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules for scales of tokens or groups need page_size 64, but got 32}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 precision <e4m3> {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3">}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

// Turning queries chooses the schedule that dequantises.
!cache = !mla.paged_cache<e4m3, page_size = 32, d_latent = 512, d_rope = 64>
#rope = #mla.rope<base = 10000.0, pairing = interleaved>
func.func @negative_page_size_dequantised(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>,
                                          %scale: tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{dequantising decode schedules need page_size 64, but got 32}}
  %out, %lse = mla.decode %q, %cache, %table, %lens, %scale scale 1.0 rope(#rope)
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 448, d_rope = 64>
func.func @negative_d_latent(%q: tensor<?x1x16x512xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x448xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules need d_latent 256 or 512, but got 448}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x512xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x448xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x448xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 72>
func.func @negative_d_rope(%q: tensor<?x1x16x584xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules need d_rope of at most 64, but got 72}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x584xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

// Both columns of a pair are one thread's.
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 24>
#rope = #mla.rope<base = 10000.0, pairing = half_split>
func.func @negative_d_rope_turned(%q: tensor<?x1x16x536xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules that turn queries need d_rope to be a multiple of 16 with half_split pairs, but got 24}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 rope(#rope)
      : (tensor<?x1x16x536xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 32>
func.func @negative_d_rope_e4m3(%q: tensor<?x1x16x544xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{decode schedules need d_rope 64, but got 32}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x544xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

func.func @negative_prefill_no_schedule(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>,
    %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  // expected-error @+1 {{expected a 'mla_gpu.schedule' attribute; run mla-choose-schedule first}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %cu_q, %cu_kv scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}

// -----

func.func @negative_prefill_d_nope(%q: tensor<?x2x160xbf16>, %k: tensor<?x2x96xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>,
    %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  // expected-error @+1 {{prefill schedules need d_nope to be a multiple of 64 where k_rope is given, but got 96}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %cu_q, %cu_kv scale 1.0 {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha">}
      : (tensor<?x2x160xbf16>, tensor<?x2x96xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}

// -----

func.func @negative_prefill_d_qk(%q: tensor<?x2x320xbf16>, %k: tensor<?x2x256xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>,
    %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  // expected-error @+1 {{prefill schedules need d_nope + d_rope of at most 256, but got 320}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %cu_q, %cu_kv scale 1.0 {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha">}
      : (tensor<?x2x320xbf16>, tensor<?x2x256xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}

// -----

func.func @negative_prefill_d_v_large(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x192xbf16>, %v: tensor<?x2x320xbf16>,
    %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) -> (tensor<?x2x320xbf16>, tensor<2x?xf32>) {
  // expected-error @+1 {{prefill schedules need d_v of at most 256, but got 320}}
  %out, %lse = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0 {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha">}
      : (tensor<?x2x192xbf16>, tensor<?x2x192xbf16>, tensor<?x2x320xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x320xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x320xbf16>, tensor<2x?xf32>
}

// -----

func.func @negative_prefill_d_v(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x192xbf16>, %v: tensor<?x2x96xbf16>,
    %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>) -> (tensor<?x2x96xbf16>, tensor<2x?xf32>) {
  // expected-error @+1 {{prefill schedules need d_v to be a multiple of 64, but got 96}}
  %out, %lse = mla.prefill %q, %k, %v, %cu_q, %cu_kv scale 1.0 {mla_gpu.schedule = #mla_gpu.schedule<kind = "prefill_mha">}
      : (tensor<?x2x192xbf16>, tensor<?x2x192xbf16>, tensor<?x2x96xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x96xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x96xbf16>, tensor<2x?xf32>
}

// -----

// expected-error @+1 {{expected a body with one attention op, but got none}}
func.func @negative_empty() {
  return
}

// -----

// expected-error @+1 {{expected a body of one block with one attention op}}
func.func private @negative_declaration()

// -----

func.func @negative_other_op(%x: f32) -> f32 {
  // expected-error @+1 {{cannot be part of a kernel: expected a function of one attention op on its arguments}}
  %y = arith.addf %x, %x : f32
  return %y : f32
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @negative_argument_order(%lens: tensor<?xi32>, %q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @+1 {{expected the function's arguments as operands, in their order}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @negative_result_order(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x1x16xf32>, tensor<?x1x16x512xbf16>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  // expected-error @+1 {{expected the attention op's results as operands, in their order}}
  return %lse, %out : tensor<?x1x16xf32>, tensor<?x1x16x512xbf16>
}

// -----

func.func @e4m3_d_latent(%q: tensor<?x1x16x320xbf16>, %cache: !mla.paged_cache<e4m3, page_size = 64, d_latent = 256, d_rope = 64>,
                         %table: tensor<?x?xi32>, %lens: tensor<?xi32>, %scale: tensor<f32>)
    -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedules for caches of e4m3 need d_latent 512, but got 256}}
  %out, %lse = mla.decode %q, %cache, %table, %lens, %scale scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3">}
      : (tensor<?x1x16x320xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 256, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>,
         tensor<f32>) -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>
}

// -----

// Nothing is split, or all into pieces of so many steps.
func.func @split_steps(%q: tensor<?x1x16x576xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>,
    %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{expected split_requests 1 with split_steps 16, but got 0}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", split_requests = 0, split_steps = 16>}
      : (tensor<?x1x16x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

// A weight may exceed the running maximum's by 2 to the threshold, and e4m3 ends at 448.
func.func @e4m3_threshold(%q: tensor<?x1x16x576xbf16>, %cache: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
                          %table: tensor<?x?xi32>, %lens: tensor<?xi32>, %scale: tensor<f32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedule decode_e4m3 needs a rescale_threshold of at most 0.75, but got}}
  %out, %lse = mla.decode %q, %cache, %table, %lens, %scale scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3", rescale_threshold = 1.0 : f32>}
      : (tensor<?x1x16x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>,
         tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

func.func @negative_absorbed_d_latent(%q: tensor<?x2x384xbf16>, %keys: tensor<?x384xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
    -> (tensor<?x2x320xbf16>, tensor<?x2xf32>) {
  // expected-error @+1 {{absorbed prefill schedules need d_latent 256 or 512, but got 320}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) cu_seqlens_kv(%cu_kv) scale 1.0
      : (tensor<?x2x384xbf16>, tensor<?x384xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x320xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x320xbf16>, tensor<?x2xf32>
}

// -----

func.func @negative_absorbed_page_size(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 4, d_latent = 512, d_rope = 64>,
                                       %cu_q: tensor<?xi32>, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x2x512xbf16>, tensor<?x2xf32>) {
  // expected-error @+1 {{absorbed prefill schedules need page_size to be a multiple of 8, but got 4}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) block_table(%table) seq_lens(%lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 4, d_latent = 512, d_rope = 64>, tensor<?xi32>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x512xbf16>, tensor<?x2xf32>
}

// -----

func.func @negative_absorbed_e4m3_page_size(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<e4m3_token, page_size = 32, d_latent = 512, d_rope = 64>,
                                            %cu_q: tensor<?xi32>, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x2x512xbf16>, tensor<?x2xf32>) {
  // expected-error @+1 {{dequantising absorbed prefill schedules need page_size 64, but got 32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) block_table(%table) seq_lens(%lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<e4m3_token, page_size = 32, d_latent = 512, d_rope = 64>, tensor<?xi32>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x512xbf16>, tensor<?x2xf32>
}

// -----

func.func @negative_absorbed_e4m3_d_latent(%q: tensor<?x2x320xbf16>, %keys: !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>,
                                           %cu_q: tensor<?xi32>, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x2x256xbf16>, tensor<?x2xf32>) {
  // expected-error @+1 {{schedules for caches of e4m3 need d_latent 512, but got 256}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) block_table(%table) seq_lens(%lens) scale 1.0
      : (tensor<?x2x320xbf16>, !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>, tensor<?xi32>,
         tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x256xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x256xbf16>, tensor<?x2xf32>
}

// -----

func.func @negative_merge_width(%a: tensor<?x2x40xbf16>, %la: tensor<?x2xf32>, %b: tensor<?x2x40xbf16>, %lb: tensor<?x2xf32>)
    -> (tensor<?x2x40xbf16>, tensor<?x2xf32>) {
  // expected-error @+1 {{merge schedules need d_v to be a multiple of 32 up to 16384, but got 40}}
  %out, %lse = mla.merge %a, %la, %b, %lb
      : (tensor<?x2x40xbf16>, tensor<?x2xf32>, tensor<?x2x40xbf16>, tensor<?x2xf32>) -> (tensor<?x2x40xbf16>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x40xbf16>, tensor<?x2xf32>
}

// -----

func.func @e4m3_token_width(%q: tensor<?x1x16x320xbf16>, %cache: !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>,
                            %table: tensor<?x?xi32>, %lens: tensor<?xi32>) -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedules for caches of e4m3 need d_latent 512, but got 256}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw">}
      : (tensor<?x1x16x320xbf16>, !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>
}

// -----

// Weights of f16 take any threshold, but turned queries no more than others.
func.func @e4m3_token_rope(%q: tensor<?x1x16x576xbf16>, %cache: !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>,
                           %table: tensor<?x?xi32>, %lens: tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedule decode_e4m3 does not turn queries: expected no rope, or kind "decode_seesaw"}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3", rescale_threshold = 8.0 : f32>}
      : (tensor<?x1x16x576xbf16>, !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

func.func @e4m3_rope(%q: tensor<?x1x16x576xbf16>, %cache: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>,
                     %table: tensor<?x?xi32>, %lens: tensor<?xi32>, %scale: tensor<f32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedule decode_e4m3 does not turn queries: expected no rope, or kind "decode_seesaw"}}
  %out, %lse = mla.decode %q, %cache, %table, %lens, %scale scale 1.0 rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3">}
      : (tensor<?x1x16x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>,
         tensor<f32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}

// -----

func.func @e4m3_token_native_width(%q: tensor<?x1x16x320xbf16>, %cache: !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>,
                                   %table: tensor<?x?xi32>, %lens: tensor<?xi32>) -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>) {
  // expected-error @below {{schedules for caches of e4m3 need d_latent 512, but got 256}}
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 1.0 precision <e4m3>
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_e4m3">}
      : (tensor<?x1x16x320xbf16>, !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 256, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x256xbf16>, tensor<?x1x16xf32>
}
