// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// !mla.paged_cache
//===----------------------------------------------------------------------------------------------------------===//

// expected-error @below {{expected cache format bf16, f16, e4m3, e4m3_token or e4m3_group, but got 'f32'}}
// expected-error @below {{failed to parse MLA_PagedCacheType parameter 'format'}}
func.func private @paged_cache_c1_f32(!mla.paged_cache<f32, page_size = 64, d_latent = 512, d_rope = 64>)

// -----

// expected-error @below {{expected cache format bf16, f16, e4m3, e4m3_token or e4m3_group, but got 'i16'}}
// expected-error @below {{failed to parse MLA_PagedCacheType parameter 'format'}}
func.func private @paged_cache_c1_i16(!mla.paged_cache<i16, page_size = 64, d_latent = 512, d_rope = 64>)

// -----

// expected-error @below {{expected page_size from 1 to 65536, but got 0}}
func.func private @paged_cache_c2_zero(!mla.paged_cache<bf16, page_size = 0, d_latent = 512, d_rope = 64>)

// -----

// expected-error @below {{expected page_size from 1 to 65536, but got -64}}
func.func private @paged_cache_c2_negative(!mla.paged_cache<bf16, page_size = -64, d_latent = 512, d_rope = 64>)

// -----

// expected-error @below {{expected page_size from 1 to 65536, but got 9223372036854775807}}
func.func private @paged_cache_c2_large(!mla.paged_cache<bf16, page_size = 9223372036854775807, d_latent = 512, d_rope = 64>)

// -----

// expected-error @below {{expected d_latent to be a multiple of 8 from 8 to 65536, but got 0}}
func.func private @paged_cache_c3_zero(!mla.paged_cache<bf16, page_size = 64, d_latent = 0, d_rope = 64>)

// -----

// expected-error @below {{expected d_latent to be a multiple of 8 from 8 to 65536, but got 508}}
func.func private @paged_cache_c3_odd(!mla.paged_cache<bf16, page_size = 64, d_latent = 508, d_rope = 64>)

// -----

// expected-error @below {{expected d_latent to be a multiple of 8 from 8 to 65536, but got 65544}}
func.func private @paged_cache_c3_large(!mla.paged_cache<bf16, page_size = 64, d_latent = 65544, d_rope = 64>)

// -----

// expected-error @below {{expected d_rope to be a multiple of 8 from 8 to 65536, but got 0}}
func.func private @paged_cache_c4_zero(!mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 0>)

// -----

// expected-error @below {{expected d_rope to be a multiple of 8 from 8 to 65536, but got -8}}
func.func private @paged_cache_c4_negative(!mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = -8>)

// -----

// expected-error @below {{expected d_latent to be a multiple of 16 from 16 to 65536, but got 504}}
func.func private @paged_cache_c3_e4m3(!mla.paged_cache<e4m3_token, page_size = 64, d_latent = 504, d_rope = 64>)

// -----

// expected-error @below {{expected d_latent to be a multiple of 128 from 128 to 65536, but got 448}}
func.func private @paged_cache_c3_group(!mla.paged_cache<e4m3_group, page_size = 64, d_latent = 448, d_rope = 64>)

// -----

// expected-error @below {{expected d_rope to be a multiple of 16 from 16 to 65536, but got 8}}
func.func private @paged_cache_c4_e4m3(!mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 8>)

// -----

// expected-error @below {{expected the RoPE columns of a token at a multiple of 16 bytes, but got 264}}
func.func private @paged_cache_c5_rope(!mla.paged_cache<e4m3_group, page_size = 64, d_latent = 256, d_rope = 64>)

// -----

