// A cache of e4m3 with one scale, and queries that the kernel turns.
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
#rope = #mla.rope<base = 10000.0, pairing = interleaved,
                  yarn = <factor = 40.0, original_length = 4096, beta_fast = 32.0, beta_slow = 1.0, mscale = 1.0,
                          mscale_all_dim = 1.0>>

func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>,
                  %cache_scale: tensor<f32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens, %cache_scale scale 0.13523377 causal rope(#rope)
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
