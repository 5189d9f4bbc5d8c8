// New tokens of any requests into a cache of pages of 64 tokens: RMSNorm of the latent, and the RoPE of DeepSeek-V3.
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
#rope = #mla.rope<base = 10000.0, pairing = interleaved,
                  yarn = <factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0,
                          mscale_all_dim = 1.0>>

func.func @append(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !cache, %slots: tensor<?xi64>,
                  %positions: tensor<?xi64>, %weight: tensor<512xbf16>) -> !cache {
  %after = mla.append %latent, %k_rope to %cache slots(%slots) positions(%positions) norm(%weight) eps 1.0e-06
      rope(#rope)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !cache, tensor<?xi64>, tensor<?xi64>, tensor<512xbf16>) -> !cache
  return %after : !cache
}
