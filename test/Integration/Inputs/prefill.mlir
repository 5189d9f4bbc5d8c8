// Two heads of DeepSeek V3.
func.func @prefill(%q: tensor<?x2x192xbf16>, %k: tensor<?x2x128xbf16>, %k_rope: tensor<?x64xbf16>, %v: tensor<?x2x128xbf16>,
                   %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x2x128xbf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687836 causal
      : (tensor<?x2x192xbf16>, tensor<?x2x128xbf16>, tensor<?x64xbf16>, tensor<?x2x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x128xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x128xbf16>, tensor<2x?xf32>
}
