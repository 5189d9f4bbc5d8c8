// REQUIRES: ptxas
// The prefill kernels assemble without spills, stack or serialised wgmma, for every shape of tile.

// RUN: mla-compile --emit=cubin --print-resources %examples/prefill.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/prefill_no_mask.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_128.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_256.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_96.mlir -o %t.cubin 2>&1 | FileCheck %s

// CHECK: attend: 168 registers, {{[0-9]+}} bytes of shared memory, 0 of stack, 0 of spills
// CHECK: schedule: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
