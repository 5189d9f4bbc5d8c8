// RUN: split-file %s %t
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_native.mlir -o %t.native.mlir
// RUN: mla-mutation-test %t.native.mlir --heads=16 | FileCheck --check-prefixes=CHECK,SPLIT %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_queries.mlir -o %t.queries.mlir
// RUN: mla-mutation-test %t.queries.mlir --heads=16 | FileCheck --check-prefixes=CHECK,GIVEN %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token.mlir -o %t.token.mlir
// RUN: mla-mutation-test %t.token.mlir --heads=32 | FileCheck --check-prefixes=ALL,STEP %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_token_queries.mlir -o %t.token_queries.mlir
// RUN: mla-mutation-test %t.token_queries.mlir --heads=16 --equivalences=%t/given.txt | FileCheck --check-prefixes=READER,ROPE,LISTED %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_native.mlir -o %t.group.mlir
// RUN: mla-mutation-test %t.group.mlir --heads=16 | FileCheck --check-prefixes=READER,STEP,ALL %s
// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group_queries.mlir -o %t.group_queries.mlir
// RUN: mla-mutation-test %t.group_queries.mlir --heads=16 --equivalences=%t/given.txt | FileCheck --check-prefixes=READER,ROPE,LISTED %s
// RUN: sed -e s/attend_16/attend_32/ %t/given.txt > %t/given_32.txt
// RUN: mla-mutation-test %t.group_queries.mlir --heads=32 --equivalences=%t/given_32.txt | FileCheck --check-prefixes=READER,ROPE,LISTED %s

// Every synchronisation of the kernels for few rows, whose scores are tokens × rows of queries, dropped or weakened: each is caught.

// What each warp has of the maxima, for both warp groups; and of the sums, at the end.
// CHECK-DAG: attend_16/wg0/nbar.sync(m_ready)#0 {{.*}} dropped: caught
// CHECK-DAG: attend_16/wg1/nbar.sync(l_ready)#0 {{.*}} dropped: caught
// How many tokens a row sees comes from rows to columns through shared memory, behind a barrier that split queries have anyway.
// GIVEN-DAG: attend_16/wg0/nbar.sync(wg0_ready)#0 {{.*}} dropped: caught, race
// SPLIT-DAG: attend_16/wg0/nbar.sync(q_ready)#0 {{.*}} dropped: caught
// The weights of the other block; the own ones, behind the barrier that tells whether O is rescaled.
// CHECK-DAG: attend_16/wg0/nbar.sync(p1_ready)#0 {{.*}} dropped: caught
// CHECK-DAG: attend_16/wg1/nbar.arrive(p1_ready)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend_16/wg1/fence.async#0 {{.*}} dropped: caught, missing fence
// CHECK: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// Scales of tokens as rows.
// READER-DAG: {{attend_(16|32)}}/wg0/mbar.wait(scales_full0)#0 {{.*}} dropped: caught, race
// READER-DAG: {{attend_(16|32)}}/scales0/mbar.wait(scales_free0)#0 {{.*}} dropped: caught, race
// ROPE-DAG: {{attend_(16|32)}}/wg0/mbar.wait(rope_full0)#0 {{.*}} dropped: caught, race
// ROPE-DAG: {{attend_(16|32)}}/producer/mbar.wait(rope_free0)#0 {{.*}} dropped: caught, race
// STEP-DAG: {{attend_(16|32)}}/producer/mbar.wait(step_free)#0 {{.*}} dropped: caught, race
// ALL: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// LISTED: {{^}}{{[0-9]+}} mutants: {{[0-9]+}} caught, 1 equivalent, 0 survived

//--- given.txt
// Who reads what was copied waits for the copy itself, whoever else has.
attend_16/wg0/mbar.wait(q_full)#0: the second warp group has waited for the queries, too, before the barrier behind which the first reads them
