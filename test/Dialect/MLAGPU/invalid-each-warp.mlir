// RUN: mla-opt %s --split-input-file --verify-diagnostics

// mla_gpu.each_warp: kernels are named by the constraint that they break.

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c1_count() step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected a body with one argument of type i32, but got}}
      "mla_gpu.each_warp"() ({
      ^bb0:
        %c0 = arith.constant 0 : i32
      }) : () -> ()
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c1_type() step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected a body with one argument of type i32, but got 'i64'}}
      "mla_gpu.each_warp"() ({
      ^bb0(%warp: i64):
      }) : () -> ()
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c2_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.each_warp' in a role of team warp_group, but got team warp}}
      mla_gpu.each_warp (%warp) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c2_each_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(each_warp) {
      // expected-error @below {{expected 'mla_gpu.each_warp' in a role of team warp_group, but got team each_warp}}
      mla_gpu.each_warp (%warp) {
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c2_nested() step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected to stand in no other 'mla_gpu.each_warp'}}
        mla_gpu.each_warp (%again) {
        }
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @each_warp_outside_a_role() step(other) grid(one, one) threads(128) {
    // expected-error @below {{expected 'mla_gpu.each_warp' inside a role, but got it in the set-up of a kernel}}
    mla_gpu.each_warp (%warp) {
    }
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
    }
  }
}

// -----

// The values of a warp group are not those of its warps.
mla_gpu.program @p {
  mla_gpu.kernel @role_c3_row_in_each_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected 'mla_gpu.row.index' in a role of team warp_group, but got team warp}}
        %x = mla_gpu.row.index : tensor<64xi32, #mla_gpu.layout<row>>
      }
    }
  }
}

// -----

// Lanes that are computed are the same in all warps; what lanes do to memory is done once by a warp.
mla_gpu.program @p {
  mla_gpu.kernel @role_c3_lane_beside_each_warp(%words: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(128) {
    %at = arith.constant 0 : i64
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      mla_gpu.each_warp (%warp) {
        mla_gpu.global.store_lanes %x, %words[%at] : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>
      }
      // expected-error @below {{expected 'mla_gpu.global.store_lanes' in a role of team warp or each_warp, but got team warp_group}}
      mla_gpu.global.store_lanes %x, %words[%at] : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>
    }
  }
}

// -----

// Nor may lanes be carried beside each_warp by what has regions.
mla_gpu.program @p {
  mla_gpu.kernel @role_c3_loop_of_lanes() step(other) grid(one, one) threads(128) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      // expected-error @below {{expected 'scf.for' in a role of team warp or each_warp, but got team warp_group}}
      %sum = scf.for %i = %c0 to %c1 step %c1 iter_args(%y = %x) -> (tensor<32xi32, #mla_gpu.layout<lane>>) : i32 {
        %next = arith.addi %y, %x : tensor<32xi32, #mla_gpu.layout<lane>>
        scf.yield %next : tensor<32xi32, #mla_gpu.layout<lane>>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_choice_of_lanes() step(other) grid(one, one) threads(128) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %is_one = arith.cmpi eq, %c0, %c1 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %x = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      // expected-error @below {{expected 'scf.if' in a role of team warp or each_warp, but got team warp_group}}
      %one = scf.if %is_one -> (tensor<32xi32, #mla_gpu.layout<lane>>) {
        scf.yield %x : tensor<32xi32, #mla_gpu.layout<lane>>
      } else {
        scf.yield %x : tensor<32xi32, #mla_gpu.layout<lane>>
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_zero_of_a_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.zero' in a role of team warp_group, but got team warp}}
      %zero = mla_gpu.zero : tensor<64x64xf32, #mla_gpu.layout<acc>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_zero() step(other) grid(one, one) threads(128) {
    // expected-error @below {{expected 'mla_gpu.zero' inside a role, but got it in the set-up of a kernel}}
    %zero = mla_gpu.zero : tensor<64x64xf32, #mla_gpu.layout<acc>>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_mbar_arm(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.mbar.arm' in 'mla_gpu.each_warp'}}
        mla_gpu.mbar.arm %bar bytes(16)
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_mbar_arrive(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.mbar.arrive' in 'mla_gpu.each_warp'}}
        mla_gpu.mbar.arrive %bar
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_mbar_wait(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.mbar.wait' in 'mla_gpu.each_warp'}}
        mla_gpu.mbar.wait %bar parity(%c0)
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_nbar_arrive(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.nbar.arrive' in 'mla_gpu.each_warp'}}
        mla_gpu.nbar.arrive %named
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_nbar_sync(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.nbar.sync' in 'mla_gpu.each_warp'}}
        mla_gpu.nbar.sync %named
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_fence_async(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.fence.async' in 'mla_gpu.each_warp'}}
        mla_gpu.fence.async
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_tma_load(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.tma.load' in 'mla_gpu.each_warp'}}
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %bar : !map -> !tile
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_tma_store(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.tma.store' in 'mla_gpu.each_warp'}}
        mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_tma_store_wait(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.tma.store_wait' in 'mla_gpu.each_warp'}}
        mla_gpu.tma.store_wait
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_grid_arrive(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.grid.arrive' in 'mla_gpu.each_warp'}}
        mla_gpu.grid.arrive %counters[%at] of %c0
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_grid_wait(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.grid.wait' in 'mla_gpu.each_warp'}}
        mla_gpu.grid.wait %counters[%at] reaches %c0
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_grid_leave(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.grid.leave' in 'mla_gpu.each_warp'}}
        mla_gpu.grid.leave %counters[%at] of %c0
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_pdl_wait(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.pdl.wait' in 'mla_gpu.each_warp'}}
        mla_gpu.pdl.wait
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_pdl_trigger(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.pdl.trigger' in 'mla_gpu.each_warp'}}
        mla_gpu.pdl.trigger
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_items(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.items' in 'mla_gpu.each_warp'}}
        mla_gpu.items %counters[%c0] lens(%counters) step_tokens(128) (%request, %length, %first, %last, %slot) {
        }
      }
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
mla_gpu.program @p {
  mla_gpu.kernel @each_warp_c3_wgmma_commit(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>},
      %counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %named = mla_gpu.nbar.alloc "named" threads(128)
    %c0 = arith.constant 0 : i32
    %at = arith.constant 0 : i64
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        // expected-error @below {{expected no 'mla_gpu.wgmma.commit' in 'mla_gpu.each_warp'}}
        mla_gpu.wgmma.commit
      }
    }
  }
}
