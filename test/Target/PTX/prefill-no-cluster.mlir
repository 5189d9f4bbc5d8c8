// REQUIRES: ptxas
// The prefill kernels assemble without clusters as well (prefill.mlir has those in clusters of two blocks, the default).

// RUN: mla-compile --emit=cubin --print-resources --schedule=cluster=1 %examples/prefill.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --schedule=cluster=1 %examples/prefill_no_mask.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --schedule=cluster=1 %S/../../Integration/Inputs/prefill_256.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --schedule=cluster=1 %S/../../Integration/Inputs/prefill_96.mlir -o %t.cubin 2>&1 | FileCheck %s

// CHECK: attend: 168 registers, {{[0-9]+}} bytes of shared memory, 0 of stack, 0 of spills
// CHECK: schedule: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
