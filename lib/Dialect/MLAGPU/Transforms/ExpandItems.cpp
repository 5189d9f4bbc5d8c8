//===- ExpandItems.cpp - mla-gpu-expand-items ----------------------------------------------------------------===//
#include "lib/Dialect/MLAGPU/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::mla_gpu {
#define GEN_PASS_DEF_EXPANDITEMSPASS
#include "lib/Dialect/MLAGPU/Transforms/Passes.h.inc"
} // namespace mlir::mla_gpu

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {
/// i32 arithmetic at one location.
struct I32Builder : ImplicitLocOpBuilder {
  using ImplicitLocOpBuilder::ImplicitLocOpBuilder;

  Value constant(int64_t value) { return arith::ConstantOp::create(*this, getI32IntegerAttr(value)); }
  Value add(Value a, Value b) { return arith::AddIOp::create(*this, a, b); }
  Value subtract(Value a, Value b) { return arith::SubIOp::create(*this, a, b); }
  Value multiply(Value a, Value b) { return arith::MulIOp::create(*this, a, b); }
  Value divide(Value a, Value b) { return arith::DivUIOp::create(*this, a, b); }
  Value min(Value a, Value b) { return arith::MinSIOp::create(*this, a, b); }
  Value max(Value a, Value b) { return arith::MaxSIOp::create(*this, a, b); }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(*this, predicate, a, b);
  }
  Value select(Value condition, Value a, Value b) { return arith::SelectOp::create(*this, condition, a, b); }
  /// source[index + offset]
  Value load(Value source, Value index, int64_t offset = 0) {
    Value wide = arith::ExtSIOp::create(*this, getI64Type(), index);
    if (offset)
      wide = arith::AddIOp::create(*this, wide, arith::ConstantOp::create(*this, getI64IntegerAttr(offset)));
    return GlobalLoadOp::create(*this, getI32Type(), source, wide);
  }
};
} // namespace

