// What LLVM's backend cannot do ends in a diagnostic of the module, not in an abort.
// RUN: split-file %s %t
// RUN: not mla-compile --emit=ptx %t/call.mlir -o %t/out 2>&1 | FileCheck %t/call.mlir
// RUN: not mla-compile --emit=ptx %t/asm.mlir -o %t/out 2>&1 | FileCheck %t/asm.mlir
// RUN: not mla-compile --emit=llvm %t/translate.mlir -o %t/out 2>&1 | FileCheck %t/translate.mlir

//--- call.mlir
// CHECK: call.mlir:3:1: error: cannot generate PTX: no libcall available for flog2
// CHECK-NOT: error
gpu.module @m {
  llvm.func @k(%x: f32, %p: !llvm.ptr<1>) attributes {gpu.kernel, nvvm.kernel} {
    %y = llvm.intr.log2(%x) : (f32) -> f32
    llvm.store %y, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}

//--- asm.mlir
// CHECK: asm.mlir:2:1: error: cannot generate PTX: {{.*}}couldn't allocate output register for constraint 'y'
gpu.module @m {
  llvm.func @k(%p: !llvm.ptr<1>) attributes {gpu.kernel, nvvm.kernel} {
    %y = llvm.inline_asm has_side_effects "mov.u32 $0, 0;", "=y" : () -> i32
    llvm.store %y, %p : i32, !llvm.ptr<1>
    llvm.return
  }
}

//--- translate.mlir
// CHECK: error: cannot be converted to LLVM IR
gpu.module @m {
  llvm.func @k(%x: i32) attributes {gpu.kernel, nvvm.kernel} {
    %y = arith.addi %x, %x : i32
    llvm.return
  }
}
