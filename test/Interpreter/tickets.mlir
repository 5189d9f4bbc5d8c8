// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

// Three blocks share out five items by tickets. A block's first role takes them and tells the second one, by shared memory,
// which items those are; −1 says that there are no more. Every item is counted once, and the counters are left at zero.

!mailbox = !mla_gpu.smem<2xi32>

mla_gpu.program @p {
  // CHECK-LABEL: @share
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  1, 2, 3, 4, 5, -7
  // CHECK-NEXT: counters:
  // CHECK-NEXT: {{^}}  0, 0
  mla_gpu.kernel @share(
      %done: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-7> : tensor<6xi32>, test.print = 6},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<2xi32>, test.print = 2})
      step(other) grid(one, one) threads(64) attributes {test.grid = array<i64: 3, 1>} {
    %box = mla_gpu.smem.alloc "box" : !mailbox
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %i0 = arith.constant 0 : i64
    mla_gpu.role "taker" warps(0 to 1) team(warp) {
      %items = arith.constant 5 : i32
      %none = arith.constant -1 : i32
      %takers = mla_gpu.grid_size 0
      %tickets = arith.addi %items, %takers : i32
      %first = mla_gpu.grid.take %counters[%i0] of %tickets
      %left, %n_end = scf.while (%ticket = %first, %n = %c0) : (i32, i32) -> (i32, i32) {
        %has = arith.cmpi slt, %ticket, %items : i32
        scf.condition(%has) %ticket, %n : i32, i32
      } do {
      ^body(%ticket: i32, %n: i32):
        %bit = arith.andi %n, %c1 : i32
        %parity = arith.xori %bit, %c1 : i32
        mla_gpu.mbar.wait %free parity(%parity)
        mla_gpu.smem.store %ticket, %box[1] : i32, !mailbox
        mla_gpu.mbar.arrive %full
        %next = mla_gpu.grid.take %counters[%i0] of %tickets
        %n1 = arith.addi %n, %c1 : i32
        scf.yield %next, %n1 : i32, i32
      }
      %bit = arith.andi %n_end, %c1 : i32
      %parity = arith.xori %bit, %c1 : i32
      mla_gpu.mbar.wait %free parity(%parity)
      mla_gpu.smem.store %none, %box[1] : i32, !mailbox
      mla_gpu.mbar.arrive %full
    }
    mla_gpu.role "worker" warps(1 to 2) team(warp) {
      %end = scf.while (%n = %c0) : (i32) -> i32 {
        %parity = arith.andi %n, %c1 : i32
        mla_gpu.mbar.wait %full parity(%parity)
        %item = mla_gpu.smem.load %box[1] : !mailbox -> i32
        mla_gpu.mbar.arrive %free
        %has = arith.cmpi sge, %item, %c0 : i32
        scf.if %has {
          %at = arith.extsi %item : i32 to i64
          %number = arith.addi %item, %c1 : i32
          mla_gpu.global.store %number, %done[%at] : i32, !mla_gpu.ptr<i32>
        }
        %n1 = arith.addi %n, %c1 : i32
        scf.condition(%has) %n1 : i32
      } do {
      ^body(%n: i32):
        scf.yield %n : i32
      }
    }
  }
}
