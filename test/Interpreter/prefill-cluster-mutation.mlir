// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill.mlir -o %t.mlir
// RUN: mla-mutation-test %t.mlir --case=384,256,128@2 --case=700:1000,130:135,1,0@4 --case=100:230,300:417@2 --case=200:300@2 \
// RUN:   --case=129:400,64:257@2 | FileCheck %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %S/../Integration/Inputs/prefill_no_mask.mlir \
// RUN:   | mla-mutation-test - --case=384,256,128@2 --case=700,130,1,0@4 --case=200,513@2 --case=300,64@2 | FileCheck %s --check-prefix=NOMASK

// Every synchronisation of the prefill schedule in clusters of two blocks, dropped or weakened, is caught: what a block sends into
// the shared memory of the other one while that still reads, too.

// CHECK-DAG: attend/wg0/mbar.arrive(k1_free|k0_free)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/producer/mbar.wait(ticket_free)#0 {{.*}} dropped: caught
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// NOMASK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
