// The RoPE of Kimi K2, for the queries' part with positions.
#rope = #mla.rope<base = 50000.0, pairing = interleaved,
                  yarn = <factor = 32.0, original_length = 4096, beta_fast = 1.0, beta_slow = 1.0, mscale = 1.0,
                          mscale_all_dim = 1.0>>

func.func @rope(%x: tensor<?x?x64xbf16>, %positions: tensor<?xi32>) -> tensor<?x?x64xbf16> {
  %out = mla.rope %x, %positions by(#rope) : (tensor<?x?x64xbf16>, tensor<?xi32>) -> tensor<?x?x64xbf16>
  return %out : tensor<?x?x64xbf16>
}
