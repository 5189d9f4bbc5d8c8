// 128/128.
func.func @prefill_128(%q: tensor<?x2x128xbf16>, %k: tensor<?x2x128xbf16>, %v: tensor<?x2x128xbf16>,
                       %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0883883476 causal
      : (tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}
