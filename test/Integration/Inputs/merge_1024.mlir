func.func @merge(%out_a: tensor<?x2x1024xf32>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x1024xf32>, %lse_b: tensor<?x2xf32>) -> (tensor<?x2x1024xf32>, tensor<?x2xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x1024xf32>, tensor<?x2xf32>, tensor<?x2x1024xf32>, tensor<?x2xf32>) -> (tensor<?x2x1024xf32>, tensor<?x2xf32>)
  return %out, %lse : tensor<?x2x1024xf32>, tensor<?x2xf32>
}
