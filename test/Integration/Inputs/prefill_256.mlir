// 256/256: blocks of 64 keys.
func.func @prefill_256(%q: tensor<?x1x256xbf16>, %k: tensor<?x1x256xbf16>, %v: tensor<?x1x256xbf16>,
                       %cu_seqlens_q: tensor<?xi32>, %cu_seqlens_kv: tensor<?xi32>)
    -> (tensor<?x1x256xbf16>, tensor<1x?xf32>) {
  %out, %lse = mla.prefill %q, %k, %v, %cu_seqlens_q, %cu_seqlens_kv scale 0.0625 causal
      : (tensor<?x1x256xbf16>, tensor<?x1x256xbf16>, tensor<?x1x256xbf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x1x256xbf16>, tensor<1x?xf32>)
  return %out, %lse : tensor<?x1x256xbf16>, tensor<1x?xf32>
}
