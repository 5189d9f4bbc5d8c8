// RUN: mla-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(mla_gpu.program(mla_gpu.kernel(mla-gpu-check-protocol,mla-gpu-check-resources)))'

// More of clusters than invalid-cluster.mlir has, and the checks of whole kernels. Functions and kernels are named by the
// constraint that they break.

mla_gpu.program @p {
  // expected-error @below {{expected cluster from 1 to 8, but got -2}}
  mla_gpu.kernel @kernel_c11_negative() step(other) grid(multiprocessors, one) threads(32) cluster(-2) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected a grid of multiprocessors or twice_per_multiprocessor with cluster(2), but got one}}
  mla_gpu.kernel @kernel_c12_one() step(other) grid(one, multiprocessors) threads(32) cluster(2) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c13_load(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>})
      step(other) grid(multiprocessors, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      scf.for %i = %c0 to %c0 step %c0 : i32 {
        // expected-error @below {{expected a kernel with cluster around 'multicast'}}
        mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %bar multicast : !map -> !tile
      }
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @kernel_c13_store() step(other) grid(multiprocessors, one) threads(32) {
    %slot = mla_gpu.smem.alloc "slot" : !mla_gpu.smem<4xi32>
    %bar = mla_gpu.mbar.alloc "bar" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected a kernel with cluster around 'multicast'}}
      mla_gpu.smem.store %c0, %slot[0] signal %bar multicast : i32, !mla_gpu.smem<4xi32>
    }
  }
}

// -----

mla_gpu.program @p {
  // expected-error @below {{expected '('}}
  mla_gpu.kernel @kernel_syntax() step(other) grid(multiprocessors, one) threads(32) cluster 2 {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}

// -----

func.func @smem_store_c1(%slot: !mla_gpu.smem<4xi32>, %bar: !mla_gpu.mbar, %real: f32) {
  // expected-error @below {{expected an unswizzled buffer of 'f32', but got '!mla_gpu.smem<4xi32>'}}
  mla_gpu.smem.store %real, %slot[0] signal %bar multicast : f32, !mla_gpu.smem<4xi32>
  return
}

// -----

func.func @smem_store_c2(%slot: !mla_gpu.smem<4xi32>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected an index from 0 to 3, but got 4}}
  mla_gpu.smem.store %c0, %slot[4] signal %bar multicast : i32, !mla_gpu.smem<4xi32>
  return
}

// -----

func.func @mbar_arm_c1_multiple(%bar: !mla_gpu.mbar) {
  // expected-error @below {{expected bytes to be a multiple of 4, but got 6}}
  mla_gpu.mbar.arm %bar bytes(6)
  return
}

// -----

func.func @mbar_arm_c1_small(%bar: !mla_gpu.mbar) {
  // expected-error @below {{attribute 'bytes' failed to satisfy constraint}}
  mla_gpu.mbar.arm %bar bytes(3)
  return
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>

func.func @tma_load_c1(%map: !map, %t: !mla_gpu.smem<128x64xbf16, sw128>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected 3 coordinates, but got 2}}
  mla_gpu.tma.load %map[%c0, %c0] to %t rows_from %c0 signal %bar : !map -> !mla_gpu.smem<128x64xbf16, sw128>
  return
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>

// Half of the rows only with rows_from.
func.func @tma_load_c2_rows(%map: !map, %t: !mla_gpu.smem<128x64xbf16, sw128>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got '!mla_gpu.tensor_map<1x64x64xbf16, sw128>' and '!mla_gpu.smem<128x64xbf16, sw128>'}}
  mla_gpu.tma.load %map[%c0, %c0, %c0] to %t signal %bar : !map -> !mla_gpu.smem<128x64xbf16, sw128>
  return
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xf16, sw128>

func.func @tma_load_c2_element(%map: !map, %t: !mla_gpu.smem<128x64xbf16, sw128>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected map and target to agree in element type, swizzle and rows, but got}}
  mla_gpu.tma.load %map[%c0, %c0, %c0] to %t rows_from %c0 signal %bar : !map -> !mla_gpu.smem<128x64xbf16, sw128>
  return
}

// -----

!map = !mla_gpu.tensor_map<1x128x64xbf16, sw128>

