func.func @merge(%out_a: tensor<?x3x256xf16>, %lse_a: tensor<?x3xf32>, %out_b: tensor<?x3x256xf16>, %lse_b: tensor<?x3xf32>) -> (tensor<?x3x256xf16>, tensor<?x3xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x3x256xf16>, tensor<?x3xf32>, tensor<?x3x256xf16>, tensor<?x3xf32>) -> (tensor<?x3x256xf16>, tensor<?x3xf32>)
  return %out, %lse : tensor<?x3x256xf16>, tensor<?x3xf32>
}
