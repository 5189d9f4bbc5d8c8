//===- Pipelines.h - The order of the compiler's passes ------------------------------------------*- C++ -*-===//
//
// The only place where pass order is written. Each pipeline takes IR of one level to the next and can be run by itself
// in mla-opt, so that IR can be stopped at, looked at, edited and resumed at every level:
//
//   mla  ── mla-to-mla-gpu-pipeline ──▶  mla_gpu  ── mla-gpu-to-nvvm-pipeline ──▶  gpu.module of llvm.func (NVVM)
//        └──────────────────────── mla-pipeline ────────────────────────────────▶
//
// What follows NVVM is not passes but translation: see Compile.h.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_PIPELINES_PIPELINES_H
#define LIB_PIPELINES_PIPELINES_H

#include "lib/Dialect/MLA/Transforms/Passes.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::mla {

/// Options of every pipeline below. What concerns the schedule is handed to `mla-choose-schedule`; an op that
/// carries a `mla_gpu.schedule` attribute keeps that.
struct PipelineOptions : public PassPipelineOptions<PipelineOptions> {
  Option<std::string> target{*this, "target", llvm::cl::desc("Chip to generate code for"), llvm::cl::init("sm_90a")};
  Option<std::string> schedule{*this, "schedule",
                               llvm::cl::desc("Fields that override the choice, e.g. kind=decode_seesaw,item_cost=2"),
                               llvm::cl::init("")};
  Option<std::string> table{
      *this, "table",
      llvm::cl::desc(
          "File with measured choices; empty: the built-in one for the GPU, if there is one; none: do without"),
      llvm::cl::init("")};
  Option<std::string> gpu{*this, "gpu", llvm::cl::desc("The GPU whose built-in table is meant; empty: the first table"),
                          llvm::cl::init("")};
  Option<std::string> templateDir{
      *this, "template-dir", llvm::cl::desc("Folder to read schedule templates from, instead of the built-in ones"),
      llvm::cl::init("")};
};

/// `mla` ops → `mla_gpu` programs with expanded items, assigned resources, and checked budgets and protocol: what the
/// interpreter executes.
void buildMLAToMLAGPUPipeline(OpPassManager &pm, const PipelineOptions &options);

/// `mla_gpu` programs → `gpu.module` ops of `llvm.func` kernels, ready for translation. Resources are assigned again
/// where they are missing and checked again: hand-written IR may enter here.
void buildMLAGPUToNVVMPipeline(OpPassManager &pm, const PipelineOptions &options);

/// Both, one after the other.
void buildMLAPipeline(OpPassManager &pm, const PipelineOptions &options);

/// Makes the pipelines and the passes of this project known by name.
void registerPipelines();

/// Adds every dialect that the input, the output or an intermediate state of a pipeline may contain.
void registerDialects(DialectRegistry &registry);

} // namespace mlir::mla

#endif // LIB_PIPELINES_PIPELINES_H
