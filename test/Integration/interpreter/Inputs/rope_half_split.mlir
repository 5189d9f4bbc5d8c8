func.func @rope(%x: tensor<?x?x64xf16>, %positions: tensor<?xi64>) -> tensor<?x?x64xf16> {
  %out = mla.rope %x, %positions by(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x?x64xf16>, tensor<?xi64>) -> tensor<?x?x64xf16>
  return %out : tensor<?x?x64xf16>
}
