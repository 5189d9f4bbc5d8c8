// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=evict_first=2 %s -o %t.mlir
// RUN: mla-mutation-test %t.mlir | FileCheck %s

// Every synchronisation of the decode schedule with queries that it turns itself, dropped or weakened.

// CHECK-DAG: attend/wg0/nbar.sync(q_ready)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/nbar.arrive(q_ready)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg1/fence.async#0 {{.*}} dropped: caught, missing fence
// CHECK-DAG: attend/wg1/nbar.sync(wg1_ready)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/nbar.sync(wg1_ready)#1 {{.*}} dropped: caught, race
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      rope(#mla.rope<base = 10000.0, pairing = half_split>)
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
