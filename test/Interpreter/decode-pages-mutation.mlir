// RUN: sed 's/page_size = 64/page_size = 16/' %examples/decode_any.mlir > %t.16.mlir
// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=evict_first=2 %t.16.mlir -o %t.16.gpu.mlir
// RUN: mla-mutation-test %t.16.gpu.mlir | FileCheck %s
// RUN: sed 's/page_size = 64/page_size = 96/' %examples/decode_e4m3_queries.mlir > %t.96.mlir
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.96.mlir -o %t.96.gpu.mlir
// RUN: mla-mutation-test %t.96.gpu.mlir | FileCheck %s

// Every synchronisation where blocks come in several boxes, whose bytes one barrier counts.

// CHECK-DAG: attend/producer/mbar.arm({{.*}})#0 {{.*}} dropped: caught
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
