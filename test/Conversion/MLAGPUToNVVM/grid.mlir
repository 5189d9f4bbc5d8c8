// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @group
  // CHECK-SAME:  (%[[COUNTERS:.*]]: !llvm.ptr<1>, %[[AT:.*]]: i64, %[[COUNT:.*]]: i32)
  // Blocks that wait for one another must all be resident.
  // CHECK-SAME:  cooperative = true
  mla_gpu.kernel @group(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
                        %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                        %count: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // Thread 0 arrives; barriers told it what the others did.
      // CHECK-NOT:  nvvm.bar.warp.sync
      // CHECK:      %[[COUNTER:.*]] = llvm.getelementptr %[[COUNTERS]][%[[AT]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i32
      // CHECK:      %[[IN_GROUP:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq" %[[IN_GROUP]], %{{.*}} : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 red.release.gpu.global.add.u32 [$1], 1;", "b,l,~{memory}" %[[LEADER]], %[[COUNTER]] : (i1, !llvm.ptr<1>) -> ()
      mla_gpu.grid.arrive %counters[%at]
      // Thread 0 looks; a barrier tells the others.
      // CHECK-NEXT: %[[COUNTER:.*]] = llvm.getelementptr %[[COUNTERS]][%[[AT]]]
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq"
      // CHECK-NEXT: llvm.inline_asm has_side_effects
      // CHECK-SAME:   @!$0 bra done;
      // CHECK-SAME:   ld.acquire.gpu.global.u32 arrived, [$1];
      // CHECK-SAME:   setp.lt.u32 less, arrived, $2;
      // CHECK-SAME:   @less bra again;
      // CHECK-SAME:   "b,l,r,~{memory}" %[[LEADER]], %[[COUNTER]], %[[COUNT]] : (i1, !llvm.ptr<1>, i32) -> ()
      mla_gpu.grid.wait %counters[%at] reaches %count
      // Thread 0 counts departures; the last one resets both words.
      // CHECK-NEXT: %[[COUNTER:.*]] = llvm.getelementptr %[[COUNTERS]][%[[AT]]]
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq"
      // CHECK-NEXT: llvm.inline_asm has_side_effects
      // CHECK-SAME:   @!$0 bra done;
      // CHECK-SAME:   atom.relaxed.gpu.global.add.u32 before, [$1+4], 1;
      // CHECK-SAME:   setp.eq.u32 last, before, $2;
      // CHECK-SAME:   @last st.relaxed.gpu.global.u32 [$1], 0;
      // CHECK-SAME:   @last st.relaxed.gpu.global.u32 [$1+4], 0;
      // CHECK-SAME:   "b,l,r,~{memory}" %[[LEADER]], %[[COUNTER]], %[[COUNT]] : (i1, !llvm.ptr<1>, i32) -> ()
      mla_gpu.grid.leave %counters[%at] of %count
    }
  }

  // In a warp the other lanes wait for the elected one.
  // CHECK-LABEL: llvm.func @waiting_warp
  mla_gpu.kernel @waiting_warp(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
                               %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                               %count: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      nvvm.elect.sync
      // CHECK-NEXT: llvm.inline_asm {{.*}}ld.acquire.gpu.global
      // CHECK:      nvvm.bar.warp.sync
      mla_gpu.grid.wait %counters[%at] reaches %count
    }
  }

  // CHECK-LABEL: llvm.func @warp
  // CHECK-SAME:  cooperative = false
  mla_gpu.kernel @warp(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
                       %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                       %count: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // The elected lane speaks for all.
      // CHECK:      nvvm.bar.warp.sync
      // CHECK:      nvvm.elect.sync
      // CHECK-NEXT: llvm.inline_asm {{.*}}red.release.gpu.global
      mla_gpu.grid.arrive %counters[%at]
      // CHECK:      nvvm.bar.warp.sync
      // CHECK:      nvvm.elect.sync
      // CHECK-NEXT: llvm.inline_asm {{.*}}atom.relaxed.gpu.global
      mla_gpu.grid.leave %counters[%at] of %count
    }
  }

  // The first lane adds, all get what was there.
  // CHECK-LABEL: llvm.func @ticket
  mla_gpu.kernel @ticket(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
                         %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                         %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: %[[FIRST:.*]] = llvm.icmp "eq"
      // CHECK: %[[OLD:.*]] = llvm.inline_asm has_side_effects "mov.b32 $0, 0;{{.*}}@$1 atom.relaxed.gpu.global.add.u32 $0, [$2], 1;", "=r,b,l,~{memory}" %[[FIRST]], %{{.*}} : (i1, !llvm.ptr<1>) -> i32
      // CHECK: nvvm.shfl.sync idx %{{.*}}, %[[OLD]]
      %ticket = mla_gpu.grid.take %counters[%at]
      mla_gpu.global.store %ticket, %out[%at] : i32, !mla_gpu.ptr<i32>
    }
  }
}
