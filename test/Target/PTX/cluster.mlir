// What clusters become in PTX.

// RUN: mla-compile --emit=ptx %examples/prefill.mlir -o %t.ptx
// RUN: FileCheck %s --input-file=%t.ptx
// RUN: mla-compile --emit=ptx --schedule=cluster=1 %examples/prefill.mlir -o %t.alone.ptx
// RUN: FileCheck %s --input-file=%t.alone.ptx --check-prefix=ALONE

// Only what attends is in clusters.
// CHECK:     .visible .entry schedule(
// CHECK-NOT: cluster
// CHECK:     .visible .entry attend(
// CHECK:     .reqntid 384
// CHECK:     .reqnctapercluster 2
// CHECK:     fence.mbarrier_init.release.cluster;
// The whole block comes; later a role's warps come one by one.
// CHECK:     barrier.cluster.arrive.aligned;
// CHECK:     barrier.cluster.wait.aligned;
// CHECK-NOT: shr.b32 a,
// CHECK:     bfe.u32 a, {{%r[0-9]+}}, 4, 14;
// CHECK-NOT: shr.b32 a,
// CHECK-NOT: ret;
// CHECK:     barrier.cluster.arrive;
// CHECK:     barrier.cluster.wait;
// CHECK:     ret;

// ALONE:     .visible .entry attend(
// ALONE-NOT: {{explicitcluster|barrier.cluster|mapa|multicast|st.async|bfe.u32 a}}