// expected-error @below {{expected the bytes of a page to be a multiple of 16, but got 1288}}
func.func private @paged_cache_c5_page(!mla.paged_cache<e4m3_token, page_size = 2, d_latent = 512, d_rope = 64>)

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla.decode
//===----------------------------------------------------------------------------------------------------------===//

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_q_rank(%q: tensor<?x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [b, s_q, h_q, d_latent + d_rope] of bf16, f16 or f8E4M3FN without an encoding, but got 'tensor<?x16x576xbf16>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_q_unranked(%q: tensor<*xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [b, s_q, h_q, d_latent + d_rope] of bf16, f16 or f8E4M3FN without an encoding, but got 'tensor<*xbf16>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<*xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_q_element(%q: tensor<?x1x16x576xf32>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [b, s_q, h_q, d_latent + d_rope] of bf16, f16 or f8E4M3FN without an encoding, but got 'tensor<?x1x16x576xf32>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xf32>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_q_encoding(%q: tensor<?x1x16x576xbf16, 1 : i32>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [b, s_q, h_q, d_latent + d_rope] of bf16, f16 or f8E4M3FN without an encoding, but got 'tensor<?x1x16x576xbf16, 1 : i32>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16, 1 : i32>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_block_table_element(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi64>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{operand #2 must be tensor [b, pages] of i32 without an encoding, but got 'tensor<?x?xi64>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi64>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_seq_lens_rank(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?x1xi32>) {
  // expected-error @below {{operand #3 must be tensor [b] of i32 without an encoding, but got 'tensor<?x1xi32>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?x1xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_out_element(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{result #0 must be tensor [b, s_q, h_q, d_latent] of bf16 or f16 without an encoding, but got 'tensor<?x1x16x512xf32>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xf32>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c1_lse_element(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{result #1 must be tensor [b, s_q, h_q] of f32 without an encoding, but got 'tensor<?x1x16xbf16>'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xbf16>)
  return
}

// -----

!cache = !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c2_cache(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected q to have element type 'f16' for a cache of format f16, but got 'bf16'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c2_out(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected out to have element type 'bf16' of q, but got 'f16'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c3_latent_only(%q: tensor<?x1x16x512xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected query width 576 (d_latent 512 + d_rope 64 of the cache), but got 512}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x512xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c3_dynamic(%q: tensor<?x1x16x?xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected query width 576 (d_latent 512 + d_rope 64 of the cache), but got ?}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x?xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c4_query_width(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected output width 512 (d_latent of the cache), but got 576}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x576xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c4_dynamic(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected output width 512 (d_latent of the cache), but got ?}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x?xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c5_zero(%q: tensor<?x1x0x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got 0}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x0x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x0x512xbf16>, tensor<?x1x0xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c5_many(%q: tensor<?x1x129x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got 129}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x129x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x129x512xbf16>, tensor<?x1x129xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c6_zero(%q: tensor<?x0x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected s_q to be at least 1, but got 0}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x0x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x0x16x512xbf16>, tensor<?x0x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c7_block_table(%q: tensor<4x1x16x576xbf16>, %cache: !cache, %block_table: tensor<5x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected block_table to have b = 4 as q has, but got 5}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<4x1x16x576xbf16>, !cache, tensor<5x?xi32>, tensor<?xi32>) -> (tensor<4x1x16x512xbf16>, tensor<4x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c7_seq_lens(%q: tensor<4x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<1xi32>) {
  // expected-error @below {{expected seq_lens to have b = 4 as q has, but got 1}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<4x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<1xi32>) -> (tensor<4x1x16x512xbf16>, tensor<4x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c7_q_dynamic(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<4x?xi32>, %seq_lens: tensor<5xi32>) {
  // expected-error @below {{expected seq_lens to have b = 4 as block_table has, but got 5}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<4x?xi32>, tensor<5xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_out_b(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected out to have b = ? as q has, but got 4}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<4x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_out_s_q(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected out to have s_q = 1 as q has, but got 2}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x2x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_out_h_q(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected out to have h_q = 16 as q has, but got ?}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x?x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_lse_b(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected lse to have b = ? as q has, but got 4}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<4x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_lse_s_q(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected lse to have s_q = 1 as q has, but got 16}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x16x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c8_lse_h_q(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected lse to have h_q = 16 as q has, but got 1}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x1xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c9_zero(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{attribute 'softmax_scale' failed to satisfy constraint: 32-bit float attribute whose value is positive and finite}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c9_negative(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{attribute 'softmax_scale' failed to satisfy constraint: 32-bit float attribute whose value is positive and finite}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale -1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c9_infinite(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{attribute 'softmax_scale' failed to satisfy constraint: 32-bit float attribute whose value is positive and finite}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0x7F800000
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c9_nan(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{attribute 'softmax_scale' failed to satisfy constraint: 32-bit float attribute whose value is positive and finite}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0x7FC00000
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c2_rope(%q: tensor<?x1x16x576xf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected q to have element type 'bf16' for a cache of format e4m3_group, but got 'f16'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c10_missing(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected a cache_scale for a cache of format e4m3, but got none}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3_token, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c10_superfluous(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                  %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>) {
  // expected-error @below {{expected no cache_scale for a cache of format e4m3_token, but got one}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c10_rank(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                           %seq_lens: tensor<?xi32>, %cache_scale: tensor<1xf32>) {
  // expected-error @below {{operand #4 must be tensor [] of f32 without an encoding}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<1xf32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c11(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) {
  // expected-error @below {{expected precision bf16 for a cache of format bf16, but got e4m3}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 precision <e4m3>
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_precision_keyword(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                    %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>) {
  // expected-error @below {{expected precision bf16, e4m3 or e4m3_queries, but got 'f32'}}
  // expected-error @below {{failed to parse MLA_PrecisionAttr parameter 'value'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 1.0 precision <f32>
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c12_q(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>, %scale: tensor<f32>) {
  // expected-error @below {{expected q of 'f8E4M3FN' for precision e4m3_queries, but got 'bf16'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %scale q_scale(%scale) scale 1.0 precision <e4m3_queries>
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c12_precision(%q: tensor<?x1x16x576xf8E4M3FN>, %cache: !cache, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>, %scale: tensor<f32>) {
  // expected-error @below {{expected q of 'bf16' or 'f16' for precision e4m3, but got 'f8E4M3FN'}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %scale scale 1.0 precision <e4m3>
      : (tensor<?x1x16x576xf8E4M3FN>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c12_no_scale(%q: tensor<?x1x16x576xf8E4M3FN>, %cache: !cache, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>, %scale: tensor<f32>) {
  // expected-error @below {{expected a q_scale for precision e4m3_queries, but got none}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %scale scale 1.0 precision <e4m3_queries>
      : (tensor<?x1x16x576xf8E4M3FN>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode_c12_scale(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                             %seq_lens: tensor<?xi32>, %scale: tensor<f32>) {
  // expected-error @below {{expected no q_scale for precision bf16, but got one}}
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %scale q_scale(%scale) scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>, tensor<f32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla.prefill
//===----------------------------------------------------------------------------------------------------------===//

func.func @prefill_c1_rank(%q: tensor<1x?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{operand #0 must be tensor [total_q, h_q, d_nope + d_rope] of bf16 or f16 without an encoding, but got 'tensor<1x?x2x192xbf16>'}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<1x?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c1_lse(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{result #1 must be tensor [h_q, total_q] of f32 without an encoding, but got 'tensor<2x?xbf16>'}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xbf16>)
  return
}

// -----

func.func @prefill_c1_lengths(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi64>) {
  // expected-error @below {{must be tensor [b + 1] of i32 without an encoding, but got 'tensor<?xi64>'}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi64>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c2(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected v to have element type 'bf16' of q, but got 'f16'}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c2_rope(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected k_rope to have element type 'bf16' of q, but got 'f16'}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c3_dynamic(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x?xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected d_nope (of k) to be a multiple of 8 from 8 to 65536, but got ?}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x?xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c3_odd(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x60xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected d_rope (of k_rope) to be a multiple of 8 from 8 to 65536, but got 60}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x60xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c3_large(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x65544xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected d_v (of v) to be a multiple of 8 from 8 to 65536, but got 65544}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x65544xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c4(%q: tensor<?x2x128xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected query width 192 (d_nope 128 + d_rope 64), but got 128}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c4_whole(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected query width 128 (d_nope 128 + d_rope 0), but got 192}}
  %out, %lse = mla.prefill %q, %k, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c5(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected output width 128 (d_v), but got 192}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x192xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c6_dynamic(%q: tensor<?x?x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got ?}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x?x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c6_large(%q: tensor<?x129x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected h_q from 1 to 128, but got 129}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x129x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c6_k(%q: tensor<?x2x192xbf16>, %k: tensor<?x1x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected k to have h_q = 2 as q has, but got 1}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x1x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c6_lse(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected lse to have h_q = 2 as q has, but got ?}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<?x?xf32>)
  return
}

// -----

func.func @prefill_c7(%q: tensor<8x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected out to have total_q = 8 as q has, but got ?}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<8x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c8(%q: tensor<?x2x192xbf16>, %k: tensor<8x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<9x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected v to have total_kv = 8 as k has, but got 9}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<8x2x128xbf16>, tensor<?x64xbf16>, tensor<9x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c8_rope(%q: tensor<?x2x192xbf16>, %k: tensor<8x2x128xbf16>, %r: tensor<9x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected k_rope to have total_kv = 8 as k has, but got 9}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<8x2x128xbf16>, tensor<9x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c8_none(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<0xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{expected cu_seqlens_q to have b + 1 entries, at least 1, but got 0}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<0xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c8_b(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<3xi32>, %b: tensor<4xi32>) {
  // expected-error @below {{expected cu_seqlens_kv to have b + 1 = 3 as cu_seqlens_q has, but got 4}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 1.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<3xi32>, tensor<4xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @prefill_c9(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %r: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>, %a: tensor<?xi32>, %b: tensor<?xi32>) {
  // expected-error @below {{whose value is positive and finite}}
  %out, %lse = mla.prefill %q, %k rope %r, %v, %a, %b scale 0.0
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>) -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @decode_c13(%q: tensor<?x1x16x24xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 16, d_rope = 8>,
                      %t: tensor<?x?xi32>, %l: tensor<?xi32>) {
  // expected-error @below {{expected 4 factors (d_rope / 2) in rope, but got 3}}
  %out, %lse = mla.decode %q, %cache, %t, %l scale 1.0
      rope(#mla.rope<base = 10000.0, pairing = interleaved, factors = [1.0, 1.0, 1.0]>)
      : (tensor<?x1x16x24xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 16, d_rope = 8>, tensor<?x?xi32>, tensor<?xi32>)
        -> (tensor<?x1x16x16xbf16>, tensor<?x1x16xf32>)
  return
}
