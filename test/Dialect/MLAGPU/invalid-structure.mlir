// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions and kernels are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.kernel
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  // expected-error @below {{expected threads to be a multiple of 32 from 32 to 1024, but got 0}}
  mla_gpu.kernel @kernel_c1_zero() step(other) grid(one, one) threads(0) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected threads to be a multiple of 32 from 32 to 1024, but got 33}}
  mla_gpu.kernel @kernel_c1_multiple() step(other) grid(one, one) threads(33) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected threads to be a multiple of 32 from 32 to 1024, but got 1056}}
  mla_gpu.kernel @kernel_c1_large() step(other) grid(one, one) threads(1056) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected threads to be a multiple of 32 from 32 to 1024, but got -32}}
  mla_gpu.kernel @kernel_c1_negative() step(other) grid(one, one) threads(-32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c2_overlap() step(other) grid(one, one) threads(64) {
    // expected-note @below {{role "a" has it}}
    mla_gpu.role "a" warps(0 to 2) team(each_warp) {
    }
    // expected-error @below {{expected roles on disjoint warps, but got warp 1 again}}
    mla_gpu.role "b" warps(1 to 2) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c2_outside() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected warps below 1 in a kernel of 32 threads, but got 1}}
    mla_gpu.role "a" warps(0 to 2) team(each_warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0 to have 'mla_gpu.bind'}}
  mla_gpu.kernel @kernel_c3_missing(%a: i32) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected each binding at most once, but got batch on arguments 0 and 1}}
  mla_gpu.kernel @kernel_c3_twice(%a: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}, %b: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected 'mla_gpu.bind' of argument 0 to be #mla_gpu.binding<…>, but got "batch"}}
  mla_gpu.kernel @kernel_c3_type(%a: i32 {mla_gpu.bind = "batch"}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected at least one role}}
  mla_gpu.kernel @kernel_c4() step(other) grid(one, one) threads(32) {
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to q_map, to be a tensor map, but got 'i32'}}
  mla_gpu.kernel @kernel_c5_q_map(%a: i32 {mla_gpu.bind = #mla_gpu.binding<q_map>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to parts, to be '!mla_gpu.ptr<i32>', but got '!mla_gpu.ptr<i64>'}}
  mla_gpu.kernel @kernel_c5_parts(%a: !mla_gpu.ptr<i64> {mla_gpu.bind = #mla_gpu.binding<parts>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to out, to be '!mla_gpu.ptr<bf16>', '!mla_gpu.ptr<f16>' or '!mla_gpu.ptr<f32>', but got '!mla_gpu.ptr<i32>'}}
  mla_gpu.kernel @kernel_c5_out(%a: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<out>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to lse, to be '!mla_gpu.ptr<f32>', but got '!mla_gpu.ptr<bf16>'}}
  mla_gpu.kernel @kernel_c5_lse(%a: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<lse>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to batch, to be 'i32', but got 'i64'}}
  mla_gpu.kernel @kernel_c5_batch(%a: i64 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to scale_log2, to be 'f32', but got 'f64'}}
  mla_gpu.kernel @kernel_c5_scale_log2(%a: f64 {mla_gpu.bind = #mla_gpu.binding<scale_log2>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to scratch, to be a pointer, but got 'i32'}}
  mla_gpu.kernel @kernel_c5_scratch(%a: i32 {mla_gpu.bind = #mla_gpu.binding<scratch>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to scratch_elements, to be 'i64', but got 'i32'}}
  mla_gpu.kernel @kernel_c5_scratch_elements(%a: i32 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to out_map, to be a tensor map, but got '!mla_gpu.ptr<bf16>'}}
  mla_gpu.kernel @kernel_c5_out_map(%a: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out_map>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to partial_map, to be a tensor map, but got '!mla_gpu.ptr<f16>'}}
  mla_gpu.kernel @kernel_c5_partial_map(%a: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_map>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to counters, to be '!mla_gpu.ptr<i32>', but got '!mla_gpu.ptr<i64>'}}
  mla_gpu.kernel @kernel_c5_counters(%a: !mla_gpu.ptr<i64> {mla_gpu.bind = #mla_gpu.binding<counters>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to partial_out, to be '!mla_gpu.ptr<f16>', but got '!mla_gpu.ptr<f32>'}}
  mla_gpu.kernel @kernel_c5_partial_out(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<partial_out>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to partial_out, to be '!mla_gpu.ptr<f16>', but got '!mla_gpu.ptr<bf16>'}}
  mla_gpu.kernel @kernel_c5_partial_out_element(%a: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<partial_out>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected argument 0, bound to partial_lse, to be '!mla_gpu.ptr<f32>', but got '!mla_gpu.ptr<f16>'}}
  mla_gpu.kernel @kernel_c5_partial_lse(%a: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_lse>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{to be one of: q_map, cache_map, block_table, seq_lens, out, lse, parts, counters, partial_out, partial_lse, batch, rows, heads, queries, block_table_stride, num_pages, num_parts, scale_log2, scratch, scratch_elements, out_map, partial_map}}
  // expected-error @below {{failed to parse MLAGPU_BindingAttr parameter 'value' which is to be a `::mlir::mla_gpu::Binding`}}
  mla_gpu.kernel @binding_merges(%a: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<merges>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a step of a call, but got 'combine'}}
  mla_gpu.kernel @step_combine() step(combine) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected no results, but got 1}}
  "mla_gpu.kernel"() <{sym_name = "kernel_c6", function_type = () -> i32, step = #mla_gpu.step<other>,
                       grid_x = #mla_gpu.grid<one>, grid_y = #mla_gpu.grid<one>, threads = 32 : i32}> ({
  ^bb0:
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }) : () -> ()
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a body}}
  "mla_gpu.kernel"() <{sym_name = "kernel_without_body", function_type = () -> (), step = #mla_gpu.step<other>,
                       grid_x = #mla_gpu.grid<one>, grid_y = #mla_gpu.grid<one>, threads = 32 : i32}> ({
  }) : () -> ()
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c7() step(other) grid(one, one) threads(32) {
    // expected-note @below {{first role is here}}
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
    // expected-error @below {{expected nothing but roles after the first role, but got 'mla_gpu.block_id'}}
    %x = mla_gpu.block_id 0
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_tensor() step(other) grid(one, one) threads(128) {
    // expected-error @below {{expected 'mla_gpu.row.index' inside a role, but got it in the set-up of a kernel}}
    %x = mla_gpu.row.index : tensor<64xi32, #mla_gpu.layout<row>>
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_no_word(%out: !mla_gpu.ptr<f16> {mla_gpu.bind = #mla_gpu.binding<partial_out>}) step(attend) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    // expected-error @below {{expected 'mla_gpu.global.load_lanes' inside a role, but got it in the set-up of a kernel}}
    %x = mla_gpu.global.load_lanes %out[%at] : !mla_gpu.ptr<f16> -> tensor<32xf32, #mla_gpu.layout<lane>>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c8_barrier() step(other) grid(one, one) threads(32) {
    %full = mla_gpu.mbar.alloc "full" count(1)
    // expected-error @below {{expected 'mla_gpu.mbar.arrive' inside a role, but got it in the set-up of a kernel}}
    mla_gpu.mbar.arrive %full
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c9_role_empty() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected a name that is not empty}}
    mla_gpu.role "" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c9_role() step(other) grid(one, one) threads(64) {
    // expected-note @below {{first "a" is here}}
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
    // expected-error @below {{expected role names to differ, but got "a" again}}
    mla_gpu.role "a" warps(1 to 2) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c9_buffer() step(other) grid(one, one) threads(32) {
    // expected-note @below {{first "a" is here}}
    %a = mla_gpu.smem.alloc "a" : !mla_gpu.smem<64xf32>
    // expected-error @below {{expected buffer names to differ, but got "a" again}}
    %b = mla_gpu.smem.alloc "a" : !mla_gpu.smem<64xf32>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c9_barrier() step(other) grid(one, one) threads(32) {
    // expected-note @below {{first "a" is here}}
    %a = mla_gpu.mbar.alloc "a" count(1)
    // expected-error @below {{expected barrier names to differ, but got "a" again}}
    %b = mla_gpu.nbar.alloc "a" threads(64)
    mla_gpu.role "a" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected smem of at least 0 bytes, but got -1}}
  mla_gpu.kernel @kernel_c10() step(other) grid(one, one) threads(32) smem(-1) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a step of a call, but got 'attends'}}
  mla_gpu.kernel @kernel_step() step(attends) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a grid extent, but got 'two'}}
  mla_gpu.kernel @kernel_grid() step(attend) grid(one, two) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.role
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @role_c1_empty() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected warps first < end from 0 to 32, but got 1 to 1}}
    mla_gpu.role "r" warps(1 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c1_negative() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected warps first < end from 0 to 32, but got -1 to 1}}
    mla_gpu.role "r" warps(-1 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c1_large() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected warps first < end from 0 to 32, but got 0 to 2147483647}}
    mla_gpu.role "r" warps(0 to 2147483647) team(each_warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c1_warp_group_size() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected a warp_group team of 4 warps from a multiple of 4, but got 0 to 8}}
    mla_gpu.role "r" warps(0 to 8) team(warp_group) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c1_warp_group_first() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected a warp_group team of 4 warps from a multiple of 4, but got 2 to 6}}
    mla_gpu.role "r" warps(2 to 6) team(warp_group) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_multiple() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected registers to be a multiple of 8 from 24 to 240, but got 100}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) registers(100) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_small() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected registers to be a multiple of 8 from 24 to 240, but got 16}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) registers(16) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_large() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected registers to be a multiple of 8 from 24 to 240, but got 248}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) registers(248) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_warps() step(other) grid(one, one) threads(1024) {
    // expected-error @below {{expected a register budget on whole warp groups or within one, but got warps 2 to 8}}
    mla_gpu.role "r" warps(2 to 8) team(warp) registers(24) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_incomplete_group() step(other) grid(one, one) threads(64) {
    // expected-error @below {{expected a register budget on warp groups of four warps, but got 2 in the last one}}
    mla_gpu.role "r" warps(0 to 2) team(each_warp) registers(24) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_one_budget() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "q" is here}}
    mla_gpu.role "q" warps(1 to 2) team(warp) registers(24) {
    }
    // expected-error @below {{expected one register budget in a warp group, but got 32 beside 24}}
    mla_gpu.role "r" warps(0 to 1) team(warp) registers(32) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c2_no_budget() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "q" is here}}
    mla_gpu.role "q" warps(0 to 3) team(warp) registers(24) {
    }
    // expected-error @below {{expected one register budget in a warp group, but got none beside 24}}
    mla_gpu.role "r" warps(3 to 4) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_row_in_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.row.index' in a role of team warp_group, but got team warp}}
      %x = mla_gpu.row.index : tensor<64xi32, #mla_gpu.layout<row>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_lane_in_warp_group(%words: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(128) {
    %at = arith.constant 0 : i64
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected 'mla_gpu.global.load_lanes' in a role of team warp or each_warp, but got team warp_group}}
      %x = mla_gpu.global.load_lanes %words[%at] : !mla_gpu.ptr<i32> -> tensor<32xi32, #mla_gpu.layout<lane>>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_commit_in_each_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(each_warp) {
      // expected-error @below {{expected 'mla_gpu.wgmma.commit' in a role of team warp_group, but got team each_warp}}
      mla_gpu.wgmma.commit
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_warp_id_in_warp() step(other) grid(one, one) threads(128) {
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 'mla_gpu.warp_id' in a role of team each_warp, but got team warp}}
      %x = mla_gpu.warp_id
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_arguments() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected a body without arguments, but got 1}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    ^bb0(%x: i32):
    }
  }
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// mla_gpu.items
//===----------------------------------------------------------------------------------------------------------===//

