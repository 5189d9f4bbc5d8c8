//===- MLAGPUToNVVM.cpp - The pass ------------------------------------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/Passes.h"
#include "lib/Conversion/MLAGPUToNVVM/Patterns.h"
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"
#include "lib/Target/Package/Package.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_CONVERTMLAGPUTONVVMPASS
#include "lib/Conversion/MLAGPUToNVVM/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

/// Structured control flow → branches. The body of a role or a tail gets several blocks by it, so it needs a terminator
/// now.
static LogicalResult lowerControlFlow(ProgramOp program) {
  program.walk([](Operation *op) {
    if (!isa<RoleOp, TailOp>(op))
      return;
    Region &body = op->getRegion(0);
    if (body.empty())
      body.emplaceBlock();
    OpBuilder b = OpBuilder::atBlockEnd(&body.back());
    LLVM::ReturnOp::create(b, op->getLoc(), ValueRange());
  });
  RewritePatternSet patterns(program.getContext());
  populateSCFToControlFlowConversionPatterns(patterns);
  ConversionTarget target(*program.getContext());
  target.addIllegalDialect<scf::SCFDialect>();
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  return applyPartialConversion(program, target, std::move(patterns));
}

/// each_warp  →  its body in place: every warp executes the role's code anyway, so only the warp's number is missing.
static void inlineWarps(ProgramOp program) {
  IRRewriter rewriter(program.getContext());
  SmallVector<EachWarpOp> worklist;
  program.walk([&](EachWarpOp op) { worklist.push_back(op); });
  for (EachWarpOp op : worklist) {
    rewriter.setInsertionPoint(op);
    // The ops in it that act through one thread of their team.
    op->walk([&](Operation *inner) {
      if (isa<GlobalStoreOp, GlobalPrefetchOp>(inner))
        inner->setAttr(kByWarpAttrName, rewriter.getUnitAttr());
    });
    Location loc = op.getLoc();
    ThreadCode code(rewriter, loc);
    // The shuffle tells ptxas that the number is the same in all lanes of a warp.
    Value warp = code.shuffleIndex(code.warpInGroup(), code.constI32(0));
    rewriter.inlineBlockBefore(&op.getBody().front(), op, warp);
    rewriter.eraseOp(op);
  }
}

/// Everything inside kernels → LLVM and NVVM; kernels and roles stay as shells.
static LogicalResult lowerBodies(ProgramOp program) {
  MLIRContext *context = program.getContext();
  LLVMTypeConverter converter(context);
  populateMLAGPUTypeConversions(converter);

  RewritePatternSet patterns(context);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  populateBarrierPatterns(converter, patterns);
  populateColumnPatterns(converter, patterns);
  populateElementwisePatterns(converter, patterns);
  populateGlobalMemoryPatterns(converter, patterns);
  populateLanePatterns(converter, patterns);
  populateRowPatterns(converter, patterns);
  populateSharedMemoryPatterns(converter, patterns);
  populateStructurePatterns(converter, patterns);
  populateTMAPatterns(converter, patterns);
  populateWGMMAPatterns(converter, patterns);

  ConversionTarget target(*context);
  target.addLegalDialect<LLVM::LLVMDialect, NVVM::NVVMDialect>();
  target.addLegalOp<ProgramOp, RoleOp, TailOp>();
  target.addDynamicallyLegalOp<KernelOp>([&](KernelOp kernel) { return converter.isLegal(&kernel.getBody()); });
  return applyFullConversion(program, target, std::move(patterns));
}

/// `mla_gpu.rolled` as LLVM has it: conversions take a loop's annotation along to its branch, and the backend makes a pragma of it.
static void annotateRolledLoops(ProgramOp program) {
  MLIRContext *context = program.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/BoolAttr::get(context, true), /*count=*/{}, /*runtimeDisable=*/{},
                                          /*full=*/{}, /*followupUnrolled=*/{}, /*followupRemainder=*/{}, /*followupAll=*/{});
  auto annotation = LLVM::LoopAnnotationAttr::get(
      context, /*disableNonforced=*/{}, /*vectorize=*/{}, /*interleave=*/{}, unroll, /*unrollAndJam=*/{}, /*licm=*/{},
      /*distribute=*/{}, /*pipeline=*/{}, /*peeled=*/{}, /*unswitch=*/{}, /*mustProgress=*/{}, /*isVectorized=*/{},
      /*startLoc=*/{}, /*endLoc=*/{}, /*parallelAccesses=*/{});
  StringRef name = LLVM::BrOp::getLoopAnnotationAttrName(OperationName(LLVM::BrOp::getOperationName(), context));
  program.walk([&](scf::ForOp loop) {
    if (loop->removeAttr(MLAGPUDialect::kRolledAttrName))
      loop->setAttr(name, annotation);
  });
}

static LogicalResult lowerProgram(ProgramOp program, const TargetInfo &target) {
  SmallVector<KernelOp> kernels = llvm::to_vector(program.getOps<KernelOp>());
  SmallVector<KernelFrame> frames;
  for (KernelOp kernel : kernels) {
    FailureOr<KernelFrame> frame = prepareKernel(kernel);
    if (failed(frame))
      return failure();
    frames.push_back(std::move(*frame));
  }
  inlineWarps(program);
  annotateRolledLoops(program);
  if (failed(lowerControlFlow(program)) || failed(lowerBodies(program)))
    return failure();

  IRRewriter rewriter(program);
  auto module = gpu::GPUModuleOp::create(rewriter, program.getLoc(), program.getSymName());
  if (Attribute implements = program.getImplementsAttr())
    module->setAttr(kImplementsAttrName, implements);
  for (StringRef name : {kScheduleAttrName, kChosenByAttrName})
    if (Attribute record = program->getAttr(name))
      module->setAttr(name, record);
  // Tables of constants.
  for (auto table : llvm::make_early_inc_range(program.getOps<LLVM::GlobalOp>()))
    rewriter.moveOpBefore(table, module.getBody(), module.getBody()->end());
  for (auto [kernel, frame] : llvm::zip_equal(kernels, frames)) {
    rewriter.setInsertionPointToEnd(module.getBody());
    assembleKernel(kernel, frame, target, rewriter);
  }
  rewriter.eraseOp(program);
  return success();
}

namespace {
struct ConvertMLAGPUToNVVMPass : mla_gpu::impl::ConvertMLAGPUToNVVMPassBase<ConvertMLAGPUToNVVMPass> {
  using ConvertMLAGPUToNVVMPassBase::ConvertMLAGPUToNVVMPassBase;

  void runOnOperation() override {
    const TargetInfo *info = lookupTarget(target);
    if (!info) {
      getOperation().emitError(describeUnknownTarget(target));
      return signalPassFailure();
    }
    for (ProgramOp program : llvm::make_early_inc_range(getOperation().getOps<ProgramOp>()))
      if (failed(lowerProgram(program, *info)))
        return signalPassFailure();
  }
};
} // namespace
