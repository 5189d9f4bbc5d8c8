// RUN: mla-interpreter-test %s --verify-diagnostics
// RUN: mla-interpreter-test %s --verify-diagnostics --timing

#lane = #mla_gpu.layout<lane>
!i = tensor<32xi32, #lane>

mla_gpu.program @p {
  mla_gpu.kernel @division_by_zero(%x: i32 {mla_gpu.bind = #mla_gpu.binding<rows>, test.value = 0 : i32})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c7 = arith.constant 7 : i32
      // expected-error @+1 {{undefined: 'arith.divui' of 7 and 0 is undefined}}
      %y = arith.divui %c7, %x : i32
    }
  }

  mla_gpu.kernel @remainder_in_a_lane() step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : !i
      %three = arith.constant dense<3> : !i
      %divisor = arith.subi %three, %lane : !i
      // expected-error @+1 {{undefined: 'arith.remsi' of 3 and 0 is undefined}}
      %y = arith.remsi %lane, %divisor : !i
    }
  }

  mla_gpu.kernel @quotient_does_not_fit(%x: i32 {mla_gpu.bind = #mla_gpu.binding<rows>, test.value = -2147483648 : i32})
      step(other) grid(one, one) threads(32) {
    %m1 = arith.constant -1 : i32
    // expected-error @+1 {{undefined: 'arith.divsi' of -2147483648 and -1 is undefined}}
    %y = arith.divsi %x, %m1 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @shift(%x: i32 {mla_gpu.bind = #mla_gpu.binding<rows>, test.value = 32 : i32})
      step(other) grid(one, one) threads(32) {
    %c1 = arith.constant 1 : i32
    // expected-error @+1 {{undefined: 'arith.shli' of 1 and 32 is undefined}}
    %y = arith.shli %c1, %x : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @conversion(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>, test.value = 2147483648.0 : f32})
      step(other) grid(one, one) threads(32) {
    // expected-error @+1 {{undefined: 'arith.fptosi' of 2147483648.00 is undefined}}
    %y = arith.fptosi %x : f32 to i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @loop_step(%x: i32 {mla_gpu.bind = #mla_gpu.binding<rows>, test.value = 0 : i32})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c7 = arith.constant 7 : i32
      // expected-error @+1 {{undefined: expected a positive loop step, but got 0}}
      scf.for %i = %x to %c7 step %x : i32 {
      }
    }
  }

  mla_gpu.kernel @parity() step(other) grid(one, one) threads(32) {
    %x = mla_gpu.mbar.alloc "x" count(1)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c2 = arith.constant 2 : i32
      // expected-error @+1 {{undefined: expected parity 0 or 1, but got 2}}
      mla_gpu.mbar.wait %x parity(%c2)
    }
  }
}
