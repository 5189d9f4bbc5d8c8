// Any shape, a cache of 656 bytes a token: 512 e4m3, a scale for each 128 of them, 64 RoPE columns of bf16, and products of 16-bit values (class bf16: within 3e-3).
!cache = !mla.paged_cache<e4m3_group, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
