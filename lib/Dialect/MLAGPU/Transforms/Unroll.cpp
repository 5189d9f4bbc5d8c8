//===- Unroll.cpp - mla-gpu-unroll ---------------------------------------------------------------------------===//
//
// MLIR's loopUnrollFull computes each induction variable from the first one with a multiplication and an addition,
// skips what it cannot unroll, and comes with the affine, memref and vector dialects. A kernel's roles want the
// constants, so that parities and slots fold, and whoever asked wants an error.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_UNROLLPASS
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {
constexpr uint64_t kMaxTrips = 64;
/// Unrolled nests multiply; this is more than any kernel is worth, and less than what fills a machine.
constexpr uint64_t kMaxOps = 65536;

/// A loop whose iterations are known: the induction variable of number n is first + n·step.
struct Iterations {
  APInt first, step;
  uint64_t trips;
};
} // namespace

/// The iterations of a loop that is to be unrolled, or an error at it.
static FailureOr<Iterations> getIterations(scf::ForOp loop) {
  APInt first, end, step;
  if (!matchPattern(loop.getLowerBound(), m_ConstantInt(&first)) ||
      !matchPattern(loop.getUpperBound(), m_ConstantInt(&end)) || !matchPattern(loop.getStep(), m_ConstantInt(&step)))
    return loop.emitOpError("expected constant bounds and step of a loop with 'mla_gpu.unroll'");
  bool isSigned = !loop.getUnsignedCmp();
  if (isSigned ? !step.isStrictlyPositive() : step.isZero())
    return loop.emitOpError("expected a positive step, but got ") << llvm::toString(step, 10, isSigned);

  APInt trips = APInt::getZero(step.getBitWidth());
  if (isSigned ? first.slt(end) : first.ult(end)) // then end − first fits, as an unsigned number
    trips = llvm::APIntOps::RoundingUDiv(end - first, step, APInt::Rounding::UP);
  if (trips.isZero() || trips.ugt(kMaxTrips))
    return loop.emitOpError("expected a trip count from 1 to ")
           << kMaxTrips << ", but got " << llvm::toString(trips, 10, /*Signed=*/false);

  uint64_t ops = 0;
  for (Operation &op : loop.getBody()->without_terminator())
    op.walk([&](Operation *) { ++ops; });
  if (ops *= trips.getZExtValue(); ops > kMaxOps)
    return loop.emitOpError("expected at most ") << kMaxOps << " ops after unrolling, but got " << ops;
  return Iterations{first, step, trips.getZExtValue()};
}

/// The pass's description says what becomes what.
static void unroll(scf::ForOp loop, const Iterations &iterations, RewriterBase &rewriter) {
  rewriter.setInsertionPoint(loop);
  Value induction = loop.getInductionVar();
  SmallVector<Value> carried(loop.getInits());
  APInt number = iterations.first;
  for (uint64_t trip = 0; trip < iterations.trips; ++trip, number += iterations.step) {
    IRMapping mapping;
    mapping.map(loop.getRegionIterArgs(), carried);
    if (!induction.use_empty())
      mapping.map(induction, arith::ConstantOp::create(rewriter, loop.getLoc(),
                                                       rewriter.getIntegerAttr(induction.getType(), number)));
    for (Operation &op : loop.getBody()->without_terminator())
      rewriter.clone(op, mapping);
    carried = llvm::map_to_vector(loop.getYieldedValues(), [&](Value value) { return mapping.lookupOrDefault(value); });
  }
  rewriter.replaceOp(loop, carried);
}

namespace {
struct UnrollPass : mla_gpu::impl::UnrollPassBase<UnrollPass> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> worklist; // inner loops first
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr(MLAGPUDialect::kUnrollAttrName))
        worklist.push_back(loop);
    });
    IRRewriter rewriter(&getContext());
    for (scf::ForOp loop : worklist) {
      FailureOr<Iterations> iterations = getIterations(loop);
      if (failed(iterations))
        return signalPassFailure();
      unroll(loop, *iterations, rewriter);
      ++numUnrolled;
    }
  }
};
} // namespace
