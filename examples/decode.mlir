// Attention of one new token per request over a paged latent cache: 16 heads, bf16, any number of requests.
//
// mla-run examples/decode.mlir          compiles it, runs it and compares with the reference
// mla-compile examples/decode.mlir -o decode.mlapkg          makes the file that the runtime loads
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

func.func @decode(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>) {
  // The scale of a model whose heads have 128 + 64 columns before absorption: 192^(-1/2).
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.07216878 causal
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out, %lse : tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>
}
