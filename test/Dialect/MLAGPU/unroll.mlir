// RUN: mla-opt %s --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-unroll)))' --split-input-file --verify-diagnostics | FileCheck %s

mla_gpu.program @positive {
  // CHECK-LABEL: mla_gpu.kernel @copies(
  mla_gpu.kernel @copies(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c5 = arith.constant 5 : i32
      %c2 = arith.constant 2 : i32
      // CHECK:      arith.constant 7 : i64
      %at = arith.constant 7 : i64
      // 0, 2 and 4: the last step need not end at the bound.
      // CHECK-NEXT: %[[I0:.*]] = arith.constant 0 : i32
      // CHECK-NEXT: mla_gpu.global.store %[[I0]],
      // CHECK-NEXT: %[[I1:.*]] = arith.constant 2 : i32
      // CHECK-NEXT: mla_gpu.global.store %[[I1]],
      // CHECK-NEXT: %[[I2:.*]] = arith.constant 4 : i32
      // CHECK-NEXT: mla_gpu.global.store %[[I2]],
      // CHECK-NEXT: }
      scf.for %i = %c0 to %c5 step %c2 : i32 {
        mla_gpu.global.store %i, %out[%at] : i32, !mla_gpu.ptr<i32>
      } {mla_gpu.unroll}
    }
  }

  // What is carried goes from copy to copy, and may change places.
  // CHECK-LABEL: mla_gpu.kernel @iter_args(
  mla_gpu.kernel @iter_args(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // CHECK:      %[[X:.*]] = arith.constant 10 : i32
      // CHECK:      %[[Y:.*]] = arith.constant 20 : i32
      %x = arith.constant 10 : i32
      %y = arith.constant 20 : i32
      %m1 = arith.constant -1 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      // CHECK:      arith.constant 7 : i64
      %at = arith.constant 7 : i64
      // CHECK-NEXT: %[[I0:.*]] = arith.constant -1 : i32
      // CHECK-NEXT: %[[SUM0:.*]] = arith.addi %[[X]], %[[I0]] : i32
      // CHECK-NEXT: %[[I1:.*]] = arith.constant 0 : i32
      // CHECK-NEXT: %[[SUM1:.*]] = arith.addi %[[Y]], %[[I1]] : i32
      // CHECK-NEXT: %[[I2:.*]] = arith.constant 1 : i32
      // CHECK-NEXT: %[[SUM2:.*]] = arith.addi %[[SUM0]], %[[I2]] : i32
      // CHECK-NEXT: mla_gpu.global.store %[[SUM1]],
      // CHECK-NEXT: mla_gpu.global.store %[[SUM2]],
      %a_end, %b_end = scf.for %i = %m1 to %c2 step %c1 iter_args(%a = %x, %b = %y) -> (i32, i32) : i32 {
        %sum = arith.addi %a, %i : i32
        scf.yield %b, %sum : i32, i32
      } {mla_gpu.unroll}
      mla_gpu.global.store %a_end, %out[%at] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %b_end, %out[%at] : i32, !mla_gpu.ptr<i32>
    }
  }

  // CHECK-LABEL: mla_gpu.kernel @nested(
  mla_gpu.kernel @nested(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      %c5 = arith.constant 5 : i32
      %c7 = arith.constant 7 : i32
      // CHECK:      %[[INIT:.*]] = arith.constant 9 : i32
      %init = arith.constant 9 : i32
      // CHECK:      arith.constant 7 : i64
      %at = arith.constant 7 : i64
      // CHECK-NEXT: %[[I0:.*]] = arith.constant 0 : i32
      // CHECK-NEXT: %[[J0:.*]] = arith.constant 5 : i32
      // CHECK-NEXT: %[[IJ0:.*]] = arith.muli %[[I0]], %[[J0]] : i32
      // CHECK-NEXT: %[[S0:.*]] = arith.addi %[[INIT]], %[[IJ0]] : i32
      // CHECK-NEXT: %[[J1:.*]] = arith.constant 6 : i32
      // CHECK-NEXT: %[[IJ1:.*]] = arith.muli %[[I0]], %[[J1]] : i32
      // CHECK-NEXT: %[[S1:.*]] = arith.addi %[[S0]], %[[IJ1]] : i32
      // CHECK-NEXT: %[[I1:.*]] = arith.constant 1 : i32
      // CHECK-NEXT: %[[J2:.*]] = arith.constant 5 : i32
      // CHECK-NEXT: %[[IJ2:.*]] = arith.muli %[[I1]], %[[J2]] : i32
      // CHECK-NEXT: %[[S2:.*]] = arith.addi %[[S1]], %[[IJ2]] : i32
      // CHECK-NEXT: %[[J3:.*]] = arith.constant 6 : i32
      // CHECK-NEXT: %[[IJ3:.*]] = arith.muli %[[I1]], %[[J3]] : i32
      // CHECK-NEXT: %[[S3:.*]] = arith.addi %[[S2]], %[[IJ3]] : i32
      // CHECK-NEXT: mla_gpu.global.store %[[S3]],
      %end = scf.for %i = %c0 to %c2 step %c1 iter_args(%outer = %init) -> (i32) : i32 {
        %sum = scf.for %j = %c5 to %c7 step %c1 iter_args(%inner = %outer) -> (i32) : i32 {
          %product = arith.muli %i, %j : i32
          %next = arith.addi %inner, %product : i32
          scf.yield %next : i32
        } {mla_gpu.unroll}
        scf.yield %sum : i32
      } {mla_gpu.unroll}
      mla_gpu.global.store %end, %out[%at] : i32, !mla_gpu.ptr<i32>
    }
  }

  // Only the loops that ask for it: an inner one of a loop that stays, a loop that stays inside one.
  // CHECK-LABEL: mla_gpu.kernel @partly(
  mla_gpu.kernel @partly(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %x = mla_gpu.global.load %out[%at] : !mla_gpu.ptr<i32> -> i32
      %many = arith.index_cast %x : i32 to index
      // CHECK:      scf.for
      // CHECK-NEXT: arith.constant 0 : index
      // CHECK-NEXT: arith.index_cast
      // CHECK-NEXT: mla_gpu.global.store
      // CHECK-NEXT: arith.constant 1 : index
      // CHECK-NEXT: arith.index_cast
      // CHECK-NEXT: mla_gpu.global.store
      // CHECK-NEXT: }
      scf.for %i = %c0 to %many step %c1 {
        scf.for %j = %c0 to %c2 step %c1 {
          %k = arith.index_cast %j : index to i32
          mla_gpu.global.store %k, %out[%at] : i32, !mla_gpu.ptr<i32>
        } {mla_gpu.unroll}
      }
      // CHECK-COUNT-2: scf.for
      // CHECK-NOT:  scf.for
      scf.for %i = %c0 to %c2 step %c1 {
        scf.for %j = %c0 to %many step %c1 {
          %k = arith.index_cast %j : index to i32
          mla_gpu.global.store %k, %out[%at] : i32, !mla_gpu.ptr<i32>
        }
      } {mla_gpu.unroll}
    }
  }

  // CHECK-LABEL: mla_gpu.kernel @largest(
  // CHECK-COUNT-64: mla_gpu.global.store
  // CHECK-NOT: mla_gpu.global.store
  mla_gpu.kernel @largest(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %first = arith.constant 2147483583 : i32
      %end = arith.constant 2147483647 : i32
      %c1 = arith.constant 1 : i32
      scf.for %i = %first to %end step %c1 : i32 {
        mla_gpu.global.store %c1, %out[%at] : i32, !mla_gpu.ptr<i32>
      } {mla_gpu.unroll}
    }
  }

  // From 2³¹ − 1 to 2³¹ + 1.
  // CHECK-LABEL: mla_gpu.kernel @unsigned(
  // CHECK: arith.constant 7 : i64
  // CHECK-NEXT: %[[I0:.*]] = arith.constant 2147483647 : i32
  // CHECK-NEXT: mla_gpu.global.store %[[I0]],
  // CHECK-NEXT: %[[I1:.*]] = arith.constant -2147483648 : i32
  // CHECK-NEXT: mla_gpu.global.store %[[I1]],
  // CHECK-NEXT: }
  mla_gpu.kernel @unsigned(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c1 = arith.constant 1 : i32
      %end = arith.constant 2147483649 : i32
      %first = arith.constant 2147483647 : i32
      %at = arith.constant 7 : i64
      scf.for unsigned %i = %first to %end step %c1 : i32 {
        mla_gpu.global.store %i, %out[%at] : i32, !mla_gpu.ptr<i32>
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_lower(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %x = mla_gpu.global.load %out[%at] : !mla_gpu.ptr<i32> -> i32
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      // expected-error @below {{'scf.for' op expected constant bounds and step of a loop with 'mla_gpu.unroll'}}
      scf.for %i = %x to %c2 step %c1 : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_upper(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %x = mla_gpu.global.load %out[%at] : !mla_gpu.ptr<i32> -> i32
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      // expected-error @below {{'scf.for' op expected constant bounds and step of a loop with 'mla_gpu.unroll'}}
      scf.for %i = %c0 to %x step %c1 : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_step(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %x = mla_gpu.global.load %out[%at] : !mla_gpu.ptr<i32> -> i32
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      // expected-error @below {{'scf.for' op expected constant bounds and step of a loop with 'mla_gpu.unroll'}}
      scf.for %i = %c0 to %c2 step %x : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_no_trip(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 3 : i32
      %upper = arith.constant 3 : i32
      %step = arith.constant 1 : i32
      // expected-error @below {{expected a trip count from 1 to 64, but got 0}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_backwards(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 3 : i32
      %upper = arith.constant -3 : i32
      %step = arith.constant 1 : i32
      // expected-error @below {{expected a trip count from 1 to 64, but got 0}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_too_many(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 0 : i32
      %upper = arith.constant 65 : i32
      %step = arith.constant 1 : i32
      // expected-error @below {{expected a trip count from 1 to 64, but got 65}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_far_apart(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant -2147483648 : i32
      %upper = arith.constant 2147483647 : i32
      %step = arith.constant 1 : i32
      // expected-error @below {{expected a trip count from 1 to 64, but got 4294967295}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_wide(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant -170141183460469231731687303715884105728 : i128
      %upper = arith.constant 170141183460469231731687303715884105727 : i128
      %step = arith.constant 1 : i128
      // expected-error @below {{expected a trip count from 1 to 64, but got 340282366920938463463374607431768211455}}
      scf.for %i = %lower to %upper step %step : i128 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_step_zero(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 0 : i32
      %upper = arith.constant 4 : i32
      %step = arith.constant 0 : i32
      // expected-error @below {{expected a positive step, but got 0}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_step_negative(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 0 : i32
      %upper = arith.constant 4 : i32
      %step = arith.constant -1 : i32
      // expected-error @below {{expected a positive step, but got -1}}
      scf.for %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_step_zero_unsigned(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %lower = arith.constant 0 : i32
      %upper = arith.constant 4 : i32
      %step = arith.constant 0 : i32
      // expected-error @below {{expected a positive step, but got 0}}
      scf.for unsigned %i = %lower to %upper step %step : i32 {
      } {mla_gpu.unroll}
    }
  }
}

// -----

// Inner loops come first, so their bounds cannot be what outer ones count.
mla_gpu.program @negative {
  mla_gpu.kernel @negative_triangle(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c2 = arith.constant 2 : i32
      scf.for %i = %c0 to %c2 step %c1 : i32 {
        // expected-error @below {{expected constant bounds and step}}
        scf.for %j = %c0 to %i step %c1 : i32 {
        } {mla_gpu.unroll}
      } {mla_gpu.unroll}
    }
  }
}

// -----

mla_gpu.program @negative {
  mla_gpu.kernel @negative_nest(%out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %at = arith.constant 7 : i64
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c64 = arith.constant 64 : i32
      // expected-error @below {{expected at most 65536 ops after unrolling, but got 262144}}
      scf.for %i = %c0 to %c64 step %c1 : i32 {
        scf.for %j = %c0 to %c64 step %c1 : i32 {
          scf.for %k = %c0 to %c64 step %c1 : i32 {
            mla_gpu.global.store %c1, %out[%at] : i32, !mla_gpu.ptr<i32>
          } {mla_gpu.unroll}
        } {mla_gpu.unroll}
      } {mla_gpu.unroll}
    }
  }
}
