// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=a
// RUN: mla-interpreter-test %s --verify-diagnostics --interleaving=random --seed=3

// Blocks of one launch, and what orders their accesses to global memory. They are executed in the order of their numbers;
// which of two accesses is reported depends on that, and in @wait_for_too_few what a wait learns.

!counters = !mla_gpu.ptr<i32>
!data = !mla_gpu.ptr<f32>

mla_gpu.program @p {
  mla_gpu.kernel @load_after_store(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %at = arith.constant 1 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.global.store %x, %data[%at] : f32, !data
      } else {
        // expected-error @+1 {{race: load of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }

  mla_gpu.kernel @store_after_load(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %at = arith.constant 1 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      } else {
        // expected-error @+1 {{race: store of global memory by role 'a' of block 1 is not ordered after the load by block 0}}
        mla_gpu.global.store %x, %data[%at] : f32, !data
      }
    }
  }

  // The load that races is not the last one of the word.
  mla_gpu.kernel @store_after_loads(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 3, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c2 = arith.constant 2 : i32
    %at = arith.constant 1 : i64
    %is_last = arith.cmpi eq, %block, %c2 : i32
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      scf.if %is_last {
        // expected-error @+1 {{race: store of global memory by role 'a' of block 2 is not ordered after the load by block 1}}
        mla_gpu.global.store %x, %data[%at] : f32, !data
      } else {
        // expected-note @+1 {{the other op is here}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }

  mla_gpu.kernel @store_after_store(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 1, 2>} {
    %at = arith.constant 1 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      // expected-error @+2 {{race: store of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store %x, %data[%at] : f32, !data
    }
  }

  // Roles of one block are told apart as blocks are.
  mla_gpu.kernel @roles(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(64) {
    %at = arith.constant 1 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store %x, %data[%at] : f32, !data
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %x = arith.constant 3.0 : f32
      // expected-error @+1 {{race: store of global memory by role 'b' of block 0 is not ordered after the store by block 0}}
      mla_gpu.global.store %x, %data[%at] : f32, !data
    }
  }

  // Each block its own words, and one that all only read.
  mla_gpu.kernel @disjoint(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 3, 1>} {
    %block = mla_gpu.block_id 0
    %own = arith.extsi %block : i32 to i64
    %at = arith.constant 3 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %y = mla_gpu.global.load %data[%at] : !data -> f32
      %z = mla_gpu.global.load %data[%own] : !data -> f32
      mla_gpu.global.store %y, %data[%own] : f32, !data
    }
  }
}

// -----

!counters = !mla_gpu.ptr<i32>
!data = !mla_gpu.ptr<f32>