/// The op's description in Passes.td says what becomes what.
static void expand(ItemsOp items, RewriterBase &rewriter) {
  rewriter.setInsertionPoint(items);
  I32Builder builder(items.getLoc(), rewriter);
  Value zero = builder.constant(0), one = builder.constant(1);

  Value record = builder.add(items.getPart(), items.getPart());
  // A record has four words, of which the loop needs two.
  Value word = builder.add(record, record);
  auto getWord = [&](int64_t index) -> Value {
    if (Value lanes = items.getRecords())
      return LaneExtractOp::create(builder, builder.getI32Type(), lanes, builder.constant(index));
    return builder.load(items.getParts(), word, index);
  };
  Value firstRequest = getWord(0), firstStep = getWord(1), lastRequest = getWord(4), lastStep = getWord(5);
  Value hasTail = builder.compare(arith::CmpIPredicate::sgt, lastStep, zero);
  Value end = builder.select(hasTail, builder.add(lastRequest, one), lastRequest);

  // A warp group has the length of an item an item ahead. A warp, which copies, does not: the assembler would wait for
  // the first length ahead of the loop, and what the body loads beside it, such as page numbers, would come a memory's
  // latency later.
  auto role = items->getParentOfType<RoleOp>();
  bool isAhead = role && role.getTeam() == Team::WarpGroup;
  Value lastIndex;
  SmallVector<Value> inits(items.getInits());
  if (isAhead) {
    // An empty part may begin past the last request, and its end may be 0: keep the prefetch inside the array.
    lastIndex = builder.add(end, builder.constant(-1));
    inits.push_back(builder.load(items.getLens(), builder.max(builder.min(firstRequest, lastIndex), zero)));
  }

  // What the pieces of all requests share.
  Value splitSteps, mostPieces = items.getMostPieces(), mostMinusOne;
  if (mostPieces) {
    splitSteps = builder.constant(*items.getSplitSteps());
    mostMinusOne = builder.subtract(mostPieces, one);
  }

  auto loop = scf::ForOp::create(builder, firstRequest, end, one, inits);
  Block *body = loop.getBody();
  // A loop that carries nothing is built with its terminator.
  auto dropTerminator = [&](scf::ForOp each) {
    if (each.getInitArgs().empty())
      rewriter.eraseOp(each.getBody()->getTerminator());
  };
  dropTerminator(loop);
  builder.setInsertionPointToStart(body);
  Value request = loop.getInductionVar();
  SmallVector<Value> nextLength;
  if (isAhead)
    nextLength.push_back(builder.load(items.getLens(), builder.min(builder.add(request, one), lastIndex)));
  Value length = isAhead ? body->getArguments().back() : builder.load(items.getLens(), request);
  Value tokens = builder.max(length, zero);
  auto carried = loop.getRegionIterArgs().drop_back(nextLength.size());
  // Unsigned: tokens + step_tokens − 1 may pass 2³¹.
  Value rounded = builder.add(tokens, builder.constant(int64_t(items.getStepTokens()) - 1));
  Value steps = builder.divide(rounded, builder.constant(items.getStepTokens()));
  Value isFirst = builder.compare(arith::CmpIPredicate::eq, request, firstRequest);
  Value first = builder.select(isFirst, firstStep, zero);
  Value isLast = builder.compare(arith::CmpIPredicate::eq, request, lastRequest);
  Value planned = builder.select(isLast, lastStep, steps);
  // No step past the end, and none at all where an item begins there, even if lengths shrank since the records were
  // made.
  Value last = builder.max(builder.min(planned, steps), first);

  // Where requests are cut into pieces, a loop over those of this request that the part has.
  scf::ForOp pieces;
  Value piece, slotOfFirst;
  if (mostPieces) {
    Value size = builder.max(splitSteps, builder.divide(builder.add(steps, mostMinusOne), mostPieces));
    slotOfFirst = builder.multiply(request, mostPieces);
    // A request without steps has a piece.
    Value end = builder.max(last, one);
    pieces = scf::ForOp::create(builder, first, end, size, carried);
    builder.setInsertionPointToStart(pieces.getBody());
    first = pieces.getInductionVar();
    last = builder.min(builder.add(first, size), last);
    piece = builder.divide(first, size);
  }
  Value fromStart = builder.compare(arith::CmpIPredicate::eq, first, zero);
  Value toEnd = builder.compare(arith::CmpIPredicate::eq, mostPieces ? last : planned, steps);
  Value isWhole = arith::AndIOp::create(builder, fromStart, toEnd);
  Value partialSlot =
      mostPieces ? builder.add(slotOfFirst, piece) : builder.select(fromStart, builder.add(record, one), record);
  Value slot = builder.select(isWhole, builder.constant(-1), partialSlot);

  auto yield = cast<YieldOp>(items.getBody().front().getTerminator());
  SmallVector<Value> yielded(yield.getOperands());
  SmallVector<Value> arguments{request, tokens, first, last, slot};
  if (pieces) {
    dropTerminator(pieces);
    rewriter.setInsertionPointToEnd(body);
    SmallVector<Value> results(pieces.getResults());
    llvm::append_range(results, nextLength);
    scf::YieldOp::create(rewriter, yield.getLoc(), results);
    llvm::append_range(arguments, pieces.getRegionIterArgs());
    body = pieces.getBody();
  } else {
    llvm::append_range(yielded, nextLength);
    llvm::append_range(arguments, carried);
  }
  rewriter.setInsertionPoint(yield);
  scf::YieldOp::create(rewriter, yield.getLoc(), yielded);
  rewriter.eraseOp(yield);
  rewriter.mergeBlocks(&items.getBody().front(), body, arguments);
  rewriter.replaceOp(items, loop.getResults().drop_back(nextLength.size()));
}

namespace {
struct ExpandItemsPass : mla_gpu::impl::ExpandItemsPassBase<ExpandItemsPass> {
  void runOnOperation() override {
    SmallVector<ItemsOp> worklist;
    getOperation().walk([&](ItemsOp items) { worklist.push_back(items); });
    IRRewriter rewriter(&getContext());
    for (ItemsOp items : worklist)
      expand(items, rewriter);
    numExpanded += worklist.size();
  }
};
} // namespace