// expected-note @below {{prior use here}}
func.func @items_c1(%parts: !mla_gpu.ptr<i64>, %part: i32) {
  // expected-error @below {{use of value '%parts' expects different type than prior uses: '!mla_gpu.ptr<i32>' vs '!mla_gpu.ptr<i64>'}}
  mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) (%request, %length, %first, %last, %slot) {
  }
  return
}

// -----

func.func @items_c1_generic(%parts: !mla_gpu.ptr<i64>, %part: i32) {
  // expected-error @below {{operand #0 must be pointer to i32, but got '!mla_gpu.ptr<i64>'}}
  "mla_gpu.items"(%parts, %part, %parts) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> ({
  ^bb0(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32):
    "mla_gpu.yield"() : () -> ()
  }) : (!mla_gpu.ptr<i64>, i32, !mla_gpu.ptr<i64>) -> ()
  return
}

// -----

func.func @items_c2(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{attribute 'step_tokens' failed to satisfy constraint: 32-bit signless integer attribute whose value is positive}}
  mla_gpu.items %parts[%part] lens(%parts) step_tokens(0) (%request, %length, %first, %last, %slot) {
  }
  return
}

// -----

func.func @items_c2_split_steps(%parts: !mla_gpu.ptr<i32>, %part: i32, %most: i32) {
  // expected-error @below {{attribute 'split_steps' failed to satisfy constraint}}
  mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) split_steps(0) most_pieces(%most) (%request, %length, %first, %last, %slot) {
  }
  return
}

