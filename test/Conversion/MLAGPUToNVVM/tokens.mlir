// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

!lanes = tensor<32xi64, #mla_gpu.layout<lane>>
!floats = tensor<32xf32, #mla_gpu.layout<lane>>
!row = tensor<256xf32, #mla_gpu.layout<lane>>
!half = tensor<128xf32, #mla_gpu.layout<lane>>

// CHECK-LABEL: gpu.module @program
mla_gpu.program @program {
  // Different values in the lanes lie in a table.
  // CHECK: llvm.mlir.global internal constant @lane_table_0(dense<[0, 1, {{.*}}, 30, -1]> : tensor<32xi64>)
  // CHECK-SAME: addr_space = 1 : i32, alignment = 256 : i64
  // CHECK-LABEL: llvm.func @table
  mla_gpu.kernel @table(%p: !mla_gpu.ptr<i64> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %i = arith.constant 0 : i64
      // CHECK:      %[[TABLE:.*]] = llvm.mlir.addressof @lane_table_0 : !llvm.ptr<1>
      // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[TABLE]][%{{.*}}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i64
      // CHECK-NEXT: %[[OWN:.*]] = llvm.load %[[AT]] {alignment = 8 : i64} : !llvm.ptr<1> -> i64
      %own = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                                   24, 25, 26, 27, 28, 29, 30, -1]> : !lanes
      // CHECK: llvm.store %[[OWN]]
      mla_gpu.global.store_lanes %own, %p[%i] : !lanes, !mla_gpu.ptr<i64>
    }
  }

  // CHECK-LABEL: llvm.func @values
  mla_gpu.kernel @values(%p: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %i = arith.constant 0 : i64
      // CHECK-COUNT-2: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xf32>
      %x = mla_gpu.global.load_lanes %p[%i] : !mla_gpu.ptr<f32> -> !row
      // Eight of a lane become one in three rounds, then the lanes meet.
      // CHECK-COUNT-7: llvm.fadd
      // CHECK-COUNT-5: nvvm.shfl.sync bfly
      %sum = mla_gpu.lane.reduce add %x : !row -> f32
      // CHECK: llvm.call_intrinsic "llvm.nvvm.sin.approx.ftz.f"
      %sin = math.sin %sum : f32
      // CHECK: llvm.call_intrinsic "llvm.nvvm.cos.approx.ftz.f"
      %cos = math.cos %sin : f32
      mla_gpu.global.store %cos, %p[%i] : f32, !mla_gpu.ptr<f32>
      // Four bytes a lane, the first element in the lowest; a view costs nothing.
      %e4m3 = mla_gpu.global.view %p : !mla_gpu.ptr<f32> -> !mla_gpu.ptr<f8E4M3FN>
      %half = mla_gpu.lane.slice %x from 128 : !row -> !half
      // CHECK:      %[[LOW:.*]] = llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"(%{{.*}}, %{{.*}}) : (f32, f32) -> i16
      // CHECK:      %[[HIGH:.*]] = llvm.call_intrinsic "llvm.nvvm.ff.to.e4m3x2.rn"
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
      mla_gpu.global.store_lanes %half, %e4m3[%i] : !half, !mla_gpu.ptr<f8E4M3FN>
      %bf16 = mla_gpu.global.view %p : !mla_gpu.ptr<f32> -> !mla_gpu.ptr<bf16>
      // CHECK:      llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> vector<2xbf16>
      %even, %odd = mla_gpu.global.load_pairs %bf16[%i] : !mla_gpu.ptr<bf16> -> !floats
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
      mla_gpu.global.store_pairs %even, %odd, %bf16[%i] : !floats, !mla_gpu.ptr<bf16>
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 2 : i64} : i16, !llvm.ptr<1>
      mla_gpu.global.store_pairs %even, %odd, %e4m3[%i] : !floats, !mla_gpu.ptr<f8E4M3FN>
      // CHECK:      llvm.store %{{.*}}, %{{.*}} {alignment = 1 : i64} : i8, !llvm.ptr<1>
      mla_gpu.global.store_lanes %even, %e4m3[%i] : !floats, !mla_gpu.ptr<f8E4M3FN>
      // Of some lanes: others hold 0, and touch no memory.
      %some = arith.constant 16 : i32
      // CHECK:      %[[LOADS:.*]] = llvm.icmp "slt" %{{.*}}, %[[SOME:.*]] : i32
      // CHECK:      llvm.cond_br %[[LOADS]], ^[[LOAD:.*]], ^{{.*}}(%[[ZERO:.*]], %[[ZERO]] : f32, f32)
      // CHECK:      ^[[LOAD]]:
      // CHECK-NEXT: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> vector<2xbf16>
      %some_even, %some_odd = mla_gpu.global.load_pairs %bf16[%i] valid %some : !mla_gpu.ptr<bf16> -> !floats
      // CHECK:      %[[STORES:.*]] = llvm.icmp "slt" %{{.*}}, %[[SOME]] : i32
      // CHECK-NEXT: llvm.cond_br %[[STORES]], ^[[PAIR:.*]], ^{{.*}}
      // CHECK:      ^[[PAIR]]:
      // CHECK-NEXT: llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
      mla_gpu.global.store_pairs %some_even, %some_odd, %bf16[%i] valid %some : !floats, !mla_gpu.ptr<bf16>
      // CHECK:      %[[OWN:.*]] = llvm.icmp "slt" %{{.*}}, %[[SOME]] : i32
      // CHECK-NEXT: llvm.cond_br %[[OWN]], ^[[LANE:.*]], ^{{.*}}
      // CHECK:      ^[[LANE]]:
      // CHECK-NEXT: llvm.store %{{.*}}, %{{.*}} {alignment = 1 : i64} : i8, !llvm.ptr<1>
      mla_gpu.global.store_lanes %some_even, %e4m3[%i] valid %some : !floats, !mla_gpu.ptr<f8E4M3FN>
    }
  }
}
