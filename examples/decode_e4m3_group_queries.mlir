// Any shape, queries of e4m3 with one scale for all, and a cache of e4m3 with one for each 128 columns of a token (class e4m3: within 3e-2, with scales of groups within 4.5e-3).
!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xf8E4M3FN>, %cache: !cache, %block_table: tensor<?x?xi32>,
                  %seq_lens: tensor<?xi32>, %q_scale: tensor<f32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens q_scale(%q_scale) scale 0.1352 causal
      precision <e4m3_queries>
      : (tensor<?x?x?x576xf8E4M3FN>, !cache, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
