// A quad exchanges its pairs of four column groups, so that each lane stores 16 bytes.
// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

// CHECK-LABEL: llvm.func @by_groups(
// Eight registers, two rows of four: packed first, exchanged with the lane that differs in bit 0, then in bit 1.
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"
// CHECK:       %[[IS_ODD:.*]] = llvm.icmp "ne"
// CHECK:       %[[SENT:.*]] = llvm.select %[[IS_ODD]], %[[A:.*]], %[[B:.*]] : i1, i32
// CHECK:       %[[RECEIVED:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[SENT]]
// CHECK:       llvm.select %[[IS_ODD]], %[[RECEIVED]], %[[A]] : i1, i32
// CHECK:       llvm.select %[[IS_ODD]], %[[B]], %[[RECEIVED]] : i1, i32
// CHECK-COUNT-3: nvvm.shfl.sync bfly
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT:   nvvm.shfl.sync
// One store for each of the thread's two rows, each in its branch.
// CHECK-COUNT-2: llvm.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
// CHECK-NOT:   llvm.store
// CHECK:       llvm.return
//
// A row stride that is no multiple of 16 bytes, or columns that are no multiple of 32, take the plain way.
// CHECK-LABEL: llvm.func @odd_stride(
// CHECK-NOT:   nvvm.shfl.sync bfly
// CHECK:       llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
// CHECK-LABEL: llvm.func @few_columns(
// CHECK-NOT:   nvvm.shfl.sync bfly
// CHECK:       llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
mla_gpu.program @program {
  mla_gpu.kernel @by_groups(%out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>},
                            %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                            %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
                            %x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %acc = mla_gpu.splat %x : f32 -> tensor<64x32xf32, #mla_gpu.layout<acc>>
      mla_gpu.global.store_tile %acc, %out[%i] row_stride 512 valid %valid : tensor<64x32xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<bf16>
    }
  }
  mla_gpu.kernel @odd_stride(%out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>},
                             %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                             %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
                             %x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %acc = mla_gpu.splat %x : f32 -> tensor<64x32xf32, #mla_gpu.layout<acc>>
      mla_gpu.global.store_tile %acc, %out[%i] row_stride 516 valid %valid : tensor<64x32xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<bf16>
    }
  }
  mla_gpu.kernel @few_columns(%out: !mla_gpu.ptr<bf16> {mla_gpu.bind = #mla_gpu.binding<out>},
                              %i: i64 {mla_gpu.bind = #mla_gpu.binding<scratch_elements>},
                              %valid: i32 {mla_gpu.bind = #mla_gpu.binding<rows>},
                              %x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) {
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      %acc = mla_gpu.splat %x : f32 -> tensor<64x16xf32, #mla_gpu.layout<acc>>
      mla_gpu.global.store_tile %acc, %out[%i] row_stride 512 valid %valid : tensor<64x16xf32, #mla_gpu.layout<acc>>, !mla_gpu.ptr<bf16>
    }
  }
}
