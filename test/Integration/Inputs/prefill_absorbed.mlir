func.func @prefill_absorbed(%q: tensor<?x16x576xbf16>, %keys: tensor<?x576xbf16>, %cu_seqlens_q: tensor<?xi32>,
                            %cu_seqlens_kv: tensor<?xi32>) -> (tensor<?x16x512xbf16>, tensor<?x16xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv)
      scale 0.0721687824 causal
      : (tensor<?x16x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x16x512xbf16>, tensor<?x16xf32>)
  return %out, %lse : tensor<?x16x512xbf16>, tensor<?x16xf32>
}
