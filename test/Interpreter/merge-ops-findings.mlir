// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing
// RUN: mla-interpreter-test %s --verify-diagnostics --protocol-only

#lane = #mla_gpu.layout<lane>
#lane_rows = #mla_gpu.layout<lane_rows>
!f16 = !mla_gpu.ptr<f16>
!lanes = tensor<32xi32, #lane>
!weights = tensor<32xf32, #lane>
!narrow = tensor<128xf32, #lane>
!rows = tensor<3x128xf16, #lane_rows>
!b = !mla_gpu.smem<512xf32>

mla_gpu.program @p {
  //===--------------------------------------------------------------------------------------------------------===//
  // Places
  //===--------------------------------------------------------------------------------------------------------===//

  // Lanes that have no row may hold anything.
  mla_gpu.kernel @gather_rows_past_the_end(
      %x: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<640xf16>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c4 = arith.constant 4 : i32
      %twos = arith.constant dense<2> : !lanes
      %lane = mla_gpu.lane.index : !lanes
      %next = arith.addi %lane, %twos : !lanes
      %last = mla_gpu.global.gather_rows %x[%next, %c0] row_stride(128) : !f16, !lanes -> !rows
      // expected-error @+1 {{out of bounds: 128 elements from 516 on, of a buffer of 640 elements}}
      %past = mla_gpu.global.gather_rows %x[%next, %c4] row_stride(128) : !f16, !lanes -> !rows
    }
  }

  mla_gpu.kernel @gather_rows_before_the_begin(
      %x: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<640xf16>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %index = arith.constant dense<-1> : !lanes
      // expected-error @+1 {{out of bounds: 128 elements from -256 on, of a buffer of 640 elements}}
      %x0 = mla_gpu.global.gather_rows %x[%index, %c0] row_stride(256) : !f16, !lanes -> !rows
    }
  }

  // A row's number times the stride needs more than 32 bits.
  mla_gpu.kernel @gather_rows_far_away(
      %x: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<640xf16>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %index = arith.constant dense<256> : !lanes
      // expected-error @+1 {{out of bounds: 128 elements from 4294967296 on, of a buffer of 640 elements}}
      %x0 = mla_gpu.global.gather_rows %x[%index, %c0] row_stride(16777216) : !f16, !lanes -> !rows
    }
  }

  mla_gpu.kernel @misaligned_gather_rows(
      %x: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<640xf16>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c2 = arith.constant 2 : i32
      %lane = mla_gpu.lane.index : !lanes
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4, but got 2}}
      %x0 = mla_gpu.global.gather_rows %x[%lane, %c2] row_stride(128) : !f16, !lanes -> !rows
    }
  }

  mla_gpu.kernel @gather_rows_of_the_kernel_before(
      %x: !f16 {mla_gpu.bind = #mla_gpu.binding<partial_out>, test.iota = tensor<640xf16>, test.after_wait})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %lane = mla_gpu.lane.index : !lanes
      // expected-error @+1 {{race: role 'a' accesses what the kernel before writes, but is not ordered after a pdl.wait}}
      %x0 = mla_gpu.global.gather_rows %x[%lane, %c0] row_stride(128) : !f16, !lanes -> !rows
    }
  }

  mla_gpu.kernel @store_lanes_past_the_end() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c384 = arith.constant 384 : i32
      %c388 = arith.constant 388 : i32
      %v = arith.constant dense<1.0> : !narrow
      mla_gpu.smem.store_lanes %v, %b[%c384] : !narrow, !b
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to 384, but got 388}}
      mla_gpu.smem.store_lanes %v, %b[%c388] : !narrow, !b
    }
  }

  mla_gpu.kernel @store_lanes_before_the_begin() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c = arith.constant -4 : i32
      %v = arith.constant dense<1.0> : !narrow
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to 384, but got -4}}
      mla_gpu.smem.store_lanes %v, %b[%c] : !narrow, !b
    }
  }

  mla_gpu.kernel @misaligned_store_lanes() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c2 = arith.constant 2 : i32
      %v = arith.constant dense<1.0> : !narrow
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to 384, but got 2}}
      mla_gpu.smem.store_lanes %v, %b[%c2] : !narrow, !b
    }
  }

  mla_gpu.kernel @misaligned_paired_store_lanes() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c8 = arith.constant 8 : i32
      %c480 = arith.constant 480 : i32
      %v = arith.constant dense<1.0> : !weights
      mla_gpu.smem.store_lanes %v, %b[%c480] paired : !weights, !b
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 16 from 0 to 480, but got 8}}
      mla_gpu.smem.store_lanes %v, %b[%c8] paired : !weights, !b
    }
  }

  // 32 elements may begin anywhere, unless they are paired.
  mla_gpu.kernel @load_lanes_past_the_end() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c128 = arith.constant 128 : i32
      %c479 = arith.constant 479 : i32
      %c480 = arith.constant 480 : i32
      %c481 = arith.constant 481 : i32
      %v = arith.constant dense<1.0> : !narrow
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
      mla_gpu.nbar.sync %all
      mla_gpu.each_warp (%warp) {
        %x = mla_gpu.smem.load_lanes %b[%c479] : !b -> !weights
        %y = mla_gpu.smem.load_lanes %b[%c480] : !b -> !weights
        // expected-error @+1 {{out of bounds: expected an index that is a multiple of 1 from 0 to 480, but got 481}}
        %z = mla_gpu.smem.load_lanes %b[%c481] : !b -> !weights
      }
    }
  }

  mla_gpu.kernel @misaligned_load_lanes() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c1 = arith.constant 1 : i32
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to 384, but got 1}}
      %x = mla_gpu.smem.load_lanes %b[%c1] : !b -> !narrow
    }
  }

  // No index of such a size fits.
  mla_gpu.kernel @load_more_lanes_than_there_are() step(other) grid(one, one) threads(32) {
    %b = mla_gpu.smem.alloc "b" : !mla_gpu.smem<64xf32>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to -64, but got 0}}
      %x = mla_gpu.smem.load_lanes %b[%c0] : !mla_gpu.smem<64xf32> -> !narrow
    }
  }

  // A view ends where its tiles end, though the buffer goes on.
  mla_gpu.kernel @past_the_end_of_a_view() step(other) grid(one, one) threads(32) {
    %block = mla_gpu.smem.alloc "block" : !mla_gpu.smem<64x128xbf16, sw128>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c1920 = arith.constant 1920 : i32
      %c2048 = arith.constant 2048 : i32
      %v = arith.constant dense<1.0> : !narrow
      %view = mla_gpu.smem.view %block tiles(0 to 1) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<2048xf32>
      mla_gpu.smem.store_lanes %v, %view[%c1920] : !narrow, !mla_gpu.smem<2048xf32>
      // expected-error @+1 {{out of bounds: expected an index that is a multiple of 4 from 0 to 1920, but got 2048}}
      mla_gpu.smem.store_lanes %v, %view[%c2048] : !narrow, !mla_gpu.smem<2048xf32>
    }
  }

  //===--------------------------------------------------------------------------------------------------------===//
  // Order
  //===--------------------------------------------------------------------------------------------------------===//

  // With a barrier between the two there is nothing to find: see @exchange of merge-ops.mlir.
  mla_gpu.kernel @loads_what_other_warps_stored() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c128 = arith.constant 128 : i32
      %v = arith.constant dense<1.0> : !narrow
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
      mla_gpu.each_warp (%warp) {
        // expected-error @+1 {{race: load of 'b' by role 'a' is not ordered after its own store}}
        %x = mla_gpu.smem.load_lanes %b[%c0] : !b -> !narrow
      }
    }
  }

  mla_gpu.kernel @loads_in_the_same_each_warp() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c128 = arith.constant 128 : i32
      %v = arith.constant dense<1.0> : !narrow
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
        // expected-error @+1 {{race: load of 'b' by role 'a' is not ordered after its own store}}
        %x = mla_gpu.smem.load_lanes %b[%c0] : !b -> !narrow
      }
    }
  }

  mla_gpu.kernel @stores_what_other_warps_load() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    %all = mla_gpu.nbar.alloc "all" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %c0 = arith.constant 0 : i32
      %c128 = arith.constant 128 : i32
      %v = arith.constant dense<1.0> : !narrow
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
      mla_gpu.nbar.sync %all
      mla_gpu.each_warp (%warp) {
        // expected-note @+1 {{the other op is here}}
        %x = mla_gpu.smem.load_lanes %b[%c0] : !b -> !narrow
      }
      mla_gpu.each_warp (%warp) {
        %at = arith.muli %warp, %c128 : i32
        // expected-error @+1 {{race: store of 'b' by role 'a' is not ordered after its own load}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
    }
  }

  // Roles of one tail are not ordered by that.
  mla_gpu.kernel @between_roles_in_a_tail() step(other) grid(one, one) threads(64) {
    %b = mla_gpu.smem.alloc "b" : !b
    %zero = arith.constant 0 : i32
    %v = arith.constant dense<1.0> : !narrow
    mla_gpu.role "first" warps(0 to 1) team(warp) {
      %true = arith.constant true
      mla_gpu.tail "t" (%stores = %true : i1) {
        scf.if %stores {
          // expected-note @+1 {{the other op is here}}
          mla_gpu.smem.store_lanes %v, %b[%zero] : !narrow, !b
        } else {
          %x = mla_gpu.smem.load_lanes %b[%zero] : !b -> !narrow
        }
      }
    }
    mla_gpu.role "second" warps(1 to 2) team(warp) {
      %false = arith.constant false
      mla_gpu.fence.async // with times, the load comes last
      mla_gpu.tail "t" (%stores = %false : i1) {
        scf.if %stores {
          mla_gpu.smem.store_lanes %v, %b[%zero] : !narrow, !b
        } else {
          // expected-error @+1 {{race: load of 'b' by role 'second' is not ordered after the store by role 'first'}}
          %x = mla_gpu.smem.load_lanes %b[%zero] : !b -> !narrow
        }
      }
    }
  }

  // Which warp is the last to store nobody knows.
  mla_gpu.kernel @warps_to_one_place() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    %zero = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        %v = arith.constant dense<1.0> : !narrow
        // expected-error @+2 {{race: store of 'b' by role 'a' is not ordered after its own store}}
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store_lanes %v, %b[%zero] : !narrow, !b
      }
    }
  }

  // Nor may a warp overwrite what another stored, unless there is a barrier; its own it may.
  mla_gpu.kernel @warps_overwrite() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    %c128 = arith.constant 128 : i32
    %c3 = arith.constant 3 : i32
    %ready = mla_gpu.nbar.alloc "ready" threads(128)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        %v = arith.constant dense<1.0> : !narrow
        %at = arith.muli %warp, %c128 : i32
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
      mla_gpu.nbar.sync %ready
      mla_gpu.each_warp (%warp) {
        %v = arith.constant dense<1.0> : !narrow
        %other = arith.subi %c3, %warp : i32
        %at = arith.muli %other, %c128 : i32
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
      mla_gpu.each_warp (%warp) {
        %v = arith.constant dense<1.0> : !narrow
        %at = arith.muli %warp, %c128 : i32
        // expected-error @+1 {{race: store of 'b' by role 'a' is not ordered after its own store}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !narrow, !b
      }
    }
  }

  // The lanes of a warp that store an element are others if it is stored in another order.
  mla_gpu.kernel @overwrites_in_another_order() step(other) grid(one, one) threads(128) {
    %b = mla_gpu.smem.alloc "b" : !b
    %c32 = arith.constant 32 : i32
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        %v = arith.constant dense<1.0> : !weights
        %at = arith.muli %warp, %c32 : i32
        mla_gpu.smem.store_lanes %v, %b[%at] paired : !weights, !b
        // expected-note @+1 {{the other op is here}}
        mla_gpu.smem.store_lanes %v, %b[%at] paired : !weights, !b
        // expected-error @+1 {{race: store of 'b' by role 'a' is not ordered after its own store}}
        mla_gpu.smem.store_lanes %v, %b[%at] : !weights, !b
      }
    }
  }
}
