// RUN: mla-opt %s --split-input-file --verify-diagnostics

// Functions and kernels are named by the constraint that they break.

//===----------------------------------------------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @smem_alloc_c1() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'offset' failed to satisfy constraint}}
    %x = mla_gpu.smem.alloc "x" at -16 : !mla_gpu.smem<64xf32>
  }
}

// -----

// expected-error @below {{expects parent op 'mla_gpu.kernel'}}
%x = mla_gpu.smem.alloc "x" : !mla_gpu.smem<64xf32>

// -----

func.func @smem_view_source(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a swizzled source, but got '!mla_gpu.smem<64xf32>'}}
  %v = mla_gpu.smem.view %r tiles(0 to 1) : !mla_gpu.smem<64xf32> -> !mla_gpu.smem<64xf32>
  return
}

// -----

func.func @smem_view_c1_negative(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected tiles first < end from 0 to 2, but got -1 to 1}}
  %v = mla_gpu.smem.view %b tiles(-1 to 1) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @smem_view_c1_empty(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected tiles first < end from 0 to 2, but got 1 to 1}}
  %v = mla_gpu.smem.view %b tiles(1 to 1) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @smem_view_c1_large(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected tiles first < end from 0 to 2, but got 1 to 3}}
  %v = mla_gpu.smem.view %b tiles(1 to 3) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @smem_view_c2(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a result of 8192 bytes, but got '!mla_gpu.smem<64x128xbf16, sw128>' of 16384}}
  %v = mla_gpu.smem.view %b tiles(0 to 1) : !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.smem<64x128xbf16, sw128>
  return
}

// -----

func.func @store_tile_c1_shape(%p: tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, %b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a target of 64x64 elements of 16 bits, but got '!mla_gpu.smem<64x128xbf16, sw128>'}}
  mla_gpu.smem.store_tile %p, %b : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x128xbf16, sw128>
  return
}

// -----

func.func @store_tile_c1_element(%p: tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, %t: !mla_gpu.smem<64x64xf32, sw128>) {
  // expected-error @below {{expected a target of 64x64 elements of 16 bits, but got '!mla_gpu.smem<64x64xf32, sw128>'}}
  mla_gpu.smem.store_tile %p, %t : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xf32, sw128>
  return
}

// -----

func.func @store_tile_swizzle(%p: tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, %b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a swizzled target, but got '!mla_gpu.smem<64xf32>'}}
  mla_gpu.smem.store_tile %p, %r : tensor<64x64xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64xf32>
  return
}

// -----

func.func @store_rows_c1(%x: tensor<64xf32, #mla_gpu.layout<row>>, %s: !mla_gpu.smem<32xf32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<32xf32>'}}
  mla_gpu.smem.store_rows %x, %s : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.smem<32xf32>
  return
}

// -----

