// Results over two parts of the keys become one.
func.func @merge(%out_a: tensor<?x128x512xbf16>, %lse_a: tensor<?x128xf32>, %out_b: tensor<?x128x512xbf16>,
                 %lse_b: tensor<?x128xf32>) -> (tensor<?x128x512xbf16>, tensor<?x128xf32>) {
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x128x512xbf16>, tensor<?x128xf32>, tensor<?x128x512xbf16>, tensor<?x128xf32>)
      -> (tensor<?x128x512xbf16>, tensor<?x128xf32>)
  return %out, %lse : tensor<?x128x512xbf16>, tensor<?x128xf32>
}
