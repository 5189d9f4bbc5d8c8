func.func @prefill_absorbed(%q: tensor<?x64x320xf16>, %keys: tensor<?x320xf16>, %cu_seqlens_q: tensor<?xi32>,
                            %cu_seqlens_kv: tensor<?xi32>) -> (tensor<?x64x256xf16>, tensor<?x64xf32>) {
  %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_seqlens_q) cu_seqlens_kv(%cu_seqlens_kv)
      scale 0.0721687824 causal
      : (tensor<?x64x320xf16>, tensor<?x320xf16>, tensor<?xi32>, tensor<?xi32>)
      -> (tensor<?x64x256xf16>, tensor<?x64xf32>)
  return %out, %lse : tensor<?x64x256xf16>, tensor<?x64xf32>
}