// -----

func.func @items_c5(%parts: !mla_gpu.ptr<i32>, %part: i32, %most: i32) {
  // expected-error @below {{expected split_steps and most_pieces together}}
  "mla_gpu.items"(%parts, %part, %parts, %most) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0>}> ({
  ^bb0(%request: i32, %length: i32, %first: i32, %last: i32, %slot: i32):
    mla_gpu.yield
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>, i32) -> ()
  return
}

// -----

func.func @items_c5_without_pieces(%parts: !mla_gpu.ptr<i32>, %part: i32) {
  // expected-error @below {{expected split_steps and most_pieces together}}
  "mla_gpu.items"(%parts, %part, %parts) <{step_tokens = 128 : i32, split_steps = 4 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> ({
  ^bb0(%request: i32, %length: i32, %first: i32, %last: i32, %slot: i32):
    mla_gpu.yield
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>) -> ()
  return
}

// -----

func.func @items_c5_syntax(%parts: !mla_gpu.ptr<i32>, %part: i32) {
  // expected-error @below {{expected 'most_pieces'}}
  mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) split_steps(4) (%request, %length, %first, %last, %slot) {
  }
  return
}

// -----

func.func @items_c6(%parts: !mla_gpu.ptr<i32>, %part: i32, %words: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected records of type 'tensor<32xi32, #mla_gpu.layout<lane>>', but got 'tensor<32xf32, #mla_gpu.layout<lane>>'}}
  "mla_gpu.items"(%parts, %part, %parts, %words) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0>}> ({
  ^bb0(%request: i32, %length: i32, %first: i32, %last: i32, %slot: i32):
    "mla_gpu.yield"() : () -> ()
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>, tensor<32xf32, #mla_gpu.layout<lane>>) -> ()
  return
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @items_records_of_a_warp_group(%parts: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>}, %lens: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>}) step(attend) grid(row_tiles, parts) threads(128) {
    %part = mla_gpu.block_id 1
    %at = arith.constant 0 : i64
    %words = mla_gpu.global.load_lanes %parts[%at] : !mla_gpu.ptr<i32> -> tensor<32xi32, #mla_gpu.layout<lane>>
    // expected-note @below {{role "a" is here}}
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected 'mla_gpu.items' in a role of team warp or each_warp, but got team warp_group}}
      mla_gpu.items %parts[%part] records(%words) lens(%lens) step_tokens(128) (%request, %length, %first, %last, %slot) {
      }
    }
  }
}