func.func @load_rows_c1(%s: !mla_gpu.smem<64xi32>) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<64xi32>'}}
  %x = mla_gpu.smem.load_rows %s : !mla_gpu.smem<64xi32> -> tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @load_rows_c1_swizzled(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a buffer '!mla_gpu.smem<64xf32>', but got '!mla_gpu.smem<64x128xbf16, sw128>'}}
  %x = mla_gpu.smem.load_rows %b : !mla_gpu.smem<64x128xbf16, sw128> -> tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @zero_rows_c1(%b: !mla_gpu.smem<64x128xbf16, sw128>, %r: !mla_gpu.smem<64xf32>, %c0: i32) {
  // expected-error @below {{expected a swizzled target, but got '!mla_gpu.smem<64xf32>'}}
  mla_gpu.smem.zero_rows %r from %c0 : !mla_gpu.smem<64xf32>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Barriers and copies
//===----------------------------------------------------------------------------------------------------------===//

mla_gpu.program @p {
  mla_gpu.kernel @mbar_alloc_c1_zero() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'count' failed to satisfy constraint}}
    %x = mla_gpu.mbar.alloc "x" count(0)
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @mbar_alloc_c1_large() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'count' failed to satisfy constraint}}
    %x = mla_gpu.mbar.alloc "x" count(1024)
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @mbar_alloc_c2() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'offset' failed to satisfy constraint}}
    %x = mla_gpu.mbar.alloc "x" count(1) at -8
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_alloc_c1_small() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected threads to be a multiple of 32 from 64 to 1024, but got 32}}
    %x = mla_gpu.nbar.alloc "x" threads(32)
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_alloc_c1_multiple() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected threads to be a multiple of 32 from 64 to 1024, but got 65}}
    %x = mla_gpu.nbar.alloc "x" threads(65)
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_alloc_c1_large() step(other) grid(one, one) threads(32) {
    // expected-error @below {{expected threads to be a multiple of 32 from 64 to 1024, but got 1056}}
    %x = mla_gpu.nbar.alloc "x" threads(1056)
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_alloc_c2_zero() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'id' failed to satisfy constraint}}
    %x = mla_gpu.nbar.alloc "x" threads(64) id 0
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_alloc_c2_large() step(other) grid(one, one) threads(32) {
    // expected-error @below {{attribute 'id' failed to satisfy constraint}}
    %x = mla_gpu.nbar.alloc "x" threads(64) id 16
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_c1_condition() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.nbar.alloc "x" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      // expected-error @below {{expected a result where there is a condition, and only there}}
      "mla_gpu.nbar.sync"(%x, %each) : (!mla_gpu.nbar, tensor<64xi1, #mla_gpu.layout<row>>) -> ()
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_c1_result() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.nbar.alloc "x" threads(128)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // expected-error @below {{expected a result where there is a condition, and only there}}
      %holds = "mla_gpu.nbar.sync"(%x) : (!mla_gpu.nbar) -> i1
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_c2_two_groups() step(other) grid(one, one) threads(256) {
    %x = mla_gpu.nbar.alloc "x" threads(256)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      // expected-error @below {{expected a barrier of 128 threads, those of the warp group that has the condition, but got 256}}
      %holds = mla_gpu.nbar.sync %x all %each : tensor<64xi1, #mla_gpu.layout<row>> -> i1
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_c2_columns() step(other) grid(one, one) threads(256) {
    %x = mla_gpu.nbar.alloc "x" threads(256)
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %each = arith.constant dense<true> : tensor<16xi1, #mla_gpu.layout<column>>
      // expected-error @below {{expected a barrier of 128 threads, those of the warp group that has the condition, but got 256}}
      %holds = mla_gpu.nbar.sync %x all %each : tensor<16xi1, #mla_gpu.layout<column>> -> i1
    }
  }
}

// -----

func.func @nbar_sync_layout(%x: !mla_gpu.nbar, %each: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{operand #1 must be i1 tensor in layout row or column, but got 'tensor<32xi1, #mla_gpu.layout<lane>>'}}
  %holds = mla_gpu.nbar.sync %x all %each : tensor<32xi1, #mla_gpu.layout<lane>> -> i1
  return
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_c2_chosen() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.nbar.alloc "x" threads(128)
    %y = mla_gpu.nbar.alloc "y" threads(128)
    %first = arith.constant true
    %chosen = arith.select %first, %x, %y : !mla_gpu.nbar
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      // expected-error @below {{expected the barrier of a condition to be a 'mla_gpu.nbar.alloc'}}
      %holds = mla_gpu.nbar.sync %chosen all %each : tensor<64xi1, #mla_gpu.layout<row>> -> i1
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @nbar_sync_one_warp() step(other) grid(one, one) threads(128) {
    %x = mla_gpu.nbar.alloc "x" threads(128)
    // expected-note @below {{role "r" is here}}
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %each = arith.constant dense<true> : tensor<64xi1, #mla_gpu.layout<row>>
      // expected-error @below {{expected 'mla_gpu.nbar.sync' in a role of team warp_group, but got team warp}}
      %holds = mla_gpu.nbar.sync %x all %each : tensor<64xi1, #mla_gpu.layout<row>> -> i1
    }
  }
}

// -----

func.func @mbar_arm_c1_small(%b: !mla_gpu.mbar) {
  // expected-error @below {{attribute 'bytes' failed to satisfy constraint}}
  mla_gpu.mbar.arm %b bytes(0)
  return
}

// -----

func.func @mbar_arm_c1_large(%b: !mla_gpu.mbar) {
  // expected-error @below {{attribute 'bytes' failed to satisfy constraint}}
  mla_gpu.mbar.arm %b bytes(1048576)
  return
}

// -----

func.func @mbar_arm_c1_multiple(%b: !mla_gpu.mbar) {
  // expected-error @below {{expected bytes to be a multiple of 4, but got 26}}
  mla_gpu.mbar.arm %b bytes(26)
  return
}

// -----

func.func @tma_load_c1(%m: !mla_gpu.tensor_map<1x64x64xbf16, sw128>, %t: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected 3 coordinates, but got 2}}
  mla_gpu.tma.load %m[%c0, %c0] to %t signal %b : !mla_gpu.tensor_map<1x64x64xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @tma_load_c2_element(%m: !mla_gpu.tensor_map<64x64xf16, sw128>, %t: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got '!mla_gpu.tensor_map<64x64xf16, sw128>' and '!mla_gpu.smem<64x64xbf16, sw128>'}}
  mla_gpu.tma.load %m[%c0, %c0] to %t signal %b : !mla_gpu.tensor_map<64x64xf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

