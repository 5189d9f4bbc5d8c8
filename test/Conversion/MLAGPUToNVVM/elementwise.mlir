// RUN: mla-opt %s --convert-mla-gpu-to-nvvm | FileCheck %s

#row = #mla_gpu.layout<row>
!rowf = tensor<64xf32, #row>
!rowi = tensor<64xi32, #row>
!rowb = tensor<64xi1, #row>
!lanes = tensor<32xi32, #mla_gpu.layout<lane>>
!wide = tensor<128xf32, #mla_gpu.layout<lane>>
!acc = tensor<64x8xf32, #mla_gpu.layout<acc>>
!a = tensor<64x64xbf16, #mla_gpu.layout<a_operand>>

mla_gpu.program @program {
  // Every op is done once per element that the thread holds.
  // CHECK-LABEL: llvm.func @per_element
  // CHECK-SAME:  (%[[S:.*]]: f32)
  mla_gpu.kernel @per_element(%s: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>})
      step(other) grid(one, one) threads(128) smem(256) {
    %stat = mla_gpu.smem.alloc "stat" at 0 : !mla_gpu.smem<64xf32>
    mla_gpu.role "r" warps(0 to 4) team(warp_group) {
      // CHECK: %[[X0:.*]] = llvm.load
      // CHECK: %[[X1:.*]] = llvm.load
      %x = mla_gpu.smem.load_rows %stat : !mla_gpu.smem<64xf32> -> !rowf
      // CHECK-DAG: llvm.mlir.constant(2.000000e+00 : f32) : f32
      %two = arith.constant dense<2.0> : !rowf
      %scale = mla_gpu.splat %s : f32 -> !rowf
      // CHECK: %[[P0:.*]] = llvm.fmul %[[X0]], %[[S]] : f32
      // CHECK: %[[P1:.*]] = llvm.fmul %[[X1]], %[[S]] : f32
      %p = arith.mulf %x, %scale : !rowf
      // Flags go along.
      // CHECK: llvm.fsub %[[P0]], %{{.*}} {fastmathFlags = #llvm.fastmath<contract>} : f32
      // CHECK: llvm.fsub %[[P1]], %{{.*}} {fastmathFlags = #llvm.fastmath<contract>} : f32
      %d = arith.subf %p, %two fastmath<contract> : !rowf
      // CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz"(%{{.*}}) : (f32) -> f32
      %e = math.exp2 %d : !rowf
      // CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.lg2.approx.ftz.f"(%{{.*}}) : (f32) -> f32
      %l = math.log2 %e : !rowf
      // CHECK-COUNT-2: llvm.intr.fma
      %f = math.fma %l, %x, %p : !rowf
      // CHECK: %[[C0:.*]] = llvm.fcmp "ogt" %{{.*}}, %[[X0]] : f32
      // CHECK: %[[C1:.*]] = llvm.fcmp "ogt" %{{.*}}, %[[X1]] : f32
      %c = arith.cmpf ogt, %f, %x : !rowf
      // CHECK: llvm.select %[[C0]], %{{.*}}, %[[X0]] : i1, f32
      // CHECK: llvm.select %[[C1]], %{{.*}}, %[[X1]] : i1, f32
      %m = arith.select %c, %f, %x : !rowb, !rowf
      mla_gpu.smem.store_rows %m, %stat : !rowf, !mla_gpu.smem<64xf32>
    }
  }

  // Division, and functions with approximate instructions.
  // CHECK-LABEL: llvm.func @functions
  // CHECK-SAME:  (%[[X:.*]]: f32, %{{.*}}: !llvm.ptr<1>)
  mla_gpu.kernel @functions(%x: f32 {mla_gpu.bind = #mla_gpu.binding<scale_log2>},
                            %out: !mla_gpu.ptr<f32> {mla_gpu.bind = #mla_gpu.binding<scratch>})
      step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) {
      %c0 = arith.constant 0 : i64
      %one = arith.constant 1.0 : f32
      // CHECK: %[[R:.*]] = nvvm.rcp.approx.ftz.f %[[X]] : f32
      %r = arith.divf %one, %x : f32
      // CHECK: %[[Q:.*]] = llvm.fdiv %[[R]], %[[X]] : f32
      %q = arith.divf %r, %x : f32
      // CHECK: llvm.fdiv %{{.*}}, %[[X]]
      %exact = arith.divf %one, %x {mla_gpu.exact} : f32
      // CHECK: llvm.call_intrinsic "llvm.fabs"
      %a = math.absf %q : f32
      // CHECK: llvm.call_intrinsic "llvm.nvvm.sqrt.approx.ftz.f"
      %s = math.sqrt %a : f32
      // CHECK: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.ftz.f"
      %t = math.rsqrt %s : f32
      mla_gpu.global.store %t, %out[%c0] : f32, !mla_gpu.ptr<f32>
    }
  }

  // How many elements a thread holds: lane 1 or n / 32, acc n / 2; a scalar condition chooses packed A operands whole.
  // CHECK-LABEL: llvm.func @layouts
  // CHECK-SAME:  (%[[N:.*]]: i32)
  mla_gpu.kernel @layouts(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>})
      step(other) grid(one, one) threads(256) smem(8192) {
    %tile = mla_gpu.smem.alloc "tile" at 0 : !mla_gpu.smem<64x64xbf16, sw128>
    %c0 = arith.constant 0 : i32
    // CHECK: %[[COND:.*]] = llvm.icmp "sgt" %[[N]]
    %cond = arith.cmpi sgt, %n, %c0 : i32
    mla_gpu.role "group" warps(0 to 4) team(warp_group) {
      // CHECK-COUNT-4: llvm.fadd {{.*}} : f32
      // CHECK-NOT:     llvm.fadd
      %s = arith.sitofp %n : i32 to f32
      %acc = mla_gpu.splat %s : f32 -> !acc
      %sum = arith.addf %acc, %acc : !acc
      // 1.0 and 1.0 in one register.
      // CHECK: llvm.mlir.constant(1065369472 : i32) : i32
      %ones = arith.constant dense<1.0> : !a
      %zeros = arith.constant dense<0.0> : !a
      // CHECK-COUNT-16: llvm.select %[[COND]], %{{.*}}, %{{.*}} : i1, i32
      // CHECK-NOT:      llvm.select
      %a = arith.select %cond, %ones, %zeros : !a
      // CHECK: nvvm.stmatrix
      mla_gpu.smem.store_tile %a, %tile : !a, !mla_gpu.smem<64x64xbf16, sw128>
    }
    mla_gpu.role "warp" warps(4 to 5) team(warp) {
      // CHECK: llvm.mul
      // CHECK-NOT: llvm.mul
      %lanes = mla_gpu.splat %n : i32 -> !lanes
      %square = arith.muli %lanes, %lanes : !lanes
      // CHECK-COUNT-4: llvm.fmul
      // CHECK-NOT:     llvm.fmul
      %s = arith.sitofp %n : i32 to f32
      %wide = mla_gpu.splat %s : f32 -> !wide
      %wide_square = arith.mulf %wide, %wide : !wide
      // CHECK: llvm.return
    }
  }
}
