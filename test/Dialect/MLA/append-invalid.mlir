// RUN: mla-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

// Functions are named by the constraint that they break.

// expected-error @below {{expected base to be an f64 greater than 1, but got 1.000000e+00}}
func.func private @rope_c1() attributes {test.rope = #mla.rope<base = 1.0, pairing = interleaved>}

// -----

// expected-error @below {{expected base to be an f64 greater than 1, but got 1.000000e+04}}
func.func private @rope_c1_f32() attributes {test.rope = #mla.rope<base = 10000.0 : f32, pairing = interleaved>}

// -----

// expected-error @below {{expected factors to be finite f64 of at least 2^-20, but got 0.000000e+00}}
func.func private @rope_c2() attributes {test.rope = #mla.rope<base = 10000.0, pairing = interleaved, factors = [0.0]>}

// -----

// expected-error @below {{expected factors to be finite f64 of at least 2^-20, but got 1}}
func.func private @rope_c2_integer() attributes {test.rope = #mla.rope<base = 10000.0, pairing = interleaved, factors = [1]>}

// -----

// expected-error @below {{expected factor to be a finite f64 of at least 2^-20, but got 0.000000e+00}}
func.func private @yarn_c1() attributes {test.rope = #mla.yarn<factor = 0.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected factor to be a finite f64 of at least 2^-20, but got 1.000000e-300}}
func.func private @yarn_c1_tiny() attributes {test.rope = #mla.yarn<factor = 1.0e-300, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected original_length from 1 to 2147483647, but got 0}}
func.func private @yarn_c2() attributes {test.rope = #mla.yarn<factor = 40.0, original_length = 0, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected beta_slow to be a positive f64, but got 0.000000e+00}}
func.func private @yarn_c3_slow() attributes {test.rope = #mla.yarn<factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 0.0, mscale = 1.0, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected beta_fast to be an f64 of at least beta_slow, but got 3.200000e+01}}
func.func private @yarn_c3_fast() attributes {test.rope = #mla.yarn<factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 33.0, mscale = 1.0, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected mscale to be an f64 from 0 to 1000, but got 1.000000e+308}}
func.func private @yarn_c4() attributes {test.rope = #mla.yarn<factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0e308, mscale_all_dim = 1.0>}

// -----

// expected-error @below {{expected mscale_all_dim to be an f64 from 0 to 1000, but got -1.000000e+00}}
func.func private @yarn_c4_all_dim() attributes {test.rope = #mla.yarn<factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0, mscale_all_dim = -1.0>}

// -----

func.func @rope_op_c1(%x: tensor<?x64xbf16>, %positions: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [tokens, heads, d_rope] of bf16 or f16 without an encoding, but got 'tensor<?x64xbf16>'}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<?x64xbf16>, tensor<?xi32>) -> tensor<?x64xbf16>
  return
}

// -----

func.func @rope_op_c1_positions(%x: tensor<?x2x64xbf16>, %positions: tensor<?xi16>) {
  // expected-error @below {{operand #1 must be tensor [tokens] of i32 or i64 without an encoding, but got 'tensor<?xi16>'}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<?x2x64xbf16>, tensor<?xi16>) -> tensor<?x2x64xbf16>
  return
}

// -----

func.func @rope_op_c2(%x: tensor<?x2x64xbf16>, %positions: tensor<?xi32>) {
  // expected-error @below {{expected out to have type 'tensor<?x2x64xbf16>' of x, but got 'tensor<?x2x64xf16>'}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<?x2x64xbf16>, tensor<?xi32>) -> tensor<?x2x64xf16>
  return
}

// -----

func.func @rope_op_c3_odd(%x: tensor<?x2x7xbf16>, %positions: tensor<?xi32>) {
  // expected-error @below {{expected a static even d_rope, but got 7}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<?x2x7xbf16>, tensor<?xi32>) -> tensor<?x2x7xbf16>
  return
}

// -----

func.func @rope_op_c3_dynamic(%x: tensor<?x2x?xbf16>, %positions: tensor<?xi32>) {
  // expected-error @below {{expected a static even d_rope, but got ?}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<?x2x?xbf16>, tensor<?xi32>) -> tensor<?x2x?xbf16>
  return
}

// -----

func.func @rope_op_c4(%x: tensor<?x2x64xbf16>, %positions: tensor<?xi32>) {
  // expected-error @below {{expected 32 factors (d_rope / 2) in rope, but got 1}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved, factors = [1.0]>) : (tensor<?x2x64xbf16>, tensor<?xi32>) -> tensor<?x2x64xbf16>
  return
}

// -----

func.func @rope_op_c5(%x: tensor<3x2x64xbf16>, %positions: tensor<4xi32>) {
  // expected-error @below {{expected positions to have tokens = 3 as x has, but got 4}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = interleaved>) : (tensor<3x2x64xbf16>, tensor<4xi32>) -> tensor<3x2x64xbf16>
  return
}

// -----

func.func @append_c1(%latent: tensor<512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{operand #0 must be tensor [tokens, d_latent] or [b, s_q, d_latent] of bf16 or f16 without an encoding, but got 'tensor<512xbf16>'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c1_slots(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?x1xi64>) {
  // expected-error @below {{operand #3 must be tensor [tokens] of i32 or i64 without an encoding, but got 'tensor<?x1xi64>'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x1xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c2_k_rope(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected k_rope to have element type 'bf16' of latent, but got 'f16'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c2_weight(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %weight: tensor<512xf16>) {
  // expected-error @below {{expected weight to have element type 'bf16' of latent, but got 'f16'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) norm(%weight) eps 1.0
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<512xf16>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c2_cache(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected latent to have element type 'f16' for a cache of format f16, but got 'bf16'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c2_token(%latent: tensor<?x512xf16>, %k_rope: tensor<?x64xf16>, %cache: !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected latent to have element type 'bf16' for a cache of format e4m3_token, but got 'f16'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xf16>, tensor<?x64xf16>, !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c3_latent(%latent: tensor<?x256xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected latent to have width 512 (d_latent of the cache), but got 256}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x256xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c3_k_rope(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x?xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected k_rope to have width 64 (d_rope of the cache), but got ?}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x?xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c3_weight(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %weight: tensor<64xbf16>) {
  // expected-error @below {{expected weight to have width 512 (d_latent of the cache), but got 64}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) norm(%weight) eps 1.0
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<64xbf16>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c4_none(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>) {
  // expected-error @below {{expected either slots, or block_table and seq_lens}}
  %after = mla.append %latent, %k_rope to %cache
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c4_both(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected either slots, or block_table and seq_lens}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) seq_lens(%seq_lens)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<?xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c4_half(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %block_table: tensor<?x?xi32>) {
  // expected-error @below {{expected either slots, or block_table and seq_lens}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c4_rank(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected latent to have rank 3 with block_table, but got 2}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c4_rank_slots(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected k_rope to have rank 2 with slots, but got 3}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c5_missing(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected positions with slots and rope}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c5_no_rope(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %positions: tensor<?xi64>) {
  // expected-error @below {{expected no positions with slots and no rope}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c6_eps(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected norm and eps together, but got only eps}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) eps 1.0
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c6_norm(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %weight: tensor<512xbf16>) {
  // expected-error @below {{expected norm and eps together, but got only norm}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) norm(%weight)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<512xbf16>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c6_negative(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %weight: tensor<512xbf16>) {
  // expected-error @below {{expected a finite eps of at least 0, but got -1.000000e+00}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) norm(%weight) eps -1.0
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<512xbf16>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c7_tokens(%latent: tensor<3x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<4xi64>) {
  // expected-error @below {{expected slots to have tokens = 3 as latent has, but got 4}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<3x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<4xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c7_b(%latent: tensor<3x?x512xbf16>, %k_rope: tensor<?x?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<4xi32>) {
  // expected-error @below {{expected seq_lens to have b = 3 as latent has, but got 4}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      : (tensor<3x?x512xbf16>, tensor<?x?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<4xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c7_s_q(%latent: tensor<?x2x512xbf16>, %k_rope: tensor<?x1x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected k_rope to have s_q = 2 as latent has, but got 1}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      : (tensor<?x2x512xbf16>, tensor<?x1x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c7_s_q_zero(%latent: tensor<?x0x512xbf16>, %k_rope: tensor<?x?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected s_q to be at least 1, but got 0}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      : (tensor<?x0x512xbf16>, tensor<?x?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?x?xi32>, tensor<?xi32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c8(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected a result of type '!mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>' of the cache, but got '!mla.paged_cache<bf16, page_size = 32, d_latent = 512, d_rope = 64>'}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 32, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c9(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %positions: tensor<?xi64>) {
  // expected-error @below {{expected 32 factors (d_rope / 2) in rope, but got 1}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions) rope(#mla.rope<base = 10000.0, pairing = interleaved, factors = [1.0]>)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c10_missing(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) {
  // expected-error @below {{expected a cache_scale for a cache of format e4m3, but got none}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
  return
}

// -----

func.func @append_c10_extra(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %cache_scale: tensor<f32>) {
  // expected-error @below {{expected no cache_scale for a cache of format bf16, but got one}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots) cache_scale(%cache_scale)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<f32>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return
}
