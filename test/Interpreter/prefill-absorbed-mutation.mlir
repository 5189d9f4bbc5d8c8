// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_absorbed.mlir -o %t.mlir
// RUN: mla-mutation-test %t.mlir > %t.txt
// RUN: FileCheck %s < %t.txt
// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_absorbed_paged.mlir | mla-mutation-test - | FileCheck %s --check-prefix=PAGED
// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_absorbed_5.mlir | mla-mutation-test - --case=20:300,0,14:3,2:0,3:100,3@1 --case=14:129,2:64@2 | FileCheck %s --check-prefix=PAGED
// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_absorbed_group.mlir | mla-mutation-test - | FileCheck %s --check-prefix=PAGED
// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_absorbed_e4m3_f16.mlir | mla-mutation-test - --case=50:300,0,45:3,2:0,3:100,3@1 --case=45:129,2:64@2 | FileCheck %s --check-prefix=PAGED

// Every synchronisation of the absorbed prefill schedule, dropped or weakened, is caught.

// CHECK-DAG: attend/wg0/mbar.wait(q_full)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/wg0/nbar.sync(wg0_ready)#1 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/mbar.arrive(q_free)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/producer/mbar.wait(tail)#1 {{.*}} dropped: caught
// CHECK-DAG: attend/producer/mbar.wait(q_free)#1 {{.*}} dropped: caught
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// PAGED: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
