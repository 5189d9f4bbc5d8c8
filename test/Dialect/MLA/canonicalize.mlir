// RUN: mla-opt %s --canonicalize --cse | FileCheck %s

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

// Attention has no effects: what nobody uses disappears.
// CHECK-LABEL: func @decode_unused
// CHECK-NOT: mla.decode
// CHECK: return
func.func @decode_unused(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                         %seq_lens: tensor<?xi32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return
}

// CHECK-LABEL: func @decode_twice
// CHECK: %[[OUT:.*]], %{{.*}} = mla.decode
// CHECK-NOT: mla.decode
// CHECK: return %[[OUT]], %[[OUT]]
func.func @decode_twice(%q: tensor<?x1x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                        %seq_lens: tensor<?xi32>) -> (tensor<?x1x16x512xbf16>, tensor<?x1x16x512xbf16>) {
  %out0, %lse0 = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  %out1, %lse1 = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x1x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x16x512xbf16>, tensor<?x1x16xf32>)
  return %out0, %out1 : tensor<?x1x16x512xbf16>, tensor<?x1x16x512xbf16>
}

// The mask is part of what is computed.
// CHECK-LABEL: func @negative_decode_masks_differ
// CHECK-COUNT-2: mla.decode
func.func @negative_decode_masks_differ(%q: tensor<?x2x16x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                                        %seq_lens: tensor<?xi32>) -> (tensor<?x2x16xf32>, tensor<?x2x16xf32>) {
  %out0, %lse0 = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      : (tensor<?x2x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>)
  %out1, %lse1 = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0 causal
      : (tensor<?x2x16x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x2x16x512xbf16>, tensor<?x2x16xf32>)
  return %lse0, %lse1 : tensor<?x2x16xf32>, tensor<?x2x16xf32>
}
