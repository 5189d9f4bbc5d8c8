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
      // 2·count − 1 is the last value before 0.
      // CHECK:      %[[TWICE:.*]] = llvm.shl %[[COUNT]], %{{.*}} : i32
      // CHECK:      %[[LAST:.*]] = llvm.add %[[TWICE]], %{{.*}} : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 red.release.gpu.global.inc.u32 [$1], $2;", "b,l,r,~{memory}" %[[LEADER]], %[[COUNTER]], %[[LAST]] : (i1, !llvm.ptr<1>, i32) -> ()
      mla_gpu.grid.arrive %counters[%at] of %count
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
      // Thread 0 counts on, and waits for nothing; the last one leaves 0.
      // CHECK-NEXT: %[[COUNTER:.*]] = llvm.getelementptr %[[COUNTERS]][%[[AT]]]
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq"
      // CHECK:      llvm.inline_asm has_side_effects "@$0 red.relaxed.gpu.global.inc.u32 [$1], $2;", "b,l,r,~{memory}" %[[LEADER]], %[[COUNTER]], %{{.*}} : (i1, !llvm.ptr<1>, i32) -> ()
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
      // CHECK:      llvm.inline_asm {{.*}}red.release.gpu.global
      mla_gpu.grid.arrive %counters[%at] of %count
      // CHECK:      nvvm.bar.warp.sync
      // CHECK:      nvvm.elect.sync
      // CHECK:      llvm.inline_asm {{.*}}red.relaxed.gpu.global
      mla_gpu.grid.leave %counters[%at] of %count
    }
  }

  // The first lane counts, up to the last ticket, and all get what was there.
  // CHECK-LABEL: llvm.func @ticket
  mla_gpu.kernel @ticket(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>},
                         %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                         %count: i32 {mla_gpu.bind = #mla_gpu.binding<batch>},
                         %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: %[[FIRST:.*]] = llvm.icmp "eq"
      // CHECK: %[[LAST:.*]] = llvm.add %{{.*}}, %{{.*}} : i32
      // CHECK: %[[OLD:.*]] = llvm.inline_asm has_side_effects "mov.b32 $0, 0;{{.*}}@$1 atom.relaxed.gpu.global.inc.u32 $0, [$2], $3;", "=r,b,l,r,~{memory}" %[[FIRST]], %{{.*}}, %[[LAST]] : (i1, !llvm.ptr<1>, i32) -> i32
      // CHECK: nvvm.shfl.sync idx %{{.*}}, %[[OLD]]
      %ticket = mla_gpu.grid.take %counters[%at] of %count
      mla_gpu.global.store %ticket, %out[%at] : i32, !mla_gpu.ptr<i32>
    }
  }

  // The leader tells the others; each lane reads one of them, and the largest lead is everyone's; all wait.
  // CHECK-LABEL: llvm.func @pace
  mla_gpu.kernel @pace(%marks: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<marks>},
                       %at: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                       %teams: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK: %[[LEADER:.*]] = nvvm.elect.sync
      // CHECK: %[[MARK:.*]] = llvm.inline_asm has_side_effects "{{.*}}mov.u32 time, %globaltimer_lo;{{.*}}@$1 st.relaxed.gpu.global.u32 [$2], $0;{{.*}}" %[[LEADER]], %{{.*}}, %{{.*}} :
      %mark = mla_gpu.pace.mark %marks[%at] at %teams : !mla_gpu.ptr<i32>
      // CHECK: %[[HAS_TEAM:.*]] = llvm.icmp "slt" %{{.*}}, %{{.*}} : i32
      // CHECK: %[[AHEAD:.*]] = llvm.inline_asm has_side_effects "{{.*}}@$1 ld.relaxed.gpu.global.u32 other, [$2];{{.*}}redux.sync.max.s32 $0, lead, -1;{{.*}}" %[[HAS_TEAM]], %{{.*}}, %[[MARK]] :
      %ahead = mla_gpu.pace.ahead %marks[%at] of %teams with %mark : !mla_gpu.ptr<i32>
      // CHECK: %[[MOST:.*]] = llvm.mlir.constant(200 : i32) : i32
      // CHECK: llvm.inline_asm has_side_effects "{{.*}}min.s32 hold, $0, $1;{{.*}}" %[[AHEAD]], %[[MOST]] :
      mla_gpu.pace.hold %ahead most 200
    }
  }
}
