// The real kernels: no spills and no stack, and registers for two blocks on a multiprocessor (256 or 512 threads each).
// REQUIRES: ptxas
// RUN: mla-compile --emit=cubin --print-resources %examples/append.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/append_pages.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3 -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3_token -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --model=deepseek-v3 --op=append --cache-format=e4m3_group -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/rope.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ROPE
// RUN: mla-compile --emit=ptx %examples/append.mlir -o - | FileCheck %s --check-prefix=LOADS

// Where no warp has a second token, nothing is loaded behind a wait for another load, or behind the question whether the token has a slot: its
// latent and RoPE columns, slot and position, then the weights of the norm and the table of angles.
// LOADS: bra
// LOADS: bra
// LOADS-COUNT-12: ld.global
// LOADS-NOT: ld.global
// LOADS: st.global

// CHECK-NOT: {{error|warning|note}}
// CHECK: append: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
// ROPE-NOT: {{error|warning|note}}
// ROPE: rope: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
