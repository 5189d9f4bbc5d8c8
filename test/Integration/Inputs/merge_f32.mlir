func.func @merge(%out_a: tensor<?x5x96xf32>, %lse_a: tensor<5x?xf32>, %out_b: tensor<?x5x96xf32>, %lse_b: tensor<5x?xf32>) -> (tensor<?x5x96xf32>, tensor<5x?xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b heads_first
      : (tensor<?x5x96xf32>, tensor<5x?xf32>, tensor<?x5x96xf32>, tensor<5x?xf32>) -> (tensor<?x5x96xf32>, tensor<5x?xf32>)
  return %out, %lse : tensor<?x5x96xf32>, tensor<5x?xf32>
}
