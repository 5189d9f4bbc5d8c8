// The real kernels: no spills and no stack, and registers for two blocks on a multiprocessor (256 or 512 threads each).
// REQUIRES: ptxas
// RUN: mla-compile --emit=cubin --print-resources %examples/append.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/append_pages.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3 -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3_token -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3_group -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/rope.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ROPE

// CHECK-NOT: {{error|warning|note}}
// CHECK: append: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
// ROPE-NOT: {{error|warning|note}}
// ROPE: rope: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
