// REQUIRES: ptxas
// The kernels of prefill in the absorbed form, and of merge, assemble without spills, stack or serialised wgmma.

// RUN: mla-compile --emit=cubin --print-resources %examples/prefill_absorbed.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/prefill_absorbed_paged.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_no_mask.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_5.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_256_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_paged_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_e4m3.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_e4m3_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_token_5.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: mla-compile --emit=cubin --print-resources %S/../../Integration/Inputs/prefill_absorbed_group_128.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: mla-compile --emit=cubin --print-resources %examples/merge.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=MERGE

// CHECK: attend: 168 registers, {{[0-9]+}} bytes of shared memory, 0 of stack, 0 of spills
// CHECK: schedule: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
// Where scales are multiplied some registers are set aside.
// LESS: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-5][0-9]|6[0-4]}} of stack, {{[0-9]|[1-9][0-9]}} of spills
// MERGE: merge: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
