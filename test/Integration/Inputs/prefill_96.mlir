// 96/64: keys are padded to 128 columns in shared memory.
func.func @prefill_96(%q: tensor<?x2x96xbf16>, %k: tensor<?x2x64xbf16>, %k_rope: tensor<?x32xbf16>, %v: tensor<?x2x64xbf16>,
                      %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x2x64xbf16>, tensor<2x?xf32>) {
  %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.102062073 causal
      : (tensor<?x2x96xbf16>, tensor<?x2x64xbf16>, tensor<?x32xbf16>, tensor<?x2x64xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x2x64xbf16>, tensor<2x?xf32>)
  return %out, %lse : tensor<?x2x64xbf16>, tensor<2x?xf32>
}
