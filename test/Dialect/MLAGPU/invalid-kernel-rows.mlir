// Constraints of kernels for some numbers of rows, one case each.
// RUN: mla-opt %s --split-input-file --verify-diagnostics

mla_gpu.program @rows_c1_empty {
  // expected-error @below {{expected rows first < end from 1 to 2147483647, but got 16 to 16}}
  mla_gpu.kernel @attend() step(attend) grid(one, one) threads(32) rows(16 to 16) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

// expected-error @below {{expected rows first < end from 1 to 2147483647, but got 0 to 16}}
func.func private @rows_c1_zero() attributes {test.rows = #mla_gpu.rows<0 to 16>}

// -----

// expected-error @below {{expected rows first < end from 1 to 2147483647, but got -3 to 16}}
func.func private @rows_c1_negative() attributes {test.rows = #mla_gpu.rows<-3 to 16>}

// -----

// expected-error @below {{expected rows first < end from 1 to 2147483647, but got 16 to 2147483648}}
func.func private @rows_c1_end() attributes {test.rows = #mla_gpu.rows<16 to 2147483648>}

// -----

// expected-error @below {{expected rows from 1 to 2147483647, but got from 0}}
func.func private @rows_c1_from_zero() attributes {test.rows = #mla_gpu.rows<from 0>}

// -----

// expected-error @below {{expected rows from 1 to 2147483647, but got from 2147483648}}
func.func private @rows_c1_from_most() attributes {test.rows = #mla_gpu.rows<from 2147483648>}

// -----

mla_gpu.program @rows_syntax {
  // expected-error @below {{expected 'to'}}
  mla_gpu.kernel @attend() step(attend) grid(one, one) threads(32) rows(16) {
  }
}

// -----

mla_gpu.program @kernel_c14 {
  // expected-error @below {{expected step attend with rows, but got schedule}}
  mla_gpu.kernel @schedule() step(schedule) grid(one, one) threads(32) rows(1 to 17) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c3 implements #mla_gpu.prefill<form = "mha", element = bf16, heads = 1, d_nope = 128, d_rope = 64, d_v = 128, causal = true, softmax_scale = 1.0 : f32> {
  // expected-error @below {{expected a program that implements #mla_gpu.decode around rows, but got #mla_gpu.prefill<}}
  mla_gpu.kernel @attend() step(attend) grid(one, one) threads(32) rows(from 1) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

// expected-error @below {{expected 'rows' of 'mla_gpu.launch' to be #mla_gpu.rows<…>, but got [1, 17]}}
func.func private @launch_rows(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], rows = [1, 17]}}

// -----

// expected-error @below {{expected step attend with 'rows' of 'mla_gpu.launch', but got other}}
func.func private @launch_rows_step(i32) attributes {
  mla_gpu.launch = {step = "other", grid_x = "one", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], rows = #mla_gpu.rows<from 1>}}
