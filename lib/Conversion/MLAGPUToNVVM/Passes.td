//===- Passes.td - From tiles and roles to threads ---------------------------------------------------------===//
#ifndef LIB_CONVERSION_MLAGPUTONVVM_PASSES_TD
#define LIB_CONVERSION_MLAGPUTONVVM_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertMLAGPUToNVVMPass : Pass<"convert-mla-gpu-to-nvvm", "::mlir::ModuleOp"> {
  let summary = "lower mla_gpu programs to gpu.modules of llvm.func kernels";
  let description = [{
    Every `mla_gpu.program` becomes a `gpu.module`, every kernel an `llvm.func` in the LLVM and NVVM dialects. Nothing of
    `mla_gpu`, `arith`, `math`, `scf` or `cf` is left in it. `items` must have been expanded (`mla-gpu-expand-items`) and
    resources assigned (`mla-gpu-assign-resources`).

    A role is code of one thread of its team; a distributed tensor is the list of values that this thread holds. The
    kernel begins by initialising its mbarriers, then branches on the warp index to the roles. `scf` is lowered here and
    not by `convert-scf-to-cf`, which would leave roles with several blocks and no terminator.

    ```mlir
    mla_gpu.program @p {
      mla_gpu.kernel @k(%n: i32 {mla_gpu.bind = #mla_gpu.binding<batch>}) step(other) grid(one, one) threads(32) {
        mla_gpu.role "only" warps(0 to 1) team(warp) { … }
      }
    }
    // becomes
    gpu.module @p {
      llvm.func @k(%n: i32) attributes {gpu.kernel, nvvm.kernel, nvvm.reqntid = array<i32: 32>, nvvm.minctasm = 1 : i32,
                                        mla_gpu.launch = {step = "other", …}} { … }
    }
    ```
  }];
  let options = [Option<"target", "target", "std::string", /*default=*/"\"sm_90a\"", "Chip to generate code for">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::cf::ControlFlowDialect"];
}

#endif
