// RUN: mla-interpreter-test %s --interleaving=all | FileCheck %s

// Two blocks load half of a tile each into the shared memory of both, and the first one sends a word to both.

!map = !mla_gpu.tensor_map<1x32x64xbf16, sw128>
!tile = !mla_gpu.smem<64x64xbf16, sw128>
!slot = !mla_gpu.smem<4xi32>
!reals = !mla_gpu.smem<4xf32>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>

mla_gpu.program @p {
  // A grid of five is rounded down to two clusters; block 4 does not run.
  mla_gpu.kernel @words(
      %out: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<parts>, test.buffer = dense<-1> : tensor<5x4xi32>, test.print = 4},
      %reals_out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<lse>, test.buffer = dense<-1.0> : tensor<5x1xf32>, test.print = 1})
      step(other) grid(multiprocessors, one) threads(32) cluster(2) attributes {test.grid = array<i64: 5, 1>} {
    %slot = mla_gpu.smem.alloc "slot" : !slot
    %reals = mla_gpu.smem.alloc "reals" : !reals
    %full = mla_gpu.mbar.alloc "full" count(1)
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i32
      %c10 = arith.constant 10 : i32
      %real = arith.constant 2.5 : f32
      %rank = mla_gpu.cluster_rank
      %block = mla_gpu.block_id 0
      %blocks = mla_gpu.grid_size 0
      mla_gpu.mbar.arm %full bytes(8)
      %is_last = arith.cmpi ne, %rank, %c0 : i32
      scf.if %is_last {
        %word = arith.addi %block, %c10 : i32
        mla_gpu.smem.store %word, %slot[3] signal %full multicast : i32, !slot
        mla_gpu.smem.store %real, %reals[1] signal %full multicast : f32, !reals
      }
      mla_gpu.mbar.wait %full parity(%c0)
      %word_here = mla_gpu.smem.load %slot[3] : !slot -> i32
      %real_here = mla_gpu.smem.load %reals[1] : !reals -> f32
      %block64 = arith.extsi %block : i32 to i64
      %c1_64 = arith.constant 1 : i64
      %c4_64 = arith.constant 4 : i64
      %at0 = arith.muli %block64, %c4_64 : i64
      %at1 = arith.addi %at0, %c1_64 : i64
      %at2 = arith.addi %at1, %c1_64 : i64
      // Rank, what the cluster's second block sent, extent of the grid.
      // CHECK:      parts:
      // CHECK-NEXT: {{^}}  0, 11, 4, -1
      // CHECK-NEXT: {{^}}  1, 11, 4, -1
      // CHECK-NEXT: {{^}}  0, 13, 4, -1
      // CHECK-NEXT: {{^}}  1, 13, 4, -1
      // CHECK-NEXT: {{^}}  -1, -1, -1, -1
      // CHECK-NEXT: lse:
      // CHECK-NEXT: {{^}}  2.5
      // CHECK-NEXT: {{^}}  2.5
      // CHECK-NEXT: {{^}}  2.5
      // CHECK-NEXT: {{^}}  2.5
      // CHECK-NEXT: {{^}}  -1
      mla_gpu.global.store %rank, %out[%at0] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %word_here, %out[%at1] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %blocks, %out[%at2] : i32, !mla_gpu.ptr<i32>
      mla_gpu.global.store %real_here, %reals_out[%block64] : f32, !mla_gpu.ptr<f32>
    }
  }

  // Two tiles through one buffer: a block loads over what the other one read when both have freed it.
  mla_gpu.kernel @halves(
      %map: !map {mla_gpu.bind = #mla_gpu.binding<k_map>, test.iota = tensor<1x128x64xbf16>},
      %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.buffer = dense<-1.0> : tensor<4x4096xf32>, test.print = 2049})
      step(other) grid(multiprocessors, one) threads(160) cluster(2) attributes {test.grid = array<i64: 2, 1>} {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %free = mla_gpu.mbar.alloc "free" count(2)
    %have_read = mla_gpu.nbar.alloc "have_read" threads(128)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c32 = arith.constant 32 : i32
    %c64 = arith.constant 64 : i32
    %rank = mla_gpu.cluster_rank
    mla_gpu.role "producer" warps(4 to 5) team(warp) {
      %half = arith.muli %rank, %c32 : i32
      scf.for %i = %c0 to %c2 step %c1 : i32 {
        %parity = arith.xori %i, %c1 : i32
        %first = arith.muli %i, %c64 : i32
        %row = arith.addi %first, %half : i32
        mla_gpu.mbar.wait %free parity(%parity)
        mla_gpu.mbar.arm %full bytes(8192)
        mla_gpu.tma.load %map[%c0, %row, %c0] to %tile rows_from %half signal %full multicast : !map -> !tile
      }
      // Of the last phase, too.
      mla_gpu.mbar.wait %free parity(%c1)
    }
    mla_gpu.role "consumer" warps(0 to 4) team(warp_group) {
      %c8192 = arith.constant 8192 : i32
      %c4096 = arith.constant 4096 : i32
      %start = arith.muli %rank, %c8192 : i32
      scf.for %i = %c0 to %c2 step %c1 : i32 {
        mla_gpu.mbar.wait %full parity(%i)
        %values = mla_gpu.smem.load_tile %tile : !tile -> !acc
        // For a thread arrives for the group.
        mla_gpu.nbar.sync %have_read
        mla_gpu.mbar.arrive %free multicast
        %offset = arith.muli %i, %c4096 : i32
        %at = arith.addi %start, %offset : i32
        %at64 = arith.extsi %at : i32 to i64
        // The same 128 rows in both blocks, whoever loaded them; the last that is printed is of the second half.
        // CHECK:      scratch:
        // CHECK-NEXT: {{^}}  0, 7, {{.*}}, 1{{$}}
        // CHECK-NEXT: {{^}}  2, 9, {{.*}}, 3{{$}}
        // CHECK-NEXT: {{^}}  0, 7, {{.*}}, 1{{$}}
        // CHECK-NEXT: {{^}}  2, 9, {{.*}}, 3{{$}}
        mla_gpu.global.store_tile %values, %out[%at64] row_stride 64 valid %c64 : !acc, !mla_gpu.ptr<f32>
      }
    }
  }
}
