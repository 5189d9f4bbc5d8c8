// RUN: mla-opt %s --convert-mla-to-mla-gpu --split-input-file --verify-diagnostics

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 200, d_rope = 64>
func.func @append_d_latent(%latent: tensor<?x200xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi32>) -> !cache {
  // expected-error @below {{append schedules need d_latent to be a multiple of 128 up to 1024, but got 200}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x200xbf16>, tensor<?x64xbf16>, !cache, tensor<?xi32>) -> !cache
  return %after : !cache
}

// -----

!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 1024, d_rope = 64>
func.func @append_group(%latent: tensor<?x1024xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi32>) -> !cache {
  // expected-error @below {{append schedules of format e4m3_group need d_latent 512, but got 1024}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x1024xbf16>, tensor<?x64xbf16>, !cache, tensor<?xi32>) -> !cache
  return %after : !cache
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 72>
func.func @append_d_rope(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x72xbf16>, %cache: !cache, %slots: tensor<?xi32>) -> !cache {
  // expected-error @below {{schedules of mla.append need d_rope from 2 to 64, but got 72}}
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x72xbf16>, !cache, tensor<?xi32>) -> !cache
  return %after : !cache
}

// -----

func.func @rope_d_rope(%x: tensor<?x16x72xf16>, %positions: tensor<?xi64>) -> tensor<?x16x72xf16> {
  // expected-error @below {{schedules of mla.rope need d_rope from 2 to 64, but got 72}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x16x72xf16>, tensor<?xi64>) -> tensor<?x16x72xf16>
  return %out : tensor<?x16x72xf16>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @append_s_q(%latent: tensor<?x4294967296x512xbf16>, %k_rope: tensor<?x4294967296x64xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) -> !cache {
  // expected-error @below {{schedules of mla.append need s_q from 1 to 1073741824, but got 4294967296}}
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
      : (tensor<?x4294967296x512xbf16>, tensor<?x4294967296x64xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> !cache
  return %after : !cache
}

// -----

func.func @rope_heads(%x: tensor<?x4294967296x64xf16>, %positions: tensor<?xi64>) -> tensor<?x4294967296x64xf16> {
  // expected-error @below {{schedules of mla.rope need heads from 1 to 1073741824, but got 4294967296}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x4294967296x64xf16>, tensor<?xi64>) -> tensor<?x4294967296x64xf16>
  return %out : tensor<?x4294967296x64xf16>
}

// -----

func.func @rope_no_heads(%x: tensor<?x0x64xf16>, %positions: tensor<?xi64>) -> tensor<?x0x64xf16> {
  // expected-error @below {{schedules of mla.rope need heads from 1 to 1073741824, but got 0}}
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x0x64xf16>, tensor<?xi64>) -> tensor<?x0x64xf16>
  return %out : tensor<?x0x64xf16>
}
