// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3.mlir -o %t.mlir
// RUN: mla-mutation-test %t.mlir | FileCheck %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_native.mlir -o %t.native.mlir
// RUN: mla-mutation-test %t.native.mlir | FileCheck %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token_native.mlir -o %t.token.mlir
// RUN: mla-mutation-test %t.token.mlir | FileCheck %s --check-prefixes=CHECK,TOKEN
// RUN: split-file %s %t
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_native.mlir -o %t.group.mlir
// RUN: mla-mutation-test %t.group.mlir | FileCheck --check-prefixes=READER,STEP %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token.mlir -o %t.token_16.mlir
// RUN: mla-mutation-test %t.token_16.mlir | FileCheck --check-prefixes=READER,STEP %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token_queries.mlir -o %t.token_queries.mlir
// RUN: mla-mutation-test %t.token_queries.mlir --equivalences=%t/given.txt | FileCheck %s --check-prefixes=READER,GIVEN
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_queries.mlir -o %t.group_queries.mlir
// RUN: grep -v _free %t/given.txt | sed -e s/^attend/attend_64/ > %t/group_given.txt
// RUN: mla-mutation-test %t.group_queries.mlir --equivalences=%t/group_given.txt | FileCheck %s --check-prefixes=READER,ROPE
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_queries.mlir -o %t.queries.mlir
// RUN: mla-mutation-test %t.queries.mlir | FileCheck --check-prefix=ALL %s

// Every synchronisation of the schedule for e4m3, in every precision, dropped or weakened: each is caught.

// Q is read before its bytes are written, and written before it is multiplied.
// CHECK-DAG: attend/wg0/nbar.sync(q_read)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/wg1/nbar.sync(q_ready)#0 {{.*}} dropped: caught
// The weights of the other block, and the maximum that both are relative to.
// CHECK-DAG: attend/wg0/nbar.sync(p1_ready)#0 {{.*}} dropped: caught
// CHECK-DAG: attend/wg1/nbar.arrive(p1_ready)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg1/nbar.sync(m_ready)#0 {{.*}} dropped: caught
// The weights of the own block, which are multiplied first; V is read by all warps before one frees it.
// CHECK-DAG: attend/wg0/nbar.sync(wg0_ready)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg0/nbar.sync(wg0_ready)#1 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/mbar.wait(free_b|free_a)#0 {{.*}} dropped: caught, race
// With scales of tokens the RoPE tiles have one buffer and barriers of their own, and the pages' numbers come in shared memory.
// TOKEN-DAG: attend/wg0/mbar.wait(rope_full0)#0 {{.*}} dropped: caught, race
// TOKEN-DAG: attend/wg1/mbar.arrive(rope_free1)#0 {{.*}} dropped: caught, deadlock
// TOKEN-DAG: attend/producer/mbar.wait(rope_free0)#0 {{.*}} dropped: caught, race
// TOKEN-DAG: attend/producer/mbar.arm(rope_full1)#0 {{.*}} dropped: caught
// Where the cache's RoPE columns have 16 bits, those of queries of e4m3 are widened before the products.
// GIVEN-DAG: attend/wg0/nbar.sync(q_ready)#0 {{.*}} dropped: caught, race
// GIVEN-DAG: attend/wg1/fence.async#0 {{.*}} dropped: caught, missing fence
// With queries of e4m3 none are there to be split.
// ALL-NOT: q_ready
// ALL: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// Warps of their own read scales. What they make of them is there when scores want it, and is written anew when weights have been made of it.
// READER-DAG: attend{{(_64)?}}/wg0/mbar.wait(scales_full0)#0 {{.*}} dropped: caught, race
// READER-DAG: attend{{(_64)?}}/wg1/mbar.arrive(scales_free1)#0 {{.*}} dropped: caught, deadlock
// READER-DAG: attend{{(_64)?}}/scales0/mbar.wait(scales_free0)#0 {{.*}} dropped: caught, race
// READER-DAG: attend{{(_64)?}}/scales1/mbar.arrive(scales_full1)#0 {{.*}} dropped: caught, deadlock
// GIVEN: {{^}}{{[0-9]+}} mutants: {{[0-9]+}} caught, 5 equivalent, 0 survived
// Weights of f16 lie over the RoPE tiles until a step ends, which is when they and its stage are free; or where the second term of queries would be.
// STEP-DAG: attend{{(_64)?}}/wg0/mbar.arrive(step_free)#0 {{.*}} dropped: caught, deadlock
// STEP-DAG: attend{{(_64)?}}/producer/mbar.wait(step_free)#0 {{.*}} dropped: caught, race
// STEP: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// ROPE-DAG: attend{{(_64)?}}/wg1/mbar.arrive(rope_free1)#0 {{.*}} dropped: caught, deadlock
// ROPE-DAG: attend{{(_64)?}}/producer/mbar.wait(rope_free0)#0 {{.*}} dropped: caught, race
// ROPE-DAG: attend{{(_64)?}}/wg0/nbar.sync(q_ready)#0 {{.*}} dropped: caught, race
// ROPE: {{^}}{{[0-9]+}} mutants: {{[0-9]+}} caught, 1 equivalent, 0 survived

//--- given.txt
// Who reads what was copied waits for the copy itself, whoever else has.
attend/wg0/mbar.wait(q_full)#0: the second warp group has waited for the queries, too, before the barrier behind which the first reads them
// A step of which the part has half of the columns is its only one, as long as lengths are those that records were made for.
attend/wg0/mbar.arrive(rope_free0)#1: nothing is copied to the RoPE tile of a shared step after it
attend/wg1/mbar.arrive(rope_free1)#1: nothing is copied to the RoPE tile of a shared step after it
attend/wg0/mbar.arrive(scales_free0)#1: no scales are read for a step after a shared one
attend/wg1/mbar.arrive(scales_free1)#1: no scales are read for a step after a shared one