func.func @tma_load_c2_swizzle(%m: !mla_gpu.tensor_map<64x32xf32, sw128>, %t: !mla_gpu.smem<64xf32>, %b: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got '!mla_gpu.tensor_map<64x32xf32, sw128>' and '!mla_gpu.smem<64xf32>'}}
  mla_gpu.tma.load %m[%c0, %c0] to %t signal %b : !mla_gpu.tensor_map<64x32xf32, sw128> -> !mla_gpu.smem<64xf32>
  return
}

// -----

func.func @tma_store_c1(%t: !mla_gpu.smem<64x64xbf16, sw128>, %m: !mla_gpu.tensor_map<1x64x64xbf16, sw128>, %c0: i32) {
  // expected-error @below {{expected 3 coordinates, but got 2}}
  mla_gpu.tma.store %t to %m[%c0, %c0] : !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.tensor_map<1x64x64xbf16, sw128>
  return
}

// -----

func.func @tma_store_c2_width(%t: !mla_gpu.smem<64x64xbf16, sw128>, %m: !mla_gpu.tensor_map<64x32xf32, sw128>, %c0: i32) {
  // expected-error @below {{expected source and map to agree in element width, swizzle and rows, but got '!mla_gpu.smem<64x64xbf16, sw128>' and '!mla_gpu.tensor_map<64x32xf32, sw128>'}}
  mla_gpu.tma.store %t to %m[%c0, %c0] : !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.tensor_map<64x32xf32, sw128>
  return
}

// -----

func.func @tma_store_c2_swizzle(%t: !mla_gpu.smem<64xf32>, %m: !mla_gpu.tensor_map<64x32xf32, sw128>, %c0: i32) {
  // expected-error @below {{expected source and map to agree in element width, swizzle and rows, but got '!mla_gpu.smem<64xf32>' and '!mla_gpu.tensor_map<64x32xf32, sw128>'}}
  mla_gpu.tma.store %t to %m[%c0, %c0] : !mla_gpu.smem<64xf32> -> !mla_gpu.tensor_map<64x32xf32, sw128>
  return
}

// -----

func.func @grid_arrive_counters(%c: !mla_gpu.ptr<i64>, %i: i64, %n: i32) {
  // expected-error @below {{'mla_gpu.grid.arrive' op operand #0 must be pointer to i32, but got '!mla_gpu.ptr<i64>'}}
  "mla_gpu.grid.arrive"(%c, %i, %n) : (!mla_gpu.ptr<i64>, i64, i32) -> ()
  return
}

// -----

