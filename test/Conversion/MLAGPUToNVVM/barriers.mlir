// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

mla_gpu.program @program {
  // CHECK-LABEL: llvm.func @barriers
  // CHECK-SAME:  (%[[PARITY:.*]]: i32)
  mla_gpu.kernel @barriers(%parity: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(256) smem(24) {
    // CHECK: %[[BAR:.*]] = llvm.getelementptr %{{.*}}[16] : (!llvm.ptr<3>) -> !llvm.ptr<3>, i8
    %bar = mla_gpu.mbar.alloc "bar" count(3) at 16
    // CHECK-DAG: %[[ID:.*]] = llvm.mlir.constant(5 : i32) : i32
    // CHECK-DAG: %[[THREADS:.*]] = llvm.mlir.constant(160 : i32) : i32
    %named = mla_gpu.nbar.alloc "named" threads(160) id 5
    %group = mla_gpu.nbar.alloc "group" threads(128) id 6
    // CHECK:      %[[COUNT:.*]] = llvm.mlir.constant(3 : i32) : i32
    // CHECK-NEXT: nvvm.mbarrier.init %{{.*}}, %[[COUNT]] : !llvm.ptr<3>, i32
    mla_gpu.role "group" warps(0 to 4) team(warp_group) {
      // All wait.
      // CHECK:      %[[ADDRESS:.*]] = llvm.ptrtoint %[[BAR]] : !llvm.ptr<3> to i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects
      // CHECK-SAME:   mbarrier.try_wait.parity.shared::cta.b64 done, [$0], $1;
      // CHECK-SAME:   @!done bra again;
      // CHECK-SAME:   "r,r,~{memory}" %[[ADDRESS]], %[[PARITY]] : (i32, i32) -> ()
      mla_gpu.mbar.wait %bar parity(%parity)
      // Thread 0 of the warp group arrives.
      // CHECK-NOT:  nvvm.bar.warp.sync
      // CHECK:      %[[IN_GROUP:.*]] = llvm.and %{{.*}}, %{{.*}} : i32
      // CHECK:      %[[LEADER:.*]] = llvm.icmp "eq" %[[IN_GROUP]], %{{.*}} : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 mbarrier.arrive.shared::cta.b64 _, [$1];", "b,r,~{memory}" %[[LEADER]], %{{.*}} : (i1, i32) -> ()
      mla_gpu.mbar.arrive %bar
      // CHECK:      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      mla_gpu.fence.async
      // CHECK:      llvm.call_intrinsic "llvm.nvvm.barrier.cta.arrive.aligned.count"(%[[ID]], %[[THREADS]]) : (i32, i32) -> ()
      mla_gpu.nbar.arrive %named
      // Of a thread's two rows, and of all threads.
      // CHECK:      %[[BOTH:.*]] = llvm.and %{{.*}}, %{{.*}} : i1
      // CHECK-NEXT: %[[HOLDS:.*]] = llvm.call_intrinsic "llvm.nvvm.barrier.cta.red.and.aligned.count"(%{{.*}}, %{{.*}}, %[[BOTH]]) : (i32, i32, i1) -> i1
      // CHECK-NEXT: llvm.cond_br %[[HOLDS]]
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      %holds = mla_gpu.nbar.sync %group all %each : tensor<64xi1, #mla_gpu.layout<row>> -> i1
      scf.if %holds {
        mla_gpu.fence.async
      }
      // A thread has four of 16 columns.
      // CHECK:      %[[TWO:.*]] = llvm.and %{{.*}}, %{{.*}} : i1
      // CHECK-NEXT: %[[THREE:.*]] = llvm.and %[[TWO]], %{{.*}} : i1
      // CHECK-NEXT: %[[FOUR:.*]] = llvm.and %[[THREE]], %{{.*}} : i1
      // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.barrier.cta.red.and.aligned.count"(%{{.*}}, %{{.*}}, %[[FOUR]]) : (i32, i32, i1) -> i1
      %each_column = arith.constant dense<true> : tensor<16xi1, #mla_gpu.layout<column>>
      %holds_columns = mla_gpu.nbar.sync %group all %each_column : tensor<16xi1, #mla_gpu.layout<column>> -> i1
      // CHECK:      llvm.return
    }
    mla_gpu.role "warp" warps(4 to 5) team(warp) {
      // CHECK:      nvvm.barrier id = %[[ID]] number_of_threads = %[[THREADS]]
      mla_gpu.nbar.sync %named
      // CHECK:      %[[LEADER:.*]] = nvvm.elect.sync -> i1
      // CHECK:      %[[BYTES:.*]] = llvm.mlir.constant(8192 : i32) : i32
      // CHECK-NEXT: llvm.inline_asm has_side_effects "@$0 mbarrier.arrive.expect_tx.shared::cta.b64 _, [$1], $2;", "b,r,r,~{memory}" %[[LEADER]], %{{.*}}, %[[BYTES]] : (i1, i32, i32) -> ()
      mla_gpu.mbar.arm %bar bytes(8192)
      // Each lane arrives, and none a second time before all have once.
      // CHECK:      nvvm.bar.warp.sync
      // CHECK-NOT:  nvvm.elect.sync
      // CHECK:      llvm.inline_asm has_side_effects "mbarrier.arrive.shared::cta.b64 _, [$0];", "r,~{memory}" %{{.*}} : (i32) -> ()
      mla_gpu.mbar.arrive %bar each_lane
      // The arrival speaks for all lanes.
      // CHECK:      nvvm.bar.warp.sync
      // CHECK:      nvvm.elect.sync
      // CHECK:      mbarrier.arrive.shared
      mla_gpu.mbar.arrive %bar
      // CHECK:      nvvm.griddepcontrol wait
      mla_gpu.pdl.wait
      // CHECK:      nvvm.griddepcontrol launch_dependents
      mla_gpu.pdl.trigger
    }
  }
}
