// Whole keys for each head, in f16.
func.func @prefill_f16(%q: tensor<?x3x192xf16>, %k: tensor<?x3x192xf16>, %v: tensor<?x3x128xf16>,
                       %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x3x128xf16>, tensor<3x?xf32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0721687836 causal
      : (tensor<?x3x192xf16>, tensor<?x3x192xf16>, tensor<?x3x128xf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x3x128xf16>, tensor<3x?xf32>)
  return %out, %lse : tensor<?x3x128xf16>, tensor<3x?xf32>
}