func.func @grid_wait_counters(%c: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{'mla_gpu.grid.wait' op operand #0 must be pointer to i32, but got '!mla_gpu.ptr<f32>'}}
  "mla_gpu.grid.wait"(%c, %i, %n) : (!mla_gpu.ptr<f32>, i64, i32) -> ()
  return
}

// -----

func.func @grid_leave_count(%c: !mla_gpu.ptr<i32>, %i: i64) {
  // expected-error @below {{'mla_gpu.grid.leave' op operand #2 must be 32-bit signless integer, but got 'i64'}}
  "mla_gpu.grid.leave"(%c, %i, %i) : (!mla_gpu.ptr<i32>, i64, i64) -> ()
  return
}

// -----

func.func @block_id_dimension() {
  // expected-error @below {{attribute 'dimension' failed to satisfy constraint}}
  %x = mla_gpu.block_id 2
  return
}

// -----

func.func @grid_size_dimension() {
  // expected-error @below {{attribute 'dimension' failed to satisfy constraint}}
  %x = mla_gpu.grid_size -1
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Tensor cores
//===----------------------------------------------------------------------------------------------------------===//

func.func @wgmma_c1_k(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x128xbf16, sw128>) {
  // expected-error @below {{expected operands to agree in k, but got 64 columns of a and 128 columns of b}}
  %d = mla_gpu.wgmma %a, %b transpose_b : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c1_rows(%a: !mla_gpu.smem<128x64xbf16, sw128>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operand a to have 64 rows, but got 128}}
  %d = mla_gpu.wgmma %a, %b transpose_b : !mla_gpu.smem<128x64xbf16, sw128>, !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c2_k(%a: tensor<64x16xbf16, #mla_gpu.layout<a_operand>>, %b: !mla_gpu.smem<24x64xbf16, sw128>, %c: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operands to agree in k, but got 16 columns of a and 24 rows of b}}
  %d = mla_gpu.wgmma %a, %b : tensor<64x16xbf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<24x64xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @tma_load_c2_rows(%map: !mla_gpu.tensor_map<64x64xbf16, sw128>, %tile: !mla_gpu.smem<128x64xbf16, sw128>, %bar: !mla_gpu.mbar, %c: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got '!mla_gpu.tensor_map<64x64xbf16, sw128>' and '!mla_gpu.smem<128x64xbf16, sw128>'}}
  mla_gpu.tma.load %map[%c, %c] to %tile signal %bar : !mla_gpu.tensor_map<64x64xbf16, sw128> -> !mla_gpu.smem<128x64xbf16, sw128>
  return
}

// -----

func.func @smem_load_c1(%item: !mla_gpu.smem<8xf32>) {
  // expected-error @below {{expected an unswizzled buffer of 'i32', but got '!mla_gpu.smem<8xf32>'}}
  %x = mla_gpu.smem.load %item[0] : !mla_gpu.smem<8xf32> -> i32
  return
}

// -----

func.func @smem_load_c1_swizzled(%tile: !mla_gpu.smem<64x32xi32, sw128>) {
  // expected-error @below {{expected an unswizzled buffer of 'i32', but got '!mla_gpu.smem<64x32xi32, sw128>'}}
  %x = mla_gpu.smem.load %tile[0] : !mla_gpu.smem<64x32xi32, sw128> -> i32
  return
}

// -----

func.func @smem_load_c2(%item: !mla_gpu.smem<8xi32>) {
  // expected-error @below {{expected an index from 0 to 7, but got 8}}
  %x = mla_gpu.smem.load %item[8] : !mla_gpu.smem<8xi32> -> i32
  return
}

// -----

func.func @smem_store_c1(%x: i32, %item: !mla_gpu.smem<8xf32>) {
  // expected-error @below {{expected an unswizzled buffer of 'i32', but got '!mla_gpu.smem<8xf32>'}}
  mla_gpu.smem.store %x, %item[0] : i32, !mla_gpu.smem<8xf32>
  return
}

// -----

func.func @smem_store_c2(%x: f32, %item: !mla_gpu.smem<8xf32>) {
  // expected-error @below {{expected an index from 0 to 7, but got -1}}
  mla_gpu.smem.store %x, %item[-1] : f32, !mla_gpu.smem<8xf32>
  return
}

// -----

func.func @wgmma_c1_k_mn_major(%a: !mla_gpu.smem<64x128xbf16, sw128>, %b: !mla_gpu.smem<64x128xbf16, sw128>) {
  // expected-error @below {{expected operands to agree in k, but got 128 columns of a and 64 rows of b}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64x128xbf16, sw128>, !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c1_result(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x128xbf16, sw128>) {
  // expected-error @below {{expected a result of 128 columns, but got 64}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x128xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c1_c(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x128xbf16, sw128>, %c: tensor<64x64xf32, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected operand c to have the result's tensor type 'tensor<64x128xf32, #mla_gpu.layout<acc>>', but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
  %d = mla_gpu.wgmma %a, %b plus %c : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x128xbf16, sw128> plus tensor<64x64xf32, #mla_gpu.layout<acc>> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c1_c_pending(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x128xbf16, sw128>, %c: !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>) {
  // expected-error @below {{expected operand c to have the result's tensor type 'tensor<64x128xf32, #mla_gpu.layout<acc>>', but got 'tensor<64x64xf32, #mla_gpu.layout<acc>>'}}
  %d = mla_gpu.wgmma %a, %b plus %c : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x128xbf16, sw128> plus !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c2_element(%a: !mla_gpu.smem<64x32xf32, sw128>) {
  // expected-error @below {{expected operands of bf16, f16 or f8E4M3FN, but got 'f32'}}
  %d = mla_gpu.wgmma %a, %a transpose_b : !mla_gpu.smem<64x32xf32, sw128>, !mla_gpu.smem<64x32xf32, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c2_mixed(%a: tensor<64x64xf16, #mla_gpu.layout<a_operand>>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operands of equal element types, but got 'f16' and 'bf16'}}
  %d = mla_gpu.wgmma %a, %b : tensor<64x64xf16, #mla_gpu.layout<a_operand>>, !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c3_a(%a: !mla_gpu.smem<64xbf16>, %b: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operand a to be swizzled, but got '!mla_gpu.smem<64xbf16>'}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64xbf16>, !mla_gpu.smem<64x64xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c3_b(%b: !mla_gpu.smem<64xbf16>, %a: !mla_gpu.smem<64x64xbf16, sw128>) {
  // expected-error @below {{expected operand b to be swizzled, but got '!mla_gpu.smem<64xbf16>'}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64xbf16> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_c1_result_wide(%a: !mla_gpu.smem<64x64xbf16, sw128>, %b: !mla_gpu.smem<64x512xbf16, sw128>) {
  // expected-error @below {{expected a result of 512 columns, but got 64}}
  %d = mla_gpu.wgmma %a, %b : !mla_gpu.smem<64x64xbf16, sw128>, !mla_gpu.smem<64x512xbf16, sw128> -> !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

func.func @wgmma_wait_c1(%p: !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>) {
  // expected-error @below {{expected result 0 of type 'tensor<64x64xf32, #mla_gpu.layout<acc>>', but got 'tensor<64x128xf32, #mla_gpu.layout<acc>>'}}
  %t = mla_gpu.wgmma.wait pending(0) %p : !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @wgmma_wait_c1_count(%p: !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>) {
  // expected-error @below {{expected 1 results, but got 0}}
  "mla_gpu.wgmma.wait"(%p) <{pending = 0 : i32}> : (!mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>) -> ()
  return
}

// -----

func.func @wgmma_wait_c2() {
  // expected-error @below {{expected at least one accumulator}}
  "mla_gpu.wgmma.wait"() <{pending = 0 : i32}> : () -> ()
  return
}

// -----

func.func @wgmma_wait_pending(%p: !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>>) {
  // expected-error @below {{attribute 'pending' failed to satisfy constraint}}
  %t = mla_gpu.wgmma.wait pending(8) %p : !mla_gpu.pending<tensor<64x64xf32, #mla_gpu.layout<acc>>> -> tensor<64x64xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @as_pending_c1(%t: tensor<64x64xf32, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected a result of tensor type 'tensor<64x64xf32, #mla_gpu.layout<acc>>', but got 'tensor<64x128xf32, #mla_gpu.layout<acc>>'}}
  %p = mla_gpu.as_pending %t : tensor<64x64xf32, #mla_gpu.layout<acc>> -> !mla_gpu.pending<tensor<64x128xf32, #mla_gpu.layout<acc>>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------------------------------------------===//

func.func @splat_c1(%x: i32) {
  // expected-error @below {{expected a scalar of the tensor's element type 'f32', but got 'i32'}}
  %r = mla_gpu.splat %x : i32 -> tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @splat_layout(%x: f32) {
  // expected-error @below {{result #0 must be tensor in layout acc or tensor in layout row or tensor in layout row_partial or tensor in layout lane or tensor in layout acc_paired or tensor in layout column or tensor in layout chunk_row, but got 'tensor<64xf32>'}}
  %r = mla_gpu.splat %x : f32 -> tensor<64xf32>
  return
}

// -----

func.func @row_scale_types(%s: tensor<64x64xf32, #mla_gpu.layout<acc>>, %f: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{failed to verify that all of {value, result} have same type}}
  %r = mla_gpu.row.scale %s by %f : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<row>> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @exp2_fma_types(%s: tensor<64x64xf32, #mla_gpu.layout<acc>>, %x: f32, %r: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{failed to verify that all of {value, result} have same type}}
  %p = mla_gpu.exp2_fma %s times %x minus %r : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xf32, #mla_gpu.layout<row>> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @mask_types(%s: tensor<64x64xf32, #mla_gpu.layout<acc>>, %i: i32, %b: i1, %r: tensor<64xi32, #mla_gpu.layout<row>>) {
  // expected-error @below {{failed to verify that all of {value, result} have same type}}
  %p = mla_gpu.mask %s from %i border %r if %b : tensor<64x64xf32, #mla_gpu.layout<acc>>, tensor<64xi32, #mla_gpu.layout<row>> -> tensor<64x128xf32, #mla_gpu.layout<acc>>
  return
}

// -----

func.func @to_a_operand_c1(%s: tensor<64x128xf32, #mla_gpu.layout<acc>>) {
  // expected-error @below {{expected a result of 128 columns, but got 64}}
  %p = mla_gpu.to_a_operand %s : tensor<64x128xf32, #mla_gpu.layout<acc>> -> tensor<64x64xbf16, #mla_gpu.layout<a_operand>>
  return
}

// -----

func.func @row_max_layout(%s: tensor<64xf32, #mla_gpu.layout<row>>) {
  // expected-error @below {{operand #0 must be tensor in layout acc, but got 'tensor<64xf32, #mla_gpu.layout<row>>'}}
  %p = mla_gpu.row.max %s : tensor<64xf32, #mla_gpu.layout<row>> -> tensor<64xf32, #mla_gpu.layout<row>>
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------------------------------------------===//

func.func @lane_index_c1_type() {
  // expected-error @below {{expected elements of i32, but got 'f32'}}
  %x = mla_gpu.lane.index : tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_index_c1_shape() {
  // expected-error @below {{expected 32 elements, but got 128}}
  %x = mla_gpu.lane.index : tensor<128xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c1_type(%v: tensor<32xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a scalar of the tensor's element type 'i32', but got 'f32'}}
  %x = mla_gpu.lane.reduce max %v : tensor<32xi32, #mla_gpu.layout<lane>> -> f32
  return
}

// -----

func.func @lane_reduce_c2_count(%v: tensor<128xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements}}
  %x = mla_gpu.lane.reduce max %v cluster(4) : tensor<128xf32, #mla_gpu.layout<lane>> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c2_result(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a result of type 'tensor<32xf32, #mla_gpu.layout<lane>>', but got 'f32'}}
  %x = mla_gpu.lane.reduce max %v cluster(4) : tensor<32xf32, #mla_gpu.layout<lane>> -> f32
  return
}

// -----

func.func @lane_reduce_c2_i64(%v: tensor<32xi64, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected elements of f32 or i32 with a cluster, but got 'i64'}}
  %x = mla_gpu.lane.reduce add %v cluster(4) : tensor<32xi64, #mla_gpu.layout<lane>> -> tensor<32xi64, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c2_i1(%v: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected elements of f32 or i32 with a cluster, but got 'i1'}}
  %x = mla_gpu.lane.reduce add %v cluster(4) : tensor<32xi1, #mla_gpu.layout<lane>> -> tensor<32xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c1_without_cluster(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a scalar}}
  %x = mla_gpu.lane.reduce max %v : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c3_no_power(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a cluster of 1, 2, 4, 8, 16 or 32 elements, but got 6}}
  %x = mla_gpu.lane.reduce max %v cluster(6) : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c3_too_many(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a cluster of 1, 2, 4, 8, 16 or 32 elements, but got 64}}
  %x = mla_gpu.lane.reduce max %v cluster(64) : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c3_negative(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a cluster of 1, 2, 4, 8, 16 or 32 elements, but got -4}}
  %x = mla_gpu.lane.reduce max %v cluster(-4) : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_reduce_c3_none(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a cluster of 1, 2, 4, 8, 16 or 32 elements, but got 0}}
  %x = mla_gpu.lane.reduce max %v cluster(0) : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_scan_c1_type(%v: tensor<32xf32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected elements of i32, but got 'f32'}}
  %x = mla_gpu.lane.scan %v : tensor<32xf32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_scan_c1_shape(%v: tensor<128xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements, but got 128}}
  %x = mla_gpu.lane.scan %v : tensor<128xi32, #mla_gpu.layout<lane>> -> tensor<128xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_scan_c1_result(%v: tensor<32xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a result of type 'tensor<32xi32, #mla_gpu.layout<lane>>', but got 'tensor<32xf32, #mla_gpu.layout<lane>>'}}
  %x = mla_gpu.lane.scan %v : tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @lane_extract_c1_shape(%v: tensor<128xf32, #mla_gpu.layout<lane>>, %i: i32) {
  // expected-error @below {{expected 32 elements, but got 128}}
  %x = mla_gpu.lane.extract %v[%i] : tensor<128xf32, #mla_gpu.layout<lane>> -> f32
  return
}

// -----

func.func @lane_extract_c1_type(%v: tensor<32xf32, #mla_gpu.layout<lane>>, %i: i32) {
  // expected-error @below {{expected a scalar of the tensor's element type 'f32', but got 'i32'}}
  %x = mla_gpu.lane.extract %v[%i] : tensor<32xf32, #mla_gpu.layout<lane>> -> i32
  return
}

// -----

//===----------------------------------------------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------------------------------------------===//

func.func @global_load_c1(%p: !mla_gpu.ptr<f32>, %i: i64) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'f32' in memory}}
  %x = mla_gpu.global.load %p[%i] : !mla_gpu.ptr<f32> -> i32
  return
}