// -----

func.func @items_c3_names(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{expected 5 names for request, length, first, last and slot, but got 4}}
  mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) (%request, %length, %first, %last) {
  }
  return
}

// -----

func.func @items_c3(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{expected body arguments of types 'i32', 'i32', 'i32', 'i32', 'i32', but got 'i32', 'i32', 'i32', 'i32', 'i64'}}
  "mla_gpu.items"(%parts, %part, %parts) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> ({
  ^bb0(%a: i32, %b: i32, %c: i32, %d: i32, %e: i64):
    "mla_gpu.yield"() : () -> ()
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>) -> ()
  return
}

// -----

func.func @items_c3_iter(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{expected body arguments of types 'i32', 'i32', 'i32', 'i32', 'i32', 'f32', but got 'i32', 'i32', 'i32', 'i32', 'i32'}}
  "mla_gpu.items"(%parts, %part, %parts, %x) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 1>}> ({
  ^bb0(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32):
    "mla_gpu.yield"(%x) : (f32) -> ()
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>, f32) -> f32
  return
}

// -----

func.func @items_c4_results(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{expected 0 results, as initial values, but got 1}}
  "mla_gpu.items"(%parts, %part, %parts) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0>}> ({
  ^bb0(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32):
    "mla_gpu.yield"() : () -> ()
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>) -> i32
  return
}