func.func @tma_load_c2_more_rows(%map: !map, %t: !mla_gpu.smem<64x64xbf16, sw128>, %bar: !mla_gpu.mbar, %c0: i32) {
  // expected-error @below {{expected boxes of a multiple of 8 rows that divide the rows of a swizzled target, but got '!mla_gpu.tensor_map<1x128x64xbf16, sw128>' and '!mla_gpu.smem<64x64xbf16, sw128>'}}
  mla_gpu.tma.load %map[%c0, %c0, %c0] to %t rows_from %c0 signal %bar : !map -> !mla_gpu.smem<64x64xbf16, sw128>
  return
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<128x64xbf16, sw128>

mla_gpu.program @p {
  // A block's barrier counts what all of the cluster copy.
  mla_gpu.kernel @bytes(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 16384 bytes, as copies signal, but got 8192}}
      mla_gpu.mbar.arm %full bytes(8192)
      // expected-note @below {{16384 bytes are copied here}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile rows_from %c0 signal %full multicast : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<128x64xbf16, sw128>

mla_gpu.program @p {
  // A box has its own rows, whatever the tile has.
  mla_gpu.kernel @bytes_of_rows(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      // expected-error @below {{expected 8192 bytes, as copies signal, but got 16384}}
      mla_gpu.mbar.arm %full bytes(16384)
      // expected-note @below {{8192 bytes are copied here}}
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile rows_from %c0 signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  // One arrival of each of four blocks.
  mla_gpu.kernel @r3() step(other) grid(multiprocessors, one) threads(32) cluster(4) {
    %enough = mla_gpu.mbar.alloc "enough" count(4)
    // expected-error @below {{expected at least 5 arrivals at mbarrier "short", but got 4 [R3]}}
    %short = mla_gpu.mbar.alloc "short" count(5)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arrive %enough multicast
      // expected-note @below {{arrival is here}}
      mla_gpu.mbar.arrive %short multicast
      mla_gpu.mbar.wait %enough parity(%c0)
      mla_gpu.mbar.wait %short parity(%c0)
    }
  }
}

// -----

mla_gpu.program @p {
  mla_gpu.kernel @r4_store() step(other) grid(multiprocessors, one) threads(32) cluster(2) {
    %slot = mla_gpu.smem.alloc "slot" : !mla_gpu.smem<4xi32>
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arrive %full
      // expected-error @below {{expected mbarrier "full" to be armed, but nothing does [R4]}}
      mla_gpu.smem.store %c0, %slot[0] signal %full multicast : i32, !mla_gpu.smem<4xi32>
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>

mla_gpu.program @p {
  // A word that is sent counts on the same barrier; of how many blocks is not known, so nothing is said.
  mla_gpu.kernel @bytes_and_words(%map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %slot = mla_gpu.smem.alloc "slot" : !mla_gpu.smem<4xi32>
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(8196)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.smem.store %c0, %slot[0] signal %full multicast : i32, !mla_gpu.smem<4xi32>
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }
}

// -----

// expected-error @below {{expected 'cluster' of 'mla_gpu.launch' from 1 to 8, but got 0}}
func.func private @launch_cluster_zero(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "multiprocessors", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cluster = 0 : i32}}

// -----

// expected-error @below {{expected 'cluster' of 'mla_gpu.launch' from 1 to 8, but got 9}}
func.func private @launch_cluster_large(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "multiprocessors", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cluster = 9 : i32}}

// -----

// expected-error @below {{expected 'cluster' of 'mla_gpu.launch' to be an i32 that is not negative, but got 2 : i64}}
func.func private @launch_cluster_type(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "multiprocessors", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cluster = 2 : i64}}

// -----

// expected-error @below {{expected 'cluster' of 'mla_gpu.launch' to be an i32 that is not negative, but got -1 : i32}}
func.func private @launch_cluster_negative(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "multiprocessors", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cluster = -1 : i32}}

// -----

// expected-error @below {{expected 'cluster' of 'mla_gpu.launch' to be 1 with a grid of parts, but got 2}}
func.func private @launch_cluster_grid(i32) attributes {
  mla_gpu.launch = {step = "attend", grid_x = "parts", grid_y = "one", threads = 128 : i32, smem_bytes = 0 : i32, bindings = ["batch"], maps = [unit], cluster = 2 : i32}}
