// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions are named by the constraint that they break.

func.func @merge_c1_out(%out_a: tensor<?x2x8xf64>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x8xf64>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{operand #0 must be tensor [tokens, h, d_v] of bf16, f16 or f32 without an encoding}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xf64>, tensor<?x2xf32>, tensor<?x2x8xf64>, tensor<?x2xf32>) -> (tensor<?x2x8xf64>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c1_lse(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x2xbf16>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<?x2xbf16>) {
  // expected-error @below {{operand #1 must be tensor [tokens, h] or [h, tokens] of f32 without an encoding}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x2xbf16>, tensor<?x2x8xbf16>, tensor<?x2xbf16>) -> (tensor<?x2x8xbf16>, tensor<?x2xbf16>)
  return
}

// -----

func.func @merge_c2_out_b(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x8xf16>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{expected out_b to have type 'tensor<?x2x8xbf16>' of out_a, but got 'tensor<?x2x8xf16>'}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x2xf32>, tensor<?x2x8xf16>, tensor<?x2xf32>) -> (tensor<?x2x8xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c2_out(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{expected out to have type 'tensor<?x2x8xbf16>' of out_a, but got 'tensor<?x2x8xf32>'}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x2xf32>, tensor<?x2x8xbf16>, tensor<?x2xf32>) -> (tensor<?x2x8xf32>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c2_lse_b(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<5x2xf32>) {
  // expected-error @below {{expected lse_b to have type 'tensor<?x2xf32>' of lse_a, but got 'tensor<5x2xf32>'}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x2xf32>, tensor<?x2x8xbf16>, tensor<5x2xf32>) -> (tensor<?x2x8xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c2_lse(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{expected lse to have type 'tensor<?x2xf32>' of lse_a, but got 'tensor<2x?xf32>'}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x2xf32>, tensor<?x2x8xbf16>, tensor<?x2xf32>) -> (tensor<?x2x8xbf16>, tensor<2x?xf32>)
  return
}

// -----

func.func @merge_c3_many(%out_a: tensor<?x65537x8xbf16>, %lse_a: tensor<?x65537xf32>, %out_b: tensor<?x65537x8xbf16>, %lse_b: tensor<?x65537xf32>) {
  // expected-error @below {{expected h from 1 to 65536, but got 65537}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x65537x8xbf16>, tensor<?x65537xf32>, tensor<?x65537x8xbf16>, tensor<?x65537xf32>) -> (tensor<?x65537x8xbf16>, tensor<?x65537xf32>)
  return
}

// -----

func.func @merge_c3(%out_a: tensor<?x?x8xbf16>, %lse_a: tensor<?x?xf32>, %out_b: tensor<?x?x8xbf16>, %lse_b: tensor<?x?xf32>) {
  // expected-error @below {{expected h from 1 to 65536, but got ?}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x?x8xbf16>, tensor<?x?xf32>, tensor<?x?x8xbf16>, tensor<?x?xf32>) -> (tensor<?x?x8xbf16>, tensor<?x?xf32>)
  return
}

// -----

func.func @merge_c4(%out_a: tensor<?x2x12xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x12xbf16>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{expected d_v to be a multiple of 8 from 8 to 65536, but got 12}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x12xbf16>, tensor<?x2xf32>, tensor<?x2x12xbf16>, tensor<?x2xf32>) -> (tensor<?x2x12xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c4_dynamic(%out_a: tensor<?x2x?xbf16>, %lse_a: tensor<?x2xf32>, %out_b: tensor<?x2x?xbf16>, %lse_b: tensor<?x2xf32>) {
  // expected-error @below {{expected d_v to be a multiple of 8 from 8 to 65536, but got ?}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x?xbf16>, tensor<?x2xf32>, tensor<?x2x?xbf16>, tensor<?x2xf32>) -> (tensor<?x2x?xbf16>, tensor<?x2xf32>)
  return
}

// -----

func.func @merge_c5_heads(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x3xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<?x3xf32>) {
  // expected-error @below {{expected lse_a to have h = 2 as out_a has, but got 3}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<?x3xf32>, tensor<?x2x8xbf16>, tensor<?x3xf32>) -> (tensor<?x2x8xbf16>, tensor<?x3xf32>)
  return
}

// -----

func.func @merge_c5_tokens(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<3x2xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<3x2xf32>) {
  // expected-error @below {{expected lse_a to have tokens = ? as out_a has, but got 3}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b
      : (tensor<?x2x8xbf16>, tensor<3x2xf32>, tensor<?x2x8xbf16>, tensor<3x2xf32>) -> (tensor<?x2x8xbf16>, tensor<3x2xf32>)
  return
}

// -----

func.func @merge_c5_heads_first(%out_a: tensor<?x2x8xbf16>, %lse_a: tensor<?x?xf32>, %out_b: tensor<?x2x8xbf16>, %lse_b: tensor<?x?xf32>) {
  // expected-error @below {{expected lse_a to have h = 2 as out_a has, but got ?}}
  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b heads_first
      : (tensor<?x2x8xbf16>, tensor<?x?xf32>, tensor<?x2x8xbf16>, tensor<?x?xf32>) -> (tensor<?x2x8xbf16>, tensor<?x?xf32>)
  return
}