mla_gpu.program @p {
  // Both arrive, both wait, each reads what the other wrote; the counters end as they began.
  mla_gpu.kernel @meet(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                       %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %at = arith.constant 2 : i64
    %other = arith.subi %c1, %block : i32
    %own64 = arith.extsi %block : i32 to i64
    %other64 = arith.extsi %other : i32 to i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      mla_gpu.global.store %x, %data[%own64] : f32, !data
      mla_gpu.grid.arrive %counters[%at] of %c2
      mla_gpu.grid.wait %counters[%at] reaches %c2
      %y = mla_gpu.global.load %data[%other64] : !data -> f32
      mla_gpu.grid.leave %counters[%at] of %c2
    }
  }

  mla_gpu.kernel @arrive_before_store(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                                      %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %at = arith.constant 2 : i64
    %other = arith.subi %c1, %block : i32
    %own64 = arith.extsi %block : i32 to i64
    %other64 = arith.extsi %other : i32 to i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      mla_gpu.grid.arrive %counters[%at] of %c2
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store %x, %data[%own64] : f32, !data
      mla_gpu.grid.wait %counters[%at] reaches %c2
      // expected-error @+1 {{race: load of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
      %y = mla_gpu.global.load %data[%other64] : !data -> f32
    }
  }

  mla_gpu.kernel @no_wait(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                          %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 2 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.global.store %x, %data[%at] : f32, !data
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        // expected-error @+1 {{race: load of global memory by role 'a' of block 1}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }

  // A wait for one of two arrivals learns of both only if both have happened: here the first satisfies it.
  mla_gpu.kernel @wait_for_too_few(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                                   %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %at = arith.constant 2 : i64
    %other = arith.subi %c1, %block : i32
    %own64 = arith.extsi %block : i32 to i64
    %other64 = arith.extsi %other : i32 to i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      // expected-error @+1 {{race: store of global memory by role 'a' of block 1 is not ordered after the load by block 0}}
      mla_gpu.global.store %x, %data[%own64] : f32, !data
      mla_gpu.grid.arrive %counters[%at] of %c2
      mla_gpu.grid.wait %counters[%at] reaches %c1
      // expected-note @+1 {{the other op is here}}
      %y = mla_gpu.global.load %data[%other64] : !data -> f32
    }
  }

  // An order that goes through a third block.
  mla_gpu.kernel @chain(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                        %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<4xf32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 3, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %at0 = arith.constant 0 : i64
    %at2 = arith.constant 2 : i64
    %is_first = arith.cmpi eq, %block, %c2 : i32
    %is_second = arith.cmpi eq, %block, %c1 : i32
    %is_third = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x = arith.constant 3.0 : f32
      scf.if %is_first {
        mla_gpu.global.store %x, %data[%at0] : f32, !data
        mla_gpu.grid.arrive %counters[%at0] of %c1
      }
      scf.if %is_second {
        mla_gpu.grid.wait %counters[%at0] reaches %c1
        mla_gpu.grid.arrive %counters[%at2] of %c1
      }
      scf.if %is_third {
        mla_gpu.grid.wait %counters[%at2] reaches %c1
        %y = mla_gpu.global.load %data[%at0] : !data -> f32
      }
    }
  }

  mla_gpu.kernel @unreachable_count(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.grid.arrive %counters[%at] of %c3
      // expected-error @+1 {{deadlock: role 'a' of block (0, 0) waits for a counter to reach 3}}
      mla_gpu.grid.wait %counters[%at] reaches %c3
    }
  }

  // One block waits for the grid, and within it one role for the other.
  mla_gpu.kernel @two_kinds_of_waiting(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(64) attributes {test.grid = array<i64: 1, 1>} {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 2 : i64
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{deadlock: role 'a' of block (0, 0) waits for a counter to reach 1}}
      mla_gpu.grid.wait %counters[%at] reaches %c1
      mla_gpu.mbar.arrive %x
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      // expected-error @+1 {{deadlock: role 'b' waits for phase 0 of mbarrier 'x' (arrivals 0 of 1, bytes 0 of 0)}}
      mla_gpu.mbar.wait %x parity(%c0)
      mla_gpu.grid.arrive %counters[%at] of %c1
    }
  }

  mla_gpu.kernel @counter_out_of_bounds(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    %at = arith.constant 4 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{out of bounds}}
      mla_gpu.grid.arrive %counters[%at] of %c1
    }
  }
}

// -----

!counters = !mla_gpu.ptr<i32>

