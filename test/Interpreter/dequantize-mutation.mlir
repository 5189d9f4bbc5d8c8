// RUN: mla-opt --mla-to-mla-gpu-pipeline %examples/decode_e4m3_group.mlir -o %t.group.mlir
// RUN: mla-mutation-test %t.group.mlir | FileCheck %s --check-prefixes=CHECK,CONVERTED,ALL
// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=kind=decode_seesaw %examples/decode_e4m3_token.mlir -o %t.token.mlir
// RUN: mla-mutation-test %t.token.mlir | FileCheck %s --check-prefixes=CHECK,CONVERTED,ALL
// RUN: mla-opt --mla-to-mla-gpu-pipeline=schedule=kind=decode_seesaw %examples/decode_e4m3.mlir -o %t.one.mlir
// RUN: mla-mutation-test %t.one.mlir | FileCheck %s --check-prefixes=CHECK,CONVERTED,ALL

// Queries of f16, which stay as they are, turned; and such of bf16, turned and converted.
// RUN: sed 's/xbf16>/xf16>/g' %S/../Integration/Inputs/decode_e4m3_rope.mlir > %t.turned.in.mlir
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.turned.in.mlir -o %t.turned.mlir
// RUN: mla-mutation-test %t.turned.mlir | FileCheck %s --check-prefixes=CHECK,TURNED,ALL
// RUN: split-file %s %t
// RUN: sed 's/cache<bf16/cache<e4m3_group/' %examples/decode_rope.mlir > %t.both.in.mlir
// RUN: mla-opt --mla-to-mla-gpu-pipeline %t.both.in.mlir -o %t.both.mlir
// RUN: mla-mutation-test %t.both.mlir --equivalences=%t/equivalent.txt | FileCheck %s --check-prefixes=CHECK,CONVERTED,BOTH

// Every synchronisation of the decode schedule that dequantises its cache, dropped or weakened: each is caught, and by what
// one would expect.

// The queries are read before numbers of another type take their place, and by both warp groups after that.
// CONVERTED-DAG: attend/wg0/nbar.sync(wg0_ready)#0 {{.*}} dropped: caught, race
// CONVERTED-DAG: attend/wg1/nbar.sync(wg1_ready)#0 {{.*}} dropped: caught, race
// CONVERTED-DAG: attend/wg0/fence.async#0 {{.*}} dropped: caught, missing fence
// CONVERTED-DAG: attend/wg0/nbar.sync(q_converted)#0 {{.*}} dropped: caught, race
// CONVERTED-DAG: attend/wg1/nbar.sync(q_converted)#0 {{.*}} dropped: caught, race
// TURNED-DAG: attend/wg1/fence.async#0 {{.*}} dropped: caught, missing fence
// TURNED-DAG: attend/wg1/nbar.sync(wg1_ready)#1 {{.*}} dropped: caught, race
// A quarter of a block's columns is stored once its last reader is done, fenced, and handed on by each warp.
// CHECK-DAG: attend/wg0/mbar.arrive(k0_left_free)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg1/mbar.arrive(k1_right_free)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/producer/mbar.wait(k0_left_free)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/mbar.wait(k0_right_free)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/mbar.wait(k1_right_free)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/mbar.wait(k1_left_free)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/fence.async#0 {{.*}} dropped: caught, missing fence
// CHECK-DAG: attend/producer/fence.async#7 {{.*}} dropped: caught, missing fence
// CHECK-DAG: attend/producer/mbar.arrive(k0_full_a)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/producer/mbar.arrive(k0_full_d)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/producer/mbar.arrive(k1_full_c)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/producer/mbar.arrive(k1_full_b)#0 {{.*}} dropped: caught, deadlock
// CHECK-DAG: attend/wg0/mbar.wait(k0_full_b)#0 {{.*}} dropped: caught, race
// CHECK-DAG: attend/wg1/mbar.wait(k1_full_d)#1 {{.*}} dropped: caught, race
// CHECK-DAG: attend/producer/mbar.wait(q_free)#0 {{.*}} dropped: caught, race
// ALL: {{^}}[[N:[0-9]+]] mutants: [[N]] caught, 0 equivalent, 0 survived
// Turned columns are stored before they are converted.
// BOTH-DAG: attend/wg1/nbar.sync(wg1_ready)#1 {{.*}} dropped: caught, race
// BOTH-DAG: attend/wg1/fence.async#1 {{.*}} dropped: caught, missing fence
// BOTH: {{^}}[[N:[0-9]+]] mutants: {{[0-9]+}} caught, 1 equivalent, 0 survived

//--- equivalent.txt
// Where queries are turned and converted, the turned columns are in shared memory before the others are.
attend/wg1/fence.async#0: fence.async#1 comes after it in the same threads, before anything that lets the columns be multiplied
