// RUN: mla-opt --mla-to-mla-gpu-pipeline="schedule=cluster=1" %S/../Integration/Inputs/prefill.mlir -o %t.mlir
// RUN: mla-mutation-test %t.mlir > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: mla-opt --mla-to-mla-gpu-pipeline="schedule=cluster=1" %S/../Integration/Inputs/prefill_no_mask.mlir | mla-mutation-test - | FileCheck %s --check-prefix=NOMASK
// RUN: not mla-mutation-test %t.mlir --case=64:x@1 2>&1 | FileCheck %s --check-prefix=LENGTH

// Every synchronisation of the prefill schedule without clusters, dropped or weakened, is caught.

// CHECK-DAG: attend/wg0/mbar.wait(q0_full)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/wg0/nbar.sync(wg0_read)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/wgmma.wait#1 {{.*}} pending 2 instead of 1: caught, wait mismatch
// CHECK-DAG: attend/producer/mbar.wait(tail)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/fence.async#0 {{.*}} dropped: caught, missing fence
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// NOMASK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// LENGTH: expected lengths, '@' and a number of multiprocessors, but got '64:x@1'