mla_gpu.program @p {
  mla_gpu.kernel @leave_before_all_arrived(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %c2 = arith.constant 2 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.grid.arrive %counters[%at] of %c2
      // expected-error @+1 {{bad arrival: departure from a counter that 1 of 2 teams arrived at}}
      mla_gpu.grid.leave %counters[%at] of %c2
    }
  }

  // The only departure leaves 0 behind; the second comes too late.
  mla_gpu.kernel @one_departure_too_many(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.grid.arrive %counters[%at] of %c1
      mla_gpu.grid.wait %counters[%at] reaches %c1
      mla_gpu.grid.leave %counters[%at] of %c1
      // expected-error @+1 {{bad arrival: departure from a counter that 0 of 1 teams arrived at}}
      mla_gpu.grid.leave %counters[%at] of %c1
    }
  }

  mla_gpu.kernel @one_arrival_too_many(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.grid.arrive %counters[%at] of %c1
      // expected-error @+1 {{bad arrival: arrival 2 at a counter of 1 teams}}
      mla_gpu.grid.arrive %counters[%at] of %c1
    }
  }

  // The last ticket leaves 0 behind, so a launch that takes one more goes unnoticed; a counter that another count left does not.
  mla_gpu.kernel @one_ticket_too_many(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<3> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{bad arrival: ticket 3 of 3}}
      %ticket = mla_gpu.grid.take %counters[%at] of %c3
    }
  }

  // Marks are hints: they may hold anything, and teams race for them. Only where they lie is checked.
  mla_gpu.kernel @pace(%marks: !counters {mla_gpu.bind = #mla_gpu.binding<marks>, test.buffer = dense<3> : tensor<4xi32>})
      step(other) grid(one, one) threads(64) {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 1 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %mark = mla_gpu.pace.mark %marks[%at] at %c3 : !mla_gpu.ptr<i32>
      %ahead = mla_gpu.pace.ahead %marks[%at] of %c3 with %mark : !mla_gpu.ptr<i32>
      mla_gpu.pace.hold %ahead most 200
    }
    mla_gpu.role "b" warps(1 to 2) team(warp) {
      %mark = mla_gpu.pace.mark %marks[%at] at %c3 : !mla_gpu.ptr<i32>
    }
  }

  mla_gpu.kernel @pace_mark_outside(%marks: !counters {mla_gpu.bind = #mla_gpu.binding<marks>, test.buffer = dense<3> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 4 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{out of bounds}}
      %mark = mla_gpu.pace.mark %marks[%at] at %c3 : !mla_gpu.ptr<i32>
    }
  }

  mla_gpu.kernel @pace_of_teams_outside(%marks: !counters {mla_gpu.bind = #mla_gpu.binding<marks>, test.buffer = dense<3> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{out of bounds}}
      %ahead = mla_gpu.pace.ahead %marks[%at] of %c3 with %c3 : !mla_gpu.ptr<i32>
    }
  }

  // Where departures do not fit what arrivals counted, the counter would start anew while some still wait.
  mla_gpu.kernel @departures_of_fewer(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.grid.arrive %counters[%at] of %c2
      mla_gpu.grid.arrive %counters[%at] of %c2
      // expected-error @+1 {{bad arrival: a departure of 1 teams from a counter at 2}}
      mla_gpu.grid.leave %counters[%at] of %c1
    }
  }

  mla_gpu.kernel @no_teams(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c0 = arith.constant 0 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{bad arrival: expected a count from 1 to 2147483647, but got 0}}
      mla_gpu.grid.arrive %counters[%at] of %c0
    }
  }

  mla_gpu.kernel @departures_out_of_bounds(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    %at = arith.constant 4 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{out of bounds}}
      mla_gpu.grid.leave %counters[%at] of %c1
    }
  }

  // The thread that leaves is the one that looked at the counter.
  mla_gpu.kernel @leave_together(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(128) attributes {test.grid = array<i64: 1, 3>} {
    %c3 = arith.constant 3 : i32
    %at = arith.constant 2 : i64
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.grid.arrive %counters[%at] of %c3
      mla_gpu.grid.wait %counters[%at] reaches %c3
      mla_gpu.grid.leave %counters[%at] of %c3
    }
  }
}

// -----

!counters = !mla_gpu.ptr<i32>
!data = !mla_gpu.ptr<f32>
!rows = tensor<64xf32, #mla_gpu.layout<row>>

mla_gpu.program @p {
  // One lane arrives, but all threads of the warp group stored.
  mla_gpu.kernel @arrive_without_barrier(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                                         %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<64xf32>})
      step(other) grid(one, one) threads(128) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %at = arith.constant 0 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<3.0> : !rows
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        mla_gpu.nbar.sync %all
        // expected-error @+1 {{race: load of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }

  // One lane waits, but all threads of the warp group load.
  mla_gpu.kernel @wait_without_barrier(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                                       %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<64xf32>})
      step(other) grid(one, one) threads(128) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %at = arith.constant 0 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<3.0> : !rows
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
        mla_gpu.nbar.sync %all
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        // expected-error @+1 {{race: load of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }

  mla_gpu.kernel @arrive_after_barrier(%counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>},
                                       %data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<64xf32>})
      step(other) grid(one, one) threads(128) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %at = arith.constant 0 : i64
    %is_first = arith.cmpi eq, %block, %c0 : i32
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<3.0> : !rows
      scf.if %is_first {
        mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
        mla_gpu.nbar.sync %all
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        mla_gpu.nbar.sync %all
        %y = mla_gpu.global.load %data[%at] : !data -> f32
      }
    }
  }
}

// -----

!data = !mla_gpu.ptr<f32>
!rows = tensor<64xf32, #mla_gpu.layout<row>>
!lanes = tensor<32xf32, #mla_gpu.layout<lane>>

