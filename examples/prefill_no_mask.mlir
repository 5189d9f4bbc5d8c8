// The same without a mask, for benchmarks.
func.func @prefill_no_mask(%q: tensor<?x128x192xbf16>, %k: tensor<?x128x128xbf16>, %k_rope: tensor<?x64xbf16>, %v: tensor<?x128x128xbf16>,
                           %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x128x128xbf16>, tensor<128x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687836
      : (tensor<?x128x192xbf16>, tensor<?x128x128xbf16>, tensor<?x64xbf16>, tensor<?x128x128xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
  return %out, %lse : tensor<?x128x128xbf16>, tensor<128x?xf32>
}
