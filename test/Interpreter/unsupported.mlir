// RUN: mla-interpreter-test %s --verify-diagnostics --max-steps=1000

!big = !mla_gpu.smem<64x4096xbf16, sw128>
!sum = tensor<64xf32, #mla_gpu.layout<row_partial>>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @p {
  mla_gpu.kernel @unknown_op() step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{unsupported: 'test.op' is not interpreted}}
      "test.op"() : () -> ()
    }
  }

  mla_gpu.kernel @region() step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      // expected-error @+1 {{unsupported: 'scf.execute_region' is not interpreted}}
      scf.execute_region {
        scf.yield
      }
    }
  }

  // Not reached, not reported.
  mla_gpu.kernel @dead_op() step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %false = arith.constant false
      scf.if %false {
        "test.op"() : () -> ()
      }
    }
  }

  mla_gpu.kernel @unknown_type() step(other) grid(one, one) threads(32) {
    // expected-error @+1 {{unsupported: values of type vector<4xf32> are not interpreted}}
    %x = arith.constant dense<1.0> : vector<4xf32>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @double() step(other) grid(one, one) threads(32) {
    // expected-error @+1 {{unsupported: values of type f64 are not interpreted}}
    %x = arith.constant 1.0 : f64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @sixteen_bit_arithmetic() step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !a
      // expected-error @+1 {{unsupported: 'arith.addf' is not interpreted}}
      %y = arith.addf %x, %x : !a
    }
  }

  mla_gpu.kernel @product_of_sums() step(other) grid(one, one) threads(128) {
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %x = arith.constant dense<1.0> : !sum
      // expected-error @+1 {{unsupported: row_partial values can be added, scaled by rows and reduced, but got 'arith.mulf'}}
      %y = arith.mulf %x, %x : !sum
    }
  }

  mla_gpu.kernel @items(
      %parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>, test.iota = tensor<4xi32>},
      %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      // expected-error @+1 {{unsupported: expected 'mla_gpu.items' to be expanded (mla-gpu-expand-items)}}
      mla_gpu.items %parts[%c0] lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
      }
    }
  }

  mla_gpu.kernel @too_much_shared_memory() step(other) grid(one, one) threads(32) {
    %x = mla_gpu.smem.alloc "x" : !big
    %y = mla_gpu.smem.alloc "y" : !big
    // expected-error @+1 {{unsupported: expected at most 1048576 bytes of shared memory, but got 1572864}}
    %z = mla_gpu.smem.alloc "z" : !big
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }

  mla_gpu.kernel @livelock() step(other) grid(one, one) threads(32) {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %c1 = arith.constant 1 : i64
      %most = arith.constant 9223372036854775807 : i64
      scf.for %i = %c0 to %most step %c1 : i64 {
        // expected-error @+1 {{livelock: expected the block to end within 1000 steps; role 'a' is here}}
        %x = arith.addi %i, %c1 : i64
        %y = arith.addi %i, %c1 : i64
        %z = arith.addi %i, %c1 : i64
        %v = arith.addi %i, %c1 : i64
      }
    }
  }
}
