// RUN: mla-opt --mla-to-mla-gpu-pipeline="schedule=split_steps=3,evict_first=2" %examples/decode_any.mlir -o %t.mlir
// RUN: mla-mutation-test %t.mlir --case=700,0,64,900,129@2 --case=1000,70@5 --case=4100,70@2 | FileCheck %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=split_steps=3 %examples/decode_e4m3.mlir -o %t.e4m3.mlir
// RUN: mla-mutation-test %t.e4m3.mlir --case=700,0,64,900,129@2 --case=1000,70@5 --case=4100,70@2 | FileCheck %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=split_steps=3 %examples/decode_e4m3_queries.mlir -o %t.queries.mlir
// RUN: mla-mutation-test %t.queries.mlir --case=700,0,64,900,129@2 --case=1000,70@5 --case=4100,70@2 | FileCheck %s

// With split_steps, every synchronisation dropped or weakened: each is caught. In both cases a part has a request alone that is in
// several pieces, and shares another.

// Both warp groups wait for each other's partial results before they merge, also where no other part has any.
// CHECK-DAG: attend/wg0/nbar.sync(l_ready)#{{[24]}} {{.*}} dropped: caught, race at {{.*}} load of global memory
// CHECK-DAG: attend/wg1/nbar.sync(l_ready)#{{[24]}} {{.*}} dropped: caught, race at {{.*}} load of global memory
// CHECK-DAG: attend/wg0/tma.store_wait#1 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg0/grid.arrive#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg1/grid.arrive#1 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg0/grid.wait#0 {{.*}} dropped: caught, {{race|bad arrival}}
// CHECK-DAG: attend/wg1/grid.leave#0 {{.*}} dropped: caught, bad arrival
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