// -----

func.func @items_c4_yield(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  %n = mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) (%request, %length, %first, %last, %slot)
      iter_args(%m = %x) : f32 {
    // expected-error @below {{expected operands of types 'f32', but got 'i32'}}
    mla_gpu.yield %slot : i32
  }
  return
}

// -----

func.func @items_c4_yield_count(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  %n = mla_gpu.items %parts[%part] lens(%parts) step_tokens(128) (%request, %length, %first, %last, %slot)
      iter_args(%m = %x) : f32 {
    // expected-error @below {{expected 1 operands, as initial values, but got 0}}
    mla_gpu.yield
  }
  return
}

// -----

func.func @items_c4_result_types(%parts: !mla_gpu.ptr<i32>, %part: i32, %x: f32) {
  // expected-error @below {{expected results of types 'f32', but got 'i32'}}
  "mla_gpu.items"(%parts, %part, %parts, %x) <{step_tokens = 128 : i32, operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 1>}> ({
  ^bb0(%a: i32, %b: i32, %c: i32, %d: i32, %e: i32, %f: f32):
    "mla_gpu.yield"(%x) : (f32) -> ()
  }) : (!mla_gpu.ptr<i32>, i32, !mla_gpu.ptr<i32>, f32) -> i32
  return
}

// -----

