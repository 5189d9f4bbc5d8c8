// The real kernels: no C75xx, the registers that 384 threads leave to each, and, but for the kernels that LESS, TURNS, OWN, SHARES and READERS bound
// below, no spills and no stack.
// REQUIRES: ptxas
// RUN: mla-compile --emit=cubin --print-resources %examples/decode.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_any.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_any_f16.mlir -o %t.cubin 2>&1 | FileCheck %s
// Fewer RoPE columns than a tile has: the same code.
// RUN: sed 's/512/256/g; s/576/288/g; s/d_rope = 64/d_rope = 32/' %examples/decode_any.mlir > %t.288.mlir
// RUN: mla-compile --emit=cubin --print-resources %t.288.mlir -o %t.cubin 2>&1 | FileCheck %s
// Where queries are turned, some values are set aside at the kernel's entry, none in its loops.
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_rope.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=TURNS
// RUN: sed 's/512/256/g; s/576/288/g; s/d_rope = 64/d_rope = 32/; s/interleaved/half_split/' %examples/decode_rope.mlir > %t.rope.288.mlir
// RUN: mla-compile --emit=cubin --print-resources %t.rope.288.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=TURNS
// With the priority that L2 has for all.
// RUN: mla-compile --emit=cubin --print-resources --schedule=evict_first=0 %examples/decode_any.mlir -o %t.cubin 2>&1 | FileCheck %s
// RUN: mla-compile --emit=cubin --print-resources --schedule=evict_first=0 %examples/decode_e4m3_token_queries.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=SHARES
// RUN: sed 's/page_size = 64/page_size = 16/' %examples/decode_any.mlir > %t.16.mlir
// RUN: mla-compile --emit=cubin --print-resources --schedule=evict_first=0 %t.16.mlir -o %t.cubin 2>&1 | FileCheck %s

// Where the producer dequantises, the warp groups that multiply have fewer registers, and where scores and weights have scales of
// tokens or groups, they need more; some are set aside. Warps that read scales have 24 registers, and set aside what an item is about.
// RUN: mla-compile --emit=cubin --print-resources --schedule=kind=decode_seesaw %examples/decode_e4m3_token.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_token.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=READERS
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_group.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=LESS
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_token_queries.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=SHARES
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_group_queries.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=READERS
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_token_native.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=OWN
// RUN: mla-compile --emit=cubin --print-resources %examples/decode_e4m3_group_native.mlir -o %t.cubin 2>&1 | FileCheck %s --check-prefix=READERS
// LESS: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-5][0-9]|6[0-4]}} of stack, {{[0-9]|[1-9][0-9]}} of spills
// TURNS: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-5][0-9]|6[0-4]}} of stack, {{[0-9]|[1-9][0-9]|10[0-9]}} of spills
// OWN: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-5][0-9]|6[0-4]}} of stack, {{[0-9]|[1-9][0-9]|1[0-6][0-9]}} of spills
// SHARES: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-9][0-9]}} of stack, {{[0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-6][0-9]}} of spills
// READERS: attend: 168 registers, {{[0-9]+}} bytes of shared memory, {{[0-9]|[1-9][0-9]|1[0-2][0-9]}} of stack, {{[0-9]|[1-9][0-9]|[1-6][0-9][0-9]}} of spills

// CHECK-NOT: {{error|warning|note}}
// CHECK-DAG: attend: 168 registers, {{[0-9]+}} bytes of shared memory, 0 of stack, 0 of spills
// CHECK-DAG: schedule: {{[0-9]+}} registers, 0 bytes of shared memory, 0 of stack, 0 of spills
