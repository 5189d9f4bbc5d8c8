//===- Pipelines.cpp - The order of the compiler's passes ---------------------------------------------------===//
#include "lib/Pipelines/Pipelines.h"

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Conversion/MLAGPUToNVVM/Passes.h"
#include "lib/Conversion/MLAToMLAGPU/Passes.h"
#include "lib/Dialect/MLA/Transforms/Passes.h"
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

/// Per kernel: the stream of items becomes loops, loops that ask for it become their iterations, shared memory and
/// barriers get their places, and what comes out is held to the chip's limits and to the rules of the protocol.
static void buildResourcePipeline(OpPassManager &pm, const mla::PipelineOptions &options) {
  OpPassManager &kernels = pm.nest<mla_gpu::ProgramOp>().nest<mla_gpu::KernelOp>();
  kernels.addPass(mla_gpu::createExpandItemsPass());
  kernels.addPass(mla_gpu::createUnrollPass());
  kernels.addPass(mla_gpu::createAssignResourcesPass());
  mla_gpu::CheckResourcesPassOptions check;
  check.target = options.target;
  kernels.addPass(mla_gpu::createCheckResourcesPass(check));
  kernels.addPass(mla_gpu::createCheckProtocolPass());
}

void mla::buildMLAToMLAGPUPipeline(OpPassManager &pm, const PipelineOptions &options) {
  ChooseSchedulePassOptions choice;
  choice.schedule = options.schedule;
  choice.tablePath = options.table;
  choice.gpu = options.gpu;
  choice.templateDir = options.templateDir;
  pm.addPass(createChooseSchedulePass(choice));

  ConvertMLAToMLAGPUPassOptions conversion;
  conversion.templateDir = options.templateDir;
  pm.addPass(createConvertMLAToMLAGPUPass(conversion));
  buildResourcePipeline(pm, options);
}

void mla::buildMLAGPUToNVVMPipeline(OpPassManager &pm, const PipelineOptions &options) {
  buildResourcePipeline(pm, options);
  mla_gpu::ConvertMLAGPUToNVVMPassOptions conversion;
  conversion.target = options.target;
  pm.addPass(mla_gpu::createConvertMLAGPUToNVVMPass(conversion));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void mla::buildMLAPipeline(OpPassManager &pm, const PipelineOptions &options) {
  buildMLAToMLAGPUPipeline(pm, options);
  buildMLAGPUToNVVMPipeline(pm, options);
}

void mla::registerPipelines() {
  registerMLAPasses();
  mla_gpu::registerMLAGPUPasses();
  registerMLAToMLAGPUPasses();
  mla_gpu::registerMLAGPUToNVVMPasses();
  PassPipelineRegistration<PipelineOptions>("mla-to-mla-gpu-pipeline",
                                            "mla ops to checked mla_gpu programs with assigned resources",
                                            buildMLAToMLAGPUPipeline);
  PassPipelineRegistration<PipelineOptions>(
      "mla-gpu-to-nvvm-pipeline", "mla_gpu programs to gpu.modules of NVVM kernels", buildMLAGPUToNVVMPipeline);
  PassPipelineRegistration<PipelineOptions>("mla-pipeline", "mla ops to gpu.modules of NVVM kernels", buildMLAPipeline);
}

void mla::registerDialects(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                  math::MathDialect, NVVM::NVVMDialect, scf::SCFDialect>();
  registry.insert<mla::MLADialect>();
  registry.insert<mla_gpu::MLAGPUDialect>();
}