mla_gpu.program @p {
  // What a warp loads, other warps of its group have stored.
  mla_gpu.kernel @load_by_other_warps(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<64xf32>})
      step(other) grid(one, one) threads(128) {
    %c64 = arith.constant 64 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<3.0> : !rows
      // expected-note @+1 {{the other op is here}}
      mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
      mla_gpu.each_warp (%warp) {
        // expected-error @+1 {{race: load of global memory by role 'a' of block 0 is not ordered after the store by block 0}}
        %y = mla_gpu.global.load_lanes %data[%at] : !data -> !lanes
      }
    }
  }

  // Storing twice needs no barrier; nor does a warp that loads what it stored itself.
  mla_gpu.kernel @load_after_sync(%data: !data {mla_gpu.bind = #mla_gpu.binding<partial_lse>, test.iota = tensor<256xf32>})
      step(other) grid(one, one) threads(128) {
    %c32 = arith.constant 32 : i32
    %c64 = arith.constant 64 : i32
    %at = arith.constant 0 : i64
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<3.0> : !rows
      %z = arith.constant dense<4.0> : !lanes
      mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
      mla_gpu.global.store_rows %x, %data[%at] valid %c64 : !rows, !data
      mla_gpu.nbar.sync %all
      mla_gpu.each_warp (%warp) {
        %y = mla_gpu.global.load_lanes %data[%at] : !data -> !lanes
        %place = arith.muli %warp, %c32 : i32
        %behind = arith.addi %place, %c64 : i32
        %own = arith.extsi %behind : i32 to i64
        mla_gpu.global.store_lanes %z, %data[%own] : !lanes, !data
        %again = mla_gpu.global.load_lanes %data[%own] : !data -> !lanes
      }
    }
  }
}

// -----

!counters = !mla_gpu.ptr<i32>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  // Copies from global memory are loads of it.
  mla_gpu.kernel @copy_after_store(%q: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<2x64x64xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      scf.if %is_first {
        // expected-note @+1 {{the other op is here}}
        mla_gpu.tma.store %tile to %q[%c1, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait written
      } else {
        mla_gpu.mbar.arm %full bytes(8192)
        // expected-error @+1 {{race: load of global memory by role 'a' of block 1 is not ordered after the store by block 0}}
        mla_gpu.tma.load %q[%c1, %c0, %c0] to %tile signal %full : !map -> !tile
        mla_gpu.mbar.wait %full parity(%c0)
      }
    }
  }

  // The other slice is nobody's business.
  mla_gpu.kernel @copy_of_something_else(%q: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<2x64x64xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      scf.if %is_first {
        mla_gpu.tma.store %tile to %q[%c1, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait written
      } else {
        mla_gpu.mbar.arm %full bytes(8192)
        mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
        mla_gpu.mbar.wait %full parity(%c0)
      }
    }
  }

  mla_gpu.kernel @store_after_copy(%q: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<2x64x64xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      scf.if %is_first {
        mla_gpu.mbar.arm %full bytes(8192)
        // expected-note @+1 {{the other op is here}}
        mla_gpu.tma.load %q[%c1, %c0, %c0] to %tile signal %full : !map -> !tile
        mla_gpu.mbar.wait %full parity(%c0)
      } else {
        // expected-error @+1 {{race: store of global memory by role 'a' of block 1 is not ordered after the load by block 0}}
        mla_gpu.tma.store %tile to %q[%c1, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait written
        mla_gpu.mbar.arm %full bytes(8192)
        mla_gpu.tma.load %q[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
        mla_gpu.mbar.wait %full parity(%c0)
      }
    }
  }

  mla_gpu.kernel @copy_after_wait(%q: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<2x64x64xbf16>},
      %counters: !counters {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<4xi32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %block = mla_gpu.block_id 0
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %at = arith.constant 0 : i64
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %is_first = arith.cmpi eq, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      scf.if %is_first {
        mla_gpu.tma.store %tile to %q[%c1, %c0, %c0] : !tile -> !map
        mla_gpu.tma.store_wait written
        mla_gpu.grid.arrive %counters[%at] of %c1
      } else {
        mla_gpu.grid.wait %counters[%at] reaches %c1
        mla_gpu.mbar.arm %full bytes(8192)
        mla_gpu.tma.load %q[%c1, %c0, %c0] to %tile signal %full : !map -> !tile
        mla_gpu.mbar.wait %full parity(%c0)
      }
    }
  }
}
