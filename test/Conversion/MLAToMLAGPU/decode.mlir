// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu | FileCheck %s
// RUN: mla-opt %s -split-input-file -mla-choose-schedule -convert-mla-to-mla-gpu -verify-roundtrip -o /dev/null

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

// CHECK-LABEL: mla_gpu.program @any_extents implements
// CHECK-SAME:    element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true
// CHECK-SAME:    softmax_scale = 1.352000e-01 : f32, heads = 0, queries = 0
// CHECK:         mla_gpu.kernel @schedule(
// CHECK:         arith.constant dense<1> : tensor<32xi32, #lane>
// CHECK:         mla_gpu.kernel @attend(
// CHECK-SAME:    !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<q_map>}
// CHECK:         mla_gpu.smem.alloc "k0" : !mla_gpu.smem<64x576xbf16, sw128>
// CHECK:         %[[TO_LIMIT:.*]] = arith.subf %[[LIMIT:.*]], %{{.*}} : tensor<64xf32, #row>
// CHECK:         %[[LAG:.*]] = arith.minnumf
// CHECK:         mla_gpu.row.raise_max %{{.*}}, %{{.*}} by %[[LAG]] : tensor
// CHECK:         %[[SEEN:.*]] = mla_gpu.row.reduce
// CHECK:         %[[LOG:.*]] = math.log2 %[[SEEN]]
// CHECK:         %[[HEAVIEST:.*]] = arith.addf %[[LOG]],
// CHECK:         arith.addf %[[HEAVIEST]],
// CHECK:         mla_gpu.grid.arrive
// CHECK:         mla_gpu.grid.wait
// CHECK-NOT:     mla_gpu.kernel
// CHECK-NOT:     func.func
func.func @any_extents(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}

// -----

!cache = !mla.paged_cache<f16, page_size = 64, d_latent = 256, d_rope = 64>

// CHECK-LABEL: mla_gpu.program @static_extents_f16_narrow implements
// CHECK-SAME:    element = f16, page_size = 64, d_latent = 256, d_rope = 64, causal = false
// CHECK-SAME:    heads = 16, queries = 2
// CHECK:         mla_gpu.kernel @schedule(
// CHECK:         arith.constant dense<3> : tensor<32xi32, #lane>
// CHECK:         arith.constant 5 : i32
// CHECK:         mla_gpu.kernel @attend(
// CHECK:         mla_gpu.smem.alloc "k0" : !mla_gpu.smem<64x320xf16, sw128>
// CHECK:         %[[EXACT:.*]] = arith.constant dense<0.000000e+00> : tensor<64xf32, #row>
// CHECK-NOT:     arith.minnumf
// CHECK:         mla_gpu.row.raise_max %{{.*}}, %{{.*}} by %[[EXACT]] : tensor
// CHECK:         mla_gpu.mbar.arm %{{.*}} bytes(8192)
func.func @static_extents_f16_narrow(%q: tensor<4x2x16x320xf16>, %cache: !cache, %block_table: tensor<4x8xi32>,
                                     %seq_lens: tensor<4xi32>) -> (tensor<4x2x16x256xf16>, tensor<4x2x16xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 1.0
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 0.0 : f32, item_cost = 3, min_steps = 5>}
      : (tensor<4x2x16x320xf16>, !cache, tensor<4x8xi32>, tensor<4xi32>) -> (tensor<4x2x16x256xf16>, tensor<4x2x16xf32>)
  return %out, %lse : tensor<4x2x16x256xf16>, tensor<4x2x16xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

// CHECK-LABEL: mla_gpu.program @rope implements
// CHECK-SAME:    rotation = <interleaved = true, magnitude = 1.000000e+00 : f64, turns = [2935890503282001408,
// CHECK:         mla_gpu.kernel @attend(
// CHECK:         mla_gpu.role "wg0"
// CHECK:         mla_gpu.nbar.sync %[[READY:.*q_ready.*]]
// CHECK:         mla_gpu.role "wg1"
// CHECK:         %[[TURNED:.*]] = mla_gpu.rotate %{{.*}} at %{{.*}} by <interleaved = true, magnitude = 1.000000e+00 : f64, turns = [2935890503282001408,
// CHECK:         mla_gpu.to_a_operand %[[TURNED]]
// CHECK:         mla_gpu.fence.async
// CHECK:         mla_gpu.nbar.arrive %[[READY]]
func.func @rope(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal rope(#mla.rope<base = 10000.0, pairing = interleaved>)
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}

// -----

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>

// Requests are cut where their own length says.
// CHECK-LABEL: mla_gpu.program @split_steps implements
// CHECK-SAME:    queries = 0, split_steps = 24>
// CHECK:         mla_gpu.kernel @schedule(
// CHECK-SAME:    i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>}
// CHECK:         arith.constant dense<24> : tensor<32xi32, #lane>
// CHECK:         mla_gpu.kernel @attend(
// CHECK-SAME:    %[[MOST:[^:]*]]: i32 {mla_gpu.bind = #mla_gpu.binding<most_pieces>}
// CHECK:         mla_gpu.role "wg0"
// CHECK:         mla_gpu.items %{{.*}} step_tokens(128) split_steps(24) most_pieces(%[[MOST]])
// CHECK:         mla_gpu.tma.store_wait written
// CHECK-NEXT:    mla_gpu.nbar.sync %{{.*}}l_ready
// CHECK:         mla_gpu.role "wg1"
// CHECK:         mla_gpu.items %{{.*}} step_tokens(128) split_steps(24) most_pieces(%[[MOST]])
// CHECK:         mla_gpu.role "producer"
// CHECK:         mla_gpu.items %{{.*}} step_tokens(128) split_steps(24) most_pieces(%[[MOST]])
func.func @split_steps(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      {mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", split_steps = 24>}
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
