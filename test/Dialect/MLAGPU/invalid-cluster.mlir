// Constraints of clusters, one case each.
// RUN: mla-opt %s --split-input-file --verify-diagnostics

mla_gpu.program @kernel_c11 {
  // expected-error @below {{expected cluster from 1 to 8, but got 9}}
  mla_gpu.kernel @attend() step(attend) grid(multiprocessors, one) threads(32) cluster(9) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c11_none {
  // expected-error @below {{expected cluster from 1 to 8, but got 0}}
  mla_gpu.kernel @attend() step(attend) grid(multiprocessors, one) threads(32) cluster(0) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c12 {
  // expected-error @below {{expected a grid of multiprocessors or twice_per_multiprocessor with cluster(2), but got row_tiles}}
  mla_gpu.kernel @attend() step(attend) grid(row_tiles, parts) threads(32) cluster(2) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
    }
  }
}

// -----

mla_gpu.program @kernel_c13 {
  mla_gpu.kernel @attend() step(attend) grid(multiprocessors, one) threads(32) {
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected a kernel with cluster around 'multicast'}}
      mla_gpu.mbar.arrive %bar multicast
    }
  }
}

// -----

func.func @smem_store_c3(%value: i32, %slot: !mla_gpu.smem<4xi32>, %bar: !mla_gpu.mbar) {
  // expected-error @below {{expected signal and multicast together, but got signal alone}}
  mla_gpu.smem.store %value, %slot[0] signal %bar : i32, !mla_gpu.smem<4xi32>
  return
}

// -----

func.func @smem_store_c3_multicast(%value: i32, %slot: !mla_gpu.smem<4xi32>) {
  // expected-error @below {{expected signal and multicast together, but got multicast alone}}
  mla_gpu.smem.store %value, %slot[0] multicast : i32, !mla_gpu.smem<4xi32>
  return
}

// -----

func.func @mbar_arrive_c1(%bar: !mla_gpu.mbar) {
  // expected-error @below {{expected one of each_warp, each_lane and multicast, but got more}}
  mla_gpu.mbar.arrive %bar each_warp multicast
  return
}

// -----

func.func @mbar_arrive_c1_each_lane(%bar: !mla_gpu.mbar) {
  // expected-error @below {{expected one of each_warp, each_lane and multicast, but got more}}
  mla_gpu.mbar.arrive %bar each_lane multicast
  return
}

// -----

func.func @mbar_arrive_c1_each_warp_and_lane(%bar: !mla_gpu.mbar) {
  // expected-error @below {{expected one of each_warp, each_lane and multicast, but got more}}
  mla_gpu.mbar.arrive %bar each_warp each_lane
  return
}

// -----

func.func @tma_load_c2_rows(%map: !mla_gpu.tensor_map<1x48x64xbf16, sw128>, %tile: !mla_gpu.smem<64x64xbf16, sw128>,
                            %bar: !mla_gpu.mbar, %row: i32) {
  // expected-error @below {{expected boxes of a multiple of 8 rows that divide the rows of a swizzled target, but got}}
  mla_gpu.tma.load %map[%row, %row, %row] to %tile rows_from %row signal %bar
      : !mla_gpu.tensor_map<1x48x64xbf16, sw128> -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}
