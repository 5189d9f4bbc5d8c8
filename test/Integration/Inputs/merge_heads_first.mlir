func.func @merge(%out_a: tensor<?x128x128xbf16>, %lse_a: tensor<128x?xf32>, %out_b: tensor<?x128x128xbf16>, %lse_b: tensor<128x?xf32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b heads_first
      : (tensor<?x128x128xbf16>, tensor<128x?xf32>, tensor<?x128x128xbf16>, tensor<128x?xf32>) -> (tensor<?x128x128xbf16>, tensor<128x?xf32>)
  return %out, %lse : tensor<?x128x128xbf16>, tensor<128x?xf32>
}
