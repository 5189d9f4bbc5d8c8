// The last s_q tokens of each request into a cache of pages of 64 tokens, where the block table says.
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
#rope = #mla.rope<base = 10000.0, pairing = interleaved>

func.func @append(%latent: tensor<?x?x512xbf16>, %k_rope: tensor<?x?x64xbf16>, %cache: !cache,
                  %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %weight: tensor<512xbf16>) -> !cache {
  %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens) norm(%weight)
      eps 1.0e-06 rope(#rope)
      : (tensor<?x?x512xbf16>, tensor<?x?x64xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<512xbf16>) -> !cache
  return %after : !cache
}
