// New tokens into their slots as they are: what normed and turned them has been before. Of mla.ir.append.
func.func @append(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64> {
  %after = mla.append %latent, %k_rope to %cache slots(%slots)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>) -> !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
  return %after : !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
}
