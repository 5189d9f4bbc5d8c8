// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions are named by the constraint that they break.

func.func @prefill_absorbed_c1_q(%q: tensor<?x2x576xf32>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [total_q, h_q, d_latent + d_rope] of bf16 or f16 without an encoding}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xf32>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_keys(%q: tensor<?x2x576xbf16>, %keys: tensor<?x1x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{operand #1 must be tensor [total_kv, d_latent + d_rope] of bf16 or f16 without an encoding or}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x1x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_cu_seqlens_q(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi64>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{operand #2 must be tensor [b + 1] of i32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi64>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_cu_seqlens_kv(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?x?xi32>) {
  // expected-error @below {{operand #3 must be tensor [b + 1] of i32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?x?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_block_table(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi64>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #3 must be tensor [b, pages] of i32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi64>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_seq_lens(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xf32>) {
  // expected-error @below {{operand #4 must be tensor [b] of i32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xf32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_out(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{result #0 must be tensor [total_q, h_q, d_latent] of bf16 or f16}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x1024xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c1_lse(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{result #1 must be tensor [total_q, h_q] of f32}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf64>)
  return
}

// -----

func.func @prefill_absorbed_c2_out(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected out to have element type 'bf16' of q, but got 'f16'}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c2_keys(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected keys to have element type 'bf16' of q, but got 'f16'}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c2_cache(%q: tensor<?x2x576xf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected q to have element type 'bf16' for a cache of format bf16, but got 'f16'}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c3_tensor(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>) {
  // expected-error @below {{expected cu_seqlens_kv with keys of a tensor, but got none}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c3_tensor_table(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected no block_table with keys of a tensor, but got one}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c3_cache(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected no cu_seqlens_kv with keys of a paged cache, but got one}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c3_cache_lengths(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>) {
  // expected-error @below {{expected seq_lens with keys of a paged cache, but got none}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c4_latent(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected d_latent (of out) to be a multiple of 8 from 8 to 65536, but got 12}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x12xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c4_latent_dynamic(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected d_latent (of out) to be a multiple of 8 from 8 to 65536, but got ?}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x?xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c4_rope(%q: tensor<?x2x512xbf16>, %keys: tensor<?x512xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected d_rope (of q beyond d_latent) to be a multiple of 8 from 8 to 65536, but got 0}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x512xbf16>, tensor<?x512xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c4_rope_dynamic(%q: tensor<?x2x?xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected d_rope (of q beyond d_latent) to be a multiple of 8 from 8 to 65536, but got ?}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x?xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c4_cache(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected output width 512 (d_latent of the cache), but got 256}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x256xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c5_keys(%q: tensor<?x2x576xbf16>, %keys: tensor<?x640xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected keys of width 576 as q has, but got 640}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x640xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c5_cache(%q: tensor<?x2x640xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected query width 576 (d_latent 512 + d_rope 64 of the cache), but got 640}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x640xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c6_many(%q: tensor<?x129x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got 129}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x129x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x129x512xbf16>, tensor<?x129xf32>)
  return
}

// -----

func.func @prefill_absorbed_c6_dynamic(%q: tensor<?x?x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got ?}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x?x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c6_out(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected out to have h_q = 2 as q has, but got 3}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x3x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c6_lse(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected lse to have h_q = 2 as q has, but got 3}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x3xf32>)
  return
}

// -----

func.func @prefill_absorbed_c7_out(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected out to have total_q = ? as q has, but got 5}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<5x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c7_lse(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{expected lse to have total_q = ? as q has, but got 5}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<5x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c8_none(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<0xi32>) {
  // expected-error @below {{expected cu_seqlens_kv to have b + 1 entries, at least 1, but got 0}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<0xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c8(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<4xi32>, %cu_seqlens_kv: tensor<5xi32>) {
  // expected-error @below {{expected cu_seqlens_kv to have b = 3 as cu_seqlens_q has, but got 4}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<4xi32>, tensor<5xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c8_paged(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<4xi32>, %block_table: tensor<3x?xi32>, %seq_lens: tensor<4xi32>) {
  // expected-error @below {{expected seq_lens to have b = 3 as cu_seqlens_q has, but got 4}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<4xi32>, tensor<3x?xi32>, tensor<4xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c9(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>) {
  // expected-error @below {{attribute 'softmax_scale' failed to satisfy constraint: 32-bit float attribute whose value is positive and finite}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) scale 0.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c10_tensor(%q: tensor<?x2x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>, %cache_scale: tensor<f32>) {
  // expected-error @below {{expected no cache_scale with keys of a tensor, but got one}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv) cache_scale(%cache_scale) scale 1.0
      : (tensor<?x2x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c10_missing(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected a cache_scale for a cache of format e4m3, but got none}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @prefill_absorbed_c10_bf16(%q: tensor<?x2x576xbf16>, %keys: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %cu_seqlens_q: tensor<?xi32>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>) {
  // expected-error @below {{expected no cache_scale for a cache of format bf16, but got one}}
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens) cache_scale(%cache_scale) scale 1.0
      : (tensor<?x2x576xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>) -> (tensor<?x2x512xbf16>, tensor<?x2xf32>)
  return
}