mla_gpu.program @program_c1_cache_map implements #mla_gpu.decode<element = bf16, format = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected a cache of bf16 or f16 for argument 0, bound to cache_map, but got format e4m3}}
  mla_gpu.kernel @k(%a: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_map>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c1_cache_scale implements #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected a cache with one scale for argument 0, bound to cache_scale, but got format bf16}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c1_cache_scale_token implements #mla_gpu.decode<element = bf16, format = e4m3_token, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected a cache with one scale for argument 0, bound to cache_scale, but got format e4m3_token}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c1_cache_scales implements #mla_gpu.decode<element = bf16, format = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected a cache with scales of tokens or groups for argument 0, bound to cache_scales, but got format e4m3}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c1_cache_scale_token_stride implements #mla_gpu.decode<element = bf16, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected a cache with scales of tokens or groups for argument 0, bound to cache_scale_token_stride, but got format bf16}}
  mla_gpu.kernel @k(%a: i32 {mla_gpu.bind = #mla_gpu.binding<cache_scale_token_stride>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c2_latent implements #mla_gpu.decode<element = bf16, format = e4m3_group, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected argument 0, bound to cache_latent_map, to have elements of 'f8E4M3FN' with format e4m3_group, but got 'bf16'}}
  mla_gpu.kernel @k(%a: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c2_rope implements #mla_gpu.decode<element = bf16, format = e4m3, page_size = 64, d_latent = 512, d_rope = 64, causal = true, softmax_scale = 1.0 : f32, heads = 0, queries = 0> {
  // expected-error @below {{expected argument 0, bound to cache_rope_map, to have elements of 'f8E4M3FN' with format e4m3, but got 'bf16'}}
  mla_gpu.kernel @k(%a: !mla_gpu.tensor_map<1x64x64xbf16, sw128> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c1_prefill implements #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = e4m3_token> {
  // expected-error @below {{expected a cache with one scale for argument 0, bound to cache_scale, but got format e4m3_token}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache_scale>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @program_c2_prefill implements #mla_gpu.prefill<form = "absorbed", element = bf16, heads = 1, d_nope = 512, d_rope = 64, d_v = 512, causal = true, softmax_scale = 1.0 : f32, page_size = 64, format = e4m3_group> {
  // expected-error @below {{expected argument 0, bound to cache_rope_map, to have elements of 'bf16' with format e4m3_group, but got 'f8E4M3FN'}}
  mla_gpu.kernel @k(%a: !mla_gpu.tensor_map<1x64x64xf8E4M3FN, sw64> {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>}) step(attend) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache_latent_map {
  // expected-error @below {{expected argument 0, bound to cache_latent_map, to be a tensor map, but got 'i32'}}
  mla_gpu.kernel @k(%a: i32 {mla_gpu.bind = #mla_gpu.binding<cache_latent_map>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache_rope_map {
  // expected-error @below {{expected argument 0, bound to cache_rope_map, to be a tensor map, but got 'i32'}}
  mla_gpu.kernel @k(%a: i32 {mla_gpu.bind = #mla_gpu.binding<cache_rope_map>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache {
  // expected-error @below {{expected argument 0, bound to cache, to be '!mla_gpu.ptr<i8>', but got '!mla_gpu.ptr<f32>'}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<cache>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache_page_stride {
  // expected-error @below {{expected argument 0, bound to cache_page_stride, to be 'i32', but got 'i64'}}
  mla_gpu.kernel @k(%a: i64 {mla_gpu.bind = #mla_gpu.binding<cache_page_stride>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache_scale {
  // expected-error @below {{expected argument 0, bound to cache_scale, to be '!mla_gpu.ptr<f32>', but got 'f32'}}
  mla_gpu.kernel @k(%a: f32 {mla_gpu.bind = #mla_gpu.binding<cache_scale>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c5_cache_scales {
  // expected-error @below {{expected argument 0, bound to cache_scales, to be '!mla_gpu.ptr<f32>', but got '!mla_gpu.ptr<i32>'}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<cache_scales>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_ticket(%counters: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<counters>})
      step(other) grid(one, one) threads(128) {
    %at = arith.constant 0 : i64
    %count = arith.constant 2 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected 'mla_gpu.grid.take' in a role of team warp or each_warp, but got team warp_group}}
      %ticket = mla_gpu.grid.take %counters[%at] of %count
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @role_c3_pace(%marks: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<marks>})
      step(other) grid(one, one) threads(128) {
    %at = arith.constant 0 : i64
    %step = arith.constant 2 : i32
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected 'mla_gpu.pace.mark' in a role of team warp or each_warp, but got team warp_group}}
      %mark = mla_gpu.pace.mark %marks[%at] at %step : !mla_gpu.ptr<i32>
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @pace_hold_c1() step(other) grid(one, one) threads(32) {
    %ahead = arith.constant 100 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected most to be at least 0 ns, but got -1}}
      mla_gpu.pace.hold %ahead most -1
    }
  }
}

// -----

mla_gpu.program @kernel_c5_marks {
  // expected-error @below {{expected argument 0, bound to marks, to be '!mla_gpu.ptr<i32>', but got '!mla_gpu.ptr<f32>'}}
  mla_gpu.kernel @k(%a: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<marks>}) step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}
