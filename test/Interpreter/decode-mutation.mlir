// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=evict_first=2 %s -o %t.mlir
// RUN: mla-mutation-test %t.mlir > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: not mla-mutation-test %t.mlir --case=0@1 --random-seeds=0 | FileCheck %s --check-prefix=EMPTY
// RUN: not mla-mutation-test %t.mlir --case=64,x@1 2>&1 | FileCheck %s --check-prefix=LENGTH
// RUN: not mla-mutation-test %t.mlir --case=64 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: not mla-mutation-test %t.mlir --equivalences=%S/Inputs/no-reason.txt 2>&1 | FileCheck %s --check-prefix=REASON
// RUN: not mla-mutation-test %t.mlir --equivalences=%S/Inputs/stale.txt | FileCheck %s --check-prefix=STALE
// RUN: sed 's/nbar.sync %wg0_ready$/& {mla_gpu.needless = "untrue"}/' %t.mlir > %t.needless.mlir
// RUN: not mla-mutation-test %t.needless.mlir | FileCheck %s --check-prefix=NEEDLESS
// RUN: not mla-mutation-test %S/control.mlir 2>&1 | FileCheck %s --check-prefix=LEVEL

// Every synchronisation of the decode schedule, dropped or weakened: each is caught, and by what one would expect.

// CHECK-DAG: attend/wg0/mbar.wait(q_full)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg0/fence.async#0 {{.*}} dropped: caught, missing fence
// CHECK-DAG: attend/wg0/nbar.arrive(p0_ready)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg0/wgmma.wait#0 {{.*}} pending 1 instead of 0: caught, wait mismatch
// CHECK-DAG: attend/query_producer/mbar.arm(q_full)#0 {{.*}} dropped: caught, deadlock
// What blocks wait for when they merge, and what is waited for before it leaves or is overwritten.
// CHECK-DAG: attend/wg0/nbar.sync(wg0_ready)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg0/tma.store_wait#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/tma.store_wait#1 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg0/grid.arrive#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg1/grid.arrive#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg0/grid.wait#0 {{.*}} dropped: caught, {{race|bad arrival}}
// CHECK-DAG: attend/wg1/grid.wait#0 {{.*}} dropped: caught, {{race|bad arrival}}
// CHECK-DAG: attend/wg0/grid.leave#0 {{.*}} dropped: caught, bad arrival
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived

// An empty request exercises next to nothing.
// EMPTY: attend/wg0/fence.async#0 {{.*}} dropped: SURVIVED
// EMPTY: {{^}}{{[0-9]+}} mutants: {{[0-9]+}} caught, 0 equivalent, {{[1-9][0-9]*}} survived

// LENGTH: expected lengths, '@' and a number of multiprocessors, but got '64,x@1'
// COUNT: expected lengths, '@' and a number of multiprocessors, but got '64'
// REASON: no-reason.txt: expected a name, a colon and a reason, but got 'attend/wg0/fence.async#0'
// STALE: attend/wg0/fence.async#0: listed as equivalent, but is no mutant or was caught
// STALE: {{[0-9]+}} mutants: {{[0-9]+}} caught, 0 equivalent, 0 survived
// NEEDLESS: attend/wg0/nbar.sync(wg0_ready)#0: listed as equivalent, but is no mutant or was caught
// LEVEL: expected a program that implements a decode or prefill op

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>)
    -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x?x?x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x512xbf16>, tensor<?x?x?xf32>
}