// -----

func.func @global_store_c1(%p: !mla_gpu.ptr<bf16>, %i: i64, %x: f32) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'bf16' in memory}}
  mla_gpu.global.store %x, %p[%i] : f32, !mla_gpu.ptr<bf16>
  return
}

// -----

func.func @load_lanes_c1(%p: !mla_gpu.ptr<i32>, %i: i64) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'i32' in memory}}
  %x = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<i32> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_lanes_c1_integers_are_not_widened(%p: !mla_gpu.ptr<i16>, %i: i64) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'i16' in memory}}
  %x = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<i16> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_lanes_c1_widened_only_to_f32(%p: !mla_gpu.ptr<bf16>, %i: i64) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'bf16' in memory}}
  %x = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<bf16> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @load_lanes_c2(%p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected 32 elements in the result, but got 128}}
  %x = mla_gpu.global.load_lanes %p[%i] valid %n : !mla_gpu.ptr<f32> -> tensor<128xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @store_lanes_c1(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<bf16>, %i: i64) {
  // expected-error @below {{expected equal element types, but got 'i32' in registers and 'bf16' in memory}}
  mla_gpu.global.store_lanes %v, %p[%i] : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<bf16>
  return
}

// -----

func.func @gather_lanes_c1_result(%p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the result, but got 128}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>> -> tensor<128xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @gather_lanes_c1_index(%p: !mla_gpu.ptr<i32>, %i: tensor<128xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the index, but got 128}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<128xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @gather_lanes_c1_mask(%p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<128xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the mask, but got 128}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<128xi1, #mla_gpu.layout<lane>> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @gather_lanes_c1_index_type(%p: !mla_gpu.ptr<i32>, %i: tensor<32xf32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an index of i32 or i64, but got 'f32'}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @gather_lanes_c1_mask_type(%p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a mask of i1, but got 'i32'}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi32, #mla_gpu.layout<lane>> -> tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @gather_lanes_c1_type(%p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'i32' in memory}}
  %x = mla_gpu.global.gather_lanes %p[%i] where %m : !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>> -> tensor<32xf32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_value(%v: tensor<128xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the value, but got 128}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<128xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_index(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<128xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the index, but got 128}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<128xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_mask(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<128xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected 32 elements in the mask, but got 128}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<128xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_index_type(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<32xf32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected an index of i32 or i64, but got 'f32'}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<32xf32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_mask_type(%v: tensor<32xi32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi32, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected a mask of i1, but got 'i32'}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<32xi32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi32, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @scatter_lanes_c1_type(%v: tensor<32xf32, #mla_gpu.layout<lane>>, %p: !mla_gpu.ptr<i32>, %i: tensor<32xi32, #mla_gpu.layout<lane>>, %m: tensor<32xi1, #mla_gpu.layout<lane>>) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'i32' in memory}}
  mla_gpu.global.scatter_lanes %v, %p[%i] where %m : tensor<32xf32, #mla_gpu.layout<lane>>, !mla_gpu.ptr<i32>, tensor<32xi32, #mla_gpu.layout<lane>>, tensor<32xi1, #mla_gpu.layout<lane>>
  return
}

