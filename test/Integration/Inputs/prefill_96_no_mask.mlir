// The same with whole keys, without a mask, in f16.
func.func @prefill_96_no_mask(%q: tensor<?x2x96xf16>, %k: tensor<?x2x96xf16>, %v: tensor<?x2x64xf16>,
                              %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x2x64xf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.102062073
      : (tensor<?x2x96xf16>, tensor<?x2x96xf16>, tensor<?x2x64xf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x64xf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x64xf16>, tensor<2x?xf32>
}
