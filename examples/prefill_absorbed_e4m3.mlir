// Prefill in the absorbed form from pages of e4m3 with one scale (within 3e-3).
!cache = !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
func.func @prefill_absorbed(%q: tensor<?x128x576xbf16>, %cache: !cache, %cu_seqlens_q: tensor<?xi32>,
                            %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>, %cache_scale: tensor<f32>)
    -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %cache cu_seqlens_q(%cu_seqlens_q) block_table(%block_table) seq_lens(%seq_lens)
      cache_scale(%cache_scale) scale 0.0721687824 causal
      : (tensor<?x128x576xbf16>, !cache, tensor<?xi32>, tensor<?x?xi32>, tensor<?xi32>, tensor<f32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}