// -----

func.func @store_rows_global_c1(%v: tensor<64xf32, #mla_gpu.layout<row>>, %p: !mla_gpu.ptr<bf16>, %i: i64, %n: i32) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'bf16' in memory}}
  mla_gpu.global.store_rows %v, %p[%i] valid %n : tensor<64xf32, #mla_gpu.layout<row>>, !mla_gpu.ptr<bf16>
  return
}

// -----

func.func @store_tile_global_c1(%v: tensor<64x64xf32, #mla_gpu.layout<acc>>, %p: !mla_gpu.ptr<i32>, %i: i64, %n: i32) {
  // expected-error @below {{expected equal element types, but got 'f32' in registers and 'i32' in memory}}
  mla_gpu.global.store_tile %v, %p[%i] row_stride 64 valid %n : tensor<64x64xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<i32>
  return
}

// -----

func.func @store_tile_global_c2_odd(%v: tensor<64x64xf32, #mla_gpu.layout<acc>>, %p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and even, but got 65}}
  mla_gpu.global.store_tile %v, %p[%i] row_stride 65 valid %n : tensor<64x64xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<f32>
  return
}

// -----

func.func @store_tile_global_c2_zero(%v: tensor<64x64xf32, #mla_gpu.layout<acc>>, %p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and even, but got 0}}
  mla_gpu.global.store_tile %v, %p[%i] row_stride 0 valid %n : tensor<64x64xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<f32>
  return
}

