// Two new tokens per request (speculative decoding), 128 heads, f16.
!cache = !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>

func.func @decode(%q: tensor<?x2x128x576xf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x2x128x512xf16>, tensor<?x2x128xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.07216878 causal
      : (tensor<?x2x128x576xf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128x512xf16>, tensor<?x2x128xf32>)
  return %out, %lse : tensor<?x2x128x512xf16>, tensor<?x2x128xf32>
}
