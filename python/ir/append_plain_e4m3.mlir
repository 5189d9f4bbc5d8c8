// The same into a cache of e4m3 with one scale. Of mla.ir.append.
func.func @append(%latent: tensor<?x512xbf16>, %k_rope: tensor<?x64xbf16>, %cache: !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, %slots: tensor<?xi64>, %cache_scale: tensor<f32>) -> !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64> {
  %after = mla.append %latent, %k_rope to %cache slots(%slots) cache_scale(%cache_scale)
      : (tensor<?x512xbf16>, tensor<?x64xbf16>, !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>, tensor<?xi64>, tensor<f32>) -> !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
  return %after : !mla.paged_cache<e4m3, page_size = 64, d_latent = 512, d_rope = 64>
}
