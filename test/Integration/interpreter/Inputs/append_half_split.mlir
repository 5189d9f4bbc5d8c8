!cache = !mla.paged_cache<e4m3, page_size = 16, d_latent = 256, d_rope = 64>
func.func @append(%latent: tensor<?x256xf16>, %k_rope: tensor<?x64xf16>, %cache: !cache, %slots: tensor<?xi32>,
                  %positions: tensor<?xi32>, %cache_scale: tensor<f32>) -> !cache {
  %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions) cache_scale(%cache_scale)
      rope(#mla.rope<base = 10000.0, pairing = half_split,
                     yarn = <factor = 4.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0,
                             mscale_all_dim = 0.0>>)
      : (tensor<?x256xf16>, tensor<?x64xf16>, !cache, tensor<?xi32>, tensor<?xi32>, tensor<f32>) -> !cache
  return %after : !cache
}
