// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

#lane = #mla_gpu.layout<lane>
!i = tensor<32xi32, #lane>

mla_gpu.program @p {
  // CHECK-LABEL: @loops
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  45, 1, 0, 8, 3, 5, 7
  mla_gpu.kernel @loops(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<7xi32>, test.print = 7})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 1 : i64
      %i2 = arith.constant 2 : i64
      %i3 = arith.constant 3 : i64
      %i4 = arith.constant 4 : i64
      %i5 = arith.constant 5 : i64
      %i6 = arith.constant 6 : i64
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c5 = arith.constant 5 : i32
      %c10 = arith.constant 10 : i32
      %sum = scf.for %i = %c0 to %c10 step %c1 iter_args(%s = %c0) -> (i32) : i32 {
        %next = arith.addi %s, %i : i32
        scf.yield %next : i32
      }
      mla_gpu.global.store %sum, %out[%i0] : i32, !mla_gpu.ptr<i32>
      // No iteration: the initial value.
      %none = scf.for %i = %c10 to %c0 step %c1 iter_args(%s = %c1) -> (i32) : i32 {
        scf.yield %c5 : i32
      }
      mla_gpu.global.store %none, %out[%i1] : i32, !mla_gpu.ptr<i32>
      // Values that change places.
      %swapped:2 = scf.for %i = %c0 to %c3 step %c1 iter_args(%x = %c0, %y = %c2) -> (i32, i32) : i32 {
        scf.yield %y, %x : i32, i32
      }
      %x0 = arith.subi %swapped#0, %c2 : i32
      mla_gpu.global.store %x0, %out[%i2] : i32, !mla_gpu.ptr<i32>
      // The induction variable would wrap.
      %most = arith.constant 2147483647 : i32
      %near = arith.constant 2147483600 : i32
      %c6 = arith.constant 6 : i32
      %count = scf.for %i = %near to %most step %c6 iter_args(%n = %c0) -> (i32) : i32 {
        %n1 = arith.addi %n, %c1 : i32
        scf.yield %n1 : i32
      }
      mla_gpu.global.store %count, %out[%i3] : i32, !mla_gpu.ptr<i32>
      // Unsigned bounds.
      %minus_2 = arith.constant -2 : i32
      %minus_1 = arith.constant -1 : i32
      %unsigned = scf.for unsigned %i = %c1 to %minus_1 step %near iter_args(%n = %c0) -> (i32) : i32 {
        %n1 = arith.addi %n, %c1 : i32
        scf.yield %n1 : i32
      }
      mla_gpu.global.store %unsigned, %out[%i4] : i32, !mla_gpu.ptr<i32>
      %less = arith.cmpi slt, %c1, %c2 : i32
      %chosen = scf.if %less -> (i32) {
        scf.yield %c5 : i32
      } else {
        scf.yield %c10 : i32
      }
      mla_gpu.global.store %chosen, %out[%i5] : i32, !mla_gpu.ptr<i32>
      %more = arith.cmpi sgt, %c1, %c2 : i32
      scf.if %more {
        mla_gpu.global.store %c0, %out[%i6] : i32, !mla_gpu.ptr<i32>
      } else {
        %c7 = arith.constant 7 : i32
        mla_gpu.global.store %c7, %out[%i6] : i32, !mla_gpu.ptr<i32>
      }
    }
  }

  // Blocks one after the other, warps of a role, uniform set-up.
  // CHECK-LABEL: @places
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  100, 101, 200, 201
  // CHECK-NEXT: {{^}}  110, 111, 210, 211
  // CHECK-NEXT: {{^}}  120, 121, 220, 221
  mla_gpu.kernel @places(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<3x4xi32>, test.print = 4})
      step(other) grid(one, one) threads(96) attributes {test.grid = array<i64: 2, 3>} {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c10 = arith.constant 10 : i32
    %c100 = arith.constant 100 : i32
    %x = mla_gpu.block_id 0
    %y = mla_gpu.block_id 1
    %columns = mla_gpu.grid_size 0
    %x1 = arith.addi %x, %c1 : i32
    %x100 = arith.muli %x1, %c100 : i32
    %y10 = arith.muli %y, %c10 : i32
    %base = arith.addi %x100, %y10 : i32
    mla_gpu.role "a" warps(1 to 3) team(each_warp) {
      %warp = mla_gpu.warp_id
      %value = arith.addi %base, %warp : i32
      %row = arith.muli %y, %columns : i32
      %cell = arith.addi %row, %x : i32
      %cell2 = arith.muli %cell, %c2 : i32
      %index = arith.addi %cell2, %warp : i32
      %index64 = arith.extsi %index : i32 to i64
      mla_gpu.global.store %value, %out[%index64] : i32, !mla_gpu.ptr<i32>
    }
  }

  // 27 by the rule of Collatz: 111 steps; the condition's values come out. A loop that never begins; and values that change
  // places between the regions.
  // CHECK-LABEL: @conditions
  // CHECK-NEXT: scratch:
  // CHECK-NEXT: {{^}}  111, 1, 7, 3, 4
  mla_gpu.kernel @conditions(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1> : tensor<5xi32>, test.print = 5})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %i0 = arith.constant 0 : i64
      %i1 = arith.constant 1 : i64
      %i2 = arith.constant 2 : i64
      %i3 = arith.constant 3 : i64
      %i4 = arith.constant 4 : i64
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c3 = arith.constant 3 : i32
      %c4 = arith.constant 4 : i32
      %c7 = arith.constant 7 : i32
      %c27 = arith.constant 27 : i32
      %false = arith.constant false
      %steps, %last = scf.while (%n = %c27, %count = %c0) : (i32, i32) -> (i32, i32) {
        %more = arith.cmpi ne, %n, %c1 : i32
        scf.condition(%more) %count, %n : i32, i32
      } do {
      ^body(%count: i32, %n: i32):
        %half = arith.shrui %n, %c1 : i32
        %triple = arith.muli %n, %c3 : i32
        %odd = arith.addi %triple, %c1 : i32
        %bit = arith.andi %n, %c1 : i32
        %is_odd = arith.cmpi ne, %bit, %c0 : i32
        %next = arith.select %is_odd, %odd, %half : i32
        %count1 = arith.addi %count, %c1 : i32
        scf.yield %next, %count1 : i32, i32
      }
      mla_gpu.global.store %steps, %out[%i0] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %last, %out[%i1] : i32, !mla_gpu.ptr<i32>
      %never = scf.while (%x = %c7) : (i32) -> i32 {
        scf.condition(%false) %x : i32
      } do {
      ^body(%x: i32):
        scf.yield %c0 : i32
      }
      mla_gpu.global.store %never, %out[%i2] : i32, !mla_gpu.ptr<i32>
      // Swapped on the way to the second region or out of the loop, and swapped back on the way to the first.
      %a, %b, %rounds = scf.while (%x = %c4, %y = %c3, %round = %c0) : (i32, i32, i32) -> (i32, i32, i32) {
        %more = arith.cmpi slt, %round, %c3 : i32
        scf.condition(%more) %y, %x, %round : i32, i32, i32
      } do {
      ^body(%y: i32, %x: i32, %round: i32):
        %next = arith.addi %round, %c1 : i32
        scf.yield %x, %y, %next : i32, i32, i32
      }
      mla_gpu.global.store %a, %out[%i3] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %b, %out[%i4] : i32, !mla_gpu.ptr<i32>
    }
  }
}