// -----

func.func @store_tile_global_c2_negative(%v: tensor<64x64xf32, #mla_gpu.layout<acc>>, %p: !mla_gpu.ptr<f32>, %i: i64, %n: i32) {
  // expected-error @below {{expected row_stride to be positive and even, but got -64}}
  mla_gpu.global.store_tile %v, %p[%i] row_stride -64 valid %n : tensor<64x64xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<f32>
  return
}

// -----

func.func @rotate_c1(%x: tensor<64x8xf32, #mla_gpu.layout<acc>>, %p: tensor<64xi32, #mla_gpu.layout<row>>) {
  // expected-error @below {{expected at least 16 columns for 8 pairs, but got 8}}
  %r = mla_gpu.rotate %x at %p by <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2, 3, 4, 5, 6, 7, 8]>
      : tensor<64x8xf32, #mla_gpu.layout<acc>>, tensor<64xi32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @rotate_c2(%x: tensor<64x8xf32, #mla_gpu.layout<acc>>, %p: tensor<64xi32, #mla_gpu.layout<row>>) {
  // expected-error @below {{expected a multiple of 8 pairs of two halves, but got 4}}
  %r = mla_gpu.rotate %x at %p by <interleaved = false, magnitude = 1.0 : f64, turns = [1, 2, 3, 4]>
      : tensor<64x8xf32, #mla_gpu.layout<acc>>, tensor<64xi32, #mla_gpu.layout<row>>
  return
}

// -----

func.func @rotate_c2_neighbours(%x: tensor<64x8xf32, #mla_gpu.layout<acc>>, %p: tensor<64xi32, #mla_gpu.layout<row>>) {
  // expected-error @below {{expected a multiple of 4 pairs of neighbours, but got 2}}
  %r = mla_gpu.rotate %x at %p by <interleaved = true, magnitude = 1.0 : f64, turns = [1, 2]>
      : tensor<64x8xf32, #mla_gpu.layout<acc>>, tensor<64xi32, #mla_gpu.layout<row>>
  return
}
