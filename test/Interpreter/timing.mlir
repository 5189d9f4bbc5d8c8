// RUN: mla-interpreter-test %s --timing | FileCheck %s
// RUN: mla-interpreter-test %s --timing --protocol-only | FileCheck %s
// RUN: mla-interpreter-test %s --timing --cold-code | FileCheck %s --check-prefix=COLD

// Clocks of small kernels, by the figures of lib/Interpreter/Costs.h. The clock is 1 GHz, so DRAM reads 4650 bytes a clock
// and L2 9200. A kernel with mbarriers begins with 8 clocks for each and 43 for the block's barrier.

!tile = !mla_gpu.smem<64x64xbf16, sw128>
!block = !mla_gpu.smem<64x576xbf16, sw128>
!map = !mla_gpu.tensor_map<1x64x64xbf16, sw128>
!acc = tensor<64x64xf32, #mla_gpu.layout<acc>>
!pending = !mla_gpu.pending<!acc>

mla_gpu.program @p {
  // A product is 4 instructions of 32 clocks. The second is issued after 16 clocks and waits for the tensor cores; commit
  // and wait come at 32 and 34. The last instruction ends at 256 and retires at 296.
  // CHECK-LABEL: @dependent_wgmma
  // CHECK-NEXT: clocks: 296.0, tensor cores 86.5%
  // CHECK-NEXT: a at wgmma: 262.0
  mla_gpu.kernel @dependent_wgmma() step(other) grid(one, one) threads(128) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d0 = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      %d1 = mla_gpu.wgmma %tile, %tile transpose_b plus %d0 : !tile, !tile plus !pending -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d1 : !pending -> !acc
    }
  }

  // The instructions of two warp groups alternate: the last of the first ends at 7 x 32, that of the second at 8 x 32.
  // Both wait from 18 on, until 264 and 296.
  // CHECK-LABEL: @shared_tensor_cores
  // CHECK-NEXT: clocks: 296.0, tensor cores 86.5%
  // CHECK-NEXT: b at wgmma: 278.0
  // CHECK-NEXT: a at wgmma: 246.0
  mla_gpu.kernel @shared_tensor_cores() step(other) grid(one, one) threads(256) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      %d = mla_gpu.wgmma %tile, %tile transpose_b : !tile, !tile -> !pending
      mla_gpu.wgmma.commit
      %e = mla_gpu.wgmma.wait pending(0) %d : !pending -> !acc
    }
  }

  // What the set-up loads, and what it makes of that, is there after 700 clocks, and is waited for where it is used.
  // CHECK-LABEL: @setup_load
  // CHECK-NEXT: clocks: 735.0
  // CHECK-LABEL: @setup_derived
  // CHECK-NEXT: clocks: 708.5
  // CHECK-LABEL: @setup_unused
  // CHECK-NEXT: clocks: 8.0
  mla_gpu.kernel @setup_load(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xi32>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %c1 = arith.constant 1 : i32
    %words = mla_gpu.global.load_lanes %x[%at] : !mla_gpu.ptr<i32> -> tensor<32xi32, #mla_gpu.layout<lane>>
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %word = mla_gpu.lane.extract %words[%c1] : tensor<32xi32, #mla_gpu.layout<lane>> -> i32
      %to = arith.extsi %word : i32 to i64
      mla_gpu.global.store %word, %x[%to] : i32, !mla_gpu.ptr<i32>
    }
  }
  mla_gpu.kernel @setup_derived(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xi32>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %word = mla_gpu.global.load %x[%at] : !mla_gpu.ptr<i32> -> i32
    %more = arith.addi %word, %word : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.global.store %more, %x[%at] : i32, !mla_gpu.ptr<i32>
    }
  }
  mla_gpu.kernel @setup_unused(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<64xi32>}) step(other) grid(one, one) threads(32) {
    %at = arith.constant 0 : i64
    %word = mla_gpu.global.load %x[%at] : !mla_gpu.ptr<i32> -> i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %c1 = arith.constant 1 : i32
      mla_gpu.global.store %c1, %x[%at] : i32, !mla_gpu.ptr<i32>
    }
  }

  // The barrier is armed at 51 and the copy issued at 59. Descriptor: 700, to 759. Box: 700 + 450 for the first byte, 8192
  // / 65 = 126 for all: 2035. The wait begins at 71 and ends 30 after that.
  // CHECK-LABEL: @copy
  // CHECK-NEXT: clocks: 2065.0, tensor cores 0.0%
  // CHECK-NEXT: a at full: 1964.0
  mla_gpu.kernel @copy(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  // Again from L2, from 2073 on: 270 + 450 + 126, and 30 for the wait that began at 2085.
  // CHECK-LABEL: @copy_again
  // CHECK-NEXT: clocks: 2949.1, tensor cores 0.0%
  // CHECK-NEXT: a at full: 2798.1
  mla_gpu.kernel @copy_again(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c0)
      mla_gpu.mbar.arm %full bytes(8192)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %tile signal %full : !map -> !tile
      mla_gpu.mbar.wait %full parity(%c1)
    }
  }

  // Nine boxes come one after the other through the port: as @copy, and 8 x 126.03 more.
  // CHECK-LABEL: @port
  // CHECK-NEXT: clocks: 3073.3, tensor cores 0.0%
  mla_gpu.kernel @port(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x576xbf16>})
      step(other) grid(one, one) threads(32) {
    %block = mla_gpu.smem.alloc "block" : !block
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(73728)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %block signal %full : !map -> !block
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  // On 132 multiprocessors DRAM takes 132 x 9 x 8192 / 4650 = 2093 clocks, from 59 on. The last box leaves it at 2150; it
  // takes 700 + 450, 476 more because DRAM is busy all the time, and 126 + 30.
  // CHECK-LABEL: @bandwidth
  // CHECK-NEXT: clocks: 3932.2, tensor cores 0.0%
  mla_gpu.kernel @bandwidth(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x576xbf16>,
                                        test.extents = array<i64: 132, 64, 576>, test.stored_slices = 1})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 132, 1>} {
    %block = mla_gpu.smem.alloc "block" : !block
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    %page = mla_gpu.block_id 0
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(73728)
      mla_gpu.tma.load %map[%page, %c0, %c0] to %block signal %full : !map -> !block
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  // All read the same page: the requests merge, DRAM is asked once, so it takes as long as @port.
  // CHECK-LABEL: @merged
  // CHECK-NEXT: clocks: 3073.3, tensor cores 0.0%
  mla_gpu.kernel @merged(%map: !map {mla_gpu.bind = #mla_gpu.binding<cache_map>, test.iota = tensor<1x64x576xbf16>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 132, 1>} {
    %block = mla_gpu.smem.alloc "block" : !block
    %full = mla_gpu.mbar.alloc "full" count(1)
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.mbar.arm %full bytes(73728)
      mla_gpu.tma.load %map[%c0, %c0, %c0] to %block signal %full : !map -> !block
      mla_gpu.mbar.wait %full parity(%c0)
    }
  }

  // The fence ends at 44, when `a` arrives; `b`, there since 0, goes on 43 later.
  // CHECK-LABEL: @hand_over
  // CHECK-NEXT: clocks: 87.0, tensor cores 0.0%
  // CHECK-NEXT: b at ready: 44.0
  // With cold code each op, counted as two instructions of 16 bytes, comes 40 x 32 / 128 = 10 clocks after it was wanted:
  // the fence is there at 10, the arrival at 64.
  // COLD-LABEL: @hand_over
  // COLD-NEXT: clocks: 107.0, tensor cores 0.0%
  // COLD-NEXT: b at ready: 54.0
  // COLD-NEXT: a at code: 20.0
  // COLD-NEXT: b at code: 10.0
  mla_gpu.kernel @hand_over() step(other) grid(one, one) threads(256) {
    %ready = mla_gpu.nbar.alloc "ready" threads(256)
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.fence.async
      mla_gpu.nbar.arrive %ready
    }
    mla_gpu.role "b" warps(4 to 8) team(warp_group) {
      mla_gpu.nbar.sync %ready
    }
  }

  // Both loads, issued at 0 and 4, wait for one line: 4 + 700 and 32 / 65. The sum is there 2 later, the store takes 4.
  // CHECK-LABEL: @loads
  // CHECK-NEXT: clocks: 710.5, tensor cores 0.0%
  // CHECK-NEXT: a at loads: 696.5
  mla_gpu.kernel @loads(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>})
      step(other) grid(one, one) threads(32) {
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %x0 = mla_gpu.global.load %x[%c0] : !mla_gpu.ptr<i32> -> i32
      %x1 = mla_gpu.global.load %x[%c1] : !mla_gpu.ptr<i32> -> i32
      %sum = arith.addi %x0, %x1 : i32
      mla_gpu.global.store %sum, %x[%c0] : i32, !mla_gpu.ptr<i32>
    }
  }

  // A multiprocessor holds two blocks of 1024 threads: the last of 265 starts when the first has ended.
  // CHECK-LABEL: @waves
  // CHECK-NEXT: clocks: 88.0, tensor cores 0.0%
  mla_gpu.kernel @waves() step(other) grid(one, one) threads(1024) attributes {test.grid = array<i64: 265, 1>} {
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.fence.async
    }
  }

  // Zeros are stored in 8192 / 128 = 64 clocks and fenced in 44. The box is issued at 108, its descriptor there 700 later; it
  // is read 8192 / 65 = 126.03 after that, and 350 later the answer comes. The waits begin at 120.
  // CHECK-LABEL: @bulk_store
  // CHECK-NEXT: clocks: 1284.0, tensor cores 0.0%
  // CHECK-NEXT: a at stores: 1164.0
  mla_gpu.kernel @bulk_store(%map: !map {mla_gpu.bind = #mla_gpu.binding<out_map>, test.iota = tensor<1x64x64xbf16>})
      step(other) grid(one, one) threads(32) {
    %tile = mla_gpu.smem.alloc "tile" : !tile
    %c0 = arith.constant 0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      mla_gpu.smem.zero_rows %tile from %c0 : !tile
      mla_gpu.fence.async
      mla_gpu.tma.store %tile to %map[%c0, %c0, %c0] : !tile -> !map
      mla_gpu.tma.store_wait
      mla_gpu.tma.store_wait written
    }
  }

  // Comparison and branch take 8 clocks. Block 0 asks at 12; block 1 arrives after three fences, at 140, and asks at 144.
  // They see the counter 700 later, at 840 and 844, and leave at once.
  // CHECK-LABEL: @two_blocks
  // CHECK-NEXT: clocks: 848.0, tensor cores 0.0%
  mla_gpu.kernel @two_blocks(%counters: !mla_gpu.ptr<i32>
                             {mla_gpu.bind = #mla_gpu.binding<counters>, test.buffer = dense<0> : tensor<2xi32>})
      step(other) grid(one, one) threads(32) attributes {test.grid = array<i64: 2, 1>} {
    %c0 = arith.constant 0 : i32
    %c2 = arith.constant 2 : i32
    %i0 = arith.constant 0 : i64
    %block = mla_gpu.block_id 0
    %is_late = arith.cmpi ne, %block, %c0 : i32
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      scf.if %is_late {
        mla_gpu.fence.async
        mla_gpu.fence.async
        mla_gpu.fence.async
      }
      mla_gpu.grid.arrive %counters[%i0] of %c2
      mla_gpu.grid.wait %counters[%i0] reaches %c2
      mla_gpu.grid.leave %counters[%i0] of %c2
    }
  }

  // A warp adds up integers in 41 clocks, and issues the store in 4. The maximum of numbers is that of integers, of which five more instructions
  // make it, 5 clocks each; their sum is five shuffles of 23 and five additions.
  // CHECK-LABEL: @warp_sum_of_integers
  // CHECK-NEXT: clocks: 45.0
  // CHECK-LABEL: @warp_maximum
  // CHECK-NEXT: clocks: 70.0
  // CHECK-LABEL: @warp_sum
  // CHECK-NEXT: clocks: 144.0
  mla_gpu.kernel @warp_sum_of_integers(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<32xi32>}) step(other) grid(one, one) threads(32) {
    %i0 = arith.constant 0 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %lane = mla_gpu.lane.index : tensor<32xi32, #mla_gpu.layout<lane>>
      %sum = mla_gpu.lane.reduce add %lane : tensor<32xi32, #mla_gpu.layout<lane>> -> i32
      mla_gpu.global.store %sum, %x[%i0] : i32, !mla_gpu.ptr<i32>
    }
  }
  mla_gpu.kernel @warp_maximum(%x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<32xf32>}) step(other) grid(one, one) threads(32) {
    %i0 = arith.constant 0 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %ones = arith.constant dense<1.0> : tensor<32xf32, #mla_gpu.layout<lane>>
      %most = mla_gpu.lane.reduce max %ones : tensor<32xf32, #mla_gpu.layout<lane>> -> f32
      mla_gpu.global.store %most, %x[%i0] : f32, !mla_gpu.ptr<f32>
    }
  }
  mla_gpu.kernel @warp_sum(%x: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>, test.iota = tensor<32xf32>}) step(other) grid(one, one) threads(32) {
    %i0 = arith.constant 0 : i64
    mla_gpu.role "a" warps(0 to 1) team(warp) {
      %ones = arith.constant dense<1.0> : tensor<32xf32, #mla_gpu.layout<lane>>
      %sum = mla_gpu.lane.reduce add %ones : tensor<32xf32, #mla_gpu.layout<lane>> -> f32
      mla_gpu.global.store %sum, %x[%i0] : f32, !mla_gpu.ptr<f32>
    }
  }

  // Every warp has the value at 704.5. The last takes longest, and only its time counts: three divisions of 80 clocks, each
  // with a branch of 6, and a fence of 44 by all. Warps 1 to 3 wait from 90 to 784.5, in the mean of four 520.9.
  // CHECK-LABEL: @side_by_side
  // CHECK-NEXT: clocks: 1006.5, tensor cores 0.0%
  // CHECK-NEXT: a at loads: 520.9
  mla_gpu.kernel @side_by_side(%x: !mla_gpu.ptr<i32> {mla_gpu.bind = #mla_gpu.binding<seq_lens>, test.iota = tensor<4xi32>})
      step(other) grid(one, one) threads(128) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %i0 = arith.constant 0 : i64
    mla_gpu.role "a" warps(0 to 4) team(warp_group) {
      mla_gpu.each_warp (%warp) {
        %value = mla_gpu.global.load %x[%i0] : !mla_gpu.ptr<i32> -> i32
        scf.for %i = %c0 to %warp step %c1 : i32 {
          %sum = arith.divui %value, %warp : i32
        }
      }
      mla_gpu.fence.async
    }
  }
}
